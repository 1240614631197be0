/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_FINDING_H
#define WBA_MODEL_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/access.h"
#include "model/account.h"
#include "model/cause.h"
#include "model/cure.h"
#include "model/policy.h"

/* What earlier runs say of a finding; NOT_KEPT: no history is kept. */
enum finding_status { FINDING_NOT_KEPT, FINDING_NEW, FINDING_KNOWN, FINDING_RESOLVED };
const char *finding_status_str(enum finding_status);	/* "" new known resolved */

/* One thing that is the matter with one object, with its evidence. Strings are
 * borrowed until the sink returns. */
struct finding {
	unsigned rule;			/* id in the rule table */
	unsigned operations;		/* OP_… of the rule table that it touches here */
	const char *domain;		/* DNS name */
	const char *object;		/* DN, or the controller's name */
	const struct account *account;	/* NULL when it is not about an account */
	bool has_until;
	int64_t until;			/* FILETIME: it ends by itself */
	const char *evidence;		/* what was read, literally */
	const char *cause;		/* the object where it can be mended */
	const struct cause *why;	/* what is the matter there */
	const struct cure *cure;	/* the commands that mend it; NULL: none worked out */
	bool shared;			/* holds for every user, not for one */
	const struct suppression *suppression;	/* rules/suppress.h: one that covers it, or NULL */
	bool suppressed;		/* and it holds: the finding does not count */
	enum finding_status status;
	int64_t first_seen;		/* FILETIME, when a history is kept */
	bool assumed;			/* of the directory as it would be (--assume-…) */
};

enum verdict { VERDICT_OK, VERDICT_RISK, VERDICT_UNKNOWN, VERDICT_FAIL };	/* worse is higher */

/* What assumptions do to an operation: it does not work now and would, or the
 * other way round; or nothing. It works where the verdict is ok or risk. Of a
 * user: broken when any operation is, else healed when any is. */
enum difference { DIFFERENCE_NONE, DIFFERENCE_HEALED, DIFFERENCE_BROKEN };
#define DIFFERENCE_COUNT 3

/* One user's row. */
struct judgement {
	const char *domain;
	const struct account *account;
	enum verdict reset, change, unlock;
	enum decision right_reset, right_change, right_lockout, right_pwdlastset;
	enum answer enabled, locked, never_expires, admin_count, is_protected;
	bool has_blocked_until;
	int64_t blocked_until;
	bool has_expiry;
	int64_t expiry;			/* of the password: FILETIME, 0 at once, ADTIME_NEVER */
	const char *policy;		/* DN by length; NULL when not known */
	size_t policy_len;
	const unsigned *rules;		/* ids, ascending */
	size_t rule_count;
	const char *connector;		/* DN */
	bool assumed;			/* all above is as it would be; and: */
	enum verdict now_reset, now_change, now_unlock;
	enum difference difference;
};

const char *verdict_str(enum verdict);	/* ok risk unknown fail */
const char *answer_str(enum answer);	/* yes no unknown */
const char *difference_str(enum difference);	/* unchanged healed broken */
enum difference difference_of(enum verdict now, enum verdict then);

/* Where findings and rows go: behind this stand the reports. A function that
 * is NULL is not called; one that returns non-zero ends the run (its sink has
 * said why). */
struct sink {
	int (*finding)(void *arg, const struct finding *);
	int (*judgement)(void *arg, const struct judgement *);
	void *arg;
};

#endif
