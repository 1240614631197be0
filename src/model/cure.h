/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_CURE_H
#define WBA_MODEL_CURE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/sd.h"

/* What mends a right that is not there: ACEs to add, and ACEs to take away.
 * How it is chosen: rules/cure.h. */

enum cure_act { CURE_GRANT, CURE_UNDENY };

struct cure_step {
	enum cure_act act;
	const char *object;	/* DN; NULL: the user itself */
	const char *class_name;	/* of ace.inherited_type; NULL when it has none */
	struct ace ace;		/* the whole of it: nothing behind the SID, no view */
};

struct cure {
	/* The right is granted once all steps are done. false: it cannot be mended
	 * like that, there are no steps, and `advice` says why. */
	bool mends;
	const char *advice;	/* static, or NULL: what to know or do besides */
	/* Where a deny stands in the way that concerns more than what is missing:
	 * to take it away would mend all it keeps away, and the rest of what it
	 * denies with it. */
	bool has_wide;
	struct cure_step wide;
	size_t count;
	struct cure_step steps[];
};

#endif
