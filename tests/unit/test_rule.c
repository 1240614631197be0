/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/event.h"
#include "rules/rule.h"

static void
test_ids_ascend(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < rule_count; i++) {
		assert_in_range(rule_table[i].id, 101, 699);
		if (i > 0)
			assert_true(rule_table[i - 1].id < rule_table[i].id);
		for (j = 0; j < i; j++)
			assert_string_not_equal(rule_table[i].name, rule_table[j].name);
		assert_ptr_equal(rule_find(rule_table[i].id), &rule_table[i]);
	}
	assert_null(rule_find(0));
	assert_null(rule_find(100));
	assert_null(rule_find(299));
	assert_null(rule_find(999));
}

/* The ids other programs filter by: what was given out stays as it is. */
static void
test_ids_are_stable(void **state)
{
	static const struct { unsigned id; const char *name; } given[] = {
		{ 101, "policy-hints-absent" }, { 103, "dc-unreachable" }, { 106, "dc-read-only" },
		{ 109, "domain-level-old" }, { 201, "connector-not-found" }, { 202, "connector-ambiguous" },
		{ 209, "unexpire-password-absent" }, { 212, "connector-token-incomplete" },
		{ 301, "reset-password-absent" }, { 306, "user-cannot-change-password" },
		{ 311, "protected-account" }, { 317, "right-undecidable" },
		{ 401, "account-disabled" }, { 407, "account-state-unreadable" },
		{ 501, "minimum-age-running" }, { 505, "fine-grained-policy-unreadable" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof given / sizeof given[0]; i++) {
		assert_non_null(rule_find(given[i].id));
		assert_string_equal(rule_find(given[i].id)->name, given[i].name);
	}
}

/* lower-case words with single hyphens */
static void
check_name(const char *s)
{
	size_t i;

	assert_true(s[0] >= 'a' && s[0] <= 'z');
	for (i = 0; s[i] != '\0'; i++) {
		assert_true((s[i] >= 'a' && s[i] <= 'z') || s[i] == '-');
		assert_false(s[i] == '-' && (s[i + 1] == '-' || s[i + 1] == '\0'));
	}
	assert_true(i <= 30);
}

/* One clean run of prose: no control characters, no blank at an end or two
 * together; sentences end with a full stop, a title does not. */
static void
check_text(const char *s, bool sentences, const char *where)
{
	size_t len = strlen(s), i;

	if (len == 0)
		fail_msg("%s: empty", where);
	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] > 0x7e)
			fail_msg("%s: byte 0x%02x", where, (unsigned char)s[i]);
	if (s[0] == ' ' || s[len - 1] == ' ' || strstr(s, "  ") != NULL || strstr(s, "..") != NULL)
		fail_msg("%s: blanks or stops in \"%s\"", where, s);
	if ((s[len - 1] == '.') != sentences)
		fail_msg("%s: end of \"%s\"", where, s);
	if (sentences && !(s[0] == '"' || (s[0] >= 'A' && s[0] <= 'Z') ||
	    (s[0] >= 'a' && s[0] <= 'z')))
		fail_msg("%s: start of \"%s\"", where, s);
}

static void
test_rules(void **state)
{
	const struct rule *r;
	char where[64];
	size_t i;

	(void)state;
	for (i = 0; i < rule_count; i++) {
		r = &rule_table[i];
		snprintf(where, sizeof where, "rule %u", r->id);
		check_name(r->name);
		check_text(r->title, false, where);
		check_text(r->why, true, where);
		check_text(r->remedy, true, where);
		if (r->attributes[0] != '\0')
			check_text(r->attributes, false, where);
		assert_true(strlen(r->title) <= 80);
		assert_int_equal(r->operations & ~OP_ALL, 0);
		assert_in_range(r->severity, SEVERITY_INFO, SEVERITY_FAIL);
		/* What fails says which operation; what informs touches none. */
		if (r->severity == SEVERITY_FAIL)
			assert_true(r->operations != 0);
		if (r->severity == SEVERITY_INFO)
			assert_true(r->operations == 0 && r->event == 0);
		if (r->unread)
			assert_int_equal(r->severity, SEVERITY_UNKNOWN);
		/* The statement is somebody's: a specification's or the vendor's. */
		if (strstr(r->why, "MS-") == NULL && strstr(r->why, "vendor") == NULL &&
		    r->id != 103 && r->id != 202 && r->id != 505)
			fail_msg("%s cites nothing", where);
		/* The family is the scope, but for what could not be read once for all. */
		if (r->id / 100 == 2)
			assert_int_equal(r->scope, RULE_CONNECTOR);
		if ((r->id / 100 == 3 && r->id != 324 &&
		    r->id != 325) || r->id / 100 == 4)
			assert_int_equal(r->scope, RULE_USER);
	}
}

static bool
event_lists(const struct event *e, unsigned id)
{
	size_t i;

	for (i = 0; i < EVENT_MAX_RULES && e->rules[i] != 0; i++)
		if (e->rules[i] == id)
			return true;
	return false;
}

/* A rule's event is in the event table, and one of its rows names the rule. */
static void
test_rules_and_events_agree(void **state)
{
	char code[16];
	bool known, named;
	size_t i, j;

	(void)state;
	for (i = 0; i < rule_count; i++) {
		if (rule_table[i].event == 0)
			continue;
		snprintf(code, sizeof code, "%u", rule_table[i].event);
		known = named = false;
		for (j = 0; j < event_count; j++) {
			if (strcmp(event_table[j].code, code) != 0)
				continue;
			known = true;
			named = named || event_lists(&event_table[j], rule_table[i].id);
		}
		if (!known || !named)
			fail_msg("rule %u and event %s", rule_table[i].id, code);
	}
	for (j = 0; j < event_count; j++)
		for (i = 0; i < EVENT_MAX_RULES && event_table[j].rules[i] != 0; i++)
			if (rule_find(event_table[j].rules[i]) == NULL)
				fail_msg("%s names rule %u", event_table[j].code, event_table[j].rules[i]);
}

static void
test_events(void **state)
{
	const struct event *e;
	size_t i, j;

	(void)state;
	for (i = 0; i < event_count; i++) {
		e = &event_table[i];
		check_text(e->meaning, true, e->code);
		check_text(e->name, false, e->code);
		if (e->remedy[0] != '\0')
			check_text(e->remedy, true, e->code);
		assert_int_equal(e->rules[EVENT_MAX_RULES - 1], 0);
		assert_true(strcmp(e->source, "ADSync") == 0 ||
		    strcmp(e->source, "PasswordResetService") == 0 ||
		    strcmp(e->source, "Application") == 0);
		/* A code has one row, or rows that the text of the event tells apart. */
		for (j = 0; j < i; j++)
			if (strcmp(e->code, event_table[j].code) == 0)
				assert_string_not_equal(e->name, event_table[j].name);
	}
}

/* Every code of the source document is there. */
static void
test_document_is_covered(void **state)
{
	static const struct { unsigned first, last, except1, except2; } runs[] = {
		{ 31001, 31018, 0, 0 }, { 32000, 32015, 32006, 32012 }, { 33001, 33009, 0, 0 },
	};
	static const char *const others[] = { "6800", "6329", "0x80230619", "0x8023061f",
		"80230402", "800700CE", "0x80230626", "0x8023062C" };
	char code[16];
	size_t r, i;
	unsigned n;
	bool found;

	(void)state;
	for (r = 0; r < sizeof runs / sizeof runs[0]; r++) {
		for (n = runs[r].first; n <= runs[r].last; n++) {
			snprintf(code, sizeof code, "%u", n);
			for (found = false, i = 0; i < event_count; i++)
				found = found || event_matches(&event_table[i], code);
			if (found != (n != runs[r].except1 && n != runs[r].except2))
				fail_msg("%s", code);
		}
	}
	for (r = 0; r < sizeof others / sizeof others[0]; r++) {
		for (found = false, i = 0; i < event_count; i++)
			found = found || event_matches(&event_table[i], others[r]);
		if (!found)
			fail_msg("%s", others[r]);
	}
}

/* How many rows each way to write a code names. */
static void
test_event_matches(void **state)
{
	static const struct { const char *text; size_t rows; } cases[] = {
		{ "33004", 1 }, { "event 33004", 1 }, { "Event: 33004", 1 }, { "adpermissionserror", 1 },
		{ "6329", 6 }, { "0x80230619", 1 }, { "80230619", 1 }, { "hr=80230619", 1 },
		{ "HR=0X80230619", 1 }, { "0x8023061F", 1 }, { "8023062c", 1 }, { "hr=800700CE", 1 },
		{ "0x800700ce", 1 }, { "HR 8023042", 1 }, { "hr=80230402", 1 },
		{ "", 0 }, { "0x", 0 }, { "hr", 0 }, { "hr=", 0 }, { "event", 0 }, { "event ", 0 },
		{ "3300", 0 }, { "330040", 0 }, { "0x33004x", 0 }, { "32006", 0 }, { " ", 0 },
	};
	size_t c, i, rows;

	(void)state;
	for (c = 0; c < sizeof cases / sizeof cases[0]; c++) {
		for (rows = 0, i = 0; i < event_count; i++)
			rows += event_matches(&event_table[i], cases[c].text) ? 1 : 0;
		if (rows != cases[c].rows)
			fail_msg("\"%s\": %zu", cases[c].text, rows);
	}
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(operations_str(0), "");
	assert_string_equal(operations_str(OP_RESET), "reset");
	assert_string_equal(operations_str(OP_RESET | OP_UNLOCK), "reset unlock");
	assert_string_equal(operations_str(OP_CHANGE | OP_UNLOCK), "change unlock");
	assert_string_equal(operations_str(OP_ALL), "reset change unlock");
	assert_string_equal(severity_str(SEVERITY_FAIL), "fail");
	assert_string_equal(severity_str(SEVERITY_UNKNOWN), "unknown");
	assert_string_equal(severity_str(SEVERITY_RISK), "risk");
	assert_string_equal(severity_str(SEVERITY_INFO), "info");
	assert_string_equal(rule_scope_str(RULE_USER), "user");
	assert_string_equal(rule_scope_str(RULE_CONNECTOR), "connector");
	assert_string_equal(rule_scope_str(RULE_DC), "dc");
	assert_string_equal(rule_scope_str(RULE_DOMAIN), "domain");
	assert_string_equal(rule_scope_str(RULE_FOREST), "forest");
	/* The worst verdict wins: the order of the enumeration is used for it. */
	assert_true(SEVERITY_FAIL > SEVERITY_UNKNOWN && SEVERITY_UNKNOWN > SEVERITY_RISK &&
	    SEVERITY_RISK > SEVERITY_INFO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_ascend),
		cmocka_unit_test(test_ids_are_stable),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_rules_and_events_agree),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_document_is_covered),
		cmocka_unit_test(test_event_matches),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
