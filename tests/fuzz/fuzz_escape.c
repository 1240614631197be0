/* SPDX-License-Identifier: BSD-2-Clause */

/* Every escaped form is read back by a reader of its format and is the input,
 * but for what had to be repaired; see textcheck.h for the readers. */

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/utf8.h"
#include "../textcheck.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
same(const char *a, size_t alen, const char *b, size_t blen, bool nul)
{
	struct buf ra = BUF_INIT, rb = BUF_INIT;
	bool eq;

	check_repair(a, alen, nul, &ra);
	check_repair(b, blen, nul, &rb);
	eq = ra.len == rb.len && memcmp(buf_str(&ra), buf_str(&rb), ra.len) == 0;
	buf_fini(&ra);
	buf_fini(&rb);
	return eq;
}

static void
check_csv(const char *v, size_t len)
{
	struct buf text = BUF_INIT, cell = BUF_INIT;
	const char *p = NULL;

	escape_csv(v, len, &text);
	if (!check_csv_cell(buf_str(&text), text.len, &cell) ||
	    !check_utf8(buf_str(&cell), cell.len) ||
	    check_formula(buf_str(&cell), cell.len))
		abort();
	p = buf_str(&cell);
	if (check_formula(v, len) && *p != '\'')
		abort();
	if (!same(p, cell.len, v, len, true) &&
	    (*p != '\'' || !same(p + 1, cell.len - 1, v, len, true)))
		abort();
	buf_fini(&text);
	buf_fini(&cell);
}

static void
check_json(const char *v, size_t len)
{
	struct buf text = BUF_INIT, value = BUF_INIT;

	escape_json(v, len, &text);
	if (!check_json_string(buf_str(&text), text.len, &value) ||
	    !check_terminal(buf_str(&text), text.len) ||
	    !same(buf_str(&value), value.len, v, len, false))
		abort();
	if (utf8_valid(v, len) && (value.len != len || memcmp(buf_str(&value), v, len) != 0))
		abort();
	buf_fini(&text);
	buf_fini(&value);
}

/* Read as HTML it says what a terminal would show. */
static void
check_markup(const char *v, size_t len)
{
	struct buf text = BUF_INIT, value = BUF_INIT, shown = BUF_INIT;

	escape_html(v, len, &text);
	escape_terminal(v, len, &shown);
	if (!check_html(buf_str(&text), text.len, &value) ||
	    !check_terminal(buf_str(&text), text.len) || value.len != shown.len ||
	    memcmp(buf_str(&value), buf_str(&shown), value.len) != 0)
		abort();
	buf_fini(&text);
	buf_fini(&value);
	buf_fini(&shown);
}

/* RFC 4515 3: \xx back to bytes, and nothing else that means anything. */
static void
check_filter(const char *v, size_t len)
{
	struct buf text = BUF_INIT, value = BUF_INIT, all = BUF_INIT;
	size_t i;

	escape_filter(v, len, &text);
	for (i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '*' || c == '(' || c == ')' || c == '\0' || (uint8_t)c > 0x7e)
			abort();
		if (c != '\\') {
			buf_addc(&value, c);
			continue;
		}
		if (text.len - i < 3 || hex_decode(text.data + i + 1, 2, &value) != ERR_OK)
			abort();
		i += 2;
	}
	if (value.len != len || memcmp(buf_str(&value), v, len) != 0)
		abort();
	escape_filter_bytes(v, len, &all);
	if (all.len != len * 3)
		abort();
	buf_fini(&text);
	buf_fini(&value);
	buf_fini(&all);
}

/* Both ways: from the value, and from a text that happens to be accepted. */
static void
check_code(const char *v, size_t len, enum err (*decode)(const char *, size_t, struct buf *),
    void (*encode)(const void *, size_t, struct buf *))
{
	struct buf text = BUF_INIT, value = BUF_INIT, again = BUF_INIT;

	encode(v, len, &text);
	if (decode(buf_str(&text), text.len, &value) != ERR_OK || value.len != len ||
	    memcmp(buf_str(&value), v, len) != 0)
		abort();
	buf_clear(&value);
	if (decode(v, len, &value) == ERR_OK) {
		buf_clear(&text);
		encode(buf_str(&value), value.len, &text);
		if (decode(buf_str(&text), text.len, &again) != ERR_OK ||
		    again.len != value.len || text.len > len)
			abort();
	} else if (value.len != 0) {
		abort();
	}
	buf_fini(&text);
	buf_fini(&value);
	buf_fini(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;
	char *v = malloc(size > 0 ? size : 1);	/* of its exact size, for the sanitizer */

	if (v == NULL)
		return 0;
	memcpy(v, data, size);
	if (utf8_valid(v, size) != check_utf8(v, size))
		abort();
	escape_terminal(v, size, &text);
	if (!check_terminal(buf_str(&text), text.len))
		abort();
	check_csv(v, size);
	check_json(v, size);
	check_markup(v, size);
	check_filter(v, size);
	check_code(v, size, base64_decode, base64_encode);
	check_code(v, size, hex_decode, hex_encode);
	buf_fini(&text);
	free(v);
	return 0;
}
