/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/ldif.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "core/ldif_line.h"
#include "core/ldif_name.h"
#include "core/list.h"

#define FIRST_VALUES	64			/* more than most entries have */

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

void
ldifr_fini(struct ldifr *r)
{
	ldifr_known_fini(&r->known);
	free(r->chunk);
	free(r->values);
	buf_fini(&r->line);
	buf_fini(&r->data);
	ldifr_init(r, r->fill, r->comment, r->arg);
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
		return ldifr_fail(r, ERR_SYNTAX, "NUL in a line");
	if (memchr(s, '\r', len) != NULL)
		return ldifr_fail(r, ERR_SYNTAX, "carriage return in a line");
	return ERR_OK;
}

/* Length of the name before the colon of the line. */
static enum err
name_split(struct ldifr *r, size_t *name_len)
{
	const char *s = r->text, *colon = memchr(s, ':', r->text_len);
	enum err err;

	if (s[0] == ' ')
		return ldifr_fail(r, ERR_SYNTAX, "continuation of nothing");
	if ((err = chars_check(r, s, r->text_len)) != ERR_OK)
		return err;
	if (r->text_len == 1 && s[0] == '-')
		return ldifr_fail(r, ERR_UNSUPPORTED, "change record");
	if (colon == NULL)
		return ldifr_fail(r, ERR_SYNTAX, "line without a colon");
	*name_len = (size_t)(colon - s);
	if (!ldifw_name_valid(s, *name_len))
		return ldifr_fail(r, ERR_SYNTAX, "attribute name");
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
		return ldifr_fail(r, ERR_UNSUPPORTED, "value by URL");
	if (kind == ':') {
		s++;
		left--;
	}
	while (left > 0 && s[0] == ' ') {
		s++;
		left--;
	}
	if ((kind == ':' ? left / 4 * 3 : left) > r->max_value + 2)
		return ldifr_fail_ceiling(r, "value longer than", r->max_value);
	if (kind == ':')
		err = base64_decode(s, left, &r->data);
	else
		buf_add(&r->data, s, left);
	if (err == ERR_SHORT || err == ERR_SYNTAX)
		return ldifr_fail(r, err, "base64");
	*len = r->data.len - start;
	if (*len > r->max_value)
		return ldifr_fail_ceiling(r, "value longer than", r->max_value);
	buf_addc(&r->data, '\0');
	if (buf_failed(&r->data))
		return ldifr_fail(r, ERR_NOMEM, "record");
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
		err = ldifr_fail(r, ERR_UNSUPPORTED, "result of a search that did not succeed");
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
		return ldifr_fail(r, ERR_UNSUPPORTED, "include");
	if (r->aside || name_is(s, name_len, "search") || name_is(s, name_len, "ref"))
		return aside_read(r, name_len);
	if (!name_is(s, name_len, "dn") && !name_is(s, name_len, "version"))
		return ldifr_fail(r, ERR_SYNTAX, "record that does not begin with dn");
	if ((err = value_read(r, name_len, &len)) != ERR_OK)
		return err;
	if (name_is(s, name_len, "version")) {
		if (len != 1 || r->data.data[0] != '1')
			return ldifr_fail(r, ERR_UNSUPPORTED, "LDIF version");
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
		return ldifr_fail(r, ERR_NOMEM, "record");
	r->values = values;
	return ERR_OK;
}

static enum err
record_check_size(struct ldifr *r)
{
	if (r->data.len + r->aside_len > r->max_record || r->record.count >
	    (r->max_record - r->data.len - r->aside_len) / sizeof(struct ldif_value))
		return ldifr_fail_ceiling(r, "record larger than", r->max_record);
	return ERR_OK;
}

/* The name of the line is that of an attribute: its length, and where it is kept, or NULL. */
static enum err
name_read(struct ldifr *r, size_t *len, struct ldif_name **kept)
{
	const char *s = r->text;
	struct ldif_name *n = ldifr_name_find(r, s, r->text_len);
	enum err err;

	if (n == NULL || !n->good) {
		if ((err = name_split(r, len)) != ERR_OK)
			return err;
		if (ldifw_name_is_change(s, *len))
			return ldifr_fail(r, ERR_UNSUPPORTED, "change record");
		if (name_is(s, *len, "dn"))
			return ldifr_fail(r, ERR_SYNTAX, "second dn in a record");
		if (n == NULL)
			n = ldifr_name_keep(r, s, *len);
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

/* Keeps the line at hand, whose value is the last one in r->data, if it was as long
 * as it looked: then it, and what shows its end, is still in the chunk. */
static void
known_keep(struct ldifr *r, const struct known_candidate *c)
{
	size_t len = r->values[r->record.count - 1].len;

	if (c->len != 0 && r->consumed - r->line_offset == c->len)
		ldifr_known_keep(&r->known, c, r->chunk + r->chunk_pos - c->len,
		    r->line_no + 1 - r->line_start, r->data.data + r->data.len - len - 1, len);
}

/* The value of the line at the cursor is that of a known one. */
static enum err
known_take(struct ldifr *r, const struct ldif_name *name, const struct known_line *k)
{
	enum err err;

	ldifr_chunk_skip(r, k->raw_len);
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
 * says so. ldifr_line_read() and attribute_read() do the others, and *c is for them.
 */
static enum err
line_take(struct ldifr *r, bool *taken, struct known_candidate *c)
{
	const char *p = r->chunk + r->chunk_pos, *lf = NULL;
	size_t left = r->chunk_len - r->chunk_pos, len;
	struct ldif_name *name = left > 0 ? ldifr_name_find(r, p, left) : NULL;
	const struct known_line *k = NULL;

	*taken = false;
	if (name == NULL)
		return ERR_OK;
	r->line_start = r->line_no + 1;
	r->line_offset = r->consumed;
	*taken = true;
	if (!ldifr_name_wanted(r, name))
		return ldifr_line_skip(r);
	lf = memchr(p, '\n', left);
	len = lf != NULL ? (size_t)(lf - p) : 0;
	*taken = name->good && lf != NULL && len + 1 < left && len <= r->max_line;
	if (*taken && lf[1] == ' ') {
		k = ldifr_known_find(&r->known, p, left, len + 1, c);
		*taken = k != NULL;
	}
	if (!*taken)
		return ERR_OK;
	if (k != NULL)
		return known_take(r, name, k);
	r->text = p;
	r->text_len = len > 0 && p[len - 1] == '\r' ? len - 1 : len;
	ldifr_chunk_skip(r, len + 1);
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
	enum ldifr_line kind = LINE_END;
	bool begun = false;
	size_t count;
	enum err err;

	if (r->fault.err != ERR_OK)
		return r->fault.err;
	buf_clear(&r->data);
	r->record = (struct ldif_record){ 0 };
	r->aside_len = 0;
	ldifr_known_trim(&r->known);
	for (;;) {
		struct known_candidate c = { 0 };
		bool taken = false;

		if (begun && (err = line_take(r, &taken, &c)) != ERR_OK)
			return err;
		if (taken)
			continue;
		if ((err = ldifr_line_read(r, begun, &kind)) != ERR_OK)
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
