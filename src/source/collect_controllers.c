/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/collect_controllers.h"

#include <string.h>

#include "core/buf.h"
#include "core/dn.h"

struct systems {
	struct controllers_seen *seen;
	const struct forest *forest;
	bool nomem;
};

static int
on_account(void *arg, const struct entry *e)
{
	struct systems *s = arg;

	s->nomem = controllers_seen_account(s->seen, s->forest, e) != 0;
	return s->nomem;
}

/* Primary groups of controllers (MS-ADTS 6.1.1.3.1, .2): Domain Controllers and
 * Read-only Domain Controllers. */
#define FILTER_ACCOUNTS "(&(objectCategory=computer)(|(primaryGroupID=516)(primaryGroupID=521)))"

enum source_status
collect_controller_systems(struct source *src, const struct forest *f, const struct domain *d,
    struct controllers_seen *seen, struct source_error *err)
{
	struct query q = { .what = "the controllers' computer accounts", .base = d->dn,
		.scope = SCOPE_SUBTREE, .filter = FILTER_ACCOUNTS,
		.attrs = controller_account_attributes, .paged = true };
	struct systems s = { seen, f, false };
	enum source_status st = source_search(src, &q, on_account, &s, err);

	if (s.nomem)
		return source_nomem(src, err);
	return st == SOURCE_CONNECT || st == SOURCE_NOMEM ? st : SOURCE_OK;
}

static int
on_rootdse(void *arg, const struct entry *e)
{
	struct controller *c = arg;

	return dc_decode(e, &c->dc);
}

/* It answers: whether for the right domain. */
static int
accept(struct controller *c, const char *dn)
{
	struct buf b = BUF_INIT;
	int result;

	if (c->dc.default_nc && dn_same(c->dc.default_nc, dn)) {
		c->state = CONTROLLER_CHECKED;
		c->read_only |= c->dc.has_capabilities && c->dc.read_only;
		return 0;
	}
	buf_addf(&b, "%s: it answers for %s, not for %s", c->name, c->dc.default_nc ?
	    c->dc.default_nc : "no domain at all", dn);
	result = controller_fail(c, "search", buf_str(&b));
	buf_fini(&b);
	return result;
}

int
collect_controller(const struct ldap_options *options, const char *dn, int64_t (*now)(void),
    struct controller *c, enum source_status *status)
{
	struct ldap_options o = *options;
	struct query q = { .what = "the rootDSE", .base = "", .scope = SCOPE_BASE,
		.attrs = dc_attributes };
	struct source_error err;
	struct source *src = NULL;
	int result = -1;

	dc_fini(&c->dc);
	o.cert_until = &c->dc.cert_until;
	*status = source_ldap_open(&o, &src, &err);
	if (*status == SOURCE_OK) {
		*status = source_search(src, &q, on_rootdse, c, &err);
		c->dc.time_read_at = now();
	}
	if (*status == SOURCE_OK)
		result = (c->dc.uri = strdup(o.uri)) ? accept(c, dn) : -1;
	else if (*status != SOURCE_NOMEM && *status != SOURCE_STOPPED)
		result = controller_fail(c, err.step ? err.step : "search", err.text);
	source_close(src);
	return result;
}
