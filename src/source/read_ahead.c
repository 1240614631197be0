/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/read_ahead.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "model/domain.h"

/* Entries handed over at a time, and how many such portions there are: large enough
 * that a thread seldom waits for the other, small enough to stay in the cache. */
#define PORTION		64
#define PORTIONS	4

/* A portion with more is handed over before it is full, and with more between the
 * two threads nothing is read until there is less. */
#define PORTION_BYTES	((size_t)1 << 20)
#define AHEAD_BYTES	((size_t)4 << 20)

struct portion {
	struct entry_copy entries[PORTION];
	size_t count, bytes;
};

struct ahead {
	ahead_next_fn next;
	void *next_arg;
	pthread_mutex_t lock;		/* of all below but the portions' content */
	pthread_cond_t changed;
	struct portion portions[PORTIONS];
	size_t filled, emptied;		/* portions, since the beginning */
	size_t bytes;			/* in those filled and not yet emptied */
	bool ended;			/* nothing more comes, because of: */
	enum source_status status;
	struct source_error err;
	bool stop;			/* nothing more is wanted */
};

static size_t
entry_bytes(const struct entry *e)
{
	size_t bytes = e->dn_len;

	for (size_t i = 0; i < e->count; i++)
		for (size_t k = 0; k < e->attrs[i].count; k++)
			bytes += e->attrs[i].values[k].len + sizeof e->attrs[i].values[k];
	return bytes;
}

/* Reads a portion; false when there is nothing after it. */
static bool
fill(struct ahead *a, struct portion *p, enum source_status *st, struct source_error *err)
{
	while (p->count < PORTION && p->bytes < PORTION_BYTES) {
		const struct entry *e = NULL;

		*st = a->next(a->next_arg, &e, err);
		if (*st != SOURCE_OK || !e)
			return false;
		if (entry_copy_init(&p->entries[p->count], e) != 0) {
			*st = SOURCE_NOMEM;
			*err = (struct source_error){ .status = *st };
			snprintf(err->text, sizeof err->text, "out of memory");
			return false;
		}
		p->count++;
		p->bytes += entry_bytes(e);
	}
	return true;
}

static void *
reader(void *arg)
{
	struct ahead *a = arg;
	enum source_status st = SOURCE_OK;
	struct source_error err = { .status = SOURCE_OK };
	bool more = true;

	pthread_mutex_lock(&a->lock);
	while (more) {
		struct portion *p = &a->portions[a->filled % PORTIONS];

		while (!a->stop && (a->filled - a->emptied == PORTIONS || a->bytes > AHEAD_BYTES))
			pthread_cond_wait(&a->changed, &a->lock);
		if (a->stop)
			break;
		pthread_mutex_unlock(&a->lock);
		more = fill(a, p, &st, &err);
		pthread_mutex_lock(&a->lock);
		a->filled++;
		a->bytes += p->bytes;
		pthread_cond_signal(&a->changed);
	}
	a->ended = true;
	a->status = st;
	a->err = err;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* Hands on what is in the portion, unless `fn` has had enough, and empties it. */
static bool
drain(struct portion *p, entry_fn fn, void *arg, bool stopped)
{
	for (size_t i = 0; i < p->count; i++) {
		stopped = stopped || fn(arg, &p->entries[i].entry) != 0;
		entry_copy_fini(&p->entries[i]);
	}
	p->count = p->bytes = 0;
	return stopped;
}

/* Takes portions until there are no more; true when `fn` stopped. */
static bool
take(struct ahead *a, entry_fn fn, void *arg)
{
	bool stopped = false;

	pthread_mutex_lock(&a->lock);
	for (;;) {
		struct portion *p = &a->portions[a->emptied % PORTIONS];
		size_t bytes;

		while (a->filled == a->emptied && !a->ended)
			pthread_cond_wait(&a->changed, &a->lock);
		if (a->filled == a->emptied)
			break;
		pthread_mutex_unlock(&a->lock);
		bytes = p->bytes;
		stopped = drain(p, fn, arg, stopped);
		pthread_mutex_lock(&a->lock);
		a->emptied++;
		a->bytes -= bytes;
		a->stop = stopped;
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return stopped;
}

/* Without a thread. */
static enum source_status
read_here(ahead_next_fn next, void *next_arg, entry_fn fn, void *arg, struct source_error *err)
{
	const struct entry *e = NULL;
	enum source_status st;

	while ((st = next(next_arg, &e, err)) == SOURCE_OK && e)
		if (fn(arg, e) != 0)
			return SOURCE_STOPPED;
	return st;
}

enum source_status
read_ahead(ahead_next_fn next, void *next_arg, entry_fn fn, void *arg, struct source_error *err)
{
	struct ahead a = { .next = next, .next_arg = next_arg, .lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER };
	enum source_status st;
	pthread_t thread;

	if (pthread_create(&thread, NULL, reader, &a) != 0)
		return read_here(next, next_arg, fn, arg, err);
	st = take(&a, fn, arg) ? SOURCE_STOPPED : SOURCE_OK;
	pthread_join(thread, NULL);
	if (st == SOURCE_OK && a.status != SOURCE_OK) {
		st = a.status;
		*err = a.err;
	}
	return st;
}
