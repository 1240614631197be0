/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_DNS_SRV_H
#define WBA_SOURCE_DNS_SRV_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/hostname.h"
#include "source/source.h"

/*
 * Controllers by DNS: service records (RFC 2782), which each of them registers
 * for its domain and its site (MS-ADTS 6.3.2). Nobody vouches for an answer of
 * DNS: whoever binds to what it names decides what to trust.
 */

/* Records of one name: above the controllers of any domain (1,200), and what
 * 64 KiB, the longest answer, have room for anyway. */
#define SRV_MAX 4096

struct srv {
	char host[HOSTNAME_MAX + 1];	/* in lower case, without the dot at the end */
	uint16_t priority, weight, port;
};

struct srv_list {
	struct srv *list;	/* owned */
	size_t count;
	size_t unusable;	/* records whose target cannot be the name of a host */
};

void srv_list_fini(struct srv_list *);

/* The service records of an answer as it came from the wire (RFC 1035 4.1), in
 * its order: pure. An answer without any is an empty list; one that is malformed
 * anywhere, or that is no answer, is an error. The target "." is left out: "the
 * service is decidedly not available" (RFC 2782). */
enum err srv_parse(const void *answer, size_t len, struct srv_list *out);

/*
 * Puts the list in the order to try: by priority, and where that is equal by
 * chance in proportion to weight (RFC 2782). `pick` returns a number of
 * 0 … max, both included; NULL: heavier ones first, then by name.
 */
void srv_order(struct srv_list *, uint32_t (*pick)(void *arg, uint32_t max), void *arg);

/* Asks the resolver of this host for the records of a name; *out is in order.
 * SOURCE_NO_OBJECT: there is no such name, or it has no such records. */
enum source_status srv_lookup(const char *name, struct srv_list *out, struct source_error *err);

/* The controllers of a domain, nearest first: those of the site (NULL: none is
 * given), the domain's others, each once. When there are none, the PDC emulator,
 * which has a name of its own. */
enum source_status srv_controllers(const char *domain, const char *site,
    struct srv_list *out, struct source_error *err);

#endif
