/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a word of each shell, and as a DN. What the shell makes of the
 * word, by its rules written down here once more, is one word with those bytes;
 * the other forms of a DN are the same DN, and no shell refuses the plain one.
 */

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* POSIX XCU 2.2: '…' literal, \ outside of them escapes one character. */
static void
unquote_sh(const char *s, size_t len, struct buf *out)
{
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\'')
			quoted = !quoted;
		else if (quoted)
			buf_addc(out, s[i]);
		else if (s[i] == '\\' && ++i < len && s[i] == '\'')
			buf_addc(out, s[i]);
		else
			abort();
	}
	if (quoted)
		abort();
}

/* about_Quoting_Rules: '' within is one quote. */
static void
unquote_powershell(const char *s, size_t len, struct buf *out)
{
	if (len < 2 || s[0] != '\'' || s[len - 1] != '\'')
		abort();
	for (size_t i = 1; i < len - 1; i++) {
		if (s[i] < ' ' || s[i] > '~' || (s[i] == '\'' && s[++i] != '\'') || i == len - 1)
			abort();
		buf_addc(out, s[i]);
	}
}

/* cmd.exe: no quote within, nothing that expands; then the C runtime: 2n
 * backslashes before the quote are n. */
static void
unquote_cmd(const char *s, size_t len, struct buf *out)
{
	size_t end = len - 1, slashes = 0;

	if (len < 2 || s[0] != '"' || s[end] != '"')
		abort();
	for (size_t i = 1; i < end; i++) {
		if (s[i] < ' ' || s[i] > '~' || strchr("\"%!", s[i]))
			abort();
		slashes = s[i] == '\\' ? slashes + 1 : 0;
	}
	if (slashes % 2)
		abort();
	buf_add(out, s + 1, end - 1 - slashes / 2);
}

static void
check(const char *s, size_t len, enum err (*quote)(const char *, size_t, struct buf *),
    void (*unquote)(const char *, size_t, struct buf *))
{
	struct buf word = BUF_INIT, back = BUF_INIT;

	if (quote(s, len, &word) == ERR_OK) {
		unquote(buf_str(&word), word.len, &back);
		if (back.len != len || (len && memcmp(back.data, s, len) != 0))
			abort();
	} else if (word.len) {
		abort();
	}
	buf_fini(&word);
	buf_fini(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	struct buf dn = BUF_INIT, word = BUF_INIT;

	check(s, size, quote_sh, unquote_sh);
	check(s, size, quote_powershell, unquote_powershell);
	check(s, size, quote_cmd, unquote_cmd);
	for (int ascii = 0; ascii < 2; ascii++) {
		enum err err;

		buf_clear(&dn);
		err = quote_dn(s, size, ascii, &dn);
		if ((err == ERR_OK) != dn_valid(s, size) || (err != ERR_OK && dn.len) ||
		    (err == ERR_OK && !dn_eq(s, size, buf_str(&dn), dn.len)))
			abort();
		if (err == ERR_OK && ascii && (quote_cmd(buf_str(&dn), dn.len, &word) != ERR_OK ||
		    quote_powershell(buf_str(&dn), dn.len, &word) != ERR_OK))
			abort();
	}
	buf_fini(&dn);
	buf_fini(&word);
	return 0;
}
