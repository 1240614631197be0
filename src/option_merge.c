/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "option_merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "core/ascii.h"
#include "msg.h"
#include "nearest.h"
#include "options.h"
#include "output_check.h"
#include "uri.h"

#define DEFAULT_CONFIG SYSCONFDIR "/writeback-audit.conf"

static int
load_config(struct command_line *p, struct settings *out)
{
	p->config_read = p->config != NULL ? p->config : DEFAULT_CONFIG;
	out->defaults.sample = SAMPLE_USERS;
	if (p->config == NULL && access(DEFAULT_CONFIG, F_OK) != 0 && errno == ENOENT) {
		p->config_read = NULL;
		return 0;
	}
	if (conf_load(p->config_read, out) == 0)
		return 0;
	if (p->config == NULL)
		msg_error("this file is read when there is no -c; -c /dev/null does without");
	return -1;
}

/* A domain that the configuration does not name: DNS will find its controllers,
 * the rest is what holds for all domains. */
static int
add_domain(const char *name, struct settings *s)
{
	static const struct target none;
	struct target *t = settings_add_target(s);

	/* A server that the file names is one of another domain. */
	if (t == NULL || target_copy(&s->defaults, t) != 0 ||
	    target_overlay(t, &none, setting_bits("uri controllers base")) != 0 ||
	    (t->name = strdup(name)) == NULL) {
		msg_error("out of memory");
		return -1;
	}
	return 0;
}

/* Leaves only the domains that --domain names: those of the file, in its order,
 * then those that it does not have. */
static int
select_domains(const struct command_line *p, struct settings *s)
{
	bool *wanted, elsewhere = (p->given & setting_bits("uri ldif")) == 0;
	struct nearest near;
	size_t i, d, kept = 0;
	int result = -1;

	if (p->domain_count == 0)
		return 0;
	wanted = calloc(s->target_count + p->domain_count + 1, sizeof *wanted);
	if (wanted == NULL) {
		msg_error("out of memory");
		return -1;
	}
	for (d = 0; d < p->domain_count; d++) {
		nearest_init(&near, p->domains[d]);
		for (i = 0; i < s->target_count; i++) {
			if (s->targets[i].name == NULL)
				continue;
			if (ascii_eq_nocase(s->targets[i].name, strlen(s->targets[i].name),
			    p->domains[d], strlen(p->domains[d])))
				break;
			nearest_try(&near, s->targets[i].name);
		}
		if (i == s->target_count && elsewhere && target_name_is_dns(p->domains[d])) {
			if (add_domain(p->domains[d], s) != 0)
				goto out;
		} else if (i == s->target_count) {
			msg_error("--domain %s: %s has no domain of this name%s%s%s", p->domains[d],
			    p->config_read != NULL ? p->config_read : "the configuration",
			    near.best != NULL ? " (did you mean " : "",
			    near.best != NULL ? near.best : "", near.best != NULL ? "?)" :
			    elsewhere ? ", and in DNS a domain has a dot in its name" : "");
			goto out;
		}
		wanted[i] = true;
	}
	for (i = 0; i < s->target_count; i++) {
		if (!wanted[i])
			target_fini(&s->targets[i]);
		else if (kept++ != i)
			s->targets[kept - 1] = s->targets[i];
	}
	s->target_count = kept;
	result = 0;
out:
	free(wanted);
	return result;
}

/* The shortest commands that work, for somebody who has given no server. */
static int
no_server(const struct command_line *p)
{
	const char *user = (p->which & OPT_EXPLAIN) != 0 ? " USER" :
		(p->which & OPT_SNAPSHOT) != 0 ? " -o FILE" : "";

	msg_error("which domain controller? With a Kerberos ticket (kinit), or with a password:");
	msg_error("  writeback-audit %s -H ldap://dc1.example.com%s", p->command, user);
	msg_error("  writeback-audit %s -H ldaps://dc1.example.com -D you@example.com -W%s",
	    p->command, user);
	msg_error("or by the domain's name, when DNS knows it: --domain example.com in place of -H");
	msg_error("or name the servers in %s: writeback-audit.conf(5)", DEFAULT_CONFIG);
	return -1;
}

/* What must hold of a target when file and command line are put together. */
static int
target_check(const struct command_line *p, struct target *t)
{
	bool password = t->password != NULL || t->password_file != NULL || t->password_prompt;
	const char *name = t->name != NULL ? t->name : "", *colon = t->name != NULL ? ": " : "";

	if (t->uri == NULL && t->name == NULL && t->controllers == NULL)
		return no_server(p);
	if (t->uri == NULL && t->controllers == NULL && !target_name_is_dns(t->name)) {
		msg_error("%s%s'uri' is missing: which domain controller? DNS can be asked when "
		    "the domain has its DNS name here, as in example.com", name, colon);
		return -1;
	}
	if (t->start_tls != START_TLS_NO && t->uri != NULL && uris_any_ldaps(t->uri)) {
		msg_error("%s%sStartTLS (-Z) is for ldap://; %s has TLS from the start", name,
		    colon, t->uri);
		return -1;
	}
	if (t->bind_dn != NULL && !password) {
		msg_error("%s%s-D needs a password: -W asks for it, -y FILE reads it from a file",
		    name, colon);
		return -1;
	}
	if (t->sasl_mech != NULL && strcmp(t->sasl_mech, "EXTERNAL") == 0 &&
	    (t->keytab != NULL || t->ccache != NULL)) {
		msg_error("%s%sEXTERNAL binds with a certificate (tls_cert): it takes no %s", name,
		    colon, t->keytab != NULL ? "keytab" : "ticket cache");
		return -1;
	}
	if (t->tls_key != NULL && t->tls_cert == NULL) {
		msg_error("%s%stls_key without tls_cert: which certificate?", name, colon);
		return -1;
	}
	if (t->bind_dn == NULL && password) {
		msg_error("%s%sa password without a name: say who binds with -D", name, colon);
		return -1;
	}
	/* As the OpenLDAP tools: SASL unless a simple bind was asked for. */
	if (t->bind_dn == NULL && t->sasl_mech == NULL) {
		t->sasl_mech = strdup("GSSAPI");
		if (t->sasl_mech == NULL) {
			msg_error("out of memory");
			return -1;
		}
	}
	return 0;
}

/* The options of one server do not fit several domains. */
static int
one_target(const struct command_line *p, const struct settings *s)
{
	const char *option = (p->given & setting_bits("uri")) != 0 ? "-H" :
		(p->given & setting_bits("controllers")) != 0 ? "--dc" :
		(p->given & setting_bits("base")) != 0 ? "-b" : s->ldif != NULL ? "--ldif" : NULL;

	if (option == NULL || s->target_count <= 1)
		return 0;
	msg_error("%s is for one domain, but %s has %zu: choose one with --domain NAME, or leave "
	    "the file out with -c /dev/null", option,
	    p->config_read != NULL ? p->config_read : "the configuration", s->target_count);
	return -1;
}

/* No server knows of assumptions. */
static int
assumptions_check(const struct command_line *p, const struct settings *s)
{
	size_t i, connectors = 0;

	if (s->assumption_count == 0)
		return 0;
	for (i = 0; i < s->assumption_count; i++)
		connectors += s->assumptions[i].kind == ASSUME_CONNECTOR;
	if (s->self_check)
		msg_error("--self-check asks the server, which knows of no assumptions: it does "
		    "not go with --assume-…");
	else if (s->remedies != NULL)
		msg_error("--remedies has commands for the directory as it is: it does not go with "
		    "--assume-…");
	else if ((p->given & setting_bits("history")) != 0)
		msg_error("--history keeps what is: it does not go with --assume-…");
	else if (connectors > 1)
		msg_error("--assume-connector is given twice");
	else if (connectors > 0 && (p->given & setting_bits("connector")) != 0)
		msg_error("--connector names an account that exists, --assume-connector one that "
		    "does not: give one of them");
	else
		return 0;
	return -1;
}

/* The file's settings under those of the command line. */
int
option_merge(struct command_line *p, struct settings *out)
{
	setting_set outputs = setting_bits("findings users causes json remedies html summary "
	    "metrics");
	static const struct settings none;
	size_t i;

	if (load_config(p, out) != 0 || select_domains(p, out) != 0)
		return -1;
	/* Outputs named here take the place of the file's, all of them; explain has none. */
	if (((p->given & outputs) != 0 || (p->which & OPT_AUDIT) == 0) &&
	    settings_overlay(out, &none, outputs) != 0)
		goto nomem;
	if ((p->given & setting_bits("uri")) != 0 &&
	    settings_overlay(out, &none, setting_bits("ldif")) != 0)
		goto nomem;
	if ((p->given & setting_bits("quiet verbose")) != 0)
		out->quiet = out->verbose = false;
	if (settings_overlay(out, &p->settings, p->given) != 0)
		goto nomem;
	out->as_json = p->settings.as_json;
	out->redact = p->settings.redact;
	out->nagios = p->settings.nagios;
	out->assumptions = p->settings.assumptions;
	out->assumption_count = p->settings.assumption_count;
	p->settings.assumptions = NULL;
	out->output = p->settings.output;
	p->settings.output = NULL;
	out->since = p->settings.since;
	p->settings.since = NULL;
	out->run = p->settings.run;
	p->settings.run = NULL;
	if ((p->which & OPT_CONNECT) == 0)
		return 0;
	if (out->target_count == 0 && settings_add_target(out) == NULL)
		goto nomem;
	if (one_target(p, out) != 0 || assumptions_check(p, out) != 0)
		return -1;
	/* What is not so has no place in the history that the file names. */
	if (out->assumption_count != 0 &&
	    settings_overlay(out, &none, setting_bits("history")) != 0)
		goto nomem;
	for (i = 0; i < out->target_count; i++) {
		if (target_overlay(&out->targets[i], &p->target, p->given) != 0)
			goto nomem;
		if (out->ldif != NULL && target_overlay(&out->targets[i],
		    &(const struct target){ 0 }, setting_bits("uri controllers")) != 0)
			goto nomem;
		if (out->ldif == NULL && target_check(p, &out->targets[i]) != 0)
			return -1;
	}
	if ((p->which & OPT_SNAPSHOT) != 0)
		return output_check(out, p->config_read);
	if ((p->which & OPT_AUDIT) == 0)
		return 0;
	if (out->suppressions != NULL &&
	    conf_load_suppressions(out->suppressions, &out->suppressed) != 0)
		return -1;
	if (out->new_only && out->history == NULL) {
		msg_error("--new-only needs --history: without it nothing is known");
		return -1;
	}
	if (!out->nagios && out->findings == NULL && out->users == NULL && out->causes == NULL &&
	    out->json == NULL && out->remedies == NULL && out->html == NULL &&
	    out->summary == NULL && out->metrics == NULL &&
	    (out->findings = strdup("-")) == NULL)
		goto nomem;
	return output_check(out, p->config_read);
nomem:
	msg_error("out of memory");
	return -1;
}
