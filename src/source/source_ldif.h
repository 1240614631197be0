/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_SOURCE_LDIF_H
#define WBA_SOURCE_SOURCE_LDIF_H

#include "source/snapshot_info.h"
#include "source/source.h"

/*
 * A file of LDIF as a source: a snapshot, or what ldapsearch or ldifde wrote of
 * the same objects. All but users is kept in memory. Users stay in the file,
 * which is read again for each query that they may match; of each user twelve
 * bytes are kept, which tell most queries that they need not.
 *
 * What the directory would compute and the file does not have is missing. A
 * file without a rootDSE gets one with the names that its DNs allow. Where a
 * file is not a complete snapshot, source->partial is set.
 */
enum source_status source_ldif_open(const char *path, struct source **out,
    struct source_error *err);

/* What the file says of itself; as long as the source. */
const struct snapshot_info *source_ldif_info(const struct source *);

size_t source_ldif_users(const struct source *);

/* Whether the file has every attribute that a filter names; otherwise *err says
 * which it does not have, or what is wrong with the filter. */
bool source_ldif_knows(const struct source *, const char *filter, struct source_error *err);

#endif
