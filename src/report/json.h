/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_JSON_H
#define WBA_REPORT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "model/finding.h"

/* JSON (RFC 8259), appended piece by piece; commas come by themselves. */
void json_begin(struct buf *, char bracket);	/* '{' or '[' */
void json_end(struct buf *, char bracket);
void json_key(struct buf *, const char *name);
void json_bytes(struct buf *, const char *name, const void *v, size_t len);	/* NULL: null */
void json_str(struct buf *, const char *name, const char *s);			/* NULL: null */
void json_int(struct buf *, const char *name, int64_t n);
void json_int_or_null(struct buf *, const char *name, bool has, int64_t n);
void json_bool(struct buf *, const char *name, bool yes);
void json_time(struct buf *, const char *name, bool has, int64_t t);	/* FILETIME; else null */

/* The fields of a user's row, the same wherever it stands. */
void json_judgement_fields(struct buf *, const struct judgement *);

#endif
