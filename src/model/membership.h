/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_MEMBERSHIP_H
#define WBA_MODEL_MEMBERSHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/sid.h"
#include "core/siphash.h"
#include "core/token.h"
#include "model/account.h"

/* A set of objects by DN: for asking of a user, without a search, whether it
 * is linked to something. DNs compare as the directory prints them, ASCII
 * case ignored. All zero but for the key to begin with. */
struct member_set {
	struct siphash_key key;	/* random where strangers name them; it stays */
	char **slot;		/* owned; open addressing, NULL is empty */
	uint32_t *via;		/* owned; a number kept with each */
	size_t count, cap;
};

void member_set_fini(struct member_set *);
/* ERR_OK also when it was in the set already; *added tells (may be NULL). */
enum err member_set_add(struct member_set *, const char *dn, size_t len, bool *added);
/* The same, and keeps a number with one that is new: by what it came. */
enum err member_set_add_via(struct member_set *, const char *dn, size_t len, uint32_t via);
/* False when it is not in the set; *via gets its number. */
bool member_set_via(const struct member_set *, const char *dn, size_t len, uint32_t *via);
bool member_set_has(const struct member_set *, const char *dn, size_t len);

/* A group of a closure. */
struct closure_group {
	char *dn;			/* owned */
	int in;				/* the group it was found in, before it in the list; -1: the top */
	bool has_rid;			/* it is of this domain */
	uint32_t rid;
};

/*
 * Everybody who is in a group, directly or through others: the groups that
 * were walked, and the DNs that are members of any of them. Primary groups are
 * not members (MS-ADTS 3.1.1.4.5.19 counts them by primaryGroupID), so the
 * RIDs of the walked groups are kept too.
 */
struct group_closure {
	char *dn;			/* owned; of the group at the top */
	struct closure_group *groups;	/* owned; as they were walked, the nearest first */
	size_t group_count;
	struct sid sid;			/* of the group at the top */
	struct member_set members;	/* users and groups; via: index of the group */
	uint32_t *rids;			/* owned; of groups of this domain in the closure */
	size_t rid_count;
	bool contains_everyone;		/* a SID that every logon holds is a member */
	bool complete;			/* false: a member list could not be read */
};

void group_closure_fini(struct group_closure *);
/* Whether the account is in it. MAYBE when it is not seen to be, but the
 * closure is not complete, its primary group is not known, or it would be in
 * the group only through a SID that every logon holds. */
enum held group_closure_holds(const struct group_closure *, const struct account *);

/* "Helpdesk -> Tier 0 -> Domain Admins", appended: the shortest way of an account that
 * is in it, from the group that it is in directly. How many names, 0: it is not known. */
size_t group_closure_path(const struct group_closure *, const struct account *, struct buf *out);

/* How an account holds its groups: what it is in directly, what those are in.
 * The first node is the account itself. */
struct path_node {
	char *dn;		/* owned */
	bool has_sid;
	struct sid sid;
	int parent;		/* the node that is a member of this one; -1: a beginning */
	bool primary;		/* held as the primary group of its parent */
};
struct path_tree {
	struct path_node *nodes;
	size_t count, cap;
};
#define PATH_MAX_NODES 5000

void path_tree_fini(struct path_tree *);
/* The node of a SID, or -1. */
int path_tree_find(const struct path_tree *, const struct sid *);
/* "MSOL_… -> Sync Accounts -> Helpdesk", appended; how many names it has, 0: the
 * SID is not in the tree. A SID of every logon stands there by its name. */
size_t path_tree_words(const struct path_tree *, const struct sid *, struct buf *out);

#endif
