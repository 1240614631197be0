/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct queue {
	char *items;
	size_t count, size;
	atomic_size_t next;
	void (*work)(void *item);
};

static void *
worker(void *arg)
{
	struct queue *q = arg;
	size_t i;

	while ((i = atomic_fetch_add(&q->next, 1)) < q->count)
		q->work(q->items + i * q->size);
	return NULL;
}

void
parallel_each(void *items, size_t count, size_t size, void (*work)(void *item))
{
	struct queue q = { .items = items, .count = count, .size = size, .work = work };
	pthread_t thread[PARALLEL_MAX];
	size_t threads = 0;

	atomic_init(&q.next, 0);
	while (count > 1 && threads < count && threads < PARALLEL_MAX &&
	       pthread_create(&thread[threads], NULL, worker, &q) == 0)
		threads++;
	if (!threads)
		worker(&q);
	while (threads)
		pthread_join(thread[--threads], NULL);
}
