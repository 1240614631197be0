/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_LDIF_H
#define WBA_CORE_LDIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/ldif_known.h"

/*
 * LDIF content (RFC 2849): entries, one at a time, from bytes that the caller
 * hands over, and back to text. ldifr_ reads and ldifw_ writes, since names
 * with ldif_ belong to libldap.
 *
 * Beyond the RFC it reads what is commonly met: bytes above 0x7f in values, a
 * byte order mark, "version: 1" before any record or none at all, records
 * without attributes, "changetype: add" (ldifde), and what ldapsearch prints of
 * the search itself, if that succeeded. Refused: other change records (changetype, control, "-"),
 * values by URL ("name:< "), include:, and an input whose last line has no
 * end, for that is what a truncated file looks like.
 */

/* Ceilings, which ldifr_init sets and a caller may change after it. */
#define LDIF_MAX_LINE	((size_t)32 << 20)	/* unfolded: a value of 16 MiB in base64,
						 * above the 10 MB a DC sends (MaxReceiveBuffer) */
#define LDIF_MAX_VALUE	((size_t)16 << 20)	/* decoded */
#define LDIF_MAX_RECORD	((size_t)256 << 20)	/* in memory: a group of a million members */

/* Where a line is folded when it is written (RFC 2849, note 2). */
#define LDIF_WIDTH	76

/* Puts up to len > 0 bytes at buf: how many, 0 at the end, -1 on failure (the
 * caller keeps the cause). */
typedef ssize_t (*ldifr_fill_fn)(void *arg, void *buf, size_t len);
/* A comment, unfolded, without its '#'; `text` is good for this call. */
typedef void (*ldifr_comment_fn)(void *arg, const char *text, size_t len, uint64_t line);

/* Whether values of that attribute are wanted: its lines are else passed over,
 * unread and unchecked. `name` is not NUL-terminated; most names are asked for once. */
typedef bool (*ldifr_want_fn)(void *arg, const char *name, size_t len);

/* One attribute value. Name and value are NUL-terminated too; a value may hold
 * NULs of its own. */
struct ldif_value {
	const char *name;	/* with its options: "member;range=0-1499" */
	size_t name_len;
	bool options;		/* there is a ';' in it */
	const char *value;	/* decoded */
	size_t len;
	uint64_t line;		/* where it starts */
};

struct ldif_record {
	const char *dn;		/* decoded, "" for the root DSE */
	size_t dn_len;
	uint64_t line;		/* of the dn; lines count from 1 */
	uint64_t offset;	/* of that line, in bytes of the input */
	const struct ldif_value *values;	/* in the order read */
	size_t count;
};

/* Records mostly have the same attributes in the same order, so their names are
 * kept, with what was found out about them. */
#define LDIF_NAMES	64
#define LDIF_NAME_KEPT	48

struct ldif_name {
	char text[LDIF_NAME_KEPT + 1];
	uint8_t len;
	uint8_t next;		/* which one came after it last */
	bool good;		/* looked at: an attribute's, and no change record */
	bool options;		/* there is a ';' in it */
	bool asked, wanted;	/* by `want` */
};

struct ldifr {
	ldifr_fill_fn fill;
	ldifr_comment_fn comment;	/* may be NULL */
	void *arg;			/* of all three */
	ldifr_want_fn want;		/* NULL: every value; another may be set at any time */
	size_t max_line, max_value, max_record;

	/* The first error, which stays. fault.offset counts bytes of the input
	 * to the start of the line that is wrong, fault_line is its number. */
	struct fault fault;
	uint64_t fault_line;

	/* The rest is the reader's own. */
	char *chunk;			/* owned */
	size_t chunk_pos, chunk_len;
	uint64_t consumed;		/* bytes of the input before chunk_pos */
	uint64_t line_no;		/* physical lines read */
	uint64_t line_start;		/* number and offset of the line in `line` */
	uint64_t line_offset;
	bool end;			/* fill said so */
	bool aside;			/* within what ldapsearch prints beside records */
	struct ldifr_known known;	/* long values that came before */
	const char *text;		/* the line at hand, in `line` or in the chunk */
	size_t text_len;
	struct buf line;		/* unfolded */
	struct buf data;		/* dn NUL (name NUL, unless it is kept; value NUL)* */
	struct ldif_name names[LDIF_NAMES];
	size_t name_count, name_near;
	ldifr_want_fn asked;		/* which one the names' answers are of */
	size_t aside_len;		/* what the names and values elsewhere would take in data */
	struct ldif_value *values;	/* owned */
	size_t values_cap;
	struct ldif_record record;
};

/* `comment` may be NULL; `arg` goes to both functions. */
void ldifr_init(struct ldifr *, ldifr_fill_fn fill, ldifr_comment_fn comment, void *arg);
void ldifr_fini(struct ldifr *);
/* The input begins in the midst of a larger one: lines and offsets count on.
 * To be called before the first record. */
void ldifr_begin_at(struct ldifr *, uint64_t offset, uint64_t line);
/*
 * The next record, or NULL at the end of the input. It lives in memory of the
 * reader that the next call uses again: no more than the largest record needs
 * is ever held. After an error every call returns that error.
 */
enum err ldifr_next(struct ldifr *, const struct ldif_record **out);

/* An attribute description as both sides take it (RFC 2849, with the characters
 * of "range=0-*" in options); and one that begins a change record. */
bool ldifw_name_valid(const char *name, size_t len);
bool ldifw_name_is_change(const char *name, size_t len);

/* A record is ldifw_put("dn", …), its values in turn, ldifw_end(). */
void ldifw_version(struct buf *out);
/* "# text"; each further line of it likewise, control characters shown as
 * escape_terminal() does. */
void ldifw_comment(struct buf *out, const char *text, size_t len);
/*
 * One value: base64 when it is no SAFE-STRING (or would not look like itself:
 * control characters, a space at its end), folded at LDIF_WIDTH. A name that
 * could not be read back is ERR_SYNTAX, and nothing is written.
 */
enum err ldifw_put(struct buf *out, const char *name, const void *value, size_t len);
void ldifw_end(struct buf *out);

#endif
