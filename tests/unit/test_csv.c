/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "report/report.h"
#include "rules/rule.h"

/* The output contract: other programs read these. Columns are added at the end,
 * and never renamed. */
#define FINDINGS_HEADER \
	"rule,severity,scope,domain,object,samaccountname,upn,object_guid,operations,event," \
	"until,evidence,cause,remedy,status,first_seen,assumed,suppressed"
#define USERS_HEADER \
	"domain,dn,samaccountname,upn,object_guid,reset,change,unlock,right_reset_password," \
	"right_change_password,right_write_lockouttime,right_write_pwdlastset,enabled,locked," \
	"password_never_expires,admin_count,protected,blocked_until,policy,rules,connector," \
	"difference"

#define CELLS 24

/* A row taken apart by RFC 4180 2, its line end checked. */
struct cells {
	char text[CELLS][1024];
	size_t count;
};

static void
split(const char *line, size_t len, struct cells *out)
{
	bool quoted = false;
	size_t n = 0;

	memset(out, 0, sizeof *out);
	assert_true(len >= 2 && memcmp(line + len - 2, "\r\n", 2) == 0);
	out->count = 1;
	for (size_t i = 0; i < len - 2; i++) {
		char *cell = out->text[out->count - 1];

		assert_true(n < sizeof out->text[0] - 1);
		if (quoted) {
			if (line[i] != '"')
				cell[n++] = line[i];
			else if (line[i + 1] == '"')
				cell[n++] = line[i++];
			else
				quoted = false;
		} else if (line[i] == '"') {
			assert_int_equal(n, 0);
			quoted = true;
		} else if (line[i] == ',') {
			assert_true(out->count < CELLS);
			out->count++;
			n = 0;
		} else {
			assert_true(line[i] != '\r' && line[i] != '\n');
			cell[n++] = line[i];
		}
	}
	assert_false(quoted);
}

/* The cell below a column's name. */
static const char *
cell(const struct cells *c, const char *header, const char *name)
{
	struct buf line = BUF_INIT;
	struct cells names;
	size_t i = 0;

	buf_addf(&line, "%s\r\n", header);
	split(line.data, line.len, &names);
	buf_fini(&line);
	assert_int_equal(names.count, c->count);
	while (i < names.count && strcmp(names.text[i], name) != 0)
		i++;
	assert_true(i < names.count);
	return c->text[i];
}

static void
finding_cells(const struct finding *f, struct cells *out)
{
	struct buf line = BUF_INIT;

	format_findings_csv.finding(f, &line);
	assert_false(buf_failed(&line));
	split(line.data, line.len, out);
	buf_fini(&line);
}

static void
row_cells(const struct judgement *j, struct cells *out)
{
	struct buf line = BUF_INIT;

	format_users_csv.judgement(j, &line);
	assert_false(buf_failed(&line));
	split(line.data, line.len, out);
	buf_fini(&line);
}

static void
headers(void **state)
{
	struct buf line = BUF_INIT;

	(void)state;
	format_findings_csv.header(&line);
	assert_string_equal(buf_str(&line), FINDINGS_HEADER "\r\n");
	buf_clear(&line);
	format_users_csv.header(&line);
	assert_string_equal(buf_str(&line), USERS_HEADER "\r\n");
	buf_fini(&line);
	assert_null(format_findings_csv.judgement);
	assert_null(format_users_csv.finding);
}

static struct account account = {
	.dn = USER_DN, .dn_len = sizeof USER_DN - 1,
	.sam = { (const uint8_t *)"ada", 3 },
	.upn = { (const uint8_t *)"ada@contoso.test", 16 },
	.has_guid = true,
	.guid = { { 0x70, 0x95, 0x29, 0x00, 0x6d, 0x24, 0xd0, 0x11, 0xa7, 0x68, 0x00, 0xaa, 0x00,
		0x6e, 0x05, 0x29 } },
};

static const struct finding good_finding = {
	.rule = 501, .operations = OP_RESET | OP_CHANGE, .domain = "contoso.test",
	.object = USER_DN, .account = &account, .has_until = true,
	.evidence = "pwdLastSet: 1", .cause = BASE,
};

static void
finding_row(void **state)
{
	static const char *const columns[][2] = {
		{ "rule", "501" }, { "severity", "fail" }, { "scope", "user" },
		{ "domain", "contoso.test" }, { "object", USER_DN }, { "samaccountname", "ada" },
		{ "upn", "ada@contoso.test" },
		{ "object_guid", "00299570-246d-11d0-a768-00aa006e0529" },
		{ "operations", "reset change" }, { "event", "33008" },
		{ "until", "2026-06-02T00:00:00Z" }, { "evidence", "pwdLastSet: 1" },
		{ "cause", BASE },
	};
	struct finding f = good_finding;
	struct cells c;

	(void)state;
	f.until = filetime("2026-06-02");
	finding_cells(&f, &c);
	for (size_t i = 0; i < COUNT(columns); i++)
		assert_string_equal(cell(&c, FINDINGS_HEADER, columns[i][0]), columns[i][1]);
	assert_string_equal(cell(&c, FINDINGS_HEADER, "remedy"), rule_find(501)->remedy);

	assert_string_equal(cell(&c, FINDINGS_HEADER, "status"), "");
	assert_string_equal(cell(&c, FINDINGS_HEADER, "first_seen"), "");
	f.status = FINDING_RESOLVED;
	f.first_seen = filetime("2026-06-01");
	finding_cells(&f, &c);
	assert_string_equal(cell(&c, FINDINGS_HEADER, "status"), "resolved");
	assert_string_equal(cell(&c, FINDINGS_HEADER, "first_seen"), "2026-06-01T00:00:00Z");

	/* what is not known, or not there, is an empty cell */
	f = (struct finding){ .rule = 102 };
	finding_cells(&f, &c);
	assert_string_equal(cell(&c, FINDINGS_HEADER, "rule"), "102");
	assert_string_equal(cell(&c, FINDINGS_HEADER, "severity"), "info");
	assert_string_equal(cell(&c, FINDINGS_HEADER, "scope"), "dc");
	static const char *const empty[] = { "domain", "object", "samaccountname", "upn",
		"object_guid", "operations", "event", "until", "evidence", "cause" };
	for (size_t i = 0; i < COUNT(empty); i++)
		assert_string_equal(cell(&c, FINDINGS_HEADER, empty[i]), "");

	/* what is not so is marked */
	f = good_finding;
	finding_cells(&f, &c);
	assert_string_equal(cell(&c, FINDINGS_HEADER, "assumed"), "");
	f.assumed = true;
	finding_cells(&f, &c);
	assert_string_equal(cell(&c, FINDINGS_HEADER, "assumed"), "yes");

	/* the operations touched here, not those of the table */
	f = good_finding;
	f.rule = 407;
	f.operations = OP_CHANGE;
	f.has_until = false;
	finding_cells(&f, &c);
	assert_string_equal(cell(&c, FINDINGS_HEADER, "operations"), "change");
	assert_string_equal(cell(&c, FINDINGS_HEADER, "severity"), "unknown");
	assert_string_equal(cell(&c, FINDINGS_HEADER, "event"), "");
	assert_string_equal(cell(&c, FINDINGS_HEADER, "until"), "");
}

/* Each rule of the table makes a row of the same columns. */
static void
every_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < rule_count; i++) {
		struct finding f = good_finding;
		struct cells c;

		f.rule = rule_table[i].id;
		f.operations = rule_table[i].operations;
		finding_cells(&f, &c);
		assert_string_equal(cell(&c, FINDINGS_HEADER, "severity"),
		    severity_str(rule_table[i].severity));
		assert_string_equal(cell(&c, FINDINGS_HEADER, "scope"),
		    rule_scope_str(rule_table[i].scope));
		assert_string_equal(cell(&c, FINDINGS_HEADER, "operations"),
		    operations_str(rule_table[i].operations));
	}
}

static const unsigned some_rules[] = { 301, 307, 501 };

static const struct judgement good_row = {
	.domain = "contoso.test", .account = &account,
	.reset = VERDICT_FAIL, .change = VERDICT_RISK, .unlock = VERDICT_UNKNOWN,
	.right_reset = DECISION_NO, .right_change = DECISION_YES,
	.right_lockout = DECISION_UNKNOWN, .right_pwdlastset = DECISION_YES,
	.enabled = ANSWER_YES, .locked = ANSWER_UNKNOWN, .never_expires = ANSWER_NO,
	.admin_count = ANSWER_YES, .is_protected = ANSWER_NO,
	.policy = BASE "tail", .policy_len = sizeof BASE - 1,
	.rules = some_rules, .rule_count = 3, .connector = "CN=MSOL," BASE,
};

static void
user_row(void **state)
{
	static const char *const columns[][2] = {
		{ "domain", "contoso.test" }, { "dn", USER_DN }, { "samaccountname", "ada" },
		{ "upn", "ada@contoso.test" },
		{ "object_guid", "00299570-246d-11d0-a768-00aa006e0529" },
		{ "reset", "fail" }, { "change", "risk" }, { "unlock", "unknown" },
		{ "right_reset_password", "no" }, { "right_change_password", "yes" },
		{ "right_write_lockouttime", "unknown" }, { "right_write_pwdlastset", "yes" },
		{ "enabled", "yes" }, { "locked", "unknown" }, { "password_never_expires", "no" },
		{ "admin_count", "yes" }, { "protected", "no" },
		{ "blocked_until", "2026-06-02T00:00:00Z" }, { "policy", BASE },
		{ "rules", "301 307 501" }, { "connector", "CN=MSOL," BASE },
	};
	static const struct account nobody = { .dn = "CN=x", .dn_len = 4 };
	struct judgement j = good_row;
	struct cells c;

	(void)state;
	j.has_blocked_until = true;
	j.blocked_until = filetime("2026-06-02");
	row_cells(&j, &c);
	for (size_t i = 0; i < COUNT(columns); i++)
		assert_string_equal(cell(&c, USERS_HEADER, columns[i][0]), columns[i][1]);

	j = (struct judgement){ .account = &nobody };
	row_cells(&j, &c);
	static const char *const empty[] = { "domain", "samaccountname", "upn", "object_guid",
		"blocked_until", "policy", "rules", "connector", "difference" };
	for (size_t i = 0; i < COUNT(empty); i++)
		assert_string_equal(cell(&c, USERS_HEADER, empty[i]), "");
	assert_string_equal(cell(&c, USERS_HEADER, "dn"), "CN=x");
	assert_string_equal(cell(&c, USERS_HEADER, "reset"), "ok");
	j.assumed = true;
	for (int d = 0; d < DIFFERENCE_COUNT; d++) {
		static const char *const words[] = { "unchanged", "healed", "broken" };

		j.difference = (enum difference)d;
		row_cells(&j, &c);
		assert_string_equal(cell(&c, USERS_HEADER, "difference"), words[d]);
	}
	j.domain = "";
	row_cells(&j, &c);
	assert_string_equal(cell(&c, USERS_HEADER, "domain"), "");
	assert_string_equal(cell(&c, USERS_HEADER, "dn"), "CN=x");
}

/* RFC 4180, and cells that a spreadsheet would run, in each column that carries
 * what somebody else wrote. */
static void
hostile_values(void **state)
{
	static const struct { const char *in; size_t len; const char *out; } rows[] = {
#define V(in, out) { in, sizeof in - 1, out }
		V("a,b", "a,b"), V("say \"hi\"", "say \"hi\""), V("\"", "\""),
		V("a\r\nb", "a\r\nb"),
		V("a\nb", "a\nb"), V("a\rb", "a\rb"), V(",", ","), V(" spaces ", " spaces "),
		V("=1+1", "'=1+1"), V("+1", "'+1"), V("-1", "'-1"), V("@SUM(A1)", "'@SUM(A1)"),
		V("\tx", "'\tx"), V("\rx", "'\rx"), V("  =1", "'  =1"),
		V("=cmd|'/c calc'!A0,\"x\"", "'=cmd|'/c calc'!A0,\"x\""),
		V("a=1", "a=1"), V("'quoted'", "'quoted'"), V("J\xc3\xbcrgen", "J\xc3\xbcrgen"),
		V("a\0b", "a\xef\xbf\xbd" "b"), V("\xff", "\xef\xbf\xbd"),
#undef V
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account a = account;
		struct finding f = good_finding;
		struct judgement j = good_row;
		struct cells c;

		a.sam = a.upn = (struct value){ (const uint8_t *)rows[i].in, rows[i].len };
		a.dn = rows[i].in;
		a.dn_len = rows[i].len;
		f.account = &a;
		finding_cells(&f, &c);
		assert_string_equal(cell(&c, FINDINGS_HEADER, "samaccountname"), rows[i].out);
		assert_string_equal(cell(&c, FINDINGS_HEADER, "upn"), rows[i].out);
		j.account = &a;
		j.policy = rows[i].in;
		j.policy_len = rows[i].len;
		row_cells(&j, &c);
		assert_string_equal(cell(&c, USERS_HEADER, "samaccountname"), rows[i].out);
		assert_string_equal(cell(&c, USERS_HEADER, "dn"), rows[i].out);
		assert_string_equal(cell(&c, USERS_HEADER, "policy"), rows[i].out);
		if (strlen(rows[i].in) != rows[i].len)
			continue;
		f.domain = f.object = f.evidence = f.cause = rows[i].in;
		finding_cells(&f, &c);
		assert_string_equal(cell(&c, FINDINGS_HEADER, "domain"), rows[i].out);
		assert_string_equal(cell(&c, FINDINGS_HEADER, "object"), rows[i].out);
		assert_string_equal(cell(&c, FINDINGS_HEADER, "evidence"), rows[i].out);
		assert_string_equal(cell(&c, FINDINGS_HEADER, "cause"), rows[i].out);
		j.domain = j.connector = rows[i].in;
		row_cells(&j, &c);
		assert_string_equal(cell(&c, USERS_HEADER, "domain"), rows[i].out);
		assert_string_equal(cell(&c, USERS_HEADER, "connector"), rows[i].out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(finding_row),
		cmocka_unit_test(every_rule),
		cmocka_unit_test(user_row),
		cmocka_unit_test(hostile_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
