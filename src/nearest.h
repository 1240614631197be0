/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_NEAREST_H
#define WBA_NEAREST_H

#include <stddef.h>

/* "Did you mean": the name most like a mistyped word. Start with
 * nearest_init(), show it every name, then look at `best`. */
struct nearest {
	const char *word;	/* borrowed */
	const char *best;	/* borrowed from nearest_try(); NULL: nothing is like it */
	size_t distance;
};

void nearest_init(struct nearest *, const char *word);
void nearest_try(struct nearest *, const char *name);

#endif
