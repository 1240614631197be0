/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "parallel.h"
#include "rules/rules_sample.h"
#include "source/collect_controllers.h"
#include "source/collect_sample.h"
#include "source/source_ldap.h"

/* Refused binds, after which no further controller is asked: the password was good
 * for the first of them, but an account may lock after three. */
#define MAX_REFUSED 2

/* One controller to be asked. */
struct question {
	const struct session *session;
	struct ldap_options options;
	struct controller *controller;
	enum source_status status;
	bool nomem;
};

static void
ask(void *arg)
{
	struct question *q = arg;
	struct controller *c = q->controller;
	char *uri = target_uri(q->session->target, c->host, strlen(c->host));

	q->nomem = !uri;
	q->options.uri = uri;
	if (uri)
		q->nomem = collect_controller(&q->options, q->session->domain.dn, session_clock, c,
		    &q->status) != 0;
	free(uri);
}

/* One after the other, for passwords that were refused count. */
static void
ask_in_turn(struct question *list, size_t count)
{
	unsigned refused = 0;

	for (size_t i = 0; i < count; i++) {
		if (refused < MAX_REFUSED)
			ask(&list[i]);
		else
			list[i].nomem = controller_fail(list[i].controller, "bind", "not tried: "
			    "other controllers refused the password, and a wrong one locks the "
			    "account") != 0;
		refused += list[i].status == SOURCE_CREDENTIALS;
	}
}

static int
ask_all(struct session *s)
{
	struct controllers_seen *seen = &s->domain.controllers;
	struct question *list = calloc(seen->count + 1, sizeof *list);
	size_t count = 0;
	int result = 0;

	if (!list)
		return -1;
	for (size_t i = 0; i < seen->count; i++)
		if (seen->list[i].state == CONTROLLER_WANTED)
			list[count++] = (struct question){ .session = s,
				.options = controllers_options(s->settings, s->target),
				.controller = &seen->list[i] };
	if (s->target->bind_dn)
		ask_in_turn(list, count);
	else
		parallel_each(list, count, sizeof *list, ask);
	for (size_t i = 0; i < count; i++) {
		if (list[i].nomem)
			result = -1;
		else if (list[i].controller->state == CONTROLLER_FAILED)
			msg_error("%s", list[i].controller->problem);
	}
	free(list);
	return result;
}

int
check_controllers(struct session *s, struct source_error *err)
{
	const struct target *t = s->target;
	struct domain *d = &s->domain;
	/* Whether anybody is asked: then the computer accounts tell the systems. */
	const char *named = !s->snapshot && !t->found ? t->controllers : NULL;
	bool all = !s->snapshot && t->all_dcs;

	if (session_forest(s, err) != 0)
		return -1;
	controllers_seen_fini(&d->controllers);
	if (controllers_seen_init(&d->controllers, &s->forest, d->dn, &d->dc,
	    named, all) != 0)
		goto nomem;
	if ((named || all) && collect_controller_systems(s->source, &s->forest, d,
	    &d->controllers, err) != SOURCE_OK)
		return -1;
	if (ask_all(s) == 0)
		return 0;
nomem:
	*err = (struct source_error){ .status = SOURCE_NOMEM };
	snprintf(err->text, sizeof err->text, "%s: out of memory", d->dns);
	return -1;
}

size_t
check_sample_size(const struct session *s)
{
	const struct controllers_seen *seen = &s->domain.controllers;

	for (size_t i = 0; i < seen->count; i++)
		if (seen->list[i].state == CONTROLLER_CHECKED && s->target->sample > 0)
			return (size_t)s->target->sample;
	return 0;
}

/* Two controllers and what they say. */
struct comparison {
	struct session *session;
	struct source *other;
	struct side here, there;
	struct user_state *ours, *theirs;
	size_t count;
};

static void
forget(struct comparison *c)
{
	user_states_fini(c->ours, c->count);
	user_states_fini(c->theirs, c->count);
	c->ours = c->theirs = NULL;
}

/* Asks both, the one soon after the other. *lost: which of them failed. */
static enum source_status
read_both(struct comparison *c, const struct sampled *users, size_t count, struct source **lost,
    struct source_error *err)
{
	const struct domain *d = &c->session->domain;
	enum source_status st;

	forget(c);
	c->count = count;
	*lost = c->session->source;
	st = collect_states(*lost, d, users, count, &c->ours, err);
	if (st == SOURCE_OK) {
		*lost = c->other;
		st = collect_states(*lost, d, users, count, &c->theirs, err);
	}
	return st;
}

static bool
differs(struct comparison *c, size_t i, struct buf *evidence)
{
	c->here.state = &c->ours[i];
	c->there.state = &c->theirs[i];
	buf_clear(evidence);
	return sample_differs(&c->session->domain, &c->here, &c->there, evidence);
}

/* What differs is asked for again, so that a change between the two questions is
 * no difference. */
static enum source_status
compare(struct comparison *c, struct judge *j, const struct sample *sample, struct source **lost,
    struct source_error *err)
{
	struct sampled *again = calloc(sample->count + 1, sizeof *again);
	struct buf evidence = BUF_INIT;
	enum source_status st = SOURCE_NOMEM;
	size_t count = 0;

	if (!again)
		goto out;
	st = read_both(c, sample->list, sample->count, lost, err);
	for (size_t i = 0; i < sample->count && st == SOURCE_OK; i++)
		if (differs(c, i, &evidence))
			again[count++] = sample->list[i];	/* its strings stay sample's */
	if (count && st == SOURCE_OK)
		st = read_both(c, again, count, lost, err);
	for (size_t i = 0; i < count && st == SOURCE_OK; i++)
		if (differs(c, i, &evidence))
			rules_sample(j, &again[i], c->there.name, buf_str(&evidence));
	if (buf_failed(&evidence))
		st = SOURCE_NOMEM;
out:
	if (st == SOURCE_NOMEM)
		*err = (struct source_error){ .status = st, .text = "out of memory" };
	forget(c);
	free(again);
	buf_fini(&evidence);
	return st;
}

/* The other one does not answer any more. */
static void
remark_lost(struct judge *j, const struct controller *c, const struct source_error *err)
{
	struct buf text = BUF_INIT;

	msg_error("%s", err->text);
	buf_addf(&text, "while users were compared: %s", err->text);
	judge_remark(j, &(struct remark){ .rule = 103, .object = c->name, .cause = c->name,
		.evidence = buf_str(&text), .elsewhere = true });
	buf_fini(&text);
}

static struct side
in_use(const struct session *s)
{
	const struct controllers_seen *seen = &s->domain.controllers;
	const struct dc *dc = &s->domain.dc;
	struct side side = { dc->host ? dc->host : s->uri, dc->read_only, NULL };

	for (size_t i = 0; i < seen->count; i++)
		if (seen->list[i].state == CONTROLLER_IN_USE)
			side.read_only |= seen->list[i].read_only;
	return side;
}

static int
compare_with(struct session *s, struct judge *j, const struct sample *sample,
    const struct controller *other, struct source_error *err)
{
	struct ldap_options options = controllers_options(s->settings, s->target);
	struct comparison c = { .session = s, .here = in_use(s),
		.there = { other->name, other->read_only, NULL } };
	struct source *lost = NULL;
	enum source_status st;

	options.uri = other->dc.uri;
	st = source_ldap_open(&options, &c.other, err);
	if (st == SOURCE_OK)
		st = compare(&c, j, sample, &lost, err);
	if (st != SOURCE_OK && st != SOURCE_NOMEM && lost != s->source) {
		remark_lost(j, other, err);
		st = SOURCE_OK;
	}
	source_close(c.other);
	return st == SOURCE_OK ? 0 : -1;
}

int
check_sample(struct session *s, struct judge *j, struct sample *sample, struct source_error *err)
{
	const struct controllers_seen *seen = &s->domain.controllers;

	sample_sort(sample);
	for (size_t i = 0; i < seen->count && sample->count; i++)
		if (seen->list[i].state == CONTROLLER_CHECKED &&
		    compare_with(s, j, sample, &seen->list[i], err) != 0)
			return -1;
	return 0;
}
