/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/hostname.h"

#include <string.h>

#include "core/ascii.h"

static bool
is_label_char(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '_';
}

bool
hostname_valid(const char *s, size_t len)
{
	size_t label = 0;

	if (!len || len > HOSTNAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '.') {
			if (!label || s[i - 1] == '-')
				return false;
			label = 0;
		} else if (!is_label_char(s[i]) || (!label && s[i] == '-') ||
		    ++label > HOSTNAME_LABEL) {
			return false;
		}
	}
	return label && s[len - 1] != '-';
}

bool
hostname_eq(const char *a, const char *b)
{
	return ascii_eq_nocase(a, strlen(a), b, strlen(b));
}

bool
hostname_under(const char *host, const char *domain)
{
	size_t n = strlen(host), base = strlen(domain);

	if (n < base || !base)
		return false;
	return ascii_eq_nocase(host + n - base, base, domain, base) &&
		(n == base || host[n - base - 1] == '.');
}
