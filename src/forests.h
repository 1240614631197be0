/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_FORESTS_H
#define WBA_FORESTS_H

#include "session.h"
#include "settings.h"

/*
 * --forest: asks each domain of the settings for its forest, and adds the other
 * domains of it as targets, bound to as that one is. A target that cannot be
 * asked is marked as tried, with a message; of one that can, opened[i], NULL before,
 * gets the session, the caller's: its `target` is to be set anew, for targets
 * move when one is added. 0; 1 when the list may not be
 * complete, with a message; -1 without memory.
 */
int forests_expand(struct settings *, struct session **opened);

#endif
