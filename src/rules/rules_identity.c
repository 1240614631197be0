/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <string.h>

#include "core/dn.h"
#include "core/escape.h"
#include "rules/judge.h"

/* 6xx: what can be said of a user's identity while it passes, and what could not
 * be read of it. Who shares one with whom: identity_report.c. */

/*
 * Whether the name of a container has what the vendor's support names as
 * trouble for writeback (33001): a leading space or #, a trailing space, or one
 * of these. The name of the user itself does not count: "Doe, Jane" is common
 * there, and works.
 */
#define RESERVED "/,+\"\\<>;=\n\r"

static bool
is_reserved(const char *name, size_t len)
{
	if (!len)
		return false;
	if (name[0] == ' ' || name[0] == '#' || name[len - 1] == ' ')
		return true;
	for (size_t i = 0; i < len; i++)
		if (name[i] && strchr(RESERVED, name[i]))
			return true;
	return false;
}

/* Most paths have nothing that would have to be escaped or looked at. */
static bool
is_plain(const char *dn, size_t len)
{
	bool value = false;

	for (size_t i = 0; i < len; i++)
		switch (dn[i]) {
		case ',':
			value = false;
			break;
		case '=':
			if (value)
				return false;
			value = true;
			break;
		case '\\': case '/': case '"': case '+': case '<': case '>': case ';': case '#':
		case '\n': case '\r':
			return false;
		}
	return true;
}

static void
judge_path(struct judge *j, const struct account *a)
{
	size_t at = dn_parent(a->dn, a->dn_len), up;
	struct buf name = BUF_INIT;
	const char *where = NULL;

	if (is_plain(a->dn + at, a->dn_len - at))
		return;
	buf_clear(&j->text);
	for (; at < a->dn_len; at += up) {
		const char *dn = a->dn + at;

		up = dn_parent(dn, a->dn_len - at);
		buf_clear(&name);
		if (dn_rdn_value(dn, a->dn_len - at, &name) != ERR_OK ||
		    !is_reserved(buf_str(&name), name.len))
			continue;
		buf_addf(&j->text, "%s\"", where ? ", " : "in the path: ");
		escape_terminal(name.data, name.len, &j->text);
		buf_addc(&j->text, '"');
		if (!where)
			where = dn;
	}
	if (where)
		judge_remark(j, &(struct remark){ .rule = 607, .account = a, .cause = where,
			.evidence = buf_str(&j->text) });
	buf_fini(&name);
}

void
rules_identity(struct judge *j, const struct account *a)
{
	buf_clear(&j->text);
	identity_anchor_fault(j->domain, a, &j->text);
	if (j->text.len)
		judge_remark(j, &(struct remark){ .rule = 603, .account = a,
			.evidence = buf_str(&j->text) });
	judge_path(j, a);
	if (j->identity && identity_add(j->identity, a) != 0)
		j->stopped = -1;
}

/* One finding for a domain: a reader who may not read an attribute mostly may
 * read it of nobody. */
void
rules_identity_end(struct judge *j)
{
	const struct identity_part *p = j->identity;
	const struct domain *d = j->domain;
	const char *names[UNREAD_COUNT] = { "objectSid", d->schema.attr[SCHEMA_SOURCE_ANCHOR].name,
		"userPrincipalName or sAMAccountName", d->schema.attr[SCHEMA_JOIN].name };

	for (size_t i = 0; p && i < UNREAD_COUNT; i++) {
		if (!p->unread[i].users)
			continue;
		buf_clear(&j->text);
		buf_addf(&j->text, "%s of %zu users was not returned, or not all of it, and may "
		    "be set; the first: %s", names[i], p->unread[i].users,
		    p->unread[i].example ? p->unread[i].example : "?");
		judge_remark(j, &(struct remark){ .rule = 608, .object = d->dn, .cause = d->dn,
			.evidence = buf_str(&j->text) });
	}
}
