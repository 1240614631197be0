/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/controller_words.h"

static void
role(const char *name, bool *any, struct buf *b)
{
	buf_addf(b, "%s%s", *any ? " " : "", name);
	*any = true;
}

void
controller_roles(const struct controller *c, const struct dc *dc, struct buf *b)
{
	bool any = false;

	if (c && c->pdc)
		role("PDC", &any, b);
	if (c && c->gc != GC_NO)
		role(c->gc == GC_YES ? "GC" : "GC?", &any, b);
	if ((c && c->read_only) || (dc && dc->has_capabilities && dc->read_only))
		role("RODC", &any, b);
}

const char *
controller_system(const struct controller *c, const struct dc *dc)
{
	return c && c->os ? c->os : dc ? dc->vendor : NULL;
}

void
controller_state_words(const struct controller *c, struct buf *b)
{
	static const char *const states[] = { "not checked", "not checked", "in use", "checked" };

	if (c && c->state == CONTROLLER_FAILED)
		buf_addf(b, "FAILED: %s", c->step);
	else
		buf_adds(b, c ? states[c->state] : "in use");
}
