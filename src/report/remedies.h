/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_REMEDIES_H
#define WBA_REPORT_REMEDIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model/finding.h"
#include "report/dialect.h"
#include "report/remedy_block.h"
#include "rules/judge.h"
#include "rules/rollup.h"

/*
 * --remedies: what mends the findings, as commands in one dialect, printed and
 * never run. One section for each connector: a block for each cause, the worst
 * and most users first, then what is to be done on users themselves, one by one.
 *
 * Memory is that of the causes. What is to be done on users is written to a file
 * without a name as they stream by, and copied to the end of the section.
 */

#define REMEDIES_PER_USER 32	/* findings of one user; the table has fewer */

struct remedies {
	const struct dialect *dialect;
	struct remedy_blocks blocks;
	FILE *on_users;			/* owned */
	bool any_on_users;
	uint64_t user;			/* the one at hand, from 1 */
	struct { struct remedy_block *block; bool fails, mends; } heard[REMEDIES_PER_USER];
	size_t heard_count;
	struct cure_step steps[REMEDIES_PER_USER];	/* on the user at hand */
	size_t step_count;
	/* what no command mends, and why (static); NULL: a deny that only a person may
	 * take away */
	struct { unsigned rule; const char *why; struct cure_step step; } left[REMEDIES_PER_USER];
	size_t left_count;
	struct buf text;		/* reused */
};

/* `path` is where the report goes: its files stand beside it. 0, or -1 with errno. */
int remedies_init(struct remedies *, const struct dialect *, const char *path,
    const struct siphash_key *);
void remedies_fini(struct remedies *);
/* All findings of a user, then its row. 0, or -1: out of memory, or errno. */
int remedies_finding(struct remedies *, const struct finding *);
int remedies_judgement(struct remedies *, const struct judgement *);
/* Writes the section of the connector that was judged, and forgets it. 0, or -1
 * with errno. */
int remedies_section(struct remedies *, const struct judge *, FILE *out);

/* For remedies_section.c: writes what is in `text`; forgets the connector at hand. */
int remedies_put(struct remedies *, FILE *out);
void remedies_forget(struct remedies *);

/* What stands behind all sections: who is taken for whom (rules 6xx that are told
 * behind the users) is no permission's matter. `all` is sorted. Appends. */
void remedies_identities(const struct dialect *, const struct rollup *all, struct buf *out);

#endif
