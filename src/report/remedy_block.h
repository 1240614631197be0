/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_REMEDY_BLOCK_H
#define WBA_REPORT_REMEDY_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/chain.h"
#include "core/err.h"
#include "core/siphash.h"
#include "model/cure.h"
#include "rules/rule.h"

/* What --remedies has for one cause: what is the matter, how many it concerns, and
 * the steps that mend it at its object. */
struct remedy_block {
	struct chained chained;		/* first */
	char *words, *object, *example;	/* owned; object "": on each user */
	const char *remedy, *advice;	/* static; advice may be NULL */
	enum severity worst;
	unsigned rules[16];		/* ascending; those of the rights, 301 to 321, may share a
					 * cause */
	size_t rule_count;
	bool shared;			/* holds for every user */
	size_t users;			/* with a finding under it */
	size_t mended, alone;		/* whose findings under it are mended; who then has
					 * no other failure */
	struct cure_step *steps;	/* owned; not those on users */
	size_t count, cap;
	bool on_users;			/* there are those */
	bool has_wide;
	struct cure_step wide;
	uint64_t seen;
};

/* By cause: what is the matter and where. All zero but the key to begin with. */
struct remedy_blocks {
	struct siphash_key key;		/* random: strangers choose DNs */
	struct chains all;
};

void remedy_blocks_fini(struct remedy_blocks *);
void remedy_blocks_empty(struct remedy_blocks *);
/* The block of a cause, made when it is new; NULL without memory. */
struct remedy_block *remedy_blocks_get(struct remedy_blocks *, const char *words,
    const char *object, const char *example);
/* What holds for every user concerns as many. */
void remedy_blocks_count_shared(struct remedy_blocks *, size_t users);
/* The worst first, then most users: a total order. free() it; NULL without memory. */
struct remedy_block **remedy_blocks_sorted(const struct remedy_blocks *);

/* Both keep one of each. */
void remedy_block_rule(struct remedy_block *, unsigned rule);
enum err remedy_block_step(struct remedy_block *, const struct cure_step *);
/* By object and class, what goes before what comes. */
void remedy_steps_sort(struct cure_step *, size_t count);

#endif
