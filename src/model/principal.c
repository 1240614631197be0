/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/principal.h"

#include <stdlib.h>
#include <string.h>

int
principal_add(struct principal *p, const struct sid *sid, enum token_origin origin, const char *dn,
    size_t dn_len)
{
	struct principal_sid *grown, one = { .sid = *sid, .origin = origin };

	if (p->count == TOKEN_MAX_SIDS) {
		p->complete = false;
		return 0;
	}
	if (dn && !(one.dn = strndup(dn, dn_len)))
		return -1;
	grown = reallocarray(p->held, p->count + 1, sizeof *grown);
	if (!grown) {
		free(one.dn);
		return -1;
	}
	p->held = grown;
	p->held[p->count++] = one;
	return 0;
}

void
principal_fini(struct principal *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->held[i].dn);
	free(p->held);
	entry_copy_fini(&p->copy);
	*p = (struct principal){ .home = NULL };
}
