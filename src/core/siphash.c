/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/siphash.h"

struct state { uint64_t v[4]; };

static uint64_t
rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

/* SipRound, twice or four times. */
static void
rounds(struct state *s, int n)
{
	uint64_t *v = s->v;

	while (n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

/* Up to eight bytes, the first lowest. */
static uint64_t
word(const uint8_t *p, size_t n)
{
	uint64_t w = 0;

	while (n--)
		w = w << 8 | p[n];
	return w;
}

uint64_t
siphash(const struct siphash_key *key, const void *data, size_t len)
{
	struct state s = { { key->k0 ^ UINT64_C(0x736f6d6570736575),
		key->k1 ^ UINT64_C(0x646f72616e646f6d), key->k0 ^ UINT64_C(0x6c7967656e657261),
		key->k1 ^ UINT64_C(0x7465646279746573) } };
	const uint8_t *p = data;
	uint64_t last = (uint64_t)len << 56;

	for (; len >= 8; p += 8, len -= 8) {
		uint64_t m = word(p, 8);

		s.v[3] ^= m;
		rounds(&s, 2);
		s.v[0] ^= m;
	}
	last |= word(p, len);
	s.v[3] ^= last;
	rounds(&s, 2);
	s.v[0] ^= last;
	s.v[2] ^= 0xff;
	rounds(&s, 4);
	return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}
