/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_CAUSE_CACHE_H
#define WBA_RULES_CAUSE_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/cause.h"
#include "model/cure.h"
#include "model/domain.h"
#include "rules/dacl_cache.h"

/* Causes are worked out once for a descriptor, the object above, a right and the
 * ACE that decided: a user more costs a look-up. */
struct cause_cache {
	struct cause_entry **slot;
	size_t slots, count;
	size_t generation;	/* of the DACL cache, whose verdicts it points to */
	bool cures;		/* asked for: work out what mends it, too */
	const struct cure *cure;	/* of what was returned last; NULL: none */
	struct cure *own;	/* owned; a cure that holds for one user */
};
#define CAUSE_CACHE_MAX 65536	/* then it is emptied; an entry takes some 200 bytes,
					 * and a cure 400 and 200 for each step */

void cause_cache_fini(struct cause_cache *);

/*
 * Why the right of a verdict is not granted (`why` is its result, or for
 * Change Password the user's own). `above` is what stands above the user, or
 * NULL. Valid until the next call, as is the cache's `cure`; without memory
 * CAUSE_AS_SAID.
 */
const struct cause *cause_of_right(struct cause_cache *, const struct dacl_cache *,
    struct domain *, const struct account *, const struct dacl_verdict *, enum right_id,
    const struct access_result *why, struct container *above);

#endif
