/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_EXPLAIN_H
#define WBA_EXPLAIN_H

#include "report/explanation.h"
#include "rules/judge.h"
#include "source/source.h"

/*
 * Works out the rights and the policy of one user (collect_user's entry, judged
 * before; what else is needed is read from the source) into *out, which holds its
 * findings and row. 0, or -1 with a message printed.
 */
int explain_user(struct source *, struct judge *, const struct entry *, struct explanation *out);

#endif
