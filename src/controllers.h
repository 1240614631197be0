/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CONTROLLERS_H
#define WBA_CONTROLLERS_H

#include "rules/judge.h"
#include "settings.h"
#include "source/ldap_options.h"
#include "source/source_pool.h"
#include "targets.h"

/* The controllers of one target as a source, and what happened to them. */

/* One that failed, or repeated itself, and what the audit made of it. */
struct incident {
	unsigned rule;
	char *server, *text;
};

/* More are counted, not kept: a report is no log. */
#define MAX_INCIDENTS 100

struct controllers {
	struct ldap_options options;
	struct known_int cert_until;	/* of the one that was opened last */
	struct uri_list uris;		/* in the order to try them in */
	struct source *pool;		/* borrowed: whoever opened it closes it */
	struct incident *incidents;	/* MAX_INCIDENTS of them, once there was one */
	size_t incident_count, incidents_told, incidents_lost;
};

/* How a target's controllers are bound to; which of them is left open. The strings
 * are the target's. */
struct ldap_options controllers_options(const struct settings *, const struct target *);

/*
 * Binds to the first of the target's controllers that can be had. Settings,
 * target and *c must stay where they are until the source is closed, and *c is
 * to be finished after that, whatever is returned here.
 */
enum source_status controllers_open(struct controllers *c, const struct settings *,
    const struct target *, struct source **out, struct source_error *err);
void controllers_fini(struct controllers *);

/* What happened since the last call, as findings. */
void controllers_remark(struct controllers *, struct judge *);

#endif
