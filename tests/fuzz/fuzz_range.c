/* SPDX-License-Identifier: BSD-2-Clause */

/* An accepted range, written out again in our own form, says the same. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *desc = malloc(size + 1);
	struct range r, again;
	char text[128], high[16] = "*";
	int n;

	if (desc == NULL)
		return 0;
	memcpy(desc, data, size);
	desc[size] = '0';	/* nobody may look here */
	if (range_parse(desc, size, &r) != ERR_OK)
		goto out;
	if (r.base_len == 0 || r.base_len > size || memchr(desc, ';', r.base_len) != NULL)
		abort();
	if (!r.ranged && (r.last || r.low != 0 || r.high != 0))
		abort();
	if (!r.last && r.high < r.low)
		abort();
	if (!r.ranged || r.base_len > 64)
		goto out;
	if (!r.last)
		snprintf(high, sizeof high, "%" PRIu32, r.high);
	n = snprintf(text, sizeof text, "%.*s;range=%" PRIu32 "-%s", (int)r.base_len, desc,
	    r.low, high);
	if (range_parse(text, (size_t)n, &again) != ERR_OK || again.base_len != r.base_len ||
	    again.ranged != r.ranged || again.last != r.last || again.low != r.low ||
	    again.high != r.high)
		abort();
out:
	free(desc);
	return 0;
}
