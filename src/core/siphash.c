/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/siphash.h"

#include <stdbool.h>

#include "core/ascii.h"

struct state { uint64_t a, b, c, d; };

static uint64_t
rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

/* SipRound. Inline, so that the state stays in registers. */
static inline void
sip_round(struct state *s)
{
	s->a += s->b;
	s->c += s->d;
	s->b = rotate(s->b, 13) ^ s->a;
	s->d = rotate(s->d, 16) ^ s->c;
	s->a = rotate(s->a, 32) + s->d;
	s->c += s->b;
	s->d = rotate(s->d, 21) ^ s->a;
	s->b = rotate(s->b, 17) ^ s->c;
	s->c = rotate(s->c, 32);
}

static inline void
take(struct state *s, uint64_t m)
{
	s->d ^= m;
	sip_round(s);
	sip_round(s);
	s->a ^= m;
}

/* Fewer than eight bytes, the first lowest. */
static uint64_t
last_word(const uint8_t *p, size_t n)
{
	uint64_t w = 0;

	while (n--)
		w = w << 8 | p[n];
	return w;
}

/* Eight bytes, the first lowest: written so that compilers make one load of it. */
static inline uint64_t
word(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
		(uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
		(uint64_t)p[7] << 56;
}

/* Inline, so that each of the two has a loop of its own. */
static inline uint64_t
hash(const struct siphash_key *key, const void *data, size_t len, bool nocase)
{
	struct state s = { key->k0 ^ UINT64_C(0x736f6d6570736575),
		key->k1 ^ UINT64_C(0x646f72616e646f6d), key->k0 ^ UINT64_C(0x6c7967656e657261),
		key->k1 ^ UINT64_C(0x7465646279746573) };
	const uint8_t *p = data;
	uint64_t last = (uint64_t)len << 56;

	for (; len >= 8; p += 8, len -= 8)
		take(&s, nocase ? ascii_lower8(word(p)) : word(p));
	take(&s, last | (nocase ? ascii_lower8(last_word(p, len)) : last_word(p, len)));
	s.c ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(&s);
	return s.a ^ s.b ^ s.c ^ s.d;
}

uint64_t
siphash(const struct siphash_key *key, const void *data, size_t len)
{
	return hash(key, data, len, false);
}

uint64_t
siphash_nocase(const struct siphash_key *key, const char *s, size_t len)
{
	return hash(key, s, len, true);
}
