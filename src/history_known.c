/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "history_known.h"

#include <stdlib.h>

#include "core/list.h"

static int
add_run(struct history_known *k, sqlite3_stmt *s)
{
	struct history_moment *runs = list_room(k->runs, k->run_count, &k->run_cap, 1024,
	    sizeof *runs);

	if (!runs)
		return -1;
	k->runs = runs;
	runs[k->run_count].id = sqlite3_column_int64(s, 0);
	runs[k->run_count++].at = sqlite3_column_int64(s, 1);
	return 0;
}

/* Ids count up from 1: what is not in 32 bits was not written by us. */
static int
add_open(struct history_known *k, sqlite3_stmt *s)
{
	int64_t key = sqlite3_column_int64(s, 0), id = sqlite3_column_int64(s, 1);
	int64_t first_run = sqlite3_column_int64(s, 2), *keys;
	struct history_open *list;

	if (id <= 0 || id > UINT32_MAX || first_run < 0 || first_run > UINT32_MAX ||
	    (k->count && k->keys[k->count - 1] > key))
		return 1;
	keys = list_room(k->keys, k->count, &k->key_cap, 1024, sizeof *keys);
	if (!keys)
		return -1;
	k->keys = keys;
	list = list_room(k->list, k->count, &k->cap, 1024, sizeof *list);
	if (!list)
		return -1;
	k->list = list;
	keys[k->count] = key;
	list[k->count++] = (struct history_open){ (uint32_t)id, (uint32_t)first_run,
		(uint32_t)sqlite3_column_int64(s, 3) };
	return 0;
}

static int
each(struct history_known *k, sqlite3 *db, const char *sql,
    int (*row)(struct history_known *, sqlite3_stmt *), const char **why)
{
	sqlite3_stmt *s = history_prepare(db, sql);
	int status = 0, rc = SQLITE_ERROR;

	*why = NULL;
	if (!s)
		*why = sqlite3_errmsg(db);
	while (s && status == 0 && (rc = sqlite3_step(s)) == SQLITE_ROW)
		status = row(k, s);
	if (status != 0)
		*why = status > 0 ? "what stands in it was not written by this program" :
			"out of memory";
	else if (rc != SQLITE_DONE)
		*why = sqlite3_errmsg(db);
	sqlite3_finalize(s);
	return *why ? -1 : 0;
}

int
history_known_load(struct history_known *k, sqlite3 *db, const char **why)
{
	*k = (struct history_known){ .keys = NULL };
	/* Both in the order of an index, which has all that is asked for. */
	if (each(k, db, "SELECT id, at FROM run ORDER BY id", add_run, why) != 0 ||
	    each(k, db, "SELECT key, id, first_run, names FROM finding WHERE resolved_run IS "
		"NULL ORDER BY key", add_open, why) != 0)
		return -1;
	k->seen = calloc(k->count / 8 + 1, 1);
	if (!k->seen)
		*why = "out of memory";
	return k->seen ? 0 : -1;
}

void
history_known_fini(struct history_known *k)
{
	free(k->keys);
	free(k->list);
	free(k->seen);
	free(k->runs);
	*k = (struct history_known){ .keys = NULL };
}

int64_t
history_known_moment(const struct history_known *k, uint32_t run)
{
	size_t low = 0, high = k->run_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->runs[mid].id == run)
			return k->runs[mid].at;
		if (k->runs[mid].id < run)
			low = mid + 1;
		else
			high = mid;
	}
	return 0;
}

/* The first that is not below the key. Keys are hashes, so each stands close to its
 * share of the list: the search begins there, and widens as far as it must. */
static size_t
search(const struct history_known *k, int64_t key)
{
	uint64_t rank = (uint64_t)key ^ UINT64_C(1) << 63;
	size_t low = (size_t)((unsigned __int128)rank * k->count >> 64), high = low, step;

	for (step = 64; low > 0 && k->keys[low] >= key; step *= 2)
		low = low > step ? low - step : 0;
	for (step = 64; high < k->count && k->keys[high] < key; step *= 2)
		high = k->count - high > step ? high + step : k->count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->keys[mid] < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct history_open *
history_known_see(struct history_known *k, int64_t key)
{
	size_t low = search(k, key);

	if (low == k->count || k->keys[low] != key)
		return NULL;
	k->seen[low / 8] |= (uint8_t)(1u << (low % 8));
	return &k->list[low];
}

static int
ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int64_t *
history_known_unseen(const struct history_known *k, size_t *count)
{
	size_t n = 0;
	int64_t *ids;

	for (size_t i = 0; i < k->count; i++)
		n += !(k->seen[i / 8] >> (i % 8) & 1);
	ids = calloc(n + 1, sizeof *ids);
	if (!ids)
		return NULL;
	n = 0;
	for (size_t i = 0; i < k->count; i++)
		if (!(k->seen[i / 8] >> (i % 8) & 1))
			ids[n++] = k->list[i].id;
	qsort(ids, n, sizeof *ids, ascending);
	*count = n;
	return ids;
}
