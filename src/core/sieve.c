/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sieve.h"

#include <stdlib.h>

#define BITS_A_HASH	8	/* at least; then one in nine shares its bit by chance */

enum err
sieve_init(struct sieve *s, size_t count)
{
	size_t bits = 64;

	*s = (struct sieve){ NULL, NULL, 0 };
	if (count > SIZE_MAX / 32)
		return ERR_NOMEM;
	while (bits / BITS_A_HASH < count)
		bits *= 2;
	s->mask = bits - 1;
	s->seen = calloc(bits / 64, sizeof *s->seen);
	s->shared = calloc(bits / 64, sizeof *s->shared);
	if (s->seen != NULL && s->shared != NULL)
		return ERR_OK;
	sieve_fini(s);
	return ERR_NOMEM;
}

void
sieve_fini(struct sieve *s)
{
	free(s->seen);
	free(s->shared);
	*s = (struct sieve){ NULL, NULL, 0 };
}
