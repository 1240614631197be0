/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SDDL_NAMES_H
#define WBA_CORE_SDDL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sddl.h"

/* The letters of SDDL (MS-DTYP 2.5.1.1, and sddl.h of the Windows SDK where
 * it is newer): what each stands for, in the order in which Windows writes. */
struct sddl_bit {
	const char *letters;	/* static, upper case; NULL ends a table */
	uint32_t bits;
};

extern const struct sddl_bit sddl_rights[];		/* one bit each, ascending */
extern const struct sddl_bit sddl_whole_rights[];	/* written for exactly this mask */
extern const struct sddl_bit sddl_label_rights[];	/* of a mandatory label */
extern const struct sddl_bit sddl_ace_flags[];		/* AceFlags, ascending */
extern const struct sddl_bit sddl_acl_flags[];		/* SD_DACL_… of Control */
extern const struct sddl_bit sddl_control_names[];	/* the rest of Control: our "X:" */

/* The letters of an ACE type, or NULL when SDDL has none. */
const char *sddl_type_letters(uint8_t type);
/* The type that exactly these letters stand for; false when none. */
bool sddl_type_of(const char *s, size_t len, uint8_t *type);

/* The abbreviation of a SID (static), or NULL; ctx may be NULL. */
const char *sddl_sid_abbrev(const struct sid *, const struct sddl_ctx *);
/* The SID of an abbreviation, in any case. ERR_SYNTAX: there is no such one;
 * ERR_UNSUPPORTED: it needs a domain that ctx does not have. */
enum err sddl_abbrev_sid(const char two[2], const struct sddl_ctx *, struct sid *out);

/* The SACL's bit of Control for a DACL's, which stands one below it. */
#define SDDL_SACL_BIT(dacl_bit) ((uint16_t)((dacl_bit) << 1))

#endif
