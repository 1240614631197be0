/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_ROLLUP_H
#define WBA_RULES_ROLLUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/chain.h"
#include "core/siphash.h"
#include "model/finding.h"
#include "rules/rule.h"

/*
 * Findings rolled up by what mends them. A cause is what is the matter and the
 * object where it is; a row is a rule under a cause. What is the matter with
 * the users themselves is one cause of the domain without an object, and each
 * names one of its users as an example.
 *
 * Exact: a user counts once in every row and once in every cause that it has a
 * finding under, so the rows of a rule add up to the users with that finding
 * (but for rule 317, which one user can have for several reasons). What holds
 * for everybody counts all users where it touches an operation, and is left out
 * where it is mere information.
 *
 * Memory: some 200 bytes and the texts for each cause and each row; causes are
 * as many as there are containers, groups and policies that are at fault.
 */
struct rollup_cause {
	struct chained chained;		/* first */
	char *words, *object, *domain;	/* owned; object "": each user itself */
	enum severity worst;
	size_t users[4];		/* with a finding of that severity; by enum severity */
	uint64_t seen[4];		/* the user counted last */
};

struct rollup_row {
	struct chained chained;		/* first */
	struct rollup_cause *cause;
	const struct rule *rule;
	const char *remedy;		/* static */
	char *example;			/* owned; DN of a user, "": it is about no user */
	bool shared;			/* for every user: counted by rollup_end() */
	bool assumed;			/* of the directory as it would be */
	size_t users;
	uint64_t seen;
};

#define ROLLUP_RECENT 1024

struct rollup {
	struct siphash_key key;		/* random: strangers choose DNs */
	struct chains all_causes, all_rows;
	/* the rows met last, by where the texts of the finding stand */
	struct rollup_row *recent[ROLLUP_RECENT];
	uint64_t user;			/* the one at hand, counted from 1 */
	/* filled by rollup_sort(), owned: total orders, most users first */
	struct rollup_row **rows;
	struct rollup_cause **causes;	/* fail before unknown before risk before info */
	size_t cause_count, row_count;
};

void rollup_init(struct rollup *, const struct siphash_key *);
void rollup_fini(struct rollup *);
/* All findings of a user, then rollup_next(). 0, or -1 without memory. */
int rollup_add(struct rollup *, const struct finding *);
void rollup_next(struct rollup *);
/* Counts the users of one run, now at its end, for what holds for everybody. */
void rollup_end(struct rollup *);
/* Adds what another one, ended, has: another domain, or another connector. */
int rollup_merge(struct rollup *, const struct rollup *other);
int rollup_sort(struct rollup *);
/* What a finding is rolled up under: its cause's object; "": each user itself. */
const char *rollup_object(const struct finding *);
/* How many a cure would help: those with a finding of the worst severity. */
size_t rollup_users(const struct rollup_cause *);
/* How many of r->causes, which stand first, are more than information. */
size_t rollup_pressing(const struct rollup *);
/* The rule that the cause breaks after that one, in the table's order, what is mere
 * information left out; NULL begins, and ends. */
const struct rule *rollup_next_rule(const struct rollup *, const struct rollup_cause *,
    const struct rule *after);

#endif
