/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_TOKEN_H
#define WBA_CORE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sid.h"

/*
 * The SIDs a security principal presents to a domain controller (MS-DTYP
 * 2.5.2), as far as somebody else can know them. A SID whose presence cannot
 * be settled is held "maybe", and what hangs on it becomes unknown.
 */
enum held { HELD_NO, HELD_MAYBE, HELD_YES };

/* Where a SID came from, for the reader of an explanation. */
enum token_origin {
	TOKEN_USER,		/* the principal's own SID */
	TOKEN_PRIMARY_GROUP,
	TOKEN_GROUP,		/* tokenGroups, or a group found by its members */
	TOKEN_SID_HISTORY,
	TOKEN_WELL_KNOWN,	/* given to every network logon */
	TOKEN_BUILTIN,		/* a builtin group that contains a held SID */
	TOKEN_SERVER		/* the server's own word: rootDSE tokenGroups */
};

struct token_sid {
	struct sid sid;
	enum held held;
	enum token_origin origin;
};

struct token {
	struct token_sid *sids;		/* owned; sorted once sealed */
	size_t count, cap;
	bool sealed;
	bool complete;		/* false: domain and builtin groups may be missing */
	bool failed;		/* out of memory while it was filled */
};

/* More SIDs than a Windows token may hold (1,024 by MaxTokenSize practice)
 * cannot be met honestly; the ceiling bounds a hostile answer. */
#define TOKEN_MAX_SIDS 65536

void token_init(struct token *);
void token_fini(struct token *);	/* takes an initialised or zeroed token */
/* Adds a SID; the surer of two statements about the same SID stands. */
void token_add(struct token *, const struct sid *, enum held, enum token_origin);
/* Sorts and merges; call before token_holds. ERR_NOMEM when an add failed. */
enum err token_seal(struct token *);
/* Whether the sealed token holds `s`. In an incomplete token a domain or
 * builtin SID that is not listed is held maybe. */
enum held token_holds(const struct token *, const struct sid *s);
const struct token_sid *token_find(const struct token *, const struct sid *s);
/* The SIDs of any network logon of an account of the forest (MS-DTYP 2.7.1,
 * 2.4.2.4): Everyone, NETWORK, Authenticated Users, This Organization; those
 * that depend on how the logon was made (NTLM, asserted identity) as maybe. */
void token_add_network_logon(struct token *);
/* A SID of a domain (S-1-5-21-…) or of the builtin domain (S-1-5-32-…): the only
 * ones that can be groups with members of their own. */
bool sid_may_be_group(const struct sid *);
const char *token_origin_str(enum token_origin);

#endif
