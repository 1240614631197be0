/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "commands.h"
#include "core/dn.h"
#include "core/list.h"
#include "core/sd.h"
#include "model/membership.h"
#include "msg.h"
#include "options.h"
#include "report/outfile.h"
#include "source/collect.h"
#include "source/source_record.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

/* Each trustee's name is a search. Descriptors of a real domain name some
 * thousand; beyond this an explanation from the file shows the bare SID. */
#define TRUSTEES_MAX	16384

/*
 * A snapshot is what an audit read. So it is an audit, of which nothing but the
 * reading is kept; what `explain` reads beyond that is read for all users.
 */
struct snapshot {
	const struct settings *settings;
	struct session session;
	struct source_record *record;	/* session.source */
	struct snapshot_writer writer;
	struct redactor redactor;
	struct outfile file;
	FILE *spool;
	struct source_error lost;	/* why the audit came to no end */
	size_t distinct;		/* descriptors seen so far */
	struct sid *trustees;		/* in them, each once, sorted */
	size_t trustee_count, trustee_cap;
	struct member_set above;	/* what stands above a user */
	bool failed;
};

static bool
ends_with(const char *s, const char *end)
{
	size_t a = strlen(s), b = strlen(end);

	return a > b && !strcmp(s + a - b, end);
}

/* A trustee that explanations name (explain.c). */
static int
add_trustee(struct snapshot *s, const struct sid *sid)
{
	size_t low = 0, high = s->trustee_count;
	struct sid *grown;

	if (sid->authority != 5 || sid->count < 2 || sid->sub[0] != 21)
		return 0;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (sid_cmp(&s->trustees[mid], sid) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (s->trustee_count == TRUSTEES_MAX ||
	    (low < s->trustee_count && sid_eq(&s->trustees[low], sid)))
		return 0;
	grown = list_room(s->trustees, s->trustee_count, &s->trustee_cap, 32, sizeof *grown);
	if (!grown)
		return -1;
	s->trustees = grown;
	memmove(s->trustees + low + 1, s->trustees + low,
	    (s->trustee_count++ - low) * sizeof *s->trustees);
	s->trustees[low] = *sid;
	return 0;
}

static int
add_trustees(struct snapshot *s, const struct value *v)
{
	struct sd sd;
	struct ace ace;
	size_t pos = 0;

	if (!v || sd_parse(v->data, v->len, &sd, NULL) != ERR_OK)
		return 0;
	if (sd.has_owner && add_trustee(s, &sd.owner) != 0)
		return -1;
	while (sd.dacl.bytes && acl_next(&sd.dacl, &pos, &ace))
		if (add_trustee(s, &ace.trustee) != 0)
			return -1;
	return 0;
}

/* Notes what stands above. */
static int
add_above(struct snapshot *s, const struct entry *e)
{
	const char *dn = e->dn;
	size_t len = e->dn_len;
	bool fresh = true;

	while (fresh) {
		size_t up = dn_parent(dn, len);

		dn += up;
		len -= up;
		if (!len)
			break;
		if (member_set_add(&s->above, dn, len, &fresh) != ERR_OK)
			return -1;
	}
	return 0;
}

static int
on_user(void *arg, struct judge *j, const struct entry *e)
{
	struct snapshot *s = arg;

	if (j->cache.distinct != s->distinct) {
		s->distinct = j->cache.distinct;
		if (add_trustees(s, entry_value(e, "nTSecurityDescriptor")) != 0)
			return -1;
	}
	return add_above(s, e);
}

static int
on_begin(void *arg, struct judge *j)
{
	struct snapshot *s = arg;

	(void)j;
	s->distinct = 0;
	source_record_users(s->record, true);
	return 0;
}

static int
on_end(void *arg, struct judge *j)
{
	struct snapshot *s = arg;

	(void)j;
	source_record_users(s->record, false);
	return 0;
}

/* What is not whole is told once, and the file says it. */
static int
on_trouble(void *arg, const struct source_error *err)
{
	struct snapshot *s = arg;

	s->lost = *err;
	return -1;
}

static bool
has_descriptor(struct snapshot *s, const char *dn, size_t len)
{
	const struct stored *have = store_find(&s->record->store, dn, len);
	struct entry e;

	if (!have)
		return false;
	e = stored_entry(have);
	return entry_value(&e, "nTSecurityDescriptor") != NULL;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What stands above, in an order that is the same each time: the set has none. *out is
 * to be freed, its strings are the set's. 0, or -1 without memory. */
static int
list_above(const struct member_set *set, char ***out, size_t *count)
{
	char **list = calloc(set->count + 1, sizeof *list);
	size_t n = 0;

	if (!list)
		return -1;
	for (size_t i = 0; i < set->cap; i++)
		if (set->slot[i])
			list[n++] = set->slot[i];
	qsort(list, n, sizeof *list, by_text);
	*out = list;
	*count = n;
	return 0;
}

/* What `explain` reads beyond an audit. */
static enum source_status
read_for_explain(struct snapshot *s, struct source_error *err)
{
	struct source *src = s->session.source;
	struct domain *d = &s->session.domain;
	enum source_status st = collect_all_groups(src, d, err);
	char **above = NULL;
	size_t count = 0;

	if (st == SOURCE_OK && list_above(&s->above, &above, &count) != 0)
		st = source_nomem(src, err);
	for (size_t i = 0; i < count && st == SOURCE_OK; i++) {
		const char *dn = above[i];

		if (dn_under(dn, strlen(dn), d->dn, strlen(d->dn)) &&
		    !has_descriptor(s, dn, strlen(dn)))
			collect_container(d, dn);
	}
	for (size_t i = 0; i < s->trustee_count && st == SOURCE_OK; i++)
		free(collect_sid_name(src, d, &s->trustees[i]));
	free(above);
	return st;
}

/* Reads everything. 0; 1 when not all could be read (*why says it); -1 when it
 * could not begin, with a message printed. */
static int
read_all(struct snapshot *s, const struct profile *profile, struct dn_list *connectors,
    struct source_error *why)
{
	static const struct sink nowhere = { NULL, NULL, NULL };
	struct session *se = &s->session;
	struct audit audit = {
		.session = se, .profile = profile, .sink = &nowhere,
		.progress = s->settings->quiet ? PROGRESS_NONE :
			s->settings->verbose ? PROGRESS_LOG : PROGRESS_TERMINAL,
		.begin = on_begin, .user = on_user, .end = on_end, .trouble = on_trouble, .arg = s,
	};
	struct dn_list found = { NULL, 0 };
	struct source_error err = { .status = SOURCE_OK };
	enum source_status st = SOURCE_OK;

	if (session_read(se) != 0 || session_connectors(se, se->target->connector, connectors) != 0)
		return -1;
	/* Whoever reads the file may not name one. */
	(void)collect_account_names(se->source, &se->domain, NULL, &found, &err);
	dn_list_fini(&found);
	/* All connectors before the first user: one of them may be among the users. */
	for (size_t i = 0; i < connectors->count && st == SOURCE_OK; i++)
		st = collect_connector(se->source, connectors->dn[i], &se->domain, &err);
	audit.connectors = (const char *const *)connectors->dn;
	audit.connector_count = connectors->count;
	if (st == SOURCE_OK && audit_run(&audit) != 0) {
		source_record_users(s->record, false);
		err = s->lost;
		st = err.status;
		s->failed |= st == SOURCE_OK;
	}
	if (st == SOURCE_OK)
		st = read_for_explain(s, &err);
	if (s->failed || s->record->failed)
		return 1;
	if (st != SOURCE_OK)
		*why = err;
	else if (s->record->trouble.status)
		*why = s->record->trouble;
	return why->status != SOURCE_OK;
}

static char *
redacted_dn(struct snapshot *s, const char *dn)
{
	struct buf b = BUF_INIT;

	redact_dn(&s->redactor, dn, strlen(dn), &b);
	return buf_steal(&b);
}

/* The head says no more than the entries do. */
static int
redact_info(struct snapshot *s, struct snapshot_info *i)
{
	struct buf from = BUF_INIT, as = BUF_INIT;

	redact_uri(&s->redactor, i->from, &from);
	free(i->from);
	i->from = buf_steal(&from);
	if (i->as)
		redact_name(&s->redactor, i->as, strlen(i->as), &as);
	free(i->as);
	i->as = buf_steal(&as);
	if (i->base) {
		char *base = redacted_dn(s, i->base);

		free(i->base);
		i->base = base;
	}
	free(i->filter);
	i->filter = i->filter ? strdup("(not told)") : NULL;
	free(i->why);
	i->why = i->why ? strdup("(not told)") : NULL;
	for (size_t k = 0; k < i->connector_count; k++) {
		char *dn = redacted_dn(s, i->connectors[k]);

		free(i->connectors[k]);
		i->connectors[k] = dn;
		if (!dn)
			return -1;
	}
	i->redacted = true;
	return i->from ? 0 : -1;
}

static char *
copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static int
write_all(struct snapshot *s, const struct dn_list *connectors, const struct source_error *why)
{
	const struct session *se = &s->session;
	struct snapshot_info info = { .taken = se->read_at, .from = copy(se->uri),
		.as = copy(se->domain.reader_name), .version = strdup("writeback-audit "
		PACKAGE_VERSION), .base = copy(se->target->base), .filter = copy(se->target->filter),
		.redacted = se->snapshot && se->snapshot->redacted,
		.complete = why->status == SOURCE_OK && !se->source->partial,
		.why = why->status ? strdup(why->text) : se->source->partial ?
			strdup("it was made from a file that is not a complete snapshot") : NULL };
	int result = -1;

	info.connectors = calloc(connectors->count, sizeof *info.connectors);
	for (size_t i = 0; info.connectors && i < connectors->count; i++)
		if ((info.connectors[info.connector_count] = strdup(connectors->dn[i])))
			info.connector_count++;
	if (info.from && info.connector_count == connectors->count &&
	    (!s->settings->redact || redact_info(s, &info) == 0))
		result = snapshot_write_finish(&s->writer, &info, &s->record->store);
	snapshot_info_fini(&info);
	return result;
}

static int
run(struct snapshot *s, const struct profile *profile)
{
	struct dn_list connectors = { NULL, 0 };
	struct source_error why = { .status = SOURCE_OK };
	const char *path = s->settings->output;
	int result, status = STATUS_USAGE;

	result = read_all(s, profile, &connectors, &why);
	if (result >= 0 && !s->failed && !s->record->failed &&
	    write_all(s, &connectors, &why) == 0 && outfile_commit(&s->file) == 0) {
		status = result || s->session.source->partial ? STATUS_INCOMPLETE : STATUS_OK;
		if (why.status)
			msg_error("%s", why.text);
		if (status == STATUS_INCOMPLETE)
			msg_error("%s: the snapshot is not complete, and says so", path);
		else if (!s->settings->quiet)
			fprintf(stderr, "%s: %zu users, %zu other entries\n", path,
			    s->writer.users, s->writer.others);
	} else if (result >= 0) {
		int error = s->writer.error ? s->writer.error : errno ? errno : ENOMEM;

		msg_error("%s: %s; the snapshot was not written", path,
		    s->failed || s->record->failed || !error ? strerror(s->writer.error ?
		    s->writer.error : ENOMEM) : strerror(error));
		status = STATUS_INCOMPLETE;
	}
	dn_list_fini(&connectors);
	return status;
}

static int
start(struct snapshot *s, struct target *t)
{
	const struct profile *profile = session_profile(s->settings);
	const char *path = s->settings->output;

	/* What other controllers say is not in a snapshot: they are not asked. */
	t->all_dcs = false;
	t->found = true;
	if (!profile || session_password(s->settings, t) != 0 ||
	    session_connect(&s->session, s->settings, t) != 0)
		return STATUS_USAGE;
	s->above.key = s->session.domain.key;
	if (s->settings->redact && redact_init(&s->redactor) != 0) {
		msg_error("no random numbers for pseudonyms: %s", strerror(errno));
		return STATUS_USAGE;
	}
	if (outfile_open(&s->file, path) != 0 || !(s->spool = outfile_spool(path)) ||
	    snapshot_write_open(&s->writer, s->file.fp, s->spool, ends_with(path, ".zst"),
	    s->settings->redact ? &s->redactor : NULL) != 0) {
		msg_error("%s: cannot be written: %s", path, strerror(errno ? errno : ENOMEM));
		return STATUS_USAGE;
	}
	s->record = source_record_new(s->session.source, &s->writer);
	s->session.source = s->record ? &s->record->source : NULL;
	if (!s->record) {
		msg_error("out of memory");
		return STATUS_USAGE;
	}
	return run(s, profile);
}

int
cmd_snapshot(int argc, char **argv)
{
	struct settings settings;
	struct snapshot s = { .settings = &settings };
	int status = STATUS_USAGE;

	if (!options_run(argv[0], OPT_CONNECT | OPT_SNAPSHOT, argc, argv, &settings, &status))
		goto out;
	if (settings.target_count != 1)
		msg_error("a snapshot is of one domain: choose it with --domain");
	else if (!settings.output)
		msg_error("which file? snapshot -o FILE writes it (-o -: to stdout)");
	else
		status = start(&s, &settings.targets[0]);
	snapshot_write_close(&s.writer);
	outfile_discard(&s.file);
	if (s.spool)
		fclose(s.spool);
	session_close(&s.session);
	redact_fini(&s.redactor);
	member_set_fini(&s.above);
	free(s.trustees);
out:
	settings_fini(&settings);
	return status;
}
