/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Text that sddl_parse accepts becomes a descriptor that sd_parse accepts,
 * and prints to a text that is its own: parsed and printed again, it does not
 * change, and neither do the bytes. The same for one ACE and for a SID. Text
 * that is refused leaves the output alone and has a fault within it.
 */

#include <stdlib.h>
#include <string.h>

#include "core/sddl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sid domain = { .authority = 5, .sub = { 21, 1, 2, 3 }, .count = 4 };

static void
check_descriptor(const char *s, size_t len, const struct sddl_ctx *ctx)
{
	struct buf bytes = BUF_INIT, text = BUF_INIT, bytes2 = BUF_INIT, text2 = BUF_INIT;
	struct fault fault = { 0 };
	struct sd sd;
	enum err err = ERR_OK;

	buf_adds(&bytes, "kept");
	err = sddl_parse(s, len, ctx, &bytes, &fault);
	if (err != ERR_OK) {
		if (bytes.len != 4 || fault.err != err || fault.offset > len || fault.what == NULL)
			abort();
		goto out;
	}
	if (sd_parse(bytes.data + 4, bytes.len - 4, &sd, NULL) != ERR_OK)
		abort();
	sddl_print(&sd, ctx, &text);
	if (sddl_parse(buf_str(&text), text.len, ctx, &bytes2, NULL) != ERR_OK ||
	    bytes2.len != bytes.len - 4 || memcmp(bytes2.data, bytes.data + 4, bytes2.len) != 0)
		abort();
	if (sd_parse(bytes2.data, bytes2.len, &sd, NULL) != ERR_OK)
		abort();
	sddl_print(&sd, ctx, &text2);
	if (strcmp(buf_str(&text), buf_str(&text2)) != 0)
		abort();
out:
	buf_fini(&bytes);
	buf_fini(&text);
	buf_fini(&bytes2);
	buf_fini(&text2);
}

/* A whole ACE alone is what it is in an ACL. */
static void
check_ace(const char *s, size_t len, const struct sddl_ctx *ctx)
{
	struct buf ace = BUF_INIT, bytes = BUF_INIT, text = BUF_INIT;
	struct sd sd;

	if (sddl_parse_ace(s, len, ctx, &ace, NULL) == ERR_OK) {
		buf_adds(&text, "D:");
		buf_add(&text, s, len);
		if (ace.len <= 0xffff - 8 &&
		    (sddl_parse(text.data, text.len, ctx, &bytes, NULL) != ERR_OK ||
		    sd_parse(bytes.data, bytes.len, &sd, NULL) != ERR_OK || sd.dacl.count != 1 ||
		    sd.dacl.len != 8 + ace.len ||
		    memcmp(sd.dacl.bytes + 8, ace.data, ace.len) != 0))
			abort();
	}
	buf_fini(&ace);
	buf_fini(&bytes);
	buf_fini(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sddl_ctx ctx = { .domain = &domain };
	char *s = malloc(size + 1);	/* so that size 0 has an address too */

	if (s == NULL)
		return 0;
	if (size > 0)
		memcpy(s, data, size);
	s = realloc(s, size > 0 ? size : 1);	/* a byte too far is seen */
	if (s == NULL)
		return 0;
	check_descriptor(s, size, &ctx);
	check_ace(s, size, &ctx);
	free(s);
	return 0;
}
