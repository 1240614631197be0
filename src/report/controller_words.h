/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_CONTROLLER_WORDS_H
#define WBA_REPORT_CONTROLLER_WORDS_H

#include "core/buf.h"
#include "model/controller.h"

/* What reports for people say of a controller. `c` NULL: the one that was read,
 * of which the configuration partition does not tell; `dc` NULL: it was not asked. */

/* "PDC GC RODC", appended; "" when it has none of these roles. */
void controller_roles(const struct controller *c, const struct dc *dc, struct buf *out);
/* Its system, or the vendor it names, which may be anybody's text; NULL: not known. */
const char *controller_system(const struct controller *c, const struct dc *dc);
/* "in use", "checked", "not checked"; "FAILED: connect", appended. */
void controller_state_words(const struct controller *c, struct buf *out);

#endif
