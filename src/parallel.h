/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_PARALLEL_H
#define WBA_PARALLEL_H

#include <stddef.h>

/* So many domains are read at once: each keeps a page or two of entries. */
#define PARALLEL_MAX 8

/*
 * Calls `work` for each of `count` items of `size` bytes and returns when all
 * calls have. One item is worked on by the caller itself; several by up to
 * PARALLEL_MAX threads, in no order. Threads rather than one loop over all
 * sockets: below a search stand libldap, SASL, Kerberos and TLS, whose calls
 * block; and judging two domains can then use two processors. Where no thread
 * can be had, the caller does the work.
 */
void parallel_each(void *items, size_t count, size_t size, void (*work)(void *item));

#endif
