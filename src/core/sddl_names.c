/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl_names.h"

#include <string.h>

#include "core/ascii.h"

/* MS-DTYP 2.5.1.1 ace-rights. Windows lists generic rights from bit 28 up. */
const struct sddl_bit sddl_rights[] = {
	{ "CC", 0x00000001 }, { "DC", 0x00000002 }, { "LC", 0x00000004 },
	{ "SW", 0x00000008 }, { "RP", 0x00000010 }, { "WP", 0x00000020 },
	{ "DT", 0x00000040 }, { "LO", 0x00000080 }, { "CR", 0x00000100 },
	{ "SD", 0x00010000 }, { "RC", 0x00020000 }, { "WD", 0x00040000 },
	{ "WO", 0x00080000 }, { "GA", 0x10000000 }, { "GX", 0x20000000 },
	{ "GW", 0x40000000 }, { "GR", 0x80000000 }, { NULL, 0 }
};

/*
 * FILE_… and KEY_… access. Windows writes one of these for exactly its mask,
 * whatever the object is; KEY_EXECUTE is the same mask as KEY_READ.
 */
const struct sddl_bit sddl_whole_rights[] = {
	{ "FA", 0x001f01ff }, { "FR", 0x00120089 }, { "FW", 0x00120116 },
	{ "FX", 0x001200a0 }, { "KA", 0x000f003f }, { "KR", 0x00020019 },
	{ "KW", 0x00020006 }, { "KX", 0x00020019 }, { NULL, 0 }
};

/* SYSTEM_MANDATORY_LABEL_NO_…_UP (MS-DTYP 2.4.4.13) */
const struct sddl_bit sddl_label_rights[] = {
	{ "NW", 0x1 }, { "NR", 0x2 }, { "NX", 0x4 }, { NULL, 0 }
};

/* "CR" is SDDL_CRITICAL of the SDK since Windows 10 1809 (CRITICAL_ACE_FLAG). */
const struct sddl_bit sddl_ace_flags[] = {
	{ "OI", ACE_OBJECT_INHERIT }, { "CI", ACE_CONTAINER_INHERIT },
	{ "NP", ACE_NO_PROPAGATE }, { "IO", ACE_INHERIT_ONLY },
	{ "ID", ACE_INHERITED }, { "CR", ACE_CRITICAL },
	{ "SA", ACE_SUCCESSFUL_ACCESS }, { "FA", ACE_FAILED_ACCESS },
	/* SDDL_TRUST_PROTECTED_FILTER, the same bit in an access filter ACE: read only */
	{ "TP", 0x40 }, { NULL, 0 }
};

const struct sddl_bit sddl_acl_flags[] = {
	{ "P", SD_DACL_PROTECTED }, { "AR", SD_DACL_AUTO_INHERIT_REQ },
	{ "AI", SD_DACL_AUTO_INHERITED }, { NULL, 0 }
};

/* MS-DTYP 2.4.6, by the names it gives them. */
const struct sddl_bit sddl_control_names[] = {
	{ "OD", SD_OWNER_DEFAULTED }, { "GD", SD_GROUP_DEFAULTED },
	{ "DD", SD_DACL_DEFAULTED }, { "SD", SD_SACL_DEFAULTED },
	{ "DT", SD_DACL_TRUSTED }, { "SS", SD_SERVER_SECURITY },
	{ "DC", SD_DACL_AUTO_INHERIT_REQ }, { "SC", SD_SACL_AUTO_INHERIT_REQ },
	{ "DI", SD_DACL_AUTO_INHERITED }, { "SI", SD_SACL_AUTO_INHERITED },
	{ "PD", SD_DACL_PROTECTED }, { "PS", SD_SACL_PROTECTED },
	{ "RM", SD_RM_CONTROL_VALID }, { NULL, 0 }
};

/*
 * MS-DTYP 2.5.1.1 ace-type and conditional-ace-type; XU and ZA as in the
 * SDK (the text of MS-DTYP has the two exchanged). TL and FL are newer.
 */
static const struct {
	char letters[3];
	uint8_t type;
} types[] = {
	{ "A", ACE_ALLOWED }, { "D", ACE_DENIED },
	{ "AU", ACE_AUDIT }, { "AL", ACE_ALARM },
	{ "OA", ACE_ALLOWED_OBJECT }, { "OD", ACE_DENIED_OBJECT },
	{ "OU", ACE_AUDIT_OBJECT }, { "OL", ACE_ALARM_OBJECT },
	{ "XA", ACE_ALLOWED_CALLBACK }, { "XD", ACE_DENIED_CALLBACK },
	{ "ZA", ACE_ALLOWED_CALLBACK_OBJECT }, { "XU", ACE_AUDIT_CALLBACK },
	{ "ML", ACE_MANDATORY_LABEL }, { "RA", ACE_RESOURCE_ATTRIBUTE },
	{ "SP", ACE_SCOPED_POLICY_ID }, { "TL", ACE_PROCESS_TRUST_LABEL },
	{ "FL", ACE_ACCESS_FILTER },
};

const char *
sddl_type_letters(uint8_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type)
			return types[i].letters;
	return NULL;
}

bool
sddl_type_of(const char *s, size_t len, uint8_t *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const char *letters = types[i].letters;

		if (ascii_eq_nocase(s, len, letters, strlen(letters))) {
			*type = types[i].type;
			return true;
		}
	}
	return false;
}

/* What an abbreviation's numbers are relative to. */
enum relative {
	AUTHORITY,	/* S-1-<a>-<b> */
	BUILTIN,	/* S-1-5-32-<b> */
	DOMAIN,		/* the domain, then <b> */
	ROOT		/* the forest's root domain, then <b> */
};

/*
 * MS-DTYP 2.5.1.1 sid-token, the SIDs by 2.4.2.4; AP, AS, EK, KA and SS by the
 * win32 documentation of SID strings; HO and SH by the SDK of Windows 11.
 */
static const struct {
	char letters[3];
	uint8_t relative;	/* enum relative */
	uint8_t authority;
	uint32_t rid;
} abbrevs[] = {
	{ "AA", BUILTIN, 0, 579 },	/* access control assistance operators */
	{ "AN", AUTHORITY, 5, 7 },	/* anonymous logon */
	{ "AO", BUILTIN, 0, 548 },	/* account operators */
	{ "AP", DOMAIN, 0, 525 },	/* protected users */
	{ "AS", AUTHORITY, 18, 1 },	/* authentication authority asserted identity */
	{ "AU", AUTHORITY, 5, 11 },	/* authenticated users */
	{ "BA", BUILTIN, 0, 544 },	/* administrators */
	{ "BG", BUILTIN, 0, 546 },	/* guests */
	{ "BO", BUILTIN, 0, 551 },	/* backup operators */
	{ "BU", BUILTIN, 0, 545 },	/* users */
	{ "CA", DOMAIN, 0, 517 },	/* certificate publishers */
	{ "CD", BUILTIN, 0, 574 },	/* certificate service DCOM access */
	{ "CG", AUTHORITY, 3, 1 },	/* creator group */
	{ "CN", DOMAIN, 0, 522 },	/* cloneable domain controllers */
	{ "CO", AUTHORITY, 3, 0 },	/* creator owner */
	{ "CY", BUILTIN, 0, 569 },	/* cryptographic operators */
	{ "DA", DOMAIN, 0, 512 },	/* domain administrators */
	{ "DC", DOMAIN, 0, 515 },	/* domain computers */
	{ "DD", DOMAIN, 0, 516 },	/* domain controllers */
	{ "DG", DOMAIN, 0, 514 },	/* domain guests */
	{ "DU", DOMAIN, 0, 513 },	/* domain users */
	{ "EA", ROOT, 0, 519 },		/* enterprise administrators */
	{ "ED", AUTHORITY, 5, 9 },	/* enterprise domain controllers */
	{ "EK", ROOT, 0, 527 },		/* enterprise key administrators */
	{ "ER", BUILTIN, 0, 573 },	/* event log readers */
	{ "ES", BUILTIN, 0, 576 },	/* RDS endpoint servers */
	{ "HA", BUILTIN, 0, 578 },	/* Hyper-V administrators */
	{ "HI", AUTHORITY, 16, 12288 },	/* high integrity */
	{ "HO", BUILTIN, 0, 584 },	/* user mode hardware operators */
	{ "IS", BUILTIN, 0, 568 },	/* IIS_IUSRS */
	{ "IU", AUTHORITY, 5, 4 },	/* interactive */
	{ "KA", DOMAIN, 0, 526 },	/* key administrators */
	{ "LA", DOMAIN, 0, 500 },	/* the administrator */
	{ "LG", DOMAIN, 0, 501 },	/* the guest */
	{ "LS", AUTHORITY, 5, 19 },	/* local service */
	{ "LU", BUILTIN, 0, 559 },	/* performance log users */
	{ "LW", AUTHORITY, 16, 4096 },	/* low integrity */
	{ "ME", AUTHORITY, 16, 8192 },	/* medium integrity */
	{ "MP", AUTHORITY, 16, 8448 },	/* medium plus integrity */
	{ "MS", BUILTIN, 0, 577 },	/* RDS management servers */
	{ "MU", BUILTIN, 0, 558 },	/* performance monitor users */
	{ "NO", BUILTIN, 0, 556 },	/* network configuration operators */
	{ "NS", AUTHORITY, 5, 20 },	/* network service */
	{ "NU", AUTHORITY, 5, 2 },	/* network */
	{ "OW", AUTHORITY, 3, 4 },	/* owner rights */
	{ "PA", DOMAIN, 0, 520 },	/* group policy creator owners */
	{ "PO", BUILTIN, 0, 550 },	/* print operators */
	{ "PS", AUTHORITY, 5, 10 },	/* principal self */
	{ "PU", BUILTIN, 0, 547 },	/* power users */
	{ "RA", BUILTIN, 0, 575 },	/* RDS remote access servers */
	{ "RC", AUTHORITY, 5, 12 },	/* restricted code */
	{ "RD", BUILTIN, 0, 555 },	/* remote desktop users */
	{ "RE", BUILTIN, 0, 552 },	/* replicator */
	{ "RM", BUILTIN, 0, 580 },	/* remote management users */
	{ "RO", ROOT, 0, 498 },		/* enterprise read-only domain controllers */
	{ "RS", DOMAIN, 0, 553 },	/* RAS and IAS servers */
	{ "RU", BUILTIN, 0, 554 },	/* pre-Windows 2000 compatible access */
	{ "SA", ROOT, 0, 518 },		/* schema administrators */
	{ "SH", BUILTIN, 0, 585 },	/* OpenSSH users */
	{ "SI", AUTHORITY, 16, 16384 },	/* system integrity */
	{ "SO", BUILTIN, 0, 549 },	/* server operators */
	{ "SS", AUTHORITY, 18, 2 },	/* service asserted identity */
	{ "SU", AUTHORITY, 5, 6 },	/* service */
	{ "SY", AUTHORITY, 5, 18 },	/* local system */
	{ "WD", AUTHORITY, 1, 0 },	/* everyone */
	{ "WR", AUTHORITY, 5, 33 },	/* write restricted code */
};

/* The two abbreviations whose SIDs have more parts. */
static const struct {
	char letters[3];
	struct sid sid;
} odd_abbrevs[] = {
	/* all application packages */
	{ "AC", { .authority = 15, .sub = { 2, 1 }, .count = 2 } },
	/* user mode drivers */
	{ "UD", { .authority = 5, .sub = { 84, 0, 0, 0, 0, 0 }, .count = 6 } },
};

#define ABBREVS (sizeof(abbrevs) / sizeof(abbrevs[0]))
#define ODD_ABBREVS (sizeof(odd_abbrevs) / sizeof(odd_abbrevs[0]))

/* What the row's RID is added to; NULL when ctx does not know. */
static const struct sid *
base_of(uint8_t relative, const struct sddl_ctx *ctx)
{
	if (relative == BUILTIN)
		return &sid_builtin;
	if (ctx == NULL)
		return NULL;
	return relative == ROOT && ctx->root != NULL ? ctx->root : ctx->domain;
}

const char *
sddl_sid_abbrev(const struct sid *sid, const struct sddl_ctx *ctx)
{
	for (size_t i = 0; i < ODD_ABBREVS; i++)
		if (sid_eq(sid, &odd_abbrevs[i].sid))
			return odd_abbrevs[i].letters;
	for (size_t i = 0; i < ABBREVS && sid->count > 0; i++) {
		const struct sid *base = NULL;

		if (sid->sub[sid->count - 1] != abbrevs[i].rid)
			continue;
		if (abbrevs[i].relative == AUTHORITY) {
			if (sid->count == 1 && sid->authority == abbrevs[i].authority)
				return abbrevs[i].letters;
			continue;
		}
		base = base_of(abbrevs[i].relative, ctx);
		if (base != NULL && sid_in_domain(sid, base, NULL))
			return abbrevs[i].letters;
	}
	return NULL;
}

enum err
sddl_abbrev_sid(const char two[2], const struct sddl_ctx *ctx, struct sid *out)
{
	for (size_t i = 0; i < ODD_ABBREVS; i++) {
		if (ascii_eq_nocase(two, 2, odd_abbrevs[i].letters, 2)) {
			*out = odd_abbrevs[i].sid;
			return ERR_OK;
		}
	}
	for (size_t i = 0; i < ABBREVS; i++) {
		const struct sid *base = NULL;

		if (!ascii_eq_nocase(two, 2, abbrevs[i].letters, 2))
			continue;
		if (abbrevs[i].relative == AUTHORITY) {
			*out = (struct sid){ .authority = abbrevs[i].authority,
			    .sub = { abbrevs[i].rid }, .count = 1 };
			return ERR_OK;
		}
		base = base_of(abbrevs[i].relative, ctx);
		return base == NULL ? ERR_UNSUPPORTED :
		    sid_with_rid(base, abbrevs[i].rid, out);
	}
	return ERR_SYNTAX;
}
