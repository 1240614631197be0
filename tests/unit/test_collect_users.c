/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/ascii.h"
#include "rules/identity.h"
#include "rules/rule.h"
#include "source/collect.h"

/* Which attributes are asked of every user: what the rules about users need, what
 * the reports show, and no more, for each costs a million times. */

#define MOST 64

struct list {
	const char *name[MOST];
	size_t count;
};

/* A source that remembers what it was asked. */
struct listener {
	struct source source;
	struct list asked;
};

static enum source_status
listen(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	struct listener *l = (struct listener *)(void *)s;

	(void)fn;
	(void)arg;
	*err = (struct source_error){ .status = SOURCE_OK };
	l->asked.count = 0;
	while (q->attrs[l->asked.count]) {
		assert_true(l->asked.count < MOST);
		l->asked.name[l->asked.count] = q->attrs[l->asked.count];
		l->asked.count++;
	}
	return SOURCE_OK;
}

static bool
has(const struct list *l, const char *name, size_t len)
{
	for (size_t i = 0; i < l->count; i++)
		if (ascii_eq_nocase(l->name[i], strlen(l->name[i]), name, len))
			return true;
	return false;
}

/* Needed by a rule about users, but of other objects: groups' members, the
 * connector's token, the policies'. Or with another --join than that by mail. */
static bool
is_elsewhere(const char *name, size_t len)
{
	static const char *const names[] = { "memberOf", "tokenGroups", "minPwdAge",
		"mailNickname", "msExchMasterAccountSid" };
	static const char policy[] = "msDS-";

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (ascii_eq_nocase(name, len, names[i], strlen(names[i])))
			return true;
	return len > sizeof policy && !memcmp(name, policy, sizeof policy - 1) &&
		!ascii_eq_nocase(name, len, "msDS-ResultantPSO", 17);
}

/* What the server would have to compute, asked for only where nothing else helps. */
static bool
is_computed(const char *name, size_t len)
{
	return ascii_eq_nocase(name, len, "msDS-ResultantPSO", 17) ||
		ascii_eq_nocase(name, len, "allowedAttributesEffective", 26);
}

/* Columns of the reports; what tells users from computers; a membership that no
 * group lists. */
static const struct list shown = { { "sAMAccountName", "userPrincipalName", "objectGUID",
	"sAMAccountType", "primaryGroupID" }, 5 };

static bool
is_needed(const char *name, size_t len)
{
	for (size_t i = 0; i < rule_count; i++) {
		const char *s = rule_table[i].attributes;

		if (rule_table[i].scope != RULE_USER)
			continue;
		for (; *s; s += strspn(s, " ")) {
			size_t n = strcspn(s, " ");

			if (ascii_eq_nocase(s, n, name, len))
				return !is_elsewhere(name, len);
			s += n;
		}
	}
	return has(&shown, name, len);
}

/* Every attribute that a rule about users needs is in the list, or stands elsewhere. */
static void
assert_enough(const struct list *asked, bool computed)
{
	for (size_t i = 0; i < rule_count; i++) {
		const char *s = rule_table[i].attributes;

		for (; rule_table[i].scope == RULE_USER && *s; s += strspn(s, " ")) {
			size_t n = strcspn(s, " ");

			if (!is_elsewhere(s, n) && (computed || !is_computed(s, n)) &&
			    !has(asked, s, n))
				fail_msg("rule %u needs %.*s, which is not asked for",
				    rule_table[i].id, (int)n, s);
			s += n;
		}
	}
	for (size_t i = 0; i < shown.count; i++)
		if (!has(asked, shown.name[i], strlen(shown.name[i])))
			fail_msg("%s is not asked for", shown.name[i]);
}

static void
assert_no_more(const struct list *asked, bool computed)
{
	for (size_t i = 0; i < asked->count; i++) {
		size_t n = strlen(asked->name[i]);
		struct list before = *asked;

		before.count = i;
		if (has(&before, asked->name[i], n))
			fail_msg("%s is asked for twice", asked->name[i]);
		if (!is_needed(asked->name[i], n) || (!computed && is_computed(asked->name[i], n)))
			fail_msg("%s is asked for, and nothing needs it", asked->name[i]);
	}
}

static void
asks_what_rules_need(void **state)
{
	static const struct source_ops ops = { .search = listen };
	struct listener l = { .source = { .ops = &ops, .name = "test" } };
	char dn[] = "DC=contoso,DC=test";
	struct domain d = { .dn = dn };
	struct identity_options options;
	struct source_error err;

	(void)state;
	schema_init(&d.schema);
	identity_options_init(&options, NULL, NULL);
	identity_name_attributes(&options, true, &d.schema);
	for (int computed = 0; computed < 2; computed++) {
		d.psos_unread = d.self_check = computed;
		assert_int_equal(collect_users(&l.source, &d, NULL, NULL, NULL, NULL, &err),
		    SOURCE_OK);
		assert_true(l.asked.count > 0);
		assert_enough(&l.asked, computed);
		assert_no_more(&l.asked, computed);
	}
	schema_fini(&d.schema);
}

/* A source with objects of which a reader sees no more than their names. */
static enum source_status
nameless(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	static const char *const dns[] = { "CN=a,OU=o,DC=contoso,DC=test", "OU=o,DC=contoso,DC=test",
		"CN=p,CN=System,DC=contoso,DC=test", "CN=q,CN=NTDS Quotas,DC=contoso,DC=test",
		"CN=Keys,DC=contoso,DC=test", "CN=TPM Devices,DC=contoso,DC=test",
		"CN=t,CN=tpm devices,DC=contoso,DC=test", "cn=System,OU=o,DC=contoso,DC=test",
		"CN=b,CN=Users,DC=contoso,DC=test", "CN=Keys,OU=o,DC=contoso,DC=test" };

	(void)s;
	(void)q;
	*err = (struct source_error){ .status = SOURCE_OK };
	for (size_t i = 0; i < sizeof dns / sizeof *dns; i++)
		if (fn(arg, &(const struct entry){ dns[i], strlen(dns[i]), NULL, 0 }) != 0)
			return SOURCE_STOPPED;
	return SOURCE_OK;
}

static int
note(void *arg, const struct entry *e)
{
	buf_addf(arg, "%s;", e->dn);
	return 0;
}

/* Who may be a user is told; what the directory keeps for itself is not one. */
static void
says_nothing_of_itself(void **state)
{
	static const struct source_ops ops = { .search = nameless };
	struct source s = { .ops = &ops, .name = "test" };
	char dn[] = "DC=contoso,DC=test";
	struct domain d = { .dn = dn };
	struct source_error err;
	struct buf b = BUF_INIT;

	(void)state;
	schema_init(&d.schema);
	assert_int_equal(collect_users(&s, &d, NULL, NULL, note, &b, &err), SOURCE_OK);
	assert_string_equal(buf_str(&b), "CN=a,OU=o,DC=contoso,DC=test;"
	    "cn=System,OU=o,DC=contoso,DC=test;CN=b,CN=Users,DC=contoso,DC=test;"
	    "CN=Keys,OU=o,DC=contoso,DC=test;");
	/* An OU is no user, but may hide some. */
	assert_int_equal(d.containers.all.count, 1);
	assert_non_null(containers_find(&d.containers, "OU=o,DC=contoso,DC=test", 23));
	buf_clear(&b);
	/* Whoever brings a filter of his own gets what it finds. */
	assert_int_equal(collect_users(&s, &d, NULL, "(cn=*)", note, &b, &err), SOURCE_OK);
	assert_non_null(strstr(buf_str(&b), ";OU=o,"));
	buf_fini(&b);
	containers_fini(&d.containers);
	schema_fini(&d.schema);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_what_rules_need),
		cmocka_unit_test(says_nothing_of_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
