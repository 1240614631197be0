/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/source.h"

/* Runs the query in whichever source this is, with an empty *err to fill. */
enum source_status
source_search(struct source *s, const struct query *q, entry_fn fn, void *arg,
    struct source_error *err)
{
	*err = (struct source_error){ .status = SOURCE_OK };
	return s->ops->search(s, q, fn, arg, err);
}

void
source_close(struct source *s)
{
	if (s != NULL)
		s->ops->close(s);
}
