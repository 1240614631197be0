/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SDDL_LEX_H
#define WBA_CORE_SDDL_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/sddl.h"
#include "core/sddl_names.h"

/*
 * A cursor over SDDL text that somebody else wrote, for the sddl_*.c files
 * alone. Like a reader, it keeps the first error and then eats nothing more,
 * so that a rule is written straight down and looked at once, at its end.
 */
struct lex {
	const char *s;			/* borrowed, len bytes, no terminator needed */
	size_t len, pos;
	enum err err;			/* the first error */
	size_t err_pos;
	const char *what;		/* static; what was wrong there */
	const struct sddl_ctx *ctx;	/* may be NULL */
};

void lex_init(struct lex *, const char *s, size_t len, const struct sddl_ctx *);
/* Records an error at the present position, or at `pos`, unless one stands already. */
void lex_fail(struct lex *, enum err, const char *what);
void lex_fail_at(struct lex *, enum err, size_t pos, const char *what);
bool lex_ok(const struct lex *);
bool lex_done(const struct lex *);	/* at the end of the text, or failed */
/* The character here, or n further on; NUL at the end and after an error. */
char lex_peek(const struct lex *, size_t n);
/* Skips wspace = 1*(%x09-0D / %x20) (MS-DTYP 2.5.1.1). */
void lex_space(struct lex *);
/* Eats the text when it stands here, ASCII case ignored. */
bool lex_eat(struct lex *, const char *text);
/* The same, or an error at this place. */
void lex_expect(struct lex *, const char *text, const char *what);
/* The length of the word here: letters, digits, ':' '.' '/' '_' (attr-char1). */
size_t lex_word(const struct lex *);
/* True when the word here is `text`, ASCII case ignored. Eats nothing. */
bool lex_word_is(const struct lex *, const char *text);

/* True for attr-char1 of MS-DTYP 2.5.1.1. */
bool lex_attr_char(char c);

/* An integer of either base without its sign, as Windows reads one: 0x, a
 * leading 0 for octal, else decimal. *base is 8, 10 or 16. */
uint64_t lex_number(struct lex *, unsigned int *base);
/* The same, no larger than `most`. */
uint32_t lex_limited(struct lex *, uint32_t most, const char *what);
/* The letters of a table, as many as stand here; spaces may stand between them. */
uint32_t lex_bits(struct lex *, const struct sddl_bit *table);
/* Hexadecimal digits to bytes, appended; '#' stands for the digit 0. */
void lex_octets(struct lex *, struct buf *out);
/* "S-1-…" or an abbreviation. */
void lex_sid(struct lex *, struct sid *out);
/* One ACE "(…)", appended to the ACL that *out holds so far (at least its
 * header); *type gets its type. */
void lex_ace(struct lex *, struct buf *out, uint8_t *type);
/* The error of the cursor as a caller's fault; returns it. */
enum err lex_fault(const struct lex *, const char *part, unsigned int ace, struct fault *);

#endif
