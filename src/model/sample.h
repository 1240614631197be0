/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_SAMPLE_H
#define WBA_MODEL_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/guid.h"
#include "core/sid.h"
#include "model/account.h"

/*
 * A stable choice of users: of all that are offered those whose objectGUID has the
 * smallest hash under a fixed key. The same users are chosen in every run, in
 * whatever order they come, whatever becomes of the others.
 */
struct sampled {
	uint64_t key;
	struct guid guid;
	bool has_sid;
	struct sid sid;
	char *dn, *sam, *upn;		/* owned; sam and upn NULL: not read */
};

struct sample {
	struct sampled *list;		/* a heap, the largest key first, until sample_sort() */
	size_t count, max;
};

/* 0, or -1 without memory. */
int sample_init(struct sample *, size_t max);
void sample_fini(struct sample *);
/* Offers a user, by the entry that a search found: 0, or -1 without memory. One
 * without objectGUID, or that is there already, is passed over. */
int sample_offer(struct sample *, const struct entry *, const struct schema *);
/* Ends it: by key, then GUID. */
void sample_sort(struct sample *);

/* What one controller says of a user. */
struct user_state {
	bool there;			/* the controller has it, for this reader */
	struct known_int uac, pwd_last_set, lockout_time;
	struct known_int changed;	/* whenChanged, FILETIME: when this controller wrote it */
	struct buf sd;			/* nTSecurityDescriptor; empty: not returned */
};

extern const char *const user_state_attributes[];	/* for the query */
/* Decodes into *out, emptied before. 0, or -1 without memory. */
int user_state_decode(const struct entry *, struct user_state *out);
void user_states_fini(struct user_state *list, size_t count);	/* frees the list too */

#endif
