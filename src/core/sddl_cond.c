/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl_cond.h"

#include <string.h>

#include "core/ascii.h"
#include "core/sddl_text.h"

/* MS-DTYP 2.4.4.17.6, 2.4.4.17.7; the spelling is what Windows writes. */
const struct cond_operator cond_operators[] = {
	{ "==", 0x80, false, COND_ANY },
	{ "!=", 0x81, false, COND_ANY },
	{ "<=", 0x83, false, COND_SCALAR },
	{ "<", 0x82, false, COND_SCALAR },
	{ ">=", 0x85, false, COND_SCALAR },
	{ ">", 0x84, false, COND_SCALAR },
	{ "Contains", 0x86, true, COND_ANY },
	{ "Any_of", 0x88, true, COND_ANY },
	{ "Not_Contains", 0x8e, true, COND_ANY },
	{ "Not_Any_of", 0x8f, true, COND_ANY },
	{ "Exists", 0x87, true, COND_EXISTENCE },
	{ "Not_Exists", 0x8d, true, COND_EXISTENCE },
	{ "Member_of", 0x89, true, COND_MEMBERSHIP },
	{ "Device_Member_of", 0x8a, true, COND_MEMBERSHIP },
	{ "Member_of_any", 0x8b, true, COND_MEMBERSHIP },
	{ "Device_Member_of_Any", 0x8c, true, COND_MEMBERSHIP },
	{ "Not_Member_of", 0x90, true, COND_MEMBERSHIP },
	{ "Not_Device_Member_of", 0x91, true, COND_MEMBERSHIP },
	{ "Not_Member_of_Any", 0x92, true, COND_MEMBERSHIP },
	{ "Not_Device_Member_of_Any", 0x93, true, COND_MEMBERSHIP },
};
const size_t cond_operator_count = sizeof(cond_operators) / sizeof(cond_operators[0]);

const char *const cond_prefixes[3] = { "@USER.", "@RESOURCE.", "@DEVICE." };

void
cond_pad(struct buf *out, size_t start)
{
	while (!buf_failed(out) && (out->len - start) % 4 != 0)
		buf_addc(out, '\0');
}

void
cond_patch32(struct buf *out, size_t at, size_t v)
{
	for (size_t i = 0; i < 4 && !buf_failed(out); i++)
		out->data[at + i] = (char)(v >> 8 * i & 0xff);
}

bool
cond_confirm(void (*read)(struct lex *, struct buf *), const uint8_t *data, size_t len,
    const struct sddl_ctx *ctx, struct buf *out, size_t start)
{
	struct buf again = BUF_INIT;
	struct lex l;
	bool same = false;

	if (buf_failed(out))
		return false;
	lex_init(&l, out->data + start, out->len - start, ctx);
	read(&l, &again);
	same = lex_ok(&l) && lex_done(&l) && !buf_failed(&again) && again.len == len &&
	    memcmp(again.data, data, len) == 0;
	if (!same)
		buf_truncate(out, start);
	buf_fini(&again);
	return same;
}

/* MS-DTYP 2.4.4.17.5: the value is two's complement; sign and base are as written. */
void
literal_int_read(struct lex *l, int64_t *value, uint8_t *sign, uint8_t *base)
{
	size_t start = l->pos;
	unsigned int radix = 10;
	uint64_t v = 0, most = INT64_MAX;

	*sign = lex_eat(l, "-") ? COND_SIGN_MINUS : lex_eat(l, "+") ? COND_SIGN_PLUS :
	    COND_SIGN_NONE;
	v = lex_number(l, &radix);
	*base = radix == 16 ? COND_BASE_16 : radix == 8 ? COND_BASE_8 : COND_BASE_10;
	if (*sign == COND_SIGN_MINUS)
		most = (uint64_t)INT64_MAX + 1;
	else if (*sign == COND_SIGN_NONE && radix != 10)
		most = UINT64_MAX;	/* the bits as they are: Windows reads 0xffffffffffffffff */
	if (v > most)
		lex_fail_at(l, ERR_RANGE, start, "number");
	*value = (int64_t)(*sign == COND_SIGN_MINUS ? 0 - v : v);
}

static void cond_literal(struct lex *l, bool scalar, struct buf *out);

/* A token whose length stands before its payload: returns where the length goes. */
static size_t
begin_sized(struct buf *out, uint8_t token)
{
	size_t at = 0;

	buf_addc(out, (char)token);
	at = out->len;
	buf_le32(out, 0);
	return at;
}

static void
end_sized(struct buf *out, size_t at)
{
	if (!buf_failed(out))
		cond_patch32(out, at, out->len - at - 4);
}

/* literal-SID = "SID(" sid-string ")" */
static void
read_sid_literal(struct lex *l, struct buf *out)
{
	struct sid sid = { 0 };
	uint8_t bytes[SID_MAX_BYTES];
	size_t at = 0;

	lex_expect(l, "SID", "SID literal");
	lex_space(l);
	lex_expect(l, "(", "SID literal");
	lex_space(l);
	lex_sid(l, &sid);
	lex_space(l);
	lex_expect(l, ")", "SID literal");
	if (!lex_ok(l))
		return;
	at = begin_sized(out, COND_SID);
	buf_add(out, bytes, sid_bytes(&sid, bytes));
	end_sized(out, at);
}

/* value-array = "{" value *("," value) "}"; none within another. */
static void
read_composite(struct lex *l, struct buf *out)
{
	size_t at = begin_sized(out, COND_COMPOSITE);

	lex_expect(l, "{", "list");
	lex_space(l);
	if (lex_peek(l, 0) != '}') {
		do {
			lex_space(l);
			cond_literal(l, true, out);
			lex_space(l);
		} while (lex_eat(l, ","));
	}
	lex_expect(l, "}", "list without its closing brace");
	end_sized(out, at);
}

static void
read_int_literal(struct lex *l, struct buf *out)
{
	int64_t value = 0;
	uint8_t sign = 0, base = 0;

	literal_int_read(l, &value, &sign, &base);
	buf_addc(out, COND_INT64);
	buf_le32(out, (uint32_t)((uint64_t)value & UINT32_MAX));
	buf_le32(out, (uint32_t)((uint64_t)value >> 32));
	buf_addc(out, (char)sign);
	buf_addc(out, (char)base);
}

/* value or, unless `scalar`, value-array (MS-DTYP 2.4.4.17.5). */
static void
cond_literal(struct lex *l, bool scalar, struct buf *out)
{
	char c = lex_peek(l, 0);
	size_t at = 0;

	if (c == '{' && !scalar) {
		read_composite(l, out);
	} else if (c == '"') {
		at = begin_sized(out, COND_STRING);
		text_string_read(l, out);
		end_sized(out, at);
	} else if (c == '#') {
		at = begin_sized(out, COND_OCTETS);
		lex_expect(l, "#", "octets");
		lex_octets(l, out);
		end_sized(out, at);
	} else if (c == '+' || c == '-' || ascii_is_digit(c)) {
		read_int_literal(l, out);
	} else {
		read_sid_literal(l, out);
	}
}

/* attr-name2, or attr-name1 when `local` allows it (MS-DTYP 2.4.4.17.8). */
static void
read_attribute(struct lex *l, bool local, struct buf *out)
{
	uint8_t token = COND_LOCAL;
	size_t at = 0;

	for (size_t i = 0; i < 3 && token == COND_LOCAL; i++)
		if (lex_eat(l, cond_prefixes[i]))
			token = (uint8_t)(COND_USER + i);
	if (token == COND_LOCAL && !local)
		lex_fail(l, ERR_SYNTAX, "attribute of @User, @Device or @Resource");
	at = begin_sized(out, token);
	text_name_read(l, token == COND_LOCAL, out);
	end_sized(out, at);
}

/* The operator that stands here among those used as `use` (or the next use). */
static const struct cond_operator *
eat_operator(struct lex *l, enum cond_use from, enum cond_use to)
{
	for (size_t i = 0; i < cond_operator_count; i++) {
		const struct cond_operator *op = &cond_operators[i];

		if (op->use < from || op->use > to || (op->word && !lex_word_is(l, op->text)))
			continue;
		if (lex_eat(l, op->text))
			return op;
	}
	return NULL;
}

/* A literal, which may stand between parentheses after an operator (Windows). */
static void
read_operand(struct lex *l, bool scalar, struct buf *out)
{
	bool paren = false;

	lex_space(l);
	paren = lex_eat(l, "(");
	lex_space(l);
	cond_literal(l, scalar, out);
	lex_space(l);
	if (paren)
		lex_expect(l, ")", "value without its closing parenthesis");
}

/* rel-op, rel-op2, contains-op, anyof-op, or an attribute alone. */
static void
read_comparison(struct lex *l, struct buf *out)
{
	const struct cond_operator *op = NULL;

	read_attribute(l, true, out);
	lex_space(l);
	op = eat_operator(l, COND_SCALAR, COND_ANY);
	if (op == NULL)
		return;
	lex_space(l);
	if (lex_peek(l, 0) == '@')
		read_attribute(l, false, out);
	else
		read_operand(l, op->use == COND_SCALAR, out);
	buf_addc(out, (char)op->token);
}

static void read_or(struct lex *l, unsigned int depth, struct buf *out);

/* term, "(" cond-expr ")" or "!" "(" cond-expr ")" */
static void
read_term(struct lex *l, unsigned int depth, struct buf *out)
{
	const struct cond_operator *op = NULL;
	bool negated = false;

	lex_space(l);
	if (lex_peek(l, 0) == '!') {
		negated = true;
		lex_expect(l, "!", "operator");
		lex_space(l);
		if (lex_peek(l, 0) != '(')
			lex_fail(l, ERR_SYNTAX, "! without parentheses");
	}
	if (lex_peek(l, 0) == '(') {
		if (depth == 0)
			lex_fail(l, ERR_TOO_BIG, "condition nested too deep");
		if (lex_eat(l, "("))
			read_or(l, depth - 1, out);
		lex_expect(l, ")", "condition without its closing parenthesis");
		if (negated)
			buf_addc(out, (char)COND_NOT);
	} else if ((op = eat_operator(l, COND_MEMBERSHIP, COND_EXISTENCE)) != NULL) {
		lex_space(l);
		if (op->use == COND_EXISTENCE)
			read_attribute(l, true, out);
		else
			read_operand(l, false, out);
		buf_addc(out, (char)op->token);
	} else {
		read_comparison(l, out);
	}
	lex_space(l);
}

static void
read_and(struct lex *l, unsigned int depth, struct buf *out)
{
	read_term(l, depth, out);
	while (lex_eat(l, "&&")) {
		read_term(l, depth, out);
		buf_addc(out, (char)COND_AND);
	}
}

/* && binds closer than ||, both from the left (MS-DTYP 2.4.4.17.7). */
static void
read_or(struct lex *l, unsigned int depth, struct buf *out)
{
	read_and(l, depth, out);
	while (lex_eat(l, "||")) {
		read_and(l, depth, out);
		buf_addc(out, (char)COND_OR);
	}
}

/* MS-DTYP 2.4.4.17.4: "artx", the expression in postfix order, zero padding. */
void
cond_read(struct lex *l, struct buf *out)
{
	size_t start = out->len;

	lex_expect(l, "(", "condition");
	buf_add(out, "artx", 4);
	read_or(l, COND_DEPTH_MAX, out);
	lex_expect(l, ")", "condition without its closing parenthesis");
	cond_pad(out, start);
}
