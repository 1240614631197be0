/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_STANDING_H
#define WBA_REPORT_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/finding.h"
#include "rules/judge.h"

/*
 * How a run stands, in numbers, for whoever watches it from afar: the metrics,
 * the monitoring plugin, the system's log, the exit status. Each domain counts
 * for itself, in a thread of its own, and is added to the run's at its end.
 */
#define STANDING_NEWS 20	/* new findings that are named; the rest is counted */

/* One domain as seen from one connector. */
struct standing_row {
	char *domain, *connector, *controller;	/* owned */
	size_t users;
	size_t verdicts[OP_COUNT][4];		/* by enum verdict */
};

struct standing_new {
	const struct rule *rule;
	char *domain, *object;			/* owned */
};

struct standing {
	struct standing_row *rows;
	size_t row_count;
	size_t (*findings)[4];	/* of each rule in rule_table, by enum finding_status */
	size_t *suppressed;	/* of each rule, not in `findings` */
	size_t *lapsed;		/* those of FINDING_KNOWN whose suppression has expired */
	size_t *hits;		/* by the number of a suppression: findings that it covers */
	size_t hit_count;
	struct standing_new news[STANDING_NEWS];
	size_t news_count;
};

/* 0, or -1 without memory; standing_fini() either way. */
int standing_init(struct standing *);
void standing_fini(struct standing *);
int standing_finding(struct standing *, const struct finding *);
/* When a connector's users were read. */
int standing_judge(struct standing *, const struct judge *);
/* Adds what `from` has; its rows and news are taken out of it. */
int standing_merge(struct standing *, struct standing *from);

/* Findings of a rule (by index) that are there; of these, when `new_only`, the new ones,
 * and those whose suppression has expired: somebody waits for them. */
size_t standing_open(const struct standing *, size_t rule, bool new_only);
/* The same of all rules of a severity. */
size_t standing_severity(const struct standing *, enum severity, bool new_only);
/* Of all rules, by what the history says of them. */
size_t standing_status(const struct standing *, enum finding_status);

/* Findings that a suppression covers, whether it holds or has expired. */
size_t standing_hits(const struct standing *, size_t suppression);

/* How the run ended. */
struct outcome {
	const struct standing *standing;
	bool started;		/* at least one domain could be audited */
	bool complete;		/* all was read, and all reports were written */
	bool alarm;		/* findings at or above the level that was asked for */
	bool never;		/* none was asked for */
	bool history, new_only;
	int status;		/* of the program, without --nagios */
	int64_t when;		/* FILETIME */
	double seconds;		/* how long it took */
	const char *problem;	/* the first error that was printed; "" */
};

#endif
