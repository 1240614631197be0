/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/uac.h"

#include <inttypes.h>

/* MS-ADTS 2.2.16 and MS-SAMR 2.2.1.13, without their prefixes, by value. */
static const struct {
	uint32_t bit;
	const char *name;
} names[] = {
	{ 0x00000001u, "SCRIPT" },
	{ UAC_ACCOUNTDISABLE, "ACCOUNTDISABLE" },
	{ 0x00000008u, "HOMEDIR_REQUIRED" },
	{ UAC_LOCKOUT, "LOCKOUT" },
	{ UAC_PASSWD_NOTREQD, "PASSWD_NOTREQD" },
	{ 0x00000040u, "PASSWD_CANT_CHANGE" },
	{ 0x00000080u, "ENCRYPTED_TEXT_PASSWORD_ALLOWED" },
	{ UAC_TEMP_DUPLICATE, "TEMP_DUPLICATE_ACCOUNT" },
	{ UAC_NORMAL_ACCOUNT, "NORMAL_ACCOUNT" },
	{ UAC_INTERDOMAIN_TRUST, "INTERDOMAIN_TRUST_ACCOUNT" },
	{ UAC_WORKSTATION_TRUST, "WORKSTATION_TRUST_ACCOUNT" },
	{ UAC_SERVER_TRUST, "SERVER_TRUST_ACCOUNT" },
	{ UAC_DONT_EXPIRE_PASSWD, "DONT_EXPIRE_PASSWD" },
	{ 0x00020000u, "MNS_LOGON_ACCOUNT" },
	{ UAC_SMARTCARD_REQUIRED, "SMARTCARD_REQUIRED" },
	{ 0x00080000u, "TRUSTED_FOR_DELEGATION" },
	{ 0x00100000u, "NOT_DELEGATED" },
	{ 0x00200000u, "USE_DES_KEY_ONLY" },
	{ 0x00400000u, "DONT_REQUIRE_PREAUTH" },
	{ UAC_PASSWORD_EXPIRED, "PASSWORD_EXPIRED" },
	{ 0x01000000u, "TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION" },
	{ 0x02000000u, "NO_AUTH_DATA_REQUIRED" },
	{ UAC_PARTIAL_SECRETS, "PARTIAL_SECRETS_ACCOUNT" },
	{ 0x08000000u, "USE_AES_KEYS" },
};

void
uac_names(uint32_t uac, struct buf *out)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		if ((uac & names[i].bit) == 0)
			continue;
		buf_adds(out, separator);
		buf_adds(out, names[i].name);
		separator = " ";
		uac &= ~names[i].bit;
	}
	if (uac != 0)
		buf_addf(out, "%s0x%" PRIx32, separator, uac);
}

void
uac_words(uint32_t uac, struct buf *out)
{
	buf_addu(out, uac);
	buf_adds(out, " (");
	uac_names(uac, out);
	buf_addc(out, ')');
}
