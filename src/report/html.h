/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_HTML_H
#define WBA_REPORT_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "rules/judge.h"
#include "rules/rollup.h"

/*
 * A page for people: one HTML file that loads nothing, whose policy (CSP Level
 * 3, in a meta element) lets its own style and script run and nothing else.
 * Every domain of a run collects for itself while its users stream by; the page
 * is put together when all are read.
 */

#define HTML_USERS 500		/* rows of users when nothing else is asked for */
#define HTML_CAUSES 20		/* rows of causes in a section */
#define HTML_LISTED 200		/* rows of a list of findings */

/* Findings that are named one by one. */
enum html_list { HTML_NEW, HTML_RESOLVED, HTML_SUPPRESSED };
#define HTML_LISTS 3

struct html_listed {
	uint64_t count;
	size_t shown[4];	/* rows that were kept; by enum severity */
	struct buf rows[4];	/* each a line */
};

struct html_user {
	unsigned rank;		/* higher is worse */
	uint64_t number;	/* in the order read */
	char *row;		/* owned: its HTML */
};

/* What one domain, or the comparison of all users, has to say. */
struct html {
	unsigned number;	/* of the domain in the run: names the anchors */
	size_t limit;		/* users kept: the worst, the first of equals */
	struct html_user *worst;	/* a heap, the least bad of them on top */
	size_t worst_count;
	uint64_t users, not_ok;	/* rows seen; those that are not ok throughout */
	unsigned sections;
	bool *rules;		/* by index in rule_table: there are findings */
	struct html_listed lists[HTML_LISTS];
	uint64_t known;		/* findings that an earlier run had */
	struct buf nav, body, row;
};

/* One run of the history. */
struct html_point {
	int64_t at;		/* FILETIME */
	int64_t users, fail[OP_COUNT];
};

/* What a section is about, besides the judge's own. */
struct html_section {
	const struct judge *judge;
	const struct rollup *causes;	/* sorted */
	const struct html_point *points;	/* oldest first; NULL: no history is kept */
	size_t point_count;
};

/* 0, or -1 without memory; html_fini() either way. */
int html_init(struct html *, unsigned number, size_t limit);
void html_fini(struct html *);
/* 0, or -1 without memory, as the others. */
int html_judgement(struct html *, const struct judgement *);
/* A finding, once it is known what earlier runs say of it. */
int html_finding(struct html *, const struct finding *);
/* A domain judged by a connector, at its end. */
int html_section(struct html *, const struct html_section *);
/* A domain that could not be read. */
int html_missing(struct html *, const char *name);
/* What the comparison of the users of all domains found; nothing when it found nothing. */
int html_identities(struct html *, const struct tally *);

struct html_page {
	struct html *const *parts;	/* in the order of the run */
	size_t count;
	const char *users_csv;		/* --users; NULL: there is none */
	bool incomplete;		/* something could not be read */
	bool history;			/* one is kept: what has changed is told */
	bool show_suppressed;		/* one by one */
};
/* The page. Takes the rows out of the parts. */
int html_page(const struct html_page *, struct buf *out);

#endif
