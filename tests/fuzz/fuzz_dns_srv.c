/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An answer of DNS: what is read of it are names that can stand in a URI; the
 * order is a permutation, by priority first, whatever is drawn.
 */

#include <stdlib.h>
#include <string.h>

#include "source/dns_srv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t
draw(void *arg, uint32_t max)
{
	uint32_t *n = arg;

	*n = *n * 1103515245 + 12345;
	return max == UINT32_MAX ? *n : *n % (max + 1);
}

static size_t
times(const struct srv_list *l, const struct srv *r)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += l->list[i].port == r->port && l->list[i].weight == r->weight &&
			l->list[i].priority == r->priority && !strcmp(l->list[i].host, r->host);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct srv_list l = { NULL, 0, 0 }, drawn = { NULL, 0, 0 };
	uint32_t seed = (uint32_t)size;

	if (srv_parse(data, size, &l) != ERR_OK) {
		if (l.list)
			abort();
		return 0;
	}
	if (srv_parse(data, size, &drawn) != ERR_OK || drawn.count != l.count)
		abort();
	srv_order(&l, NULL, NULL);
	srv_order(&drawn, draw, &seed);
	for (size_t i = 0; i < l.count; i++) {
		if (!hostname_valid(l.list[i].host, strlen(l.list[i].host)) || !l.list[i].port)
			abort();
		if (drawn.list[i].priority != l.list[i].priority)
			abort();
		if (i < 50 && times(&drawn, &l.list[i]) != times(&l, &l.list[i]))
			abort();
	}
	srv_list_fini(&l);
	srv_list_fini(&drawn);
	return 0;
}
