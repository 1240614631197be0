/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_INHERIT_H
#define WBA_CORE_INHERIT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/guid.h"
#include "core/sd.h"

/*
 * Inheritance of permissions as a directory does it when a descriptor above
 * has changed or an object has moved (MS-ADTS 6.1.3 with MS-DTYP 2.5.3.4): the
 * object keeps its owner, its group and the ACEs of its own, and what it has
 * inherited is computed anew from the object above.
 *
 * Every object is a container here (MS-ADTS 6.1.3, IsContainerObject). An ACE
 * of the object above
 *
 *	without CI and OI		is not inherited
 *	with OI alone			comes along as inherit-only; with NP not at all
 *	with CI				is in force, and goes on to what is below
 *	with CI for another class	comes along as inherit-only; with NP not at all
 *	with CI and NP			is in force, without its inheritance flags, its
 *					class, and (when no object type is left) as a plain
 *					ACE rather than an object ACE
 *	with CI, of generic rights or for CREATOR OWNER or CREATOR GROUP
 *					becomes two: the same in force, with the rights and
 *					the SID put in, and the original as inherit-only
 *
 * (MS-DTYP 2.5.3.4.4 gives CI,OI as inherit-only for a container that inherits
 * it; its own "merged" cases, the Windows SDK's "ACE Inheritance Rules" and
 * Samba let it be in force, as here.) An inherited ACE is marked so, and stands
 * behind the object's own, in the order of the object above.
 */

enum inherit_order {
	INHERIT_AS_COMPUTED,	/* Samba (4.17), and forests told not to sort
				 * (fDontStandardizeSDs, MS-ADTS 6.1.1.2.4.1.2) or below 2003 */
	INHERIT_SORTED		/* Windows: MS-ADTS 6.1.3.1, where the ACL is canonical */
};

/* The object whose permissions are computed. */
struct inherit_object {
	const struct sd *sd;		/* as it is stored; with a DACL */
	/* schemaIDGUIDs of its most specific structural class and of its dynamic
	 * auxiliary classes (MS-ADTS 6.1.3); NULL: not known. */
	const struct guid *classes;
	size_t class_count;
};

/*
 * Appends the descriptor that is stored then, self-relative. `parent` NULL: the
 * object is the root of its naming context and inherits nothing. A protected
 * DACL inherits nothing either, and what was inherited becomes its own.
 * ERR_UNSUPPORTED: it cannot be told (no DACL; an ACE for a class where the
 * object's is not known; an inheritable ACE of an unknown layout), ERR_TOO_BIG:
 * more than an ACL holds. *out is unchanged then.
 */
enum err inherit_compute(const struct inherit_object *, const struct sd *parent,
    enum inherit_order, struct buf *out);

/*
 * Appends the descriptor with one more ACE of its own, put where the canonical
 * order wants it: behind the object's own denials, and before what it allows
 * when it denies (MS-DTYP 2.4.5). An equal one that is there already stays the
 * only one. `ace` is one whole ACE. ERR_UNSUPPORTED: there is no DACL.
 */
enum err inherit_add_ace(const struct sd *, const struct ace *ace, struct buf *out);

/* Appends the descriptor with its DACL no longer protected; the ACEs stay. */
enum err inherit_unprotect(const struct sd *, struct buf *out);

#endif
