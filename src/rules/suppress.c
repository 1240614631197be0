/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/suppress.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"

void
suppression_fini(struct suppression *s)
{
	free(s->object);
	free(s->reason);
	free(s->owner);
	free(s->expires);
}

void
suppressions_fini(struct suppressions *s)
{
	for (size_t i = 0; i < s->count; i++)
		suppression_fini(&s->list[i]);
	free(s->list);
	free(s->path);
	*s = (struct suppressions){ NULL, 0, NULL };
}

static bool
covers(const struct suppression *s, const struct finding *f)
{
	const struct account *a = f->account;
	size_t len;

	if (s->rule != f->rule)
		return false;
	if (s->has_sid)
		return a && a->has_sid && sid_eq(&a->sid, &s->sid);
	if (s->has_guid)
		return a && a->has_guid && guid_eq(&a->guid, &s->guid);
	if (!f->object || !s->object)
		return false;
	len = strlen(f->object);
	return dn_under(f->object, len, s->object, strlen(s->object)) ||
		ascii_eq_nocase(f->object, len, s->object, strlen(s->object));
}

void
suppress(const struct suppressions *s, int64_t now, struct finding *f)
{
	f->suppression = NULL;
	f->suppressed = false;
	for (size_t i = 0; s && i < s->count && !f->suppressed; i++)
		if (covers(&s->list[i], f)) {
			f->suppression = &s->list[i];
			f->suppressed = !s->list[i].expires || now < s->list[i].end;
		}
}

void
suppression_words(const struct suppression *s, bool holds, struct buf *b)
{
	if (!holds) {
		buf_addf(b, "expired %s: %s (%s)", s->expires, s->reason, s->owner);
		return;
	}
	buf_addf(b, "%s (%s", s->reason, s->owner);
	if (s->expires)
		buf_addf(b, ", until %s", s->expires);
	buf_addc(b, ')');
}

void
suppression_subject(const struct suppression *s, struct buf *b)
{
	struct sid_buf sid;
	struct guid_buf guid;

	buf_addf(b, "rule %u, %s", s->rule, s->has_sid ? sid_str(&s->sid, &sid) :
	    s->has_guid ? guid_str(&s->guid, &guid) : s->object);
}
