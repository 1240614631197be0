/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SDDL_COND_H
#define WBA_CORE_SDDL_COND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/sddl.h"
#include "core/sddl_lex.h"

/*
 * What an ACE can carry behind its SID in words: the condition of a callback
 * ACE (MS-DTYP 2.4.4.17) and the claim of a resource attribute (2.4.10.1),
 * both between parentheses in SDDL (2.5.1.1).
 */

/* How deep parentheses and operators may nest. The grammar sets no bound; a
 * condition in the field has a handful, and the readers are recursive. */
#define COND_DEPTH_MAX 128

/* Reads "(…)" at the cursor and appends the bytes, padded as ApplicationData
 * is. On an error, *out has been appended to and the lex carries it. */
void cond_read(struct lex *, struct buf *out);
void claim_read(struct lex *, struct buf *out);

/* Appends "(…)", when reading that gives `data` back to the byte; otherwise
 * appends nothing and returns false. */
bool cond_print(const uint8_t *data, size_t len, const struct sddl_ctx *, struct buf *out);
bool claim_print(const uint8_t *data, size_t len, const struct sddl_ctx *, struct buf *out);

/* The tokens of a condition (MS-DTYP 2.4.4.17.4 to 2.4.4.17.8). */
enum cond_token {
	COND_PADDING = 0x00,
	COND_INT8 = 0x01, COND_INT16, COND_INT32, COND_INT64,
	COND_STRING = 0x10, COND_OCTETS = 0x18,
	COND_COMPOSITE = 0x50, COND_SID = 0x51,
	COND_NOT = 0xa2, COND_AND = 0xa0, COND_OR = 0xa1,
	COND_LOCAL = 0xf8, COND_USER, COND_RESOURCE, COND_DEVICE
};

/* An integer literal's own words about itself (MS-DTYP 2.4.4.17.5). */
#define COND_SIGN_PLUS	0x01
#define COND_SIGN_MINUS	0x02
#define COND_SIGN_NONE	0x03
#define COND_BASE_8	0x01
#define COND_BASE_10	0x02
#define COND_BASE_16	0x03

/* How an operator other than && || ! is written and used. */
enum cond_use {
	COND_MEMBERSHIP,	/* before a SID or SIDs */
	COND_EXISTENCE,		/* before an attribute */
	COND_SCALAR,		/* between an attribute and one value */
	COND_ANY		/* between an attribute and one value or many */
};

struct cond_operator {
	const char *text;	/* as Windows writes it */
	uint8_t token;
	bool word;		/* made of letters: stands alone */
	uint8_t use;		/* enum cond_use */
};
extern const struct cond_operator cond_operators[];	/* longer before its prefix */
extern const size_t cond_operator_count;

/* "@USER." and its like, by token from COND_USER on. */
extern const char *const cond_prefixes[3];

/* One literal of a resource attribute or a condition, without its token. */
void literal_int_read(struct lex *, int64_t *value, uint8_t *sign, uint8_t *base);
/* A sign or base that there is not prints as something else: see cond_confirm(). */
void literal_int_print(int64_t value, uint8_t sign, uint8_t base, struct buf *out);

/* Appends zeros until what was appended since `start` is a multiple of 4. */
void cond_pad(struct buf *out, size_t start);
/* Writes v over the four bytes at `at`. */
void cond_patch32(struct buf *out, size_t at, size_t v);

/* How cond_print and claim_print know that their text is right: it is read
 * again and compared. Takes the text back from `out` when it is not. */
bool cond_confirm(void (*read)(struct lex *, struct buf *), const uint8_t *data, size_t len,
    const struct sddl_ctx *, struct buf *out, size_t start);

#endif
