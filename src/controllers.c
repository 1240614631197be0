/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "controllers.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "msg.h"
#include "source/source_ldap.h"

#define RETRIES 3
#define RETRY_DELAY 2000	/* milliseconds: 2, 4 and 8 seconds */

struct ldap_options
controllers_options(const struct settings *settings, const struct target *t)
{
	return (struct ldap_options){
		.start_tls = t->start_tls,
		.ca_file = t->tls_cacert,
		.cert_file = t->tls_cert,
		.key_file = t->tls_key,
		.allow_cleartext = t->allow_cleartext,
		.bind_dn = t->bind_dn,
		.password = t->password,
		.sasl_mech = t->sasl_mech,
		.sasl_authcid = t->sasl_authcid,
		.sasl_authzid = t->sasl_authzid,
		.sasl_realm = t->sasl_realm,
		.sasl_secprops = t->sasl_secprops,
		.sasl_nocanon = t->sasl_nocanon,
		.keytab = t->keytab,
		.ccache = t->ccache,
		.channel_binding = t->sasl_cbinding,
		.network_timeout = t->network_timeout,
		.operation_timeout = t->operation_timeout,
		.page_size = t->page_size,
		.verbose = settings->verbose,
	};
}

static enum source_status
open_one(void *arg, size_t server, struct source **out, struct source_error *err)
{
	struct controllers *c = arg;
	struct ldap_options o = c->options;

	o.uri = c->uris.uri[server];
	o.cert_until = &c->cert_until;
	return source_ldap_open(&o, out, err);
}

static void
keep(struct controllers *c, unsigned rule, const char *server, struct buf *text)
{
	struct incident i = { .rule = rule, .server = strdup(server), .text = NULL };

	if (!c->incidents)
		c->incidents = calloc(MAX_INCIDENTS, sizeof *c->incidents);
	if (c->incidents && c->incident_count < MAX_INCIDENTS)
		i.text = buf_steal(text);
	if (i.server && i.text) {
		c->incidents[c->incident_count++] = i;
		return;
	}
	c->incidents_lost++;
	free(i.server);
	free(i.text);
}

static void
on_event(void *arg, const struct pool_event *e)
{
	struct controllers *c = arg;
	struct buf text = BUF_INIT;

	switch (e->kind) {
	case POOL_FAILED:
		/* Nothing is open yet: the admin may have misspelt it. */
		if (c->pool)
			msg_info("%s", e->why);
		else
			msg_warn("%s", e->why);
		break;
	case POOL_CONTINUED:
		if (e->what)
			buf_addf(&text, "%s; after %zu of the %s it went on with %s", e->why,
			    e->entries, e->what, e->next);
		else
			buf_addf(&text, "%s; it began with %s instead", e->why, e->next);
		msg_info("%s", buf_str(&text));
		keep(c, 118, e->server, &text);
		break;
	case POOL_REPEATED:
		buf_addf(&text, "%s sent %zu of the %s again in the same answer", e->server,
		    e->entries, e->what ? e->what : "entries");
		msg_info("%s", buf_str(&text));
		keep(c, 119, e->server, &text);
		break;
	}
	buf_fini(&text);
}

enum source_status
controllers_open(struct controllers *c, const struct settings *settings, const struct target *t,
    struct source **out, struct source_error *err)
{
	struct pool_options o = { .open = open_one, .tell = on_event, .arg = c,
		.rounds = t->retries ? t->retries : RETRIES,
		.delay = t->retry_delay ? t->retry_delay : RETRY_DELAY };
	enum source_status status;

	*c = (struct controllers){ .options = controllers_options(settings, t) };
	status = target_uris(t, &c->uris, err);
	if (status != SOURCE_OK)
		return status;
	o.servers = (const char *const *)c->uris.uri;
	o.count = c->uris.count;
	status = source_pool_open(&o, &c->pool, err);
	if (status == SOURCE_OK)
		*out = c->pool;
	return status;
}

void
controllers_fini(struct controllers *c)
{
	uri_list_fini(&c->uris);
	for (size_t i = 0; i < c->incident_count; i++) {
		free(c->incidents[i].server);
		free(c->incidents[i].text);
	}
	free(c->incidents);
	*c = (struct controllers){ .incident_count = 0 };
}

void
controllers_remark(struct controllers *c, struct judge *j)
{
	struct buf text = BUF_INIT;

	for (; c->incidents_told < c->incident_count; c->incidents_told++) {
		const struct incident *i = &c->incidents[c->incidents_told];

		judge_remark(j, &(struct remark){ .rule = i->rule, .object = i->server,
			.cause = i->server, .evidence = i->text });
	}
	if (c->incidents_lost) {
		buf_addf(&text, "%zu more that are not listed", c->incidents_lost);
		judge_remark(j, &(struct remark){ .rule = 118, .object = c->pool->name,
			.cause = c->pool->name, .evidence = buf_str(&text) });
		c->incidents_lost = 0;
	}
	buf_fini(&text);
}
