/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "page.h"

#include <errno.h>
#include <string.h>

#include "msg.h"

#define POINTS 60		/* runs of the trend: the last ones */

struct points {
	struct html_point point[POINTS];
	size_t count;
};

static int
on_figures(void *arg, const struct history_figures *f)
{
	struct points *p = arg;
	struct html_point *to = &p->point[p->count];

	if (p->count == POINTS)
		return 0;
	*to = (struct html_point){ .at = f->at, .users = f->users };
	memcpy(to->fail, f->fail, sizeof to->fail);
	p->count++;
	return 0;
}

int
page_section(struct html *h, const struct judge *j, const struct rollup *causes,
    struct history *history, const char *base)
{
	const struct domain *d = j->domain;
	struct points points = { .count = 0 };

	if (history && history_trend(history, &(struct history_part){ .domain = d->dns,
			.connector = d->connector.account.dn, .base = base }, POINTS, on_figures,
	    &points) != 0) {
		msg_error("%s", history_problem(history));
		return -1;
	}
	if (html_section(h, &(struct html_section){ .judge = j, .causes = causes,
			.points = history ? points.point : NULL,
			.point_count = points.count }) == 0)
		return 0;
	msg_error("%s: out of memory", d->dns);
	return -1;
}

int
page_write(const struct reports *rs, const struct settings *s, struct html *const *parts,
    size_t count, bool incomplete)
{
	const struct html_page page = { .parts = parts, .count = count, .users_csv = s->users,
		.incomplete = incomplete, .history = s->history != NULL,
		.show_suppressed = s->show_suppressed };
	const struct report *r = &rs->report[REPORT_HTML];
	struct buf text = BUF_INIT;
	int status = -1;

	if (html_page(&page, &text) != 0)
		msg_error("%s: out of memory", r->path);
	else if (fwrite(buf_str(&text), 1, text.len, r->file.fp) != text.len)
		msg_error("%s: %s; the report is not complete", r->path, strerror(errno));
	else
		status = 0;
	buf_fini(&text);
	return status;
}
