/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_REPORT_H
#define WBA_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "core/buf.h"
#include "model/finding.h"
#include "rules/judge.h"
#include "rules/rollup.h"

/*
 * Where findings and rows go: one struct of functions a format. Each appends
 * a whole line to `line` (cleared before); the caller writes it. A function
 * that is NULL has nothing to say.
 */
struct format {
	const char *name;
	void (*header)(struct buf *line);
	void (*finding)(const struct finding *, struct buf *line);
	void (*judgement)(const struct judgement *, struct buf *line);
	void (*domain)(const struct judge *, struct buf *line);	/* behind the users of it */
	void (*cause)(const struct rollup_row *, struct buf *line);	/* behind all domains */
	void (*end)(bool complete, struct buf *line);
};

extern const struct format format_findings_csv;
extern const struct format format_users_csv;
extern const struct format format_causes_csv;
extern const struct format format_json;

#endif
