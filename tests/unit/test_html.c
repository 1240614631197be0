/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"

#define USERS 300

static unsigned
next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

/* Worst verdict, and of how many operations. */
static unsigned
badness(const struct judgement *j)
{
	const enum verdict v[] = { j->reset, j->change, j->unlock };
	unsigned worst = 0, of = 0;

	for (int i = 0; i < 3; i++)
		worst = v[i] > worst ? v[i] : worst;
	for (int i = 0; i < 3; i++)
		of += v[i] == worst;
	return worst ? 10 * worst + of : 0;
}

static void
judge(struct html *h, struct judgement *j, unsigned number)
{
	struct account a = { .dn = "" };
	char dn[32], sam[32];

	snprintf(dn, sizeof dn, "CN=%u", number);
	snprintf(sam, sizeof sam, "<%u>", number);
	a.dn = dn;
	a.dn_len = strlen(dn);
	a.sam = (struct value){ (const uint8_t *)sam, strlen(sam) };
	j->account = &a;
	j->domain = "contoso.test";
	j->connector = "CN=c";
	assert_int_equal(html_judgement(h, j), 0);
}

/* The rows of the page are those that sorting all of them would put first: for
 * several sizes, over two domains. */
static void
worst_first(void **state)
{
	static const size_t limits[] = { 1, 2, 7, 64, 1000 };
	unsigned seed = 1;

	(void)state;
	for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
		struct html parts[2], *both[] = { &parts[0], &parts[1] };
		const struct html_page page = { .parts = both, .count = 2 };
		struct judgement j[USERS];
		struct buf b = BUF_INIT;
		const char *at;
		size_t left = limits[l];

		for (unsigned i = 0; i < 2; i++)
			assert_int_equal(html_init(&parts[i], i, limits[l]), 0);
		for (unsigned i = 0; i < USERS; i++) {
			memset(&j[i], 0, sizeof j[i]);
			j[i].reset = (enum verdict)(next(&seed) % 4);
			j[i].change = (enum verdict)(next(&seed) % 4);
			j[i].unlock = (enum verdict)(next(&seed) % 3);
			judge(&parts[i >= USERS / 3], &j[i], i);
		}
		assert_int_equal(html_page(&page, &b), 0);
		at = buf_str(&b);
		for (unsigned bad = 39; bad > 0; bad--)
			for (unsigned i = 0; i < USERS && left; i++) {
				char row[64];

				if (badness(&j[i]) != bad)
					continue;
				snprintf(row, sizeof row, "<tr><th scope=\"row\"><bdi>&lt;%u&gt;"
				    "</bdi>", i);
				at = strstr(at, "<tr><th scope=\"row\">");
				assert_non_null(at);
				assert_memory_equal(at, row, strlen(row));
				at++;
				left--;
			}
		assert_null(strstr(at, "<tr><th scope=\"row\">"));
		for (unsigned i = 0; i < 2; i++)
			html_fini(&parts[i]);
		buf_fini(&b);
	}
}

/* A domain that was not read has its place, under a name that may be anything. */
static void
missing(void **state)
{
	struct html part, *one = &part;
	const struct html_page page = { .parts = &one, .count = 1, .incomplete = true,
		.users_csv = "<users>&.csv" };
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(html_init(&part, 0, 1), 0);
	assert_int_equal(html_missing(&part, "ldap://<b>'\"\x1b"), 0);
	assert_int_equal(html_page(&page, &b), 0);
	assert_non_null(strstr(buf_str(&b), "<bdi>ldap://&lt;b&gt;&#39;&quot;\\x1b</bdi></h2>"));
	assert_non_null(strstr(buf_str(&b), "<code>&lt;users&gt;&amp;.csv</code>"));
	assert_non_null(strstr(buf_str(&b), "role=\"alert\""));
	assert_non_null(strstr(buf_str(&b), "there is nobody to list"));
	html_fini(&part);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worst_first),
		cmocka_unit_test(missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
