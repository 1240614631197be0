/* SPDX-License-Identifier: BSD-2-Clause */

/* The elements of an input lie one behind the other within it, end where the
 * next begins, and are the same when written with the shortest length. */

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/tlv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An element with its length in as few bytes as it takes (X.690 10.1). */
static void
write_element(uint8_t tag, const uint8_t *p, size_t len, struct buf *out)
{
	size_t width = 0;

	buf_addc(out, (char)tag);
	while (len >> 7 != 0 && width < sizeof(len) && len >> (8 * width) != 0)
		width++;
	if (width == 0)
		buf_addc(out, (char)len);
	else
		buf_addc(out, (char)(0x80 + width));
	for (size_t i = width; i-- > 0;)
		buf_addc(out, (char)(len >> (8 * i)));
	buf_add(out, p, len);
}

static void
same_again(uint8_t tag, const uint8_t *p, size_t len)
{
	struct buf text = BUF_INIT;
	const uint8_t *again = NULL;
	struct reader r;
	size_t n = 0;

	write_element(tag, p, len, &text);
	reader_init(&r, text.data, text.len);
	again = tlv_read(&r, tag, &n);
	if (again == NULL || n != len || memcmp(again, p, len) != 0 || reader_left(&r) != 0)
		abort();
	buf_fini(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r;
	size_t before;

	reader_init(&r, data, size);
	while (reader_left(&r) > 0) {
		uint8_t tag = r.base[r.pos];
		const uint8_t *p = NULL;
		size_t len = 0;

		before = r.pos;
		p = tlv_read(&r, tag, &len);
		if (p == NULL) {
			if (r.err == ERR_OK || r.pos != before || r.err_pos < before)
				abort();
			break;
		}
		if (r.err != ERR_OK || p < r.base + before + 2 || p + len != r.base + r.pos ||
		    r.pos > size)
			abort();
		same_again(tag, p, len);
	}
	return 0;
}
