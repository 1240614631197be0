/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_LDAP_IO_H
#define WBA_SOURCE_LDAP_IO_H

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The socket below libldap. We connect it ourselves, because libldap tells
 * neither an unknown host from a closed port nor why it lost a connection, and
 * we read and write it ourselves, because libldap waits for ever for the rest
 * of a TLS record and lets SIGPIPE kill the process.
 */
struct net {
	int fd;			/* -1: none */
	int timeout;		/* seconds that a read or a write may make no progress */
	int error;		/* errno of what went wrong, 0 so far */
	bool closed;		/* the server ended the connection */
	uint64_t received;	/* bytes */
	char *ahead;		/* owned; what was received before it was asked for */
	size_t ahead_pos, ahead_len;
	char address[64];	/* numeric, of the server; "" before a connection was tried */
};

#define NET_INIT { .fd = -1 }

/* What net_connect() failed at. */
enum net_result { NET_OK, NET_UNKNOWN_HOST, NET_NO_CONNECTION };

/*
 * Connects to the first address of `host` that answers, `timeout` seconds an
 * address. NET_UNKNOWN_HOST leaves the resolver's EAI_ code in net->error,
 * NET_NO_CONNECTION the errno of the last address tried.
 */
enum net_result net_connect(struct net *, const char *host, unsigned port, int timeout);

/*
 * Makes `ld` (a new handle over net->fd) read and write through *net, which
 * must outlive the handle. From then on the handle owns the descriptor.
 * Returns 0, or -1 when there is no memory.
 */
int net_attach(struct net *, LDAP *ld);

/* Closes the descriptor unless a handle owns it. */
void net_close(struct net *);

#endif
