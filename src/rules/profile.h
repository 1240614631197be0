/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_PROFILE_H
#define WBA_RULES_PROFILE_H

#include <stddef.h>

/* Rights on the user that an operation may need of the connector. */
#define NEED_RESET		0x1u	/* a reset: Reset Password */
#define NEED_LOCKOUT_TIME	0x2u	/* a reset: write lockoutTime (an unlock always does) */
#define NEED_PWD_LAST_SET	0x4u	/* a reset: write pwdLastSet */
#define NEED_CONNECTOR_CHANGE	0x8u	/* a change: Change Password, of the connector itself */

#define GRANT_UNEXPIRE		0x10u	/* granted at the domain root besides (rule 209) */

/*
 * The vendor's documents disagree on what the connector needs: each set is a
 * profile of its own. That a change needs Change Password of the connector is
 * said by some; MS-ADTS 3.1.1.3.1.5.1 asks it of the user, and that is judged
 * under every profile. Unexpire Password (rule 209) is looked at always.
 */
struct profile {
	const char *name;	/* --profile NAME */
	unsigned needs;		/* NEED_… */
	unsigned grants;	/* GRANT_…: what it has granted that no verdict asks for */
	const char *source;	/* whose list it is */
};

extern const struct profile profile_table[];
extern const size_t profile_count;
/* By name; NULL gives the default, an unknown name NULL. */
const struct profile *profile_find(const char *name);

#endif
