/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "wrap.h"

#include "core/fold.h"

void
wrap_text(FILE *f, int column, int indent, const char *text)
{
	struct buf b = BUF_INIT;

	fold_text(&b, (size_t)column, (size_t)indent, text);
	fputs(buf_str(&b), f);
	buf_fini(&b);
}
