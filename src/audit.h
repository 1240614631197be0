/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_AUDIT_H
#define WBA_AUDIT_H

#include "progress.h"
#include "rules/judge.h"
#include "session.h"
#include "what_if.h"

/*
 * One domain's audit: the order in which it is read and judged. `audit` reports
 * what was judged, `snapshot` keeps what was read; both come through here, so
 * that a snapshot holds what an audit asks for.
 */
struct audit {
	struct session *session;
	const struct profile *profile;
	const char *const *connectors;	/* DNs: each has its turn */
	const struct principal *const *principals;	/* for each, or NULL: an account of
							 * the domain itself. NULL: all are */
	size_t connector_count;	/* 0: none was found; users are not read then */
	const char *connector_name;	/* the one asked for, or NULL */
	const char *connector_problem;	/* why it is not known which one it is; NULL: none
					 * was found, or all were */
	struct what_if *what_if;	/* one for each connector; NULL: as it is */
	const struct sink *sink;
	struct identity_part *identity;		/* notes the users; NULL: nobody does */
	enum progress_kind progress;
	const struct suppressions *suppressions;	/* or NULL */
	bool cures;		/* findings come with what mends them */

	/* Called on the way; each may be NULL, and non-zero from one of them ends
	 * the audit. `judge` is the one of the connector at hand. */
	int (*begin)(void *arg, struct judge *);	/* before its first user */
	int (*user)(void *arg, struct judge *, const struct entry *);	/* a user was judged */
	int (*end)(void *arg, struct judge *);		/* after its last */
	/* Something could not be read. Where it bears on users, it is a finding too. */
	int (*trouble)(void *arg, const struct source_error *);
	void *arg;
};

/* 0, or -1 when memory ran out, the sink gave up or something above said so. */
int audit_run(const struct audit *);

#endif
