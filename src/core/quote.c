/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/quote.h"

#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/escape.h"

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

/* Bytes of one character, at least 1; a broken one is taken byte by byte. */
static size_t
char_len(const char *s, size_t len)
{
	for (size_t n = 1; n <= 4 && n <= len; n++)
		if (utf8_valid(s, n))
			return n;
	return 1;
}

/* Whether the terminal would get it as it is: no control character, nothing that
 * turns the direction of writing, no broken UTF-8. */
static bool
shows(const char *s, size_t len)
{
	struct buf b = BUF_INIT;
	bool same;

	escape_terminal(s, len, &b);
	same = b.len == len && !memcmp(buf_str(&b), s, len);
	buf_fini(&b);
	return same;
}

/* One character of a value, not escaped in the DN (or by a backslash alone). */
static void
add_char(const char *s, size_t len, bool escaped, bool ascii, struct buf *out)
{
	static const char same[] = " -_.:/@()=#,+;";
	bool plain = len == 1 && (ascii_is_alpha(*s) || ascii_is_digit(*s) ||
	    (*s && strchr(same, *s)));

	if (!plain && (ascii || !shows(s, len))) {
		add_hex(s, len, out);
		return;
	}
	if (escaped)
		buf_addc(out, '\\');
	buf_add(out, s, len);
}

enum err
quote_dn(const char *dn, size_t len, bool ascii, struct buf *out)
{
	if (!dn_valid(dn, len))
		return ERR_SYNTAX;
	for (size_t i = 0; i < len;) {
		bool escaped = dn[i] == '\\';
		size_t n;

		if (escaped && len - i > 2 && ascii_is_hex(dn[i + 1]) && ascii_is_hex(dn[i + 2])) {
			buf_add(out, dn + i, 3);
			i += 3;
			continue;
		}
		i += escaped;
		n = char_len(dn + i, len - i);
		add_char(dn + i, n, escaped, ascii, out);
		i += n;
	}
	return ERR_OK;
}
