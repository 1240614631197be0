/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_CONTROLLER_H
#define WBA_MODEL_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>

#include "model/dc.h"
#include "model/forest.h"

/* The controllers of one domain, and what became of asking each. */

enum controller_state {
	CONTROLLER_NOT_ASKED,
	CONTROLLER_WANTED,	/* to be asked */
	CONTROLLER_IN_USE,	/* the domain is read from it: domain.dc is what it said */
	CONTROLLER_CHECKED,
	CONTROLLER_FAILED
};

struct controller {
	char *name;		/* its host; where it has none, what there is: "RO1", or a DN */
	char *host;		/* NULL: it has none that can be asked */
	char *site, *os;	/* NULL: not known */
	bool listed;		/* the configuration partition has it */
	bool named;		/* somebody named it (--dc) */
	bool pdc, read_only;
	enum forest_gc gc;
	struct known_int options;	/* NTDSDSA_… */
	struct known_int level;		/* as the configuration partition has it */
	enum controller_state state;
	const char *step;	/* FAILED: "name", "connect", "TLS", "bind", …; static */
	char *problem;		/* FAILED: what it was */
	struct dc dc;		/* CHECKED */
};

struct controllers_seen {
	struct controller *list;	/* owned; by name */
	size_t count;
	bool all_wanted;		/* each was to be asked */
	bool lost;			/* the connection was, while they were listed */
	char *problem;			/* why some may be missing; NULL: these are all */
};

void controllers_seen_fini(struct controllers_seen *);

/*
 * The controllers that the forest tells of the domain `dn`, and those of `named`
 * (hosts with blanks between; NULL: none). `in_use` is the one that the domain is
 * read from: found by its NTDS settings, else by its host name. `all`, and being
 * named, make the others wanted; one without a host has failed then. 0, or -1
 * without memory.
 */
int controllers_seen_init(struct controllers_seen *, const struct forest *, const char *dn,
    const struct dc *in_use, const char *named, bool all);

/* It could not be asked. 0, or -1 without memory. */
int controller_fail(struct controller *, const char *step, const char *problem);

/* What is known of it: what it said of itself, or NULL. */
const struct dc *controller_dc(const struct controller *, const struct dc *in_use);

/* What a computer account says of the controller: its system. 0, or -1. */
extern const char *const controller_account_attributes[];
int controllers_seen_account(struct controllers_seen *, const struct forest *,
    const struct entry *account);

#endif
