/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SIPHASH_H
#define WBA_CORE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/* SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): for
 * tables that strangers fill, and for pseudonyms. */
struct siphash_key { uint64_t k0, k1; };

uint64_t siphash(const struct siphash_key *, const void *data, size_t len);
/* That of text with its ASCII letters in lower case: for names and DNs. */
uint64_t siphash_nocase(const struct siphash_key *, const char *s, size_t len);

#endif
