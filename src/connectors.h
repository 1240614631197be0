/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CONNECTORS_H
#define WBA_CONNECTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/principal.h"
#include "session.h"

/* The connector accounts that one domain of a run is judged by. */
struct connectors {
	struct session *session;	/* borrowed, open; NULL: the domain is not audited */
	const char *name;		/* the one asked for; NULL: found by itself */
	const char *assumed;		/* one that does not exist yet, instead; NULL: none */
	struct principal *made;		/* it, where it is made in this domain of several; owned */
	struct dn_list own;		/* accounts of the domain itself */
	struct principal **foreign;	/* or of other domains of the run; owned */
	size_t foreign_count;
	/* All of them, as audit_run() wants them. */
	const char **dn;
	const struct principal **principals;
	size_t count;			/* 0: none; a message was printed */
	bool not_found;			/* because there is none */
	char *problem;			/* because of this; NULL: of none. Owned */
};

/*
 * Chooses for all domains of a run. A name is looked for in the domain itself
 * and then in the others: a connector may stand in another domain of the forest
 * or in another forest. One that several of those have is none of them: which is
 * meant is for the admin to say. Without a name, a domain in which no connector is found
 * is judged by those of its forest: one account serves a whole forest. One that is
 * assumed is made in the domain that it names, for all of them, or in the root domain
 * of each forest, for that.
 */
void connectors_choose(struct connectors *, size_t count);
void connectors_fini(struct connectors *);

#endif
