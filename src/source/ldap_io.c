/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A peer that has vanished is noticed after about two minutes of silence. */
#define KEEPALIVE_IDLE		60	/* seconds */
#define KEEPALIVE_INTERVAL	10	/* seconds */
#define KEEPALIVE_PROBES	6

/* Received at once: libldap asks for the header and the body of each message. */
#define READ_AHEAD	((size_t)64 * 1024)

/*
 * The largest LDAP message taken: a length in a header is a promise of memory.
 * An entry with a security descriptor is some 10 kB, a group of a million
 * members in one answer (Samba does not cut them) about 80 MB.
 */
#define MAX_MESSAGE	((ber_len_t)256 * 1024 * 1024)

static int64_t
milliseconds(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits for `events`; 0, or an errno: ETIMEDOUT after `seconds`. Signals do
 * not shorten the wait. */
static int
wait_for(int fd, short events, int seconds)
{
	int64_t end = milliseconds() + (int64_t)seconds * 1000;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		int64_t left = end - milliseconds();
		int n;

		if (left < 0)
			left = 0;
		n = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
		if (n > 0)
			return 0;
		if (n == 0)
			return ETIMEDOUT;
		if (errno != EINTR)
			return errno;
	}
}

static void
set_number(int fd, int level, int option, int v)
{
	/* Comfort: a system without the option works, too. */
	(void)setsockopt(fd, level, option, &v, sizeof(v));
}

/* A connected, non-blocking socket, or -1 with *error set. */
static int
connect_one(const struct addrinfo *ai, int timeout, int *error)
{
	socklen_t len = sizeof(*error);
	int fd;

	fd = socket(ai->ai_family, ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, ai->ai_protocol);
	if (fd == -1) {
		*error = errno;
		return -1;
	}
	set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE);
	set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL);
	set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
	set_number(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	*error = 0;
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) == -1) {
		*error = errno;
		/* Interrupted, it goes on by itself, as if in progress (POSIX connect). */
		if (*error == EINPROGRESS || *error == EINTR) {
			*error = wait_for(fd, POLLOUT, timeout);
			if (*error == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, error, &len) == -1)
				*error = errno;
		}
	}
	if (*error == 0)
		return fd;
	close(fd);
	return -1;
}

enum net_result
net_connect(struct net *net, const char *host, unsigned port, int timeout)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	const struct addrinfo *ai = NULL;
	char service[16];
	int rc;

	*net = (struct net)NET_INIT;
	net->timeout = timeout;
	snprintf(service, sizeof(service), "%u", port);
	rc = getaddrinfo(host, service, &hints, &list);
	if (rc != 0) {
		net->error = rc;
		return NET_UNKNOWN_HOST;
	}
	for (ai = list; ai != NULL && net->fd == -1; ai = ai->ai_next) {
		if (getnameinfo(ai->ai_addr, ai->ai_addrlen, net->address, sizeof(net->address),
		    NULL, 0, NI_NUMERICHOST) != 0)
			net->address[0] = '\0';
		net->fd = connect_one(ai, timeout, &net->error);
	}
	freeaddrinfo(list);
	return net->fd != -1 ? NET_OK : NET_NO_CONNECTION;
}

void
net_close(struct net *net)
{
	if (net->fd != -1)
		close(net->fd);
	net->fd = -1;
	free(net->ahead);
	net->ahead = NULL;
	net->ahead_pos = net->ahead_len = 0;
}

static int
io_setup(Sockbuf_IO_Desc *d, void *arg)
{
	struct net *net = arg;

	d->sbiod_pvt = net;
	ber_sockbuf_ctrl(d->sbiod_sb, LBER_SB_OPT_SET_FD, &net->fd);
	return 0;
}

static int
io_remove(Sockbuf_IO_Desc *d)
{
	d->sbiod_pvt = NULL;
	return 0;
}

static int
io_ctrl(Sockbuf_IO_Desc *d, int option, void *arg)
{
	const struct net *net = d->sbiod_pvt;

	(void)arg;
	return option == LBER_SB_OPT_DATA_READY && net != NULL && net->ahead_pos < net->ahead_len;
}

/* The layers above never see EAGAIN: it either makes progress or has failed. */
static ber_slen_t
receive(struct net *net, void *data, size_t len)
{
	for (;;) {
		ssize_t n = recv(net->fd, data, len, 0);

		if (n > 0) {
			net->received += (uint64_t)n;
			return n;
		}
		if (n == 0) {
			net->closed = true;
			return 0;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			net->error = wait_for(net->fd, POLLIN, net->timeout);
		else if (errno != EINTR)
			net->error = errno;
		if (net->error != 0) {
			errno = net->error;
			return -1;
		}
	}
}

static ber_slen_t
io_read(Sockbuf_IO_Desc *d, void *data, ber_len_t len)
{
	struct net *net = d->sbiod_pvt;
	size_t have;

	if (net->ahead_pos == net->ahead_len) {
		ber_slen_t n;

		if (len >= READ_AHEAD)
			return receive(net, data, len);
		n = receive(net, net->ahead, READ_AHEAD);
		if (n <= 0)
			return n;
		net->ahead_pos = 0;
		net->ahead_len = (size_t)n;
	}
	have = net->ahead_len - net->ahead_pos;
	if (len > have)
		len = have;
	memcpy(data, net->ahead + net->ahead_pos, len);
	net->ahead_pos += len;
	return (ber_slen_t)len;
}

static ber_slen_t
io_write(Sockbuf_IO_Desc *d, void *data, ber_len_t len)
{
	struct net *net = d->sbiod_pvt;

	for (;;) {
		ssize_t n = send(net->fd, data, len, MSG_NOSIGNAL);

		if (n >= 0)
			return n;
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			net->error = wait_for(net->fd, POLLOUT, net->timeout);
		else if (errno != EINTR)
			net->error = errno;
		if (net->error != 0) {
			errno = net->error;
			return -1;
		}
	}
}

static int
io_close(Sockbuf_IO_Desc *d)
{
	struct net *net = d->sbiod_pvt;

	if (net != NULL)
		net_close(net);
	return 0;
}

int
net_attach(struct net *net, LDAP *ld)
{
	static Sockbuf_IO io = {
		.sbi_setup = io_setup, .sbi_remove = io_remove, .sbi_ctrl = io_ctrl,
		.sbi_read = io_read, .sbi_write = io_write, .sbi_close = io_close
	};
	ber_len_t max = MAX_MESSAGE;
	Sockbuf *sb = NULL;

	net->ahead = malloc(READ_AHEAD);
	if (net->ahead == NULL)
		return -1;
	/* In the place of libldap's own layer, which does not close when removed. */
	if (ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) != LDAP_OPT_SUCCESS || sb == NULL ||
	    ber_sockbuf_remove_io(sb, &ber_sockbuf_io_tcp, LBER_SBIOD_LEVEL_PROVIDER) != 0 ||
	    ber_sockbuf_add_io(sb, &io, LBER_SBIOD_LEVEL_PROVIDER, net) != 0) {
		net->fd = -1;	/* the handle may still own it */
		return -1;
	}
	ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &max);
	return 0;
}
