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

#define EVERY 250		/* milliseconds between two showings */
#define LOOK_EVERY 64		/* users between two looks at the clock */

static int64_t clock_ms(void)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void progress_begin(struct progress *p, const char *domain, size_t total, bool quiet)
{
	const char *term = getenv("TERM");

	*p = (struct progress){ .domain = domain, .total = total };
	p->on = !quiet && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	if (p->on)
		p->began = p->shown = clock_ms();
}

static void show(struct progress *p, int64_t now)
{
	int64_t ms = now - p->began;
	struct buf line = BUF_INIT;

	buf_addc(&line, '\r');
	escape_terminal(p->domain, strnlen(p->domain, 40), &line);
	buf_addf(&line, ": %zu users", p->users);
	if (p->total >= p->users && p->total)
		buf_addf(&line, " (%zu %%)", p->users * 100 / p->total);
	if (ms > 0)
		buf_addf(&line, ", %lld a second", (long long)p->users * 1000 / (long long)ms);
	buf_adds(&line, "\033[K");
	fputs(buf_str(&line), stderr);
	fflush(stderr);
	buf_fini(&line);
	p->shown = now;
}

void progress_user(struct progress *p)
{
	int64_t now;

	p->users++;
	/* A slow server shows at its first page, a fast one costs no clock. */
	if (!p->on || (p->users % LOOK_EVERY && p->users > LOOK_EVERY))
		return;
	now = clock_ms();
	if (now - p->shown >= EVERY)
		show(p, now);
}

void progress_end(struct progress *p)
{
	if (p->on && p->shown != p->began)
		fputs("\r\033[K", stderr);
	p->on = false;
}
