/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/access.h"
#include "core/dn.h"
#include "core/sddl.h"
#include "report/dialect.h"

/*
 * None of the programs that the dialects are for runs here but samba-tool. So what is
 * printed for them is taken apart once more, strictly, by the grammar that they
 * document, and must be the ACE that was meant on the object that was meant:
 *
 *   dsacls		its own help (10.0.17763): "DSACLS object [/I:TSP] [/G
 *			<group/user>:<perms>]", a trustee may be "A string SID",
 *			<perms> is "[Permission bits];[Object/Property];[Inherited
 *			Object Type]", and with the last "The permissions MUST be
 *			Inherit Only"
 *   cmdlet		Microsoft Entra Connect: ADSyncConfig PowerShell Reference,
 *			Set-ADSyncPasswordWritebackPermissions: two sets of parameters
 *   Edit-Ace		the function that the preamble defines, whose parameters are
 *			ActiveDirectoryAccessRule's (.NET)
 *
 * The names of rights here are this test's own, from MS-ADTS 5.1.3.2.1 and the schema.
 */

#define BASE	"DC=contoso,DC=test"
#define MSOL	"CN=MSOL_0123456789ab,CN=Users," BASE
#define ROUNDS	4000

enum { CA = 0x100, WP = 0x20 };

static const struct known { const char *name, *guid; uint32_t mask; } rights[] = {
	{ "Reset Password", "00299570-246d-11d0-a768-00aa006e0529", CA },
	{ "Change Password", "ab721a53-1e2f-11d0-9819-00aa0040529b", CA },
	{ "Unexpire Password", "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501", CA },
	{ "lockoutTime", "28630ebf-41d5-11d1-a9c1-0000f80367c1", WP },
	{ "pwdLastSet", "bf967a0a-0de6-11d0-a285-00aa003049e2", WP },
}, classes[] = {
	{ "user", "bf967aba-0de6-11d0-a285-00aa003049e2", 0 },
	{ "inetOrgPerson", "4828cc14-1437-45bc-9b07-ad6f015e5f28", 0 },
};
#define COUNT(a) (sizeof (a) / sizeof *(a))

static struct guid
guid(const char *s)
{
	struct guid g = { { 0 } };

	if (*s && guid_from_str(s, strlen(s), &g) != ERR_OK)
		fail_msg("no GUID: %s", s);
	return g;
}

static const struct known *
find(const struct known *list, size_t count, const char *s, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i].name) == len && !memcmp(list[i].name, s, len))
			return &list[i];
	fail_msg("no such name: %.*s", (int)len, s);
	return NULL;
}

/* Random cures on random objects, the same each time. */

static uint32_t
next(uint32_t below)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

/* What means something to cmd.exe, PowerShell, sh, a DN, an ADsPath or a terminal. */
static const char *const pieces[] = { "'", "''", "\"", "`", "$(", ")", "${x}", "%PATH%", "%1", "!x!",
	"^", "&", "|", "<", ">", ";", ",", "=", "+", "#", "\\", "\\\\", "/", "//", "*", "?", "@", "@(",
	" ", "  ", "\t", "\n", "\r\n", "\x1b[2J", "\x7f", "-", "--", "/G", "/I:T", "-ADobjectDN", "{", "}",
	"[", "]", "~", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a", "\xe2\x80\x9b", "\xe2\x80\x9c",
	"\xe2\x80\x9d", "\xe2\x80\x9e", "\xe2\x80\x93", "\xe2\x80\xae", "\xc2\xa0", "\x91", "\x92", "\xff",
	"\xe6\xa0\xaa", "\xc3\xbc", "a", "Z", "reboot", "CON", "S-1-1-0:GA" };

static void
random_dn(struct buf *dn)
{
	static const char *const types[] = { "CN", "OU", "OU", "L" };

	buf_clear(dn);
	for (uint32_t rdns = next(4); rdns; rdns--) {
		struct buf value = BUF_INIT;
		bool plain = next(3) == 0;

		for (uint32_t n = 1 + next(5); n; n--)
			buf_adds(&value, plain ? "Staff 2" : pieces[next(COUNT(pieces))]);
		if (next(97) == 0)
			for (int n = 0; n < 1200; n++)
				buf_adds(&value, "\xe6\xa0\xaa");
		buf_addf(dn, "%s=", types[next(COUNT(types))]);
		dn_escape_value(buf_str(&value), value.len, dn);
		buf_addc(dn, ',');
		buf_fini(&value);
	}
	buf_adds(dn, BASE);
}

static struct sid
random_sid(void)
{
	struct sid s = { .authority = 5, .count = 5, .sub = { 21, next(UINT32_MAX), next(UINT32_MAX),
		next(UINT32_MAX), 1000 + next(100000) } };

	return next(6) == 0 ? sid_self : s;
}

static struct cure_step
random_step(const char *object)
{
	static const uint8_t flags[] = { 0, ACE_CONTAINER_INHERIT,
		ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY, ACE_CONTAINER_INHERIT | ACE_NO_PROPAGATE,
		ACE_CONTAINER_INHERIT | ACE_NO_PROPAGATE | ACE_INHERIT_ONLY };
	const struct known *right = &rights[next(COUNT(rights))];
	const struct known *class = &classes[next(COUNT(classes))];
	struct cure_step s = { .act = next(3) ? CURE_GRANT : CURE_UNDENY, .object = object,
		.ace = { .layout = ACE_LAYOUT_OBJECT, .mask = right->mask,
			.object_flags = ACE_OBJECT_TYPE_PRESENT, .object_type = guid(right->guid),
			.trustee = random_sid() } };
	bool below = s.act == CURE_GRANT ? next(2) : next(5) > 1;

	s.ace.type = s.act == CURE_GRANT ? ACE_ALLOWED_OBJECT : ACE_DENIED_OBJECT;
	if (below)
		s.ace.flags = s.act == CURE_GRANT ? flags[2] : flags[next(COUNT(flags))];
	if (below && (s.act == CURE_GRANT || next(2))) {
		s.ace.object_flags |= ACE_INHERITED_OBJECT_TYPE_PRESENT;
		s.ace.inherited_type = guid(class->guid);
		s.class_name = class->name;
	}
	if (s.act == CURE_UNDENY && next(4) == 0) {	/* all of a kind, and no object ACE */
		s.ace.type = ACE_DENIED;
		s.ace.layout = ACE_LAYOUT_SIMPLE;
		s.ace.object_flags = 0;
		s.class_name = NULL;
	}
	return s;
}

/* A change as a command tells it. */
struct told {
	char *dn;
	enum cure_act act;
	struct ace ace;
};

static void
same(const struct told *t, const struct cure_step *want, const char *dn, const char *line)
{
	const struct ace *a = &t->ace, *b = &want->ace;
	static const struct guid none;
	const struct guid *bo = b->object_flags & ACE_OBJECT_TYPE_PRESENT ? &b->object_type : &none;
	const struct guid *bi = b->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT ?
		&b->inherited_type : &none;

	if (t->act != want->act || a->flags != b->flags || a->mask != b->mask ||
	    ace_is_deny(a) != ace_is_deny(b) || !guid_eq(&a->object_type, bo) ||
	    !guid_eq(&a->inherited_type, bi) || !sid_eq(&a->trustee, &b->trustee))
		fail_msg("another ACE: %s", line);
	if (!dn_eq(t->dn, strlen(t->dn), dn, strlen(dn)))
		fail_msg("another object than %s: %s", dn, line);
}

/* A word of the line, ended by a space or the end; the rest is what stands behind. */
static char *
word(char **rest, const char *line)
{
	char *s = *rest, *end = strchr(s, ' ');

	if (!*s || end == s)
		fail_msg("a word is missing: %s", line);
	if (end)
		*end = '\0';
	*rest = end ? end + 1 : s + strlen(s);
	return s;
}

/* dsacls */

/* One "…" of cmd.exe. Nothing in it that expands, and nothing that ends it early. */
static char *
cmd_quoted(char **rest, const char *line)
{
	char *s = *rest, *end = *s == '"' ? strchr(s + 1, '"') : NULL;

	if (!end || (end[1] && end[1] != ' ') || end[-1] == '\\')
		fail_msg("no word in quotes: %s", line);
	*end = '\0';
	for (const char *p = ++s; *p; p++)
		if (*p < ' ' || *p > '~' || strchr("%!", *p))
			fail_msg("a character that cmd.exe looks at: %s", line);
	*rest = end[1] ? end + 2 : end + 1;
	return s;
}

static void
parse_dsacls(char *text, const char *line, struct told *t)
{
	struct sid sid;
	const struct known *right;
	char *rest = text, *who, *perms, *object, *class;

	assert_string_equal(word(&rest, line), "dsacls");
	*t = (struct told){ .dn = cmd_quoted(&rest, line), .act = CURE_GRANT };
	if (!strncmp(t->dn, "\\\\", 2))
		fail_msg("a server: %s", line);
	assert_string_equal(word(&rest, line), "/G");
	who = cmd_quoted(&rest, line);
	perms = strchr(who, ':');
	if (!perms)
		fail_msg("no permissions: %s", line);
	*perms++ = '\0';
	if (sid_from_str(who, strlen(who), &sid) != ERR_OK)
		fail_msg("the trustee is no SID: %s", line);
	object = strchr(perms, ';');
	if (!object || object - perms != 2)
		fail_msg("the bits of one permission, and for what: %s", line);
	*object++ = '\0';
	class = strchr(object, ';');
	if (class)
		*class++ = '\0';
	right = find(rights, COUNT(rights), object, strlen(object));
	t->ace = (struct ace){ .type = ACE_ALLOWED_OBJECT, .trustee = sid,
		.mask = !strcmp(perms, "CA") ? CA : !strcmp(perms, "WP") ? WP : 0,
		.object_type = guid(right->guid) };
	/* CA is about an extended right, WP about a property. */
	assert_int_equal(t->ace.mask, right->mask);
	if (class)
		t->ace.inherited_type = guid(find(classes, COUNT(classes), class,
		    strlen(class))->guid);
	if (*rest) {
		assert_string_equal(rest, "/I:S");
		t->ace.flags = ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY;
	}
	/* [Inherited Object Type]: "The permissions MUST be Inherit Only." */
	assert_int_equal(class != NULL, *rest != '\0');
}

/* PowerShell */

static char *
ps_quoted(char **rest, const char *line)
{
	char *s = *rest, *out = s + 1, *start = out;

	if (*s != '\'')
		fail_msg("no word in quotes: %s", line);
	for (s++; *s && !(*s == '\'' && s[1] != '\''); s++) {
		if (*s < ' ' || *s > '~')
			fail_msg("a character that a code page may turn into a quote: %s", line);
		s += *s == '\'';
		*out++ = *s;
	}
	if (!*s || (s[1] && s[1] != ' '))
		fail_msg("the quote does not end: %s", line);
	*rest = s[1] ? s + 2 : s + 1;
	*out = '\0';
	return start;
}

static void
parse_edit_ace(char *text, const char *line, struct told *t)
{
	static const struct { const char *name; uint8_t flags; } inheritance[] = {
		{ "None", 0 }, { "All", ACE_CONTAINER_INHERIT },
		{ "Descendents", ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY },
		{ "SelfAndChildren", ACE_CONTAINER_INHERIT | ACE_NO_PROPAGATE },
		{ "Children", ACE_CONTAINER_INHERIT | ACE_NO_PROPAGATE | ACE_INHERIT_ONLY },
	};
	char *rest = text, *verb, *sid, *type, *rights_word, *object, *inherit, *end;
	size_t i;

	assert_string_equal(word(&rest, line), "Edit-Ace");
	verb = word(&rest, line);
	*t = (struct told){ .dn = ps_quoted(&rest, line) };
	sid = word(&rest, line);
	type = word(&rest, line);
	rights_word = word(&rest, line);
	object = word(&rest, line);
	inherit = word(&rest, line);
	if (strcmp(verb, "Add") != 0 && strcmp(verb, "Remove") != 0)
		fail_msg("neither Add nor Remove: %s", line);
	t->act = *verb == 'A' ? CURE_GRANT : CURE_UNDENY;
	t->ace.type = !strcmp(type, "Deny") ? ACE_DENIED_OBJECT : ACE_ALLOWED_OBJECT;
	assert_true(t->ace.type == ACE_DENIED_OBJECT || !strcmp(type, "Allow"));
	assert_int_equal(sid_from_str(sid, strlen(sid), &t->ace.trustee), ERR_OK);
	t->ace.mask = (uint32_t)strtoul(rights_word, &end, 10);
	assert_true(*rights_word && !*end && t->ace.mask <= INT32_MAX);
	t->ace.object_type = guid(object);
	t->ace.inherited_type = guid(rest);
	for (i = 0; i < COUNT(inheritance) && strcmp(inheritance[i].name, inherit) != 0; i++)
		continue;
	assert_true(i < COUNT(inheritance));
	t->ace.flags = inheritance[i].flags;
}

/* The vendor's cmdlet: what its reference says that it grants, on one object. */
static void
parse_cmdlet(char *text, const char *line, struct told t[3])
{
	/* As AdSyncConfig.psm1 has it, and takes no other DN. */
	static const char known_dn[] =
		"^(CN=[^,]*,)?(((CN|OU)=[^,]+,?)+,)?((DC=[^,]+,?)+)$";
	char *rest = text, *account = NULL, *object = NULL;
	regex_t re;

	assert_string_equal(word(&rest, line), "Set-ADSyncPasswordWritebackPermissions");
	while (*rest) {
		char *name = word(&rest, line), *value = ps_quoted(&rest, line);

		/* The set DistinguishedName; -ADConnectorAccountName and -…Domain are the
		 * other one. Neither switch about AdminSDHolder: nothing is said of it. */
		if (!strcmp(name, "-ADConnectorAccountDN") && !account)
			account = value;
		else if (!strcmp(name, "-ADobjectDN") && !object)
			object = value;
		else
			fail_msg("%s: %s", name, line);
	}
	if (!account || !object)	/* without an object: every domain of the forest */
		fail_msg("for whom, and on what: %s", line);
	assert_string_equal(account, MSOL);
	assert_int_equal(regcomp(&re, known_dn, REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
	if (regexec(&re, account, 0, NULL, 0) != 0 || regexec(&re, object, 0, NULL, 0) != 0)
		fail_msg("the cmdlet does not take the name: %s", line);
	regfree(&re);
	/* On what is no OU or container it drops the class. */
	assert_memory_equal(object, "OU=", 3);
	for (size_t i = 0; i < 3; i++) {
		const struct known *r = &rights[(size_t[]){ 0, 3, 4 }[i]];

		t[i] = (struct told){ .dn = object, .act = CURE_GRANT,
			.ace = { .type = ACE_ALLOWED_OBJECT, .mask = r->mask,
				.flags = ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY,
				.object_type = guid(r->guid),
				.inherited_type = guid(classes[0].guid) } };
	}
}

/* Takes the next line, ended as the dialect ends it; NULL at the end. */
static char *
next_line(const struct dialect *d, char **rest)
{
	char *s = *rest, *end = strstr(s, d->eol);

	if (!*s)
		return NULL;
	if (!end)
		fail_msg("a line without an end: %s", s);
	*end = '\0';
	*rest = end + strlen(d->eol);
	for (const char *p = s; *p && d->ascii; p++)
		if (*p < ' ' || *p > '~')
			fail_msg("%s: a character that is not ASCII: %s", d->name, s);
	if (strchr(s, '\n') || (d->line_max && strlen(s) > d->line_max))
		fail_msg("%s: a line that is none: %s", d->name, s);
	return s;
}

static bool
is_comment(const struct dialect *d, const char *s)
{
	return !strncmp(s, d->comment, strlen(d->comment));
}

/* One step on one object, as the dialect says it, is the step again; how many could be
 * said, and how many grants could not, which takes a name of 2000 bytes. */
static void
round_trips(const struct dialect *d, void (*parse)(char *text, const char *line, struct told *),
    size_t *commands, size_t *too_long)
{
	struct buf dn = BUF_INIT, out = BUF_INIT;

	*commands = *too_long = 0;
	for (int i = 0; i < ROUNDS; i++) {
		struct cure_step step;
		char *rest, *line, *copy;
		struct told t;

		random_dn(&dn);
		step = random_step(buf_str(&dn));
		buf_clear(&out);
		d->commands(buf_str(&dn), MSOL, &step, 1, &out);
		rest = out.data;
		line = next_line(d, &rest);
		assert_non_null(line);
		if (is_comment(d, line)) {
			*too_long += step.act == CURE_GRANT;
			if (step.act == CURE_GRANT && dn.len < 2000)
				fail_msg("cannot be said: %s", line);
			continue;	/* the rest of it: test_comments() */
		}
		copy = strdup(line);
		parse(line, copy, &t);
		same(&t, &step, buf_str(&dn), copy);
		assert_null(next_line(d, &rest));
		free(copy);
		++*commands;
	}
	buf_fini(&dn);
	buf_fini(&out);
}

static void
test_dsacls(void **state)
{
	size_t commands, too_long;

	(void)state;
	round_trips(&dialect_dsacls, parse_dsacls, &commands, &too_long);
	assert_in_range(commands, ROUNDS / 2, ROUNDS);
	assert_in_range(too_long, 1, ROUNDS / 10);
}

static void
test_edit_ace(void **state)
{
	size_t commands, too_long;

	(void)state;
	round_trips(&dialect_adsyncconfig, parse_edit_ace, &commands, &too_long);
	assert_int_equal(commands, ROUNDS);
}

/* The whole set on all kinds of names: the cmdlet where it may stand, else three lines. */
static void
test_cmdlet(void **state)
{
	struct buf dn = BUF_INIT, out = BUF_INIT;
	size_t cmdlets = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct cure_step steps[3];
		struct told t[3];
		char *rest, *line, *copy;

		random_dn(&dn);
		for (size_t k = 0; k < 3; k++) {
			const struct known *r = &rights[(size_t[]){ 0, 3, 4 }[k]];

			steps[k] = (struct cure_step){ .act = CURE_GRANT, .object = buf_str(&dn),
				.class_name = "user", .ace = { .type = ACE_ALLOWED_OBJECT,
					.layout = ACE_LAYOUT_OBJECT, .mask = r->mask,
					.flags = ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY,
					.object_flags = ACE_OBJECT_TYPE_PRESENT |
						ACE_INHERITED_OBJECT_TYPE_PRESENT,
					.object_type = guid(r->guid),
					.inherited_type = guid(classes[0].guid) } };
		}
		buf_clear(&out);
		dialect_adsyncconfig.commands(buf_str(&dn), MSOL, steps, 3, &out);
		rest = out.data;
		line = next_line(&dialect_adsyncconfig, &rest);
		if (is_comment(&dialect_adsyncconfig, line))
			line = next_line(&dialect_adsyncconfig, &rest);
		copy = strdup(line);
		if (!strncmp(line, "Set-", 4)) {
			parse_cmdlet(line, copy, t);
			for (size_t k = 0; k < 3; k++)
				same(&t[k], &steps[k], buf_str(&dn), copy);
			cmdlets++;
		} else {
			for (size_t k = 0; k < 3; k++) {
				char *told = k ? strdup(line = next_line(&dialect_adsyncconfig,
				    &rest)) : strdup(copy);

				parse_edit_ace(line, told, t);
				same(t, &steps[k], buf_str(&dn), told);
				free(told);
			}
		}
		assert_null(next_line(&dialect_adsyncconfig, &rest));
		free(copy);
	}
	assert_in_range(cmdlets, ROUNDS / 50, ROUNDS / 2);
	buf_fini(&dn);
	buf_fini(&out);
}

/* sh: '…' word by word, a quote as '\''. */
static char *
sh_word(char **rest, const char *line)
{
	char *s = *rest, *out = s, *start = s;
	bool quoted = false;

	for (; *s && (quoted || *s != ' '); s++) {
		if (*s == '\'') {
			quoted = !quoted;
		} else if (quoted) {
			*out++ = *s;
		} else if (*s == '\\') {
			assert_int_equal(*++s, '\'');
			*out++ = *s;
		} else if (!((*s >= 'a' && *s <= 'z') || strchr("-=", *s))) {
			fail_msg("outside of quotes: %s", line);
		} else {
			*out++ = *s;
		}
	}
	assert_false(quoted);
	*rest = *s ? s + 1 : s;
	*out = '\0';
	return start;
}

static void
test_samba(void **state)
{
	struct buf dn = BUF_INIT, out = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct cure_step step;
		struct buf bytes = BUF_INIT;
		struct told t = { .act = CURE_GRANT };
		char *rest, *line, *copy, *verb, *sddl;
		size_t pos = 0;
		struct acl acl;

		random_dn(&dn);
		step = random_step(buf_str(&dn));
		buf_clear(&out);
		dialect_samba.commands(buf_str(&dn), MSOL, &step, 1, &out);
		rest = out.data;
		line = next_line(&dialect_samba, &rest);
		copy = strdup(line);
		assert_string_equal(sh_word(&line, copy), "samba-tool");
		assert_string_equal(sh_word(&line, copy), "dsacl");
		verb = sh_word(&line, copy);
		t.act = !strcmp(verb, "set") ? CURE_GRANT : CURE_UNDENY;
		assert_true(t.act == CURE_GRANT || !strcmp(verb, "delete"));
		t.dn = sh_word(&line, copy);
		assert_memory_equal(t.dn, "--objectdn=", 11);
		t.dn += 11;
		sddl = sh_word(&line, copy);
		assert_memory_equal(sddl, "--sddl=", 7);
		assert_false(*line);
		for (int k = 0; k < 8; k++)	/* where an ACL's header stands */
			buf_addc(&bytes, 0);
		assert_int_equal(sddl_parse_ace(sddl + 7, strlen(sddl + 7), NULL, &bytes, NULL), ERR_OK);
		acl = (struct acl){ .bytes = (const uint8_t *)bytes.data, .len = bytes.len,
			.aces_end = bytes.len };
		assert_true(acl_next(&acl, &pos, &t.ace));
		same(&t, &step, buf_str(&dn), copy);
		assert_null(next_line(&dialect_samba, &rest));
		free(copy);
		buf_fini(&bytes);
	}
	buf_fini(&dn);
	buf_fini(&out);
}

/* Whatever a text is made of, its lines are comments, and hold what no shell looks at. */
static void
test_comments(void **state)
{
	struct buf text = BUF_INIT, out = BUF_INIT;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		buf_clear(&text);
		for (uint32_t n = next(40); n; n--)
			buf_adds(&text, pieces[next(COUNT(pieces))]);
		if (next(50) == 0)
			for (int n = 0; n < 3000; n++)
				buf_adds(&text, pieces[next(3) + 20]);
		for (size_t d = 0; d < dialect_count; d++)
			for (int form = 0; form < 3; form++) {
				char *rest, *line;

				buf_clear(&out);
				if (form == 0)
					dialect_comment(dialect_table[d], buf_str(&text), &out);
				else if (form == 1)
					dialect_line(dialect_table[d], buf_str(&text), &out);
				else
					dialect_comment_lines(dialect_table[d], buf_str(&text), &out);
				for (rest = out.data; out.len && (line = next_line(dialect_table[d],
				    &rest)) != NULL;)
					if (*line && (!is_comment(dialect_table[d], line) ||
					    (dialect_table[d]->ascii && strpbrk(line, "%!\"^&|<>"))))
						fail_msg("%s: %s", dialect_table[d]->name, line);
			}
	}
	buf_fini(&text);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dsacls),
		cmocka_unit_test(test_edit_ace),
		cmocka_unit_test(test_cmdlet),
		cmocka_unit_test(test_samba),
		cmocka_unit_test(test_comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
