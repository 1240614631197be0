/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_JUDGE_H
#define WBA_RULES_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/domain.h"
#include "model/finding.h"
#include "rules/cause_cache.h"
#include "rules/dacl_cache.h"
#include "rules/identity.h"
#include "rules/profile.h"
#include "rules/rule.h"
#include "rules/suppress.h"

/* Judges a domain and then its users, one at a time; findings and rows go to
 * the sink as they arise. */

#define OP_COUNT 3			/* reset, change, unlock: bits 0, 1, 2 of OP_… */
#define JUDGE_MAX_RULES 64		/* in a row; many of the table exclude each other */

struct tally {
	size_t users;			/* rows written */
	size_t skipped;			/* entries that are no normal user account */
	size_t verdicts[OP_COUNT][4];	/* by enum verdict */
	size_t *by_rule;		/* findings, by index in rule_table */
	size_t by_severity[4];		/* findings, by enum severity */
	size_t suppressed;		/* findings that are in neither */
	bool incomplete;		/* something could not be read */
	/* Under assumptions: by operation, and of users. */
	size_t differences[OP_COUNT][DIFFERENCE_COUNT], user_differences[DIFFERENCE_COUNT];
};

/* Whether a finding counts in it. */
bool tally_any(const struct tally *);

/* What rules said of one subject so far. */
struct opinion {
	enum severity worst[OP_COUNT];
	bool touched[OP_COUNT];
	unsigned rules[JUDGE_MAX_RULES];
	unsigned rule_ops[JUDGE_MAX_RULES];	/* OP_… that each touches here */
	size_t rule_count;
};

struct judge {
	struct domain *domain;
	const struct profile *profile;
	const struct sink *sink;
	int64_t now;			/* FILETIME */
	struct identity_part *identity;	/* where users are noted, to find those who share one;
					 * borrowed; NULL: nowhere */
	const struct suppressions *suppressions;	/* borrowed; NULL: none */
	struct dacl_cache cache;
	struct cause_cache causes;
	struct tally tally;
	struct opinion all;		/* what holds for every user: controllers, connector, policy */
	struct opinion user;		/* the user at hand */
	struct buf text;		/* evidence, reused */
	int stopped;			/* the sink's word to end the run */
	/* The directory as it would be. All are borrowed. */
	const char *assumed;		/* in words, a line each; NULL: it is as it is */
	const struct domain *as_is;	/* the same domain as it is: users come through that */
	const enum verdict *now_verdicts;	/* of the user at hand, as it is */
	const char *not_foretold;	/* why its permissions would not be known; or NULL */
	struct value stored_sd;		/* its nTSecurityDescriptor as it is; no data: not
					 * readable */
	bool stored_readable[SCHEMA_ATTRIBUTE_COUNT];	/* what of the user's is, by that */
};

/* `domain`, `profile` and `sink` are borrowed. 0, or -1 without memory. */
int judge_init(struct judge *, struct domain *, const struct profile *, int64_t now,
    const struct sink *);
void judge_fini(struct judge *);

/* When several accounts look like the connector: says so once for each. */
void judge_connectors(struct judge *, const char *const *dns, size_t count);
/* Controllers, connector, policies: once, before the users. */
int judge_domain(struct judge *);
/* One entry that a user search found. Non-zero when the sink ended the run. */
int judge_user(struct judge *, const struct entry *);
/* When no more users come: what could not be read of many. */
int judge_end(struct judge *);

/* A finding by the table's row. `operations` 0: as the table says. Texts are
 * borrowed for the call; account NULL: about `object`, for every user. */
struct remark {
	unsigned rule;
	unsigned operations;
	const struct account *account;
	const char *object;		/* when account is NULL */
	const char *evidence;
	const char *cause;		/* DN; NULL: the account itself */
	const struct cause *why;	/* traced, instead of `cause`; or NULL */
	const struct cure *cure;	/* or NULL */
	const int64_t *until;		/* NULL: it does not end by itself */
	bool elsewhere;			/* about a controller that was not read from: no user's
					 * verdict depends on it */
};
void judge_remark(struct judge *, const struct remark *);

/* Instead of judge_domain() where no connector was found: 201 about `object`, and
 * what does not depend on one. `evidence` says what was looked for. */
int judge_no_connector(struct judge *, const char *object, const char *evidence);

/* Instead of judge_domain() where the connector, or which one is meant, could not
 * be read: 211 about `object`, and what does not depend on it. */
int judge_unread_connector(struct judge *, const char *object, const char *evidence);

/* Who is to be granted what could not be read. */
const char *judge_reader_name(const struct judge *);
/* Why a number of the account is not known: it was not returned, or it is none. */
const char *judge_unread_words(const struct account *, const char *attribute);

/* What was read of an account, until j->text is used again. */
const char *evidence_uac(struct judge *, const struct account *);
const char *evidence_expired(struct judge *, const struct account *);

/* The families (rules_*.c). */
void rules_dc(struct judge *);
void rules_connector(struct judge *);
void rules_policy_domain(struct judge *);
void rules_permission_domain(struct judge *);
/* Also marks in the account which attributes are known not to be set. */
void rules_permission(struct judge *, struct account *, struct judgement *);
void rules_account(struct judge *, const struct account *, const struct policy_choice *,
    struct judgement *);
void rules_identity(struct judge *, const struct account *);
void rules_identity_end(struct judge *);
/* Containers whose users the reader may not see. */
void rules_container(struct judge *);
void rules_policy(struct judge *, const struct account *, const struct policy_choice *,
    struct judgement *);

#endif
