/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_COLLECT_CONTROLLERS_H
#define WBA_SOURCE_COLLECT_CONTROLLERS_H

#include "model/controller.h"
#include "model/domain.h"
#include "source/source_ldap.h"

/* What is asked of controllers other than the one that a domain is read from. */

/* The systems that their computer accounts tell, from the source at hand. What
 * cannot be read stays unknown; only a lost connection or lack of memory fails. */
enum source_status collect_controller_systems(struct source *, const struct forest *,
    const struct domain *, struct controllers_seen *, struct source_error *err);

/*
 * Asks a controller that is wanted: connects, binds, reads its rootDSE into c->dc.
 * `dn` is the domain that it must be of. What went wrong is in c (FAILED); *status
 * is how it went. `now` is this host's clock. 0, or -1 without memory.
 */
int collect_controller(const struct ldap_options *, const char *dn, int64_t (*now)(void),
    struct controller *c, enum source_status *status);

#endif
