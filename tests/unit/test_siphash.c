/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "core/siphash.h"

/* Appendix A of the paper, and lengths around a word. */
static void
test_vectors(void **state)
{
	static const struct { size_t len; uint64_t hash; } cases[] = {
		{ 0, UINT64_C(0x726fdb47dd0e0e31) }, { 1, UINT64_C(0x74f839c593dc67fd) },
		{ 7, UINT64_C(0xab0200f58b01d137) }, { 8, UINT64_C(0x93f5f5799a932462) },
		{ 15, UINT64_C(0xa129ca6149be45e5) },
	};
	struct siphash_key key = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };
	uint8_t input[16];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		input[i] = i;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_true(siphash(&key, input, cases[i].len) == cases[i].hash);
}

/* That of the text in lower case, and of no other: at each place of a word, and next to
 * the letters, where '@' and '[' stand. */
static void
test_nocase(void **state)
{
	static const char text[] = "cn=a@[`{z,ou=\xc3\x84\x84,dc=contoso,dc=test";
	struct siphash_key key = { 3, 4 };
	char other[sizeof text];

	(void)state;
	for (size_t len = 0; len < sizeof text; len++) {
		assert_true(siphash_nocase(&key, text, len) == siphash(&key, text, len));
		for (size_t i = 0; i < len; i++) {
			bool letter = text[i] >= 'a' && text[i] <= 'z';

			memcpy(other, text, sizeof text);
			other[i] = (char)(text[i] ^ 0x20);
			assert_int_equal(siphash_nocase(&key, other, len) ==
			    siphash_nocase(&key, text, len), letter);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_nocase) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
