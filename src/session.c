/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "core/adtime.h"
#include "msg.h"
#include "options.h"
#include "rules/identity.h"
#include "source/collect_forest.h"
#include "source/source_ldif.h"

int64_t
session_clock(void)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(CLOCK_REALTIME, &ts);
	return adtime_from_unix(ts.tv_sec, (int32_t)ts.tv_nsec);
}

struct siphash_key
session_key(void)
{
	struct siphash_key key;

	/* Without randomness names made for it could make us slow, no more. */
	if (getrandom(&key, sizeof key, GRND_NONBLOCK) != (ssize_t)sizeof key)
		key = (struct siphash_key){ 1, 2 };
	return key;
}

/* The file says when it was read; a file that does not has the server's clock
 * in its rootDSE, or nothing. */
static int
open_ldif(struct session *s, const struct settings *settings)
{
	const struct target *t = s->target;
	struct source_error err;

	if (settings->self_check) {
		msg_error("--self-check asks the server: it does not go with --ldif");
		return -1;
	}
	if (source_ldif_open(settings->ldif, &s->source, &err) != SOURCE_OK ||
	    (t->filter && !source_ldif_knows(s->source, t->filter, &err))) {
		msg_error("%s", err.text);
		return -1;
	}
	s->snapshot = source_ldif_info(s->source);
	s->uri = s->snapshot->from ? s->snapshot->from : s->source->name;
	s->user_count = source_ldif_users(s->source);
	if (s->snapshot->has_taken)
		s->read_at = s->snapshot->taken;
	if (!settings->has_now)
		s->now = s->read_at;
	return 0;
}

int
session_password(const struct settings *settings, struct target *t)
{
	return settings->ldif ? 0 : target_password(t);
}

/* Of one domain alone nothing is compared by them; but a snapshot of it may be
 * audited with others. */
static bool
asks_for_joins(const struct settings *settings)
{
	return settings->target_count > 1 || settings->output;
}

int
session_connect(struct session *s, const struct settings *settings, const struct target *t)
{
	struct identity_options identity;
	struct siphash_key key;

	*s = (struct session){ .settings = settings, .target = t };
	domain_init(&s->domain);
	key = session_key();
	domain_set_key(&s->domain, &key);
	s->domain.self_check = settings->self_check;
	identity_options_init(&identity, settings->source_anchor, settings->join);
	identity_name_attributes(&identity, asks_for_joins(settings), &s->domain.schema);
	s->read_at = session_clock();
	s->now = settings->has_now ? settings->now : s->read_at;
	if (settings->ldif)
		return open_ldif(s, settings);
	if (controllers_open(&s->controllers, settings, t, &s->source,
	    &s->problem) != SOURCE_OK) {
		msg_error("%s", s->problem.text);
		return -1;
	}
	s->uri = s->source->name;
	s->domain.dc.cert_until = s->controllers.cert_until;
	s->read_at = session_clock();
	return 0;
}

/* An attribute that somebody named, and of which there would be no value. */
static int
check_attribute(const struct session *s, enum schema_attribute_id id, const char *option)
{
	const struct schema *schema = &s->domain.schema;

	if (!schema->attr[id].name || !schema->from_directory || schema->attr[id].found)
		return 0;
	msg_error("%s %s: %s has no such attribute in its schema%s", option, schema->attr[id].name,
	    s->domain.dns, s->snapshot ? ", or the snapshot was taken without it: give the "
	    "same option when it is taken" : "");
	return -1;
}

int
session_read(struct session *s)
{
	struct identity_options identity;
	struct dc *dc = &s->domain.dc;

	if (collect_domain(s->source, s->uri, s->read_at, &s->domain, &s->problem) != SOURCE_OK) {
		msg_error("%s", s->problem.text);
		return -1;
	}
	identity_options_init(&identity, s->settings->source_anchor, s->settings->join);
	if ((identity.anchor && check_attribute(s, SCHEMA_SOURCE_ANCHOR, "--source-anchor") != 0) ||
	    (identity.join_given && identity.join == JOIN_ATTRIBUTE &&
	     check_attribute(s, SCHEMA_JOIN, "--join") != 0))
		return -1;
	if (s->snapshot && !s->snapshot->has_taken && dc->time.known == KNOWN_SET) {
		/* No clock to compare the server's with. */
		if (s->now == s->read_at)
			s->now = dc->time.value;
		dc->time_read_at = dc->time.value;
	}
	return 0;
}

int
session_open(struct session *s, const struct settings *settings, const struct target *t)
{
	return session_connect(s, settings, t) == 0 ? session_read(s) : -1;
}

int
session_forest(struct session *s, struct source_error *err)
{
	if (s->has_forest)
		return 0;
	if (collect_forest(s->source, &s->domain.dc, &s->forest, err) != SOURCE_OK) {
		forest_fini(&s->forest);
		return -1;
	}
	s->has_forest = true;
	return 0;
}

/* The accounts that the snapshot was taken for. */
static int
snapshot_connectors(const struct snapshot_info *i, struct dn_list *out)
{
	struct dn_list list = { calloc(i->connector_count, sizeof *list.dn), 0 };

	for (size_t k = 0; list.dn && k < i->connector_count; k++)
		if ((list.dn[list.count] = strdup(i->connectors[k])))
			list.count++;
	if (list.count == i->connector_count) {
		*out = list;
		return 0;
	}
	msg_error("out of memory");
	dn_list_fini(&list);
	return -1;
}

const char *
session_controller(const struct session *s)
{
	return s->controllers.pool ? s->controllers.pool->name : s->uri;
}

void
session_close(struct session *s)
{
	source_close(s->source);
	controllers_fini(&s->controllers);
	domain_fini(&s->domain);
	forest_fini(&s->forest);
	*s = (struct session){ 0 };
}

void
session_free(struct session *s)
{
	if (s)
		session_close(s);
	free(s);
}

bool
session_may_check(const struct session *s, const char *connector, struct source_error *err)
{
	if (!s->domain.self_check || s->domain.reader_is_connector)
		return true;
	*err = (struct source_error){ .status = SOURCE_DENIED };
	snprintf(err->text, sizeof err->text, "--self-check needs a bind as the connector account "
	    "%s: the server computes rights for nobody else", connector);
	return false;
}

int
session_find(struct session *s, const char *name, struct dn_list *out)
{
	if (!name && s->snapshot && s->snapshot->connector_count)
		return snapshot_connectors(s->snapshot, out);
	if (collect_account_names(s->source, &s->domain, name, out, &s->problem) == SOURCE_OK) {
		if (!name || out->count < 2)
			return 0;
		s->problem.status = SOURCE_QUERY;
		snprintf(s->problem.text, sizeof s->problem.text, "connector account '%s': %zu "
		    "accounts have that name in %s; give its DN", name, out->count, s->domain.dns);
		dn_list_fini(out);
	}
	msg_error("%s", s->problem.text);
	return -1;
}

void
session_no_connector(const struct session *s, const char *name, size_t domains)
{
	if (name)
		msg_error("connector account '%s': there is no such account in %s%s, or this "
		    "reader may not see it. Give --connector its DN, DOMAIN\\name, "
		    "name@domain or SID", name, s->domain.dns,
		    domains > 1 ? " nor in the other domains of this run" : "");
	else
		msg_error("%s: no connector account was found (MSOL_…, or by its "
		    "description). Name it with --connector: the account in the "
		    "properties of the Active Directory connector, in the "
		    "Synchronization Service Manager", s->domain.dns);
}

int
session_connectors(struct session *s, const char *name, struct dn_list *out)
{
	if (session_find(s, name, out) != 0)
		return -1;
	if (out->count)
		return 0;
	session_no_connector(s, name, 1);
	return -1;
}

const struct profile *
session_profile(const struct settings *settings)
{
	const struct profile *p = profile_find(settings->profile);

	if (p)
		return p;
	msg_error("there is no profile '%s'; there are:", settings->profile);
	for (size_t i = 0; i < profile_count; i++)
		msg_error("  %s: %s", profile_table[i].name, profile_table[i].source);
	return NULL;
}
