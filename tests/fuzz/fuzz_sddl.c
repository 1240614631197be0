/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What sd_parse accepts, sddl_print writes in printable text, which
 * sddl_parse reads back to a descriptor with the same ACLs to the byte, the
 * same control and the same principals, with a domain known and without.
 */

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/sddl.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sid domain = { .authority = 5, .sub = { 21, 1, 2, 3 }, .count = 4 };
static const struct sid root = { .authority = 5, .sub = { 21, 4, 5, 6 }, .count = 4 };

static void
same_acl(const struct acl *a, const struct acl *b)
{
	if ((a->bytes == NULL) != (b->bytes == NULL) || a->len != b->len)
		abort();
	if (a->bytes != NULL && memcmp(a->bytes, b->bytes, a->len) != 0)
		abort();
}

static void
printable(const struct buf *text)
{
	if (!utf8_valid(text->data, text->len))
		abort();
	for (size_t i = 0; i < text->len; i++) {
		uint8_t c = (uint8_t)text->data[i];

		if (c < 0x20 || c == 0x7f || (c == 0xc2 && (uint8_t)text->data[i + 1] < 0xa0))
			abort();
	}
}

static void
there_and_back(const struct sd *sd, const struct sddl_ctx *ctx)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT;
	struct sd again;

	sddl_print(sd, ctx, &text);
	if (buf_failed(&text))
		goto out;
	if (text.len > 0)
		printable(&text);
	if (sddl_parse(buf_str(&text), text.len, ctx, &bytes, NULL) != ERR_OK)
		abort();
	if (sd_parse(bytes.data, bytes.len, &again, NULL) != ERR_OK)
		abort();
	if (again.control != sd->control || again.rm_control != sd->rm_control ||
	    again.has_owner != sd->has_owner || again.has_group != sd->has_group ||
	    !sid_eq(&again.owner, &sd->owner) || !sid_eq(&again.group, &sd->group))
		abort();
	same_acl(&sd->dacl, &again.dacl);
	same_acl(&sd->sacl, &again.sacl);
out:
	buf_fini(&text);
	buf_fini(&bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sddl_ctx known = { .domain = &domain, .root = &root };
	struct sd sd;

	if (sd_parse(data, size, &sd, NULL) != ERR_OK)
		return 0;
	there_and_back(&sd, NULL);
	there_and_back(&sd, &known);
	return 0;
}
