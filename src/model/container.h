/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_CONTAINER_H
#define WBA_MODEL_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/chain.h"
#include "core/err.h"
#include "core/sd.h"
#include "core/siphash.h"

/*
 * What stands above the users of a domain: each object with its descriptor, by
 * DN as the directory prints it, ASCII case ignored. Containers mostly inherit
 * the same permissions, so a descriptor is kept once for all that carry it,
 * and parsed when it is first looked at.
 *
 * Memory: some 100 bytes and the DN for a container, and its bytes for each
 * distinct descriptor; in all at most CONTAINERS_MAX_BYTES. 20,000 OUs whose
 * descriptors all differ, with 4 kB each, are 80 MB.
 */
#define CONTAINERS_MAX_BYTES ((size_t)256 << 20)

struct shared_sd;

struct container {
	struct chained chained;		/* first */
	struct container *parent;	/* when parent_known; NULL: this is the domain head */
	bool parent_known;
	struct shared_sd *sd;		/* NULL: not readable */
	size_t dn_len;
	char dn[];
};

/* All zero but for the key to begin with. */
struct containers {
	struct siphash_key key;		/* random where strangers name them; it stays */
	struct chains all, sds;		/* containers, distinct descriptors */
	size_t bytes;			/* what both take */
};

void containers_fini(struct containers *);
/* Adds one, copied; without a descriptor (sd NULL) it is not readable. One that
 * is there already stays as it is. ERR_TOO_BIG at the ceiling. *out gets it
 * (may be NULL). */
enum err containers_add(struct containers *, const char *dn, size_t len, const void *sd,
    size_t sd_len, struct container **out);
/* NULL: it is not there. */
struct container *containers_find(const struct containers *, const char *dn, size_t len);
/* Every one of them, in no order. */
void containers_each(const struct containers *,
    void (*each)(void *arg, const struct container *), void *arg);
/* NULL when it is not readable, or malformed. */
const struct sd *container_sd(const struct container *);

#endif
