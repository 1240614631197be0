/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_COLLECT_SAMPLE_H
#define WBA_SOURCE_COLLECT_SAMPLE_H

#include "model/domain.h"
#include "model/sample.h"
#include "source/source.h"

/* What this source says of `count` users, into as many states of *out, in their
 * order; one that it does not find is not there. The list is the caller's
 * (user_states_fini). */
enum source_status collect_states(struct source *, const struct domain *,
    const struct sampled *users, size_t count, struct user_state **out,
    struct source_error *err);

#endif
