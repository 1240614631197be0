/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_COLLECT_FOREST_H
#define WBA_SOURCE_COLLECT_FOREST_H

#include "model/dc.h"
#include "model/forest.h"
#include "source/source.h"

/*
 * Reads the forest from one controller, whose rootDSE is in *dc: the domains and
 * controllers of all of it; SID, PDC emulator and trusts of the controller's own
 * domain. A part that could not be read is empty and has its problem named in
 * the forest; only a lost connection or lack of memory is a failure, and the
 * forest is to be freed then too.
 */
enum source_status collect_forest(struct source *, const struct dc *, struct forest *out,
    struct source_error *err);

#endif
