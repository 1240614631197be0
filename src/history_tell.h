/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_HISTORY_TELL_H
#define WBA_HISTORY_TELL_H

#include "core/buf.h"
#include "history_read.h"

/* Rows of a history, appended: in words, a line or some of them; and as a line of JSON
 * each (contrib/history.schema.json). What stands in the file was read from a directory:
 * nothing of it reaches a terminal as it is. */

extern const char history_tell_runs_head[];	/* above the lines of runs */
void history_tell_run(const struct history_run *, struct buf *);
/* One run by itself, and each part of what it read. */
void history_tell_run_head(const struct history_run *, struct buf *);
void history_tell_reading(const struct history_reading *, struct buf *);
/* `state`: new, open or resolved. With the object's name, or below it. */
void history_tell_finding(const struct history_episode *, const char *state, struct buf *);
void history_tell_episode(const struct history_episode *, const char *state, struct buf *);
/* Who it is, and was. */
void history_tell_object(const struct history_episode *, struct buf *);
void history_tell_former(const struct history_former *, struct buf *);

/* The run stays open for its readings: history_json_run_end(). */
void history_json_run(const struct history_run *, struct buf *);
void history_json_reading(const struct history_reading *, struct buf *);
void history_json_run_end(struct buf *);
void history_json_finding(const struct history_episode *, const char *state, struct buf *);
void history_json_former(const struct history_former *, struct buf *);

#endif
