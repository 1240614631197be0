/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_CURE_H
#define WBA_RULES_CURE_H

#include "core/access.h"
#include "model/cure.h"
#include "model/domain.h"
#include "rules/dacl_cache.h"

/*
 * The smallest change that gives a right that is missing, and nothing else:
 *
 *   no ACE grants it	an allow ACE for this right, to the connector, at the
 *			cause: on a container inherit-only and for the user's
 *			class, on the user for this object alone. Inheritance that
 *			is blocked stays so: what is granted at or below the block
 *			arrives, and nothing else does. Not above the base of the
 *			audit.
 *   denied above	an allow ACE on the user, this object alone: explicit ACEs
 *			come before inherited ones (MS-DTYP 2.4.5), so it wins over
 *			the deny, which stays as it is for everybody else. Where the
 *			deny is about nothing but this right, for the connector and
 *			the users' class, it is the mistake itself, and is taken away.
 *   denied on the user	no allow wins over an explicit deny: it is taken away when it
 *			is about this right alone. One that denies more is not for a
 *			tool to judge.
 *   Change Password	the user's own, so the grant is to SELF, as the schema's
 *			default has it (MS-ADTS 3.1.1.3.1.5.1).
 *
 * Behind a deny that goes there may be another, or no grant: the steps are tried on
 * the descriptor until the access check grants the right.
 *
 * A grant before which an ACE stands that may deny, on a condition or to a group of
 * which it is not known who holds it, mends nothing surely.
 *
 * Not mended so: AdminSDHolder's hand (it would come back within the hour, and the
 * vendor advises against rights on AdminSDHolder), what hangs on a condition or on
 * a group that is not known, what stands behind something that cannot be read, and
 * what should have been inherited already.
 */

/* `who` is the subject of the right, `above` what stands above the user (or NULL).
 * NULL without memory, or where the class is not known; free() it. */
struct cure *cure_of_right(struct domain *, const struct account *, enum right_id,
    const struct access_subject *who, struct container *above);

/* A grant to the connector on one object, this object alone; NULL: no memory, or
 * no SID. free() it. */
struct cure *cure_of_object(const struct domain *, const char *dn, const struct guid *right);

bool cure_step_eq(const struct cure_step *, const struct cure_step *);

#endif
