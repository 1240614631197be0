/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SETTINGS_H
#define WBA_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/suppress.h"
#include "setting.h"
#include "source/assume.h"
#include "source/ldap_options.h"

/*
 * What a run was asked to do, from the configuration file (conf.c) and the
 * command line (options.c, which wins). Every string is owned here.
 */

/* One domain to audit and how to bind to it. */
struct target {
	char *name;		/* as the configuration or --domain names it, else NULL */
	char *uri;		/* -H: one or more controllers, a blank between; NULL: those of
				 * `controllers`, else of DNS by `name`; or --ldif */
	char *controllers;	/* --dc: hosts, a blank between; NULL: none */
	bool found;		/* `controllers` were found in the directory, not named */
	char *site;		/* --site: whose controllers DNS is asked for first */
	bool tried;		/* it could not be reached, and that was said */
	bool all_dcs;		/* --all-dcs: check each controller of the domain */
	int sample;		/* --sample: users compared between controllers; 0: none */
	char *base;		/* -b: users below it; NULL: the whole domain */
	char *filter;		/* --filter: replaces the filter that finds users; NULL: ours */
	char *connector;	/* --connector: DN, DOMAIN\name, UPN or SID; NULL: found by itself */
	enum start_tls start_tls;
	char *tls_cacert;
	char *tls_cert, *tls_key;	/* our own certificate, for EXTERNAL */
	bool allow_cleartext;
	char *bind_dn;		/* -D */
	char *password;		/* -w or the prompt's answer; wiped when freed */
	char *password_file;	/* -y */
	bool password_prompt;	/* -W */
	char *sasl_mech;	/* -Y; GSSAPI when neither it nor -D was given */
	char *sasl_authcid;	/* -U */
	char *sasl_authzid;	/* -X */
	char *sasl_realm;	/* -R */
	char *sasl_secprops;	/* -O */
	bool sasl_nocanon;	/* -N */
	char *keytab;		/* client keytab for GSSAPI and GSS-SPNEGO */
	char *ccache;		/* --ccache: a ticket cache by name */
	enum channel_binding sasl_cbinding;	/* -o sasl_cbinding */
	int network_timeout;	/* seconds; 0: the default */
	int operation_timeout;
	unsigned retries, retry_delay;	/* source_pool.h: rounds, milliseconds; 0: the default */
	unsigned page_size;	/* 0: the default */
};

enum fail_on { FAIL_ON_FAIL, FAIL_ON_RISK, FAIL_ON_UNKNOWN, FAIL_ON_INFO, FAIL_ON_NEVER };

struct settings {
	bool forest;			/* --forest: all domains of the forests named */
	struct target *targets;		/* at least one after options_parse() */
	size_t target_count;
	struct target defaults;		/* what the file says outside of its domains */
	char *ldif;			/* --ldif; then there is one target, without uri */
	char *output;			/* snapshot: --output */
	bool redact;			/* snapshot: --redact */
	char *findings, *users, *causes, *json;	/* output files; "-" stdout; NULL: not asked for */
	char *remedies;			/* --remedies: a file like those */
	char *html;			/* --html: a page, likewise */
	int html_users;			/* rows in it; 0: the default */
	char *summary;			/* --summary: in words, likewise */
	int dialect;			/* of the remedies: an index in dialect_table */
	struct suppressions suppressed;	/* those of the list */
	char *suppressions;		/* --suppressions: a file that has the list */
	bool show_suppressed;		/* --show-suppressed */
	enum fail_on fail_on;
	char *metrics;			/* --metrics: a file for Prometheus */
	bool syslog;			/* --syslog */
	bool new_only;			/* --new-only: of findings, those that are new or resolved */
	bool nagios;			/* --nagios: a monitoring plugin's line and status */
	char *history;			/* --history: what earlier runs found; NULL: none is kept */
	int history_keep;		/* days; 0: the default */
	char *since;			/* history --since */
	char *run;			/* history --run */
	char *profile;			/* --profile: a name in the table of right profiles; NULL: default */
	bool self_check;		/* --self-check */
	char *source_anchor;		/* --source-anchor: attribute; NULL: the vendor's default */
	char *join;			/* --join: as rules/identity.h names them, or an attribute */
	bool as_json;			/* --json of explain and history */
	struct assumption *assumptions;	/* --assume-…, in the order given; texts are argv's */
	size_t assumption_count;
	bool has_now;
	int64_t now;			/* FILETIME, when has_now */
	bool quiet, verbose;		/* -q, -v */
	char **args;			/* what follows the options */
	size_t arg_count;
};

void settings_fini(struct settings *);
void target_fini(struct target *);

/*
 * Lays the fields of `over` that are in `given` upon *t. A way to bind, or to
 * get the password, that `over` gives takes the place of the one *t had.
 */
int target_overlay(struct target *t, const struct target *over, setting_set given);
int settings_overlay(struct settings *s, const struct settings *over, setting_set given);
#define SAMPLE_USERS 200	/* unless told otherwise */

/* Grows s->targets by one, with nothing given; NULL when out of memory. */
struct target *settings_add_target(struct settings *s);
/* Makes *t, empty, a copy of another: all that the table has a row for. 0, or -1
 * without memory. */
int target_copy(const struct target *, struct target *t);
/* Whether `name` can be a domain of DNS: more than one label. */
bool target_name_is_dns(const char *name);

/* `given` less the switches that were given to be off: those exclude nothing. */
setting_set setting_active(setting_set given, const struct target *, const struct settings *);

/*
 * Two settings of `given` that exclude each other when they come from one
 * place; false when there are none. *why says why, to stand after both names.
 */
bool setting_conflict(setting_set given, const struct setting **a, const struct setting **b,
    const char **why);

#endif
