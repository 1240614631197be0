/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The records of an input, written out, give the same text when read and
 * written again, in lines of LDIF_WIDTH at most; and it makes no difference
 * how the input is cut. The first byte says how.
 */

#include <stdlib.h>
#include <string.h>

#include "core/ldif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t len, step;
};

static ssize_t
fill(void *arg, void *buf, size_t len)
{
	struct input *in = arg;
	size_t n = in->step < len ? in->step : len;

	n = n < in->len ? n : in->len;
	if (n > 0)
		memcpy(buf, in->data, n);
	in->data += n;
	in->len -= n;
	return (ssize_t)n;
}

static void
comment(void *arg, const char *text, size_t len, uint64_t line)
{
	(void)arg;
	if (line == 0 || text[len] != '\0' || memchr(text, '\n', len) != NULL)
		abort();
}

/* Reads all and writes it to `out`; small ceilings, to meet them at times. */
static enum err
copy(const void *data, size_t len, size_t step, bool limits, struct buf *out, struct fault *fault)
{
	struct input in = { data, len, step };
	const struct ldif_record *record = NULL;
	struct ldifr r;
	enum err err;
	size_t i;

	ldifr_init(&r, fill, comment, &in);
	if (limits) {
		r.max_line = 200;
		r.max_value = 120;
		r.max_record = 600;
	}
	while ((err = ldifr_next(&r, &record)) == ERR_OK && record != NULL) {
		if (ldifw_put(out, "dn", record->dn, record->dn_len) != ERR_OK)
			abort();
		for (i = 0; i < record->count; i++) {
			const struct ldif_value *v = &record->values[i];

			if (strlen(v->name) != v->name_len || v->value[v->len] != '\0' ||
			    v->line <= record->line)
				abort();
			if (ldifw_put(out, v->name, v->value, v->len) != ERR_OK)
				abort();
		}
		ldifw_end(out);
	}
	*fault = r.fault;
	if (err != ERR_OK && (r.fault.what == NULL || r.fault_line == 0 || r.fault.offset > len))
		abort();
	ldifr_fini(&r);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = BUF_INIT, again = BUF_INIT, cut = BUF_INIT;
	struct fault fault, cut_fault;
	size_t i, column = 0;
	bool limits;
	enum err err;

	if (size == 0)
		return 0;
	limits = (data[0] & 1) != 0;
	err = copy(data + 1, size - 1, SIZE_MAX, limits, &once, &fault);
	if (copy(data + 1, size - 1, data[0] / 2 + 1u, limits, &cut, &cut_fault) != err ||
	    fault.offset != cut_fault.offset || once.len != cut.len ||
	    memcmp(buf_str(&once), buf_str(&cut), once.len) != 0)
		abort();
	/* What was read before an error counts too. */
	if (copy(buf_str(&once), once.len, SIZE_MAX, false, &again, &fault) != ERR_OK ||
	    again.len != once.len || memcmp(buf_str(&again), buf_str(&once), once.len) != 0)
		abort();
	for (i = 0; i < once.len; i++) {
		column = once.data[i] == '\n' ? 0 : column + 1;
		if (column > LDIF_WIDTH || (uint8_t)once.data[i] > 0x7e)
			abort();
	}
	buf_fini(&once);
	buf_fini(&again);
	buf_fini(&cut);
	return 0;
}
