/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_PART_H
#define WBA_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "connectors.h"
#include "identities.h"
#include "report/html.h"
#include "report/remedies.h"
#include "reports.h"
#include "rules/rollup.h"
#include "what_if.h"

/* A run of `audit`, and what all of its domains share. */
struct run {
	const struct settings *settings;
	const struct profile *profile;
	struct reports reports;
	struct siphash_key key;	/* of the causes; random */
	struct rollup all;	/* the causes of every domain */
	struct identities identities;	/* of the users of all of them */
	struct html compared;	/* what identities have for the page */
	bool failed;		/* a report could not be written */
	bool incomplete;	/* something could not be read */
	size_t started;		/* domains whose audit began */
	struct session **opened;	/* of --forest: for the first targets, those that are
					 * open already; NULL: not. Owned */
	size_t opened_count;
};

/*
 * One domain of a run. Domains are read at once, each by a thread of its own,
 * and share nothing while they are: what they have to say is kept here until
 * all are read, and then told in the order in which they were named.
 */
struct part {
	const struct run *run;
	struct target *target;
	struct session *session;	/* owned; closed until parts_open() */
	const struct connectors *connectors;
	struct identity_part *identity;
	struct what_if *what_if;	/* one for each connector; NULL: as it is */
	size_t what_if_count;
	struct lines lines;
	struct rollup rollup;	/* of the connector at hand */
	struct rollup all;	/* of those before */
	struct remedies remedies;	/* when they are asked for */
	struct html html;	/* likewise */
	struct buf summary;
	bool ready, turn, tried;	/* to be opened: at all, now, and done */
	bool open, failed, incomplete;
	bool lost;		/* not all was read: what is above the users is read but
				 * once, for all connectors */
};

/* Whether the summary is told on stderr: a plugin's caller may take that for a part
 * of its line. */
bool run_summary_wanted(const struct run *);
/* How a domain is called that may never have been read. */
const char *part_label(const struct target *);

/* Binds to all that are ready, several at a time, and reads what is above the users:
 * `open` tells which. With one name and password it is tried domain by domain until
 * it was taken once, lest it be wrong and the account locked. */
void parts_open(struct part *, size_t count);
/* Looks up what is assumed: about an object in its domain, about the connector in all
 * that it is judged in; others are as they are. 0, or -1 with a message: one of the
 * assumptions is wrong. */
int parts_assume(const struct run *, struct part *, size_t count);
/* Where its lines go; `number` is its place in the page, `wait`: others are read at
 * the same time. 0, or -1 with a message. */
int part_begin(struct part *, struct reports *, size_t number, bool wait);
/* Reads and judges its users; for parallel_each(). */
void part_audit(void *part);
/* A section of the page: nothing, without --html. 0, or -1 with a message. */
int part_html(struct html *, const struct settings *, size_t number, size_t rows);
/* Says so, and that it failed: -1. */
int part_nomem(struct part *);
void part_fini(struct part *);

#endif
