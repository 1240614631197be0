/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/fold.h"

static const char a82[] =
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static const struct {
	const char *what;
	size_t column, indent;
	const char *words[4];	/* put together with single blanks */
	const char *wanted[4];	/* lines */
} cases[] = {
	{ "nothing", 0, 0, { NULL }, { "" } },
	{ "one line", 0, 2, { "one", "two" }, { "one two" } },
	{ "a word wider than the page stands whole", 0, 0, { a82, "b" }, { a82, "b" } },
	{ "columns that the line holds already count", 75, 4, { "one", "two" }, { "one", "    two" } },
	{ "a column is a code point", 74, 0, { "\xc3\xa4\xc3\xb6", "\xe4\xb8\xad\xe4\xb8\xad" },
		{ "\xc3\xa4\xc3\xb6 \xe4\xb8\xad\xe4\xb8\xad" } },
};

static void
folds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = BUF_INIT, out = BUF_INIT, wanted = BUF_INIT;

		for (size_t k = 0; k < 4 && cases[i].words[k]; k++)
			buf_addf(&text, "%s%s", k ? " " : "", cases[i].words[k]);
		fold_text(&out, cases[i].column, cases[i].indent, buf_str(&text));
		for (size_t k = 0; k < 4 && cases[i].wanted[k]; k++)
			buf_addf(&wanted, "%s\n", cases[i].wanted[k]);
		assert_string_equal(buf_str(&out), buf_str(&wanted));
		buf_fini(&text);
		buf_fini(&out);
		buf_fini(&wanted);
	}
}

/* 78 + blank + 1 fill the page; one more goes to the next line. */
static void
edge(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	fold_text(&out, 1, 3, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b");
	assert_null(strstr(buf_str(&out), "\n   b"));
	buf_clear(&out);
	fold_text(&out, 3, 3, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b");
	assert_non_null(strstr(buf_str(&out), "\n   b\n"));
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds),
		cmocka_unit_test(edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
