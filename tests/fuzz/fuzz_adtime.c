/* SPDX-License-Identifier: BSD-2-Clause */

/* What a time parser accepts prints back: an integer to the same bytes, a
 * date to the same second. A span never overruns. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_instant(int64_t t)
{
	struct adtime_buf b;
	const char *text = adtime_iso(t, &b);
	int64_t again = -1;

	if (adtime_parse_iso(text, strlen(text), &again) != ERR_OK ||
	    again != t - t % ADTIME_SECOND)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct adtime_span_buf span;
	int64_t t;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = 'Z';	/* nobody may look here */
	if (adtime_parse_int(text, size, &t) == ERR_OK) {
		char again[32];

		snprintf(again, sizeof again, "%" PRId64, t);
		if (strlen(again) != size || memcmp(again, text, size) != 0)
			abort();
		if (strlen(adtime_span(t, &span)) >= sizeof span.s - 1)
			abort();
		if (adtime_add(t, adtime_abs(t)) != (t < 0 ? (t == INT64_MIN ? -1 : 0) :
		    t > INT64_MAX / 2 ? INT64_MAX : 2 * t))
			abort();
	}
	if (adtime_parse_generalized(text, size, &t) == ERR_OK)
		check_instant(t);
	if (adtime_parse_iso(text, size, &t) == ERR_OK)
		check_instant(t);
	free(text);
	return 0;
}
