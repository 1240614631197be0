/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "journal.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "core/buf.h"

#define NAME "writeback-audit"

void
journal_open(struct journal *j)
{
	static const struct sockaddr_un where = { AF_UNIX, "/run/systemd/journal/socket" };

	openlog(NAME, LOG_PID, LOG_DAEMON);
	j->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (j->fd >= 0 && connect(j->fd, (const struct sockaddr *)&where, sizeof where) != 0) {
		close(j->fd);
		j->fd = -1;
	}
}

/* An entry is NAME=value lines; no value has a line feed (report/logged.h). */
void
journal_put(struct journal *j, const struct logged *l)
{
	struct logged_id id;
	struct buf b = BUF_INIT;
	bool sent = false;

	if (j->fd >= 0) {
		buf_addf(&b, "MESSAGE=%s\nMESSAGE_ID=%s\nPRIORITY=%d\nSYSLOG_FACILITY=%d\n"
		    "SYSLOG_IDENTIFIER=" NAME "\nSYSLOG_PID=%ld\n", l->text, logged_id(l->rule, &id),
		    l->priority, LOG_DAEMON >> 3, (long)getpid());
		buf_adds(&b, l->fields);
		sent = !buf_failed(&b) && send(j->fd, b.data, b.len, MSG_NOSIGNAL) == (ssize_t)b.len;
	}
	if (!sent)
		syslog(l->priority, "%s", l->text);
	buf_fini(&b);
}

void
journal_close(struct journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	closelog();
}
