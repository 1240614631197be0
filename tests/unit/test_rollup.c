/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "report/report.h"
#include "report/summary.h"
#include "rules/rollup.h"

static const char *domain = "contoso.test";

static void
add(struct rollup *r, unsigned rule, enum cause_kind kind, const char *object, const char *words,
    const char *user)
{
	const struct cause why = { kind, object, words };
	const struct finding f = { .rule = rule, .operations = rule_find(rule)->operations,
		.domain = domain, .object = user, .cause = object ? object : user, .why = &why,
		.shared = rule_find(rule)->scope != RULE_USER };

	assert_int_equal(rollup_add(r, &f), 0);
}

static const struct rollup_row *
row_of(const struct rollup *r, unsigned rule, const char *object)
{
	for (size_t i = 0; i < r->row_count; i++)
		if (r->rows[i]->rule->id == rule && !strcmp(r->rows[i]->cause->object, object))
			return r->rows[i];
	fail_msg("no row of rule %u at '%s'", rule, object);
	return NULL;
}

/* Random findings of random users: the rows of a rule add up to the users with
 * it, and each cause to the users under it, whatever the order. */

#define USERS 5000
#define OBJECTS 40

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
is_exact(void **state)
{
	static const unsigned ids[] = { 301, 302, 307, 309, 401, 501 };
	size_t by_rule[COUNT(ids)] = { 0 }, by_object[OBJECTS + 1] = { 0 };
	uint32_t seed = 7;
	struct rollup r;

	(void)state;
	rollup_init(&r, &(struct siphash_key){ 1, 2 });
	for (unsigned u = 0; u < USERS; u++) {
		bool at[OBJECTS + 1] = { false };
		char user[32], object[32];

		snprintf(user, sizeof user, "CN=%u", u);
		for (size_t i = 0; i < COUNT(ids); i++) {
			unsigned o = next(&seed) % (OBJECTS + 1);

			if (next(&seed) % 3 == 0)
				continue;
			by_rule[i]++;
			at[o] = true;
			snprintf(object, sizeof object, "OU=%u", o);
			for (unsigned again = 1 + next(&seed) % 2; again > 0; again--)
				add(&r, ids[i], CAUSE_BLOCKED_ABOVE, o ? object : NULL, "words",
				    user);
		}
		for (unsigned o = 0; o <= OBJECTS; o++)
			by_object[o] += at[o];
		rollup_next(&r);
	}
	rollup_end(&r);
	assert_int_equal(rollup_sort(&r), 0);
	assert_int_equal(r.cause_count, OBJECTS + 1);
	assert_int_equal(r.row_count, COUNT(ids) * (OBJECTS + 1));
	for (size_t i = 0; i < COUNT(ids); i++) {
		size_t sum = 0;

		for (size_t k = 0; k < r.row_count; k++)
			if (r.rows[k]->rule->id == ids[i])
				sum += r.rows[k]->users;
		assert_int_equal(sum, by_rule[i]);
	}
	for (size_t k = 0; k < r.cause_count; k++) {
		unsigned o = 0;

		if (*r.causes[k]->object)
			assert_int_equal(sscanf(r.causes[k]->object, "OU=%u", &o), 1);
		assert_int_equal(rollup_users(r.causes[k]), by_object[o]);
	}
	for (size_t k = 1; k < r.row_count; k++)
		assert_true(r.rows[k - 1]->users >= r.rows[k]->users);
	rollup_fini(&r);
}

static void
orders_totally(void **state)
{
	static const struct { unsigned rule; const char *object; } wanted[] = {
		{ 403, "" }, { 301, "OU=a" }, { 301, "OU=b" }, { 307, "OU=a" }, { 311, "CN=g" },
		{ 406, "" }, { 207, "CN=c" },
	};
	struct rollup r[2];

	(void)state;
	/* Twice, the findings in another order: the result is the same. */
	for (int turn = 0; turn < 2; turn++) {
		rollup_init(&r[turn], &(struct siphash_key){ 1, (uint64_t)turn });
		add(&r[turn], 207, CAUSE_AS_SAID, "CN=c", "privileged", "CN=c");
		for (int u = 0; u < 2; u++) {
			for (unsigned i = 0; i < COUNT(wanted) - 1; i++) {
				size_t k = turn ? COUNT(wanted) - 2 - i : i;

				if (u == 0 || wanted[k].rule == 403)
					add(&r[turn], wanted[k].rule, CAUSE_AS_SAID,
					    *wanted[k].object ? wanted[k].object : NULL, "w",
					    u ? "CN=u1" : "CN=u0");
			}
			rollup_next(&r[turn]);
		}
		rollup_end(&r[turn]);
		assert_int_equal(rollup_sort(&r[turn]), 0);
		assert_int_equal(r[turn].row_count, COUNT(wanted));
		for (size_t i = 0; i < COUNT(wanted); i++) {
			assert_int_equal(r[turn].rows[i]->rule->id, wanted[i].rule);
			assert_string_equal(r[turn].rows[i]->cause->object, wanted[i].object);
			assert_string_equal(r[turn].rows[i]->example,
			    wanted[i].rule == 207 ? "" : "CN=u0");
		}
		rollup_fini(&r[turn]);
	}
}

/* What holds for everybody: all users where an operation fails, none where not,
 * and mere information is nobody's cause. */
static void
counts_everybody(void **state)
{
	struct rollup r;

	(void)state;
	rollup_init(&r, &(struct siphash_key){ 1, 2 });
	add(&r, 101, CAUSE_AS_SAID, "dc1", "no control", "dc1");
	add(&r, 207, CAUSE_AS_SAID, "CN=c", "privileged", "CN=c");
	add(&r, 502, CAUSE_AS_SAID, BASE, "the policy", BASE);
	for (int u = 0; u < 17; u++)
		rollup_next(&r);
	rollup_end(&r);
	assert_int_equal(rollup_sort(&r), 0);
	assert_int_equal(r.row_count, 2);
	assert_int_equal(row_of(&r, 101, "dc1")->users, 17);
	assert_int_equal(row_of(&r, 207, "CN=c")->users, 0);
	rollup_fini(&r);
}

/* A cause counts the users for whom it is worst. */
static void
counts_by_severity(void **state)
{
	struct rollup r;

	(void)state;
	rollup_init(&r, &(struct siphash_key){ 1, 2 });
	for (int u = 0; u < 3; u++) {
		add(&r, 311, CAUSE_PROTECTED_BY_GROUP, "CN=g", "protected", "CN=u");
		if (u == 1) {
			add(&r, 301, CAUSE_PROTECTED_BY_GROUP, "CN=g", "protected", "CN=u");
			add(&r, 307, CAUSE_PROTECTED_BY_GROUP, "CN=g", "protected", "CN=u");
		}
		rollup_next(&r);
	}
	assert_int_equal(rollup_sort(&r), 0);
	assert_int_equal(r.cause_count, 1);
	assert_int_equal(r.causes[0]->worst, SEVERITY_FAIL);
	assert_int_equal(rollup_users(r.causes[0]), 1);
	assert_int_equal(row_of(&r, 311, "CN=g")->users, 3);
	assert_ptr_not_equal(row_of(&r, 301, "CN=g")->remedy, rule_find(301)->remedy);
	rollup_fini(&r);
}

/* Two runs, one after the other. */
static void
merges(void **state)
{
	struct rollup all, r;

	(void)state;
	rollup_init(&all, &(struct siphash_key){ 1, 2 });
	for (int run = 0; run < 2; run++) {
		rollup_init(&r, &(struct siphash_key){ 1, 2 });
		add(&r, 101, CAUSE_AS_SAID, run ? "dc2" : "dc1", "no control", "dc");
		for (int u = 0; u < 4; u++) {
			add(&r, 401, CAUSE_AS_SAID, NULL, "disabled", run ? "CN=b" : "CN=a");
			if (u == run)
				add(&r, 301, CAUSE_BLOCKED_ABOVE, "OU=a", "blocked", "CN=x");
			rollup_next(&r);
		}
		rollup_end(&r);
		assert_int_equal(rollup_merge(&all, &r), 0);
		rollup_fini(&r);
	}
	assert_int_equal(rollup_sort(&all), 0);
	assert_int_equal(all.row_count, 4);
	assert_int_equal(row_of(&all, 401, "")->users, 8);
	assert_string_equal(row_of(&all, 401, "")->example, "CN=a");
	assert_int_equal(row_of(&all, 301, "OU=a")->users, 2);
	assert_int_equal(row_of(&all, 101, "dc1")->users, 4);
	assert_int_equal(row_of(&all, 101, "dc2")->users, 4);
	for (size_t i = 0; i < all.cause_count; i++)
		if (!*all.causes[i]->object)
			assert_int_equal(rollup_users(all.causes[i]), 8);
	rollup_fini(&all);
}

/* What is the matter with users themselves is counted in each domain for itself. */
static void
each_domain_for_itself(void **state)
{
	static const char *const names[] = { "contoso.test", "fabrikam.test" };
	struct rollup r, all;

	(void)state;
	rollup_init(&all, &(struct siphash_key){ 1, 2 });
	for (int i = 0; i < 2; i++) {
		domain = names[i];
		rollup_init(&r, &(struct siphash_key){ 1, 2 });
		for (int u = 0; u < 3 + i; u++) {
			add(&r, 401, CAUSE_AS_SAID, NULL, "disabled", "CN=x");
			rollup_next(&r);
		}
		rollup_end(&r);
		assert_int_equal(rollup_merge(&all, &r), 0);
		rollup_fini(&r);
	}
	domain = names[0];
	assert_int_equal(rollup_sort(&all), 0);
	assert_int_equal(all.row_count, 2);
	for (size_t i = 0; i < 2; i++) {	/* most users first */
		assert_string_equal(all.rows[i]->cause->domain, names[1 - i]);
		assert_int_equal(all.rows[i]->users, 4 - i);
	}
	rollup_fini(&all);
}

/* The output contract: other programs read these. */
static void
rows_as_csv(void **state)
{
	struct buf line = BUF_INIT;
	struct rollup r;

	(void)state;
	format_causes_csv.header(&line);
	assert_string_equal(buf_str(&line),
	    "rule,severity,cause,object,users,example,remedy,assumed,domain\r\n");
	rollup_init(&r, &(struct siphash_key){ 1, 2 });
	add(&r, 302, CAUSE_DENIED_ON_USER, NULL, "denied on the user itself", "CN=\"q\",DC=x");
	add(&r, 301, CAUSE_ON_USER_INHERIT_ONLY, "=1+1,DC=x", "@evil", "CN=u,DC=x");
	rollup_next(&r);
	assert_int_equal(rollup_sort(&r), 0);
	buf_clear(&line);
	format_causes_csv.cause(r.rows[0], &line);
	assert_string_equal(buf_str(&line), "301,fail,'@evil,\"'=1+1,DC=x\",1,\"CN=u,DC=x\","
	    "Replace the ACE on the user by one for this object.,,contoso.test\r\n");
	buf_clear(&line);
	format_causes_csv.cause(r.rows[1], &line);
	assert_string_equal(buf_str(&line), "302,fail,denied on the user itself,,1,"
	    "\"CN=\"\"q\"\",DC=x\",Remove the ACE that denies from the user.,,contoso.test\r\n");
	buf_clear(&line);
	format_json.cause(r.rows[1], &line);
	assert_string_equal(buf_str(&line),
	    "{\"type\":\"cause\",\"rule\":302,\"severity\":\"fail\","
	    "\"cause\":\"denied on the user itself\",\"object\":null,\"users\":1,"
	    "\"example\":\"CN=\\\"q\\\",DC=x\","
	    "\"remedy\":\"Remove the ACE that denies from the user.\",\"domain\":\"contoso.test\"}\n");
	buf_fini(&line);
	rollup_fini(&r);
}

static size_t
lines_with(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what))
		n++;
	return n;
}

/* The summary's table: ten lines at most, those with most users. */
static void
summary_is_short(void **state)
{
	struct domain d;
	struct judge j;
	const struct sink sink = { NULL, NULL, NULL };

	(void)state;
	make_domain(&d);
	assert_int_equal(judge_init(&j, &d, profile_find(NULL), 0, &sink), 0);
	for (unsigned causes = 0; causes < 14; causes++) {
		struct buf text = BUF_INIT;
		struct rollup r;
		const char *table;
		char dn[32];

		rollup_init(&r, &(struct siphash_key){ 1, 2 });
		add(&r, 406, CAUSE_AS_SAID, NULL, "mere information", "CN=u");
		for (unsigned i = 0; i < causes; i++) {
			snprintf(dn, sizeof dn, "OU=%02u", i);
			for (unsigned u = 0; u <= i; u++) {
				add(&r, 301, CAUSE_BLOCKED_ABOVE, dn, "blocked", "CN=u");
				add(&r, 307, CAUSE_BLOCKED_ABOVE, dn, "blocked", "CN=u");
				rollup_next(&r);
			}
		}
		assert_int_equal(rollup_sort(&r), 0);
		summary_print(&j, &r, &text);
		table = strstr(buf_str(&text), "severity     users");
		assert_null(strstr(buf_str(&text), "mere information"));
		if (causes == 0) {
			assert_null(table);
		} else {
			assert_non_null(table);
			assert_true(lines_with(table, "\n") <= SUMMARY_CAUSES);
			assert_int_equal(lines_with(table, "blocked (301 307): OU="),
			    causes < SUMMARY_CAUSES ? causes : SUMMARY_CAUSES - 2);
			snprintf(dn, sizeof dn, ": OU=%02u\n", causes - 1);
			assert_non_null(strstr(table, dn));
			snprintf(dn, sizeof dn, "and %u more", causes - SUMMARY_CAUSES + 2);
			if (causes >= SUMMARY_CAUSES)
				assert_non_null(strstr(table, dn));
		}
		buf_fini(&text);
		rollup_fini(&r);
	}
	judge_fini(&j);
	domain_fini(&d);
}

/* Objects so named that FNV-1a in steps of eight bytes, four lanes at a time, gives all
 * of them one hash: two top bits cancel a third in the lane's step before. */
static void
objects_made_to_collide_are_apart(void **state)
{
	enum { PAIRS = 8, NAMES = 1 << PAIRS };
	const struct siphash_key key = { 1, 2 };
	struct rollup r;
	size_t alike = 0;

	(void)state;
	rollup_init(&r, &key);
	for (unsigned i = 0; i < NAMES; i++) {
		char dn[64 * PAIRS + 1];

		memset(dn, '0', sizeof dn - 1);
		dn[sizeof dn - 1] = '\0';
		for (unsigned p = 0; p < PAIRS; p++)
			for (unsigned k = 0; i >> p & 1 && k < 3; k++)
				dn[64 * p + (const unsigned[]){ 7, 35, 39 }[k]] ^= (char)0x80;
		add(&r, 301, CAUSE_BLOCKED_ABOVE, dn, "blocked", "CN=a");
		rollup_next(&r);
	}
	assert_int_equal(rollup_sort(&r), 0);
	assert_int_equal(r.cause_count, NAMES);
	for (size_t i = 0; i < r.cause_count; i++)
		alike += r.causes[i]->chained.hash == r.causes[0]->chained.hash;
	assert_int_equal(alike, 1);
	rollup_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_exact),
		cmocka_unit_test(orders_totally),
		cmocka_unit_test(counts_everybody),
		cmocka_unit_test(counts_by_severity),
		cmocka_unit_test(merges),
		cmocka_unit_test(each_domain_for_itself),
		cmocka_unit_test(rows_as_csv),
		cmocka_unit_test(summary_is_short),
		cmocka_unit_test(objects_made_to_collide_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
