/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_IDENTITIES_H
#define WBA_IDENTITIES_H

#include "reports.h"
#include "rules/identity.h"
#include "rules/judge.h"
#include "rules/rollup.h"
#include "source/source.h"

/* Users of all domains of a run, compared with each other once all were read. */
struct identities {
	struct identity identity;
	const struct suppressions *suppressions;	/* borrowed */
	int64_t now;		/* FILETIME, by which they expire */
	struct buf place;		/* for the history: whom they were compared in */
	struct source **sources;	/* owned list, borrowed sources; by part, NULL: not open */
};

/* For so many domains. 0, or -1 with a message; identities_fini() either way. */
int identities_init(struct identities *, const struct settings *, size_t count);
void identities_fini(struct identities *);
/* A domain that is open, before its users are read. */
struct identity_part *identities_part(struct identities *, size_t i, const struct domain *,
    struct source *);

/* Reads again who shares something and writes it to the reports and the rollup.
 * Counts into *tally, whose by_rule is the caller's (free); what it found goes to
 * `summary` in words. 0, or -1 with a message. */
int identities_report(struct identities *, struct reports *, struct rollup *all,
    struct tally *tally, struct buf *summary);

#endif
