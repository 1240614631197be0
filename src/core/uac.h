/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_UAC_H
#define WBA_CORE_UAC_H

#include <stdint.h>

#include "core/buf.h"

/* userAccountControl (MS-ADTS 2.2.16). LOCKOUT and PASSWORD_EXPIRED are never
 * stored: they appear only in msDS-User-Account-Control-Computed. */
#define UAC_ACCOUNTDISABLE		0x00000002u
#define UAC_LOCKOUT			0x00000010u
#define UAC_PASSWD_NOTREQD		0x00000020u
#define UAC_TEMP_DUPLICATE		0x00000100u
#define UAC_NORMAL_ACCOUNT		0x00000200u
#define UAC_INTERDOMAIN_TRUST		0x00000800u
#define UAC_WORKSTATION_TRUST		0x00001000u
#define UAC_SERVER_TRUST		0x00002000u
#define UAC_DONT_EXPIRE_PASSWD		0x00010000u
#define UAC_SMARTCARD_REQUIRED		0x00040000u
#define UAC_PASSWORD_EXPIRED		0x00800000u
#define UAC_PARTIAL_SECRETS		0x04000000u
#define UAC_ANY_TRUST (UAC_INTERDOMAIN_TRUST | UAC_WORKSTATION_TRUST | UAC_SERVER_TRUST)

/* sAMAccountType (MS-SAMR 2.2.1.9) of a normal user account. */
#define SAM_USER_OBJECT			0x30000000u

/* pwdProperties (MS-ADTS 2.2.18; MS-SAMR 2.2.1.6 DOMAIN_PASSWORD_*). */
#define PWD_COMPLEX			0x00000001u

/* Names of the bits set, space-separated, unknown ones as 0x…; appended. */
void uac_names(uint32_t uac, struct buf *out);
/* "514 (ACCOUNTDISABLE NORMAL_ACCOUNT)", appended. */
void uac_words(uint32_t uac, struct buf *out);

#endif
