/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_HISTORY_DB_H
#define WBA_HISTORY_DB_H

#include <sqlite3.h>
#include <stdint.h>

#include "core/siphash.h"
#include "history.h"
#include "model/entry.h"

/* The file below history.c and cmd_history.c: its tables, and their versions. */

#define HISTORY_VERSION 3	/* PRAGMA user_version */

enum history_use { HISTORY_READ, HISTORY_WRITE };

/* Opens it; to write, makes it if need be (mode 0600), brings an older one up to
 * date and leaves a transaction open. NULL with *err. */
sqlite3 *history_db_open(const char *path, enum history_use, int wait, struct history_error *err);
/* The key of the hashes in it. 0, or -1. */
int history_db_key(sqlite3 *, struct siphash_key *out);

/* To be finalized; NULL: sqlite3_errmsg(). */
sqlite3_stmt *history_prepare(sqlite3 *, const char *sql);
/* Text that lives until the statement was reset; NULL, no data: NULL. */
void history_bind_text(sqlite3_stmt *, int parameter, const char *text);
void history_bind_value(sqlite3_stmt *, int parameter, const struct value *);

/* FILETIME to the seconds that are kept, and back: seconds past what a FILETIME
 * holds, which only a damaged file has, give its first or last one. */
int64_t history_seconds(int64_t filetime);
int64_t history_filetime(int64_t seconds);

#endif
