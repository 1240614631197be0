/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_TARGETS_H
#define WBA_TARGETS_H

#include <stddef.h>

#include "model/forest.h"
#include "settings.h"
#include "source/source.h"

/* Which domain controllers a target stands for, how each is reached, and the
 * targets that a forest has. */

struct uri_list {
	char **uri;		/* owned, as are the strings */
	size_t count;
};

void uri_list_fini(struct uri_list *);

/*
 * Where to read the domain from, first choice first: the URI given, then the
 * controllers given; without either, those that DNS knows for the target's name.
 * At least one, each once; otherwise *err says why there is none.
 *
 * DNS is not to be trusted with a password: what it names lies in the domain, or
 * is left out when the bind would hand the password over.
 */
enum source_status target_uris(const struct target *, struct uri_list *out,
    struct source_error *err);

/*
 * The URI of another controller of the target: scheme and port as in its own;
 * where it has none, ldaps:// when the bind needs TLS, else ldap://. The
 * caller's; NULL without memory.
 */
char *target_uri(const struct target *, const char *host, size_t len);

/* The first word of a blank-separated list, or NULL; it goes on at the word's end. */
const char *word_next(const char *list, size_t *len);

/*
 * The domains of a forest that `known` has no target for, as targets: bound as
 * `like` is, named by DNS name, with the controllers that the forest tells,
 * writable ones first, of them those of like's site. A domain without any host
 * that can be asked is left to DNS. The array is the caller's (target_fini(),
 * free()). 0, or -1 without memory.
 */
int forest_targets(const struct forest *, const struct target *like,
    const struct target *known, size_t known_count, struct target **out, size_t *count);

#endif
