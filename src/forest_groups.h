/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_FOREST_GROUPS_H
#define WBA_FOREST_GROUPS_H

#include "model/principal.h"
#include "session.h"

/*
 * Adds to *p the global and universal groups above those that it holds, looking for
 * them in each domain of its home's forest among the sessions (NULL: one that is not
 * open): a universal group of any domain may hold groups of all others (MS-SAMR
 * 3.1.1.8.9), and goes where its members go. Where a domain refuses, *p is not complete.
 */
enum source_status forest_groups(struct session *const *, size_t count, struct principal *,
    struct source_error *err);

/* Why more groups may be above those of `home`: its forest has domains that are not
 * among the sessions, or its domains are not known. The caller's, in *out; NULL: all are
 * there. 0, or -1 without memory. */
int forest_missing(struct session *const *, size_t count, const struct domain *home, char **out);

#endif
