/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>

#include "core/adtime.h"
#include "report/html.h"
#include "report/html_text.h"

/* Of the drawing, in its own units. */
#define LEFT 70
#define RIGHT 790
#define TOP 20
#define BOTTOM 200

static int
across(const struct html_point *p, size_t count, size_t i)
{
	int64_t span = p[count - 1].at - p[0].at;

	if (span <= 0)
		return LEFT;
	return LEFT + (int)((double)(RIGHT - LEFT) * (double)(p[i].at - p[0].at) / (double)span);
}

static int
height(int64_t n, int64_t most)
{
	return BOTTOM - (int)((double)(BOTTOM - TOP) * (double)n / (double)most);
}

static int64_t
most_of(const struct html_point *p, size_t count)
{
	int64_t most = 1;

	for (size_t i = 0; i < count; i++)
		for (int op = 0; op < OP_COUNT; op++)
			most = p[i].fail[op] > most ? p[i].fail[op] : most;
	return most;
}

static void
add_day(struct buf *b, int64_t at)
{
	struct adtime_buf when;
	const char *s = adtime_iso(at, &when);

	buf_add(b, s, strcspn(s, "T"));
}

static void
line(const struct html_point *p, size_t count, int op, int64_t most, struct buf *b)
{
	buf_addf(b, "<polyline class=\"line %s\" points=\"", operations_str(1u << op));
	for (size_t i = 0; i < count; i++)
		buf_addf(b, "%s%d,%d", i ? " " : "", across(p, count, i),
		    height(p[i].fail[op], most));
	buf_adds(b, "\"/>");
	for (size_t i = 0; i < count; i++)
		buf_addf(b, "<circle class=\"dot %s\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>", operations_str(1u << op),
		    across(p, count, i), height(p[i].fail[op], most), 6 - 2 * op);
	buf_addf(b, "<line class=\"line %s\" x1=\"%d\" x2=\"%d\" y1=\"244\" y2=\"244\"/>"
	    "<text x=\"%d\" y=\"249\">%s</text>\n", operations_str(1u << op), LEFT + op * 140,
	    LEFT + op * 140 + 40, LEFT + op * 140 + 48, operations_str(1u << op));
}

static void
drawing(const struct html_point *p, size_t count, const char *id, struct buf *b)
{
	int64_t most = most_of(p, count);

	buf_addf(b, "<svg class=\"trend\" viewBox=\"0 0 800 260\" role=\"img\" aria-labelledby="
	    "\"%s-trend\"><title id=\"%s-trend\">Users whose reset, change or unlock fails, over "
	    "%zu runs; the figures are in the table below</title>\n", id, id, count);
	buf_addf(b, "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/><line "
	    "class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", LEFT, LEFT, TOP, BOTTOM,
	    LEFT, RIGHT, BOTTOM, BOTTOM);
	buf_addf(b, "<text class=\"end\" x=\"%d\" y=\"%d\">%" PRId64 "</text><text class=\"end\" "
	    "x=\"%d\" y=\"%d\">0</text>\n", LEFT - 8, TOP + 5, most, LEFT - 8, BOTTOM + 5);
	buf_addf(b, "<text x=\"%d\" y=\"%d\">", LEFT, BOTTOM + 20);
	add_day(b, p[0].at);
	buf_addf(b, "</text><text class=\"end\" x=\"%d\" y=\"%d\">", RIGHT, BOTTOM + 20);
	add_day(b, p[count - 1].at);
	buf_adds(b, "</text>\n");
	for (int op = 0; op < OP_COUNT; op++)
		line(p, count, op, most, b);
	buf_adds(b, "</svg>\n");
}

void
html_trend(const struct html_point *p, size_t count, const char *id, struct buf *b)
{
	struct adtime_buf when;

	buf_adds(b, "<h3>Trend</h3>\n");
	if (count < 2) {
		buf_adds(b, "<p>The history holds fewer than two runs to compare.</p>\n");
		return;
	}
	drawing(p, count, id, b);
	buf_adds(b, "<details><summary>The figures</summary><table><caption>Users who fail, by run"
	    "</caption><thead><tr><th scope=\"col\">Run</th><th scope=\"col\" class=\"n\">Users"
	    "</th>");
	for (int op = 0; op < OP_COUNT; op++)
		buf_addf(b, "<th scope=\"col\" class=\"n\">%s</th>", operations_str(1u << op));
	buf_adds(b, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < count; i++) {
		buf_addf(b, "<tr><th scope=\"row\">%s</th><td class=\"n\">%" PRId64 "</td>",
		    adtime_iso(p[i].at, &when), p[i].users);
		for (int op = 0; op < OP_COUNT; op++)
			buf_addf(b, "<td class=\"n\">%" PRId64 "</td>", p[i].fail[op]);
		buf_adds(b, "</tr>\n");
	}
	buf_adds(b, "</tbody></table></details>\n");
}
