/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "model/trust.h"
#include "msg.h"

/* The users of one connector, on their way to the judge. */
struct stream {
	const struct audit *audit;
	struct judge *judge;
	struct what_if *what_if;	/* NULL: as it is */
	struct sample *sample;
	struct progress progress;
	bool stopped;		/* not by the directory */
};

static int
on_user(void *arg, const struct entry *e)
{
	struct stream *s = arg;
	const struct audit *a = s->audit;

	progress_user(&s->progress, a->session->source->expected);
	if (sample_offer(s->sample, e, &s->judge->domain->schema) != 0)
		msg_error("out of memory: fewer users are compared between controllers");
	s->stopped = (s->what_if ? what_if_user(s->what_if, e) : judge_user(s->judge, e)) != 0 ||
		(a->user && a->user(a->arg, s->judge, e) != 0);
	return s->stopped;
}

static int
trouble(const struct audit *a, const struct source_error *err)
{
	return a->trouble ? a->trouble(a->arg, err) : 0;
}

/* What kept the rest of a domain from being read, as a finding. */
static void
remark_lost(struct judge *j, const char *uri, const struct source_error *err)
{
	struct buf text = BUF_INIT;
	bool unreachable = err->status == SOURCE_CONNECT || err->status == SOURCE_TLS ||
		err->status == SOURCE_CREDENTIALS;

	buf_addf(&text, "after %zu users: %s", j->tally.users + j->tally.skipped, err->text);
	judge_remark(j, &(struct remark){ .rule = unreachable ? 103 : 117, .object = uri, .cause = uri,
		.evidence = buf_str(&text) });
	buf_fini(&text);
}

/* An empty report is easily taken for a good one. The domain as a whole has
 * users, the connector to begin with: not to find any is not to have read it. */
static int
no_users(const struct audit *a, struct judge *j)
{
	const struct session *s = a->session;
	const struct target *t = s->target;
	struct source_error err = { .status = SOURCE_DENIED };

	snprintf(err.text, sizeof err.text, "%s: no user was found%s%.300s%s: check %sthat %s may "
	    "see the users", s->domain.dns, t->base ? " below " : "", t->base ? t->base : "",
	    t->filter ? " with this filter" : "", t->filter ? "--filter, and " :
	    t->base ? "-b, and " : "", s->domain.reader_name ? s->domain.reader_name :
	    "this account");
	if (t->base || t->filter) {
		msg_error("%s", err.text);
		return 0;
	}
	remark_lost(j, session_controller(s), &err);
	return trouble(a, &err);
}

static int
read_users(const struct audit *a, struct judge *j, struct what_if *w, struct sample *sample)
{
	struct session *s = a->session;
	const struct target *t = s->target;
	struct stream stream = { .audit = a, .judge = j, .what_if = w, .sample = sample };
	struct source_error err;
	enum source_status st;

	progress_begin(&stream.progress, a->progress, s->domain.dns, s->user_count);
	st = collect_users(s->source, &s->domain, t->base, t->filter, on_user, &stream, &err);
	progress_end(&stream.progress);
	if (stream.stopped)
		return -1;
	if (st != SOURCE_OK) {
		remark_lost(j, session_controller(s), &err);
		if (trouble(a, &err) != 0)
			return -1;
	} else if (!j->tally.users && no_users(a, j) != 0) {
		return -1;
	}
	return judge_end(j);
}

/* The users, and how other controllers see some of them: the same for every
 * connector, so with the first; and not of what is only assumed. */
static int
judge_users(const struct audit *a, struct judge *j, struct what_if *w, bool first)
{
	struct session *s = a->session;
	struct source_error err;
	struct sample sample;
	int status;

	if (sample_init(&sample, first && !w ? check_sample_size(s) : 0) != 0) {
		msg_error("%s: out of memory", s->domain.dns);
		return -1;
	}
	status = read_users(a, j, w, &sample);
	if (status == 0 && check_sample(s, j, &sample, &err) != 0) {
		remark_lost(j, session_controller(s), &err);
		status = trouble(a, &err);
	}
	sample_fini(&sample);
	return status;
}

/* As seen from the connector that was read. */
static int
judge_all(const struct audit *a, struct judge *j, struct what_if *w, bool first)
{
	if (w && what_if_begin(w, j) != 0) {
		msg_error("%s: out of memory", a->session->domain.dns);
		return -1;
	}
	judge_connectors(j, a->connectors, a->connector_count);
	if (judge_domain(j) != 0 || (a->begin && a->begin(a->arg, j) != 0) ||
	    judge_users(a, j, w, first) != 0)
		return -1;
	if (w)
		what_if_end(w);
	/* Last, when all is known; no user's row depends on it. */
	controllers_remark(&a->session->controllers, j);
	return a->end ? a->end(a->arg, j) : 0;
}

/* Users of a domain whose connector is not known, or could not be read, are
 * nobody's to judge: what is left. */
static int
run_without(const struct audit *a, int (*judge)(struct judge *, const char *name, const char *why),
    const char *name, const char *why)
{
	struct session *s = a->session;
	struct judge j;
	int status = -1;

	connector_fini(&s->domain.connector);
	token_init(&s->domain.connector.token);
	if (judge_init(&j, &s->domain, a->profile, s->now, a->sink) != 0) {
		msg_error("%s: out of memory", s->domain.dns);
		return -1;
	}
	j.suppressions = a->suppressions;
	if (judge(&j, name, why) == 0) {
		controllers_remark(&s->controllers, &j);
		status = a->end ? a->end(a->arg, &j) : 0;
	}
	judge_fini(&j);
	return status;
}

/* Whether a connector of the domain `home` gets in at all, as it is and under
 * assumptions (`d`): none is about trusts. */
static void
ask_trust(struct session *s, struct domain *d, const struct domain *home)
{
	if (d->reader_is_connector || domain_same_forest(home, d))
		return;
	s->domain.connector.trust = s->has_forest ? trust_of(&s->forest, home) : TRUST_UNKNOWN;
	d->connector.trust = s->domain.connector.trust;
}

static int
run_connector(const struct audit *a, size_t i)
{
	struct session *s = a->session;
	struct what_if *w = a->what_if ? &a->what_if[i] : NULL;
	struct domain *d = w ? &w->then : &s->domain;
	const struct principal *foreign = a->principals ? a->principals[i] : NULL;
	enum source_status st;
	struct source_error err;
	struct judge j;
	int status;

	if (w)
		st = what_if_read(w, &err);
	else if (foreign)
		st = collect_foreign_connector(s->source, foreign, &s->domain, &err);
	else
		st = collect_connector(s->source, a->connectors[i], &s->domain, &err);
	if (st == SOURCE_OK && foreign)
		ask_trust(s, d, foreign->home);
	if (st != SOURCE_OK || !session_may_check(s, a->connectors[i], &err))
		return trouble(a, &err) != 0 ? -1 : run_without(a, judge_unread_connector,
		    a->connectors[i], err.text);
	if (judge_init(&j, d, a->profile, s->now, a->sink) != 0) {
		msg_error("%s: out of memory", s->domain.dns);
		return -1;
	}
	if (a->identity && !a->identity->noted) {
		j.identity = a->identity;
		a->identity->noted = true;
	}
	j.causes.cures = a->cures;
	j.suppressions = a->suppressions;
	status = judge_all(a, &j, w, i == 0);
	judge_fini(&j);
	return status;
}

/* There is no connector, or it is not known which. */
static int
run_none(const struct audit *a)
{
	const struct domain *d = &a->session->domain;
	struct buf text = BUF_INIT;
	int status;

	if (a->connector_problem)
		return run_without(a, judge_unread_connector, d->dn, a->connector_problem);
	if (a->connector_name)
		buf_addf(&text, "no such account: %s", a->connector_name);
	else
		buf_adds(&text, "no account named MSOL_*, pGMSA_* or provAgentgMSA, nor one that "
		    "the vendor's description tells");
	status = run_without(a, judge_no_connector, d->dn, buf_str(&text));
	buf_fini(&text);
	return status;
}

/* What was lost on the way to the users is a finding, too. */
static int
lost(const struct audit *a, const struct source_error *err)
{
	struct buf *words = &a->session->domain.containers_unread;

	buf_addf(words, "%s%s", words->len ? "; " : "", err->text);
	return trouble(a, err);
}

/* The same: 115. */
static int
lost_controllers(const struct audit *a, const struct source_error *err)
{
	struct controllers_seen *seen = &a->session->domain.controllers;

	free(seen->problem);
	seen->problem = strdup(err->text);
	seen->lost = true;
	return seen->problem ? trouble(a, err) : -1;
}

int
audit_run(const struct audit *a)
{
	struct session *s = a->session;
	struct source_error err;
	int status = 0;

	if (!a->connector_count)
		return run_none(a);
	s->domain.users_base = s->target->base;
	if (check_controllers(s, &err) != 0)
		status = lost_controllers(a, &err);
	/* What stands above the users, before the users. */
	if (status == 0 && collect_containers(s->source, s->target->base, &s->domain,
	    &err) != SOURCE_OK)
		status = lost(a, &err);
	for (size_t i = 0; i < a->connector_count && status == 0; i++)
		status = run_connector(a, i);
	return status;
}
