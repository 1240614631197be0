/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORTS_H
#define WBA_REPORTS_H

#include <stdbool.h>

#include "history.h"
#include "report/html.h"
#include "report/outfile.h"
#include "report/report.h"
#include "report/standing.h"
#include "settings.h"

/* The reports of a run: each a format and the file it goes to. */
#define REPORT_COUNT 7
/* These have no lines: they are written as a whole. */
#define REPORT_REMEDIES 4	/* by report/remedies.h */
#define REPORT_HTML 5		/* page.h */
#define REPORT_SUMMARY 6	/* report/summary.h */

struct report {
	const struct format *format;
	const char *path;	/* borrowed; NULL: not asked for */
	struct outfile file;
};

struct reports {
	struct report report[REPORT_COUNT];
	struct history *history;	/* owned by whoever set it; NULL: none is kept */
	struct standing standing;	/* of all domains that are done; whoever opened frees it */
	struct html *html;	/* what is no domain's own for the page; borrowed; NULL: no page */
	bool new_only;		/* what is known stands in none of them */
	bool show_suppressed;	/* what does not count stands in them, marked */
	bool failed;		/* one could not be written: none is kept */
};

/* Opens those that were asked for; rs->history stands before. 0, or -1 with a
 * message; to be closed either way. */
int reports_open(struct reports *, const struct settings *);
/* Once an audit begins, not before: a run that cannot start prints nothing. */
void reports_header(struct reports *);
/* What stands at the end: the causes of all that was audited (sorted). */
void reports_causes(struct reports *, const struct rollup *);
/* The last line; `complete`: everything was read. */
void reports_end(struct reports *, bool complete);
/* Puts the files in their places, or takes them all back. */
void reports_close(struct reports *, bool keep);
/* Results that scroll by on the terminal are progress enough. */
bool reports_on_terminal(const struct reports *);

/*
 * One domain's lines on their way to the reports: written straight into them,
 * or, when several domains are read at once, kept in files without a name until
 * it is that domain's turn, so that the order is the same every time.
 */
struct lines {
	struct reports *reports;
	FILE *spool[REPORT_COUNT];	/* NULL: straight */
	struct standing standing;
	const char *place;		/* for the history: the connector judged by */
	struct html *html;		/* for the page; lines_init(): that of the reports */
	struct buf line;		/* reused */
	bool failed;
};

/* 0, or -1 with a message; lines_fini() either way. */
int lines_init(struct lines *, struct reports *, bool wait);
void lines_fini(struct lines *);
/* 0, or -1 with a message. */
int lines_finding(struct lines *, const struct finding *);
/* The same without a look at the history, nor a trace in it. */
int lines_known(struct lines *, const struct finding *);
int lines_judgement(struct lines *, const struct judgement *);
/* A domain as one connector was judged, at its end. */
int lines_domain(struct lines *, const struct judge *);
/* Where the lines of a report go. */
FILE *lines_file(const struct lines *, size_t report);
/* Appends to the reports what was kept. 0, or -1 with a message. */
int lines_finish(struct lines *);

#endif
