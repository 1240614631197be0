/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "forest_groups.h"
#include "msg.h"
#include "part.h"

/*
 * What is assumed, in a run over several domains: what is about an object is about the
 * domain that it is in; a group that the connector joins is of one domain, and counts
 * where groups of its kind do; a new account is judged in all.
 */

struct about {
	const struct assumption *given;
	size_t part;			/* whose object, or group, it is */
	struct assumed_group group;	/* of ASSUME_MEMBER */
};

struct plan {
	const struct run *run;
	struct part *parts;
	struct session **sessions;	/* of the parts; NULL: one that is not open */
	size_t count;
	struct about *about;
	size_t about_count;
};

static int
wrong(const struct assumption *a, const char *why)
{
	msg_error("%s '%s': %s", assume_option(a->kind), a->text, why);
	return -1;
}

static int
nomem(void)
{
	msg_error("out of memory");
	return -1;
}

/* The domain that an object is in. */
static int
locate_object(const struct plan *p, struct about *a)
{
	size_t most = 0;

	if (p->count == 1)
		return 0;
	for (size_t i = 0; i < p->count; i++) {
		size_t n = p->sessions[i] ? assume_concerns(&p->sessions[i]->domain, a->given) : 0;

		if (n > most)
			a->part = i;
		most = n > most ? n : most;
	}
	return most ? 0 : wrong(a->given, "this is about none of the domains of the run that could "
	    "be opened");
}

static int
fail_ambiguous(const struct about *a, const char *other)
{
	struct buf text = BUF_INIT;
	int status;

	buf_addf(&text, "more than one domain of the run has it: %s; %s; give its DN, or "
	    "DOMAIN\\name", a->group.dn, other);
	status = wrong(a->given, buf_str(&text));
	buf_fini(&text);
	return status;
}

/* The group that the connector joins, in whichever domain it is. */
static int
locate_group(const struct plan *p, struct about *a)
{
	struct source_error err;
	int status = 0;

	for (size_t i = 0; i < p->count && status == 0; i++) {
		struct assumed_group g = { .dn = NULL };

		if (!p->sessions[i])
			continue;
		if (assume_group(p->sessions[i]->source, &p->sessions[i]->domain, a->given, &g,
		    &err) != SOURCE_OK) {
			msg_error("%s", err.text);
			status = -1;
		} else if (g.dn && a->group.dn) {
			/* One domain may be in the run twice. */
			if (!dn_same(g.dn, a->group.dn))
				status = fail_ambiguous(a, g.dn);
		} else if (g.dn) {
			a->part = i;
			a->group = g;
			continue;
		}
		assumed_group_fini(&g);
	}
	/* Of one domain it is said with the rest that may be wrong with it. */
	if (status == 0 && !a->group.dn && p->count > 1)
		status = wrong(a->given, "there is no such group in the domains of the run that could "
		    "be opened, or this reader may not see it");
	return status;
}

/* Who may be in a group of that kind (MS-SAMR 3.1.1.8.9). */
static int
check_scope(const struct plan *p, const struct about *a)
{
	const struct part *part = &p->parts[a->part];
	const struct connectors *c = part->connectors;

	if (a->group.dn && !c->count)
		return wrong(a->given, "the connector of the group's domain is not known");
	for (size_t k = 0; a->group.dn && k < c->count; k++) {
		const struct principal *foreign = c->principals[k];

		if (foreign && a->group.is_global)
			return wrong(a->given, "this is a global group, which takes accounts of its "
			    "own domain alone, and the connector is of another one");
		if (foreign && a->group.is_universal &&
		    !domain_same_forest(foreign->home, &part->session->domain))
			return wrong(a->given, "this is a universal group, which takes accounts of its "
			    "own forest alone, and the connector is of another one");
	}
	return 0;
}

static int
locate(const struct plan *p, struct about *a)
{
	switch (a->given->kind) {
	case ASSUME_GRANT:
	case ASSUME_UNBLOCK:
	case ASSUME_MOVE:
		return locate_object(p, a);
	case ASSUME_MEMBER:
		return locate_group(p, a) == 0 ? check_scope(p, a) : -1;
	case ASSUME_CONNECTOR:
		break;
	}
	return 0;
}

/* Whether it joins the group: it is the connector of the group's domain. */
static bool
joins(const struct plan *p, const struct about *a, const char *connector)
{
	const struct connectors *c = p->parts[a->part].connectors;

	for (size_t k = 0; a->given->kind == ASSUME_MEMBER && k < c->count; k++)
		if (dn_same(c->dn[k], connector))
			return true;
	return false;
}

/* Groups that a connector joins and that go with it to other domains, with those above;
 * *missing: why there may be more of them. */
static int
gather(const struct plan *p, const char *connector, struct principal *gains, char **missing)
{
	struct source_error err;

	for (size_t i = 0; i < p->about_count; i++) {
		const struct about *a = &p->about[i];
		const struct assumed_group *g = &a->group;
		const struct domain *d;

		if (!joins(p, a, connector) || !(g->is_global || g->is_universal))
			continue;
		d = &p->sessions[a->part]->domain;
		if (!gains->home)
			*gains = (struct principal){ .home = d, .complete = true };
		if (!*missing && forest_missing(p->sessions, p->count, d, missing) != 0)
			return nomem();
		if (!g->has_sid)
			gains->complete = false;
		else if (principal_add(gains, &g->sid, TOKEN_GROUP, g->dn, strlen(g->dn)) != 0)
			return nomem();
	}
	if (forest_groups(p->sessions, p->count, gains, &err) == SOURCE_OK)
		return 0;
	msg_error("%s", err.text);
	return -1;
}

/* For one connector of a part: the assumptions that it is looked up with. */
static int
assume_one(const struct plan *p, size_t i, size_t k, struct assumption *mine)
{
	struct part *part = &p->parts[i];
	const struct connectors *c = part->connectors;
	struct principal gains = { .home = NULL };
	char *missing = NULL;
	size_t n = 0;
	int status = gather(p, c->dn[k], &gains, &missing);

	for (size_t a = 0; a < p->about_count; a++)
		if (p->about[a].given->kind == ASSUME_CONNECTOR || p->about[a].part == i)
			mine[n++] = *p->about[a].given;
	if (status == 0 && c->assumed && !missing && forest_missing(p->sessions, p->count,
	    c->principals[k] ? c->principals[k]->home : &part->session->domain, &missing) != 0)
		status = nomem();
	if (status == 0)
		status = what_if_init(&part->what_if[part->what_if_count++], part->session, mine, n,
		    p->run->profile, &(struct assume_who){ .dn = c->dn[k],
			.foreign = c->principals[k], .made = c->made,
			.gains = gains.home ? &gains : NULL, .missing = missing });
	free(missing);
	principal_fini(&gains);
	return status;
}

/* Whether anything is assumed of a part: as it is, it is read once. */
static bool
is_assumed(const struct plan *p, size_t i)
{
	const struct connectors *c = p->parts[i].connectors;

	for (size_t a = 0; a < p->about_count; a++) {
		const struct about *about = &p->about[a];

		if (about->given->kind == ASSUME_CONNECTOR || about->part == i)
			return true;
		if (!about->group.is_global && !about->group.is_universal)
			continue;
		for (size_t k = 0; k < c->count; k++)
			if (joins(p, about, c->dn[k]))
				return true;
	}
	return false;
}

static int
assume_part(const struct plan *p, size_t i, struct assumption *mine)
{
	struct part *part = &p->parts[i];
	const struct connectors *c = part->connectors;
	int status = 0;

	if (!part->open || !is_assumed(p, i))
		return 0;
	/* Why there is none was said. */
	if (!c->count)
		return c->assumed ? -1 : 0;
	part->what_if = calloc(c->count, sizeof *part->what_if);
	if (!part->what_if)
		return nomem();
	for (size_t k = 0; k < c->count && status == 0; k++)
		status = assume_one(p, i, k, mine);
	return status;
}

int
parts_assume(const struct run *run, struct part *parts, size_t count)
{
	const struct settings *s = run->settings;
	struct plan p = { .run = run, .parts = parts, .count = count,
		.sessions = calloc(count + 1, sizeof *p.sessions),
		.about = calloc(s->assumption_count + 1, sizeof *p.about) };
	struct assumption *mine = calloc(s->assumption_count + 1, sizeof *mine);
	int status = p.sessions && p.about && mine ? 0 : nomem();

	for (size_t i = 0; i < count && status == 0; i++)
		p.sessions[i] = parts[i].open ? parts[i].session : NULL;
	for (; p.about_count < s->assumption_count && status == 0; p.about_count++) {
		p.about[p.about_count].given = &s->assumptions[p.about_count];
		status = locate(&p, &p.about[p.about_count]);
	}
	for (size_t i = 0; i < count && status == 0; i++)
		status = assume_part(&p, i, mine);
	for (size_t i = 0; i < p.about_count; i++)
		assumed_group_fini(&p.about[i].group);
	free(p.sessions);
	free(p.about);
	free(mine);
	return status;
}
