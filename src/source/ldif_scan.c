/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldif_scan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "model/account.h"
#include "source/read_ahead.h"

/* One reading of the file. */
struct reading {
	struct source_ldif *ls;
	struct ldif_stream stream;
	struct ldifr r;
	struct ldif_entry entry;
	bool first;		/* the reading that fills store and index */
	bool nomem;
	scan_want_fn want;
	const void *want_arg;
};

enum source_status
scan_fail(const struct source_ldif *ls, struct source_error *err, enum source_status st,
    const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	buf_addf(&text, "%s: ", ls->name);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	*err = (struct source_error){ .status = st };
	snprintf(err->text, sizeof err->text, "%s", buf_str(&text));
	buf_fini(&text);
	return st;
}

/* "FILE:LINE: what is wrong". */
static enum source_status
fail_at(const struct reading *in, struct source_error *err)
{
	const struct fault *f = &in->r.fault;
	char value[32] = "";

	*err = (struct source_error){ .status = SOURCE_PROTOCOL };
	if (f->err == ERR_NOMEM || in->nomem)
		return scan_fail(in->ls, err, SOURCE_NOMEM, "out of memory");
	if (in->stream.error[0])
		return scan_fail(in->ls, err, SOURCE_PROTOCOL, "%s", in->stream.error);
	if (f->has_value)
		snprintf(value, sizeof value, " %llu bytes", (unsigned long long)f->value);
	snprintf(err->text, sizeof err->text, "%s:%llu: %s%s%s", in->ls->name,
	    (unsigned long long)in->r.fault_line, f->what ? f->what : "", value,
	    f->err == ERR_UNSUPPORTED ? ": not read, by design" :
	    f->err == ERR_SYNTAX ? ": not as LDIF has it" :
	    f->err == ERR_SHORT ? ": the file was cut short" : "");
	return SOURCE_PROTOCOL;
}

static ssize_t
fill(void *arg, void *buf, size_t len)
{
	struct reading *in = arg;

	return ldif_stream_fill(&in->stream, buf, len);
}

/* Of the users in a snapshot the first reading needs little. */
static bool
want_first(void *arg, const char *name, size_t len)
{
	struct reading *in = arg;

	if (index_name(&in->ls->index, name, len) != ERR_OK)
		in->nomem = true;
	return ascii_eq_nocase(name, len, "objectCategory", 14) ||
		ascii_eq_nocase(name, len, "objectClass", 11) ||
		ascii_eq_nocase(name, len, "objectSid", 9);
}

static bool
want_again(void *arg, const char *name, size_t len)
{
	struct reading *in = arg;

	return in->want(in->want_arg, name, len) || ascii_eq_nocase(name, len, "objectClass", 11);
}

static void
comment(void *arg, const char *text, size_t len, uint64_t line)
{
	struct reading *in = arg;

	if (!in->first)
		return;
	if (!snapshot_info_read(&in->ls->info, text, len, line))
		in->nomem = true;
	if (in->ls->info.users_begun)
		in->r.want = want_first;
}

static enum source_status
reading_begin(struct reading *in, struct source_ldif *ls, uint64_t offset, uint64_t line,
    struct source_error *err)
{
	*in = (struct reading){ .ls = ls };
	ldifr_init(&in->r, fill, comment, in);
	ldifr_begin_at(&in->r, offset, line);
	if (ldif_stream_open(&in->stream, &ls->file, offset) != 0)
		return scan_fail(ls, err, SOURCE_NOMEM, "out of memory");
	return SOURCE_OK;
}

static void
reading_end(struct reading *in)
{
	ldif_stream_close(&in->stream);
	ldifr_fini(&in->r);
	ldif_entry_fini(&in->entry);
}

/* The next entry; NULL at the end. */
static enum source_status
reading_next(struct reading *in, const struct ldif_record **record, struct source_error *err)
{
	enum err bad = ldifr_next(&in->r, record);

	if (bad != ERR_OK || in->nomem)
		return fail_at(in, err);
	if (!*record)
		return SOURCE_OK;
	bad = ldif_entry_make(&in->entry, *record);
	if (bad != ERR_OK) {
		in->r.fault_line = (*record)->line;
		fault_set(&in->r.fault, bad, 0, bad == ERR_TOO_BIG ? "entry with too many attributes" :
		    "attribute with an option that makes no sense");
		return fail_at(in, err);
	}
	return SOURCE_OK;
}

/* What may be there by the million stays in the file: accounts, and objects
 * that do not tell what they are. */
static bool
is_user(struct source_ldif *ls, const struct entry *e)
{
	static const char *const classes[] = { "user", "person", "contact" };
	const struct attr *oc = entry_attr(e, "objectClass");

	if (ls->info.is_snapshot)
		return ls->info.users_begun;
	if (!e->dn_len)
		return false;
	for (size_t i = 0; oc && i < sizeof classes / sizeof *classes; i++)
		if (attr_has(oc, classes[i]))
			return true;
	/* More about an entry that did tell, before, is no other. */
	return (!oc || !oc->count) && !store_find(&ls->store, e->dn, e->dn_len);
}

static enum err
take_names(struct ldif_index *x, const struct entry *e)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < e->count && err == ERR_OK; i++)
		err = index_name(x, e->attrs[i].name, strlen(e->attrs[i].name));
	return err;
}

static enum err
take_user(struct reading *in, const struct entry *e, const struct ldif_record *r)
{
	struct source_ldif *ls = in->ls;
	uint64_t hash = store_hash(&ls->store, e->dn, e->dn_len);

	if (!ls->index.count) {
		ls->users_offset = r->offset;
		ls->users_line = r->line;
	}
	/* want_first() has noted them, when it was asked. */
	if (!in->r.want && take_names(&ls->index, e) != ERR_OK)
		return ERR_NOMEM;
	return index_add(&ls->index, &ls->store, e, hash, r->offset, r->line);
}

static enum err
take_other(struct source_ldif *ls, const struct entry *e)
{
	return take_names(&ls->others, e) == ERR_OK ? store_merge(&ls->store, e, NULL) : ERR_NOMEM;
}

static enum source_status
read_all(struct reading *in, struct source_error *err)
{
	struct source_ldif *ls = in->ls;
	const struct ldif_record *r = NULL;
	enum source_status st;

	in->first = true;
	while ((st = reading_next(in, &r, err)) == SOURCE_OK && r) {
		const struct entry *e = &in->entry.entry;

		if (!dn_valid(e->dn, e->dn_len)) {
			in->r.fault_line = r->line;
			fault_set(&in->r.fault, ERR_SYNTAX, 0, "DN");
			return fail_at(in, err);
		}
		if ((is_user(ls, e) ? take_user(in, e, r) : take_other(ls, e)) != ERR_OK)
			return scan_fail(ls, err, SOURCE_NOMEM, "out of memory");
	}
	return st;
}

/* What is wrong with a snapshot as a whole, though its context could be read. */
static void
find_trouble(struct source_ldif *ls, enum source_status st, struct source_error *err)
{
	const struct snapshot_info *i = &ls->info;

	ls->broken = true;
	if (st != SOURCE_OK)
		ls->trouble = *err;
	else if (!i->ended)
		scan_fail(ls, &ls->trouble, SOURCE_PROTOCOL, "it ends after %zu users, without the "
		    "line that ends a snapshot: it was cut short. Copy it again, or take it anew",
		    ls->index.count);
	else if (i->has_count && i->users != ls->index.count)
		scan_fail(ls, &ls->trouble, SOURCE_PROTOCOL, "its last line says that it has %zu "
		    "users, and there are %zu: some were taken out or added. Copy it again, or take "
		    "it anew", i->users, ls->index.count);
	else if (!i->complete)
		scan_fail(ls, &ls->trouble, SOURCE_PROTOCOL, "it says of itself that it is not "
		    "complete: %s", i->why ? i->why : "no reason is given");
	else
		ls->broken = false;
}

/* The DC= components at the end of a DN. */
static size_t
domain_part(const char *dn, size_t len)
{
	size_t at = 0, begin = len;

	while (at < len) {
		if (len - at > 3 && ascii_eq_nocase(dn + at, 3, "DC=", 3)) {
			if (begin == len)
				begin = at;
		} else {
			begin = len;
		}
		at += dn_parent(dn + at, len - at);
	}
	return begin;
}

/* The domain's name, of the shortest object of class domain; else of a DN. */
static char *
find_domain(const struct source_ldif *ls, const char *user)
{
	const char *best = NULL;
	size_t depth = SIZE_MAX;

	for (size_t i = 0; i < ls->store.count; i++) {
		const struct stored *s = ls->store.list[i];
		struct entry e = stored_entry(s);
		const struct attr *oc = entry_attr(&e, "objectClass");
		bool head = oc && (attr_has(oc, "domainDNS") || attr_has(oc, "domain"));
		size_t n = dn_depth(s->dn, s->dn_len);

		if (head && domain_part(s->dn, s->dn_len) == 0 && s->dn_len && n < depth) {
			best = s->dn;
			depth = n;
		}
	}
	for (size_t i = 0; !best && !user && i < ls->store.count; i++)
		if (domain_part(ls->store.list[i]->dn, ls->store.list[i]->dn_len) <
		    ls->store.list[i]->dn_len)
			user = ls->store.list[i]->dn;
	if (!best && user)
		best = user + domain_part(user, strlen(user));
	return best && *best ? strdup(best) : NULL;
}

static int
on_first_user(void *arg, const struct entry *e)
{
	char **dn = arg;

	*dn = strndup(e->dn, e->dn_len);
	return 1;
}

static enum source_status
add_rootdse(struct source_ldif *ls, struct source_error *err)
{
	char *user = NULL, *config = NULL, *schema = NULL;
	struct buf text = BUF_INIT;
	struct value v[3];
	struct attr a[3];
	size_t n = 0;
	const struct entry root = { "", 0, a, 1 };
	struct entry e = root;
	enum err bad;

	if (ls->index.count)
		(void)scan_user(ls, 0, on_first_user, &user, err);
	ls->default_nc = find_domain(ls, user);
	free(user);
	if (!ls->default_nc)
		return scan_fail(ls, err, SOURCE_PROTOCOL, "there is no rootDSE in it, and no DN of "
		    "a domain (DC=…): this is not from an Active Directory");
	buf_addf(&text, "CN=Configuration,%s", ls->default_nc);
	config = buf_steal(&text);
	buf_addf(&text, "CN=Schema,CN=Configuration,%s", ls->default_nc);
	schema = buf_steal(&text);
	v[n] = (struct value){ (const uint8_t *)ls->default_nc, strlen(ls->default_nc) };
	a[n] = (struct attr){ "defaultNamingContext", &v[n], 1, false };
	n++;
	for (size_t i = 0; config && schema && i < ls->store.count && n == 1; i++)
		if (dn_under(ls->store.list[i]->dn, ls->store.list[i]->dn_len, config,
		    strlen(config))) {
			v[n] = (struct value){ (const uint8_t *)config, strlen(config) };
			a[n] = (struct attr){ "configurationNamingContext", &v[n], 1, false };
			n++;
			v[n] = (struct value){ (const uint8_t *)schema, strlen(schema) };
			a[n] = (struct attr){ "schemaNamingContext", &v[n], 1, false };
			n++;
		}
	e.count = n;
	bad = config && schema ? store_merge(&ls->store, &e, NULL) : ERR_NOMEM;
	free(config);
	free(schema);
	return bad == ERR_OK ? SOURCE_OK : scan_fail(ls, err, SOURCE_NOMEM, "out of memory");
}

/* The rootDSE, or what the file allows to say in its place. */
static enum source_status
settle_rootdse(struct source_ldif *ls, struct source_error *err)
{
	const struct stored *s = store_find(&ls->store, "", 0);
	struct entry e = s ? stored_entry(s) : (struct entry){ .dn = "" };
	const struct value *v = entry_value(&e, "defaultNamingContext");

	if (!v)
		return add_rootdse(ls, err);
	ls->default_nc = strndup((const char *)v->data, v->len);
	return ls->default_nc ? SOURCE_OK : scan_fail(ls, err, SOURCE_NOMEM, "out of memory");
}

static uint64_t line_of(struct source_ldif *ls, size_t at);

/* Which of the two would count? */
static enum source_status
fail_twice(struct source_ldif *ls, size_t first, size_t second, struct source_error *err)
{
	if (second < ls->index.count)
		return scan_fail(ls, err, SOURCE_PROTOCOL, "the entry at line %llu stands at line "
		    "%llu too: put the two together", (unsigned long long)line_of(ls, second),
		    (unsigned long long)line_of(ls, first));
	for (size_t i = 0; i < ls->store.count; i++)
		if (ls->store.list[i]->chained.hash == ls->index.dn[first])
			return scan_fail(ls, err, SOURCE_PROTOCOL, "%s stands in several places, "
			    "first without its objectClass: put them together",
			    ls->store.list[i]->dn);
	return SOURCE_PROTOCOL;
}

enum source_status
scan_open(struct source_ldif *ls, const char *path, struct source_error *err)
{
	struct reading in;
	enum source_status st;
	size_t first = 0, second = 0;

	if (ldif_file_open(&ls->file, path) != 0)
		return scan_fail(ls, err, SOURCE_CONNECT, "%s", strerror(errno));
	st = reading_begin(&in, ls, 0, 1, err);
	if (st == SOURCE_OK)
		st = read_all(&in, err);
	reading_end(&in);
	if (st == SOURCE_NOMEM || (st != SOURCE_OK && !ls->info.users_begun))
		return st;
	if (ls->info.is_snapshot && !ls->info.users_begun)
		return scan_fail(ls, err, SOURCE_PROTOCOL, "it ends before the users begin: it was "
		    "cut short. Copy it again, or take it anew");
	if (!ls->store.count && !ls->index.count)
		return scan_fail(ls, err, SOURCE_PROTOCOL, "there is no entry in it");
	if (ls->info.is_snapshot)
		find_trouble(ls, st, err);
	ls->source.partial = !ls->info.is_snapshot || ls->broken;
	if (index_twice(&ls->index, &ls->store, &first, &second))
		return fail_twice(ls, first, second, err);
	return settle_rootdse(ls, err);
}

/* The users of a file, on their way from the thread that reads it. */
struct users {
	struct source_ldif *ls;
	entry_fn fn;
	void *arg;
	size_t seen;
	bool stopped;		/* by fn */
};

static enum source_status
next_entry(void *arg, const struct entry **e, struct source_error *err)
{
	struct reading *in = arg;
	const struct ldif_record *r = NULL;
	enum source_status st = reading_next(in, &r, err);

	*e = st == SOURCE_OK && r ? &in->entry.entry : NULL;
	return st;
}

static int
on_entry(void *arg, const struct entry *e)
{
	struct users *u = arg;

	if (!is_user(u->ls, e))
		return 0;
	u->seen++;
	u->stopped = u->fn(u->arg, e) != 0;
	/* No further than the first reading came. */
	return u->stopped || u->seen == u->ls->index.count;
}

enum source_status
scan_users(struct source_ldif *ls, scan_want_fn want, entry_fn fn, void *arg,
    struct source_error *err)
{
	struct users u = { .ls = ls, .fn = fn, .arg = arg };
	struct reading in;
	enum source_status st = reading_begin(&in, ls, ls->users_offset, ls->users_line, err);

	if (want) {
		in.want = want;
		in.want_arg = arg;
		in.r.want = want_again;
	}
	if (st == SOURCE_OK && ls->index.count)
		st = read_ahead(next_entry, &in, on_entry, &u, err);
	if (st == SOURCE_STOPPED && !u.stopped)
		st = SOURCE_OK;
	else if (st == SOURCE_OK && u.seen < ls->index.count)
		st = scan_fail(ls, err, SOURCE_PROTOCOL, "the file changes while it is read");
	reading_end(&in);
	return st;
}

/* Goes to the user at a place of the index, from the mark before it. */
static enum source_status
seek(struct reading *in, struct source_ldif *ls, size_t at, const struct ldif_record **r,
    struct source_error *err)
{
	const struct index_mark *mark = &ls->index.marks[at / INDEX_MARK_EVERY];
	enum source_status st = reading_begin(in, ls, mark->offset, mark->line, err);

	for (size_t n = at - at % INDEX_MARK_EVERY; st == SOURCE_OK && n <= at;) {
		st = reading_next(in, r, err);
		if (st == SOURCE_OK && !*r)
			st = scan_fail(ls, err, SOURCE_PROTOCOL, "the file changes while it is read");
		else if (st == SOURCE_OK && is_user(ls, &in->entry.entry))
			n++;
	}
	return st;
}

enum source_status
scan_user(struct source_ldif *ls, size_t at, entry_fn fn, void *arg, struct source_error *err)
{
	const struct ldif_record *r = NULL;
	struct reading in;
	enum source_status st = seek(&in, ls, at, &r, err);

	if (st == SOURCE_OK && fn(arg, &in.entry.entry) != 0)
		st = SOURCE_STOPPED;
	reading_end(&in);
	return st;
}

static uint64_t
line_of(struct source_ldif *ls, size_t at)
{
	const struct ldif_record *r = NULL;
	struct source_error err;
	struct reading in;
	uint64_t line = seek(&in, ls, at, &r, &err) == SOURCE_OK && r ? r->line : 0;

	reading_end(&in);
	return line;
}

bool
scan_knows(const struct source_ldif *ls, const char *name)
{
	/* In every directory, whether or not an entry here has them. */
	static const char *const always[] = { "objectCategory", "member", "memberOf", "groupType",
		"description", "lDAPDisplayName", NULL };
	const char *const *lists[] = { always, account_attributes };

	if (index_has_name(&ls->index, name) || index_has_name(&ls->others, name))
		return true;
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; lists[k][i]; i++)
			if (ascii_eq_nocase(name, strlen(name), lists[k][i], strlen(lists[k][i])))
				return true;
	return false;
}
