/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "report/logged.h"
#include "report/metrics.h"
#include "report/nagios.h"
#include "rules/rule.h"
#include "rules/suppress.h"

static void
found(struct standing *s, unsigned rule, enum finding_status status, const char *object)
{
	assert_int_equal(standing_finding(s, &(struct finding){ .rule = rule, .status = status,
		.domain = "a.test", .object = object }), 0);
}

static void
test_label(void **state)
{
	static const struct { const char *value, *text; } cases[] = {
		{ "", "" },
		{ "CN=a,DC=b", "CN=a,DC=b" },
		{ "a\"} 1\nx{y=\"b", "a\\\"} 1\\nx{y=\\\"b" },
		{ "a\\", "a\\\\" },
		{ "a\\nb", "a\\\\nb" },
		{ "\xc3\xa4", "\xc3\xa4" },
		{ "\xe4" "b", "\xef\xbf\xbd" "b" },
		{ "a\r\tb", "a\r\tb" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = BUF_INIT;

		metrics_label(cases[i].value, &b);
		assert_string_equal(buf_str(&b), cases[i].text);
		buf_fini(&b);
	}
}

/* What a suppression that has expired covered counts again, once: as a new finding
 * where it is one. One that holds does not count at all. */
static void
test_lapsed(void **state)
{
	static const struct { enum finding_status status; bool holds; size_t open, fresh; } rows[] = {
		{ FINDING_NEW, false, 1, 1 }, { FINDING_KNOWN, false, 1, 1 },
		{ FINDING_RESOLVED, false, 0, 0 }, { FINDING_NEW, true, 0, 0 },
		{ FINDING_KNOWN, true, 0, 0 },
	};
	const struct suppression why = { .number = 2 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct finding f = { .rule = 301, .status = rows[i].status, .domain = "a.test",
			.object = "CN=x", .suppression = &why, .suppressed = rows[i].holds };
		struct standing s;

		assert_int_equal(standing_init(&s), 0);
		assert_int_equal(standing_finding(&s, &f), 0);
		assert_int_equal(standing_severity(&s, SEVERITY_FAIL, false), rows[i].open);
		assert_int_equal(standing_severity(&s, SEVERITY_FAIL, true), rows[i].fresh);
		assert_int_equal(standing_hits(&s, 2), rows[i].status != FINDING_RESOLVED);
		assert_int_equal(standing_hits(&s, 1), 0);
		standing_fini(&s);
	}
}

/* Parts are added up, and what they name is bounded. */
static void
test_merge(void **state)
{
	struct standing all, part;
	char name[32];

	(void)state;
	assert_int_equal(standing_init(&all), 0);
	for (int k = 0; k < 3; k++) {
		assert_int_equal(standing_init(&part), 0);
		for (int i = 0; i < 15; i++) {
			snprintf(name, sizeof name, "CN=%d-%d", k, i);
			found(&part, 301, FINDING_NEW, name);
		}
		found(&part, 403, FINDING_KNOWN, "CN=x");
		found(&part, 403, FINDING_RESOLVED, "CN=y");
		assert_int_equal(standing_merge(&all, &part), 0);
		standing_fini(&part);
	}
	assert_int_equal(all.news_count, STANDING_NEWS);
	assert_string_equal(all.news[STANDING_NEWS - 1].object, "CN=1-4");
	assert_int_equal(standing_status(&all, FINDING_NEW), 45);
	assert_int_equal(standing_status(&all, FINDING_RESOLVED), 3);
	assert_int_equal(standing_severity(&all, SEVERITY_FAIL, true), 45);
	assert_int_equal(standing_severity(&all, SEVERITY_RISK, false), 3);
	assert_int_equal(standing_severity(&all, SEVERITY_RISK, true), 0);
	standing_fini(&all);
}

static void
test_states(void **state)
{
	static const struct {
		bool started, complete, alarm, never, new_only;
		unsigned rule;			/* 0: none */
		enum finding_status status;
		enum nagios expected;
	} cases[] = {
		{ false, false, false, false, false, 0, 0, NAGIOS_UNKNOWN },
		{ false, true, true, false, false, 0, 0, NAGIOS_UNKNOWN },
		{ true, false, false, false, false, 0, 0, NAGIOS_UNKNOWN },
		{ true, false, true, false, false, 301, 0, NAGIOS_CRITICAL },
		{ true, true, true, false, false, 301, 0, NAGIOS_CRITICAL },
		{ true, true, false, false, false, 403, 0, NAGIOS_WARNING },
		{ true, true, false, false, false, 314, 0, NAGIOS_OK },
		{ true, true, false, true, false, 301, 0, NAGIOS_OK },
		{ true, false, false, true, false, 301, 0, NAGIOS_UNKNOWN },
		{ true, true, false, false, true, 403, FINDING_KNOWN, NAGIOS_OK },
		{ true, true, false, false, true, 403, FINDING_NEW, NAGIOS_WARNING },
		{ true, true, false, false, false, 403, FINDING_RESOLVED, NAGIOS_OK },
		{ true, true, false, false, false, 0, 0, NAGIOS_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct standing s;

		assert_int_equal(standing_init(&s), 0);
		if (cases[i].rule)
			found(&s, cases[i].rule, cases[i].status, "CN=x");
		assert_int_equal(nagios_state(&(struct outcome){ .standing = &s, .problem = "",
			.started = cases[i].started, .complete = cases[i].complete,
			.alarm = cases[i].alarm, .never = cases[i].never,
			.new_only = cases[i].new_only }), cases[i].expected);
		standing_fini(&s);
	}
}

static void
test_plugin_words(void **state)
{
	struct outcome o = { .problem = "a|b\nc \x1b[31m" };
	struct buf b = BUF_INIT;

	(void)state;
	nagios_line(&o, &b);
	assert_string_equal(buf_str(&b), "WRITEBACK UNKNOWN - the audit could not start: "
	    "a/b\\x0ac \\x1b[31m\n");
	buf_fini(&b);
}

static void
one_line(void *arg, const struct logged *l)
{
	const char *end = l->fields;

	assert_null(strpbrk(l->text, "\n\r\x1b"));
	/* Each field a name of its own, whatever the value says. */
	for (; *end; end = strchr(end, '\n') + 1)
		assert_memory_equal(end, "WRITEBACK_", 10);
	if (strstr(l->text, "status=new")) {
		assert_string_equal(l->text, "rule=301 name=reset-password-absent severity=fail "
		    "status=new domain=\"a.test\" object=\"CN=\\x22 rule=\\x22\\x0a\\x1b\"");
		assert_string_equal(l->fields, "WRITEBACK_RULE=301\n"
		    "WRITEBACK_NAME=reset-password-absent\nWRITEBACK_SEVERITY=fail\n"
		    "WRITEBACK_STATUS=new\nWRITEBACK_DOMAIN=a.test\n"
		    "WRITEBACK_OBJECT=CN=\" rule=\"\\x0a\\x1b\n");
	}
	assert_int_equal(l->rule, strncmp(l->text, "rule=301 ", 9) ? 0 : 301);
	++*(int *)arg;
}

/* A name makes neither a second line nor a field of its own. */
static void
test_hostile_log(void **state)
{
	struct standing s;
	int lines = 0;

	(void)state;
	assert_int_equal(standing_init(&s), 0);
	found(&s, 301, FINDING_NEW, "CN=\" rule=\"\n\x1b");
	logged_lines(&(struct outcome){ .standing = &s, .started = true, .history = true,
		.problem = "a\nb" }, one_line, &lines);
	assert_int_equal(lines, 3);
	standing_fini(&s);
}

static void
short_line(void *arg, const struct logged *l)
{
	assert_true(strlen(l->fields) < 2500);
	if (strstr(l->text, "status=new"))
		*(bool *)arg = strstr(l->fields, "\xc3\xa4...\n") != NULL;
}

/* A name of any length fits a datagram, and is not cut within a character. */
static void
test_long_log(void **state)
{
	char name[100001];
	struct standing s;
	bool cut = false;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof name; i++)
		name[i] = i % 2 ? '\xc3' : '\xa4';
	name[0] = 'a';
	name[sizeof name - 1] = '\0';
	assert_int_equal(standing_init(&s), 0);
	found(&s, 301, FINDING_NEW, name);
	logged_lines(&(struct outcome){ .standing = &s, .started = true, .history = true,
		.problem = "" }, short_line, &cut);
	assert_true(cut);
	standing_fini(&s);
}

/* They are in other people's filters: these never change. */
static void
test_log_ids(void **state)
{
	struct logged_id a, b;

	(void)state;
	assert_string_equal(logged_id(0, &a), "9cc04ba652d64603ae792fb39d600000");
	assert_string_equal(logged_id(301, &a), "9cc04ba652d64603ae792fb39d600301");
	for (size_t i = 0; i < rule_count; i++) {
		assert_int_equal(strlen(logged_id(rule_table[i].id, &a)), 32);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(a.s, logged_id(rule_table[k].id, &b));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_label),
		cmocka_unit_test(test_lapsed),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_plugin_words),
		cmocka_unit_test(test_hostile_log),
		cmocka_unit_test(test_long_log),
		cmocka_unit_test(test_log_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
