/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_TESTS_BUILD_H
#define WBA_TESTS_BUILD_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "model/domain.h"
#include "sddl_sd.h"

/*
 * Directory entries and a domain for tests, in which everything is in order:
 * a test spoils one thing. Include after <cmocka.h>.
 */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define BASE		"DC=contoso,DC=test"
#define NOW		"2026-06-01T12:00:00Z"
#define CONNECTOR_SID	DOMAIN_SID "-1105"
#define USER_SID	DOMAIN_SID "-1200"
#define USER_DN		"CN=Ada,OU=Staff," BASE
#define GROUP_DN	"CN=Helpers,OU=Staff," BASE

/* What the vendor's cmdlet grants to the connector, as a user inherits it, and
 * what readers inherit from the domain. */
#define GRANT_RESET	"(OA;CIID;CR;" G_RESET ";" G_USER ";" CONNECTOR_SID ")"
#define GRANT_LOCKOUT	"(OA;CIID;WP;" G_LOCKOUT_TIME ";" G_USER ";" CONNECTOR_SID ")"
#define GRANT_PWD	"(OA;CIID;WP;" G_PWD_LAST_SET ";" G_USER ";" CONNECTOR_SID ")"
#define GRANT_READ	"(OA;CIID;RPLCLORC;;" G_USER ";RU)"
#define USER_SDDL	"O:DAG:DAD:AI" DEFAULT_USER_ACES GRANT_RESET GRANT_LOCKOUT GRANT_PWD \
			GRANT_READ

/* An entry that owns its values: cleared, filled, used, freed. */
struct made {
	struct entry entry;
	struct attr attrs[32];
	struct value values[32][8];
	void *owned[128];
	size_t owned_count;
};

static inline void *
made_keep(struct made *m, const void *data, size_t len)
{
	char *copy = calloc(1, len + 1);

	assert_non_null(copy);
	assert_true(m->owned_count < COUNT(m->owned));
	if (len)
		memcpy(copy, data, len);
	m->owned[m->owned_count++] = copy;
	return copy;
}

static inline void
made_init(struct made *m, const char *dn)
{
	memset(m, 0, sizeof *m);
	m->entry.dn = made_keep(m, dn, strlen(dn));
	m->entry.dn_len = strlen(dn);
	m->entry.attrs = m->attrs;
}

static inline void
made_fini(struct made *m)
{
	while (m->owned_count > 0)
		free(m->owned[--m->owned_count]);
	memset(m, 0, sizeof *m);
}

static inline void
made_drop(struct made *m, const char *name)
{
	for (size_t i = 0; i < m->entry.count; i++) {
		if (strcmp(m->attrs[i].name, name) != 0)
			continue;
		for (size_t k = i + 1; k < m->entry.count; k++) {
			memcpy(m->values[k - 1], m->values[k], sizeof m->values[k]);
			m->attrs[k - 1] = m->attrs[k];
			m->attrs[k - 1].values = m->values[k - 1];
		}
		m->entry.count--;
		return;
	}
}

/* Appends a value to an attribute, which is made when it is not there. */
static inline void
made_add(struct made *m, const char *name, const void *data, size_t len)
{
	size_t i = 0;

	while (i < m->entry.count && strcmp(m->attrs[i].name, name) != 0)
		i++;
	assert_true(i < COUNT(m->attrs));
	if (i == m->entry.count) {
		m->attrs[i] = (struct attr){ .values = m->values[i],
			.name = made_keep(m, name, strlen(name)) };
		m->entry.count++;
	}
	assert_true(m->attrs[i].count < COUNT(m->values[i]));
	m->values[i][m->attrs[i].count++] = (struct value){ made_keep(m, data, len), len };
}

static inline void
made_set(struct made *m, const char *name, const char *text)
{
	made_drop(m, name);
	made_add(m, name, text, strlen(text));
}

static inline void
made_sid(struct made *m, const char *name, const char *text)
{
	struct sid s = sid_of(text);
	uint8_t bytes[SID_MAX_BYTES];

	made_drop(m, name);
	made_add(m, name, bytes, sid_bytes(&s, bytes));
}

static inline void
made_sddl(struct made *m, const char *sddl)
{
	struct buf b = BUF_INIT;

	sddl_bytes(sddl, &b);
	made_drop(m, "nTSecurityDescriptor");
	made_add(m, "nTSecurityDescriptor", b.data, b.len);
	buf_fini(&b);
}

static inline int64_t
filetime(const char *iso)
{
	int64_t t = 0;

	if (adtime_parse_iso(iso, strlen(iso), &t) != ERR_OK)
		fail_msg("not a time: %s", iso);
	return t;
}

/* "-name" drops; "name=value" sets; "name+=value" appends; "name=@2026-01-01"
 * sets a FILETIME; "dn=…" renames; "sddl=…" and "objectSid=…" take text. */
static inline void
made_change(struct made *m, const char *change)
{
	const char *eq = strchr(change, '=');
	bool more = eq != NULL && eq > change && eq[-1] == '+';
	char name[64], number[32];

	if (change[0] == '-') {
		made_drop(m, change + 1);
		return;
	}
	assert_non_null(eq);
	snprintf(name, sizeof name, "%.*s", (int)(eq - change) - more, change);
	if (strcmp(name, "dn") == 0) {
		m->entry.dn = made_keep(m, eq + 1, strlen(eq + 1));
		m->entry.dn_len = strlen(eq + 1);
	} else if (strcmp(name, "sddl") == 0) {
		made_sddl(m, eq + 1);
	} else if (strcmp(name, "objectSid") == 0) {
		made_sid(m, name, eq + 1);
	} else if (eq[1] == '@') {
		snprintf(number, sizeof number, "%" PRId64, filetime(eq + 2));
		made_set(m, name, number);
	} else if (more) {
		made_add(m, name, eq + 1, strlen(eq + 1));
	} else {
		made_set(m, name, eq + 1);
	}
}

/* A user account with nothing the matter. */
static inline void
make_user(struct made *m)
{
	static const char *const attrs[] = { "objectClass=top", "objectClass+=person",
		"objectClass+=organizationalPerson", "objectClass+=user",
		"objectGUID=0123456789abcdef", "objectSid=" USER_SID, "sAMAccountName=ada",
		"userPrincipalName=ada@contoso.test", "userAccountControl=512",
		"sAMAccountType=805306368", "pwdLastSet=@2026-05-01", "lockoutTime=0",
		"accountExpires=9223372036854775807", "adminCount=0", "primaryGroupID=513",
		"sddl=" USER_SDDL };

	made_init(m, USER_DN);
	for (size_t i = 0; i < COUNT(attrs); i++)
		made_change(m, attrs[i]);
}

static inline struct known_int
known(int64_t v)
{
	return (struct known_int){ KNOWN_SET, v };
}

static inline char *
copy_of(const char *s)
{
	char *copy = strdup(s);

	assert_non_null(copy);
	return copy;
}

static inline void
hold_sid(struct token *t, const char *text, enum held held)
{
	struct sid s = sid_of(text);

	token_add(t, &s, held, TOKEN_GROUP);
}

/* Puts an entry in the connector's place; its token is the caller's. */
static inline void
make_connector(struct domain *d, const struct made *m)
{
	struct connector *c = &d->connector;

	entry_copy_fini(&c->copy);
	assert_int_equal(entry_copy_init(&c->copy, &m->entry), 0);
	account_decode(&c->copy.entry, &d->schema, &c->account);
}

static inline void
make_connector_entry(struct made *m)
{
	static const char *const attrs[] = { "objectSid=" CONNECTOR_SID,
		"sAMAccountName=MSOL_0123456789ab", "userAccountControl=66048",
		"-userPrincipalName" };

	make_user(m);
	m->entry.dn = made_keep(m, "CN=MSOL,CN=Users," BASE, strlen("CN=MSOL,CN=Users," BASE));
	m->entry.dn_len = strlen(m->entry.dn);
	for (size_t i = 0; i < COUNT(attrs); i++)
		made_change(m, attrs[i]);
}

static inline void
fill_policy(struct policy *p, const char *dn)
{
	p->dn = copy_of(dn);
	p->min_age = known(-ADTIME_DAY);
	p->max_age = known(-42 * ADTIME_DAY);
	p->lockout_duration = known(-30 * ADTIME_MINUTE);
	p->lockout_window = known(-30 * ADTIME_MINUTE);
	p->lockout_threshold = known(5);
	p->min_length = known(7);
	p->history = known(24);
	p->complexity = known(1);
}

/* A fine-grained policy behind those there are; its links are the caller's. */
static inline struct policy *
make_pso(struct domain *d, const char *dn, int64_t precedence)
{
	struct policy *grown = realloc(d->psos, (d->pso_count + 1) * sizeof *grown), *p;

	assert_non_null(grown);
	d->psos = grown;
	p = &grown[d->pso_count++];
	memset(p, 0, sizeof *p);
	fill_policy(p, dn);
	p->precedence = known(precedence);
	return p;
}

static inline void
fill_closure(struct group_closure *c, const char *dn, uint32_t rid)
{
	memset(c, 0, sizeof *c);
	c->dn = copy_of(dn);
	c->rids = malloc(sizeof *c->rids);
	assert_non_null(c->rids);
	c->rids[0] = rid;
	c->rid_count = 1;
	c->complete = true;
}

static inline void
fill_dc(struct dc *dc)
{
	dc->uri = copy_of("ldaps://dc1.contoso.test");
	dc->host = copy_of("dc1.contoso.test");
	dc->has_controls = dc->policy_hints = dc->policy_hints_2 = true;
	dc->has_capabilities = dc->is_ad = true;
	dc->domain_level = dc->forest_level = dc->dc_level = known(7);
	dc->synchronized = known(1);
	dc->time = known(filetime(NOW));
	dc->time_read_at = filetime(NOW);
}

/* A domain with nothing the matter; the reader is an ordinary account. */
static inline void
make_domain(struct domain *d)
{
	struct made m;

	domain_init(d);
	d->dn = copy_of(BASE);
	d->dns = copy_of("contoso.test");
	d->has_sid = true;
	d->sid = sid_of(DOMAIN_SID);
	fill_dc(&d->dc);
	fill_policy(&d->policy, BASE);
	sddl_bytes("O:BAG:BAD:(OA;;CR;" G_UNEXPIRE ";;AU)(A;;RPLCLORC;;;AU)", &d->root_sd);
	sddl_bytes("O:BAG:BAD:(A;;RPLCLORC;;;AU)", &d->builtin_sd);
	sddl_bytes("O:BAG:BAD:(A;;RPLCLORC;;;AU)", &d->server_sd);
	sddl_bytes("O:DAG:DAD:PAI(A;;RPLCLORC;;;AU)(A;;" FULL ";;;DA)", &d->admin_sd);

	token_add_network_logon(&d->everyone);
	hold_sid(&d->everyone, "S-1-5-32-545", HELD_YES);
	hold_sid(&d->everyone, "S-1-5-32-554", HELD_YES);
	assert_int_equal(token_seal(&d->everyone), ERR_OK);
	for (size_t i = 0; i < d->everyone.count; i++) {
		token_add(&d->connector.token, &d->everyone.sids[i].sid,
		    d->everyone.sids[i].held, d->everyone.sids[i].origin);
		token_add(&d->reader, &d->everyone.sids[i].sid, HELD_YES, TOKEN_SERVER);
	}
	hold_sid(&d->connector.token, CONNECTOR_SID, HELD_YES);
	hold_sid(&d->connector.token, DOMAIN_SID "-513", HELD_YES);
	assert_int_equal(token_seal(&d->connector.token), ERR_OK);
	assert_int_equal(token_seal(&d->reader), ERR_OK);
	d->has_reader = true;

	d->protected_groups = calloc(2, sizeof *d->protected_groups);
	assert_non_null(d->protected_groups);
	fill_closure(&d->protected_groups[0], "CN=Domain Admins,CN=Users," BASE, 512);
	assert_int_equal(member_set_add(&d->protected_groups[0].members,
	    "CN=Root,CN=Users," BASE, strlen("CN=Root,CN=Users," BASE), NULL), ERR_OK);
	d->protected_groups[0].sid = sid_of(DOMAIN_SID "-512");
	fill_closure(&d->protected_groups[1], "CN=Account Operators,CN=Builtin," BASE, 0);
	d->protected_groups[1].sid = sid_of("S-1-5-32-548");
	d->protected_groups[1].rid_count = 0;
	d->protected_count = 2;
	d->has_protected = true;

	make_connector_entry(&m);
	make_connector(d, &m);
	made_fini(&m);
}

/* What a reader without Pre-Windows 2000 Compatible Access sees: no attribute
 * that is missing is known not to be set. */
static inline void
make_reader_blind(struct domain *d)
{
	token_fini(&d->reader);
	token_init(&d->reader);
	assert_int_equal(token_seal(&d->reader), ERR_OK);
}

#endif
