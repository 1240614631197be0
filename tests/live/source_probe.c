/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "source/source_ldap.h"
#include "source/source_pool.h"

/*
 * Opens a directory as the program would and counts what a filter finds:
 * "entries 1750 values 3500 bytes 123456 partial 0". A failure prints its
 * status and text on stdout and exits 1. -R reads through a pool of all servers
 * that -H names, and says where it went on; -l prints what makes each entry
 * one: its objectGUID, or its DN. For the live tests and for hands.
 */
struct tally {
	size_t entries, attrs, values, bytes, partial;
	uint64_t names;		/* sum of the bytes of all DNs: another order, same sum */
	size_t stop_after;
	unsigned pause;		/* microseconds an entry */
	bool list;
};

#define MAX_SERVERS 8

struct servers {
	struct ldap_options options;
	const char *uris[MAX_SERVERS];
	size_t count;
};

static void
print_identity(const struct entry *e)
{
	const struct value *guid = entry_value(e, "objectGUID");
	size_t i;

	for (i = 0; guid != NULL && i < guid->len; i++)
		printf("%02x", guid->data[i]);
	puts(guid != NULL ? "" : e->dn);
	fflush(stdout);
}

static enum source_status
open_server(void *arg, size_t server, struct source **out, struct source_error *err)
{
	struct servers *s = arg;

	s->options.uri = s->uris[server];
	return source_ldap_open(&s->options, out, err);
}

static void
tell(void *arg, const struct pool_event *e)
{
	(void)arg;
	if (e->kind == POOL_CONTINUED)
		printf("went on with %s after %zu: %s\n", e->next, e->entries, e->why);
}

static int
count(void *arg, const struct entry *e)
{
	struct tally *t = arg;
	size_t i, k;

	t->entries++;
	if (t->list)
		print_identity(e);
	for (i = 0; i < e->dn_len; i++)
		t->names += (uint8_t)e->dn[i];
	t->attrs += e->count;
	for (i = 0; i < e->count; i++) {
		t->values += e->attrs[i].count;
		t->partial += e->attrs[i].partial;
		for (k = 0; k < e->attrs[i].count; k++)
			t->bytes += e->attrs[i].values[k].len;
	}
	if (t->pause > 0)
		usleep(t->pause);
	return t->stop_after > 0 && t->entries >= t->stop_after;
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/* A signal every millisecond, without SA_RESTART: everything is interrupted. */
static void
interrupt_always(void)
{
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
	struct sigaction sa = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

static int
usage(void)
{
	fputs("usage: source_probe -H URI [-D NAME] [-w PASSWORD] [-Y MECH] [-O PROPS] [-k "
	      "KEYTAB]\n"
	      "  [-m CCACHE] [-E CERTFILE] [-G CBINDING] [-U AUTHCID]\n"
	      "  [-N] [-Z|-ZZ] [-C CAFILE] [-b BASE] [-f FILTER] [-a ATTR]... [-s SDFLAGS] [-p "
	      "PAGESIZE]\n"
	      "  [-t SECONDS] [-S STOPAFTER] [-P MICROSECONDS] [-r REPEAT] [-B] [-u] [-c] [-i] "
	      "[-n] [-v]\n"
	      "  [-l] [-R ROUNDS [-d MILLISECONDS]]\n",
	    stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	const char *attrs[32] = { NULL };
	struct ldap_options o = { .uri = NULL };
	struct query q = { .what = "users", .base = "", .scope = SCOPE_SUBTREE, .paged = true };
	struct tally t = { .entries = 0 };
	struct source *source = NULL;
	struct source_error err;
	enum source_status status;
	unsigned long repeat = 1;
	struct servers servers = { .count = 0 };
	struct pool_options pool = { .servers = servers.uris, .open = open_server, .tell = tell,
		.arg = &servers, .delay = 1 };
	bool pooled = false;
	size_t n = 0;
	int c;

	while ((c = getopt(argc, argv,
	    "H:D:w:Y:O:k:m:E:G:U:NZC:b:f:a:s:p:t:S:P:r:R:d:Bucilnv")) != -1)
		switch (c) {
		case 'H':
			if (servers.count < MAX_SERVERS)
				servers.uris[servers.count++] = optarg;
			o.uri = optarg;
			break;
		case 'R':
			pooled = true;
			pool.rounds = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'd': pool.delay = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'l': t.list = true; break;
		case 'D': o.bind_dn = optarg; break;
		case 'w': o.password = optarg; break;
		case 'Y': o.sasl_mech = optarg; break;
		case 'O': o.sasl_secprops = optarg; break;
		case 'k': o.keytab = optarg; break;
		case 'm': o.ccache = optarg; break;
		case 'E': o.cert_file = optarg; break;
		case 'G': o.channel_binding = (enum channel_binding)atoi(optarg); break;
		case 'U': o.sasl_authcid = optarg; break;
		case 'N': o.sasl_nocanon = true; break;
		case 'Z':
			o.start_tls =
				o.start_tls == START_TLS_NO ? START_TLS_TRY : START_TLS_DEMAND;
			break;
		case 'C': o.ca_file = optarg; break;
		case 'b': q.base = optarg; break;
		case 'f': q.filter = optarg; break;
		case 'a':
			if (n < sizeof(attrs) / sizeof(attrs[0]) - 1)
				attrs[n++] = optarg;
			q.attrs = attrs;
			break;
		case 's': q.sd_flags = (uint32_t)strtoul(optarg, NULL, 10); break;
		case 'p': o.page_size = (unsigned)strtoul(optarg, NULL, 10); break;
		case 't': o.network_timeout = o.operation_timeout = atoi(optarg); break;
		case 'S': t.stop_after = strtoul(optarg, NULL, 10); break;
		case 'P': t.pause = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'r': repeat = strtoul(optarg, NULL, 10); break;
		case 'B': q.scope = SCOPE_BASE; break;
		case 'u': q.paged = false; break;
		case 'c': o.allow_cleartext = true; break;
		case 'i': interrupt_always(); break;
		case 'n': o.tls_no_verify = true; break;
		case 'v': o.verbose = true; break;
		default: return usage();
		}
	servers.options = o;
	pool.count = servers.count;
	status = pooled && servers.count > 0 ? source_pool_open(&pool, &source, &err) :
		source_ldap_open(&o, &source, &err);
	while (status == SOURCE_OK && repeat-- > 0)
		status = source_search(source, &q, count, &t, &err);
	if (status != SOURCE_OK && status != SOURCE_STOPPED)
		printf("status %d code %d seen %zu: %s\n", (int)err.status, err.code, err.seen,
		    err.text);
	else
		printf("entries %zu values %zu bytes %zu partial %zu names %llu attrs %zu%s\n", t.entries,
		    t.values, t.bytes, t.partial, (unsigned long long)t.names, t.attrs,
		    status == SOURCE_STOPPED ? " stopped" : "");
	source_close(source);
	return status != SOURCE_OK && status != SOURCE_STOPPED;
}
