/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_SUPPRESS_H
#define WBA_RULES_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/guid.h"
#include "core/sid.h"
#include "model/finding.h"

/*
 * Findings that somebody has answered for: they leave the exit status and what is
 * counted, not the record, until the answer expires. Verdicts stay what they are.
 */
struct suppression {
	size_t number;		/* its place in the list */
	unsigned line;		/* where it stands in its file */
	unsigned rule;
	char *object;		/* a DN: that object and all below; or the name of a server */
	bool has_sid, has_guid;	/* or of an account */
	struct sid sid;
	struct guid guid;
	char *reason, *owner;
	char *expires;		/* as it was written; NULL: never */
	int64_t end;		/* FILETIME: it holds before */
};

struct suppressions {
	struct suppression *list;
	size_t count;
	char *path;		/* of the file that has them, for messages */
};

void suppressions_fini(struct suppressions *);

/* Frees what one holds. */
void suppression_fini(struct suppression *);

/* Looks for one that covers the finding at `now`, and notes it there: f->suppression
 * and f->suppressed. Of several, one that has not expired. `s` may be NULL. */
void suppress(const struct suppressions *s, int64_t now, struct finding *f);

/* In words: "reason (owner, until 2026-12-31)", or that it expired; appended. */
void suppression_words(const struct suppression *, bool holds, struct buf *out);
/* What it is about: "rule 403, OU=Kiosks,DC=a,DC=test"; appended. */
void suppression_subject(const struct suppression *, struct buf *out);

#endif
