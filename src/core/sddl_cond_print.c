/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/sddl_cond.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/reader.h"
#include "core/sddl_text.h"

/* One token of the postfix program, and once it is linked, of the tree. */
struct node {
	uint8_t token;
	const struct cond_operator *op;	/* NULL for && || ! and operands */
	const uint8_t *data;		/* the payload of an operand */
	size_t len;
	size_t lhs, rhs;		/* indices; a unary operator has rhs alone */
	unsigned int depth;		/* 1 for an operand */
};

static const struct cond_operator *
operator_of(uint8_t token)
{
	for (size_t i = 0; i < cond_operator_count; i++)
		if (cond_operators[i].token == token)
			return &cond_operators[i];
	return NULL;
}

static bool
is_attribute(uint8_t token)
{
	return token >= COND_LOCAL;
}

/* Reads one token (MS-DTYP 2.4.4.17.4 ff.); false at the end or at what is none. */
static bool
read_token(struct reader *r, struct node *n)
{
	*n = (struct node){ .token = reader_u8(r), .depth = 1 };
	switch (n->token) {
	case COND_INT8:
	case COND_INT16:
	case COND_INT32:
	case COND_INT64:
		n->len = 10;
		break;
	case COND_STRING:
	case COND_OCTETS:
	case COND_COMPOSITE:
	case COND_SID:
	case COND_LOCAL:
	case COND_USER:
	case COND_RESOURCE:
	case COND_DEVICE:
		n->len = reader_le32(r);
		break;
	case COND_NOT:
	case COND_AND:
	case COND_OR:
		return r->err == ERR_OK;
	default:
		n->op = operator_of(n->token);
		return n->op != NULL && r->err == ERR_OK;
	}
	n->data = reader_bytes(r, n->len);
	return r->err == ERR_OK;
}

void
literal_int_print(int64_t value, uint8_t sign, uint8_t base, struct buf *out)
{
	uint64_t v = (uint64_t)value;

	if (sign == COND_SIGN_MINUS)
		buf_addc(out, '-');
	else if (sign == COND_SIGN_PLUS)
		buf_addc(out, '+');
	if (sign == COND_SIGN_MINUS)
		v = 0 - v;
	if (base == COND_BASE_16)
		buf_addf(out, "0x%" PRIx64, v);
	else if (base == COND_BASE_8)
		buf_addf(out, "0%" PRIo64, v);
	else
		buf_addf(out, "%" PRIu64, v);
}

static bool print_literal(const struct node *n, const struct sddl_ctx *ctx, struct buf *out);

/* "{1, 2}"; MS-DTYP has no list in a list. */
static bool
print_composite(const struct node *n, const struct sddl_ctx *ctx, struct buf *out)
{
	struct reader r;
	struct node member;

	reader_init(&r, n->data, n->len);
	buf_addc(out, '{');
	while (reader_left(&r) > 0) {
		if (r.pos > 0)
			buf_adds(out, ", ");
		if (!read_token(&r, &member) || member.token == COND_COMPOSITE ||
		    !print_literal(&member, ctx, out))
			return false;
	}
	buf_addc(out, '}');
	return true;
}

static bool
print_literal(const struct node *n, const struct sddl_ctx *ctx, struct buf *out)
{
	struct reader r;
	struct sid sid;
	uint64_t value = 0;

	switch (n->token) {
	case COND_INT64:	/* the narrower ones have no form of their own */
		reader_init(&r, n->data, n->len);
		value = reader_le64(&r);
		literal_int_print((int64_t)value, n->data[8], n->data[9], out);
		return true;
	case COND_STRING:
		return text_string_print(n->data, n->len, out);
	case COND_OCTETS:
		buf_addc(out, '#');
		hex_encode(n->data, n->len, out);
		return true;
	case COND_SID:
		if (sid_parse(n->data, n->len, &sid) != ERR_OK)
			return false;
		buf_adds(out, "SID(");
		sddl_print_sid(&sid, ctx, out);
		buf_addc(out, ')');
		return true;
	case COND_COMPOSITE:
		return print_composite(n, ctx, out);
	default:
		return false;
	}
}

static bool
print_operand(const struct node *n, const struct sddl_ctx *ctx, struct buf *out)
{
	if (!is_attribute(n->token))
		return print_literal(n, ctx, out);
	if (n->token != COND_LOCAL)
		buf_adds(out, cond_prefixes[n->token - COND_USER]);
	return text_name_print(n->data, n->len, n->token == COND_LOCAL, out);
}

static bool print_node(const struct node *nodes, size_t i, const struct sddl_ctx *ctx,
    struct buf *out);

/*
 * As Windows writes: comparisons, memberships, && and || bring parentheses of
 * their own; anything else gets them around it as part of a larger condition.
 */
static bool
print_part(const struct node *nodes, size_t i, const struct sddl_ctx *ctx, struct buf *out)
{
	const struct node *n = &nodes[i];
	bool own = n->token == COND_AND || n->token == COND_OR ||
	    (n->op != NULL && n->op->use != COND_EXISTENCE);

	if (own)
		return print_node(nodes, i, ctx, out);
	buf_addc(out, '(');
	if (!print_node(nodes, i, ctx, out))
		return false;
	buf_addc(out, ')');
	return true;
}

/* Recursive, no deeper than COND_DEPTH_MAX: link() has seen to that. */
static bool
print_node(const struct node *nodes, size_t i, const struct sddl_ctx *ctx, struct buf *out)
{
	const struct node *n = &nodes[i];

	if (n->token == COND_NOT) {
		buf_addc(out, '!');
		return print_part(nodes, n->rhs, ctx, out);
	}
	if (n->token == COND_AND || n->token == COND_OR) {
		buf_addc(out, '(');
		if (!print_part(nodes, n->lhs, ctx, out))
			return false;
		buf_adds(out, n->token == COND_AND ? " && " : " || ");
		if (!print_part(nodes, n->rhs, ctx, out))
			return false;
		buf_addc(out, ')');
		return true;
	}
	if (n->op == NULL)
		return print_operand(n, ctx, out);
	/* Both sides of a comparison are operands: nothing else has a form there. */
	if (nodes[n->rhs].depth != 1)
		return false;
	if (n->op->use == COND_EXISTENCE) {
		buf_addf(out, "%s ", n->op->text);
		return print_operand(&nodes[n->rhs], ctx, out);
	}
	buf_addc(out, '(');
	if (n->op->use != COND_MEMBERSHIP) {
		if (nodes[n->lhs].depth != 1 || !print_operand(&nodes[n->lhs], ctx, out))
			return false;
		buf_addc(out, ' ');
	}
	buf_addf(out, "%s ", n->op->text);
	if (!print_operand(&nodes[n->rhs], ctx, out))
		return false;
	buf_addc(out, ')');
	return true;
}

/*
 * Makes a tree of the postfix program in place: `stack` holds the indices of
 * what no operator has taken yet. True when one whole expression is left.
 */
static bool
link_nodes(struct node *nodes, size_t count, size_t *stack)
{
	size_t height = 0;

	for (size_t i = 0; i < count; i++) {
		struct node *n = &nodes[i];
		bool binary = n->token == COND_AND || n->token == COND_OR ||
		    (n->op != NULL && n->op->use >= COND_SCALAR);
		bool unary = n->token == COND_NOT || (n->op != NULL && !binary);

		if (height < (binary ? 2u : unary ? 1u : 0u))
			return false;
		if (binary || unary) {
			n->rhs = stack[--height];
			n->depth = nodes[n->rhs].depth + 1;
		}
		if (binary) {
			n->lhs = stack[--height];
			if (nodes[n->lhs].depth >= n->depth)
				n->depth = nodes[n->lhs].depth + 1;
		}
		if (n->depth > COND_DEPTH_MAX)
			return false;
		stack[height++] = i;
	}
	return height == 1;
}

/* How many tokens there are before the padding; 0 for what is no condition. */
static size_t
count_tokens(struct reader r)
{
	struct node n;
	size_t count = 0;

	while (reader_left(&r) > 0) {
		if (r.base[r.pos] == COND_PADDING)
			break;	/* that all which follows is zero, cond_confirm() sees */
		if (!read_token(&r, &n))
			return 0;
		count++;
	}
	return count;
}

bool
cond_print(const uint8_t *data, size_t len, const struct sddl_ctx *ctx, struct buf *out)
{
	struct reader r;
	struct node *nodes = NULL;
	size_t *stack = NULL, count = 0, start = out->len;
	bool ok = false;

	if (len < 4 || memcmp(data, "artx", 4) != 0)
		return false;
	reader_init(&r, data, len);
	reader_skip(&r, 4);
	count = count_tokens(r);
	if (count == 0)
		return false;
	nodes = calloc(count, sizeof(*nodes));
	stack = calloc(count, sizeof(*stack));
	if (nodes == NULL || stack == NULL) {
		out->failed = true;
		goto out;
	}
	for (size_t i = 0; i < count; i++)
		if (!read_token(&r, &nodes[i]))
			goto out;
	ok = link_nodes(nodes, count, stack) && print_part(nodes, count - 1, ctx, out) &&
	    cond_confirm(cond_read, data, len, ctx, out, start);
out:
	if (!ok)
		buf_truncate(out, start);
	free(nodes);
	free(stack);
	return ok;
}
