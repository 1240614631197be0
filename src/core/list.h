/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_LIST_H
#define WBA_CORE_LIST_H

#include <stddef.h>
#include <stdlib.h>

/*
 * Room in a list of `count` elements of `size` bytes for one more: the list, moved
 * where that takes more than *cap of them; room for `first` to begin with, then
 * twice as much each time. NULL without memory: the list stays as it is, the caller's.
 */
static inline void *
list_room(void *list, size_t count, size_t *cap, size_t first, size_t size)
{
	size_t more = *cap ? 2 * *cap : first;
	void *grown;

	if (count < *cap)
		return list;
	grown = reallocarray(list, more, size);
	if (grown)
		*cap = more;
	return grown;
}

#endif
