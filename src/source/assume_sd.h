/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_ASSUME_SD_H
#define WBA_SOURCE_ASSUME_SD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/chain.h"
#include "core/inherit.h"
#include "model/container.h"
#include "model/domain.h"
#include "source/assume.h"

/*
 * Descriptors as they would be: each distinct one is computed once for what
 * stands above it, since a million users carry a few hundred.
 */

/* What is changed on one object itself. */
struct assumed_change {
	char *dn;		/* as the directory prints it; owned */
	size_t dn_len;
	struct buf aces;	/* one behind the other */
	bool unblock;
};

struct assume_sds {
	struct source *inner;
	const struct domain *domain;
	enum inherit_order order;
	bool auxiliary;
	struct assumed_change *changes;		/* owned */
	size_t change_count;
	struct containers now, then;	/* what stands above, by DN */
	struct chains computed;		/* struct assumed_sd */
	size_t bytes;			/* what they take */
	unsigned depth;			/* results are in use: nothing is dropped */
	struct assume_check check;
};

/* Past this much the computed ones are dropped and computed again. */
#define ASSUME_CACHE_BYTES ((size_t)24 << 20)
/* Objects above each other; a DN of more is nobody's. */
#define ASSUME_MAX_DEPTH 200

void assume_sds_fini(struct assume_sds *);

/* The object of that DN is at or below a change. */
bool assume_sds_touch(const struct assume_sds *, const char *dn, size_t len);

enum assumed { ASSUMED_AS_NOW, ASSUMED_CHANGED, ASSUMED_NOT_KNOWN };

struct assumed_object {
	const char *dn;		/* where it would be */
	size_t dn_len;
	const char *now_dn;	/* where it is now */
	size_t now_dn_len;
	struct value sd;	/* data NULL: not readable */
	const struct attr *object_class;	/* NULL: not readable */
};

/* Its descriptor. *out is good until assume_sds_release(); *why (static) says why
 * it is not known. */
enum assumed assume_sds_get(struct assume_sds *, const struct assumed_object *,
    struct value *out, const char **why);
void assume_sds_hold(struct assume_sds *);
void assume_sds_release(struct assume_sds *);

#endif
