/* SPDX-License-Identifier: BSD-2-Clause */

/* The groups are those that comparing each owner with each other gives. */

#include <stdlib.h>
#include <string.h>

#include "core/keyset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SETS 3
#define MAX 512

struct added { size_t set, owner; uint64_t hash; };

/* The k-th key shares its hash with one of another owner. */
static bool
shared(const struct added *a, size_t n, size_t k)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].hash == a[k].hash && a[i].owner != a[k].owner)
			return true;
	return false;
}

/* It is not the first of its owner with that hash. */
static bool
repeated(const struct added *a, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (a[i].hash == a[k].hash && a[i].owner == a[k].owner)
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keyset sets[SETS] = { { 0 } };
	const struct keyset *const list[SETS] = { &sets[0], &sets[1], &sets[2] };
	static struct added added[MAX];
	struct key_match *found = NULL;
	size_t n = 0, owners = 0, count = 0, wanted = 0;
	bool open[SETS] = { false };
	size_t at[SETS] = { 0 };

	if (size > MAX)
		return 0;
	/* Two bits: the set; one: a new owner; the rest: the key. In the order of
	 * the sets, as the answer is. */
	for (size_t s = 0; s < SETS; s++)
		for (size_t i = 0; i < size; i++) {
			if (data[i] % 4 != s)
				continue;
			if (!open[s] || data[i] & 4) {
				if (keyset_begin(&sets[s], (uint32_t)++owners) != ERR_OK)
					abort();
				open[s] = true;
				at[s] = owners;
			}
			added[n] = (struct added){ s, at[s], data[i] >> 3 };
			if (keyset_add(&sets[s], added[n++].hash) != ERR_OK)
				abort();
		}
	if (keyset_match(list, SETS, &found, &count) != ERR_OK)
		abort();
	for (size_t k = 0; k < n; k++)
		wanted += shared(added, n, k) && !repeated(added, k);
	if (wanted != count)
		abort();
	for (size_t k = 0; k < count; k++) {
		bool first = !k || found[k].group != found[k - 1].group;

		if (keyset_hash(list, found[k].at) != keyset_hash(list, found[k].group))
			abort();
		if (first != (found[k].at == found[k].group))
			abort();
		if (k && (found[k].group < found[k - 1].group ||
		    (!first && (found[k].at <= found[k - 1].at || keyset_owner(list, found[k].at) ==
		    keyset_owner(list, found[k - 1].at)))))
			abort();
		for (size_t i = 0; first && i < k; i++)
			if (keyset_hash(list, found[i].at) == keyset_hash(list, found[k].at))
				abort();
	}
	free(found);
	for (size_t s = 0; s < SETS; s++)
		keyset_fini(&sets[s]);
	return 0;
}
