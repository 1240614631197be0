/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_DC_H
#define WBA_MODEL_DC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/account.h"
#include "model/entry.h"

/* What a domain controller says of itself in its rootDSE (MS-ADTS 3.1.1.3.2). */
struct dc {
	char *uri;			/* how it was reached; owned, as are the others */
	char *host;			/* dnsHostName */
	char *default_nc, *root_nc, *config_nc, *schema_nc;
	char *ds_service;		/* dsServiceName: the DN of its NTDS settings */
	char *vendor;			/* vendorName; NULL: not given (Windows) */
	bool has_controls;		/* supportedControl was returned */
	bool policy_hints;		/* 1.2.840.113556.1.4.2066 */
	bool policy_hints_2;		/* 1.2.840.113556.1.4.2239 */
	bool is_ad;			/* 1.2.840.113556.1.4.800 in supportedCapabilities */
	bool has_capabilities;
	bool read_only;			/* 1.2.840.113556.1.4.1920 in supportedCapabilities */
	struct known_int domain_level, forest_level, dc_level;
	struct known_int synchronized;	/* 1 or 0 */
	struct known_int time;		/* currentTime, FILETIME */
	int64_t time_read_at;		/* our clock when it was read */
	struct known_int cert_until;	/* FILETIME: the end of its certificate; not known
					 * without TLS */
};

#define OID_POLICY_HINTS	"1.2.840.113556.1.4.2066"
#define OID_POLICY_HINTS_2	"1.2.840.113556.1.4.2239"

extern const char *const dc_attributes[];	/* for the query */
/* Into a zeroed one. 0, or -1 without memory. */
int dc_decode(const struct entry *, struct dc *out);
void dc_fini(struct dc *);
/* "Windows Server 2016", … by functional level (MS-ADTS 6.1.4.2); static. */
const char *dc_level_name(int64_t level);

#endif
