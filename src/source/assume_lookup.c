/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/dn.h"
#include "core/escape.h"
#include "source/collect.h"

const char *
assume_option(enum assume_kind kind)
{
	switch (kind) {
	case ASSUME_GRANT: return "--assume-grant";
	case ASSUME_UNBLOCK: return "--assume-unblock";
	case ASSUME_MEMBER: return "--assume-member";
	case ASSUME_MOVE: return "--assume-move";
	case ASSUME_CONNECTOR: break;
	}
	return "--assume-connector";
}

size_t
assume_concerns(const struct domain *d, const struct assumption *a)
{
	const char *dn = a->text, *ace;
	size_t base = strlen(d->dn);
	bool in = false;

	switch (a->kind) {
	case ASSUME_GRANT:
		ace = assume_ace_of(dn);
		in = ace && dn_under(dn, (size_t)(ace - dn), d->dn, base);
		break;
	case ASSUME_UNBLOCK:
		in = dn_under(dn, strlen(dn), d->dn, base);
		break;
	case ASSUME_MOVE:
		in = assume_target_of(d, dn) != NULL;
		break;
	case ASSUME_MEMBER:
	case ASSUME_CONNECTOR:
		break;
	}
	return in ? base : 0;
}

enum source_status
assume_wrong(const struct assume_lookup *l, const char *fmt, ...)
{
	struct buf text = BUF_INIT, safe = BUF_INIT;
	va_list ap;

	buf_addf(&text, "%s '%s': ", assume_option(l->given->kind), l->given->text);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	escape_terminal(buf_str(&text), text.len, &safe);
	*l->err = (struct source_error){ .status = SOURCE_QUERY };
	snprintf(l->err->text, sizeof l->err->text, "%s", buf_str(&safe));
	buf_fini(&text);
	buf_fini(&safe);
	return SOURCE_QUERY;
}

enum source_status
assume_no_memory(const struct assume_lookup *l)
{
	*l->err = (struct source_error){ .status = SOURCE_NOMEM };
	snprintf(l->err->text, sizeof l->err->text, "%s: out of memory", l->a->inner->name);
	return SOURCE_NOMEM;
}

void
assume_say(struct assume *a, const char *what, const char *object, const char *how)
{
	buf_addf(&a->words, "%s%s%s%s\n", what, object, *how ? ": " : "", how);
}

/* One object of the directory as it is. */
static int
on_object(void *arg, const struct entry *e)
{
	return entry_copy_init(arg, e) == 0 ? 0 : 1;
}

enum source_status
assume_read(const struct assume_lookup *l, const char *dn, const char *const *attrs,
    struct entry_copy *out)
{
	const struct query q = { .what = "an assumption", .base = dn, .scope = SCOPE_BASE,
		.attrs = attrs, .sd_flags = SD_FLAGS_READ };
	enum source_status st;

	if (!dn_valid(dn, strlen(dn)) || !*dn)
		return assume_wrong(l, "'%s' is not a DN", dn);
	st = source_search(l->a->inner, &q, on_object, out, l->err);
	if (st == SOURCE_STOPPED)
		return assume_no_memory(l);
	if (st == SOURCE_NO_OBJECT || (st == SOURCE_OK && !out->memory))
		return assume_wrong(l, "there is no %s in %s, or this reader may not see it", dn,
		    l->a->domain->dns);
	return st;
}

/* The one object of a name. */
enum source_status
assume_find(const struct assume_lookup *l, const char *name, char **out)
{
	struct dn_list found = { NULL, 0 };
	enum source_status st = collect_account_names(l->a->inner, l->a->domain, name, &found,
	    l->err);

	if (st == SOURCE_OK && found.count != 1)
		st = found.count ? assume_wrong(l, "%zu objects have the name '%s'; give a DN",
		    found.count, name) : assume_wrong(l, "there is no '%s' in %s, or this reader may "
			"not see it", name, l->a->domain->dns);
	if (st == SOURCE_OK) {
		*out = found.dn[0];
		found.dn[0] = NULL;
	}
	dn_list_fini(&found);
	return st;
}
