/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_TESTS_LISTENER_H
#define WBA_TESTS_LISTENER_H

#include "build.h"
#include "core/sddl.h"
#include "rules/judge.h"

/* A sink that keeps what it was told, for tests of the rules. */

#define HEARD_MAX 64

struct heard {
	unsigned rule, operations;
	bool has_until, has_evidence;
	bool on_user;			/* the cause is the user itself */
	int64_t until;
	char object[128], cause[128], evidence[256], words[192];
	char cure[768];			/* "+OU=Team (OA;…) -user (OD;…)"; "no" and why not; "" */
};

struct listener {
	struct sink sink;
	struct heard heard[HEARD_MAX];
	size_t count, rows;
	int say;			/* what the functions return */
	struct judgement row;		/* the last one; its strings are not to be read */
	char verdicts[4];		/* o r ? f of reset, change, unlock */
	char rights[5];			/* y n ? of reset, change, lockoutTime, pwdLastSet */
	char rules[256], policy[128];
};

static inline char
decision_letter(enum decision d)
{
	return d == DECISION_YES ? 'y' : d == DECISION_NO ? 'n' : '?';
}

static inline void
hear_cure(const struct cure *c, char *out, size_t size)
{
	struct buf b = BUF_INIT;

	if (c && !c->mends)
		buf_addf(&b, "no%s%s", c->advice ? ": " : "", c->advice ? c->advice : "");
	for (size_t i = 0; c && i < c->count; i++) {
		const char *at = c->steps[i].object;

		buf_addf(&b, "%s%c%.*s ", i ? " " : "", c->steps[i].act == CURE_GRANT ? '+' : '-',
		    (int)strcspn(at ? at : "user", ","), at ? at : "user");
		sddl_print_ace(&c->steps[i].ace, NULL, &b);
	}
	snprintf(out, size, "%s", buf_str(&b));
	buf_fini(&b);
}

static inline int
hear_finding(void *arg, const struct finding *f)
{
	struct listener *l = arg;
	struct heard *h = &l->heard[l->count++];

	assert_true(l->count <= HEARD_MAX);
	*h = (struct heard){ .rule = f->rule, .operations = f->operations,
		.has_until = f->has_until, .until = f->until,
		.has_evidence = f->evidence && *f->evidence };
	snprintf(h->object, sizeof h->object, "%s", f->object ? f->object : "");
	snprintf(h->cause, sizeof h->cause, "%s", f->cause ? f->cause : "");
	assert_non_null(f->why);
	snprintf(h->words, sizeof h->words, "%s", f->why->words);
	hear_cure(f->cure, h->cure, sizeof h->cure);
	h->on_user = !f->shared && f->why->object == NULL;
	snprintf(h->evidence, sizeof h->evidence, "%s", f->evidence ? f->evidence : "");
	return l->say;
}

static inline int
hear_row(void *arg, const struct judgement *j)
{
	struct listener *l = arg;
	size_t n = 0;

	l->rows++;
	l->row = *j;
	l->verdicts[0] = "or?f"[j->reset];
	l->verdicts[1] = "or?f"[j->change];
	l->verdicts[2] = "or?f"[j->unlock];
	l->rights[0] = decision_letter(j->right_reset);
	l->rights[1] = decision_letter(j->right_change);
	l->rights[2] = decision_letter(j->right_lockout);
	l->rights[3] = decision_letter(j->right_pwdlastset);
	l->rules[0] = 0;
	for (size_t i = 0; i < j->rule_count; i++)
		n += (size_t)snprintf(l->rules + n, sizeof l->rules - n, "%s%u", i ? " " : "",
		    j->rules[i]);
	snprintf(l->policy, sizeof l->policy, "%.*s", (int)j->policy_len,
	    j->policy ? j->policy : "");
	return l->say;
}

static inline void
listen_to(struct listener *l)
{
	memset(l, 0, sizeof *l);
	l->sink = (struct sink){ hear_finding, hear_row, l };
}

/* The ids heard since `from`, ascending, each once, as "301 307". */
static inline const char *
heard_rules(const struct listener *l, size_t from, char out[256])
{
	size_t n = 0;

	out[0] = 0;
	for (unsigned id = 100; id < 700; id++)
		for (size_t i = from; i < l->count; i++)
			if (l->heard[i].rule == id) {
				n += (size_t)snprintf(out + n, 256 - n, "%s%u", n ? " " : "", id);
				break;
			}
	return out;
}

static inline const struct heard *
heard_of(const struct listener *l, unsigned rule)
{
	for (size_t i = l->count; i-- > 0;)
		if (l->heard[i].rule == rule)
			return &l->heard[i];
	fail_msg("rule %u was not heard of", rule);
	return NULL;
}

/* A domain, what judges it, and who listens. */
struct court {
	struct domain domain;
	struct judge judge;
	struct listener listener;
};

static inline void
court_open(struct court *c, const char *profile)
{
	make_domain(&c->domain);
	listen_to(&c->listener);
	assert_int_equal(judge_init(&c->judge, &c->domain, profile_find(profile), filetime(NOW),
	    &c->listener.sink), 0);
}

static inline void
court_close(struct court *c)
{
	judge_fini(&c->judge);
	domain_fini(&c->domain);
}

/* Judges the good user with up to four changes. */
static inline void
court_judge(struct court *c, const char *const *changes, size_t count)
{
	struct made m;

	make_user(&m);
	for (size_t i = 0; i < count && changes[i]; i++)
		made_change(&m, changes[i]);
	judge_user(&c->judge, &m.entry);
	made_fini(&m);
}

#endif
