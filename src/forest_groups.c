/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "forest_groups.h"

#include <stdlib.h>

#include "core/dn.h"
#include "source/assume.h"

enum source_status
forest_groups(struct session *const *sessions, size_t count, struct principal *p,
    struct source_error *err)
{
	for (size_t at = 0; at < p->count; at++)
		for (size_t i = 0; i < count; i++) {
			const char *dn = p->held[at].dn;
			enum source_status st;

			if (!dn || !sessions[i] ||
			    !domain_same_forest(&sessions[i]->domain, p->home))
				continue;
			st = assume_groups_above(sessions[i]->source, &sessions[i]->domain, dn, p,
			    err);
			if (st == SOURCE_CONNECT || st == SOURCE_NOMEM)
				return st;
			p->complete &= st == SOURCE_OK;
		}
	return SOURCE_OK;
}

static bool
is_open(struct session *const *sessions, size_t count, const struct forest_domain *d)
{
	for (size_t i = 0; i < count; i++)
		if (sessions[i] && dn_same(sessions[i]->domain.dn, d->dn))
			return true;
	return false;
}

/* The forest, as one of its domains tells it. */
static const struct forest *
forest_of(struct session *const *sessions, size_t count, const struct domain *home)
{
	struct source_error err;

	for (size_t i = 0; i < count; i++)
		if (sessions[i] && (&sessions[i]->domain == home ||
		    domain_same_forest(&sessions[i]->domain, home)) &&
		    session_forest(sessions[i], &err) == 0)
			return &sessions[i]->forest;
	return NULL;
}

int
forest_missing(struct session *const *sessions, size_t count, const struct domain *home, char **out)
{
	const struct forest *f = forest_of(sessions, count, home);
	struct buf text = BUF_INIT;

	*out = NULL;
	for (size_t i = 0; f && i < f->domain_count; i++)
		if (!is_open(sessions, count, &f->domains[i]))
			buf_addf(&text, "%s%s", text.len ? ", " : "not read: ",
			    f->domains[i].dns ? f->domains[i].dns : f->domains[i].dn);
	if (!f || f->domains_problem || !f->domain_count)
		buf_addf(&text, "%snot known: the domains of its forest", text.len ? "; " : "");
	if (!text.len)
		return buf_failed(&text) ? -1 : 0;
	buf_adds(&text, "; universal groups there may hold groups that the connector would be in. "
	    "Audit all domains of the forest in one run");
	*out = buf_steal(&text);
	return *out ? 0 : -1;
}
