/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/ldif.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "core/hash.h"
#include "core/list.h"

#define CHUNK		((size_t)256 << 10)	/* asked of fill at a time */
#define FIRST_VALUES	64			/* more than most entries have */

enum line_kind { LINE_END, LINE_BLANK, LINE_TEXT, LINE_UNWANTED };

/*
 * Of a directory's million descriptors there are a few hundred different ones,
 * in base64 and folded the same way each time. So the bytes of a long value are
 * kept as they stood in the input, name, folds and line end included, with the
 * value: when the same bytes come again, compared whole, they are neither unfolded
 * nor decoded.
 */
#define KNOWN_MIN	((size_t)256)		/* bytes in the input: below, decoding is as fast */
#define KNOWN_MAX	((size_t)16 << 10)
#define KNOWN_BYTES	((size_t)6 << 20)	/* in all; then they are forgotten */
#define KNOWN_SLOTS	1024u

struct known {
	struct known *next;	/* in the hash chain */
	uint64_t hash;
	size_t raw_len, lines;
	size_t len;
	char bytes[];		/* raw, value NUL */
};

struct ldif_known {
	struct known *slot[KNOWN_SLOTS];
	size_t bytes;
};

/* A line that may be known after it was read. */
struct candidate {
	size_t len;		/* in the input; 0: it is none */
	uint64_t hash, consumed;
};

void
ldifr_init(struct ldifr *r, ldifr_fill_fn fill, ldifr_comment_fn comment, void *arg)
{
	*r = (struct ldifr){
		.fill = fill, .comment = comment, .arg = arg,
		.max_line = LDIF_MAX_LINE,
		.max_value = LDIF_MAX_VALUE,
		.max_record = LDIF_MAX_RECORD,
	};
}

void
ldifr_begin_at(struct ldifr *r, uint64_t offset, uint64_t line)
{
	r->consumed = offset;
	r->line_no = line - 1;
}

static void
known_forget(struct ldif_known *k)
{
	size_t i;

	for (i = 0; k != NULL && i < KNOWN_SLOTS; i++)
		while (k->slot[i] != NULL) {
			struct known *next = k->slot[i]->next;

			free(k->slot[i]);
			k->slot[i] = next;
		}
	if (k != NULL)
		k->bytes = 0;
}

void
ldifr_fini(struct ldifr *r)
{
	known_forget(r->known);
	free(r->known);
	free(r->chunk);
	free(r->values);
	buf_fini(&r->line);
	buf_fini(&r->data);
	ldifr_init(r, r->fill, r->comment, r->arg);
}

/* Records what is wrong with the line at hand. */
static enum err
fail(struct ldifr *r, enum err err, const char *what)
{
	r->fault_line = r->line_start;
	return fault_set(&r->fault, err, (size_t)r->line_offset, what);
}

static enum err
fail_ceiling(struct ldifr *r, const char *what, size_t ceiling)
{
	r->fault_line = r->line_start;
	return fault_set_value(&r->fault, ERR_TOO_BIG, (size_t)r->line_offset, what, ceiling);
}

/* Sees to it that the chunk holds a byte, unless the input ends. */
static enum err
chunk_fill(struct ldifr *r)
{
	ssize_t n;

	if (r->chunk_pos < r->chunk_len || r->end)
		return ERR_OK;
	if (r->chunk == NULL && (r->chunk = malloc(CHUNK)) == NULL)
		return fail(r, ERR_NOMEM, "read buffer");
	n = r->fill(r->arg, r->chunk, CHUNK);
	if (n < 0 || (size_t)n > CHUNK)
		return fail(r, ERR_SHORT, "input that could not be read");
	r->chunk_pos = 0;
	r->chunk_len = (size_t)n;
	r->end = n == 0;
	return ERR_OK;
}

static void
chunk_skip(struct ldifr *r, size_t n)
{
	r->chunk_pos += n;
	r->consumed += n;
}

/* Passes over one physical line; `keep` appends it, without its line feed, to r->line. */
static enum err
segment_read(struct ldifr *r, bool keep)
{
	for (;;) {
		const char *p = NULL, *lf = NULL;
		size_t n;
		enum err err = chunk_fill(r);

		if (err != ERR_OK)
			return err;
		if (r->end)
			return fail(r, ERR_SHORT, "line without an end");
		p = r->chunk + r->chunk_pos;
		lf = memchr(p, '\n', r->chunk_len - r->chunk_pos);
		n = lf != NULL ? (size_t)(lf - p) : r->chunk_len - r->chunk_pos;
		if (keep && (n > r->max_line || r->line.len > r->max_line - n))
			return fail_ceiling(r, "line longer than", r->max_line);
		if (keep)
			buf_add(&r->line, p, n);
		if (buf_failed(&r->line))
			return fail(r, ERR_NOMEM, "line");
		chunk_skip(r, lf != NULL ? n + 1 : n);
		if (lf != NULL) {
			r->line_no++;
			return ERR_OK;
		}
	}
}

/* Passes over the rest of a line with all of its continuations: as far as they are
 * in the chunk without a look at anything else. */
static enum err
line_skip(struct ldifr *r)
{
	const char *begin = r->chunk + r->chunk_pos, *end = r->chunk + r->chunk_len;
	const char *p = begin, *lf = NULL;
	enum err err;

	while ((lf = memchr(p, '\n', (size_t)(end - p))) != NULL && lf + 1 < end) {
		p = lf + 1;
		r->line_no++;
		if (*p != ' ')
			break;
	}
	chunk_skip(r, (size_t)(p - begin));
	if (p > begin && *p != ' ')
		return ERR_OK;
	do {
		if ((err = segment_read(r, false)) != ERR_OK || (err = chunk_fill(r)) != ERR_OK)
			return err;
	} while (!r->end && r->chunk[r->chunk_pos] == ' ');
	return ERR_OK;
}

static bool
is_name(const struct ldif_name *n, const char *s, size_t len)
{
	return len > n->len && s[n->len] == ':' && memcmp(s, n->text, n->len) == 0;
}

/* The name among those kept: the same as before, the one that followed it last
 * time, or another. */
static struct ldif_name *
name_find(struct ldifr *r, const char *s, size_t len)
{
	struct ldif_name *last = &r->names[r->name_near], *n = &r->names[last->next];

	if (r->name_count == 0)
		return NULL;
	if (is_name(last, s, len))
		return last;
	if (!is_name(n, s, len)) {
		for (n = r->names; n < r->names + r->name_count && !is_name(n, s, len); n++)
			continue;
		if (n == r->names + r->name_count)
			return NULL;
	}
	r->name_near = last->next = (uint8_t)(n - r->names);
	return n;
}

/* Keeps the name of the line, if there is room; else NULL. */
static struct ldif_name *
name_keep(struct ldifr *r, const char *s, size_t len)
{
	struct ldif_name *n = NULL;

	if (r->name_count == LDIF_NAMES || len > LDIF_NAME_KEPT)
		return NULL;
	n = &r->names[r->name_count];
	*n = (struct ldif_name){ .len = (uint8_t)len, .options = memchr(s, ';', len) != NULL };
	memcpy(n->text, s, len);
	r->names[r->name_near].next = (uint8_t)r->name_count;
	r->name_near = r->name_count++;
	return n;
}

static bool
name_wanted(struct ldifr *r, struct ldif_name *n)
{
	size_t i;

	if (r->want == NULL)
		return true;
	for (i = 0; r->asked != r->want && i < r->name_count; i++)
		r->names[i].asked = false;
	r->asked = r->want;
	if (!n->asked)
		n->wanted = r->want(r->arg, n->text, n->len);
	n->asked = true;
	return n->wanted;
}

/* The line at hand has a value that the caller does not want. */
static bool
unwanted(struct ldifr *r)
{
	const char *s = r->line.data, *colon = NULL;
	struct ldif_name *n = NULL;

	if (r->want == NULL || s[0] == '#')
		return false;
	n = name_find(r, s, r->line.len);
	colon = n == NULL ? memchr(s, ':', r->line.len) : NULL;
	if (colon != NULL)
		n = name_keep(r, s, (size_t)(colon - s));
	if (n != NULL)
		return !name_wanted(r, n);
	return colon != NULL && !r->want(r->arg, s, (size_t)(colon - s));
}

/* The mark may stand before the first line and nowhere else. */
static void
drop_byte_order_mark(struct ldifr *r)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t n = sizeof mark - 1;

	if (r->line_no != 1 || r->line.len < n || memcmp(r->line.data, mark, n) != 0)
		return;
	memmove(r->line.data, r->line.data + n, r->line.len - n);
	buf_truncate(&r->line, r->line.len - n);
}

/*
 * Reads a line with all of its continuations: a line feed and one space
 * between two parts vanish (RFC 2849, note 2). An empty line has none, so
 * that what follows it must stand on its own.
 */
static enum err
line_read(struct ldifr *r, bool in_record, enum line_kind *kind)
{
	size_t part = 0;
	enum err err;

	buf_clear(&r->line);
	r->line_start = r->line_no + 1;
	r->line_offset = r->consumed;
	if ((err = chunk_fill(r)) != ERR_OK)
		return err;
	*kind = LINE_END;
	if (r->end)
		return ERR_OK;
	*kind = LINE_TEXT;
	for (;;) {
		if ((err = segment_read(r, true)) != ERR_OK)
			return err;
		if (r->line.len > part && r->line.data[r->line.len - 1] == '\r')
			buf_truncate(&r->line, r->line.len - 1);
		drop_byte_order_mark(r);
		if (part == 0 && r->line.len == 0 && r->line_no == r->line_start) {
			*kind = LINE_BLANK;
			return ERR_OK;
		}
		if ((err = chunk_fill(r)) != ERR_OK)
			return err;
		if (part == 0 && in_record && unwanted(r)) {
			*kind = LINE_UNWANTED;
			return r->end || r->chunk[r->chunk_pos] != ' ' ? ERR_OK : line_skip(r);
		}
		if (r->end || r->chunk[r->chunk_pos] != ' ')
			break;
		chunk_skip(r, 1);
		part = r->line.len;
	}
	r->text = r->line.data;
	r->text_len = r->line.len;
	return ERR_OK;
}

static bool
name_is(const char *s, size_t len, const char *name)
{
	return ascii_eq_nocase(s, len, name, strlen(name));
}

static enum err
chars_check(struct ldifr *r, const char *s, size_t len)
{
	if (memchr(s, '\0', len) != NULL)
		return fail(r, ERR_SYNTAX, "NUL in a line");
	if (memchr(s, '\r', len) != NULL)
		return fail(r, ERR_SYNTAX, "carriage return in a line");
	return ERR_OK;
}

/* Length of the name before the colon of the line. */
static enum err
name_split(struct ldifr *r, size_t *name_len)
{
	const char *s = r->text, *colon = memchr(s, ':', r->text_len);
	enum err err;

	if (s[0] == ' ')
		return fail(r, ERR_SYNTAX, "continuation of nothing");
	if ((err = chars_check(r, s, r->text_len)) != ERR_OK)
		return err;
	if (r->text_len == 1 && s[0] == '-')
		return fail(r, ERR_UNSUPPORTED, "change record");
	if (colon == NULL)
		return fail(r, ERR_SYNTAX, "line without a colon");
	*name_len = (size_t)(colon - s);
	if (!ldifw_name_valid(s, *name_len))
		return fail(r, ERR_SYNTAX, "attribute name");
	return ERR_OK;
}

/* value-spec of RFC 2849: decodes what follows the name into r->data, and a
 * NUL behind it. */
static enum err
value_read(struct ldifr *r, size_t name_len, size_t *len)
{
	const char *s = r->text + name_len + 1;
	size_t left = r->text_len - name_len - 1, start = r->data.len;
	char kind = left > 0 ? s[0] : '\0';
	enum err err = ERR_OK;

	/* None of the two is in base64 either. */
	if (kind != ':' && (err = chars_check(r, s, left)) != ERR_OK)
		return err;
	if (kind == '<')
		return fail(r, ERR_UNSUPPORTED, "value by URL");
	if (kind == ':') {
		s++;
		left--;
	}
	while (left > 0 && s[0] == ' ') {
		s++;
		left--;
	}
	if ((kind == ':' ? left / 4 * 3 : left) > r->max_value + 2)
		return fail_ceiling(r, "value longer than", r->max_value);
	if (kind == ':')
		err = base64_decode(s, left, &r->data);
	else
		buf_add(&r->data, s, left);
	if (err == ERR_SHORT || err == ERR_SYNTAX)
		return fail(r, err, "base64");
	*len = r->data.len - start;
	if (*len > r->max_value)
		return fail_ceiling(r, "value longer than", r->max_value);
	buf_addc(&r->data, '\0');
	if (buf_failed(&r->data))
		return fail(r, ERR_NOMEM, "record");
	return ERR_OK;
}

/*
 * What ldapsearch prints between the records: referrals, and after a search how
 * it went. One that did not succeed did not give all there is.
 */
static enum err
aside_read(struct ldifr *r, size_t name_len)
{
	const char *s = r->text;
	size_t len = 0;
	enum err err;

	r->aside = true;
	if (!name_is(s, name_len, "result"))
		return ERR_OK;
	err = value_read(r, name_len, &len);
	if (err == ERR_OK && (len < 1 || r->data.data[0] != '0' || (len > 1 && r->data.data[1] != ' ')))
		err = fail(r, ERR_UNSUPPORTED, "result of a search that did not succeed");
	buf_clear(&r->data);
	return err;
}

/* A line where a record may begin; *begun when one does. */
static enum err
head_read(struct ldifr *r, bool *begun)
{
	const char *s = r->text;
	size_t name_len = 0, len = 0;
	enum err err;

	if ((err = name_split(r, &name_len)) != ERR_OK)
		return err;
	if (name_is(s, name_len, "include"))
		return fail(r, ERR_UNSUPPORTED, "include");
	if (r->aside || name_is(s, name_len, "search") || name_is(s, name_len, "ref"))
		return aside_read(r, name_len);
	if (!name_is(s, name_len, "dn") && !name_is(s, name_len, "version"))
		return fail(r, ERR_SYNTAX, "record that does not begin with dn");
	if ((err = value_read(r, name_len, &len)) != ERR_OK)
		return err;
	if (name_is(s, name_len, "version")) {
		if (len != 1 || r->data.data[0] != '1')
			return fail(r, ERR_UNSUPPORTED, "LDIF version");
		buf_clear(&r->data);
		return ERR_OK;
	}
	r->record.dn_len = len;
	r->record.line = r->line_start;
	r->record.offset = r->line_offset;
	*begun = true;
	return ERR_OK;
}

/* Room for one more value. */
static enum err
values_reserve(struct ldifr *r)
{
	struct ldif_value *values = list_room(r->values, r->record.count, &r->values_cap,
	    FIRST_VALUES, sizeof *values);

	if (values == NULL)
		return fail(r, ERR_NOMEM, "record");
	r->values = values;
	return ERR_OK;
}

static enum err
record_check_size(struct ldifr *r)
{
	if (r->data.len + r->aside_len > r->max_record || r->record.count >
	    (r->max_record - r->data.len - r->aside_len) / sizeof(struct ldif_value))
		return fail_ceiling(r, "record larger than", r->max_record);
	return ERR_OK;
}

/* The name of the line is that of an attribute: its length, and where it is kept, or NULL. */
static enum err
name_read(struct ldifr *r, size_t *len, struct ldif_name **kept)
{
	const char *s = r->text;
	struct ldif_name *n = name_find(r, s, r->text_len);
	enum err err;

	if (n == NULL || !n->good) {
		if ((err = name_split(r, len)) != ERR_OK)
			return err;
		if (ldifw_name_is_change(s, *len))
			return fail(r, ERR_UNSUPPORTED, "change record");
		if (name_is(s, *len, "dn"))
			return fail(r, ERR_SYNTAX, "second dn in a record");
		if (n == NULL)
			n = name_keep(r, s, *len);
		if (n != NULL)
			n->good = true;
	}
	if (n != NULL)
		*len = n->len;
	*kept = n;
	return ERR_OK;
}

/* attrval-spec of RFC 2849: the value of the line behind its name, which is kept at `name`
 * or else goes before it. */
static enum err
value_add(struct ldifr *r, const struct ldif_name *name, size_t name_len)
{
	struct ldif_value v = { .name_len = name_len, .line = r->line_start };
	enum err err;

	if ((err = values_reserve(r)) != ERR_OK)
		return err;
	if (name != NULL) {
		v.name = name->text;
		v.options = name->options;
		r->aside_len += name_len + 1;
	} else {
		v.options = memchr(r->text, ';', name_len) != NULL;
		buf_add(&r->data, r->text, name_len);
		buf_addc(&r->data, '\0');
	}
	if ((err = value_read(r, name_len, &v.len)) != ERR_OK)
		return err;
	r->values[r->record.count++] = v;
	return record_check_size(r);
}

static enum err
attribute_read(struct ldifr *r)
{
	struct ldif_name *name = NULL;
	size_t name_len = 0;
	enum err err;

	/* ldifde writes it into each record that it exports. */
	if (r->record.count == 0 && ascii_eq_nocase(r->text, r->text_len, "changetype: add", 15))
		return ERR_OK;
	if ((err = name_read(r, &name_len, &name)) != ERR_OK)
		return err;
	return value_add(r, name, name_len);
}

/*
 * Where the folded line at the cursor ends, if that is in the chunk and looks
 * like it: lines as wide as the first, all but the last. A guess that is wrong
 * matches nothing.
 */
static size_t
folded_length(const char *p, size_t left, size_t width)
{
	const char *lf = NULL;
	size_t end = width;

	while (left - end > width && p[end] == ' ' && p[end + width - 1] == '\n')
		end += width;
	if (end < left && p[end] == ' ') {
		lf = memchr(p + end, '\n', left - end);
		end = lf != NULL ? (size_t)(lf - p) + 1 : left;
	}
	/* What follows decides whether it ends here. */
	return end < left && p[end] != ' ' && end >= KNOWN_MIN && end <= KNOWN_MAX ? end : 0;
}

/* The known line at the cursor, whose first part ends at lf; else NULL, and in *c what is
 * needed to keep it. */
static const struct known *
known_find(struct ldifr *r, const char *lf, struct candidate *c)
{
	const char *p = r->chunk + r->chunk_pos;
	const struct known *k = NULL;

	c->len = folded_length(p, r->chunk_len - r->chunk_pos, (size_t)(lf - p) + 1);
	if (c->len == 0)
		return NULL;
	c->hash = hash_bytes(p, c->len);
	c->consumed = r->consumed;
	if (r->known != NULL)
		k = r->known->slot[c->hash % KNOWN_SLOTS];
	while (k != NULL && (k->hash != c->hash || k->raw_len != c->len ||
	    memcmp(k->bytes, p, c->len) != 0))
		k = k->next;
	return k;
}

/* Keeps the line that was read last, whose value is the last one in r->data, if
 * it was as long as it looked: then it, and what shows its end, is still in the
 * chunk. A failure costs time alone. */
static void
known_keep(struct ldifr *r, const struct candidate *c)
{
	size_t len = r->values[r->record.count - 1].len;
	struct known *k = NULL;

	if (c->len == 0 || r->consumed - c->consumed != c->len)
		return;
	if (r->known == NULL && (r->known = calloc(1, sizeof *r->known)) == NULL)
		return;
	if (r->known->bytes > KNOWN_BYTES)	/* within one record */
		return;
	k = malloc(sizeof *k + c->len + len + 1);
	if (k == NULL)
		return;
	*k = (struct known){ .next = r->known->slot[c->hash % KNOWN_SLOTS], .hash = c->hash,
	    .raw_len = c->len, .lines = r->line_no + 1 - r->line_start, .len = len };
	memcpy(k->bytes, r->chunk + r->chunk_pos - c->len, c->len);
	memcpy(k->bytes + c->len, r->data.data + r->data.len - len - 1, len + 1);
	r->known->slot[c->hash % KNOWN_SLOTS] = k;
	r->known->bytes += sizeof *k + c->len + len + 1;
}

static enum err
known_take(struct ldifr *r, const struct ldif_name *name, const struct known *k)
{
	enum err err;

	chunk_skip(r, k->raw_len);
	r->line_no += k->lines;
	if ((err = values_reserve(r)) != ERR_OK)
		return err;
	r->values[r->record.count++] = (struct ldif_value){ .name = name->text,
	    .name_len = name->len, .options = name->options,
	    .value = k->bytes + k->raw_len, .len = k->len, .line = r->line_start };
	r->aside_len += name->len + 1u + k->len + 1;
	return record_check_size(r);
}

/*
 * The line at the cursor as nearly all are: with a name that is kept, and all of
 * it in the chunk. Then it is passed over, known, or read where it stands; *taken
 * says so. line_read() and attribute_read() do the others, and *c is for them.
 */
static enum err
line_take(struct ldifr *r, bool *taken, struct candidate *c)
{
	const char *p = r->chunk + r->chunk_pos, *lf = NULL;
	size_t left = r->chunk_len - r->chunk_pos, len;
	struct ldif_name *name = left > 0 ? name_find(r, p, left) : NULL;
	const struct known *k = NULL;

	*taken = false;
	if (name == NULL)
		return ERR_OK;
	r->line_start = r->line_no + 1;
	r->line_offset = r->consumed;
	*taken = true;
	if (!name_wanted(r, name))
		return line_skip(r);
	lf = memchr(p, '\n', left);
	len = lf != NULL ? (size_t)(lf - p) : 0;
	*taken = name->good && lf != NULL && len + 1 < left && len <= r->max_line;
	if (*taken && lf[1] == ' ') {
		k = known_find(r, lf, c);
		*taken = k != NULL;
	}
	if (!*taken)
		return ERR_OK;
	if (k != NULL)
		return known_take(r, name, k);
	r->text = p;
	r->text_len = len > 0 && p[len - 1] == '\r' ? len - 1 : len;
	chunk_skip(r, len + 1);
	r->line_no++;
	return value_add(r, name, name->len);
}

/* Turns lengths into pointers, now that r->data moves no more. */
static void
record_finish(struct ldifr *r)
{
	const char *p = r->data.data;
	size_t i;

	r->record.dn = p;
	p += r->record.dn_len + 1;
	for (i = 0; i < r->record.count; i++) {
		struct ldif_value *v = &r->values[i];

		if (v->name == NULL) {
			v->name = p;
			p += v->name_len + 1;
		}
		if (v->value == NULL) {
			v->value = p;
			p += v->len + 1;
		}
	}
	r->record.values = r->values;
}

enum err
ldifr_next(struct ldifr *r, const struct ldif_record **out)
{
	enum line_kind kind = LINE_END;
	bool begun = false;
	size_t count;
	enum err err;

	if (r->fault.err != ERR_OK)
		return r->fault.err;
	buf_clear(&r->data);
	r->record = (struct ldif_record){ 0 };
	r->aside_len = 0;
	if (r->known != NULL && r->known->bytes > KNOWN_BYTES)
		known_forget(r->known);
	for (;;) {
		struct candidate c = { 0 };
		bool taken = false;

		if (begun && (err = line_take(r, &taken, &c)) != ERR_OK)
			return err;
		if (taken)
			continue;
		if ((err = line_read(r, begun, &kind)) != ERR_OK)
			return err;
		if (kind == LINE_END || (kind == LINE_BLANK && begun))
			break;
		if (kind == LINE_BLANK)
			r->aside = false;
		if (kind == LINE_BLANK || kind == LINE_UNWANTED)
			continue;
		if (r->text[0] == '#') {
			if (r->comment != NULL)
				r->comment(r->arg, r->text + 1, r->text_len - 1, r->line_start);
			continue;
		}
		count = r->record.count;
		err = begun ? attribute_read(r) : head_read(r, &begun);
		if (err != ERR_OK)
			return err;
		if (r->record.count > count)
			known_keep(r, &c);
	}
	if (begun)
		record_finish(r);
	*out = begun ? &r->record : NULL;
	return ERR_OK;
}
