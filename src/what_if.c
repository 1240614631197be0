/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "what_if.h"

#include <stdlib.h>
#include <string.h>

#include "msg.h"

const char *
what_if_account(const struct settings *settings)
{
	for (size_t i = 0; i < settings->assumption_count; i++)
		if (settings->assumptions[i].kind == ASSUME_CONNECTOR)
			return settings->assumptions[i].text;
	return NULL;
}

int
what_if_connectors(struct session *s, const struct settings *settings, struct dn_list *out)
{
	const char *made = what_if_account(settings);

	return made ? what_if_made(s, made, out) :
		session_connectors(s, s->target->connector, out);
}

int
what_if_made(const struct session *s, const char *name, struct dn_list *out)
{
	const char *slash = strchr(name, '\\');

	if (slash && !domain_has_name(&s->domain, name, (size_t)(slash - name))) {
		msg_error("--assume-connector '%s': %s is not called %.*s", name, s->domain.dns,
		    (int)(slash - name), name);
		return -1;
	}
	out->dn = calloc(1, sizeof *out->dn);
	if (out->dn && (out->dn[0] = assume_connector_dn(&s->domain, name))) {
		out->count = 1;
		return 0;
	}
	msg_error("out of memory");
	return -1;
}

/* What users share with others is looked for by the same attributes, before the
 * domain's schema is read. */
static void
name_attributes(const struct schema *now, struct schema *then)
{
	static const enum schema_attribute_id named[] = { SCHEMA_SOURCE_ANCHOR, SCHEMA_JOIN,
		SCHEMA_JOIN_OTHER };

	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		schema_name_attribute(then, named[i], now->attr[named[i]].name);
}

int
what_if_init(struct what_if *w, struct session *s, const struct assumption *list, size_t count,
    const struct profile *profile, const struct assume_who *who)
{
	struct source_error err = { .text = "out of memory" };
	bool made = false;

	for (size_t i = 0; i < count; i++)
		made |= list[i].kind == ASSUME_CONNECTOR;
	*w = (struct what_if){ .session = s, .connector = strdup(who->dn),
		.foreign = who->foreign };
	domain_init(&w->then);
	domain_set_key(&w->then, &s->domain.key);
	name_attributes(&s->domain.schema, &w->then.schema);
	if (!w->connector ||
	    (made && assume_new(s->source, &s->domain, list, count, who, profile, true, &w->bare,
	    &err) != SOURCE_OK) ||
	    assume_new(s->source, &s->domain, list, count, who, profile, false, &w->assume,
	    &err) != SOURCE_OK) {
		msg_error("%s", err.text);
		return -1;
	}
	assume_words(w->assume, &w->words);
	/* Of several connectors it may be about another one. */
	if (!w->words.len)
		buf_adds(&w->words, "nothing about this connector\n");
	return 0;
}

void
what_if_fini(struct what_if *w)
{
	if (w->now.domain)
		judge_fini(&w->now);
	w->then.controllers = (struct controllers_seen){ 0 };	/* the session's */
	domain_fini(&w->then);
	assume_free(w->bare);
	assume_free(w->assume);
	free(w->connector);
	buf_fini(&w->words);
	*w = (struct what_if){ 0 };
}

static enum source_status
read_connector(const struct what_if *w, struct source *source, struct domain *d,
    struct source_error *err)
{
	return w->foreign ? collect_foreign_connector(source, w->foreign, d, err) :
		collect_connector(source, w->connector, d, err);
}

/* What its attributes lack was asked for under the permissions as they are, which are
 * not those that its account has then. */
static int
settle_connector(struct what_if *w)
{
	struct connector *c = &w->then.connector;
	const struct value then = c->account.sd;
	int status;

	if (c->home)
		return 0;
	c->made_up = w->bare != NULL;
	c->account.sd = w->session->domain.connector.account.sd;
	status = account_settle_alone(&w->then, &c->account);
	c->account.sd = then;
	c->settled = true;
	return status;
}

enum source_status
what_if_read(struct what_if *w, struct source_error *err)
{
	struct session *s = w->session;
	struct source *then = assume_source(w->assume);
	struct source *now = w->bare ? assume_source(w->bare) : s->source;
	enum source_status st = read_connector(w, now, &s->domain, err);

	if (st == SOURCE_OK && w->bare && assume_token(w->bare, &s->domain) != ERR_OK)
		st = source_nomem(s->source, err);
	if (st == SOURCE_OK)
		st = collect_domain(then, s->uri, s->read_at, &w->then, err);
	if (st == SOURCE_OK)
		st = collect_containers(then, s->target->base, &w->then, err);
	if (st == SOURCE_OK)
		st = read_connector(w, then, &w->then, err);
	if (st == SOURCE_OK && assume_token(w->assume, &w->then) != ERR_OK)
		st = source_nomem(s->source, err);
	/* No assumption is about controllers. */
	w->then.controllers = s->domain.controllers;
	if (st == SOURCE_OK && settle_connector(w) != 0)
		st = source_nomem(s->source, err);
	/* Users are asked once for both: for the policy that the server computes, where the
	 * links could not be read for one of them. No assumption is about those. */
	s->domain.psos_unread |= w->then.psos_unread;
	w->then.psos_unread = s->domain.psos_unread;
	return st;
}

static int
on_now(void *arg, const struct judgement *row)
{
	struct what_if *w = arg;

	w->verdicts[0] = row->reset;
	w->verdicts[1] = row->change;
	w->verdicts[2] = row->unlock;
	return 0;
}

int
what_if_begin(struct what_if *w, struct judge *j)
{
	struct session *s = w->session;

	w->quiet = (struct sink){ NULL, on_now, w };
	if (judge_init(&w->now, &s->domain, j->profile, j->now, &w->quiet) != 0)
		return -1;
	(void)judge_domain(&w->now);
	w->judge = j;
	j->assumed = buf_str(&w->words);
	j->now_verdicts = w->verdicts;
	j->as_is = &s->domain;
	return 0;
}

void
what_if_end(struct what_if *w)
{
	struct assume_check c = assume_checked(w->assume);

	if (c.computed)
		buf_addf(&w->words, "%s: the same computation gives %zu of these %zu distinct "
		    "permissions as they are stored now%s\n",
		    c.reproduced == c.computed ? "checked" : "CAUTION", c.reproduced, c.computed,
		    c.reproduced == c.computed ? "" : "; what is said of who has the others is less "
		    "sure");
	w->judge->assumed = buf_str(&w->words);
}

struct then {
	struct what_if *w;
	const struct value *stored_sd;	/* of the user as it is; may be NULL */
	entry_fn fn;
	void *arg;
};

static int
on_then(void *arg, const struct entry *e, const char *why)
{
	const struct then *t = arg;
	struct judge *j = t->w->judge;
	int status;

	j->not_foretold = why;
	j->stored_sd = t->stored_sd ? *t->stored_sd : (struct value){ NULL, 0 };
	status = judge_user(j, e);
	j->not_foretold = NULL;
	j->stored_sd = (struct value){ NULL, 0 };
	return status == 0 && t->fn ? t->fn(t->arg, e) : status;
}

int
what_if_user_then(struct what_if *w, const struct entry *now, entry_fn fn, void *arg)
{
	struct then t = { w, entry_value(now, "nTSecurityDescriptor"), fn, arg };

	(void)judge_user(&w->now, now);
	return assume_entry(w->assume, now, on_then, &t);
}

int
what_if_user(struct what_if *w, const struct entry *now)
{
	return what_if_user_then(w, now, NULL, NULL);
}
