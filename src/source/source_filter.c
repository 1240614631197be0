/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/source_filter.h"

#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/guid.h"
#include "core/ldif.h"
#include "core/list.h"
#include "core/sid.h"
#include "source/filter_match.h"

#define RULE_BIT_AND "1.2.840.113556.1.4.803"
#define RULE_BIT_OR  "1.2.840.113556.1.4.804"

struct parser {
	const char *s;
	size_t pos;
	struct filter *f;
	struct fault *fault;
	enum err err;
};

void
filter_fini(struct filter *f)
{
	free(f->nodes);
	buf_fini(&f->text);
	*f = (struct filter){ 0 };
}

static size_t
fail(struct parser *p, enum err err, const char *what)
{
	if (p->err == ERR_OK)
		p->err = fault_set(p->fault, err, p->pos, what);
	return 0;
}

/* A new node, by index; 0 without memory. */
static size_t
node_add(struct parser *p, enum filter_kind kind)
{
	struct filter *f = p->f;
	struct filter_node *nodes;

	if (f->count >= FILTER_MAX_NODES)
		return fail(p, ERR_TOO_BIG, "filter");
	nodes = list_room(f->nodes, f->count, &f->cap, 16, sizeof *nodes);
	if (!nodes)
		return fail(p, ERR_NOMEM, "filter");
	f->nodes = nodes;
	f->nodes[f->count] = (struct filter_node){ .kind = kind };
	return f->count++;
}

static void
skip_space(struct parser *p)
{
	while (p->s[p->pos] == ' ')
		p->pos++;
}

/* Puts a piece of text away, NUL behind it; its offset. */
static size_t
text_add(struct filter *f, const void *s, size_t len)
{
	size_t at = f->text.len;

	buf_add(&f->text, s, len);
	buf_addc(&f->text, '\0');
	return at;
}

/*
 * The value up to '*' or ')', unescaped (RFC 4515 3: valueencoding), into the
 * node. objectSid and objectGUID given as text become bytes.
 */
static void
value_read(struct parser *p, size_t n)
{
	struct filter *f = p->f;
	struct filter_node *node = &f->nodes[n];
	uint8_t bytes[SID_MAX_BYTES];
	size_t at = f->text.len, len;

	for (;;) {
		char c = p->s[p->pos];

		if (c == '\0' || c == ')' || c == '*')
			break;
		if (c == '(') {
			fail(p, ERR_SYNTAX, "parenthesis in a value, which stands as \\28");
			return;
		}
		if (c == '\\') {
			int high = ascii_hex_value(p->s[p->pos + 1]);
			int low = high < 0 ? -1 : ascii_hex_value(p->s[p->pos + 2]);

			if (low < 0) {
				fail(p, ERR_SYNTAX, "escape, which is \\ and two digits");
				return;
			}
			c = (char)(high * 16 + low);
			p->pos += 2;
		}
		p->pos++;
		buf_addc(&f->text, c);
	}
	len = f->text.len - at;
	buf_addc(&f->text, '\0');
	if (buf_failed(&f->text)) {
		fail(p, ERR_NOMEM, "filter");
		return;
	}
	node->value = at;
	node->value_len = len;
	node->has_number = adtime_parse_int(f->text.data + at, len, &node->number) == ERR_OK;
	if (node->kind == FILTER_EQUAL && p->s[p->pos] != '*') {
		len = match_binary(f->text.data + node->name, f->text.data + at, len, bytes);
		if (len) {
			node->value = text_add(f, bytes, len);
			node->value_len = len;
		}
	}
}

/* "ab*cd*ef": the parts of a substring filter, or presence. */
static void
substrings_read(struct parser *p, size_t n)
{
	size_t last = 0, parts = 0;
	bool initial = true;

	p->f->nodes[n].kind = FILTER_SUBSTRINGS;
	for (;;) {
		size_t part = node_add(p, FILTER_PART);
		struct filter_node *node;

		if (!part)
			return;
		value_read(p, part);
		if (p->err != ERR_OK)
			return;
		node = &p->f->nodes[part];
		node->initial = initial;
		node->final = p->s[p->pos] != '*';
		if (node->value_len) {
			if (last)
				p->f->nodes[last].next = part;
			else
				p->f->nodes[n].first = part;
			last = part;
			parts++;
		}
		if (node->final)
			break;
		p->pos++;
		initial = false;
	}
	if (!parts)
		p->f->nodes[n].kind = FILTER_PRESENT;
}

/* "attr:rule:" before "=": the bit rules alone. */
static bool
rule_read(struct parser *p, size_t n, const char *name, size_t *len)
{
	const char *rule = memchr(name, ':', *len);
	size_t rule_len;

	if (!rule)
		return true;
	rule_len = (size_t)(name + *len - rule);
	*len = (size_t)(rule - name);
	if (rule_len > 3 && ascii_eq_nocase(rule, 4, ":dn:", 4)) {
		rule += 3;		/* dnAttributes: always as if false */
		rule_len -= 3;
	}
	if (rule_len < 2 || rule[rule_len - 1] != ':') {
		fail(p, ERR_SYNTAX, "matching rule");
		return false;
	}
	rule++;
	rule_len -= 2;
	if (ascii_eq_nocase(rule, rule_len, RULE_BIT_AND, sizeof RULE_BIT_AND - 1))
		p->f->nodes[n].kind = FILTER_BITS_ALL;
	else if (ascii_eq_nocase(rule, rule_len, RULE_BIT_OR, sizeof RULE_BIT_OR - 1))
		p->f->nodes[n].kind = FILTER_BITS_ANY;
	else
		fail(p, ERR_UNSUPPORTED, "matching rule that only a server can evaluate");
	return p->err == ERR_OK;
}

/* One comparison, up to its ')'. */
static void
item_read(struct parser *p, size_t n)
{
	const char *name = p->s + p->pos;
	size_t len = strcspn(name, "=()"), at = p->pos;
	enum filter_kind kind = FILTER_EQUAL;

	if (name[len] != '=') {
		fail(p, ERR_SYNTAX, "comparison without '='");
		return;
	}
	p->pos += len + 1;
	if (len && (name[len - 1] == '>' || name[len - 1] == '<')) {
		kind = name[len - 1] == '>' ? FILTER_AT_LEAST : FILTER_AT_MOST;
		len--;
	} else if (len && name[len - 1] == '~') {
		len--;			/* MS-ADTS 3.1.1.3.1.3.1: ~= is = */
	}
	p->f->nodes[n].kind = kind;
	if (kind == FILTER_EQUAL && !rule_read(p, n, name, &len))
		return;
	if (!ldifw_name_valid(name, len)) {
		p->pos = at;
		fail(p, ERR_SYNTAX, "attribute name");
		return;
	}
	p->f->nodes[n].name = text_add(p->f, name, len);
	at = p->pos;
	value_read(p, n);
	if (p->err != ERR_OK)
		return;
	if (p->s[p->pos] == '*' && p->f->nodes[n].kind == FILTER_EQUAL) {
		p->pos = at;
		substrings_read(p, n);
	} else if (p->s[p->pos] == '*') {
		fail(p, ERR_SYNTAX, "'*' in a comparison that takes none");
	}
	if (p->err == ERR_OK && !p->f->nodes[n].has_number &&
	    (p->f->nodes[n].kind == FILTER_BITS_ALL || p->f->nodes[n].kind == FILTER_BITS_ANY))
		fail(p, ERR_SYNTAX, "bits, which are a number");
}

static size_t filter_read(struct parser *p, unsigned depth);

/* The filters of an AND, OR or NOT. */
static void
list_read(struct parser *p, size_t n, unsigned depth)
{
	size_t last = 0, count = 0;

	for (skip_space(p); p->s[p->pos] == '('; skip_space(p)) {
		size_t child = filter_read(p, depth + 1);

		if (!child)
			return;
		if (last)
			p->f->nodes[last].next = child;
		else
			p->f->nodes[n].first = child;
		last = child;
		count++;
	}
	if (p->f->nodes[n].kind == FILTER_NOT && count != 1)
		fail(p, ERR_SYNTAX, "'!', which takes one filter");
}

static size_t
filter_read(struct parser *p, unsigned depth)
{
	size_t n;

	if (depth > FILTER_MAX_DEPTH)
		return fail(p, ERR_TOO_BIG, "filters within filters");
	if (p->s[p->pos] != '(')
		return fail(p, ERR_SYNTAX, "filter without '('");
	p->pos++;
	skip_space(p);
	n = node_add(p, FILTER_EQUAL);
	if (!n)
		return 0;
	switch (p->s[p->pos]) {
	case '&': p->f->nodes[n].kind = FILTER_AND; break;
	case '|': p->f->nodes[n].kind = FILTER_OR; break;
	case '!': p->f->nodes[n].kind = FILTER_NOT; break;
	default: break;
	}
	if (p->f->nodes[n].kind == FILTER_EQUAL) {
		item_read(p, n);
	} else {
		p->pos++;
		list_read(p, n, depth);
	}
	if (p->err != ERR_OK)
		return 0;
	if (p->s[p->pos] != ')')
		return fail(p, ERR_SYNTAX, "filter without ')'");
	p->pos++;
	return n;
}

enum err
filter_parse(const char *s, struct filter *out, struct fault *fault)
{
	struct filter f = { 0 };
	struct parser p = { .s = s, .f = &f, .fault = fault };

	(void)node_add(&p, FILTER_AND);	/* index 0 stands for none */
	(void)text_add(&f, "", 0);
	skip_space(&p);
	if (p.err == ERR_OK && filter_read(&p, 0)) {
		skip_space(&p);
		if (s[p.pos])
			fail(&p, ERR_TRAILING, "text after the filter");
	}
	if (p.err == ERR_OK && buf_failed(&f.text))
		fail(&p, ERR_NOMEM, "filter");
	if (p.err != ERR_OK) {
		filter_fini(&f);
		return p.err;
	}
	*out = f;
	return ERR_OK;
}

/* RFC 4511 4.5.1.7 over sets of outcomes. */
static unsigned
negate(unsigned set)
{
	return (set & FILTER_TRUE ? FILTER_FALSE : 0) | (set & FILTER_FALSE ? FILTER_TRUE : 0) |
		(set & FILTER_UNDEFINED);
}

/* False wins, then undefined. */
static unsigned
both(unsigned a, unsigned b)
{
	unsigned set = (a | b) & FILTER_FALSE;

	if ((a & b) & FILTER_TRUE)
		set |= FILTER_TRUE;
	if (((a & FILTER_UNDEFINED) && (b & ~FILTER_FALSE)) ||
	    ((b & FILTER_UNDEFINED) && (a & ~FILTER_FALSE)))
		set |= FILTER_UNDEFINED;
	return set;
}

struct evaluation {
	const struct filter *f;
	const struct entry *e;
	filter_absent_fn absent;
	const void *arg;
};

static unsigned
leaf_eval(const struct evaluation *v, const struct filter_node *n)
{
	const char *name = v->f->text.data + n->name;
	const struct attr *a = entry_attr(v->e, name);

	if (!a || !a->count) {
		switch (v->absent ? v->absent(v->arg, name) : FILTER_UNSET) {
		case FILTER_UNSET: return FILTER_FALSE;
		case FILTER_UNKNOWN: return FILTER_UNDEFINED;
		case FILTER_OPEN: break;
		}
		return FILTER_ANY;
	}
	if (n->kind == FILTER_PRESENT)
		return FILTER_TRUE;
	for (size_t i = 0; i < a->count; i++)
		if (match_value(v->f, n, name, &a->values[i]))
			return FILTER_TRUE;
	/* Of a list that is not whole, the value may be in the rest. */
	return a->partial ? FILTER_TRUE | FILTER_FALSE : FILTER_FALSE;
}

static unsigned
node_eval(const struct evaluation *v, size_t at)
{
	const struct filter_node *n = &v->f->nodes[at];
	unsigned set;

	switch (n->kind) {
	case FILTER_AND:
		set = FILTER_TRUE;
		for (size_t c = n->first; c && set != FILTER_FALSE; c = v->f->nodes[c].next)
			set = both(set, node_eval(v, c));
		return set;
	case FILTER_OR:
		set = FILTER_TRUE;	/* of what is denied below */
		for (size_t c = n->first; c && set != FILTER_FALSE; c = v->f->nodes[c].next)
			set = both(set, negate(node_eval(v, c)));
		return negate(set);
	case FILTER_NOT:
		return negate(node_eval(v, n->first));
	default:
		return leaf_eval(v, n);
	}
}

unsigned
filter_eval(const struct filter *f, const struct entry *e, filter_absent_fn absent, const void *arg)
{
	const struct evaluation v = { f, e, absent, arg };

	return node_eval(&v, 1);
}

void
filter_attributes(const struct filter *f, void (*each)(void *arg, const char *name), void *arg)
{
	for (size_t i = 1; i < f->count; i++)
		if (f->nodes[i].kind > FILTER_NOT && f->nodes[i].kind != FILTER_PART)
			each(arg, f->text.data + f->nodes[i].name);
}

typedef void (*pin_fn)(void *arg, const uint8_t *value, size_t len);

static bool
node_pins(const struct filter *f, size_t at, const char *name, pin_fn each, void *arg)
{
	const struct filter_node *n = &f->nodes[at];
	const char *have = f->text.data + n->name;

	switch (n->kind) {
	case FILTER_EQUAL:
		if (!ascii_eq_nocase(have, strlen(have), name, strlen(name)))
			return false;
		if (each)
			each(arg, (const uint8_t *)f->text.data + n->value, n->value_len);
		return true;
	case FILTER_AND:
		for (size_t c = n->first; c; c = f->nodes[c].next)
			if (node_pins(f, c, name, NULL, NULL))
				return !each || node_pins(f, c, name, each, arg);
		return false;
	case FILTER_OR:
		for (size_t c = n->first; c; c = f->nodes[c].next)
			if (!node_pins(f, c, name, NULL, NULL))
				return false;
		for (size_t c = n->first; each && c; c = f->nodes[c].next)
			(void)node_pins(f, c, name, each, arg);
		return true;
	default:
		return false;
	}
}

bool
filter_pins(const struct filter *f, const char *name, pin_fn each, void *arg)
{
	return node_pins(f, 1, name, each, arg);
}
