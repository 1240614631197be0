/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "explain.h"
#include "msg.h"
#include "options.h"
#include "rules/cause.h"
#include "what_if.h"

/* Collects what the judge says of one user; the row's views stay good while
 * the user's entry is kept. */
struct collector {
	struct explanation *x;
	bool judged;		/* a row came: it is a normal user account */
	bool nomem;
};

static int
on_finding(void *arg, const struct finding *f)
{
	struct collector *c = arg;
	struct explained_finding *grown;

	if (!c->x)		/* about the domain: said in the summary of an audit */
		return 0;
	grown = realloc(c->x->findings, (c->x->finding_count + 1) * sizeof *grown);
	if (!grown) {
		c->nomem = true;
		return -1;
	}
	c->x->findings = grown;
	grown[c->x->finding_count++] = (struct explained_finding){ f->rule, f->operations,
		f->has_until, f->until, strdup(f->evidence ? f->evidence : ""), strdup(f->cause),
		f->why && f->why->kind != CAUSE_AS_SAID ? strdup(f->why->words) : NULL,
		cause_cure(f->why, rule_find(f->rule)) };
	return 0;
}

static int
on_judgement(void *arg, const struct judgement *row)
{
	struct collector *c = arg;
	struct explanation *x = c->x;

	c->judged = true;
	x->row = *row;
	memcpy(x->rules, row->rules, row->rule_count * sizeof *row->rules);
	x->row.rules = x->rules;
	return 0;
}

/* What holds for every user is shown with this one too. */
static int
copy_shared(struct explanation *x, const struct explanation *shared)
{
	for (size_t i = 0; i < shared->finding_count; i++) {
		const struct explained_finding *f = &shared->findings[i];
		struct finding again = { .rule = f->rule, .operations = f->operations,
			.has_until = f->has_until, .until = f->until, .evidence = f->evidence,
			.cause = f->cause };
		struct collector c = { .x = x };

		if (f->operations && on_finding(&c, &again) != 0)
			return -1;
	}
	return 0;
}

/* What could not be read counts more than a name that is nobody's. */
static void
worse(int *status, int now)
{
	if (now > *status)
		*status = now;
}

/* One user on its way: judged, then explained and printed; as is what follows,
 * with STATUS_... to return. */
struct telling {
	struct source *source;
	struct judge *judge;
	struct collector *collector;
	struct explanation *x;
	bool as_json;
};

static int
tell(void *arg, const struct entry *e)
{
	const struct telling *t = arg;
	struct explanation *x = t->x;
	struct account account;
	struct buf text = BUF_INIT;
	int status = STATUS_INCOMPLETE;

	if (t->collector->nomem) {
		msg_error("out of memory");
		return STATUS_INCOMPLETE;
	}
	if (!t->collector->judged) {
		msg_error("%s is no normal user account: password writeback does not concern it",
		    e->dn);
		return STATUS_USAGE;
	}
	account_decode(e, &t->judge->domain->schema, &account);
	x->account = x->row.account = &account;
	if (explain_user(t->source, t->judge, e, x) != 0)
		return STATUS_INCOMPLETE;
	if (t->as_json)
		explanation_json(x, &text);
	else
		explanation_text(x, &text);
	if (buf_failed(&text)) {
		msg_error("out of memory");
	} else {
		fputs(buf_str(&text), stdout);
		status = STATUS_OK;
	}
	buf_fini(&text);
	return status;
}

static int
explain_one(struct session *s, struct what_if *w, struct judge *j, struct collector *c,
    const struct explanation *shared, const char *dn, bool as_json)
{
	struct explanation x = { 0 };
	struct entry_copy copy = { 0 };
	struct source_error err = { .status = SOURCE_OK };
	struct telling t = { w ? assume_source(w->assume) : s->source, j, c, &x, as_json };
	int status = STATUS_INCOMPLETE;

	if (collect_user(s->source, &s->domain, dn, &copy, &err) != SOURCE_OK) {
		msg_error("%s%s", err.status ? err.text : dn, err.status ? "" :
		    ": it is there, but this reader may not read it");
		goto out;
	}
	c->x = &x;
	c->judged = false;
	if (copy_shared(&x, shared) != 0) {
		msg_error("out of memory");
		goto out;
	}
	if (w)
		status = what_if_user_then(w, &copy.entry, tell, &t);
	else if ((status = judge_user(j, &copy.entry)) == 0)
		status = tell(&t, &copy.entry);
	if (status < 0)
		status = STATUS_INCOMPLETE;
out:
	c->x = NULL;
	explanation_fini(&x);
	entry_copy_fini(&copy);
	return status;
}

static int
find_user(struct session *s, const char *name, struct dn_list *out)
{
	struct source_error err;

	if (collect_account_names(s->source, &s->domain, name, out, &err) != SOURCE_OK) {
		msg_error("%s", err.text);
		return STATUS_INCOMPLETE;
	}
	if (out->count == 1)
		return STATUS_OK;
	if (out->count == 0) {
		msg_error("'%s': there is no such user in %s, or this reader may not see it. Give a "
		    "DN, sAMAccountName, UPN, SID or GUID", name, s->domain.dns);
		return STATUS_USAGE;
	}
	msg_error("'%s': %zu accounts have that name in %s; give a DN. They are:", name,
	    out->count, s->domain.dns);
	for (size_t i = 0; i < out->count; i++)
		msg_error("  %s", out->dn[i]);
	return STATUS_USAGE;
}

static int
explain_all(struct session *s, struct what_if *w, const struct settings *settings,
    const struct profile *profile, const char *connector)
{
	struct domain *d = w ? &w->then : &s->domain;
	struct explanation shared = { 0 };
	struct collector c = { .x = &shared };
	const struct sink sink = { on_finding, on_judgement, &c };
	struct source_error err;
	struct judge j;
	int status = STATUS_OK;

	if ((w ? what_if_read(w, &err) : collect_connector(s->source, connector, d, &err)) !=
	    SOURCE_OK || !session_may_check(s, connector, &err)) {
		msg_error("%s", err.text);
		return STATUS_INCOMPLETE;
	}
	if (judge_init(&j, d, profile, s->now, &sink) != 0) {
		msg_error("out of memory");
		return STATUS_INCOMPLETE;
	}
	if (w && what_if_begin(w, &j) != 0) {
		msg_error("out of memory");
		judge_fini(&j);
		return STATUS_INCOMPLETE;
	}
	judge_domain(&j);
	c.x = NULL;
	for (size_t i = 0; i < settings->arg_count; i++) {
		struct dn_list dns = { NULL, 0 };
		int found;

		if (i && !settings->as_json)
			putchar('\n');
		found = find_user(s, settings->args[i], &dns);
		worse(&status, found != STATUS_OK ? found :
		    explain_one(s, w, &j, &c, &shared, dns.dn[0], settings->as_json));
		dn_list_fini(&dns);
	}
	if (j.tally.incomplete)
		worse(&status, STATUS_INCOMPLETE);
	judge_fini(&j);
	explanation_fini(&shared);
	return status;
}

/* As seen from one connector, as it is or as it would be. */
static int
explain_connector(struct session *s, const struct settings *settings, const struct profile *profile,
    const char *connector)
{
	struct what_if w;
	int status = STATUS_USAGE;

	if (!settings->assumption_count)
		return explain_all(s, NULL, settings, profile, connector);
	if (what_if_init(&w, s, settings->assumptions, settings->assumption_count, profile,
	    &(struct assume_who){ .dn = connector }) == 0)
		status = explain_all(s, &w, settings, profile, connector);
	what_if_fini(&w);
	return status;
}

int
cmd_explain(int argc, char **argv)
{
	struct settings settings;
	const struct profile *profile;
	struct dn_list connectors = { NULL, 0 };
	struct session s = { 0 };
	int status = STATUS_USAGE;

	if (!options_run(argv[0], OPT_CONNECT | OPT_EXPLAIN | OPT_JUDGE, argc, argv, &settings, &status))
		goto out;
	profile = session_profile(&settings);
	if (!profile)
		goto out;
	if (settings.target_count != 1) {
		msg_error("explain looks at one domain: choose it with --domain");
		goto out;
	}
	if (session_password(&settings, &settings.targets[0]) == 0 &&
	    session_open(&s, &settings, &settings.targets[0]) == 0 &&
	    what_if_connectors(&s, &settings, &connectors) == 0) {
		status = STATUS_OK;
		for (size_t i = 0; i < connectors.count; i++)
			worse(&status, explain_connector(&s, &settings, profile,
			    connectors.dn[i]));
	}
	dn_list_fini(&connectors);
	session_close(&s);
out:
	settings_fini(&settings);
	return status;
}
