/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "listener.h"
#include "model/sample.h"
#include "rules/rules_sample.h"

#define USERS 500

static void
offer(struct sample *s, const struct schema *schema, unsigned n, bool computer)
{
	uint8_t guid[16] = { 0 };
	struct made m;
	char name[32];

	make_user(&m);
	memcpy(guid, &n, sizeof n);
	made_drop(&m, "objectGUID");
	made_add(&m, "objectGUID", guid, sizeof guid);
	snprintf(name, sizeof name, "u%u", n);
	made_set(&m, "sAMAccountName", name);
	if (computer)
		made_set(&m, "sAMAccountType", "805306369");
	assert_int_equal(sample_offer(s, &m.entry, schema), 0);
	made_fini(&m);
}

static void
print(struct sample *s, struct buf *b)
{
	sample_sort(s);
	for (size_t i = 0; i < s->count; i++) {
		buf_addf(b, "%s ", s->list[i].sam);
		assert_true(i == 0 || s->list[i - 1].key < s->list[i].key);
	}
}

static void
stable(void **state)
{
	struct schema schema;
	struct sample there, back, all;
	struct buf a = BUF_INIT, b = BUF_INIT, c = BUF_INIT;
	struct made m;

	(void)state;
	schema_init(&schema);
	assert_int_equal(sample_init(&there, 20), 0);
	assert_int_equal(sample_init(&back, 20), 0);
	assert_int_equal(sample_init(&all, USERS), 0);
	for (unsigned i = 0; i < USERS; i++) {
		offer(&there, &schema, i, false);
		offer(&back, &schema, USERS - 1 - i, false);
		offer(&all, &schema, i, false);
		offer(&there, &schema, i, false);	/* twice: once */
		offer(&back, &schema, USERS + i, true);	/* no user */
	}
	print(&there, &a);
	print(&back, &b);
	print(&all, &c);
	assert_int_equal(there.count, 20);
	assert_int_equal(all.count, USERS);
	assert_string_equal(buf_str(&a), buf_str(&b));
	/* It is the beginning of all of them: a larger sample keeps the smaller. */
	assert_memory_equal(a.data, c.data, a.len);
	/* Without objectGUID; or none wanted. */
	make_user(&m);
	made_drop(&m, "objectGUID");
	assert_int_equal(sample_offer(&all, &m.entry, &schema), 0);
	assert_int_equal(all.count, USERS);
	made_fini(&m);
	sample_fini(&all);
	assert_int_equal(sample_init(&all, 0), 0);
	offer(&all, &schema, 1, false);
	assert_int_equal(all.count, 0);
	sample_fini(&all);
	sample_fini(&there);
	sample_fini(&back);
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&c);
	schema_fini(&schema);
}

static struct user_state
state_of(const char *changes)
{
	struct user_state s = { .there = false };
	struct made m;
	char word[512];

	make_user(&m);
	made_set(&m, "whenChanged", "20260601110000.0Z");
	for (size_t n; *changes; changes += n + (changes[n] == '|')) {
		n = strcspn(changes, "|");
		snprintf(word, sizeof word, "%.*s", (int)n, changes);
		made_change(&m, word);
	}
	assert_int_equal(user_state_decode(&m.entry, &s), 0);
	made_fini(&m);
	return s;
}

#define D "sddl=O:DAG:DA"
#define WRITTEN "; last written: 2026-06-01T11:00:00Z on a, 2026-06-01T11:00:00Z on b"

static void
differences(void **state)
{
	static const struct { const char *x, *y; bool read_only; const char *want; } rows[] = {
		{ "", "", false, NULL },
		{ "whenChanged=20260601120000.0Z", "", false, NULL },
		{ "userAccountControl=514", "", false, "userAccountControl: 514 (ACCOUNTDISABLE "
			"NORMAL_ACCOUNT) on a, 512 (NORMAL_ACCOUNT) on b" },
		{ "pwdLastSet=0", "pwdLastSet=@2026-05-01", false,
			"pwdLastSet: 0 on a, 2026-05-01T00:00:00Z on b" },
		{ "-lockoutTime", "lockoutTime=0", false, NULL },
		{ "-lockoutTime", "lockoutTime=@2026-05-01", false,
			"lockoutTime: not returned by a, or malformed, so not to be compared with "
			"2026-05-01T00:00:00Z on b" },
		{ "pwdLastSet=0", "-pwdLastSet", false,
			"pwdLastSet: not returned by b, or malformed, so not to be compared with "
			"0 on a" },
		{ "", "userAccountControl=bad", false, "userAccountControl: not returned by b, or "
			"malformed, so not to be compared with 512 (NORMAL_ACCOUNT) on a" },
		{ "", "-userAccountControl", false, "userAccountControl: not returned by b, or "
			"malformed, so not to be compared with 512 (NORMAL_ACCOUNT) on a" },
		{ "-userAccountControl|-pwdLastSet", "-userAccountControl|-pwdLastSet", false, NULL },
		{ "-lockoutTime", "lockoutTime=@2026-05-01", true, NULL },
		{ "-lockoutTime|pwdLastSet=0", "lockoutTime=@2026-05-01|pwdLastSet=@2026-05-01", true,
			"pwdLastSet: 0 on a, 2026-05-01T00:00:00Z on b" },
		{ D "D:(A;;RP;;;WD)", D "D:(A;;RP;;;WD)", false, NULL },
		{ D "D:AI(A;;RP;;;WD)", D "D:(A;;RP;;;WD)", false, NULL },	/* says nothing */
		{ "sddl=O:DAG:DAD:(A;;RP;;;WD)", "sddl=O:SYG:SYD:(A;;RP;;;WD)", false, NULL },
		{ D "D:(A;;RP;;;WD)(A;;WP;;;AU)", D "D:(A;;RP;;;WD)", false,
			"DACL: a has (A;;WP;;;AU) alone" },
		{ D "D:(A;;RP;;;WD)", D "D:(D;;RP;;;WD)", false,
			"DACL: a has (A;;RP;;;WD) alone, b has (D;;RP;;;WD) alone" },
		{ D "D:P(A;;RP;;;WD)", D "D:(A;;RP;;;WD)", false,
			"DACL: inheritance is blocked on a alone" },
		{ D "D:(A;;RP;;;WD)(A;;WP;;;AU)", D "D:(A;;WP;;;AU)(A;;RP;;;WD)", false,
			"DACL: 2 ACEs on a, 2 on b, or in another order" },
		{ D, D "D:(A;;RP;;;WD)", false, "DACL: there is none on a, b has (A;;RP;;;WD) alone" },
		{ D "D:NO_ACCESS_CONTROL", D "D:", false, "DACL: there is none on a" },
		{ "nTSecurityDescriptor=bad", D "D:(A;;RP;;;WD)", false,
			"DACL: malformed on a, so it could not be compared with that on b" },
		{ "-nTSecurityDescriptor", D "D:(A;;RP;;;WD)", false,
			"DACL: not returned on a, so it could not be compared with that on b" },
		{ "-nTSecurityDescriptor", "-nTSecurityDescriptor", false, NULL },
		{ "nTSecurityDescriptor=bad", "nTSecurityDescriptor=bad", false, NULL },
		{ "nTSecurityDescriptor=bad", "nTSecurityDescriptor=worse", false,
			"DACL: malformed on a, malformed on b, so they could not be compared" },
		{ "-nTSecurityDescriptor", "nTSecurityDescriptor=bad", false,
			"DACL: not returned on a, malformed on b, so they could not be compared" },
		{ D "D:(A;;RP;;;WD)", "-nTSecurityDescriptor", false,
			"DACL: not returned on b, so it could not be compared with that on a" },
		{ D "D:(A;;RP;;;WD)", "nTSecurityDescriptor=bad", false,
			"DACL: malformed on b, so it could not be compared with that on a" },
		{ D "D:(A;;RP;;;WD)(A;;RP;;;AU)(A;;RP;;;SY)(A;;RP;;;BA)(A;;RP;;;BU)(A;;RP;;;PS)"
			"(A;;RP;;;RU)", D "D:", false, "DACL: a has (A;;RP;;;WD)(A;;RP;;;AU)"
			"(A;;RP;;;SY)(A;;RP;;;BA)(A;;RP;;;BU) and 2 more alone" },
	};
	struct domain d;

	(void)state;
	domain_init(&d);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct user_state x = state_of(rows[i].x), y = state_of(rows[i].y);
		const struct side a = { "a", false, &x }, b = { "b", rows[i].read_only, &y };
		const struct side first = { "a", rows[i].read_only, &x };
		struct buf out = BUF_INIT;

		/* Whichever of the two is read-only. */
		assert_int_equal(sample_differs(&d, &first, &(struct side){ "b", false, &y }, &out),
		    rows[i].want != NULL);
		buf_clear(&out);
		assert_int_equal(sample_differs(&d, &a, &b, &out), rows[i].want != NULL);
		if (rows[i].want) {
			if (strncmp(buf_str(&out), rows[i].want, strlen(rows[i].want)) != 0)
				fail_msg("%zu: %s", i, buf_str(&out));
			assert_string_equal(buf_str(&out) + strlen(rows[i].want), WRITTEN);
		} else {
			assert_int_equal(out.len, 0);
		}
		buf_fini(&x.sd);
		buf_fini(&y.sd);
		buf_fini(&out);
	}
	domain_fini(&d);
}

static void
missing(void **state)
{
	struct user_state x = state_of(""), none = { .there = false };
	const struct side a = { "a", false, &x }, b = { "b", false, &none };
	struct buf out = BUF_INIT;
	struct domain d;

	(void)state;
	domain_init(&d);
	assert_true(sample_differs(&d, &a, &b, &out));
	assert_string_equal(buf_str(&out), "the user is on a, not on b; last written: "
	    "2026-06-01T11:00:00Z on a");
	buf_clear(&out);
	assert_true(sample_differs(&d, &b, &a, &out));
	assert_string_equal(buf_str(&out), "the user is on a, not on b; last written: "
	    "2026-06-01T11:00:00Z on a");
	buf_clear(&out);
	assert_false(sample_differs(&d, &b, &b, &out));
	buf_fini(&x.sd);
	buf_fini(&out);
	domain_fini(&d);
}

static int
keep_sid(void *arg, const struct finding *f)
{
	*(struct sid *)arg = f->account->has_sid ? f->account->sid : sid_everyone;
	return 0;
}

/* The finding names the account in all ways: a suppression may name it by its SID. */
static void
finding(void **state)
{
	struct sid heard = sid_everyone;
	const struct sink sink = { .finding = keep_sid, .arg = &heard };
	struct sample s;
	struct court c;

	(void)state;
	court_open(&c, NULL);
	c.judge.sink = &sink;
	assert_int_equal(sample_init(&s, 1), 0);
	offer(&s, &c.domain.schema, 1, false);
	rules_sample(&c.judge, &s.list[0], "dc2", "evidence");
	assert_true(sid_eq(&heard, &s.list[0].sid));
	assert_true(s.list[0].has_sid);
	sample_fini(&s);
	court_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stable),
		cmocka_unit_test(differences),
		cmocka_unit_test(missing),
		cmocka_unit_test(finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
