/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/ldif.h"

#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"

/* AttributeDescription of RFC 2849: a descr or OID, then options. Of these
 * the characters of "range=0-*" are allowed too (MS-ADTS 3.1.1.3.1.3.3). */
bool
ldifw_name_valid(const char *s, size_t len)
{
	bool options = false;
	size_t i;

	if (len == 0 || (!ascii_is_alpha(s[0]) && !ascii_is_digit(s[0])))
		return false;
	for (i = 1; i < len; i++) {
		char c = s[i];

		if (c == ';')
			options = true;
		else if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '-' && c != '.' &&
		    !(options && (c == '=' || c == '*')))
			return false;
	}
	return s[len - 1] != ';';
}

bool
ldifw_name_is_change(const char *s, size_t len)
{
	return ascii_eq_nocase(s, len, "changetype", 10) || ascii_eq_nocase(s, len, "control", 7);
}

void
ldifw_version(struct buf *out)
{
	buf_adds(out, "version: 1\n");
}

void
ldifw_end(struct buf *out)
{
	buf_addc(out, '\n');
}

void
ldifw_comment(struct buf *out, const char *text, size_t len)
{
	const char *lf = NULL;

	do {
		size_t n;

		lf = len > 0 ? memchr(text, '\n', len) : NULL;
		n = lf != NULL ? (size_t)(lf - text) : len;
		buf_adds(out, n > 0 ? "# " : "#");
		escape_terminal(text, n, out);
		buf_addc(out, '\n');
		if (lf != NULL) {
			text = lf + 1;
			len -= n + 1;
		}
	} while (lf != NULL && len > 0);
}

/* SAFE-STRING of RFC 2849, less control characters and a space at the end
 * (its note 8), which get lost or do harm when a file is looked at. */
static bool
safe_string(const char *v, size_t len)
{
	size_t i;

	if (len == 0)
		return true;
	if (v[0] == ' ' || v[0] == ':' || v[0] == '<' || v[len - 1] == ' ')
		return false;
	for (i = 0; i < len; i++)
		if ((unsigned char)v[i] < 0x20 || (unsigned char)v[i] > 0x7e)
			return false;
	return true;
}

/* Folds what stands from `start` on, in place and from its end: the first
 * line takes LDIF_WIDTH bytes, the others one less behind their space. */
static void
fold(struct buf *out, size_t start)
{
	static const char gap[64];
	const size_t width = LDIF_WIDTH - 1;
	size_t len = out->len - start, folds, grow, n;
	char *from = NULL, *to = NULL;

	if (buf_failed(out) || len <= LDIF_WIDTH)
		return;
	folds = (len - LDIF_WIDTH + width - 1) / width;
	for (grow = 2 * folds; grow > 0; grow -= n) {
		n = grow < sizeof gap ? grow : sizeof gap;
		buf_add(out, gap, n);
	}
	if (buf_failed(out))
		return;
	from = out->data + start + len;
	to = out->data + out->len;
	n = (len - LDIF_WIDTH) - (folds - 1) * width;	/* in the last line */
	for (; folds > 0; folds--, n = width) {
		from -= n;
		to -= n;
		memmove(to, from, n);
		*--to = ' ';
		*--to = '\n';
	}
}

enum err
ldifw_put(struct buf *out, const char *name, const void *value, size_t len)
{
	size_t start = out->len, name_len = strlen(name);
	bool safe = safe_string(value, len);

	if (!ldifw_name_valid(name, name_len) || ldifw_name_is_change(name, name_len))
		return ERR_SYNTAX;
	buf_add(out, name, name_len);
	buf_adds(out, len == 0 ? ":" : safe ? ": " : ":: ");
	if (safe)
		buf_add(out, value, len);
	else
		base64_encode(value, len, out);
	fold(out, start);
	buf_addc(out, '\n');
	return buf_failed(out) ? ERR_NOMEM : ERR_OK;
}
