/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SDDL_H
#define WBA_CORE_SDDL_H

#include "core/buf.h"
#include "core/err.h"
#include "core/sd.h"

/*
 * Security descriptor definition language (MS-DTYP 2.5.1), both ways, as
 * Windows writes it: rights by letters in ascending order of their bits, or
 * the whole mask in hexadecimal when one bit has no letter; conditions with
 * all their parentheses.
 *
 * `domain` turns domain-relative abbreviations (DA, DU, …) into SIDs and back;
 * `root` does so for forest-wide ones (EA, SA, EK, RO): NULL means the same as
 * `domain`; without a domain such abbreviations are an error when parsed and
 * SIDs are printed in full.
 *
 * What SDDL has no form for is printed in forms of our own, which no Windows
 * reads but which parse back to the same bytes. Numbers here are hexadecimal
 * with 0x, bytes are hex digits behind '#'.
 *
 *	(0x0c;CI;CR;<guid>;;WD)		a type that has no letters, by its number
 *	(0x2a;ID;#0011aabb)		an ACE as bytes behind its header: its layout
 *					is not known, or its object flags are not
 *	(A;;GA;;;WD;#00000000)		bytes behind the SID that are no condition or
 *					claim, or none that its text would give back
 *	D:AI[rev=0x4,sbz1=0x1,sbz2=0x1,tail=#0000](A;…
 *					an ACL whose revision is not 4 with object
 *					ACEs and 2 without, whose reserved fields are
 *					not zero, or which goes on behind its ACEs
 *	…X:OD,SI,RM,sbz1=0x1		a last part: bits of Control that nothing else
 *					tells (MS-DTYP 2.4.6, by the names there), and
 *					Sbz1. "X:SI" is common: a directory gives the
 *					SACL's bits without the SACL.
 *
 * Where Windows and this differ on purpose:
 *  - An OA or OD without GUIDs stays an object ACE (Windows makes it A or D).
 *  - Audit ACEs are taken in a DACL, and grants in a SACL.
 *  - Numbers out of range and negative masks are errors, not truncated.
 *  - A quote within a string is written twice; Windows has no form for it.
 *  - White space is taken between fields, parts and ACEs, not within them.
 * The parts of the bytes stand as Windows' converter lays them out: SACL,
 * DACL, owner, group (as in MS-DTYP 2.5.1.4).
 */
struct sddl_ctx {
	const struct sid *domain;
	const struct sid *root;
};

/* Appends the descriptor / ACE / SID as SDDL: printable ASCII, and UTF-8 in
 * strings of conditions, never a control character. ctx may be NULL. */
void sddl_print(const struct sd *, const struct sddl_ctx *, struct buf *out);
void sddl_print_ace(const struct ace *, const struct sddl_ctx *, struct buf *out);
void sddl_print_sid(const struct sid *, const struct sddl_ctx *, struct buf *out);
/* The condition of a callback ACE alone, "(…)"; false when it has none that
 * can be written, and then nothing is appended. */
bool sddl_print_condition(const struct ace *, const struct sddl_ctx *, struct buf *out);

/* Text to self-relative bytes, appended to *out (unchanged on error). The
 * whole input is one descriptor. fault->offset counts bytes of the text. */
enum err sddl_parse(const char *s, size_t len, const struct sddl_ctx *,
    struct buf *out, struct fault *fault);
/* One ACE "(…)" to its bytes. */
enum err sddl_parse_ace(const char *s, size_t len, const struct sddl_ctx *,
    struct buf *out, struct fault *fault);

#endif
