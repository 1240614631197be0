/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "monitor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "commands.h"
#include "journal.h"
#include "msg.h"
#include "report/metrics.h"
#include "report/nagios.h"
#include "session.h"

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int
monitor_begin(struct monitor *m, const struct settings *s)
{
	*m = (struct monitor){ .settings = s, .began = clock_ms() };
	if (!s->metrics || outfile_open(&m->metrics, s->metrics) == 0)
		return 0;
	msg_error("%s: cannot be written: %s", s->metrics, strerror(errno));
	m->metrics.fp = NULL;
	return -1;
}

/* Another account reads it, node_exporter's, and there is nobody's name in it. */
static int
write_metrics(struct monitor *m, const struct outcome *o)
{
	struct buf text = BUF_INIT;
	int status = -1;

	metrics_text(o, &text);
	errno = ENOMEM;
	if (!buf_failed(&text) &&
	    fwrite(buf_str(&text), 1, text.len, m->metrics.fp) == text.len &&
	    (!m->metrics.beside ||
	     fchmod(fileno(m->metrics.fp), S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) == 0))
		status = outfile_commit(&m->metrics);
	if (status != 0) {
		msg_error("%s: %s; the metrics were not written", m->settings->metrics,
		    strerror(errno));
		outfile_discard(&m->metrics);
	}
	buf_fini(&text);
	return status;
}

static void
put_line(void *arg, const struct logged *l)
{
	journal_put(arg, l);
}

static int
print_line(const struct outcome *o)
{
	struct buf line = BUF_INIT;
	enum nagios state = nagios_state(o);

	nagios_line(o, &line);
	if (buf_failed(&line))
		puts("WRITEBACK UNKNOWN - out of memory");
	else
		fputs(buf_str(&line), stdout);
	if (buf_failed(&line) || fflush(stdout) != 0)
		state = NAGIOS_UNKNOWN;
	buf_fini(&line);
	return (int)state;
}

int
monitor_tell(struct monitor *m, struct outcome *o)
{
	const struct settings *s = m->settings;
	struct journal journal;

	o->when = s->has_now ? s->now : session_clock();
	o->seconds = (double)(clock_ms() - m->began) / 1000;
	o->history = s->history != NULL;
	o->new_only = s->new_only;
	msg_first_error(m->problem);
	o->problem = m->problem;
	if (m->metrics.fp && write_metrics(m, o) != 0) {
		o->complete = false;
		if (o->started)
			o->status = STATUS_INCOMPLETE;
		msg_first_error(m->problem);
	}
	if (s->syslog) {
		journal_open(&journal);
		logged_lines(o, put_line, &journal);
		journal_close(&journal);
	}
	return s->nagios ? print_line(o) : o->status;
}

bool
monitor_is_plugin(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "--nagios"))
			return true;
	return false;
}

int
monitor_refused(void)
{
	char problem[MSG_FIRST_SIZE];
	struct outcome o = { .problem = problem };

	msg_first_error(problem);
	return print_line(&o);
}
