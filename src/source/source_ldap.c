/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/source_ldap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "source/ldap_conn.h"
#include "source/ldap_page.h"

/* MaxPageSize of an unchanged domain (MS-ADTS 3.1.1.3.4.6), and ours at most:
 * a page is kept in memory. */
#define PAGE_SIZE	1000

/* A directory server as a source: one connection, and when that is lost, none
 * (source_pool.c opens another). */
struct source_ldap {
	struct source source;	/* first: the ops get a pointer to it */
	struct ldap_conn conn;
	struct page_params params;
	char *name, *domain;
};

static struct source_ldap *
self(struct source *s)
{
	return (struct source_ldap *)(void *)s;
}

static enum source_status
search(struct source *s, const struct query *q, entry_fn fn, void *arg, struct source_error *err)
{
	return page_search(&self(s)->params, q, fn, arg, err);
}

static void
destroy(struct source *s)
{
	struct source_ldap *ls = self(s);

	conn_close(&ls->conn);
	free(ls->name);
	free(ls->domain);
	free(ls);
}

static const struct source_ops ops = { .search = search, .close = destroy };

/* "MaxPageSize:1000" of LDAPPoliciesEffective; 0 when that is not it. */
static unsigned
max_page_size(const struct value *v)
{
	static const char key[] = "MaxPageSize:";
	const size_t len = sizeof(key) - 1;
	int64_t n = 0;

	if (v->len <= len || memcmp(v->data, key, len) != 0 ||
	    adtime_parse_int((const char *)v->data + len, v->len - len, &n) != ERR_OK ||
	    n < 1 || n > PAGE_SIZE)
		return 0;
	return (unsigned)n;
}

/* What the rootDSE (MS-ADTS 3.1.1.3.2) says of controls, limits and the domain. */
static int
root_read(void *arg, const struct entry *e)
{
	struct source_ldap *ls = arg;
	struct page_params *p = &ls->params;
	const struct attr *a = entry_attr(e, "supportedControl");
	const struct value *domain = entry_value(e, "defaultNamingContext");
	size_t i;

	if (a != NULL) {
		p->support.paged = attr_has(a, LDAP_CONTROL_PAGEDRESULTS);
		p->support.sd_flags = attr_has(a, OID_SD_FLAGS);
		p->support.domain_scope = attr_has(a, LDAP_CONTROL_X_DOMAIN_SCOPE);
	}
	a = entry_attr(e, "LDAPPoliciesEffective");
	for (i = 0; a != NULL && p->page_size == 0 && i < a->count; i++)
		p->page_size = max_page_size(&a->values[i]);
	a = entry_attr(e, "isSynchronized");
	ls->source.behind = a != NULL && attr_has(a, "FALSE");
	if (domain != NULL && ls->domain == NULL)
		ls->source.domain = ls->domain = strndup((const char *)domain->data, domain->len);
	return 0;
}

enum source_status
source_ldap_open(const struct ldap_options *o, struct source **out, struct source_error *err)
{
	/* The second has to be asked for by name. */
	static const char *const attrs[] = { "supportedControl", "LDAPPoliciesEffective",
		"defaultNamingContext", "isSynchronized", NULL };
	static const struct query root = { .what = "the rootDSE", .base = "",
	    .scope = SCOPE_BASE, .attrs = attrs };
	struct source_ldap *ls = NULL;
	enum source_status status;

	*err = (struct source_error){ .status = SOURCE_OK };
	ls = calloc(1, sizeof(*ls));
	if (ls == NULL || (ls->name = strdup(o->uri != NULL ? o->uri : "")) == NULL) {
		const struct failure f = { .host = o->uri, .code = LDAP_NO_MEMORY };

		free(ls);
		return failure_explain(&f, err);
	}
	ls->source = (struct source){ .ops = &ops, .name = ls->name };
	status = conn_open(o, &ls->conn, err);
	if (status != SOURCE_OK)
		goto out;
	ls->params.conn = &ls->conn;
	ls->params.expected = &ls->source.expected;
	ls->params.page_size = o->page_size <= INT32_MAX ? o->page_size : INT32_MAX;
	status = page_search(&ls->params, &root, root_read, ls, err);
	if (status != SOURCE_OK)
		goto out;
	*err = (struct source_error){ .status = SOURCE_OK };
	if (ls->params.page_size == 0)
		ls->params.page_size = PAGE_SIZE;
	if (o->verbose)
		fprintf(stderr, "writeback-audit: %s: connected to %s port %u%s, bound, page size "
		    "%u\n", ls->conn.host, ls->conn.net.address, ls->conn.port,
		    ls->conn.tls ? " with TLS" : "", ls->params.page_size);
	*out = &ls->source;
	ls = NULL;
out:
	if (ls != NULL)
		destroy(&ls->source);
	return status;
}
