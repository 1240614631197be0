/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/source_pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/dn.h"
#include "core/escape.h"
#include "source/seen_set.h"

#define LAST_DN_MAX 256		/* bytes of the last DN that are kept for the message */
#define TEXT_ROOM 512		/* bytes of a message that are kept for how far it came */

/* A connection, and the search that is under way on it. */
struct line {
	struct source *source;	/* NULL: not open */
	size_t server;
	struct seen_set seen;
	bool has_seen;
};

struct server {
	bool opened;		/* once at least: what fails now may pass */
	bool unusable;		/* failed in a way that stays */
};

struct source_pool {
	struct source source;	/* first: the ops get a pointer to it */
	struct pool_options o;
	struct server *servers;	/* o.count of them */
	struct line lines[POOL_MAX_DEPTH];
	size_t depth;		/* searches under way */
	char *domain;		/* of the first server that was opened */
	bool bound;		/* a bind was taken: the credentials are good */
	unsigned unanswered;	/* binds that nobody answered before one was taken */
	bool given_up;		/* no bind is tried any more, for ... */
	struct source_error refusal;	/* ... this reason */
};

/* One search, over all the servers that it takes. */
struct run {
	struct source_pool *pool;
	struct line *line;
	const struct query *query;
	entry_fn fn;
	void *arg;
	size_t entries;		/* handed on */
	size_t repeats;		/* of those, sent again by the server that sent them */
	size_t restarts;
	bool nomem;
	char last[LAST_DN_MAX];	/* DN of the last one, cut */
	size_t last_len;
};

static struct source_pool *
self(struct source *s)
{
	return (struct source_pool *)(void *)s;
}

static void
sleep_for(unsigned milliseconds)
{
	struct timespec t = { milliseconds / 1000, (long)(milliseconds % 1000) * 1000000 };

	while (nanosleep(&t, &t) == -1 && errno == EINTR)
		;
}

static void
tell(const struct source_pool *p, const struct pool_event *e)
{
	if (p->o.tell)
		p->o.tell(p->o.arg, e);
}

static enum source_status
fail(struct source_error *err, enum source_status status, const char *server, const char *text)
{
	struct buf b = BUF_INIT;

	*err = (struct source_error){ .status = status };
	escape_terminal(server, strlen(server), &b);
	buf_adds(&b, text);
	source_error_say(err, &b);
	buf_fini(&b);
	return status;
}

/* Whether this server may stand in for the first one. */
static enum source_status
check(struct source_pool *p, size_t server, const struct source *s, struct source_error *err)
{
	const char *name = p->o.servers[server];

	if (s->behind && p->o.count > 1)
		return fail(err, SOURCE_PROTOCOL, name, ": says that it lacks what other domain "
		    "controllers have (isSynchronized is FALSE): not used");
	if (s->domain && !p->domain && !(p->domain = strdup(s->domain)))
		return fail(err, SOURCE_NOMEM, name, ": out of memory");
	p->source.domain = p->domain;
	if (p->domain && !(s->domain && dn_same(s->domain, p->domain)))
		return fail(err, SOURCE_PROTOCOL, name, ": serves another domain than the "
		    "controllers named before it: not used");
	return SOURCE_OK;
}

/* Binds no more: the same name and password go to every server. */
static void
give_up(struct source_pool *p, struct source_error *err)
{
	struct buf b = BUF_INIT;

	err->again = false;
	if (p->o.count > 1) {
		buf_adds(&b, err->text);
		buf_adds(&b, "; no further controller is tried, lest the account be locked");
		source_error_say(err, &b);
		buf_fini(&b);
	}
	p->given_up = true;
	p->refusal = *err;
}

/* What the failure to open a server means for the next try. */
static void
note_failure(struct source_pool *p, size_t server, struct source_error *err)
{
	bool lost = err->again;

	p->unanswered += err->unanswered && !p->bound;
	if (err->status == SOURCE_NOMEM)
		return;
	if (err->code == CODE_INVALID_CREDENTIALS ||
	    (err->status == SOURCE_CREDENTIALS && !p->bound) ||
	    p->unanswered >= POOL_MAX_UNANSWERED) {
		give_up(p, err);
		return;
	}
	if (!lost && !p->servers[server].opened)
		p->servers[server].unusable = true;
	err->again = true;
}

/* Opens the line's server, once. */
static enum source_status
line_open(struct source_pool *p, struct line *l, struct source_error *err)
{
	enum source_status status;
	struct source *s = NULL;

	if (p->given_up) {
		*err = p->refusal;
		return err->status;
	}
	*err = (struct source_error){ .status = SOURCE_OK };
	status = p->o.open(p->o.arg, l->server, &s, err);
	if (status != SOURCE_OK) {
		note_failure(p, l->server, err);
		return status;
	}
	p->bound = true;
	status = check(p, l->server, s, err);
	if (status != SOURCE_OK) {
		source_close(s);
		p->servers[l->server].unusable = true;
		err->again = status != SOURCE_NOMEM;
		return status;
	}
	p->servers[l->server].opened = true;
	l->source = s;
	if (l == p->lines)
		p->source.name = p->o.servers[l->server];
	return SOURCE_OK;
}

static void
line_close(struct line *l)
{
	source_close(l->source);
	l->source = NULL;
}

/* The next server after this one, itself when there is no other; false: none. */
static bool
next_server(const struct source_pool *p, size_t *server)
{
	for (size_t i = 1; i <= p->o.count; i++) {
		size_t k = (*server + i) % p->o.count;

		if (!p->servers[k].unusable) {
			*server = k;
			return true;
		}
	}
	return false;
}

static int
on_entry(void *arg, const struct entry *e)
{
	struct run *r = arg;

	if (r->query->scope == SCOPE_BASE) {
		if (r->entries > 0)
			return 0;
	} else {
		switch (seen_add(&r->line->seen, e)) {
		case SEEN_NEW:
			break;
		case SEEN_BEFORE:
			r->repeats += r->restarts == 0;
			return 0;
		case SEEN_NOMEM:
			r->nomem = true;
			return 1;
		}
	}
	r->entries++;
	if (r->query->whole)
		r->pool->source.expected = r->line->source->expected;
	r->last_len = e->dn_len < LAST_DN_MAX ? e->dn_len : LAST_DN_MAX;
	memcpy(r->last, e->dn, r->last_len);
	return r->fn(r->arg, e);
}

/* Adds to the message how far the search came. */
static void
say_how_far(const struct run *r, struct source_error *err)
{
	struct buf b = BUF_INIT;
	size_t len = strnlen(err->text, sizeof err->text);

	for (len = len > TEXT_ROOM ? TEXT_ROOM : len;
	    len > 0 && ((uint8_t)err->text[len] & 0xc0u) == 0x80; len--)
		;
	buf_add(&b, err->text, len);
	if (err->text[len])
		buf_adds(&b, " ...");
	if (r->restarts > 0)
		buf_addf(&b, "; given up after %zu more tr%s on %zu controller%s", r->restarts,
		    r->restarts == 1 ? "y" : "ies", r->pool->o.count,
		    r->pool->o.count == 1 ? "" : "s");
	buf_addf(&b, ". Read by then: %zu of the %s", r->entries,
	    r->query->what ? r->query->what : "entries");
	if (r->entries > 0) {
		buf_adds(&b, ", the last one ");
		escape_terminal(r->last, r->last_len, &b);
	}
	source_error_say(err, &b);
	buf_fini(&b);
}

/* Before the nth round over all servers (from 1). */
static void
back_off(const struct source_pool *p, unsigned round)
{
	unsigned ms = p->o.delay;

	while (--round > 0 && ms < POOL_MAX_DELAY)
		ms *= 2;
	if (ms == 0)
		return;
	if (p->o.wait)
		p->o.wait(p->o.arg, ms);
	else
		sleep_for(ms);
}

/*
 * Moves the line to the next server, after a wait when all have had their turn
 * since the first failure, at `start`. False: there is none, or it was the last round.
 */
static bool
go_on(struct source_pool *p, struct line *l, size_t start, unsigned *round)
{
	size_t n = p->o.count, before = (l->server + n - start) % n;

	if (!next_server(p, &l->server))
		return false;
	if ((l->server + n - start) % n > before)
		return true;
	if (++*round > p->o.rounds)
		return false;
	back_off(p, *round);
	return true;
}

/* Runs the query until it is through, or there is nobody left to ask. */
static enum source_status
run_query(struct run *r, struct source_error *err)
{
	struct source_pool *p = r->pool;
	struct line *l = r->line;
	struct pool_event lost = { .kind = POOL_CONTINUED, .what = r->query->what };
	struct source_error cause = { .status = SOURCE_OK };
	size_t mark = 0, start = l->server;
	unsigned round = 0;
	enum source_status status;

	for (;;) {
		status = l->source ? SOURCE_OK : line_open(p, l, err);
		if (status == SOURCE_OK && lost.server) {
			lost.next = p->o.servers[l->server];
			lost.entries = r->entries;
			tell(p, &lost);
			lost.server = NULL;
		}
		if (status == SOURCE_OK)
			status = source_search(l->source, r->query, on_entry, r, err);
		if (r->nomem)
			return fail(err, SOURCE_NOMEM, p->source.name, ": out of memory");
		if (status == SOURCE_OK || status == SOURCE_STOPPED || !err->again)
			break;
		line_close(l);
		tell(p, &(struct pool_event){ .kind = POOL_FAILED, .server = p->o.servers[l->server],
			.why = err->text, .what = r->query->what, .entries = r->entries });
		if (!lost.server) {
			cause = *err;
			lost.server = p->o.servers[l->server];
			lost.why = cause.text;
		}
		if (r->entries > mark) {
			start = l->server;
			round = 0;
		}
		mark = r->entries;
		if (r->restarts == POOL_MAX_RESTARTS || !go_on(p, l, start, &round))
			break;
		r->restarts++;
	}
	if (r->repeats > 0)
		tell(p, &(struct pool_event){ .kind = POOL_REPEATED, .server = p->source.name,
			.what = r->query->what, .entries = r->repeats });
	if (status != SOURCE_OK && status != SOURCE_STOPPED && (r->restarts > 0 || r->entries > 0))
		say_how_far(r, err);
	return status;
}

static enum source_status
search(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	struct source_pool *p = self(s);
	struct run r = { .pool = p, .query = q, .fn = fn, .arg = arg };
	enum source_status status;

	if (p->depth == POOL_MAX_DEPTH)
		return fail(err, SOURCE_QUERY, p->source.name, ": searches nested too deeply");
	r.line = &p->lines[p->depth];
	if (!r.line->source && p->depth > 0)
		r.line->server = p->lines[p->depth - 1].server;
	if (!r.line->has_seen && seen_init(&r.line->seen) != 0)
		return fail(err, SOURCE_NOMEM, p->source.name, ": no random numbers to be had");
	r.line->has_seen = true;
	p->depth++;
	status = run_query(&r, err);
	p->depth--;
	seen_clear(&r.line->seen);
	err->seen = r.entries;
	return status;
}

static void
destroy(struct source *s)
{
	struct source_pool *p = self(s);

	for (size_t i = 0; i < POOL_MAX_DEPTH; i++) {
		line_close(&p->lines[i]);
		if (p->lines[i].has_seen)
			seen_fini(&p->lines[i].seen);
	}
	free(p->servers);
	free(p->domain);
	free(p);
}

static const struct source_ops ops = { .search = search, .close = destroy };

/* Each server once, in their order. */
static enum source_status
open_first(struct source_pool *p, struct source_error *err)
{
	struct line *l = &p->lines[0];
	struct pool_event lost = { .kind = POOL_CONTINUED };
	struct source_error cause = { .status = SOURCE_OK };
	enum source_status status;

	for (;;) {
		status = line_open(p, l, err);
		if (status == SOURCE_OK || !err->again || l->server + 1 == p->o.count)
			break;
		tell(p, &(struct pool_event){ .kind = POOL_FAILED,
			.server = p->o.servers[l->server], .why = err->text });
		if (!lost.server) {
			cause = *err;
			lost.server = p->o.servers[l->server];
			lost.why = cause.text;
		}
		l->server++;
	}
	if (status == SOURCE_OK && lost.server) {
		lost.next = p->o.servers[l->server];
		tell(p, &lost);
	}
	return status;
}

enum source_status
source_pool_open(const struct pool_options *o, struct source **out, struct source_error *err)
{
	struct source_pool *p = calloc(1, sizeof *p);
	enum source_status status;

	if (!p || !(p->servers = calloc(o->count, sizeof *p->servers))) {
		free(p);
		return fail(err, SOURCE_NOMEM, o->servers[0], ": out of memory");
	}
	p->o = *o;
	p->source = (struct source){ .ops = &ops, .name = o->servers[0] };
	status = open_first(p, err);
	if (status == SOURCE_OK)
		*out = &p->source;
	else
		destroy(&p->source);
	return status;
}
