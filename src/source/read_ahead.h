/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_READ_AHEAD_H
#define WBA_SOURCE_READ_AHEAD_H

#include "source/source.h"

/*
 * Entries read by a thread of their own while the caller is busy with those
 * before: taking a file apart costs as much as judging what is in it, and the
 * two then take two processors. A few megabytes are kept between them, and the
 * largest entry.
 */

/* The next entry, good until the next call; *e is NULL at the end. */
typedef enum source_status (*ahead_next_fn)(void *arg, const struct entry **e,
    struct source_error *err);

/*
 * Calls `fn` on the caller's thread for each entry, in the order read, until it
 * returns other than 0 (SOURCE_STOPPED), the end, or an error, which comes after
 * the entries before it. `next` runs beside `fn`: what one of the two changes the
 * other may not touch. Where no thread can be had, all is done by the caller's.
 */
enum source_status read_ahead(ahead_next_fn next, void *next_arg, entry_fn fn, void *arg,
    struct source_error *err);

#endif
