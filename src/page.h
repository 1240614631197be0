/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_PAGE_H
#define WBA_PAGE_H

#include "history.h"
#include "report/html.h"
#include "reports.h"

/* --html: what an audit and its history have for the page. */

/* Adds the domain that `judge` has judged, as a section; `causes` are sorted,
 * `history` may be NULL, `base` is that of the target. 0, or -1 with a message. */
int page_section(struct html *, const struct judge *, const struct rollup *causes,
    struct history *, const char *base);
/* Writes the page of the parts into the report. 0, or -1 with a message. */
int page_write(const struct reports *, const struct settings *, struct html *const *parts,
    size_t count, bool incomplete);

#endif
