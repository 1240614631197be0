/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_FORESTS_H
#define WBA_FORESTS_H

#include "settings.h"

/*
 * --forest: asks each domain of the settings for its forest, and adds the other
 * domains of it as targets, bound to as that one is. A target that cannot be
 * asked is marked as tried, with a message. 0; 1 when the list may not be
 * complete, with a message; -1 without memory.
 */
int forests_expand(struct settings *);

#endif
