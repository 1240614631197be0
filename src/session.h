/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SESSION_H
#define WBA_SESSION_H

#include "model/domain.h"
#include "rules/profile.h"
#include "settings.h"
#include "source/collect.h"
#include "source/snapshot_info.h"

/* What the commands share: a bound source, or a file, and the domain behind it. */
struct session {
	const struct target *target;
	struct source *source;
	struct domain domain;
	int64_t now;		/* FILETIME: --now, the file's time, or this host's clock */
	int64_t read_at;	/* this host's clock, or its reader's, when it was read */
	const char *uri;	/* of the controller, as far as is known */
	const struct snapshot_info *snapshot;	/* of --ldif; NULL: a directory */
};

/* Binds and reads the domain's context. 0, or -1 with a message printed; the
 * session is to be closed either way. */
int session_open(struct session *, const struct settings *, struct target *);
/* The two halves of it: s->source may be wrapped in between. */
int session_connect(struct session *, const struct settings *, struct target *);
int session_read(struct session *);
void session_close(struct session *);

/* How many users there are, when that is known before they are read; else 0. */
size_t session_user_count(const struct session *);

/* The connector accounts to judge: the one named, or those found. 0 with at
 * least one; -1 with a message that says how to name it. */
int session_connectors(struct session *, const char *name, struct dn_list *out);

/* --self-check compares with what the server lets the reader write: only the
 * connector itself can ask that. 0, or -1 with a message. */
int session_self_check(struct session *, const struct settings *);

/* The profile asked for; NULL with a message that lists them. */
const struct profile *session_profile(const struct settings *);

#endif
