/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_ERR_H
#define WBA_CORE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can be wrong with an input. Core never prints: it returns one of these. */
enum err {
	ERR_OK = 0,
	ERR_SHORT,	/* the input ends before the value does */
	ERR_TRAILING,	/* bytes are left over after the value */
	ERR_SYNTAX,	/* not written in the form expected */
	ERR_RANGE,	/* a number outside of what the form allows */
	ERR_TOO_BIG,	/* larger than a named ceiling, or than the caller's room */
	ERR_UNSUPPORTED,/* well formed, but a revision or kind we do not know */
	ERR_NOMEM
};

/*
 * Where and what, for parsers whose input is long enough to need it. `offset`
 * counts bytes from the start of the parser's input to the field that was
 * wrong. What is not known is 0, so that fault_set() alone serves most.
 */
struct fault {
	enum err err;
	size_t offset;
	const char *what;	/* static; the field that was wrong: "SID count" */
	const char *part;	/* static; the part it is in, "DACL", or NULL */
	unsigned int ace;	/* the ACE it is in, counted from 1; 0: in none */
	bool has_value;
	uint64_t value;		/* what the field held */
};
struct fault_buf { char s[160]; };

/* The error in words, for messages: static storage, never NULL. */
const char *err_str(enum err);

/* Fills *f when f is not NULL and returns err, so that it can be returned. */
enum err fault_set(struct fault *f, enum err, size_t offset, const char *what);
/* The same, with what the field held. */
enum err fault_set_value(struct fault *f, enum err, size_t offset, const char *what,
    uint64_t value);
/* "DACL ACE 3 at byte 112: SID count 255: value out of range"; returns b->s. */
const char *fault_str(const struct fault *, struct fault_buf *b);

#endif
