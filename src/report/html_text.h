/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_HTML_TEXT_H
#define WBA_REPORT_HTML_TEXT_H

#include <string.h>

#include "core/escape.h"
#include "report/html.h"
#include "rules/rule.h"

/* A text that is not ours, between tags or in a quoted attribute; NULL: nothing. */
static inline void
html_text(struct buf *b, const char *s)
{
	if (s)
		escape_html(s, strlen(s), b);
}

/* A name from the directory: its direction of writing ends with it. */
static inline void
html_name(struct buf *b, const char *s, size_t len)
{
	buf_adds(b, "<bdi>");
	escape_html(s, len, b);
	buf_adds(b, "</bdi>");
}

static inline void
html_str(struct buf *b, const char *s)
{
	html_name(b, s ? s : "", s ? strlen(s) : 0);
}

/* What is the matter by rule, one row each. `rules` gets which there are. */
void html_findings(const struct tally *, bool *rules, struct buf *out);
/* What is new and resolved, when a history is kept. */
void html_changes(const struct html_page *, struct buf *out);
/* How many findings do not count, and which. */
void html_suppressed(const struct html_page *, struct buf *out);
void html_listed_fini(struct html_listed *);
/* How many users failed, run by run, as a drawing and in figures. */
void html_trend(const struct html_point *, size_t count, const char *id, struct buf *out);

#endif
