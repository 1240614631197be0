/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SESSION_H
#define WBA_SESSION_H

#include "controllers.h"
#include "model/domain.h"
#include "model/forest.h"
#include "rules/profile.h"
#include "settings.h"
#include "source/collect.h"
#include "source/snapshot_info.h"

/* What the commands share: a bound source, or a file, and the domain behind it. */
struct session {
	const struct settings *settings;
	const struct target *target;
	struct source *source;
	struct controllers controllers;	/* behind the source, unless it is a file */
	struct domain domain;
	bool has_forest;
	struct forest forest;	/* as the source tells it, once it was asked */
	int64_t now;		/* FILETIME: --now, the file's time, or this host's clock */
	int64_t read_at;	/* this host's clock, or its reader's, when it was read */
	const char *uri;	/* of the controller whose rootDSE was read, as far as is known */
	size_t user_count;	/* when it is known before they are read; else 0 */
	const struct snapshot_info *snapshot;	/* of --ldif; NULL: a directory */
	struct source_error problem;	/* why it could not be opened, or asked for its
					 * connector, as was printed */
};

/* This host's clock (FILETIME). */
int64_t session_clock(void);
/* A random key for tables of what strangers name. */
struct siphash_key session_key(void);

/* Gets the target's password, if one is needed: from the terminal perhaps, so one
 * at a time. 0, or -1 with a message printed. */
int session_password(const struct settings *, struct target *);

/* Binds and reads the domain's context. 0, or -1 with a message printed; the
 * session is to be closed either way. */
int session_open(struct session *, const struct settings *, const struct target *);
/* The two halves of it: s->source may be wrapped in between. */
int session_connect(struct session *, const struct settings *, const struct target *);
int session_read(struct session *);
void session_close(struct session *);
void session_free(struct session *);	/* closes one on the heap; NULL is none */

/* Reads the forest into s->forest, unless it was read. 0, or -1 with *err filled:
 * the connection was lost, or there is no memory. */
int session_forest(struct session *, struct source_error *err);

/* With --self-check the server is asked which rights it computes, for the connector
 * account alone: false, with *err, when another account is bound. */
bool session_may_check(const struct session *, const char *connector, struct source_error *err);

/* The controller that is being asked now. */
const char *session_controller(const struct session *);

/* The account of that name, one at most, or with name NULL those that look like
 * connectors: none is no error. 0, or -1 with a message. */
int session_find(struct session *, const char *name, struct dn_list *out);
/* The message that there is none, in so many domains. */
void session_no_connector(const struct session *, const char *name, size_t domains);
/* Both, for a command that looks at one domain: 0 with at least one. */
int session_connectors(struct session *, const char *name, struct dn_list *out);

/* The profile asked for; NULL with a message that lists them. */
const struct profile *session_profile(const struct settings *);

#endif
