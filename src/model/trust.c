/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/trust.h"

#include <string.h>

#include "core/dn.h"
#include "core/hostname.h"

/* Whether it is the trust that accounts of `home` come by; of two forests when
 * `root` is the DNS name of home's root domain. */
static bool
is_with(const struct forest_trust *t, const struct domain *home, const char *root)
{
	if ((t->has_sid && home->has_sid && sid_eq(&t->sid, &home->sid)) ||
	    hostname_eq(t->partner, home->dns))
		return true;
	/* Not told whether it is transitive: it may be. */
	return hostname_eq(t->partner, root) && (t->attributes.known != KNOWN_SET ||
	    (t->attributes.value & TRUST_FOREST_TRANSITIVE));
}

enum trust
trust_of(const struct forest *here, const struct domain *home)
{
	const struct forest_domain *d = here->home == FOREST_NONE ? NULL :
		&here->domains[here->home];
	struct buf root = BUF_INIT;
	enum trust found = TRUST_NONE;

	if (!d || !home->dc.root_nc)
		return TRUST_UNKNOWN;
	dn_to_dns(home->dc.root_nc, strlen(home->dc.root_nc), &root);
	for (size_t i = 0; i < d->trust_count && found != TRUST_FULL; i++) {
		const struct forest_trust *t = &d->trusts[i];

		if (!is_with(t, home, buf_str(&root)) || (t->direction.known == KNOWN_SET &&
		    !(t->direction.value & TRUST_DIRECTION_OUTBOUND)))
			continue;
		if (t->direction.known != KNOWN_SET || t->attributes.known != KNOWN_SET)
			found = TRUST_UNKNOWN;
		else
			found = t->attributes.value & TRUST_CROSS_ORGANIZATION ? TRUST_SELECTIVE :
				TRUST_FULL;
	}
	/* Forests trust each other by their root domains, and this may be none. */
	if (found == TRUST_NONE && (!d->has_trusts || !d->root || buf_failed(&root)))
		found = TRUST_UNKNOWN;
	buf_fini(&root);
	return found;
}
