/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_SUMMARY_H
#define WBA_REPORT_SUMMARY_H

#include "core/buf.h"
#include "rules/judge.h"
#include "rules/rollup.h"

/* The summary of one domain and connector, plain text of at most 80 columns
 * but for names: users read, verdicts an operation, findings a rule, and the
 * causes (sorted) that concern most users, in SUMMARY_CAUSES lines at most. */
#define SUMMARY_CAUSES 10
/* What a comparison of the users of all domains found; nothing when it found nothing. */
void summary_identity(const struct tally *, size_t users, struct buf *out);
void summary_print(const struct judge *, const struct rollup *, struct buf *out);

#endif
