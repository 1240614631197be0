/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/collect_sample.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/escape.h"
#include "source/collect.h"

/* Users asked for in one search: a filter of some 3 KB. */
#define BATCH 50

struct batch {
	const struct sampled *users;
	struct user_state *states;
	size_t count;
	bool nomem;
};

static int
on_state(void *arg, const struct entry *e)
{
	struct batch *b = arg;
	const struct value *v = entry_value(e, "objectGUID");
	struct guid guid;

	if (!v || guid_parse(v->data, v->len, &guid) != ERR_OK)
		return 0;
	for (size_t i = 0; i < b->count; i++)
		if (guid_eq(&b->users[i].guid, &guid))
			b->nomem |= user_state_decode(e, &b->states[i]) != 0;
	return b->nomem;
}

static enum source_status
read_batch(struct source *src, const struct domain *d, struct batch *b, struct source_error *err)
{
	struct query q = { .what = "the users that are compared", .base = d->dn,
		.scope = SCOPE_SUBTREE, .attrs = user_state_attributes,
		.sd_flags = SD_FLAGS_READ, .paged = true };
	struct buf filter = BUF_INIT;
	enum source_status st = SOURCE_NOMEM;

	buf_adds(&filter, "(|");
	for (size_t i = 0; i < b->count; i++) {
		buf_adds(&filter, "(objectGUID=");
		escape_filter_bytes(b->users[i].guid.b, sizeof b->users[i].guid.b, &filter);
		buf_addc(&filter, ')');
	}
	buf_addc(&filter, ')');
	q.filter = buf_str(&filter);
	if (!buf_failed(&filter))
		st = source_search(src, &q, on_state, b, err);
	if (b->nomem)
		st = SOURCE_NOMEM;
	if (st == SOURCE_NOMEM)
		(void)source_nomem(src, err);
	buf_fini(&filter);
	return st;
}

enum source_status
collect_states(struct source *src, const struct domain *d, const struct sampled *users,
    size_t count, struct user_state **out, struct source_error *err)
{
	struct user_state *states = calloc(count + 1, sizeof *states);
	enum source_status st = SOURCE_OK;

	if (!states)
		return source_nomem(src, err);
	for (size_t at = 0; at < count && st == SOURCE_OK; at += BATCH) {
		struct batch b = { .users = users + at, .states = states + at,
			.count = count - at < BATCH ? count - at : BATCH };

		st = read_batch(src, d, &b, err);
	}
	if (st == SOURCE_OK)
		*out = states;
	else
		user_states_fini(states, count);
	return st;
}
