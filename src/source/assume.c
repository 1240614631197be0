/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "source/collect.h"

static enum source_status
look_up(struct assume_lookup *l, const struct sid *connector)
{
	switch (l->given->kind) {
	case ASSUME_GRANT: return assume_grant(l, connector);
	case ASSUME_UNBLOCK: return assume_unblock(l);
	case ASSUME_MEMBER: return assume_member(l);
	case ASSUME_MOVE: return assume_move(l);
	case ASSUME_CONNECTOR: break;
	}
	return SOURCE_OK;
}

/* MS-ADTS 3.1.1.6.1.1: AdminSDHolder's permissions are copied to what it protects.
 * Samba has no such task. */
static enum source_status
note_holder(struct assume *a)
{
	struct buf dn = BUF_INIT;

	if (a->domain->dc.vendor)
		return SOURCE_OK;
	buf_addf(&dn, "CN=AdminSDHolder,CN=System,%s", a->domain->dn);
	for (size_t i = 0; i < a->sds.change_count && !a->holder; i++)
		if (ascii_eq_nocase(a->sds.changes[i].dn, a->sds.changes[i].dn_len, buf_str(&dn),
		    dn.len))
			a->holder = buf_steal(&dn);
	buf_fini(&dn);
	return SOURCE_OK;
}

/* How it stands in groups of the domain. */
static char *
member_dn(const struct domain *d, const struct assume_who *who)
{
	return who->foreign && !domain_same_forest(who->foreign->home, d) ?
		assume_foreign_dn(d, &who->foreign->account.sid) : strdup(who->dn);
}

/* The SID behind the connector's DN. */
static enum source_status
connector_sid(const struct assume_lookup *l, struct sid *out)
{
	static const char *const attrs[] = { "objectSid", NULL };
	struct entry_copy copy = { 0 };
	enum source_status st;

	if (l->a->account.dn) {
		*out = l->a->account.sid;
		return SOURCE_OK;
	}
	st = assume_read(l, l->a->connector, attrs, &copy);
	if (st == SOURCE_OK && !entry_sid(&copy.entry, out))
		st = assume_wrong(l, "the SID of the connector %s could not be read", l->a->connector);
	entry_copy_fini(&copy);
	return st;
}

/* The account of ASSUME_CONNECTOR, which is made in one domain of several. */
static enum source_status
made_account(const struct assume_lookup *l, const struct assume_who *who)
{
	if (!who->foreign)
		return assume_account(l);
	assume_say(l->a, "a new account: ", who->dn, "");
	return SOURCE_OK;
}

enum source_status
assume_new(struct source *inner, const struct domain *now, const struct assumption *list,
    size_t count, const struct assume_who *who, const struct profile *profile, bool bare,
    struct assume **out, struct source_error *err)
{
	struct assume *a = calloc(1, sizeof *a);
	const struct assumption none = { ASSUME_MEMBER, "" };
	struct assume_lookup l = { a, count ? list : &none, err };
	struct sid sid = { .count = 0 };
	enum source_status st = SOURCE_OK;

	if (!a) {
		*err = (struct source_error){ .status = SOURCE_NOMEM, .text = "out of memory" };
		return SOURCE_NOMEM;
	}
	a->source = (struct source){ .ops = &assume_ops, .name = inner->name,
		.partial = inner->partial };
	a->inner = inner;
	a->domain = now;
	a->sds.inner = inner;
	a->sds.domain = now;
	a->sds.now.key = a->sds.then.key = now->key;
	/* Samba leaves ACEs in the order they come, and looks at the structural class
	 * alone (4.17: create_descriptor.c, descriptor.c); only it has a vendorName. */
	a->sds.order = now->dc.vendor || now->keep_ace_order ? INHERIT_AS_COMPUTED : INHERIT_SORTED;
	a->sds.auxiliary = !now->dc.vendor;
	a->of_another = who->foreign != NULL;
	a->connector = member_dn(now, who);
	a->missing = who->missing && !bare ? strdup(who->missing) : NULL;
	buf_adds(&a->connector_filter, "(member=");
	if (a->connector)
		escape_filter(a->connector, strlen(a->connector), &a->connector_filter);
	buf_addc(&a->connector_filter, ')');
	if (!a->connector || (who->missing && !bare && !a->missing) ||
	    buf_failed(&a->connector_filter))
		st = assume_no_memory(&l);
	else
		a->connector_len = strlen(a->connector);
	for (size_t i = 0; i < count && st == SOURCE_OK; i++) {
		l.given = &list[i];
		if (list[i].kind == ASSUME_CONNECTOR)
			st = made_account(&l, who);
	}
	if (count)
		l.given = list;
	if (st == SOURCE_OK && who->made)
		st = assume_gain(&l, who->made);
	if (st == SOURCE_OK && who->gains && !bare)
		st = assume_gain(&l, who->gains);
	if (who->foreign)
		sid = who->foreign->account.sid;
	else if (st == SOURCE_OK && !bare && count)
		st = connector_sid(&l, &sid);
	for (size_t i = 0; i < count && st == SOURCE_OK && !bare; i++) {
		l.given = &list[i];
		st = list[i].kind == ASSUME_CONNECTOR ? assume_profile(&l, profile, &sid) :
			look_up(&l, &sid);
	}
	if (st == SOURCE_OK)
		st = note_holder(a);
	if (st == SOURCE_OK && buf_failed(&a->words))
		st = assume_no_memory(&l);
	if (st == SOURCE_OK)
		*out = a;
	else
		assume_free(a);
	return st;
}

void
assume_free(struct assume *a)
{
	if (!a)
		return;
	assume_sds_fini(&a->sds);
	for (size_t i = 0; i < a->move_count; i++) {
		free(a->moves[i].from);
		free(a->moves[i].to);
		buf_fini(&a->moves[i].from_filter);
		buf_fini(&a->moves[i].to_filter);
	}
	for (size_t i = 0; i < a->group_count; i++)
		free(a->groups[i]);
	free(a->moves);
	free(a->groups);
	free(a->joined);
	free(a->account.name);
	free(a->account.dn);
	buf_fini(&a->account.sid_filter);
	free(a->connector);
	free(a->holder);
	free(a->missing);
	buf_fini(&a->connector_filter);
	buf_fini(&a->words);
	free(a);
}

enum err
assume_token(const struct assume *a, struct domain *d)
{
	for (size_t i = 0; i < a->joined_count; i++)
		token_add(&d->connector.token, &a->joined[i], HELD_YES, TOKEN_GROUP);
	if (a->joined_more)
		d->connector.token.complete = false;
	if (!d->connector.token_problem && (a->joined_more || a->missing)) {
		d->connector.token_problem = strdup(a->missing ? a->missing : "of groups that it "
		    "would be in the SIDs, or the groups above them, could not be read");
		if (!d->connector.token_problem)
			return ERR_NOMEM;
	}
	return token_seal(&d->connector.token);
}

struct assume_check
assume_checked(const struct assume *a)
{
	return a->sds.check;
}

void
assume_words(const struct assume *a, struct buf *out)
{
	buf_add(out, a->words.data, a->words.len);
}
