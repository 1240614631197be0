/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/quote.h"

#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/utf8.h"

enum err
quote_sh(const char *s, size_t len, struct buf *out)
{
	if (memchr(s, '\0', len))
		return ERR_UNSUPPORTED;
	buf_addc(out, '\'');
	for (size_t i = 0; i < len; i++)
		if (s[i] == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, s[i]);
	buf_addc(out, '\'');
	return ERR_OK;
}

static bool
printable(const char *s, size_t len, const char *refused)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < ' ' || s[i] > '~' || strchr(refused, s[i]))
			return false;
	return true;
}

enum err
quote_powershell(const char *s, size_t len, struct buf *out)
{
	if (!printable(s, len, ""))
		return ERR_UNSUPPORTED;
	buf_addc(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\'')
			buf_addc(out, '\'');
		buf_addc(out, s[i]);
	}
	buf_addc(out, '\'');
	return ERR_OK;
}

enum err
quote_cmd(const char *s, size_t len, struct buf *out)
{
	size_t end = len;

	if (!printable(s, len, "\"%!"))
		return ERR_UNSUPPORTED;
	buf_addc(out, '"');
	buf_add(out, s, len);
	for (; end > 0 && s[end - 1] == '\\'; end--)
		buf_addc(out, '\\');
	buf_addc(out, '"');
	return ERR_OK;
}

static void
add_hex(const char *s, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++)
		buf_addf(out, "\\%02X", (unsigned)(unsigned char)s[i]);
}

/* One character of a value, of len > 0 bytes, not escaped in the DN (or by a
 * backslash alone). As it is where a terminal would get it so. Returns its bytes. */
static size_t
add_char(const char *s, size_t len, bool escaped, bool ascii, struct buf *out)
{
	static const char same[] = " -_.:/@()=#,+;";
	uint32_t cp;
	size_t n = utf8_next(s, len, &cp);
	bool plain = n == 1 && (ascii_is_alpha(*s) || ascii_is_digit(*s) ||
	    (*s && strchr(same, *s)));

	if (!plain && (ascii || cp == UTF8_INVALID || utf8_is_control(cp) || utf8_deceives(cp))) {
		add_hex(s, n, out);
		return n;
	}
	if (escaped)
		buf_addc(out, '\\');
	buf_add(out, s, n);
	return n;
}

enum err
quote_dn(const char *dn, size_t len, bool ascii, struct buf *out)
{
	if (!dn_valid(dn, len))
		return ERR_SYNTAX;
	for (size_t i = 0; i < len;) {
		bool escaped = dn[i] == '\\';

		if (escaped && len - i > 2 && ascii_is_hex(dn[i + 1]) && ascii_is_hex(dn[i + 2])) {
			buf_add(out, dn + i, 3);
			i += 3;
			continue;
		}
		i += escaped;
		i += add_char(dn + i, len - i, escaped, ascii, out);
	}
	return ERR_OK;
}
