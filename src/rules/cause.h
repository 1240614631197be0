/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_CAUSE_H
#define WBA_RULES_CAUSE_H

#include "model/cause.h"
#include "model/domain.h"
#include "rules/dacl_cache.h"
#include "rules/rule.h"

/*
 * Why a right is not there: the user's DACL against those of its ancestors, as
 * inheritance works (MS-ADTS 6.1.3 with MS-DTYP 2.5.3.4). One cause for each
 * right, and one object where it can be mended. In this order:
 *
 *   AdminSDHolder's hand	before all else: it undoes hourly what is mended on
 *				the user (the caller says so, cause_of_protection)
 *   denied			on the user, or by the ancestor whose own ACE it is
 *   granted, inherit-only	on the user itself
 *   blocked on the user
 *   granted on an ancestor, but not arrived; for another class; no-propagate;
 *   for that object alone; of a right that is mistaken for this one; to an
 *   account that is, or was, a connector
 *				the nearest first, up to one that blocks
 *   blocked above		where: a grant at that object mends it too
 *   no grant			at the domain head, where the vendor's tools grant
 *
 * An ancestor whose permissions cannot be read ends the search: what stands
 * there or above might be the reason, and the cause says that.
 *
 * A helpdesk's grants are no mistake about the connector, so an ACE for a
 * trustee that the connector does not hold counts only where the trustee has
 * been deleted or is named as the vendor's tools name connectors.
 */

/* Why the right is not granted: `why` is the check's result on the descriptor, `who`
 * its subject, `above` what stands above the user (or NULL). *words, which the
 * caller frees, is behind the cause's. */
struct cause cause_trace(struct domain *, const struct account *, const struct sd *,
    enum right_id, const struct access_subject *who, const struct access_result *why,
    struct container *above, struct buf *words);

/* AdminSDHolder's hand on the account (MS-ADTS 3.1.1.6.1); kind CAUSE_AS_SAID:
 * it is not on it. `protect` and `group` are domain_is_protected()'s. */
struct cause cause_of_protection(const struct account *, const struct dacl_verdict *,
    enum answer protect, const char *group);

/* The nearest object from `above` upwards whose own ACE this inherited one of
 * the descriptor is, *theirs (may be NULL) gets that; NULL when none that can be
 * read carries it. */
struct container *cause_origin(struct domain *, struct container *above, const struct sd *,
    const struct ace *, struct ace *theirs);

/* Why no ACE of the descriptor, the account's or what became of it, grants the
 * right: cause_of_right() in kinds alone, `words` are those of the kind. */
struct cause cause_of_absence(struct domain *, const struct account *, const struct sd *,
    enum right_id, const struct access_subject *, struct container *above);

/* What is the matter, for kinds that need no names; static. */
const char *cause_words(enum cause_kind);
/* What mends a finding: as the traced cause has it, else as the rule says;
 * static. `c` may be NULL. */
const char *cause_cure(const struct cause *c, const struct rule *);

#endif
