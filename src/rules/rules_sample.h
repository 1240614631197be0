/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_RULES_SAMPLE_H
#define WBA_RULES_RULES_SAMPLE_H

#include "model/sample.h"
#include "rules/judge.h"

/* One controller's word on a user. */
struct side {
	const char *name;
	bool read_only;
	const struct user_state *state;
};

/* Whether the two contradict each other, beyond what is so by design; then *out
 * gets both values of each difference, appended. The first is the one that was
 * judged: that its descriptor is not known is said elsewhere. */
bool sample_differs(const struct domain *, const struct side *, const struct side *,
    struct buf *out);

/* The finding of it. `controller` is the one that the user was not read from. */
void rules_sample(struct judge *, const struct sampled *, const char *controller,
    const char *evidence);

#endif
