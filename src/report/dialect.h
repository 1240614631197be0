/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_DIALECT_H
#define WBA_REPORT_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "model/cure.h"

/*
 * A language in which cures are printed: one table row and one file a dialect.
 * What is printed may be run by an administrator's shell, and names come from the
 * directory: every word goes through core/quote.h. What cannot be expressed
 * becomes a comment that says so, never a line that might do something else.
 */
struct dialect {
	const char *name;	/* --dialect NAME */
	const char *comment;	/* what makes a line one that is not run: "# " */
	const char *eol;
	/* Comments, too, are printable ASCII without % ! " ^ & | < >: the file may be
	 * read in another code page, and cmd.exe expands % in them. */
	bool ascii;
	size_t line_max;	/* bytes that a line may have; 0: any number */
	/* What the commands need before them, as whole lines. */
	void (*preamble)(struct buf *out);
	/* Appends the commands for steps that are all on the object `dn`, and for
	 * one class. `connector` is its DN. */
	void (*commands)(const char *dn, const char *connector, const struct cure_step *steps,
	    size_t count, struct buf *out);
};

extern const struct dialect dialect_dsacls, dialect_adsyncconfig, dialect_samba;
/* In the order of the setting `dialect`; the first is the default. */
extern const struct dialect *const dialect_table[];
extern const size_t dialect_count;

/* Appends one comment, wrapped. A word that is longer than a line may be is broken. */
void dialect_comment(const struct dialect *, const char *text, struct buf *out);
/* The same in one line, however long: names are to be copied. */
void dialect_line(const struct dialect *, const char *text, struct buf *out);
/* One line as a comment that is not to be broken: a command to think about. */
void dialect_comment_lines(const struct dialect *, const char *lines, struct buf *out);

/* A step that is no command of the dialect: what, on which object, and why not. It is
 * never made broader instead. */
void dialect_by_hand(const struct dialect *, const char *dn, const struct cure_step *,
    const char *why, struct buf *out);

/* For the dialects. */
enum cure_reach { REACH_THIS, REACH_BELOW, REACH_OTHER };
/* On this object alone; on what is below (inherit-only); any other flags. */
enum cure_reach cure_reach(const struct cure_step *);
bool is_plain_word(const char *s);	/* [A-Za-z0-9-]+ */

#endif
