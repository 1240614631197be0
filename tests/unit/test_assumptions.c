/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "part.h"
#include "sddl_sd.h"
#include "source/source_ldif.h"

/*
 * What is assumed of the connector, in a run over several domains: a forest of a.test,
 * b.a.test and c.a.test, and x.test, which is a forest of its own. A connector in
 * a.test is judged in all. A real forest of several domains is not to be had here.
 */

#define A "DC=a,DC=test"
#define B "DC=b,DC=a,DC=test"
#define C "DC=c,DC=a,DC=test"
#define X "DC=x,DC=test"
#define A_SID "S-1-5-21-1-1-1"
#define B_SID "S-1-5-21-2-2-2"
#define C_SID "S-1-5-21-3-3-3"
#define X_SID "S-1-5-21-9-9-9"
#define FOREIGN(sid, domain) "CN=" sid ",CN=ForeignSecurityPrincipals," domain
#define GLOBAL "-2147483646"
#define LOCAL "-2147483644"
#define UNIVERSAL "-2147483640"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { IN_A, IN_B, IN_C, IN_X, DOMAINS };

static const struct { const char *dn, *dns, *root, *sid; } domains[DOMAINS] = {
	{ A, "a.test", A, A_SID }, { B, "b.a.test", A, B_SID }, { C, "c.a.test", A, C_SID },
	{ X, "x.test", X, X_SID },
};

/* Groups: `type` NULL is an account. Up to two members, by DN. */
static const struct { int in; const char *name, *sid, *type, *member[2]; } objects[] = {
	{ IN_A, "MSOL", A_SID "-1105", NULL, { NULL } },
	{ IN_A, "Domain Users", A_SID "-513", GLOBAL, { NULL } },
	{ IN_A, "Its Own", A_SID "-514", GLOBAL, { NULL } },	/* MSOL's group as it is */
	{ IN_A, "Glob", A_SID "-2001", GLOBAL, { NULL } },
	{ IN_A, "LocA", A_SID "-2002", LOCAL, { "CN=Uni,CN=Users," B } },
	{ IN_A, "LocA0", A_SID "-2003", LOCAL, { "CN=UniC,CN=Users," C } },
	{ IN_A, "Both", A_SID "-2004", GLOBAL, { NULL } },
	{ IN_B, "Uni", B_SID "-2001", UNIVERSAL, { "CN=Glob,CN=Users," A } },
	{ IN_B, "LocB", B_SID "-2002", LOCAL, { "CN=Uni,CN=Users," B, "CN=LocB2,CN=Users," B } },
	{ IN_B, "LocB2", B_SID "-2003", LOCAL, { "CN=LocB,CN=Users," B } },	/* a loop */
	{ IN_B, "Both", B_SID "-2004", GLOBAL, { NULL } },
	{ IN_B, "Domain Users", B_SID "-513", GLOBAL, { NULL } },
	{ IN_B, "Uni2", B_SID "-2010", UNIVERSAL, { "CN=Domain Users,CN=Users," A } },
	{ IN_C, "LocC", C_SID "-2001", LOCAL, { "CN=Uni,CN=Users," B } },
	{ IN_C, "GlobC", C_SID "-2003", GLOBAL, { NULL } },
	{ IN_C, "UniC", C_SID "-2004", UNIVERSAL, { NULL } },
	{ IN_C, "LocC2", C_SID "-2005", LOCAL, { "CN=UniC,CN=Users," C } },
	{ IN_C, "LocC3", C_SID "-2006", LOCAL, { "CN=Uni2,CN=Users," B } },
	{ IN_X, "LocX", X_SID "-2001", LOCAL, { FOREIGN(B_SID "-2001", X) } },
	{ IN_X, "LocX2", X_SID "-2002", LOCAL, { "CN=LocX,CN=Users," X } },
	{ IN_X, "UniX", X_SID "-2003", UNIVERSAL, { NULL } },
	{ IN_X, "GlobX", X_SID "-2004", GLOBAL, { NULL } },
	{ IN_X, "Domain Users", X_SID "-513", GLOBAL, { NULL } },
};

struct world {
	struct settings settings;
	struct assumption given[2];
	struct run run;
	struct session *session[DOMAINS];
	struct connectors connectors[DOMAINS];
	struct part parts[DOMAINS];
};

static void
put_bytes(FILE *f, const char *name, const uint8_t *bytes, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	fprintf(f, "%s:: ", name);
	for (size_t k = 0; k < len; k += 3) {
		uint32_t w = (uint32_t)bytes[k] << 16 |
			(k + 1 < len ? (uint32_t)bytes[k + 1] << 8 : 0) |
			(k + 2 < len ? bytes[k + 2] : 0);

		fprintf(f, "%c%c%c%c", digits[w >> 18], digits[w >> 12 & 63],
		    k + 1 < len ? digits[w >> 6 & 63] : '=', k + 2 < len ? digits[w & 63] : '=');
	}
	fputc('\n', f);
}

static void
put_sid(FILE *f, const char *name, const char *text)
{
	uint8_t bytes[SID_MAX_BYTES];
	struct sid s = sid_of(text);

	put_bytes(f, name, bytes, sid_bytes(&s, bytes));
}

static void
put_object(FILE *f, size_t i)
{
	fprintf(f, "dn: CN=%s,CN=Users,%s\nobjectClass: top\nobjectClass: %s\nsAMAccountName: %s\n",
	    objects[i].name, domains[objects[i].in].dn, objects[i].type ? "group" : "user",
	    objects[i].name);
	put_sid(f, "objectSid", objects[i].sid);
	if (objects[i].type)
		fprintf(f, "objectCategory: CN=Group,CN=Schema,CN=Configuration," A "\ngroupType: %s\n",
		    objects[i].type);
	else
		put_sid(f, "tokenGroupsGlobalAndUniversal", A_SID "-514");
	for (size_t k = 0; k < COUNT(objects[i].member) && objects[i].member[k]; k++)
		fprintf(f, "member: %s\n", objects[i].member[k]);
	fputc('\n', f);
}

static void
open_domain(struct session *s, int in)
{
	char path[] = "/tmp/test_assumptions.XXXXXX";
	struct source_error err;
	struct domain *d = &s->domain;
	struct buf sd = BUF_INIT;
	FILE *f = fdopen(mkstemp(path), "w");

	assert_non_null(f);
	sddl_bytes("O:SYG:SYD:(A;CI;GA;;;SY)", &sd);
	fprintf(f, "dn: %s\nobjectClass: domainDNS\n", domains[in].dn);
	put_bytes(f, "nTSecurityDescriptor", (const uint8_t *)sd.data, sd.len);
	fputc('\n', f);
	buf_fini(&sd);
	for (size_t i = 0; i < COUNT(objects); i++)
		if (objects[i].in == in)
			put_object(f, i);
	assert_int_equal(fclose(f), 0);
	if (source_ldif_open(path, &s->source, &err) != SOURCE_OK)
		fail_msg("%s", err.text);
	unlink(path);
	s->source->partial = false;
	domain_init(d);
	d->dn = strdup(domains[in].dn);
	d->dns = strdup(domains[in].dns);
	d->dc.root_nc = strdup(domains[in].root);
	d->has_sid = true;
	d->sid = sid_of(domains[in].sid);
	token_add_network_logon(&d->everyone);
	assert_int_equal(token_seal(&d->everyone), ERR_OK);
	s->has_forest = true;
	s->forest.domains = calloc(DOMAINS, sizeof *s->forest.domains);
	assert_non_null(s->forest.domains);
	for (int i = 0; i < DOMAINS; i++)
		if (!strcmp(domains[i].root, domains[in].root))
			s->forest.domains[s->forest.domain_count++] = (struct forest_domain){
				.dn = strdup(domains[i].dn), .dns = strdup(domains[i].dns) };
}

/* With `count` of the domains but `down`, which cannot be opened, and what is assumed; -1
 * when that is wrong. */
static int
world_open_without(struct world *w, size_t count, size_t down, enum assume_kind kind,
    const char *text)
{
	const char *made = kind == ASSUME_CONNECTOR ? text : NULL;

	*w = (struct world){ .given = { { kind, text } } };
	w->settings = (struct settings){ .assumptions = w->given, .assumption_count = 1 };
	w->run = (struct run){ .settings = &w->settings, .profile = profile_find(NULL) };
	for (size_t i = 0; i < count; i++) {
		if (i == down)
			continue;
		w->session[i] = calloc(1, sizeof *w->session[i]);
		assert_non_null(w->session[i]);
		open_domain(w->session[i], (int)i);
		w->connectors[i] = (struct connectors){ .session = w->session[i],
			.name = made ? NULL : "MSOL", .assumed = made };
	}
	connectors_choose(w->connectors, count);
	for (size_t i = 0; i < count; i++)
		w->parts[i] = (struct part){ .run = &w->run, .session = w->session[i],
			.connectors = &w->connectors[i], .open = i != down };
	return parts_assume(&w->run, w->parts, count);
}

static int
world_open(struct world *w, size_t count, enum assume_kind kind, const char *text)
{
	return world_open_without(w, count, DOMAINS, kind, text);
}

static void
world_close(struct world *w)
{
	for (size_t i = 0; i < DOMAINS; i++) {
		for (size_t k = 0; k < w->parts[i].what_if_count; k++)
			what_if_fini(&w->parts[i].what_if[k]);
		free(w->parts[i].what_if);
	}
	for (size_t i = 0; i < DOMAINS; i++)
		connectors_fini(&w->connectors[i]);
	for (size_t i = 0; i < DOMAINS; i++)
		session_free(w->session[i]);
}

/* The groups of the table above that the connector would hold in a domain, by name. */
static void
held_in(struct world *w, int in, bool bare, char *out, size_t room)
{
	struct part *p = &w->parts[in];
	struct domain *d = &w->session[in]->domain;
	struct source_error err;
	struct assume *a;

	out[0] = 0;
	if (!p->what_if_count)
		return;
	assert_int_equal(p->what_if_count, 1);
	a = bare ? p->what_if[0].bare : p->what_if[0].assume;
	assert_non_null(a);
	connector_fini(&d->connector);
	token_init(&d->connector.token);
	if (p->what_if[0].foreign)
		assert_int_equal(collect_foreign_connector(assume_source(a), p->what_if[0].foreign, d,
		    &err), SOURCE_OK);
	assert_int_equal(assume_token(a, d), ERR_OK);
	assert_true(d->connector.token.complete);
	for (size_t i = 0; i < COUNT(objects); i++) {
		struct sid s = sid_of(objects[i].sid);

		if (objects[i].type && strcmp(objects[i].name, "Domain Users") != 0 &&
		    strcmp(objects[i].name, "Its Own") != 0 && token_holds(&d->connector.token, &s) == HELD_YES)
			snprintf(out + strlen(out), room - strlen(out), "%s%s", *out ? " " : "",
			    objects[i].name);
	}
}

/* A group counts where its kind does, and brings along what it is in. */
static void
member(void **state)
{
	static const struct { const char *group, *held[DOMAINS]; } cases[] = {
		{ "Glob", { "Glob LocA Uni", "Glob Uni LocB LocB2", "Glob Uni LocC",
			"Glob Uni LocX LocX2" } },
		{ "CN=Glob,CN=Users," A, { "Glob LocA Uni", "Glob Uni LocB LocB2", "Glob Uni LocC",
			"Glob Uni LocX LocX2" } },
		{ A_SID "-2001", { "Glob LocA Uni", "Glob Uni LocB LocB2", "Glob Uni LocC",
			"Glob Uni LocX LocX2" } },
		{ "UniC", { "LocA0 UniC", "UniC", "UniC LocC2", "UniC" } },
		{ "Uni", { "LocA Uni", "Uni LocB LocB2", "Uni LocC", "Uni LocX LocX2" } },
		{ "LocC", { "", "", "LocC", "" } },
		{ "LocB2", { "", "LocB LocB2", "", "" } },
		{ "LocA", { "LocA", "", "", "" } },
		{ "LocX", { "", "", "", "LocX LocX2" } },
		{ "b.a.test\\Uni", { "LocA Uni", "Uni LocB LocB2", "Uni LocC", "Uni LocX LocX2" } },
		{ "A\\Both", { "Both", "Both", "Both", "Both" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;

		assert_int_equal(world_open(&w, DOMAINS, ASSUME_MEMBER, cases[i].group), 0);
		for (int in = 0; in < DOMAINS; in++) {
			char held[200];

			held_in(&w, in, false, held, sizeof held);
			if (strcmp(held, cases[i].held[in]) != 0)
				fail_msg("%s in %s: %s", cases[i].group, domains[in].dn, held);
		}
		world_close(&w);
	}
}

/* MS-SAMR 3.1.1.8.9, and names that are not one group's. */
static void
no_member(void **state)
{
	static const char *const groups[] = { "GlobC", "GlobX", "UniX", "Both", "B\\Both", "Nobody",
		"D\\Glob" };

	(void)state;
	for (size_t i = 0; i < COUNT(groups); i++) {
		struct world w;

		if (world_open(&w, DOMAINS, ASSUME_MEMBER, groups[i]) == 0)
			fail_msg("%s is taken", groups[i]);
		world_close(&w);
	}
}

/* A domain of the forest that is not in the run may have more groups. */
static void
missing(void **state)
{
	static const struct { const char *group; size_t open; const char *text; } cases[] = {
		{ "Glob", 2, "not read: c.a.test; " }, { "Glob", 1, "not read: b.a.test, c.a.test; " },
		{ "Glob", 3, NULL }, { "LocA", 1, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;
		const char *problem;

		assert_int_equal(world_open(&w, cases[i].open, ASSUME_MEMBER, cases[i].group), 0);
		assert_int_equal(assume_token(w.parts[0].what_if[0].assume, &w.session[0]->domain),
		    ERR_OK);
		problem = w.session[0]->domain.connector.token_problem;
		if (cases[i].text ? !problem || strncmp(problem, cases[i].text, strlen(cases[i].text)) :
		    problem != NULL)
			fail_msg("%s, %zu: %s", cases[i].group, cases[i].open, problem);
		world_close(&w);
	}
}

static int
on_sd(void *arg, const struct entry *e)
{
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");

	assert_non_null(sd);
	buf_add(arg, sd->data, sd->len);
	return 0;
}

/* What the reader may see is not assumed. */
static void
as_is(void **state)
{
	static const char *const attrs[] = { "nTSecurityDescriptor", NULL };
	struct query q = { .what = "the root", .base = A, .scope = SCOPE_BASE, .attrs = attrs };
	struct buf stored = BUF_INIT, then = BUF_INIT, now = BUF_INIT;
	struct source_error err;
	struct source *assumed;
	struct world w;

	(void)state;
	assert_int_equal(world_open(&w, DOMAINS, ASSUME_GRANT, A "=(A;CI;LC;;;AU)"), 0);
	assert_int_equal(w.parts[IN_B].what_if_count, 0);
	assumed = assume_source(w.parts[IN_A].what_if[0].assume);
	assert_int_equal(source_search(w.session[IN_A]->source, &q, on_sd, &stored, &err), SOURCE_OK);
	assert_int_equal(source_search(assumed, &q, on_sd, &then, &err), SOURCE_OK);
	q.as_is = true;
	assert_int_equal(source_search(assumed, &q, on_sd, &now, &err), SOURCE_OK);
	assert_true(then.len > stored.len);
	assert_int_equal(now.len, stored.len);
	assert_memory_equal(now.data, stored.data, now.len);
	buf_fini(&stored);
	buf_fini(&then);
	buf_fini(&now);
	world_close(&w);
}

/* Where an account cannot be made. */
static void
not_made(void **state)
{
	static const struct { const char *name; size_t open; } cases[] = {
		{ "MSOL", DOMAINS }, { "A\\MSOL", DOMAINS }, { "D\\new", DOMAINS }, { "B\\new", 1 },
		{ "x.test\\", DOMAINS }, { "A\\B\\new", DOMAINS }, { "new@a.test", DOMAINS },
		{ "CN=new," A, DOMAINS }, { "", DOMAINS }, { "", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;

		if (world_open(&w, cases[i].open, ASSUME_CONNECTOR, cases[i].name) == 0)
			fail_msg("%s is made", cases[i].name);
		world_close(&w);
	}
}

/* The root domain of a forest is down. */
static void
without_root(void **state)
{
	static const struct { enum assume_kind kind; const char *text; int want; } cases[] = {
		{ ASSUME_CONNECTOR, "new", -1 }, { ASSUME_CONNECTOR, "A\\new", -1 },
		{ ASSUME_CONNECTOR, "B\\new", 0 }, { ASSUME_MEMBER, "Glob", -1 },
		{ ASSUME_GRANT, A "=(A;CI;LC;;;AU)", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;

		if (world_open_without(&w, DOMAINS, IN_A, cases[i].kind, cases[i].text) !=
		    cases[i].want)
			fail_msg("%s", cases[i].text);
		world_close(&w);
	}
}

/* A new account: where it is made, by whom it is judged, and its groups, before it is
 * granted anything and after. */
static void
made(void **state)
{
	static const struct { const char *name; size_t open; const char *dn[DOMAINS], *held[DOMAINS]; }
	cases[] = {
		{ "new", DOMAINS, { A, A, A, X }, { "Uni2", "Uni2", "Uni2 LocC3", "" } },
		{ "A\\new", DOMAINS, { A, A, A, A }, { "Uni2", "Uni2", "Uni2 LocC3", "Uni2" } },
		{ "b\\new", DOMAINS, { B, B, B, B }, { "", "", "", "" } },
		{ "x.test\\new", DOMAINS, { X, X, X, X }, { "", "", "", "" } },
		{ "new", 1, { A }, { "" } },
		{ "new", 2, { A, A }, { "Uni2", "Uni2" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;

		assert_int_equal(world_open(&w, cases[i].open, ASSUME_CONNECTOR, cases[i].name), 0);
		for (size_t in = 0; in < cases[i].open; in++) {
			const struct connectors *c = &w.connectors[in];
			char dn[64], held[200];

			snprintf(dn, sizeof dn, "CN=new,CN=Users,%s", cases[i].dn[in]);
			assert_int_equal(c->count, 1);
			assert_string_equal(c->dn[0], dn);
			assert_int_equal(c->principals[0] != NULL, strcmp(cases[i].dn[in],
			    domains[in].dn) != 0);
			for (int bare = 0; bare < 2; bare++) {
				held_in(&w, (int)in, bare, held, sizeof held);
				if (strcmp(held, cases[i].held[in]) != 0)
					fail_msg("%s in %s: %s", cases[i].name, domains[in].dn, held);
			}
		}
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(member),
		cmocka_unit_test(no_member),
		cmocka_unit_test(missing),
		cmocka_unit_test(made),
		cmocka_unit_test(not_made),
		cmocka_unit_test(without_root),
		cmocka_unit_test(as_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
