/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/escape.h"

#define EVERY		250	/* milliseconds between two showings on a terminal */
#define EVERY_LOG	10000	/* and between two lines of a log */

static int64_t
clock_ms(void)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
show(struct progress *p, int64_t now)
{
	bool log = p->kind == PROGRESS_LOG;
	int64_t ms = now - p->began;
	size_t total = p->total ? p->total : p->expected;
	struct buf line = BUF_INIT;

	buf_adds(&line, log ? "writeback-audit: " : "\r");
	escape_terminal(p->domain, strnlen(p->domain, 40), &line);
	buf_addf(&line, ": %zu users", p->users);
	/* An estimate that has turned out too low is none. */
	if (total && total >= p->users)
		buf_addf(&line, " (%s%zu %%)", p->total ? "" : "about ", p->users * 100 / total);
	if (ms > 0)
		buf_addf(&line, ", %lld a second", (long long)p->users * 1000 / (long long)ms);
	buf_adds(&line, log ? "\n" : "\033[K");
	fputs(buf_str(&line), stderr);
	fflush(stderr);
	buf_fini(&line);
	p->shown = now;
}

void
progress_begin(struct progress *p, enum progress_kind kind, const char *domain, size_t total)
{
	const char *term = getenv("TERM");

	*p = (struct progress){ .kind = kind, .domain = domain, .total = total };
	if (kind == PROGRESS_TERMINAL &&
	    (!isatty(STDERR_FILENO) || !term || strcmp(term, "dumb") == 0))
		p->kind = PROGRESS_NONE;
	if (p->kind == PROGRESS_NONE)
		return;
	p->began = p->shown = clock_ms();
	/* A server may take its time for the first page. */
	if (p->kind == PROGRESS_TERMINAL)
		show(p, p->began);
}

void
progress_user(struct progress *p, size_t expected)
{
	int64_t now;

	p->users++;
	if (p->kind == PROGRESS_NONE)
		return;
	p->expected = expected;
	now = clock_ms();
	if (now - p->shown >= (p->kind == PROGRESS_LOG ? EVERY_LOG : EVERY))
		show(p, now);
}

void
progress_end(struct progress *p)
{
	if (p->kind == PROGRESS_TERMINAL)
		fputs("\r\033[K", stderr);
	p->kind = PROGRESS_NONE;
}
