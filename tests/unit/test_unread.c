/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "core/adtime.h"

/*
 * What cannot be read is never silence. The sample company is audited from its
 * snapshot once as it is, and then once more for each query that an audit makes,
 * with that one answer spoilt: nothing comes, a part, entries without what was
 * asked for, or an error. Whatever is then said of a user must be what was said
 * before, or "unknown", or at most a risk in place of ok, unless the run says that
 * it is incomplete.
 */

#define COMPANY "/ldif/company.snapshot.ldif"
#define MOST 1000		/* queries */
#define OFTEN 3		/* queries of one kind that are spoilt */

enum spoil { SPOIL_EMPTY, SPOIL_BARE, SPOIL_HALF, SPOIL_DENIED, SPOIL_LOST, SPOIL_PROTOCOL,
	SPOIL_COUNT };

static const char *const spoil_names[] = { "nothing comes", "without attributes", "the first alone",
	"denied", "lost", "malformed" };

/* What was said of each user. */
#define CELLS 8

struct row {
	char *dn, *policy;
	int said[CELLS];
	bool known[CELLS];
};

struct rows {
	struct row *list;
	size_t count;
	bool incomplete;	/* and the run says so */
};

static const struct row *
find(const struct rows *all, const char *dn)
{
	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->list[i].dn, dn))
			return &all->list[i];
	return NULL;
}

/* A source around another one. */
struct spoiler {
	struct source source;
	const struct assumption *assumed;	/* one; NULL: none */
	struct source *inner;
	enum spoil how;
	size_t at, asked;	/* which query, and how many there were */
	size_t opened;		/* of them until the connector was known */
	const char **asked_for;	/* room for MOST: what each of them was for; or NULL */
	char base[200];
	bool is_search;		/* not of one object: that nothing comes is an answer */
	const struct rows *whole;	/* what was said when nothing was spoilt; or NULL */
	entry_fn fn;
	void *arg;
	size_t passed;
};

static int
on_entry(void *arg, const struct entry *e)
{
	struct spoiler *s = arg;
	const struct entry bare = { e->dn, e->dn_len, NULL, 0 };

	if (s->how == SPOIL_HALF && s->passed++)
		return 1;
	return s->fn(s->arg, s->how == SPOIL_BARE ? &bare : e);
}

/* A server computes the policy in force for each user who is asked for it; the
 * snapshot was taken without. */
static int
on_policy(void *arg, const struct entry *e)
{
	struct spoiler *s = arg;
	const struct row *row = find(s->whole, e->dn);
	struct attr attrs[64];
	struct value v;
	struct entry more = { e->dn, e->dn_len, attrs, e->count };

	assert_true(e->count < 64);
	if (e->count)
		memcpy(attrs, e->attrs, e->count * sizeof *attrs);
	if (row && row->policy && strncmp(row->policy, "DC=", 3) != 0) {
		v = (struct value){ (const uint8_t *)row->policy, strlen(row->policy) };
		attrs[more.count++] = (struct attr){ "msDS-ResultantPSO", &v, 1, false };
	}
	return s->fn(s->arg, &more);
}

static bool
asks_for(const struct query *q, const char *name)
{
	for (size_t i = 0; q->attrs && q->attrs[i]; i++)
		if (!strcmp(q->attrs[i], name))
			return true;
	return false;
}

static enum source_status
search(struct source *source, const struct query *q, entry_fn fn, void *arg,
    struct source_error *err)
{
	static const enum source_status errors[SPOIL_COUNT] = { [SPOIL_HALF] = SOURCE_LIMIT,
		[SPOIL_DENIED] = SOURCE_DENIED, [SPOIL_LOST] = SOURCE_CONNECT,
		[SPOIL_PROTOCOL] = SOURCE_PROTOCOL };
	struct spoiler *s = (struct spoiler *)(void *)source;
	enum source_status st = SOURCE_OK;

	if (s->asked_for && s->asked < MOST)
		s->asked_for[s->asked] = q->what;
	if (s->asked++ != s->at && (!s->whole || !asks_for(q, "msDS-ResultantPSO")))
		return source_search(s->inner, q, fn, arg, err);
	s->fn = fn;
	s->arg = arg;
	s->passed = 0;
	if (s->asked - 1 != s->at)
		return source_search(s->inner, q, on_policy, s, err);
	s->is_search = q->scope != SCOPE_BASE;
	snprintf(s->base, sizeof s->base, "%s", q->base);
	if (s->how == SPOIL_BARE || s->how == SPOIL_HALF)
		st = source_search(s->inner, q, on_entry, s, err);
	if (st == SOURCE_OK || st == SOURCE_STOPPED)
		st = s->how == SPOIL_BARE ? st : errors[s->how];
	*err = (struct source_error){ .status = st, .text = "spoilt" };
	return st;
}

static const struct source_ops ops = { .search = search };

static int
on_judgement(void *arg, const struct judgement *j)
{
	struct rows *all = arg;
	const int verdict[] = { (int)j->reset, (int)j->change, (int)j->unlock };
	const int right[] = { (int)j->right_reset, (int)j->right_change, (int)j->right_lockout,
		(int)j->right_pwdlastset, (int)j->is_protected };
	struct row *r;

	all->list = realloc(all->list, (all->count + 1) * sizeof *all->list);
	assert_non_null(all->list);
	r = &all->list[all->count++];
	*r = (struct row){ .dn = strdup(j->account->dn),
		.policy = j->policy ? strndup(j->policy, j->policy_len) : NULL };
	for (size_t i = 0; i < 3; i++) {
		r->said[i] = verdict[i];
		r->known[i] = verdict[i] != VERDICT_UNKNOWN;
	}
	for (size_t i = 0; i < 5; i++) {
		r->said[3 + i] = right[i];
		r->known[3 + i] = right[i] != (i < 4 ? (int)DECISION_UNKNOWN : (int)ANSWER_UNKNOWN);
	}
	return 0;
}

static int
on_trouble(void *arg, const struct source_error *err)
{
	struct rows *all = arg;

	(void)err;
	all->incomplete = true;
	return 0;
}

static int
on_end(void *arg, struct judge *j)
{
	struct rows *all = arg;

	all->incomplete |= j->tally.incomplete;
	return 0;
}

static void
rows_fini(struct rows *all)
{
	for (size_t i = 0; i < all->count; i++) {
		free(all->list[i].dn);
		free(all->list[i].policy);
	}
	free(all->list);
}

/* Audits the company; a domain that could not be opened is incomplete. */
static struct rows
audit(struct spoiler *s)
{
	char path[4096];
	struct target target = { .sample = 0 };
	struct settings settings = { .ldif = path, .targets = &target, .target_count = 1 };
	struct rows rows = { NULL, 0, false };
	struct dn_list connectors = { NULL, 0 };
	struct session session;
	const struct sink sink = { NULL, on_judgement, &rows };

	snprintf(path, sizeof path, "%s" COMPANY, getenv("WBA_SRC"));
	assert_int_equal(session_connect(&session, &settings, &target), 0);
	s->source = *session.source;
	s->source.ops = &ops;
	s->inner = session.source;
	session.source = &s->source;
	if (session_read(&session) != 0 || session_find(&session, NULL, &connectors) != 0 ||
	    !connectors.count) {
		rows.incomplete = true;
	} else {
		const struct profile *profile = session_profile(&settings);
		struct what_if w = { .session = NULL };
		const struct audit a = { .session = &session, .profile = profile, .sink = &sink,
			.connectors = (const char *const *)connectors.dn,
			.connector_count = connectors.count, .progress = PROGRESS_NONE,
			.what_if = s->assumed ? &w : NULL,
			.trouble = on_trouble, .end = on_end, .arg = &rows };

		s->opened = s->asked;
		if ((s->assumed && what_if_init(&w, &session, s->assumed, 1, profile,
		    &(struct assume_who){ .dn = connectors.dn[0] }) != 0) || audit_run(&a) != 0)
			rows.incomplete = true;
		if (s->assumed)
			what_if_fini(&w);
	}
	dn_list_fini(&connectors);
	session.source = s->inner;
	session_close(&session);
	return rows;
}

/* What is said now and was not said before: the first of it. */
static bool
differs(const struct rows *before, const struct rows *now, char *out, size_t room)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct row *was = &before->list[i], *is = find(now, was->dn);

		if (!is) {
			snprintf(out, room, "%s is missing", was->dn);
			return true;
		}
		for (size_t k = 0; k < CELLS; k++)
			if (is->known[k] && is->said[k] != was->said[k] && !(k < 3 &&
			    was->said[k] == VERDICT_OK && is->said[k] == VERDICT_RISK)) {
				snprintf(out, room, "%s: cell %zu is %d, was %d", was->dn, k,
				    is->said[k], was->said[k]);
				return true;
			}
	}
	return false;
}

/* Enough of its kind have been spoilt before, the first being at `first`. */
static bool
is_plenty(const char *const *asked_for, size_t first, size_t at)
{
	size_t before = 0;

	for (size_t i = first; i < at; i++)
		before += !strcmp(asked_for[i], asked_for[at]);
	return before >= OFTEN;
}

static void
spoil_each(const struct assumption *assumed)
{
	const char *asked_for[MOST];
	struct spoiler none = { .at = SIZE_MAX, .asked_for = asked_for, .assumed = assumed };
	size_t silent = 0, first;
	char text[400];
	struct rows whole;
	int messages = dup(STDERR_FILENO);

	if (!getenv("WBA_SRC"))
		skip();
	assert_non_null(freopen("/dev/null", "w", stderr));
	whole = audit(&none);
	assert_false(whole.incomplete);
	assert_true(whole.count > 10);
	assert_in_range(none.asked, 20, MOST);
	first = assumed ? none.opened : 0;
	for (size_t at = first; at < none.asked; at++)
		for (int how = 0; how < SPOIL_COUNT && !is_plenty(asked_for, first, at); how++) {
			struct spoiler s = { .how = (enum spoil)how, .at = at, .whole = &whole,
				.assumed = assumed };
			struct rows spoilt = audit(&s);

			if (!spoilt.incomplete && !(how == SPOIL_EMPTY && s.is_search) &&
			    differs(&whole, &spoilt, text, sizeof text)) {
				printf("# %s below %s: %s: %s\n", asked_for[at], s.base,
				    spoil_names[how], text);
				silent++;
			}
			rows_fini(&spoilt);
		}
	rows_fini(&whole);
	fflush(stderr);
	assert_int_equal(dup2(messages, STDERR_FILENO), STDERR_FILENO);
	close(messages);
	assert_int_equal(silent, 0);
}

static void
nothing_is_silence(void **state)
{
	(void)state;
	spoil_each(NULL);
}

/* What is assumed is read a second time: what came before may not come again. */
static void
nor_what_is_assumed(void **state)
{
	static const struct assumption unblock = { ASSUME_UNBLOCK,
		"OU=Board,OU=Contoso,DC=contoso,DC=test" };

	(void)state;
	spoil_each(&unblock);
}

/* What no user's verdict shows, and others stand on. */
static void
context_is_told(void **state)
{
	static const char *const parts[] = { "dSHeuristics", "the protected groups",
		"the schema's attributes", "the schema's classes" };
	const char *asked_for[MOST];
	struct spoiler none = { .at = SIZE_MAX, .asked_for = asked_for };
	struct rows whole;

	(void)state;
	if (!getenv("WBA_SRC"))
		skip();
	whole = audit(&none);
	rows_fini(&whole);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct spoiler s = { .how = SPOIL_DENIED };
		struct rows spoilt;

		while (s.at < none.asked && strcmp(asked_for[s.at], parts[i]) != 0)
			s.at++;
		assert_in_range(s.at, 0, none.asked - 1);
		spoilt = audit(&s);
		if (!spoilt.incomplete)
			fail_msg("%s is missing, and nobody says so", parts[i]);
		rows_fini(&spoilt);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_silence),
		cmocka_unit_test(nor_what_is_assumed),
		cmocka_unit_test(context_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
