/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules/profile.h"

#include <string.h>

/* The first is the default: the union of what resets need, since a
 * self-service reset also unlocks and re-dates. */
const struct profile profile_table[] = {
	{ "union", NEED_RESET | NEED_LOCKOUT_TIME | NEED_PWD_LAST_SET, GRANT_UNEXPIRE,
		"the default: all that any current document asks for resets" },
	{ "tutorial", NEED_RESET | NEED_LOCKOUT_TIME | NEED_PWD_LAST_SET, GRANT_UNEXPIRE,
		"the vendor's tutorials for Connect and for cloud sync" },
	{ "cmdlet", NEED_RESET | NEED_LOCKOUT_TIME | NEED_PWD_LAST_SET, GRANT_UNEXPIRE,
		"what Set-ADSyncPasswordWritebackPermissions grants" },
	{ "howto-2018", NEED_RESET | NEED_LOCKOUT_TIME | NEED_PWD_LAST_SET | NEED_CONNECTOR_CHANGE, 0,
		"the vendor's how-to of 2018, which asks for Change Password too" },
	{ "express", NEED_RESET, 0,
		"of what express setup grants, what it grants for writeback: Reset Password" },
};
const size_t profile_count = sizeof profile_table / sizeof *profile_table;

const struct profile *
profile_find(const char *name)
{
	if (!name)
		return &profile_table[0];
	for (size_t i = 0; i < profile_count; i++)
		if (!strcmp(profile_table[i].name, name))
			return &profile_table[i];
	return NULL;
}
