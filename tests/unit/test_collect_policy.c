/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/sddl.h"
#include "source/collect.h"

/* That no fine-grained policy is seen means that there is none only to a reader who
 * would see one. */

#define READER "S-1-5-21-1-2-3-1104"
#define COMPATIBLE "S-1-5-32-554"	/* Pre-Windows 2000 Compatible Access */

/* A container in which nothing is to be seen. */
struct empty {
	struct source source;
	const char *sddl;	/* of the container; NULL: it is not returned */
};

static enum source_status
search(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	const struct empty *c = (const struct empty *)(const void *)s;
	const struct sddl_ctx ctx = { .domain = NULL };
	struct buf sd = BUF_INIT;
	struct value v;
	const struct attr a = { "nTSecurityDescriptor", &v, 1, false };
	const struct entry e = { q->base, strlen(q->base), &a, c->sddl ? 1 : 0 };

	*err = (struct source_error){ .status = SOURCE_OK };
	assert_string_equal(q->base, "CN=Password Settings Container,CN=System,DC=x");
	if (q->scope != SCOPE_BASE)
		return SOURCE_OK;
	if (c->sddl)
		assert_int_equal(sddl_parse(c->sddl, strlen(c->sddl), &ctx, &sd, NULL), ERR_OK);
	v = (struct value){ (const uint8_t *)sd.data, sd.len };
	(void)fn(arg, &e);
	buf_fini(&sd);
	return SOURCE_OK;
}

static const struct source_ops ops = { .search = search };

static void
hold(struct domain *d, const char *text)
{
	struct sid s;

	assert_int_equal(sid_from_str(text, strlen(text), &s), ERR_OK);
	token_add(&d->reader, &s, HELD_YES, TOKEN_SERVER);
}

static void
none_to_be_seen(void **state)
{
	static const struct {
		const char *sddl, *group;
		bool no_token, unread;
	} cases[] = {
		{ "D:(A;;LC;;;" READER ")", NULL, false, false },
		{ "D:(A;;RPRC;;;" READER ")(A;;LC;;;BA)", NULL, false, true },
		{ "D:(D;;LC;;;" READER ")(A;;LC;;;" READER ")", NULL, false, true },
		/* Its own word goes before what is usual. */
		{ "D:(A;;RPRC;;;" READER ")", COMPATIBLE, false, true },
		{ "D:(A;;LC;;;" COMPATIBLE ")", COMPATIBLE, false, false },
		{ NULL, COMPATIBLE, false, false },
		{ NULL, "S-1-5-32-545", false, true },
		{ NULL, NULL, false, true },
		{ "D:(A;;LC;;;WD)", NULL, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct empty c = { .source = { .ops = &ops, .name = "test" },
			.sddl = cases[i].sddl };
		char dn[] = "DC=x";
		struct domain d;
		struct source_error err;

		domain_init(&d);
		d.dn = dn;
		d.has_reader = !cases[i].no_token;
		if (d.has_reader)
			hold(&d, READER);
		if (cases[i].group)
			hold(&d, cases[i].group);
		assert_int_equal(token_seal(&d.reader), ERR_OK);
		assert_int_equal(collect_policies(&c.source, &d, &err), SOURCE_OK);
		if (d.psos_unread != cases[i].unread)
			fail_msg("case %zu: psos_unread is %d", i, d.psos_unread);
		d.dn = NULL;
		domain_fini(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_to_be_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
