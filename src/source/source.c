/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/source.h"

#include <stdio.h>
#include <string.h>

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

enum source_status
source_nomem(const struct source *s, struct source_error *err)
{
	*err = (struct source_error){ .status = SOURCE_NOMEM };
	snprintf(err->text, sizeof err->text, "%s: out of memory", s->name);
	return SOURCE_NOMEM;
}

void
source_error_say(struct source_error *err, const struct buf *b)
{
	const size_t room = sizeof(err->text) - sizeof(" ...");
	const char *s = buf_str(b);
	size_t len = strlen(s);

	if (buf_failed(b))
		s = "out of memory", len = strlen(s);
	if (len >= sizeof(err->text)) {
		for (len = room; len > 0 && ((uint8_t)s[len] & 0xc0u) == 0x80; len--)
			;
		memcpy(err->text + len, " ...", sizeof(" ..."));
	} else {
		err->text[len] = '\0';
	}
	memcpy(err->text, s, len);
}
