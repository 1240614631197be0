/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/err.h"

#include <inttypes.h>
#include <stdio.h>

const char *
err_str(enum err err)
{
	switch (err) {
	case ERR_OK:
		return "no error";
	case ERR_SHORT:
		return "runs past the end";
	case ERR_TRAILING:
		return "bytes left over at the end";
	case ERR_SYNTAX:
		return "malformed";
	case ERR_RANGE:
		return "value out of range";
	case ERR_TOO_BIG:
		return "too big";
	case ERR_UNSUPPORTED:
		return "unsupported";
	case ERR_NOMEM:
		return "out of memory";
	}
	return "unknown error";
}

enum err
fault_set(struct fault *f, enum err err, size_t offset, const char *what)
{
	if (f != NULL)
		*f = (struct fault){ .err = err, .offset = offset, .what = what };
	return err;
}

enum err
fault_set_value(struct fault *f, enum err err, size_t offset, const char *what, uint64_t value)
{
	if (f != NULL) {
		fault_set(f, err, offset, what);
		f->has_value = true;
		f->value = value;
	}
	return err;
}

const char *
fault_str(const struct fault *f, struct fault_buf *b)
{
	char place[48] = "", value[24] = "";
	const char *part = f->part != NULL ? f->part : "";
	const char *gap = f->part != NULL ? " " : "";

	if (f->ace != 0)
		snprintf(place, sizeof(place), "%s%sACE %u ", part, gap, f->ace);
	else
		snprintf(place, sizeof(place), "%s%s", part, gap);
	if (f->has_value)
		snprintf(value, sizeof(value), " %" PRIu64, f->value);
	snprintf(b->s, sizeof(b->s), "%sat byte %zu: %s%s: %s", place, f->offset,
	    f->what != NULL ? f->what : "value", value, err_str(f->err));
	return b->s;
}
