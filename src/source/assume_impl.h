/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_ASSUME_IMPL_H
#define WBA_SOURCE_ASSUME_IMPL_H

#include "source/assume.h"
#include "source/assume_sd.h"

/* What assume.c looks up and source_assume.c applies. */

struct assumed_move {
	char *from, *to;	/* DNs; owned */
	size_t from_len, to_len;
	struct buf from_filter, to_filter;	/* "=…)", as in a filter */
};

/* An account that does not exist yet. */
struct assumed_account {
	char *name, *dn;	/* owned; NULL: there is none */
	struct sid sid;
	uint8_t sid_value[SID_MAX_BYTES];
	size_t sid_len;
	uint8_t primary[SID_MAX_BYTES];	/* its primary group */
	size_t primary_len;
	struct buf sid_filter;	/* "(objectSid=…)" */
};

struct assume {
	struct source source;		/* first: the ops get a pointer to it */
	struct source *inner;
	const struct domain *domain;	/* as it is now */
	struct assume_sds sds;
	struct assumed_move *moves;	/* owned */
	size_t move_count;
	struct assumed_account account;
	char *connector;		/* DN now; owned */
	size_t connector_len;
	struct buf connector_filter;	/* "(member=…)" */
	char **groups;			/* DNs the connector joins; owned */
	size_t group_count;
	struct sid *joined;		/* what its token holds then; owned */
	size_t joined_count;
	bool joined_more;		/* and SIDs that could not be read */
	char *holder;			/* AdminSDHolder, when it is changed where its
					 * permissions are copied; owned */
	struct buf words;
};

extern const struct source_ops assume_ops;

#endif
