/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "uri.h"

#include <string.h>

#include "core/ascii.h"

static bool
begins(const char *s, const char *with)
{
	size_t n = strlen(with);

	return strlen(s) >= n && ascii_eq_nocase(s, n, with, n);
}

bool
uri_is_ldaps(const char *uri)
{
	return begins(uri, "ldaps://");
}

bool
uris_any_ldaps(const char *uris)
{
	while (*uris != '\0') {
		if (uri_is_ldaps(uris))
			return true;
		uris += strcspn(uris, " ");
		uris += strspn(uris, " ");
	}
	return false;
}

static const char *
port_fault(const char *s, size_t len)
{
	unsigned port = 0;
	size_t i;

	for (i = 0; i < len && i < 5 && ascii_is_digit(s[i]); i++)
		port = port * 10 + (unsigned)(s[i] - '0');
	if (i == 0 || i != len || port == 0 || port > 65535)
		return "has a port that is not a number from 1 to 65535";
	if (port == 3268 || port == 3269)
		return "has the port of the global catalog, which holds only a part of each user: "
			"use 389 for ldap, 636 for ldaps";
	return NULL;
}

/* A name, an IPv4 address, or an IPv6 address in brackets: the characters of
 * one, not its grammar. */
static bool
host_valid(const char *s, size_t len)
{
	bool bracket = s[0] == '[';
	size_t i;

	if (bracket && (len < 4 || s[len - 1] != ']'))
		return false;
	for (i = bracket ? 1 : 0; i < len - (bracket ? 1 : 0); i++) {
		if (bracket ? !ascii_is_hex(s[i]) && strchr(":.%", s[i]) == NULL &&
		    !ascii_is_alpha(s[i])
		    : !ascii_is_alpha(s[i]) && !ascii_is_digit(s[i]) &&
		    strchr("-._", s[i]) == NULL)
			return false;
	}
	return true;
}

const char *
uri_fault(const char *uri)
{
	const char *host, *end;
	size_t len;

	if (strpbrk(uri, ",\t") != NULL)
		return "must be servers of one domain, with blanks between them";
	if (strstr(uri, "://") == NULL)
		return "must begin with ldap:// or ldaps://, as in ldaps://dc1.example.com";
	if (!begins(uri, "ldap://") && !uri_is_ldaps(uri))
		return "must begin with ldap:// or ldaps://: a domain controller has no other way in";
	host = strstr(uri, "://") + 3;
	len = strlen(host);
	if (len > 0 && host[len - 1] == '/')
		len--;
	if (len == 0)
		return "names no host, as in ldaps://dc1.example.com";
	if (memchr(host, '/', len) != NULL || memchr(host, '?', len) != NULL)
		return "must end after the host and port: say the base with -b or \"base\"";
	end = host[0] == '[' ? memchr(host, ']', len) : memchr(host, ':', len);
	if (host[0] == '[' && end != NULL)
		end++;
	if (end == NULL || end > host + len)
		end = host + len;
	if (end == host || !host_valid(host, (size_t)(end - host)))
		return "has a host that is neither a name nor an address";
	if (end == host + len)
		return NULL;
	if (*end != ':')
		return "has a host that is neither a name nor an address";
	return port_fault(end + 1, (size_t)(host + len - (end + 1)));
}
