/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "source/collect.h"

/* What the schema lets stand above a user (possSuperiors of class user and its
 * superclasses, MS-ADSC), and above that. Classes that an enterprise added
 * there, and users below users, are read one by one when they are met. */
#define FILTER_CONTAINERS \
	"(|(objectClass=organizationalUnit)(objectClass=container)(objectClass=builtinDomain)" \
	"(objectClass=domain)(objectClass=organization)(objectClass=country)" \
	"(objectClass=locality)(objectClass=lostAndFound))"

static const char *const container_attrs[] = { "nTSecurityDescriptor", NULL };

struct reading {
	struct domain *domain;
	enum err err;
};

/* The directory's own below CN=System: thousands, for group policies, and no
 * users there by any ordinary means. */
static bool
is_system(const struct domain *d, const struct entry *e)
{
	static const char part[] = "CN=System,";
	size_t base = strlen(d->dn), len = sizeof part - 1;

	return e->dn_len >= len + base &&
		ascii_eq_nocase(e->dn + e->dn_len - base - len, len, part, len) &&
		dn_under(e->dn, e->dn_len, d->dn, base);
}

static int
on_container(void *arg, const struct entry *e)
{
	struct reading *r = arg;
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");

	if (is_system(r->domain, e))
		return 0;
	r->err = containers_add(&r->domain->containers, e->dn, e->dn_len, sd ? sd->data : NULL,
	    sd ? sd->len : 0, NULL);
	return r->err != ERR_OK;
}

enum source_status
collect_containers(struct source *src, const char *base, struct domain *d, struct source_error *err)
{
	struct reading r = { d, ERR_OK };
	struct query q = { .what = "containers", .base = base ? base : d->dn,
		.scope = SCOPE_SUBTREE, .filter = FILTER_CONTAINERS, .attrs = container_attrs,
		.sd_flags = SD_FLAGS_READ, .paged = true };
	enum source_status st = source_search(src, &q, on_container, &r, err);

	if (r.err == ERR_NOMEM)
		return source_nomem(src, err);
	if (st == SOURCE_CONNECT || st == SOURCE_NOMEM)
		return st;
	/* What is refused here is met again, one by one, where a cause needs it. */
	if (r.err == ERR_TOO_BIG)
		buf_adds(&d->containers_unread, "they take more memory than this program gives "
		    "them: audit one OU after the other (-b)");
	else if (st != SOURCE_OK)
		buf_adds(&d->containers_unread, err->text);
	return SOURCE_OK;
}

struct single {
	struct domain *domain;
	const char *dn;		/* as it was asked for, however the server spells it */
};

static int
on_single(void *arg, const struct entry *e)
{
	const struct single *s = arg;
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");

	(void)containers_add(&s->domain->containers, s->dn, strlen(s->dn), sd ? sd->data : NULL,
	    sd ? sd->len : 0, NULL);
	return 0;
}

void
collect_container(struct domain *d, const char *dn)
{
	struct query q = { .what = "a container", .base = dn, .scope = SCOPE_BASE,
		.attrs = container_attrs, .sd_flags = SD_FLAGS_READ };
	struct single s = { d, dn };
	struct source_error err;

	(void)source_search(d->expand_arg, &q, on_single, &s, &err);
}
