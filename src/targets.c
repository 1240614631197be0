/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/buf.h"
#include "core/hostname.h"
#include "msg.h"
#include "source/dns_srv.h"

#define LDAP_PORT 389

void
uri_list_fini(struct uri_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->uri[i]);
	free(l->uri);
	*l = (struct uri_list){ NULL, 0 };
}

/* Takes the string, also when it fails. */
static int
add(struct uri_list *l, char *uri)
{
	char **grown;

	for (size_t i = 0; uri && i < l->count; i++)
		if (hostname_eq(l->uri[i], uri)) {
			free(uri);
			return 0;
		}
	grown = uri ? reallocarray(l->uri, l->count + 1, sizeof *grown) : NULL;
	if (!grown) {
		free(uri);
		return -1;
	}
	l->uri = grown;
	l->uri[l->count++] = uri;
	return 0;
}

const char *
word_next(const char *s, size_t *len)
{
	if (!s)
		return NULL;
	s += strspn(s, " ");
	*len = strcspn(s, " ");
	return *len ? s : NULL;
}

/* A simple bind hands the password to whoever is there, EXTERNAL works over TLS
 * alone; Kerberos seals by itself. */
static bool
needs_tls(const struct target *t)
{
	return t->bind_dn || (t->sasl_mech && !strcmp(t->sasl_mech, "EXTERNAL"));
}

static char *
make_uri(const struct target *t, const char *host, size_t len, unsigned port)
{
	bool ldaps = t->start_tls == START_TLS_NO && needs_tls(t) && !t->allow_cleartext;
	struct buf b = BUF_INIT;

	buf_adds(&b, ldaps ? "ldaps://" : "ldap://");
	buf_add(&b, host, len);
	/* The service records tell the port of LDAP alone. */
	if (!ldaps && port != LDAP_PORT)
		buf_addf(&b, ":%u", port);
	return buf_steal(&b);
}

char *
target_uri(const struct target *t, const char *host, size_t len)
{
	struct buf b = BUF_INIT;
	const char *end;

	if (!t->uri)
		return make_uri(t, host, len, LDAP_PORT);
	/* "ldap://[::1]:389/", checked by uri_fault(), the first of several. */
	end = strstr(t->uri, "://") + 3;
	buf_add(&b, t->uri, (size_t)(end - t->uri));
	buf_add(&b, host, len);
	end += *end == '[' ? strcspn(end, "]") : 0;
	end += strcspn(end, ":/ ");
	buf_add(&b, end, strcspn(end, " "));
	return buf_steal(&b);
}

static enum source_status
nomem(struct source_error *err)
{
	*err = (struct source_error){ .status = SOURCE_NOMEM, .text = "out of memory" };
	return SOURCE_NOMEM;
}

/* Those that DNS names for the domain. */
static enum source_status
find_in_dns(const struct target *t, struct uri_list *out, struct source_error *err)
{
	struct srv_list found = { NULL, 0, 0 };
	struct source_error dns;
	enum source_status st = srv_controllers(t->name, t->site, &found, &dns);
	const char *outside = NULL;

	if (st != SOURCE_OK) {
		*err = (struct source_error){ .status = st };
		snprintf(err->text, sizeof err->text, "%s: no domain controller is named for it, "
		    "and DNS knows none. %.600s. Name one with -H or --dc", t->name, dns.text);
		return st;
	}
	for (size_t i = 0; i < found.count && st == SOURCE_OK; i++) {
		const struct srv *r = &found.list[i];

		if (t->bind_dn && !hostname_under(r->host, t->name))
			outside = r->host;
		else if (add(out, make_uri(t, r->host, strlen(r->host), r->port)) != 0)
			st = nomem(err);
	}
	if (outside)
		msg_warn("%s: DNS names %s, which is not in this domain: a password is not sent "
		    "there on the word of DNS. Name it with --dc if it is right, or bind with "
		    "Kerberos", t->name, outside);
	if (st == SOURCE_OK && !out->count) {
		*err = (struct source_error){ .status = st = SOURCE_NO_OBJECT };
		snprintf(err->text, sizeof err->text, "%s: none of the domain controllers that DNS "
		    "names is in this domain", t->name);
	}
	srv_list_fini(&found);
	return st;
}

enum source_status
target_uris(const struct target *t, struct uri_list *out, struct source_error *err)
{
	struct uri_list list = { NULL, 0 };
	enum source_status st = SOURCE_OK;
	size_t len = 0;

	for (const char *p = t->uri; (p = word_next(p, &len)) && st == SOURCE_OK; p += len)
		if (add(&list, strndup(p, len)) != 0)
			st = nomem(err);
	for (const char *p = t->controllers; (p = word_next(p, &len)) && st == SOURCE_OK; p += len)
		if (add(&list, target_uri(t, p, len)) != 0)
			st = nomem(err);
	if (!t->uri && !t->controllers)
		st = find_in_dns(t, &list, err);
	if (st == SOURCE_OK)
		*out = list;
	else
		uri_list_fini(&list);
	return st;
}

static bool
has_host(const struct forest *f, size_t domain, const char *host, size_t len)
{
	for (size_t i = 0; i < f->dc_count; i++)
		if (f->dcs[i].domain == domain && f->dcs[i].host &&
		    ascii_eq_nocase(host, len, f->dcs[i].host, strlen(f->dcs[i].host)))
			return true;
	return false;
}

/* Whether a target is of that domain of the forest. */
static bool
is_of(const struct target *t, const struct forest *f, size_t domain)
{
	const struct forest_domain *d = &f->domains[domain];
	size_t len = 0;

	if (t->name && ((d->dns && hostname_eq(t->name, d->dns)) ||
	    (d->netbios && hostname_eq(t->name, d->netbios))))
		return true;
	for (const char *p = t->uri; (p = word_next(p, &len)); p += len) {
		const char *host = strstr(p, "://") + 3;

		if (has_host(f, domain, host, strcspn(host, ":/ ")))
			return true;
	}
	for (const char *p = t->controllers; (p = word_next(p, &len)); p += len)
		if (has_host(f, domain, p, len))
			return true;
	return false;
}

static bool
in_site(const struct forest_dc *dc, const char *site)
{
	return site && dc->site && ascii_eq_nocase(dc->site, strlen(dc->site), site, strlen(site));
}

/* Of the writable ones those of the site, then the others, then read-only ones. */
static int
rank(const struct forest_dc *dc, const char *site)
{
	return dc->read_only ? 2 : in_site(dc, site) ? 0 : 1;
}

static int
add_hosts(const struct forest *f, size_t domain, struct target *t)
{
	struct buf b = BUF_INIT;

	for (int r = 0; r <= 2; r++)
		for (size_t i = 0; i < f->dc_count; i++)
			if (f->dcs[i].domain == domain && f->dcs[i].host &&
			    rank(&f->dcs[i], t->site) == r)
				buf_addf(&b, "%s%s", b.len ? " " : "", f->dcs[i].host);
	if (!b.len && !buf_failed(&b))
		return 0;
	t->controllers = buf_steal(&b);
	return t->controllers ? 0 : -1;
}

static int
make_target(const struct forest *f, size_t domain, const struct target *like, struct target *t)
{
	static const struct target none;

	if (target_copy(like, t) != 0)
		return -1;
	/* Those are of like's own domain. */
	if (target_overlay(t, &none, setting_bits("uri controllers base")) != 0 ||
	    !(t->name = strdup(f->domains[domain].dns)) || add_hosts(f, domain, t) != 0)
		goto nomem;
	t->found = t->controllers != NULL;
	/* The way there is like's: its scheme and port. */
	if (like->uri && t->controllers && !(t->uri = target_uri(like, t->controllers,
	    strcspn(t->controllers, " "))))
		goto nomem;
	return 0;
nomem:
	target_fini(t);
	return -1;
}

int
forest_targets(const struct forest *f, const struct target *like, const struct target *known,
    size_t known_count, struct target **out, size_t *count)
{
	struct target *list = calloc(f->domain_count + 1, sizeof *list);
	size_t n = 0;

	if (!list)
		return -1;
	for (size_t d = 0; d < f->domain_count; d++) {
		bool have = d == f->home || !f->domains[d].dns;

		for (size_t k = 0; k < known_count && !have; k++)
			have = is_of(&known[k], f, d);
		if (have)
			continue;
		if (make_target(f, d, like, &list[n]) != 0) {
			while (n)
				target_fini(&list[--n]);
			free(list);
			return -1;
		}
		n++;
	}
	*out = list;
	*count = n;
	return 0;
}
