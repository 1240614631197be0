/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The input as a GUID on the wire and as a GUID in text. What is accepted
 * comes back the same through the other form.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/guid.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
same_letter(uint8_t a, char b)
{
	return a == (uint8_t)b || (a >= 'A' && a <= 'F' && a + 32 == (uint8_t)b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct guid_buf b;
	struct guid guid, other;

	if (guid_parse(data, len, &guid) == ERR_OK) {
		must(len == 16 && memcmp(guid.b, data, len) == 0);
		guid_str(&guid, &b);
		must(strlen(b.s) == 36);
		must(guid_from_str(b.s, 36, &other) == ERR_OK);
		must(guid_eq(&guid, &other) && guid_cmp(&guid, &other) == 0);
	}
	if (guid_from_str((const char *)data, len, &guid) == ERR_OK) {
		size_t brace = data[0] == '{' ? 1 : 0;

		must(len == 36 + 2 * brace);
		guid_str(&guid, &b);
		for (size_t i = 0; i < 36; i++)
			must(same_letter(data[i + brace], b.s[i]));
		must(guid_parse(guid.b, sizeof(guid.b), &other) == ERR_OK);
		must(guid_eq(&guid, &other));
	}
	return 0;
}
