/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_impl.h"

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/escape.h"
#include "source/collect.h"

/* Both may be DNs, which hold '=' themselves. */
const char *
assume_target_of(const struct domain *d, const char *text)
{
	const char *base = d->dn;

	for (const char *p = strchr(text, '='); p; p = strchr(p + 1, '=')) {
		size_t left = (size_t)(p - text), right = strlen(p + 1);

		if (!left || !dn_valid(p + 1, right) || !dn_under(p + 1, right, base, strlen(base)))
			continue;
		if (!memchr(text, '=', left) || dn_under(text, left, base, strlen(base)))
			return p + 1;
	}
	return NULL;
}

static int
on_there(void *arg, const struct entry *e)
{
	(void)e;
	*(bool *)arg = true;
	return 0;
}

/* "=CN=…)": as a whole value. */
static void
filter_value(const char *dn, size_t len, struct buf *out)
{
	buf_addc(out, '=');
	escape_filter(dn ? dn : "", dn ? len : 0, out);
	buf_addc(out, ')');
}

/* Whether an object of that DN is there then. */
static enum source_status
is_taken(const struct assume_lookup *l, const struct buf *dn, bool *out)
{
	static const char *const attrs[] = { "objectClass", NULL };
	const struct query q = { .what = "an assumption", .base = buf_str(dn), .scope = SCOPE_BASE,
		.attrs = attrs };
	const struct assume *a = l->a;
	enum source_status st;
	bool left = false;

	*out = false;
	for (size_t i = 0; i < a->move_count; i++) {
		left |= dn_eq(buf_str(dn), dn->len, a->moves[i].from, a->moves[i].from_len);
		*out |= dn_eq(buf_str(dn), dn->len, a->moves[i].to, a->moves[i].to_len);
	}
	if (*out || left)
		return SOURCE_OK;
	st = source_search(a->inner, &q, on_there, out, l->err);
	return st == SOURCE_NO_OBJECT ? SOURCE_OK : st;
}

static enum source_status
add_move(const struct assume_lookup *l, const char *from, const char *ou)
{
	static const char *const attrs[] = { "objectClass", NULL };
	struct assume *a = l->a;
	struct entry_copy user = { 0 }, target = { 0 };
	struct assumed_move *grown, *m;
	const struct attr *oc;
	struct buf to = BUF_INIT;
	size_t to_len;
	bool taken = false;
	enum source_status st = assume_read(l, from, attrs, &user);

	if (st == SOURCE_OK)
		st = assume_read(l, ou, attrs, &target);
	if (st != SOURCE_OK)
		goto out;
	oc = entry_attr(&user.entry, "objectClass");
	buf_add(&to, user.entry.dn, dn_parent(user.entry.dn, user.entry.dn_len));
	buf_add(&to, target.entry.dn, target.entry.dn_len);
	st = SOURCE_QUERY;
	if (!oc || !attr_has(oc, "person")) {
		assume_wrong(l, "%s is no account, or its class could not be read", user.entry.dn);
		goto out;
	}
	if (dn_eq(user.entry.dn, user.entry.dn_len, buf_str(&to), to.len)) {
		assume_wrong(l, "%s is in %s already", user.entry.dn, target.entry.dn);
		goto out;
	}
	for (size_t i = 0; i < a->move_count; i++)
		if (dn_eq(user.entry.dn, user.entry.dn_len, a->moves[i].from, a->moves[i].from_len)) {
			assume_wrong(l, "%s is moved twice", user.entry.dn);
			goto out;
		}
	/* Names are unique among the children of an object (MS-ADTS 3.1.1.1.4). */
	st = buf_failed(&to) ? assume_no_memory(l) : is_taken(l, &to, &taken);
	if (st == SOURCE_OK && taken)
		st = assume_wrong(l, "there is a %s already", buf_str(&to));
	if (st != SOURCE_OK)
		goto out;
	grown = realloc(a->moves, (a->move_count + 1) * sizeof *grown);
	if (!grown) {
		st = assume_no_memory(l);
		goto out;
	}
	a->moves = grown;
	m = &grown[a->move_count++];
	to_len = to.len;
	*m = (struct assumed_move){ .from = strndup(user.entry.dn, user.entry.dn_len),
		.from_len = user.entry.dn_len, .to = buf_steal(&to), .to_len = to_len,
		.from_filter = BUF_INIT, .to_filter = BUF_INIT };
	filter_value(m->from, m->from_len, &m->from_filter);
	filter_value(m->to, m->to_len, &m->to_filter);
	if (!m->from || !m->to || buf_failed(&m->from_filter) || buf_failed(&m->to_filter))
		st = assume_no_memory(l);
	else
		buf_addf(&a->words, "moved: %s is %s then\n", m->from, m->to);
out:
	buf_fini(&to);
	entry_copy_fini(&user);
	entry_copy_fini(&target);
	return st;
}

enum source_status
assume_move(const struct assume_lookup *l)
{
	const char *ou = assume_target_of(l->a->domain, l->given->text);
	char *name, *dn = NULL;
	enum source_status st;

	if (!ou)
		return assume_wrong(l, "is written USER=OU, the OU as a DN below %s", l->a->domain->dn);
	name = strndup(l->given->text, (size_t)(ou - l->given->text) - 1);
	if (!name)
		return assume_no_memory(l);
	st = assume_find(l, name, &dn);
	if (st == SOURCE_OK)
		st = add_move(l, dn, ou);
	free(name);
	free(dn);
	return st;
}
