/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_PRINCIPAL_H
#define WBA_MODEL_PRINCIPAL_H

#include <stdbool.h>
#include <stddef.h>

#include "model/domain.h"

/* A SID that an account takes along to controllers of other domains. */
struct principal_sid {
	struct sid sid;
	enum token_origin origin;
	char *dn;		/* owned; of the object that has it, NULL: not found */
};

/*
 * An account as its own domain knows it, to be judged in another one: a
 * connector of the forest's root domain, or of another forest. What it brings
 * along are its own SID, those of its global and universal groups and its
 * history (MS-ADTS 3.1.1.4.5.20, MS-PAC 4.1.2.2); the groups local to the other
 * domain are added there.
 */
struct principal {
	struct entry_copy copy;
	struct account account;		/* views into copy */
	const struct domain *home;	/* borrowed: its policies decide over the account */
	struct principal_sid *held;	/* owned; the first is the account itself */
	size_t count;
	bool complete;			/* false: groups may be missing */
};

/* `dn` may be NULL. Beyond TOKEN_MAX_SIDS it is not kept, and not complete. 0, or -1
 * without memory. */
int principal_add(struct principal *, const struct sid *, enum token_origin, const char *dn,
    size_t dn_len);
void principal_fini(struct principal *);	/* takes a zeroed one */

#endif
