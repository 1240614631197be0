/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/snapshot_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "core/ldif.h"

#define CHUNK ((size_t)256 << 10)	/* what is gathered before it is written */
#define LEVEL 3				/* zstd's own default: as fast as the directory answers */

struct zstd_out {
	ZSTD_CCtx *context;
	uint8_t bytes[CHUNK];
};

int
snapshot_write_open(struct snapshot_writer *w, FILE *out, FILE *spool, bool zstd,
    struct redactor *redactor)
{
	*w = (struct snapshot_writer){ .out = out, .spool = spool, .redactor = redactor };
	if (!zstd)
		return 0;
	w->zstd = calloc(1, sizeof *w->zstd);
	if (w->zstd)
		w->zstd->context = ZSTD_createCCtx();
	if (w->zstd && w->zstd->context &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(w->zstd->context, ZSTD_c_compressionLevel, LEVEL)) &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(w->zstd->context, ZSTD_c_checksumFlag, 1)))
		return 0;
	snapshot_write_close(w);
	return -1;
}

void
snapshot_write_close(struct snapshot_writer *w)
{
	if (w->zstd)
		ZSTD_freeCCtx(w->zstd->context);
	free(w->zstd);
	w->zstd = NULL;
	buf_fini(&w->text);
}

static int
fail(struct snapshot_writer *w, int error)
{
	if (!w->error)
		w->error = error ? error : EIO;
	return -1;
}

static int
put(struct snapshot_writer *w, FILE *f, const void *data, size_t len)
{
	errno = 0;
	return fwrite(data, 1, len, f) == len ? 0 : fail(w, errno);
}

/* Writes what was gathered. `end`: a frame ends here, so that those of the
 * users can be copied as they are (RFC 8878 3: frames follow one another). */
static int
flush(struct snapshot_writer *w, FILE *f, bool end)
{
	ZSTD_inBuffer in = { buf_str(&w->text), w->text.len, 0 };
	size_t left;

	if (buf_failed(&w->text))
		return fail(w, ENOMEM);
	if (!w->zstd) {
		if (w->text.len && put(w, f, w->text.data, w->text.len) != 0)
			return -1;
		buf_clear(&w->text);
		return 0;
	}
	do {
		ZSTD_outBuffer out = { w->zstd->bytes, sizeof w->zstd->bytes, 0 };

		left = ZSTD_compressStream2(w->zstd->context, &out, &in,
		    end ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return fail(w, ENOMEM);
		if (out.pos && put(w, f, out.dst, out.pos) != 0)
			return -1;
	} while (in.pos < in.size || (end && left));
	buf_clear(&w->text);
	return 0;
}

static int
put_attr(struct snapshot_writer *w, const struct attr *a)
{
	struct buf name = BUF_INIT;
	int result = 0;

	buf_adds(&name, a->name);
	/* A beginning of unknown length: MS-ADTS 3.1.1.3.1.3.3 */
	if (a->partial)
		buf_addf(&name, ";range=0-%zu", a->count > 0 ? a->count - 1 : 0);
	/* Of which nothing came: an empty value is none, but the name stands there. */
	if (a->partial && !a->count && ldifw_put(&w->text, buf_str(&name), "", 0) != ERR_OK)
		result = fail(w, ENOMEM);
	for (size_t i = 0; i < a->count && !result; i++) {
		enum err err = ldifw_put(&w->text, buf_str(&name), a->values[i].data,
		    a->values[i].len);

		if (err != ERR_OK)
			result = fail(w, err == ERR_NOMEM ? ENOMEM : EILSEQ);
	}
	buf_fini(&name);
	return result;
}

static int
put_entry(struct snapshot_writer *w, FILE *f, const struct entry *e)
{
	size_t before;

	if (w->redactor && !(e = redact_entry(w->redactor, e)))
		return fail(w, ENOMEM);
	if (ldifw_put(&w->text, "dn", e->dn, e->dn_len) != ERR_OK)
		return fail(w, ENOMEM);
	before = w->text.len;
	for (size_t i = 0; i < e->count; i++)
		if (put_attr(w, &e->attrs[i]) != 0)
			return -1;
	/* RFC 2849: a record has at least one value. */
	if (w->text.len == before)
		ldifw_put(&w->text, "distinguishedName", e->dn, e->dn_len);
	ldifw_end(&w->text);
	return w->text.len < CHUNK ? 0 : flush(w, f, false);
}

int
snapshot_write_user(struct snapshot_writer *w, const struct entry *e)
{
	w->users++;
	return put_entry(w, w->spool, e);
}

static int
copy_spool(struct snapshot_writer *w)
{
	char *chunk = malloc(CHUNK);
	int result = -1;
	size_t n;

	if (!chunk)
		return fail(w, ENOMEM);
	if (fflush(w->spool) != 0 || fseeko(w->spool, 0, SEEK_SET) != 0) {
		fail(w, errno);
		goto out;
	}
	errno = 0;
	while ((n = fread(chunk, 1, CHUNK, w->spool)) > 0)
		if (put(w, w->out, chunk, n) != 0)
			goto out;
	result = ferror(w->spool) ? fail(w, errno) : 0;
out:
	free(chunk);
	return result;
}

int
snapshot_write_finish(struct snapshot_writer *w, const struct snapshot_info *info,
    const struct entry_store *others)
{
	if (flush(w, w->spool, true) != 0)
		return -1;
	snapshot_info_head(info, &w->text);
	for (size_t i = 0; i < others->count; i++) {
		struct entry e = stored_entry(others->list[i]);

		if (others->list[i]->elsewhere)
			continue;
		w->others++;
		if (put_entry(w, w->out, &e) != 0)
			return -1;
	}
	snapshot_info_users(&w->text);
	if (flush(w, w->out, true) != 0 || copy_spool(w) != 0)
		return -1;
	snapshot_info_end(w->users, w->others, &w->text);
	return flush(w, w->out, true);
}
