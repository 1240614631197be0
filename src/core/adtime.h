/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_ADTIME_H
#define WBA_CORE_ADTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * Times are FILETIMEs: 100 ns since 1601-01-01T00:00:00Z in an int64_t
 * (MS-DTYP 2.3.3). Intervals in the directory are negative FILETIMEs.
 */
#define ADTIME_SECOND	INT64_C(10000000)
#define ADTIME_MINUTE	(60 * ADTIME_SECOND)
#define ADTIME_HOUR	(60 * ADTIME_MINUTE)
#define ADTIME_DAY	(24 * ADTIME_HOUR)
#define ADTIME_NEVER	INT64_MAX	/* accountExpires, expiry computed */
#define ADTIME_INTERVAL_NEVER INT64_MIN	/* maxPwdAge, lockoutDuration: no end */

struct adtime_buf { char s[32]; };

/* Decimal int64 as LDAP carries it (RFC 4517 3.3.16): whole input, no sign but '-'. */
enum err adtime_parse_int(const char *s, size_t len, int64_t *out);
/* GeneralizedTime "20260115120000.0Z" (RFC 4517 3.3.13), UTC or with offset. */
enum err adtime_parse_generalized(const char *s, size_t len, int64_t *out);
/* ISO 8601: "2026-01-15", "2026-01-15T12:00[:00[.fff]](Z|+hh:mm)"; no zone = UTC. */
enum err adtime_parse_iso(const char *s, size_t len, int64_t *out);
/* ISO 8601 UTC, whole seconds (rounded down): "2026-01-15T12:00:00Z". A value
 * outside the years 1601–9999 prints as the number. Returns b->s. */
const char *adtime_iso(int64_t t, struct adtime_buf *b);
/* The instant of a Unix time (seconds, nanoseconds), saturating. */
int64_t adtime_from_unix(int64_t sec, int32_t nsec);
/* Saturating a + b. */
int64_t adtime_add(int64_t a, int64_t b);
/* |interval|; ADTIME_INTERVAL_NEVER gives INT64_MAX. */
int64_t adtime_abs(int64_t interval);
/* An interval in words: "42 days", "30 minutes", "1 day 2 hours", "never", "0". */
struct adtime_span_buf { char s[64]; };
const char *adtime_span(int64_t interval, struct adtime_span_buf *b);

#endif
