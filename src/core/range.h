/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_RANGE_H
#define WBA_CORE_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* An attribute description with its range option, "member;range=0-1499"
 * (MS-ADTS 3.1.1.3.1.3.3). */
struct range {
	size_t base_len;	/* of the attribute name before the options */
	bool ranged;
	bool last;		/* the upper bound was '*' */
	uint32_t low, high;	/* high is meaningful unless last */
};

/* Other options are kept in mind as part of the name's tail and ignored;
 * ERR_SYNTAX/ERR_RANGE for a range that is not one. */
enum err range_parse(const char *desc, size_t len, struct range *out);

#endif
