/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/source_pool.h"

/* Servers that do as their script says, and a reader that counts. */

#define SERVERS		3
#define USERS		40
#define SCRIPT		32
#define DOMAIN		"DC=contoso,DC=test"

enum act {
	ALL,			/* the search goes through */
	CUT,			/* ... breaks after .n entries */
	EVICTED,		/* ... loses its cookie after .n entries */
	LIMIT,			/* ... meets a limit, which another try would meet again */
	REFUSED,		/* nothing listens: the open fails */
	MUTE,			/* the bind gets no answer */
	WRONG_PASSWORD,
	BAD_CERTIFICATE,
	HANDSHAKE_CUT,
	ALIEN,			/* another domain */
	BEHIND
};

struct step { enum act act; size_t n; };

struct world {
	struct { struct step steps[SCRIPT]; size_t next; } servers[SERVERS];
	size_t opens[SERVERS], made, closes, binds;
	size_t count[USERS];	/* how often each user was handed on */
	bool without_guid[USERS];
	bool moved;		/* a user has another DN on each server */
	bool twice;		/* each server sends everything twice */
	unsigned waited[SCRIPT];
	size_t waits, failed, repeated;
	char events[2048];
	struct source *pool;
	size_t nested;		/* search from within, every so many users; 0: never */
	size_t nested_users, depth;
	size_t stop_after, total;
};

struct fake {
	struct source source;
	struct world *w;
	size_t server;
};

static const char *const names[SERVERS] = { "dc1", "dc2", "dc3" };

/* The step that is due; an exhausted script goes well. */
static struct step
step_of(struct world *w, size_t server, bool opening)
{
	struct step s = w->servers[server].steps[w->servers[server].next];
	bool open_step = s.act >= REFUSED;

	if (w->servers[server].next + 1 >= SCRIPT || open_step != opening)
		return (struct step){ ALL, 0 };
	if (s.act != ALL || s.n != 0)
		w->servers[server].next++;
	return s;
}

static enum source_status
fake_fail(struct source_error *err, enum source_status status, int code, bool again,
    const char *server, const char *text)
{
	*err = (struct source_error){ .status = status, .code = code, .again = again };
	snprintf(err->text, sizeof err->text, "%s: %s", server, text);
	return status;
}

static enum source_status
fake_search(struct source *s, const struct query *q, entry_fn fn, void *arg,
    struct source_error *err)
{
	struct fake *f = (struct fake *)(void *)s;
	struct step step = step_of(f->w, f->server, false);
	size_t sent = 0, i, times = f->w->twice ? 2 : 1;

	for (i = 0; i < USERS * times; i++, sent++) {
		/* Each server has its own order. */
		size_t user = (i * 7 + f->server * 13) % USERS;
		char dn[64];
		uint8_t guid[16] = { 1, (uint8_t)user };
		const struct value v = { guid, sizeof guid };
		const struct attr a = { .name = "objectGUID", .values = &v, .count = 1 };
		struct entry e = { .dn = dn, .attrs = &a, .count = 1 };

		if ((step.act == CUT || step.act == EVICTED || step.act == LIMIT) && sent == step.n)
			break;
		snprintf(dn, sizeof dn, "CN=u%zu,OU=o%zu," DOMAIN, user,
		    f->w->moved ? f->server : 0);
		e.dn_len = strlen(dn);
		if (f->w->without_guid[user])
			e.count = 0;
		if (q->scope == SCOPE_BASE && i > 0)
			break;
		if (fn(arg, &e) != 0)
			return SOURCE_STOPPED;
	}
	switch (step.act) {
	case CUT:
		return fake_fail(err, SOURCE_CONNECT, -1, true, names[f->server], "cut");
	case EVICTED:
		return fake_fail(err, SOURCE_LIMIT, 12, true, names[f->server], "evicted");
	case LIMIT:
		return fake_fail(err, SOURCE_LIMIT, 4, false, names[f->server], "limit");
	default:
		return SOURCE_OK;
	}
}

static void
fake_close(struct source *s)
{
	((struct fake *)(void *)s)->w->closes++;
	free(s);
}

static enum source_status
fake_open(void *arg, size_t server, struct source **out, struct source_error *err)
{
	static const struct source_ops ops = { fake_search, fake_close };
	struct world *w = arg;
	struct step step = step_of(w, server, true);
	struct fake *f;

	assert_true(server < SERVERS);
	w->opens[server]++;
	if (step.act == REFUSED)
		return fake_fail(err, SOURCE_CONNECT, 0, true, names[server], "refused");
	if (step.act == BAD_CERTIFICATE)
		return fake_fail(err, SOURCE_TLS, -11, false, names[server], "certificate");
	if (step.act == HANDSHAKE_CUT)
		return fake_fail(err, SOURCE_TLS, -11, true, names[server], "handshake");
	w->binds++;
	if (step.act == WRONG_PASSWORD)
		return fake_fail(err, SOURCE_CREDENTIALS, 49, false, names[server], "wrong");
	if (step.act == MUTE) {
		fake_fail(err, SOURCE_CONNECT, -5, true, names[server], "mute");
		err->unanswered = true;
		return SOURCE_CONNECT;
	}
	f = calloc(1, sizeof *f);
	assert_non_null(f);
	*f = (struct fake){ .source = { .ops = &ops, .name = names[server],
		.domain = step.act == ALIEN ? "DC=fabrikam,DC=test" : DOMAIN,
		.behind = step.act == BEHIND }, .w = w, .server = server };
	w->made++;
	*out = &f->source;
	return SOURCE_OK;
}

static void
fake_wait(void *arg, unsigned ms)
{
	struct world *w = arg;

	if (w->waits < SCRIPT)
		w->waited[w->waits] = ms;
	w->waits++;
}

static void
hear(void *arg, const struct pool_event *e)
{
	struct world *w = arg;
	size_t n = strlen(w->events);

	w->failed += e->kind == POOL_FAILED;
	w->repeated += e->kind == POOL_REPEATED ? e->entries : 0;
	if (e->kind == POOL_CONTINUED && n < sizeof w->events)
		snprintf(w->events + n, sizeof w->events - n, "[%s>%s %zu %s]", e->server, e->next,
		    e->entries, e->why);
}

static enum source_status
pool_open(struct world *w, size_t count, unsigned rounds, struct source_error *err)
{
	const struct pool_options o = { .servers = names, .count = count, .open = fake_open,
		.wait = fake_wait, .tell = hear, .arg = w, .rounds = rounds, .delay = 1000 };

	return source_pool_open(&o, &w->pool, err);
}

static int
on_user(void *arg, const struct entry *e)
{
	struct world *w = arg;
	struct source_error err;
	size_t user = strtoul(e->dn + 4, NULL, 10);

	assert_true(user < USERS);
	if (w->depth > 0) {
		w->nested_users++;
		return 0;
	}
	w->count[user]++;
	w->total++;
	if (w->nested > 0 && w->total % w->nested == 0) {
		const struct query q = { .what = "groups", .base = DOMAIN, .scope = SCOPE_SUBTREE };
		size_t before = w->nested_users;

		w->depth++;
		if (source_search(w->pool, &q, on_user, w, &err) == SOURCE_OK)
			assert_int_equal(w->nested_users - before, USERS);
		else
			assert_true(w->nested_users - before <= USERS);
		w->depth--;
	}
	return w->stop_after > 0 && w->total >= w->stop_after;
}

static enum source_status
read_users(struct world *w, enum scope scope, struct source_error *err)
{
	const struct query q = { .what = "users", .base = DOMAIN, .scope = scope, .paged = true };

	return source_search(w->pool, &q, on_user, w, err);
}

static size_t
once(const struct world *w)
{
	size_t n = 0, i;

	for (i = 0; i < USERS; i++) {
		assert_true(w->count[i] <= 1);
		n += w->count[i];
	}
	return n;
}

static void
shut(struct world *w)
{
	source_close(w->pool);
	assert_int_equal(w->closes, w->made);
}

/* One line a way that it can go: the scripts, and what must come of them. */
static void
ways(void **state)
{
	static const struct {
		const char *what;
		size_t count;
		unsigned rounds;
		struct step steps[SERVERS][4];
		enum source_status status;
		size_t users;
		const char *events, *text;	/* text: in the error's */
		size_t waits;
	} cases[] = {
		{ "nothing happens", 2, 3, { { { ALL, 0 } } }, SOURCE_OK, USERS, "", NULL, 0 },
		{ "cut, the next goes on", 2, 3, { { { CUT, 13 } } }, SOURCE_OK, USERS,
			"[dc1>dc2 13 dc1: cut]", NULL, 0 },
		{ "cut before the first entry", 2, 3, { { { CUT, 0 } } }, SOURCE_OK, USERS,
			"[dc1>dc2 0 dc1: cut]", NULL, 0 },
		{ "cut after the last entry", 2, 3, { { { CUT, USERS } } }, SOURCE_OK, USERS,
			"[dc1>dc2 40 dc1: cut]", NULL, 0 },
		{ "the cookie is gone", 2, 3, { { { EVICTED, 20 } } }, SOURCE_OK, USERS,
			"[dc1>dc2 20 dc1: evicted]", NULL, 0 },
		{ "one server, tried again after a while", 1, 3, { { { CUT, 5 }, { CUT, 5 } } },
			SOURCE_OK, USERS, "[dc1>dc1 5 dc1: cut][dc1>dc1 5 dc1: cut]", NULL, 2 },
		{ "one server, not tried again", 1, 0, { { { CUT, 5 } } }, SOURCE_CONNECT, 5, "",
			"dc1: cut. Read by then: 5 of the users, the last one CN=u28,OU=o0," DOMAIN,
			0 },
		{ "one server, always cut", 1, 2,
			{ { { CUT, 5 }, { CUT, 5 }, { CUT, 3 } } }, SOURCE_CONNECT, 5,
			"[dc1>dc1 5 dc1: cut][dc1>dc1 5 dc1: cut]",
			"given up after 2 more tries", 2 },
		{ "a limit is not tried again", 2, 3, { { { LIMIT, 9 } } }, SOURCE_LIMIT, 9, "",
			"dc1: limit. Read by then: 9 of the users, the last one ", 0 },
		{ "all go away", 2, 1, { { { CUT, 7 }, { REFUSED, 1 }, { REFUSED, 1 } },
			{ { REFUSED, 1 }, { REFUSED, 1 } } }, SOURCE_CONNECT, 7, "",
			"dc2: refused; given up after 3 more tries on 2 controllers. "
			"Read by then: 7 of the users", 1 },
		{ "the first is down from the start", 2, 3, { { { REFUSED, 1 } } }, SOURCE_OK,
			USERS, "[dc1>dc2 0 dc1: refused]", NULL, 0 },
		{ "a certificate that is refused", 2, 3,
			{ { { CUT, 7 } }, { { BAD_CERTIFICATE, 1 } } }, SOURCE_OK, USERS,
			"[dc1>dc1 7 dc1: cut]", NULL, 1 },
		{ "a handshake that breaks may pass", 2, 3,
			{ { { CUT, 7 }, { REFUSED, 1 } }, { { HANDSHAKE_CUT, 1 } } }, SOURCE_OK,
			USERS, "[dc1>dc2 7 dc1: cut]", NULL, 1 },
		{ "another domain", 2, 3, { { { CUT, 7 } }, { { ALIEN, 1 } } }, SOURCE_OK, USERS,
			"[dc1>dc1 7 dc1: cut]", NULL, 1 },
		{ "one that has not caught up", 3, 3, { { { CUT, 7 } }, { { BEHIND, 1 } } },
			SOURCE_OK, USERS, "[dc1>dc3 7 dc1: cut]", NULL, 0 },
		{ "the first has not caught up", 2, 3, { { { BEHIND, 1 } } }, SOURCE_OK, USERS,
			"[dc1>dc2 0 dc1: says that it lacks what other domain controllers have "
			"(isSynchronized is FALSE): not used]", NULL, 0 },
		{ "nobody else to ask", 1, 3, { { { BEHIND, 1 } } }, SOURCE_OK, USERS, "", NULL, 0 },
		{ "a bind that is not answered, once the password is known to be good", 2, 3,
			{ { { CUT, 7 }, { MUTE, 1 } }, { { MUTE, 1 }, { MUTE, 1 } } }, SOURCE_OK,
			USERS, "[dc1>dc1 7 dc1: cut]", NULL, 2 },
	};
	size_t i, s;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct world w = { .pool = NULL };
		struct source_error err = { .status = SOURCE_OK };
		enum source_status status;

		print_message("# %s\n", cases[i].what);
		for (s = 0; s < SERVERS; s++)
			memcpy(w.servers[s].steps, cases[i].steps[s], sizeof cases[i].steps[s]);
		assert_int_equal(pool_open(&w, cases[i].count, cases[i].rounds, &err), SOURCE_OK);
		status = read_users(&w, SCOPE_SUBTREE, &err);
		if (status != cases[i].status)
			fail_msg("status %d: %s", status, err.text);
		assert_int_equal(once(&w), cases[i].users);
		if (status != SOURCE_OK)
			assert_int_equal(err.seen, cases[i].users);
		assert_string_equal(w.events, cases[i].events);
		if (cases[i].text && !strstr(err.text, cases[i].text))
			fail_msg("\"%s\" is not in: %s", cases[i].text, err.text);
		assert_int_equal(w.waits, cases[i].waits);
		shut(&w);
	}
}

/* A password that was refused is sent nowhere any more. */
static void
refused(void **state)
{
	struct world w = { .pool = NULL };
	struct source_error err;

	(void)state;
	w.servers[0].steps[0] = (struct step){ WRONG_PASSWORD, 1 };
	assert_int_equal(pool_open(&w, 3, 3, &err), SOURCE_CREDENTIALS);
	assert_int_equal(w.binds, 1);
	assert_string_equal(err.text, "dc1: wrong; no further controller is tried, lest the "
	    "account be locked");

	/* Midway, on the second controller: not on the third, nor on the first again. */
	w = (struct world){ .pool = NULL };
	w.servers[0].steps[0] = (struct step){ CUT, 4 };
	w.servers[1].steps[0] = (struct step){ WRONG_PASSWORD, 1 };
	assert_int_equal(pool_open(&w, 3, 3, &err), SOURCE_OK);
	assert_int_equal(read_users(&w, SCOPE_SUBTREE, &err), SOURCE_CREDENTIALS);
	assert_int_equal(err.code, 49);
	assert_int_equal(w.binds, 2);
	assert_non_null(strstr(err.text, "dc2: wrong"));
	assert_non_null(strstr(err.text, "Read by then: 4 of the users"));
	assert_int_equal(read_users(&w, SCOPE_SUBTREE, &err), SOURCE_CREDENTIALS);
	assert_int_equal(w.binds, 2);
	shut(&w);

	/* Nobody answers: it might be wrong, so not to every one of many controllers. */
	w = (struct world){ .pool = NULL };
	for (size_t i = 0; i < SERVERS; i++)
		w.servers[i].steps[0] = (struct step){ MUTE, 1 };
	assert_int_equal(pool_open(&w, 3, 3, &err), SOURCE_CONNECT);
	assert_int_equal(w.binds, POOL_MAX_UNANSWERED);
}

static void
all_down(void **state)
{
	struct world w = { .pool = NULL };
	struct source_error err;

	(void)state;
	for (size_t i = 0; i < SERVERS; i++)
		w.servers[i].steps[0] = (struct step){ i == 1 ? BAD_CERTIFICATE : REFUSED, 1 };
	assert_int_equal(pool_open(&w, 3, 3, &err), SOURCE_CONNECT);
	assert_string_equal(err.text, "dc3: refused");
	assert_int_equal(w.failed, 2);
	assert_int_equal(w.waits, 0);
	assert_string_equal(w.events, "");
}

/* Twice as long each round, from the beginning when users have come. */
static void
waits(void **state)
{
	struct world w = { .pool = NULL };
	struct source_error err;

	(void)state;
	w.servers[0].steps[0] = (struct step){ CUT, 0 };
	w.servers[0].steps[1] = (struct step){ REFUSED, 1 };
	w.servers[0].steps[2] = (struct step){ CUT, 9 };
	w.servers[0].steps[3] = (struct step){ CUT, 9 };
	assert_int_equal(pool_open(&w, 1, 3, &err), SOURCE_OK);
	assert_int_equal(read_users(&w, SCOPE_SUBTREE, &err), SOURCE_OK);
	assert_int_equal(w.waits, 4);
	assert_int_equal(w.waited[0], 1000);
	assert_int_equal(w.waited[1], 2000);
	assert_int_equal(w.waited[2], 1000);	/* it had got on */
	assert_int_equal(w.waited[3], 2000);
	assert_int_equal(once(&w), USERS);
	assert_int_equal(w.opens[0], 5);
	shut(&w);
}

/* Other ways of being one entry: moved between servers, hidden GUIDs, one
 * server that repeats itself, base searches, a callback that has enough. */
static void
identity(void **state)
{
	struct world w = { .moved = true };
	struct source_error err;

	(void)state;
	w.servers[0].steps[0] = (struct step){ CUT, 17 };
	assert_int_equal(pool_open(&w, 2, 3, &err), SOURCE_OK);
	assert_int_equal(read_users(&w, SCOPE_SUBTREE, &err), SOURCE_OK);
	assert_int_equal(once(&w), USERS);
	shut(&w);

	w = (struct world){ .pool = NULL };
	for (size_t i = 0; i < USERS; i += 3)
		w.without_guid[i] = true;
	w.servers[0].steps[0] = (struct step){ CUT, 17 };
	assert_int_equal(pool_open(&w, 2, 3, &err), SOURCE_OK);
	assert_int_equal(read_users(&w, SCOPE_SUBTREE, &err), SOURCE_OK);
	assert_int_equal(once(&w), USERS);
	assert_int_equal(w.repeated, 0);
	shut(&w);

	w = (struct world){ .twice = true };
	assert_int_equal(pool_open(&w, 2, 3, &err), SOURCE_OK);
	assert_int_equal(read_users(&w, SCOPE_SUBTREE, &err), SOURCE_OK);
	assert_int_equal(once(&w), USERS);
	assert_int_equal(w.repeated, USERS);
	shut(&w);

	w = (struct world){ .pool = NULL };
	w.servers[0].steps[0] = (struct step){ CUT, 1 };
	assert_int_equal(pool_open(&w, 2, 3, &err), SOURCE_OK);
	assert_int_equal(read_users(&w, SCOPE_BASE, &err), SOURCE_OK);
	assert_int_equal(w.total, 1);
	/* A search of its own begins anew. */
	assert_int_equal(read_users(&w, SCOPE_BASE, &err), SOURCE_OK);
	assert_int_equal(w.total, 2);
	shut(&w);

	w = (struct world){ .stop_after = 20 };
	w.servers[0].steps[0] = (struct step){ CUT, 17 };
	assert_int_equal(pool_open(&w, 2, 3, &err), SOURCE_OK);
	assert_int_equal(read_users(&w, SCOPE_SUBTREE, &err), SOURCE_STOPPED);
	assert_int_equal(once(&w), 20);
	shut(&w);
}

static int
deeper(void *arg, const struct entry *e)
{
	const struct query q = { .what = "x", .base = DOMAIN, .scope = SCOPE_SUBTREE };
	struct world *w = arg;
	struct source_error err;
	enum source_status st;

	(void)e;
	w->depth++;
	st = source_search(w->pool, &q, deeper, w, &err);
	assert_int_equal(st, w->depth < POOL_MAX_DEPTH ? SOURCE_STOPPED : SOURCE_QUERY);
	w->depth--;
	return 1;
}

static void
too_deep(void **state)
{
	const struct query q = { .what = "x", .base = DOMAIN, .scope = SCOPE_SUBTREE };
	struct world w = { .pool = NULL };
	struct source_error err;

	(void)state;
	assert_int_equal(pool_open(&w, 2, 3, &err), SOURCE_OK);
	assert_int_equal(source_search(w.pool, &q, deeper, &w, &err), SOURCE_STOPPED);
	assert_int_equal(w.opens[0], POOL_MAX_DEPTH);
	shut(&w);
}

/* Anything may break at any time, with searches from within: each user at most
 * once, all of them when the pool says so, and the number when it does not. */
static void
chaos(void **state)
{
	static const enum act acts[] = { CUT, CUT, CUT, EVICTED, REFUSED, HANDSHAKE_CUT, MUTE,
		BAD_CERTIFICATE, ALIEN };
	size_t whole = 0, part = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 2000; seed++) {
		struct world w = { .pool = NULL };
		struct source_error err;
		enum source_status st;
		char said[32];

		srand(seed);
		w.nested = (size_t)rand() % 9;
		w.moved = rand() % 2;
		for (size_t s = 0; s < SERVERS; s++)
			for (size_t i = 0; i < (size_t)rand() % (SCRIPT - 1); i++)
				w.servers[s].steps[i] = (struct step){
					acts[(size_t)rand() % (sizeof acts / sizeof *acts)],
					1 + (size_t)rand() % USERS };
		if (pool_open(&w, 1 + (size_t)rand() % SERVERS, (unsigned)rand() % 4, &err) !=
		    SOURCE_OK)
			continue;
		st = read_users(&w, SCOPE_SUBTREE, &err);
		snprintf(said, sizeof said, ": %zu of the users", once(&w));
		if (st == SOURCE_OK && once(&w) != USERS)
			fail_msg("seed %u: %zu users, and all is well", seed, once(&w));
		if (st != SOURCE_OK && (err.seen != once(&w) || !err.text[0]))
			fail_msg("seed %u: %zu users, seen %zu: %s", seed, once(&w), err.seen, err.text);
		if (st != SOURCE_OK && once(&w) > 0 && !strstr(err.text, said))
			fail_msg("seed %u: %zu users: %s", seed, once(&w), err.text);
		whole += st == SOURCE_OK;
		part += st != SOURCE_OK && once(&w) > 0 && once(&w) < USERS;
		shut(&w);
	}
	print_message("# %zu whole, %zu in part\n", whole, part);
	assert_true(whole > 100 && part > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways),
		cmocka_unit_test(refused),
		cmocka_unit_test(all_down),
		cmocka_unit_test(waits),
		cmocka_unit_test(identity),
		cmocka_unit_test(too_deep),
		cmocka_unit_test(chaos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
