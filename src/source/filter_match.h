/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_FILTER_MATCH_H
#define WBA_SOURCE_FILTER_MATCH_H

#include "core/sid.h"
#include "source/source_filter.h"

/* How one value compares with one clause of a filter, by the syntax of its
 * attribute (MS-ADTS 3.1.1.2.2.4). */

/* The bytes behind an objectSid or objectGUID given as text; 0: it is none. */
size_t match_binary(const char *name, const char *text, size_t len, uint8_t out[SID_MAX_BYTES]);

bool match_value(const struct filter *, const struct filter_node *, const char *name,
    const struct value *);

#endif
