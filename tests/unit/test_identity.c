/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "listener.h"
#include "rules/identity.h"

/*
 * Users of two domains, all of them good and different, but for what a case
 * changes. User A is in the first domain, as are B and C; X and Y are in the second.
 */
#define OTHER_SID "S-1-5-21-77-88-99"
#define USERS 5
#define CHANGES 4
static const char letters[USERS + 1] = "ABCXY";

#define GUID16 "consistency-guid"	/* has 16 bytes */
#define MORE(n) "userAccountControl=514", "mail=" n

struct identity_case {
	const char *name, *anchor, *join;
	struct { char user; const char *change[CHANGES]; } changes[4];
	const char *heard;		/* "601 A: B; 601 B: A": who is named to whom */
};

static const struct identity_case cases[] = {
	{ "nothing the matter", NULL, NULL, { { 0 } }, "" },
	{ "601 the same anchor", NULL, NULL, { { 'A', { "mS-DS-ConsistencyGuid=" GUID16 } },
		{ 'C', { "mS-DS-ConsistencyGuid=" GUID16 } } }, "601 A: C; 601 C: A" },
	{ "601 in two domains", NULL, NULL, { { 'B', { "mS-DS-ConsistencyGuid=" GUID16 } },
		{ 'X', { "mS-DS-ConsistencyGuid=" GUID16 } } }, "601 B: X; 601 X: B" },
	{ "601 three", NULL, NULL, { { 'A', { "mS-DS-ConsistencyGuid=" GUID16 } },
		{ 'C', { "mS-DS-ConsistencyGuid=" GUID16 } },
		{ 'Y', { "mS-DS-ConsistencyGuid=" GUID16 } } },
		"601 A: C Y; 601 C: A Y; 601 Y: A C" },
	{ "601 the objectGUID of another, copied by a migration", NULL, NULL,
		{ { 'X', { "mS-DS-ConsistencyGuid=guid-of-user-A__" } } }, "601 A: X; 601 X: A" },
	{ "not 601: the other has an anchor of its own", NULL, NULL,
		{ { 'X', { "mS-DS-ConsistencyGuid=guid-of-user-A__" } },
		{ 'A', { "mS-DS-ConsistencyGuid=" GUID16 } } }, "" },
	{ "not 601: anchors have case", NULL, NULL,
		{ { 'A', { "mS-DS-ConsistencyGuid=consistency-guid" } },
		{ 'B', { "mS-DS-ConsistencyGuid=Consistency-guid" } } }, "" },
	{ "602 one is disabled", NULL, NULL, { { 'A', { "mS-DS-ConsistencyGuid=" GUID16 } },
		{ 'X', { "mS-DS-ConsistencyGuid=" GUID16, "userAccountControl=514" } } },
		"602 A: X(d); 602 X: A" },
	{ "602 it is not known whether", NULL, NULL, { { 'A', { "mS-DS-ConsistencyGuid=" GUID16 } },
		{ 'X', { "mS-DS-ConsistencyGuid=" GUID16, "-userAccountControl" } } },
		"602 A: X(?); 602 X: A" },
	{ "601 and 602: two enabled, one disabled", NULL, NULL,
		{ { 'A', { "mS-DS-ConsistencyGuid=" GUID16, "userAccountControl=514" } },
		{ 'B', { "mS-DS-ConsistencyGuid=" GUID16 } },
		{ 'X', { "mS-DS-ConsistencyGuid=" GUID16 } } },
		"602 A: B X; 601 B: X A(d); 601 X: B A(d)" },
	{ "601 another attribute", "employeeID", NULL, { { 'A', { "employeeID=4711" } },
		{ 'B', { "employeeID=4711" } } }, "601 A: B; 601 B: A" },
	{ "not 601: another attribute, with case", "employeeID", NULL,
		{ { 'A', { "employeeID=ab" } }, { 'B', { "employeeID=aB" } } }, "" },
	{ "not 601: another attribute, not set", "employeeID", NULL,
		{ { 'A', { "mS-DS-ConsistencyGuid=" GUID16 } },
		{ 'B', { "mS-DS-ConsistencyGuid=" GUID16 } } }, "" },
	{ "604 the same UPN in another case", NULL, NULL, { { 'A', { "userPrincipalName=p@x.test" } },
		{ 'Y', { "userPrincipalName=P@X.test" } } }, "604 A: Y; 604 Y: A" },
	{ "604 disabled ones count", NULL, NULL,
		{ { 'A', { "userPrincipalName=p@x.test", "userAccountControl=514" } },
		{ 'B', { "userPrincipalName=p@x.test" } } }, "604 A: B; 604 B: A(d)" },
	{ "604 none set: that of name and domain", NULL, NULL, { { 'A', { "-userPrincipalName" } },
		{ 'X', { "userPrincipalName=NAME-A@contoso.test" } } }, "604 A: X; 604 X: A" },
	{ "not 604: the same name, none set", NULL, NULL,
		{ { 'A', { "-userPrincipalName", "sAMAccountName=p" } },
		{ 'X', { "-userPrincipalName", "sAMAccountName=p" } } }, "" },
	{ "601 and 604: both", NULL, NULL, { { 'A', { "employeeID=1", "userPrincipalName=p@x.test",
		"mS-DS-ConsistencyGuid=" GUID16 } }, { 'B', { "userPrincipalName=p@x.test",
		"mS-DS-ConsistencyGuid=" GUID16 } } }, "601 A: B; 601 B: A; 604 A: B; 604 B: A" },
	{ "606 mail, which rule is not told", NULL, NULL, { { 'A', { "mail=p@x.test" } },
		{ 'X', { "mail=P@x.test" } } }, "606 A: X; 606 X: A" },
	{ "605 mail", NULL, "mail", { { 'A', { "mail=p@x.test" } }, { 'X', { "mail=P@x.test" } } },
		"605 A: X; 605 X: A" },
	{ "not 605: once", NULL, "once", { { 'A', { "mail=p@x.test" } },
		{ 'X', { "mail=p@x.test" } } }, "" },
	{ "not 605: in one domain", NULL, "mail", { { 'A', { "mail=p@x.test" } },
		{ 'B', { "mail=p@x.test" } } }, "" },
	{ "605 two here, one there", NULL, "mail", { { 'A', { "mail=p@x.test" } },
		{ 'B', { "mail=p@x.test" } }, { 'Y', { "mail=p@x.test" } } },
		"605 A: Y; 605 B: Y; 605 Y: A B" },
	{ "not 605: one is disabled", NULL, "mail", { { 'A', { MORE("p@x.test") } },
		{ 'X', { "mail=p@x.test" } } }, "" },
	{ "606 one is perhaps disabled", NULL, "mail", { { 'A', { "-userAccountControl",
		"mail=p@x.test" } }, { 'X', { "mail=p@x.test" } } }, "606 A: X; 606 X: A(?)" },
	{ "not 605: built-in accounts", NULL, "mail", { { 'A', { "objectSid=" DOMAIN_SID "-500",
		"mail=p@x.test" } }, { 'X', { "objectSid=" OTHER_SID "-500", "mail=p@x.test" } } },
		"" },
	{ "not 605: the last RID of the system's", NULL, "mail", { { 'A', { "objectSid=" DOMAIN_SID
		"-999", "mail=p@x.test" } }, { 'X', { "mail=p@x.test" } } }, "" },
	{ "605 the first RID behind them", NULL, "mail", { { 'A', { "objectSid=" DOMAIN_SID
		"-1000", "mail=p@x.test" } }, { 'X', { "mail=p@x.test" } } },
		"605 A: X; 605 X: A" },
	{ "605 addresses, once a user", NULL, "proxyAddresses", { { 'A', {
		"proxyAddresses=SMTP:p@x.test", "proxyAddresses+=smtp:q@x.test" } },
		{ 'X', { "proxyAddresses=SMTP:q@x.test", "proxyAddresses+=smtp:p@x.test" } } },
		"605 A: X; 605 X: A" },
	{ "605 account names", NULL, JOIN_NAME_ACCOUNT, { { 'A', { "sAMAccountName=pat" } },
		{ 'X', { "mailNickname=Pat" } } }, "605 A: X; 605 X: A" },
	{ "605 a linked mailbox that is enabled", NULL, JOIN_NAME_SID,
		{ { 'X', { "msExchMasterAccountSid=\1\5\0\0\0\0\0\5" } } }, NULL },
};

struct world {
	struct domain domain[2];
	struct made users[USERS];
	bool gone[USERS], fail[2];
	struct listener listener;
	struct identity identity;
	size_t reads;
};

static size_t
part_of(size_t user)
{
	return user >= 3;
}

static void
world_users(struct world *w)
{
	static const char *const base[2] = { BASE, "DC=fabrikam,DC=test" };
	char text[128];

	for (size_t i = 0; i < USERS; i++) {
		struct made *m = &w->users[i];

		make_user(m);
		snprintf(text, sizeof text, "dn=CN=%c,%s", letters[i], base[part_of(i)]);
		made_change(m, text);
		snprintf(text, sizeof text, "objectGUID=guid-of-user-%c__", letters[i]);
		made_change(m, text);
		snprintf(text, sizeof text, "sAMAccountName=name-%c", letters[i]);
		made_change(m, text);
		snprintf(text, sizeof text, "userPrincipalName=%c@cloud.test", letters[i]);
		made_change(m, text);
		snprintf(text, sizeof text, "objectSid=%s-%zu", part_of(i) ? OTHER_SID : DOMAIN_SID,
		    1200 + i);
		made_change(m, text);
	}
}

static void
world_open(struct world *w, const char *anchor, const char *join)
{
	static const struct siphash_key key = { 1, 2 };
	struct identity_options o;

	memset(w, 0, sizeof *w);
	identity_options_init(&o, anchor, join);
	for (size_t i = 0; i < 2; i++) {
		make_domain(&w->domain[i]);
		identity_name_attributes(&o, true, &w->domain[i].schema);
	}
	free(w->domain[1].dns);
	w->domain[1].dns = copy_of("fabrikam.test");
	w->domain[1].sid = sid_of(OTHER_SID);
	listen_to(&w->listener);
	assert_int_equal(identity_init(&w->identity, &o, &key, 2), 0);
	w->identity.parts[0].domain = &w->domain[0];
	w->identity.parts[1].domain = &w->domain[1];
	world_users(w);
}

static void
world_close(struct world *w)
{
	identity_fini(&w->identity);
	for (size_t i = 0; i < USERS; i++)
		made_fini(&w->users[i]);
	domain_fini(&w->domain[0]);
	domain_fini(&w->domain[1]);
}

static int
read_again(void *arg, const struct identity_part *p, const uint32_t *rids, size_t count,
    int (*each)(void *arg, const struct entry *), void *each_arg, struct buf *why)
{
	struct world *w = arg;

	w->reads++;
	assert_in_range(count, 1, IDENTITY_BATCH);
	if (w->fail[p->number]) {
		buf_adds(why, "the line is dead");
		return -1;
	}
	for (size_t i = 0; i < USERS; i++) {
		struct account a;

		account_decode(&w->users[i].entry, &p->domain->schema, &a);
		for (size_t k = 0; k < count; k++)
			if (part_of(i) == p->number && !w->gone[i] &&
			    a.sid.sub[a.sid.count - 1] == rids[k])
				assert_int_equal(each(each_arg, &w->users[i].entry), 0);
	}
	return 0;
}

static void
world_add(struct world *w, const bool *readable)
{
	for (size_t i = 0; i < USERS; i++) {
		struct identity_part *p = &w->identity.parts[part_of(i)];
		struct account a;

		account_decode(&w->users[i].entry, &p->domain->schema, &a);
		a.readable = readable;
		assert_int_equal(identity_add(p, &a), 0);
	}
}

static int
world_report(struct world *w)
{
	const struct identity_reader reader = { read_again, w };

	return identity_report(&w->identity, &reader, &w->listener.sink);
}

/* "601 A: B(d)" of one finding: who, and whom its evidence names. */
static size_t
told(const struct heard *h, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "%u %c:", h->rule, h->object[3]);
	const char *at = strstr(h->evidence, "also of ");

	while (at && (at = strstr(at, "CN="))) {
		const char *end = strchr(at, ';');
		const char *off = strstr(at, "(disabled)"), *open = strstr(at, "(enabled or not");

		n += (size_t)snprintf(out + n, size - n, " %c%s", at[3],
		    off && (!end || off < end) ? "(d)" : open && (!end || open < end) ? "(?)" : "");
		at += 3;
	}
	return n;
}

static void
told_all(const struct listener *l, char *out, size_t size)
{
	size_t n = 0;

	out[0] = 0;
	for (size_t i = 0; i < l->count; i++) {
		n += (size_t)snprintf(out + n, size - n, "%s", i ? "; " : "");
		n += told(&l->heard[i], out + n, size - n);
		assert_true(l->heard[i].on_user);
	}
}

static bool all_readable[SCHEMA_ATTRIBUTE_COUNT];

static void
who_shares(void **state)
{
	char text[512];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct identity_case *c = &cases[i];
		const char *wanted = c->heard;
		struct world w;

		world_open(&w, c->anchor, c->join);
		for (size_t k = 0; k < COUNT(c->changes) && c->changes[k].user; k++)
			for (size_t n = 0; n < CHANGES && c->changes[k].change[n]; n++)
				made_change(&w.users[strchr(letters, c->changes[k].user) - letters],
				    c->changes[k].change[n]);
		if (!wanted) {
			made_sid(&w.users[3], "msExchMasterAccountSid", DOMAIN_SID "-1200");
			wanted = "605 A: X; 605 X: A";
		}
		world_add(&w, all_readable);
		assert_int_equal(world_report(&w), 0);
		told_all(&w.listener, text, sizeof text);
		if (strcmp(text, wanted) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", c->name, text, wanted);
		world_close(&w);
	}
}

static void
evidence(void **state)
{
	static const struct { const char *anchor, *join, *change, *text; } shown[] = {
		{ NULL, NULL, "mS-DS-ConsistencyGuid=" GUID16, "source anchor (mS-DS-ConsistencyGuid, "
			"else objectGUID) Y29uc2lzdGVuY3ktZ3VpZA==: also of CN=X,DC=fabrikam,DC=test" },
		{ "employeeID", NULL, "employeeID=4711", "source anchor (employeeID) 4711: also of "
			"CN=X,DC=fabrikam,DC=test" },
		{ NULL, NULL, "userPrincipalName=P@x", "userPrincipalName p@x: also of "
			"CN=X,DC=fabrikam,DC=test" },
		{ NULL, "mail", "mail=P@x", "mail p@x: also of CN=X,DC=fabrikam,DC=test" },
		{ NULL, JOIN_NAME_ACCOUNT, "mailNickname=P", "sAMAccountName or mailNickname p: also "
			"of CN=X,DC=fabrikam,DC=test" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(shown); i++) {
		struct world w;

		world_open(&w, shown[i].anchor, shown[i].join);
		made_change(&w.users[0], shown[i].change);
		made_change(&w.users[3], shown[i].change);
		world_add(&w, all_readable);
		assert_int_equal(world_report(&w), 0);
		assert_int_equal(w.listener.count, 2);
		assert_string_equal(w.listener.heard[0].evidence, shown[i].text);
		world_close(&w);
	}
}

/* A hash is not enough: what is no longer so is not reported. */
static void
read_twice(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, NULL);
	for (size_t i = 0; i < 3; i++)
		made_change(&w.users[i], "userPrincipalName=p@x");
	world_add(&w, all_readable);
	made_change(&w.users[0], "userPrincipalName=q@x");
	w.gone[1] = true;
	assert_int_equal(world_report(&w), 0);
	assert_int_equal(w.listener.count, 0);
	assert_int_equal(w.reads, 1);
	world_close(&w);

	world_open(&w, NULL, NULL);
	world_add(&w, all_readable);
	assert_int_equal(world_report(&w), 0);
	assert_int_equal(w.reads, 0);		/* nobody, nothing */
	world_close(&w);
}

static void
lost(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, NULL);
	for (size_t i = 0; i < USERS; i++)
		made_change(&w.users[i], "userPrincipalName=p@x");
	world_add(&w, all_readable);
	w.fail[1] = true;
	assert_int_equal(world_report(&w), 0);
	assert_int_equal(w.listener.count, 4);
	assert_int_equal(w.listener.heard[0].rule, 608);
	assert_non_null(strstr(w.listener.heard[0].evidence, "the line is dead"));
	for (size_t i = 1; i < 4; i++)
		assert_int_equal(w.listener.heard[i].rule, 604);
	world_close(&w);

	/* The sink's word ends it. */
	world_open(&w, NULL, NULL);
	for (size_t i = 0; i < USERS; i++)
		made_change(&w.users[i], "userPrincipalName=p@x");
	world_add(&w, all_readable);
	w.listener.say = 7;
	assert_int_equal(world_report(&w), 7);
	assert_int_equal(w.listener.count, 1);
	world_close(&w);
}

/* What may not be read is unknown, not unset. */
static void
unread(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, "mail");
	made_change(&w.users[0], "-objectSid");
	made_change(&w.users[1], "-userPrincipalName");
	world_add(&w, NULL);
	assert_int_equal(w.identity.parts[0].unread[UNREAD_SID].users, 1);
	assert_string_equal(w.identity.parts[0].unread[UNREAD_SID].example, "CN=A," BASE);
	assert_int_equal(w.identity.parts[0].unread[UNREAD_ANCHOR].users, 2);
	assert_int_equal(w.identity.parts[0].unread[UNREAD_UPN].users, 1);
	assert_int_equal(w.identity.parts[0].unread[UNREAD_JOIN].users, 2);
	assert_int_equal(w.identity.parts[1].unread[UNREAD_ANCHOR].users, 2);
	assert_int_equal(world_report(&w), 0);
	world_close(&w);

	/* A schema that was read and does not have it: the snapshot did not ask. */
	world_open(&w, NULL, "mail");
	w.domain[0].schema.from_directory = true;
	world_add(&w, all_readable);
	assert_int_equal(w.identity.parts[0].unread[UNREAD_ANCHOR].users, 3);
	assert_int_equal(w.identity.parts[0].unread[UNREAD_JOIN].users, 3);
	assert_int_equal(w.identity.parts[1].unread[UNREAD_ANCHOR].users, 0);
	world_close(&w);

	/* A forest without Exchange has no such attribute. */
	world_open(&w, NULL, JOIN_NAME_SID);
	w.domain[0].schema.from_directory = true;
	world_add(&w, all_readable);
	assert_int_equal(w.identity.parts[0].unread[UNREAD_JOIN].users, 0);
	world_close(&w);
}

/* Of an attribute with too many values, or that came in part, the rest is unknown. */
static void
join_cut_short(void **state)
{
	enum { MANY = 5000, MOST = 4096 };
	struct value *values = calloc(MANY, sizeof *values);
	char (*text)[16] = calloc(MANY, sizeof *text);
	struct attr *mail;
	struct world w;

	(void)state;
	assert_true(values && text);
	for (size_t i = 0; i < MANY; i++)
		values[i] = (struct value){ (const uint8_t *)text[i],
			(size_t)snprintf(text[i], sizeof *text, "%zu@x.test", i) };
	world_open(&w, NULL, "mail");
	for (size_t i = 0; i < 3; i++)
		made_change(&w.users[i], "mail=p@x.test");
	mail = &w.users[0].attrs[w.users[0].entry.count - 1];
	assert_string_equal(mail->name, "mail");
	mail->partial = true;
	mail = &w.users[1].attrs[w.users[1].entry.count - 1];
	mail->values = values;
	mail->count = MANY;
	world_add(&w, all_readable);
	assert_int_equal(w.identity.parts[0].unread[UNREAD_JOIN].users, 2);
	assert_string_equal(w.identity.parts[0].unread[UNREAD_JOIN].example, "CN=A," BASE);
	/* An anchor and a UPN each, and the mail. */
	assert_int_equal(w.identity.parts[0].keys.keys, 3 * 2 + 1 + MOST + 1);
	world_close(&w);
	free(values);
	free(text);
}

/* A domain that is named twice, say by two OUs, or by two readers. */
static void
one_domain_twice(void **state)
{
	char text[256];
	struct world w;

	(void)state;
	world_open(&w, NULL, "mail");
	w.domain[1].sid = w.domain[0].sid;
	for (size_t i = 3; i < USERS; i++) {
		snprintf(text, sizeof text, "objectSid=%s-%zu", DOMAIN_SID, 1200 + i);
		made_change(&w.users[i], text);
	}
	/* X is A: nobody shares anything. */
	made_change(&w.users[0], "mail=p@x");
	made_change(&w.users[3], "mail=p@x");
	made_change(&w.users[3], "objectSid=" DOMAIN_SID "-1200");
	made_change(&w.users[3], "objectGUID=guid-of-user-A__");
	made_change(&w.users[3], "userPrincipalName=a@cloud.test");
	world_add(&w, all_readable);
	assert_int_equal(world_report(&w), 0);
	assert_int_equal(w.listener.count, 0);
	world_close(&w);

	/* B and Y do; both are in the same domain, and that is no other one. */
	world_open(&w, NULL, "mail");
	w.domain[1].sid = w.domain[0].sid;
	for (size_t i = 3; i < USERS; i++) {
		snprintf(text, sizeof text, "objectSid=%s-%zu", DOMAIN_SID, 1200 + i);
		made_change(&w.users[i], text);
	}
	made_change(&w.users[1], "mail=p@x");
	made_change(&w.users[4], "mail=p@x");
	made_change(&w.users[1], "userPrincipalName=p@x");
	made_change(&w.users[4], "userPrincipalName=p@x");
	world_add(&w, all_readable);
	assert_int_equal(world_report(&w), 0);
	told_all(&w.listener, text, sizeof text);
	assert_string_equal(text, "604 B: Y; 604 Y: B");
	world_close(&w);

	/* B and C do, and X is B once more: that makes no third one. */
	world_open(&w, NULL, "mail");
	w.domain[1].sid = w.domain[0].sid;
	for (size_t i = 3; i < USERS; i++) {
		snprintf(text, sizeof text, "objectSid=%s-%zu", DOMAIN_SID, 1200 + i);
		made_change(&w.users[i], text);
	}
	made_change(&w.users[3], "objectSid=" DOMAIN_SID "-1201");
	for (size_t i = 1; i < 4; i++)
		made_change(&w.users[i], "userPrincipalName=p@x");
	world_add(&w, all_readable);
	assert_int_equal(world_report(&w), 0);
	assert_null(strstr(heard_of(&w.listener, 604)->evidence, "users in all"));
	world_close(&w);
}

/* More of one group than are in memory at a time. */
#define CROWD 1000

struct crowd {
	struct identity identity;
	size_t found, enabled;
	unsigned long reads;
};

static void
crowd_user(struct made *m, uint32_t rid)
{
	char text[64];

	make_user(m);
	snprintf(text, sizeof text, "dn=CN=%u," BASE, rid);
	made_change(m, text);
	snprintf(text, sizeof text, "objectSid=%s-%u", DOMAIN_SID, rid);
	made_change(m, text);
	snprintf(text, sizeof text, "mS-DS-ConsistencyGuid=sixteen bytes%03u", rid % 3);
	made_change(m, text);
	snprintf(text, sizeof text, "userPrincipalName=%u@x", rid);
	made_change(m, text);
	/* The first hundred that are enabled are far from the beginning. */
	made_change(m, rid < 1700 ? "userAccountControl=514" : "userAccountControl=512");
}

static int
crowd_read(void *arg, const struct identity_part *p, const uint32_t *rids, size_t count,
    int (*each)(void *arg, const struct entry *), void *each_arg, struct buf *why)
{
	struct crowd *c = arg;

	(void)p;
	(void)why;
	c->reads++;
	assert_in_range(count, 1, IDENTITY_BATCH);
	for (size_t i = 0; i < count; i++) {
		struct made m;

		crowd_user(&m, rids[i]);
		assert_int_equal(each(each_arg, &m.entry), 0);
		made_fini(&m);
	}
	return 0;
}

static int
crowd_hear(void *arg, const struct finding *f)
{
	struct crowd *c = arg;
	char wanted[64];

	/* Three groups, in the order of their first users: of 334, 333, 333. */
	snprintf(wanted, sizeof wanted, "CN=%zu,", c->found < 334 ? 1000 + 3 * c->found :
	    c->found < 667 ? 1001 + 3 * (c->found - 334) : 1002 + 3 * (c->found - 667));
	c->found++;
	c->enabled += f->rule == 601;
	assert_memory_equal(f->object, wanted, strlen(wanted));
	assert_non_null(strstr(f->evidence, "users in all"));
	return 0;
}

static void
crowd(void **state)
{
	static const struct siphash_key key = { 3, 4 };
	struct crowd c = { .found = 0 };
	const struct identity_reader reader = { crowd_read, &c };
	const struct sink sink = { crowd_hear, NULL, &c };
	struct identity_options o;
	struct domain d;

	(void)state;
	make_domain(&d);
	identity_options_init(&o, NULL, NULL);
	assert_int_equal(identity_init(&c.identity, &o, &key, 1), 0);
	c.identity.parts[0].domain = &d;
	for (uint32_t rid = 1000; rid < 1000 + CROWD; rid++) {
		struct account a;
		struct made m;

		crowd_user(&m, rid);
		account_decode(&m.entry, &d.schema, &a);
		a.readable = all_readable;
		assert_int_equal(identity_add(&c.identity.parts[0], &a), 0);
		made_fini(&m);
	}
	assert_int_equal(identity_report(&c.identity, &reader, &sink), 0);
	assert_int_equal(c.found, CROWD);
	assert_int_equal(c.enabled, 300);
	assert_true(c.reads < 3 * CROWD / IDENTITY_BATCH + 10);
	identity_fini(&c.identity);
	domain_fini(&d);
}

static void
anchors(void **state)
{
#define BYTES_21 "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
	static const struct { const char *anchor, *change, *fault; } shown[] = {
		{ NULL, "mS-DS-ConsistencyGuid=" GUID16, "" },
		{ NULL, "employeeID=?", "" },
		{ NULL, "mS-DS-ConsistencyGuid=4711", "mS-DS-ConsistencyGuid: 4 bytes, not the 16 of a "
			"GUID" },
		{ NULL, "mS-DS-ConsistencyGuid=", "mS-DS-ConsistencyGuid: an empty value" },
		{ "employeeID", "employeeID=4711", "" },
		{ "employeeID", "employeeID=a@b", "employeeID: it has the character @, which a source "
			"anchor may not have" },
		{ "employeeID", "employeeID=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			"" },
		{ "employeeID", "employeeID=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			"employeeID: 60 characters as they count (all but letters and digits are 3), "
			"and 60 are too many" },
		{ "employeeID", "employeeID=--------------------", "employeeID: 60 characters as they "
			"count (all but letters and digits are 3), and 60 are too many" },
		/* No text: 42 bytes are 56 characters, 43 to 45 are 60. */
		{ "employeeID", "employeeID=" BYTES_21 BYTES_21, "" },
		{ "employeeID", "employeeID=" BYTES_21 BYTES_21 "\377", "employeeID: 43 bytes, 60 as "
			"base64, and 60 are too many" },
		{ "objectGUID", "mS-DS-ConsistencyGuid=4711", "" },
	};
#undef BYTES_21

	(void)state;
	for (size_t i = 0; i < COUNT(shown); i++) {
		struct buf text = BUF_INIT;
		struct account a;
		struct world w;

		world_open(&w, shown[i].anchor, NULL);
		made_change(&w.users[0], shown[i].change);
		account_decode(&w.users[0].entry, &w.domain[0].schema, &a);
		identity_anchor_fault(&w.domain[0], &a, &text);
		assert_string_equal(buf_str(&text), shown[i].fault);
		buf_fini(&text);
		world_close(&w);
	}
}

static void
options(void **state)
{
	static const struct { const char *join; enum join kind; const char *attribute; } rows[] = {
		{ NULL, JOIN_ATTRIBUTE, "mail" }, { "mail", JOIN_ATTRIBUTE, "mail" },
		{ "ONCE", JOIN_ONCE, NULL }, { "samaccountname+mailnickname", JOIN_ACCOUNT_NAME, NULL },
		{ JOIN_NAME_SID, JOIN_SID, NULL }, { "employeeID", JOIN_ATTRIBUTE, "employeeID" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct identity_options o;

		identity_options_init(&o, NULL, rows[i].join);
		assert_int_equal(o.join, rows[i].kind);
		assert_int_equal(o.join_given, rows[i].join != NULL);
		if (rows[i].attribute)
			assert_string_equal(o.join_attribute, rows[i].attribute);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_shares), cmocka_unit_test(evidence),
		cmocka_unit_test(read_twice), cmocka_unit_test(lost), cmocka_unit_test(unread),
		cmocka_unit_test(join_cut_short), cmocka_unit_test(one_domain_twice), cmocka_unit_test(crowd),
		cmocka_unit_test(anchors), cmocka_unit_test(options),
	};

	memset(all_readable, 1, sizeof all_readable);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
