/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/dns_srv.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/ascii.h"

#define SRV_FIXED 6		/* priority, weight, port (RFC 2782) */
#define ANSWER_MAX 65535	/* of DNS over TCP (RFC 1035 4.2.2) */

void
srv_list_fini(struct srv_list *l)
{
	free(l->list);
	*l = (struct srv_list){ 0 };
}

static enum err
append(struct srv_list *l, const struct srv *r)
{
	struct srv *grown = l->list;

	if (l->count == SRV_MAX)
		return ERR_TOO_BIG;
	/* Full at each power of two. */
	if (!(l->count & (l->count - 1)))
		grown = reallocarray(l->list, l->count ? l->count * 2 : 1, sizeof *grown);
	if (!grown)
		return ERR_NOMEM;
	l->list = grown;
	l->list[l->count++] = *r;
	return ERR_OK;
}

/* One record of type SRV (RFC 2782): three numbers and a name, and no more. */
static enum err
read_record(const ns_msg *m, const ns_rr *rr, struct srv_list *out)
{
	const uint8_t *data = ns_rr_rdata(*rr);
	size_t len = ns_rr_rdlen(*rr), n;
	char name[NS_MAXDNAME];
	struct srv r;
	int used;

	if (len <= SRV_FIXED)
		return ERR_SHORT;
	r.priority = (uint16_t)(data[0] << 8 | data[1]);
	r.weight = (uint16_t)(data[2] << 8 | data[3]);
	r.port = (uint16_t)(data[4] << 8 | data[5]);
	used = ns_name_uncompress(ns_msg_base(*m), ns_msg_end(*m), data + SRV_FIXED, name,
	    sizeof name);
	if (used < 0 || (size_t)used != len - SRV_FIXED)
		return ERR_SYNTAX;
	n = strlen(name);
	if (!n || !strcmp(name, "."))
		return ERR_OK;
	if (!hostname_valid(name, n) || !r.port) {
		out->unusable++;
		return ERR_OK;
	}
	for (size_t i = 0; i <= n; i++)
		r.host[i] = ascii_lower(name[i]);
	return append(out, &r);
}

/* The owner of a record is not looked at: it may be what the name asked for is an
 * alias of, and whoever answers could name any target anyway. */
enum err
srv_parse(const void *answer, size_t len, struct srv_list *out)
{
	struct srv_list list = { NULL, 0, 0 };
	enum err err = ERR_OK;
	ns_msg m;
	ns_rr rr;

	if (len > ANSWER_MAX || ns_initparse(answer, (int)len, &m) != 0)
		return ERR_SYNTAX;
	if (!ns_msg_getflag(m, ns_f_qr) || ns_msg_getflag(m, ns_f_tc) ||
	    ns_msg_getflag(m, ns_f_rcode) != ns_r_noerror)
		return ERR_SYNTAX;
	for (int i = 0; i < ns_msg_count(m, ns_s_an) && err == ERR_OK; i++) {
		if (ns_parserr(&m, ns_s_an, i, &rr) != 0)
			err = ERR_SYNTAX;
		else if (ns_rr_type(rr) == ns_t_srv && ns_rr_class(rr) == ns_c_in)
			err = read_record(&m, &rr, &list);
	}
	if (err == ERR_OK)
		*out = list;
	else
		srv_list_fini(&list);
	return err;
}

static int
heavier_first(const void *a, const void *b)
{
	const struct srv *x = a, *y = b;
	int c = (x->priority > y->priority) - (x->priority < y->priority);

	if (!c)
		c = (x->weight < y->weight) - (x->weight > y->weight);
	if (!c)
		c = strcmp(x->host, y->host);
	return c ? c : (x->port > y->port) - (x->port < y->port);
}

/* RFC 2782, "Weight": of those left, one by chance; those of weight 0 stand first
 * in the running sum, so that they have a very small one. */
static void
draw(struct srv *list, size_t count, uint32_t (*pick)(void *, uint32_t), void *arg)
{
	uint32_t total = 0, sum = 0, chosen;
	size_t at = 0;
	struct srv r;

	for (size_t i = 0; i < count; i++)
		total += list[i].weight;
	chosen = pick(arg, total);
	/* From the lightest on: the list is sorted, heavier ones first. */
	for (size_t i = count; i-- > 0;) {
		sum += list[i].weight;
		at = i;
		if (sum >= chosen)
			break;
	}
	r = list[at];
	memmove(list + 1, list, at * sizeof *list);
	list[0] = r;
}

void
srv_order(struct srv_list *l, uint32_t (*pick)(void *, uint32_t), void *arg)
{
	size_t start, end, i;

	if (l->count)
		qsort(l->list, l->count, sizeof *l->list, heavier_first);
	for (start = 0; pick && start < l->count; start = end) {
		for (end = start; end < l->count &&
		     l->list[end].priority == l->list[start].priority; end++)
			;
		for (i = start; i + 1 < end; i++)
			draw(l->list + i, end - i, pick, arg);
	}
}

static uint32_t
by_chance(void *arg, uint32_t max)
{
	uint32_t n = 0;

	(void)arg;
	/* Without entropy the heaviest. It is a matter of load, not of secrecy: the
	 * remainder's bias does not matter either. */
	if (getrandom(&n, sizeof n, GRND_NONBLOCK) != sizeof n)
		return max;
	return max == UINT32_MAX ? n : n % (max + 1);
}

static enum source_status
__attribute__((format(printf, 3, 4))) fail(struct source_error *err, enum source_status status,
    const char *fmt, ...)
{
	va_list ap;

	*err = (struct source_error){ .status = status };
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return status;
}

/* What the resolver says when it has no answer (res_query(3)). */
static enum source_status
no_answer(const char *name, int code, struct source_error *err)
{
	switch (code) {
	case HOST_NOT_FOUND:
		return fail(err, SOURCE_NO_OBJECT, "DNS: there is no name %s", name);
	case NO_DATA:
		return fail(err, SOURCE_NO_OBJECT, "DNS: %s has no service records (SRV)", name);
	case TRY_AGAIN:
		return fail(err, SOURCE_CONNECT, "DNS: no answer for %s: the servers in "
		    "/etc/resolv.conf do not answer, or cannot find out", name);
	default:
		return fail(err, SOURCE_CONNECT, "DNS: the query for %s failed: %s", name,
		    hstrerror(code));
	}
}

static enum source_status
ask(struct __res_state *state, const char *name, uint8_t *answer, struct srv_list *out,
    struct source_error *err)
{
	int len = res_nquery(state, name, ns_c_in, ns_t_srv, answer, ANSWER_MAX);

	if (len < 0)
		return no_answer(name, state->res_h_errno, err);
	switch (srv_parse(answer, len < ANSWER_MAX ? (size_t)len : ANSWER_MAX, out)) {
	case ERR_OK:
		break;
	case ERR_NOMEM:
		return fail(err, SOURCE_NOMEM, "DNS: %s: out of memory", name);
	case ERR_TOO_BIG:
		return fail(err, SOURCE_LIMIT, "DNS: %s has more than %d service records", name,
		    SRV_MAX);
	default:
		return fail(err, SOURCE_PROTOCOL, "DNS: the answer for %s is malformed", name);
	}
	if (out->count)
		return SOURCE_OK;
	return fail(err, SOURCE_NO_OBJECT, out->unusable ? "DNS: the service records (SRV) of %s "
	    "name no host" : "DNS: %s has no service records (SRV)", name);
}

enum source_status
srv_lookup(const char *name, struct srv_list *out, struct source_error *err)
{
	struct __res_state state;
	enum source_status st;
	uint8_t *answer;

	*out = (struct srv_list){ 0 };
	*err = (struct source_error){ .status = SOURCE_OK };
	memset(&state, 0, sizeof state);
	if (res_ninit(&state) != 0)
		return fail(err, SOURCE_CONNECT, "DNS: %s: the resolver of this host cannot be "
		    "used (/etc/resolv.conf)", name);
	answer = malloc(ANSWER_MAX);
	st = answer ? ask(&state, name, answer, out, err) :
		fail(err, SOURCE_NOMEM, "DNS: %s: out of memory", name);
	free(answer);
	res_nclose(&state);
	if (st != SOURCE_OK)
		srv_list_fini(out);
	srv_order(out, by_chance, NULL);
	return st;
}

static bool
has(const struct srv_list *l, const struct srv *r)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].port == r->port && !strcmp(l->list[i].host, r->host))
			return true;
	return false;
}

/* Looks up prefix.domain and appends what is new. A name that is not there is no
 * failure while another may be. */
static enum source_status
add_from(const char *prefix, const char *domain, struct srv_list *out, struct source_error *err)
{
	char name[NS_MAXDNAME];
	struct srv_list more = { NULL, 0, 0 };
	enum source_status st;
	int n = snprintf(name, sizeof name, "%s.%s", prefix, domain);

	if (n < 0 || n > HOSTNAME_MAX)
		return fail(err, SOURCE_QUERY, "DNS: the name %s is too long", domain);
	st = srv_lookup(name, &more, err);
	for (size_t i = 0; i < more.count && st == SOURCE_OK; i++)
		if (!has(out, &more.list[i]) && append(out, &more.list[i]) != ERR_OK)
			st = fail(err, SOURCE_NOMEM, "DNS: %s: too many service records", name);
	srv_list_fini(&more);
	return st;
}

enum source_status
srv_controllers(const char *domain, const char *site, struct srv_list *out,
    struct source_error *err)
{
	struct srv_list list = { NULL, 0, 0 };
	struct source_error first;
	enum source_status st = SOURCE_OK;
	char prefix[128];

	if (!hostname_valid(domain, strlen(domain)))
		return fail(err, SOURCE_QUERY, "'%s' is no domain name of DNS", domain);
	/* MS-ADTS 6.3.2.3: _ldap._tcp.SITE._sites.dc._msdcs.DOMAIN */
	if (site && (strlen(site) > HOSTNAME_LABEL || strchr(site, '.') ||
	    !hostname_valid(site, strlen(site))))
		return fail(err, SOURCE_QUERY, "'%s' cannot be the name of a site in DNS", site);
	if (site) {
		snprintf(prefix, sizeof prefix, "_ldap._tcp.%s._sites.dc._msdcs", site);
		st = add_from(prefix, domain, &list, err);
		if (st == SOURCE_NO_OBJECT) {
			size_t n = strlen(err->text);

			snprintf(err->text + n, sizeof err->text - n, ". Is there a site '%s' "
			    "(Active Directory Sites and Services)?", site);
		}
	}
	if (st == SOURCE_OK)
		st = add_from("_ldap._tcp.dc._msdcs", domain, &list, err);
	if (st == SOURCE_NO_OBJECT && !list.count && !site) {
		first = *err;
		st = add_from("_ldap._tcp.pdc._msdcs", domain, &list, err);
		if (st == SOURCE_NO_OBJECT)
			*err = first;
	}
	if (list.count)
		st = SOURCE_OK;
	if (st == SOURCE_OK)
		*out = list;
	else
		srv_list_fini(&list);
	return st;
}
