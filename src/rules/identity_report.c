/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/uac.h"
#include "core/utf8.h"
#include "rules/identity.h"
#include "rules/rule.h"

/* What is said once all users were read: 601, 602, 604 to 606. */

/* A user read again. */
struct person {
	struct identity_part *part;
	uint32_t rid;
	struct entry_copy copy;		/* memory NULL: no longer there */
	struct account account;
};

/* Of a group, some of its users, to be named to the others. Of each state the
 * first few, and a few of other domains than the first one's: whoever asks, one of
 * another domain is among them if there is any. */
#define PEERS 3
enum { STATE_ENABLED, STATE_UNKNOWN, STATE_DISABLED, STATE_COUNT };

struct peer {
	size_t home;			/* the domain, by its first part */
	uint32_t rid;
	char *dn;			/* owned */
};

struct peers {
	struct peer near[PEERS], far[PEERS];
	size_t near_count, far_count;
};

struct group {
	const struct key_match *member;
	size_t count;
	uint64_t hash;
	struct buf key;			/* what they share; empty: not known yet */
	struct peers peers[STATE_COUNT];
	size_t confirmed;
	bool overlap;			/* some may be the same, read through two parts: not counted */
};

struct report {
	struct identity *id;
	const struct identity_reader *reader;
	const struct sink *sink;
	const struct keyset **sets;
	struct person batch[IDENTITY_BATCH];
	size_t batch_count;
	const struct key_match *first, *end;	/* the matches that are in it */
	struct group group;
	struct buf text, why;
	int stopped;
};

static void
batch_clear(struct report *r)
{
	for (size_t i = 0; i < r->batch_count; i++)
		entry_copy_fini(&r->batch[i].copy);
	r->batch_count = 0;
	r->first = r->end = NULL;
}

static struct person *
batch_find(struct report *r, const struct identity_part *part, uint32_t rid)
{
	for (size_t i = 0; i < r->batch_count; i++)
		if (r->batch[i].part == part && r->batch[i].rid == rid)
			return &r->batch[i];
	return NULL;
}

/* The users of one part, read again. */
struct rereading {
	struct report *r;
	struct identity_part *part;
};

static int
on_entry(void *arg, const struct entry *e)
{
	const struct rereading *a = arg;
	struct account account;
	struct person *p;
	uint32_t rid;

	account_decode(e, &a->part->domain->schema, &account);
	if (!account.has_sid || !sid_in_domain(&account.sid, &a->part->sid, &rid))
		return 0;
	p = batch_find(a->r, a->part, rid);
	if (!p || p->copy.memory)
		return 0;
	if (entry_copy_init(&p->copy, e) != 0)
		return -1;
	account_decode(&p->copy.entry, &a->part->domain->schema, &p->account);
	return 0;
}

/* A domain that does not answer any more: who shares what with whom there stays
 * unknown. */
static int
part_lost(struct report *r, struct identity_part *part)
{
	const struct domain *d = part->domain;
	const struct rule *rule = rule_find(608);
	struct cause why = { CAUSE_AS_SAID, d->dn, rule->title };

	part->lost = true;
	buf_clear(&r->text);
	buf_addf(&r->text, "users who seem to share a value could not be read again: %s",
	    buf_str(&r->why));
	return r->sink->finding(r->sink->arg, &(struct finding){ .rule = 608,
		.operations = rule->operations, .domain = d->dns, .object = d->dn,
		.evidence = buf_str(&r->text), .cause = d->dn, .why = &why, .shared = true });
}

static int
read_part(struct report *r, struct identity_part *part)
{
	struct rereading answer = { r, part };
	uint32_t rids[IDENTITY_BATCH];
	size_t n = 0;

	for (size_t i = 0; i < r->batch_count; i++)
		if (r->batch[i].part == part)
			rids[n++] = r->batch[i].rid;
	if (!n || part->lost)
		return 0;
	buf_clear(&r->why);
	if (r->reader->read(r->reader->arg, part, rids, n, on_entry, &answer, &r->why) == 0)
		return 0;
	return part_lost(r, part);
}

/* Reads the users of the matches from `at` on, as many as there is room for. */
static int
batch_load(struct report *r, const struct key_match *at, const struct key_match *end)
{
	batch_clear(r);
	for (r->first = r->end = at; r->end < end; r->end++) {
		struct identity_part *part = &r->id->parts[key_match_set(r->end->at)];
		uint32_t rid = keyset_owner(r->sets, r->end->at);

		if (batch_find(r, part, rid))
			continue;
		if (r->batch_count == IDENTITY_BATCH)
			break;
		r->batch[r->batch_count++] = (struct person){ .part = part, .rid = rid };
	}
	for (size_t i = 0; i < r->id->part_count && !r->stopped; i++)
		r->stopped = read_part(r, &r->id->parts[i]);
	return r->stopped;
}

static int
state_of(const struct account *a)
{
	if (a->uac.known != KNOWN_SET)
		return STATE_UNKNOWN;
	return a->uac.value & UAC_ACCOUNTDISABLE ? STATE_DISABLED : STATE_ENABLED;
}

/* Compares the keys of a person with the group's: its first one's. A second value
 * of the same 63-bit hash, whose key is secret, is not looked for. */
struct comparison {
	struct report *r;
	bool same;
};

static int
compare(void *arg, const struct buf *key)
{
	struct comparison *c = arg;
	struct group *g = &c->r->group;

	if ((identity_hash(c->r->id, key) ^ g->hash) << 1)
		return 0;
	if (!g->key.len)
		buf_add(&g->key, key->data, key->len);
	c->same |= g->key.len == key->len && !memcmp(g->key.data, key->data, key->len);
	return c->same || buf_failed(&g->key);
}

/* The person behind a match, if it does have the value now; NULL if not. */
static struct person *
confirmed(struct report *r, const struct key_match *m)
{
	struct comparison c = { r, false };
	struct person *p = batch_find(r, &r->id->parts[key_match_set(m->at)],
	    keyset_owner(r->sets, m->at));

	if (!p || !p->copy.memory)
		return NULL;
	(void)identity_keys(p->part, &p->account, true, compare, &c, NULL);
	return c.same ? p : NULL;
}

/* A user that was read twice, through two parts of its domain, is one. */
static bool
is_peer(const struct peer *q, const struct person *p)
{
	return q->home == p->part->home && q->rid == p->rid;
}

static const struct peer *
peer_at(const struct peers *peers, size_t i)
{
	if (i < peers->near_count)
		return &peers->near[i];
	i -= peers->near_count;
	return i < peers->far_count ? &peers->far[i] : NULL;
}

static int
peers_add(struct peers *peers, const struct person *p)
{
	struct peer *slot = NULL;
	const struct peer *q;

	for (size_t i = 0; (q = peer_at(peers, i)); i++)
		if (is_peer(q, p))
			return 0;
	if (peers->near_count < PEERS)
		slot = &peers->near[peers->near_count++];
	else if (peers->far_count < PEERS && p->part->home != peers->near[0].home)
		slot = &peers->far[peers->far_count++];
	else
		return 0;
	*slot = (struct peer){ p->part->home, p->rid, strdup(p->account.dn) };
	return slot->dn ? 0 : -1;
}

static void
group_clear(struct group *g)
{
	for (size_t s = 0; s < STATE_COUNT; s++)
		for (size_t i = 0; i < PEERS; i++) {
			free(g->peers[s].near[i].dn);
			free(g->peers[s].far[i].dn);
		}
	memset(g->peers, 0, sizeof g->peers);
	buf_clear(&g->key);
	g->confirmed = 0;
	g->overlap = false;
}

/* Another one that shares the value with p: the n-th of that state that is kept;
 * NULL when there are no more. */
static const struct peer *
other(const struct group *g, const struct person *p, int state, bool other_domain, size_t n)
{
	const struct peer *q;

	for (size_t i = 0; (q = peer_at(&g->peers[state], i)); i++) {
		if (is_peer(q, p) || (other_domain && q->home == p->part->home))
			continue;
		if (n-- == 0)
			return q;
	}
	return NULL;
}

static bool
any_other(const struct group *g, const struct person *p, bool other_domain)
{
	for (int state = 0; state < STATE_COUNT; state++)
		if (other(g, p, state, other_domain, 0))
			return true;
	return false;
}

static void
add_value(const struct report *r, const struct identity_part *part, struct buf *out)
{
	const struct buf *key = &r->group.key;
	const struct schema *s = &part->domain->schema;
	const char *value = key->data + 1;
	size_t len = key->len - 1;
	struct sid sid;
	struct sid_buf text;

	switch (key->data[0]) {
	case KEY_ANCHOR:
		buf_addf(out, "source anchor (%s%s) ", s->attr[SCHEMA_SOURCE_ANCHOR].name,
		    r->id->options.anchor ? "" : ", else objectGUID");
		break;
	case KEY_UPN:
		buf_adds(out, "userPrincipalName ");
		break;
	default:
		if (r->id->options.join == JOIN_SID && sid_parse(value, len, &sid) == ERR_OK) {
			buf_addf(out, "objectSid or msExchMasterAccountSid %s",
			    sid_str(&sid, &text));
			return;
		}
		buf_addf(out, "%s%s ", r->id->options.join == JOIN_ACCOUNT_NAME ?
		    "sAMAccountName or " : "", s->attr[SCHEMA_JOIN].name);
		break;
	}
	/* As the cloud shows it: ImmutableID. */
	if ((key->data[0] == KEY_ANCHOR && !r->id->options.anchor) || !utf8_valid(value, len))
		base64_encode(value, len, out);
	else
		buf_add(out, value, len);
}

static int
remark(struct report *r, const struct key_match *m, const struct person *p, unsigned id,
    bool other_domain)
{
	static const char *const states[STATE_COUNT] = { "", " (enabled or not: unknown)",
		" (disabled)" };
	const struct rule *rule = rule_find(id);
	const struct domain *d = p->part->domain;
	struct cause why = { CAUSE_AS_SAID, NULL, rule->title };
	const struct peer *q;
	size_t named = 0;

	if (keyset_mark(&p->part->keys, m->at, id - 601))
		return 0;
	buf_clear(&r->text);
	add_value(r, p->part, &r->text);
	buf_adds(&r->text, ": also of ");
	for (int state = 0; state < STATE_COUNT; state++)
		for (size_t i = 0; named < PEERS &&
		     (q = other(&r->group, p, state, other_domain, i)); i++)
			buf_addf(&r->text, "%s%s%s", named++ ? "; " : "", q->dn, states[state]);
	if (r->group.confirmed > named + 1 && !r->group.overlap)
		buf_addf(&r->text, "; %zu users in all", r->group.confirmed);
	if (buf_failed(&r->text))
		return -1;
	return r->sink->finding(r->sink->arg, &(struct finding){ .rule = id,
		.operations = rule->operations, .domain = d->dns, .object = p->account.dn,
		.account = &p->account, .evidence = buf_str(&r->text), .cause = p->account.dn,
		.why = &why });
}

static int
remark_person(struct report *r, const struct key_match *m, const struct person *p)
{
	const struct group *g = &r->group;
	const bool enabled = state_of(&p->account) == STATE_ENABLED;
	const bool joined = g->key.data[0] == KEY_JOIN;

	if (!any_other(g, p, joined))
		return 0;
	switch (g->key.data[0]) {
	case KEY_ANCHOR:
		return remark(r, m, p, enabled && other(g, p, STATE_ENABLED, false, 0) ? 601 : 602,
		    false);
	case KEY_UPN:
		return remark(r, m, p, 604, false);
	default:
		return remark(r, m, p, enabled && r->id->options.join_given &&
		    other(g, p, STATE_ENABLED, true, 0) ? 605 : 606, true);
	}
}

/* Twice over its users: who there is, then what to say to each. A group that is
 * larger than a batch is read twice. */
static int
judge_group(struct report *r, const struct key_match *all_end)
{
	struct group *g = &r->group;
	const struct key_match *end = g->member + g->count;

	for (int round = 0; round < 2 && !r->stopped; round++) {
		for (const struct key_match *m = g->member; m < end && !r->stopped; m++) {
			const struct person *p;

			if ((m < r->first || m >= r->end) && batch_load(r, m, all_end) != 0)
				return r->stopped;
			p = confirmed(r, m);
			if (!p)
				continue;
			if (round) {
				r->stopped = remark_person(r, m, p);
			} else {
				g->confirmed++;
				g->overlap |= p->part->number != p->part->home;
				r->stopped = peers_add(&g->peers[state_of(&p->account)], p);
			}
		}
		if (g->confirmed < 2)
			break;
	}
	return r->stopped;
}

static int
judge_all(struct report *r, const struct key_match *list, size_t count)
{
	for (size_t i = 0, n; i < count && !r->stopped; i += n) {
		struct group *g = &r->group;

		for (n = 1; i + n < count && list[i + n].group == list[i].group; n++)
			;
		group_clear(g);
		g->member = &list[i];
		g->count = n;
		g->hash = keyset_hash(r->sets, list[i].at);
		/* One that fits in a batch begins with it, unless it is in the last one. */
		if (n <= IDENTITY_BATCH && (!r->end || g->member + n > r->end) &&
		    batch_load(r, g->member, list + count) != 0)
			break;
		(void)judge_group(r, list + count);
	}
	return r->stopped;
}

static size_t
home_of(const struct identity *id, size_t part)
{
	const struct identity_part *p = &id->parts[part];

	for (size_t i = 0; i < part && p->has_sid; i++)
		if (id->parts[i].has_sid && sid_eq(&id->parts[i].sid, &p->sid))
			return i;
	return part;
}

int
identity_report(struct identity *id, const struct identity_reader *reader, const struct sink *sink)
{
	struct report *r = calloc(1, sizeof *r);
	struct key_match *list = NULL;
	size_t count = 0;
	int status = -1;

	if (!r)
		return -1;
	*r = (struct report){ .id = id, .reader = reader, .sink = sink };
	r->sets = calloc(id->part_count, sizeof *r->sets);
	if (!r->sets)
		goto out;
	for (size_t i = 0; i < id->part_count; i++) {
		r->sets[i] = &id->parts[i].keys;
		id->parts[i].home = home_of(id, i);
	}
	if (keyset_match(r->sets, id->part_count, &list, &count) != ERR_OK)
		goto out;
	status = judge_all(r, list, count);
out:
	batch_clear(r);
	group_clear(&r->group);
	buf_fini(&r->group.key);
	buf_fini(&r->text);
	buf_fini(&r->why);
	free(list);
	free(r->sets);
	free(r);
	return status;
}
