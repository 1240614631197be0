/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "core/ascii.h"
#include "core/buf.h"
#include "msg.h"
#include "nearest.h"
#include "option_merge.h"
#include "option_table.h"
#include "private_file.h"
#include "secret.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

#define LONG_BASE 256		/* getopt's val of the first row: above any letter */

static int
usage(const struct command_line *p)
{
	msg_error("'writeback-audit %s --help' lists the options", p->command);
	return -1;
}

static const struct option_row *
row_by_letter(const struct command_line *p, int letter)
{
	size_t i;

	for (i = 0; i < option_count; i++)
		if (option_table[i].letter == letter &&
		    (option_table[i].which == 0 || (option_table[i].which & p->which) != 0))
			return &option_table[i];
	return NULL;
}

/* The beginning of more than one option, which getopt does not take: all of them. */
static bool
several_options(const struct command_line *p, const char *arg)
{
	size_t i, len = strcspn(arg, "=");
	struct buf names = BUF_INIT;
	unsigned count = 0;

	for (i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];

		if (row->name == NULL || (row->which != 0 && (row->which & p->which) == 0) ||
		    strncmp(row->name, arg, len) != 0)
			continue;
		buf_addf(&names, "%s--%s", count++ > 0 ? ", " : "", row->name);
	}
	if (count > 1)
		msg_error("--%.*s is the beginning of several options: %s", (int)len, arg,
		    buf_str(&names));
	buf_fini(&names);
	return count > 1;
}

/* An option that is not in the table, or not for this command. */
static int
unknown_option(const struct command_line *p, const char *arg, int letter)
{
	/* What fingers trained on ldapsearch type, and what it is here. */
	static const struct { char letter; const char *hint; } habits[] = {
		{ 'x', "-D alone makes it a simple bind" },
		{ 'h', "the server is named with -H URI" },
		{ 'p', "the port is part of -H URI" },
		{ 's', "the whole tree below the base is read" },
		{ 'f', "the filter is given with --filter" },
	};
	struct nearest near;
	size_t i;

	if (letter != 0) {
		for (i = 0; i < sizeof habits / sizeof habits[0]; i++) {
			if (habits[i].letter == letter && (p->which & OPT_CONNECT) != 0) {
				msg_error("there is no option -%c: %s", letter, habits[i].hint);
				return usage(p);
			}
		}
		msg_error("'%s' has no option -%c", p->command, letter);
		return usage(p);
	}
	arg += strspn(arg, "-");
	if (several_options(p, arg))
		return usage(p);
	nearest_init(&near, arg);
	for (i = 0; i < option_count; i++)
		if (option_table[i].name != NULL &&
		    (option_table[i].which == 0 || (option_table[i].which & p->which) != 0))
			nearest_try(&near, option_table[i].name);
	if (near.best != NULL)
		msg_error("'%s' has no option --%s (did you mean --%s?)", p->command, arg,
		    near.best);
	else
		msg_error("'%s' has no option --%s", p->command, arg);
	return usage(p);
}

/* Puts `text` (NULL: a flag) into a setting; `shown` is how it was written. */
static int
take_setting(struct command_line *p, const char *name, const char *shown, const char *text)
{
	const struct setting *s = setting_find(name);
	struct setting_fault f = { "" };
	void *object = s->of_target ? (void *)&p->target : (void *)&p->settings;

	if ((p->given & setting_bit(s)) != 0 && s->type != SETTING_WORDS) {
		msg_error("%s is given twice", shown);
		return -1;
	}
	if (text == NULL) {
		setting_from_bool(s, true, object);
	} else if (setting_add_text(s, text, object, &f) != 0) {
		msg_error("%s %s", shown, f.s);
		return -1;
	}
	p->given |= setting_bit(s);
	return 0;
}

/* A text that only the command line has. */
static int
take_once(const char *shown, const char *text, char **out)
{
	if (*out != NULL) {
		msg_error("%s is given twice", shown);
		return -1;
	}
	*out = strdup(text);
	if (*out != NULL)
		return 0;
	msg_error("out of memory");
	return -1;
}

/* snapshot: the file to write. */
static int
take_output(struct command_line *p, const char *path)
{
	if (path[0] == '\0') {
		msg_error("--output is empty: which file?");
		return -1;
	}
	return take_once("--output (or -o FILE)", path, &p->settings.output);
}

/* -o name=value, the name in any case as ldap.conf(5) has it. A snapshot goes
 * to what is none of these names. */
static int
take_extra(struct command_line *p, const char *text)
{
	size_t len = strcspn(text, "="), i;
	char shown[48];

	for (i = 0; i < option_extra_count; i++) {
		const char *name = option_extras[i].name;

		if (!ascii_eq_nocase(text, len, name, strlen(name)))
			continue;
		snprintf(shown, sizeof shown, "-o %s", name);
		return take_setting(p, option_extras[i].setting, shown,
		    text[len] == '=' ? text + len + 1 : "");
	}
	if ((p->which & OPT_SNAPSHOT) != 0)
		return take_output(p, text);
	msg_error("-o %.*s is not known: it takes tls_cacert=FILE, tls_cert=FILE, tls_key=FILE, "
	    "sasl_cbinding=TYPE, nettimeout=SECONDS, optimeout=SECONDS, retries=N and "
	    "retrydelay=MILLISECONDS",
	    len < 40 ? (int)len : 40, text);
	return -1;
}

static int
take_domain(struct command_line *p, const char *name)
{
	const char **grown = realloc(p->domains, (p->domain_count + 1) * sizeof *grown);

	if (grown == NULL) {
		msg_error("out of memory");
		return -1;
	}
	p->domains = grown;
	p->domains[p->domain_count++] = name;
	return 0;
}

static int
take_assumption(struct command_line *p, enum option_action action, const char *text)
{
	struct settings *s = &p->settings;
	struct assumption *grown = realloc(s->assumptions,
	    (s->assumption_count + 1) * sizeof *grown);

	if (grown == NULL) {
		msg_error("out of memory");
		return -1;
	}
	s->assumptions = grown;
	grown[s->assumption_count++] = (struct assumption){
		(enum assume_kind)(action - OPTION_ASSUME_GRANT), text };
	return 0;
}

/* One option; 1 when --help or --version was printed. */
static int
take_option(struct command_line *p, const struct option_row *row, char *value)
{
	struct option_buf shown;
	int result;

	option_str(row, &shown);
	switch (row->action) {
	case OPTION_SETTING:
		result = take_setting(p, row->setting, shown.s, value);
		/* ps(1) shows argv: take the password out of it. */
		if (strcmp(row->setting, "password") == 0)
			explicit_bzero(value, strlen(value));
		return result;
	case OPTION_START_TLS:
		p->start_tls++;
		p->target.start_tls = p->start_tls > 1 ? START_TLS_DEMAND : START_TLS_TRY;
		p->given |= setting_bits("start_tls");
		return 0;
	case OPTION_EXTRA:
		return take_extra(p, value);
	case OPTION_CONFIG:
		if (p->config != NULL) {
			msg_error("%s is given twice", shown.s);
			return -1;
		}
		p->config = value;
		return 0;
	case OPTION_DOMAIN:
		return take_domain(p, value);
	case OPTION_AS_JSON:
		p->settings.as_json = true;
		return 0;
	case OPTION_NAGIOS:
		p->settings.nagios = true;
		return 0;
	case OPTION_OUTPUT:
		return take_output(p, value);
	case OPTION_REDACT:
		p->settings.redact = true;
		return 0;
	case OPTION_SINCE:
		return take_once(shown.s, value, &p->settings.since);
	case OPTION_RUN:
		return take_once(shown.s, value, &p->settings.run);
	case OPTION_ASSUME_GRANT:
	case OPTION_ASSUME_UNBLOCK:
	case OPTION_ASSUME_MEMBER:
	case OPTION_ASSUME_MOVE:
	case OPTION_ASSUME_CONNECTOR:
		return take_assumption(p, row->action, value);
	case OPTION_HELP:
		option_help(stdout, p->command, p->which);
		return 1;
	case OPTION_VERSION:
		printf("writeback-audit %s\n", PACKAGE_VERSION);
		return 1;
	}
	return -1;
}

/* What follows the options, copied. */
static int
take_args(struct command_line *p, int argc, char **argv)
{
	size_t count = (size_t)(argc - optind), i;

	if (count > 0 && (p->which & (OPT_EXPLAIN | OPT_HISTORY)) == 0) {
		msg_error("'%s' takes no argument: '%s'", p->command, argv[optind]);
		return usage(p);
	}
	if (count == 0 && (p->which & OPT_EXPLAIN) != 0) {
		msg_error("which user? A DN, sAMAccountName, UPN, SID or GUID");
		return usage(p);
	}
	if (count == 0)
		return 0;
	p->settings.args = calloc(count, sizeof *p->settings.args);
	if (p->settings.args == NULL) {
		msg_error("out of memory");
		return -1;
	}
	for (i = 0; i < count; i++) {
		p->settings.args[i] = strdup(argv[optind + (int)i]);
		if (p->settings.args[i] == NULL) {
			msg_error("out of memory");
			return -1;
		}
		p->settings.arg_count++;
	}
	return 0;
}

/* getopt_long over the rows that this command takes; 1 as take_option(). */
static int
read_argv(struct command_line *p, int argc, char **argv)
{
	struct option longs[OPTIONS_MAX + 1];
	char shorts[2 * OPTIONS_MAX + 2] = ":";
	size_t nlong = 0, nshort = 1, i;
	const struct option_row *row;
	int c, result;

	memset(longs, 0, sizeof longs);
	for (i = 0; i < option_count; i++) {
		row = &option_table[i];
		if (row->which != 0 && (row->which & p->which) == 0)
			continue;
		if (row->letter != 0)
			shorts[nshort++] = row->letter;
		if (row->letter != 0 && row->metavar != NULL)
			shorts[nshort++] = ':';
		if (row->name == NULL)
			continue;
		longs[nlong].name = row->name;
		longs[nlong].has_arg = row->metavar != NULL ? required_argument : no_argument;
		longs[nlong++].val = LONG_BASE + (int)i;
	}
	shorts[nshort] = '\0';
	optind = 0;	/* glibc: begin anew */
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == ':') {
			msg_error("%s needs a value", argv[optind - 1]);
			return usage(p);
		}
		if (c == '?' && optopt >= LONG_BASE) {
			msg_error("%s takes no value", argv[optind - 1]);
			return usage(p);
		}
		if (c == '?')
			return unknown_option(p, argv[optind - 1], optopt);
		row = c >= LONG_BASE ? &option_table[c - LONG_BASE] : row_by_letter(p, c);
		result = take_option(p, row, optarg);
		if (result != 0)
			return result;
	}
	return take_args(p, argc, argv);
}

/* How a setting is written on the command line. */
static const char *
setting_shown(const struct setting *s, struct option_buf *b)
{
	const struct option_row *row = option_of_setting(s->name);

	if (row != NULL)
		return option_str(row, b);
	return strcmp(s->name, "start_tls") == 0 ? "-Z" : s->name;
}

static int
command_line_conflicts(const struct command_line *p)
{
	const struct setting *a = NULL, *b = NULL;
	struct option_buf abuf, bbuf;
	const char *why = NULL;

	if (!setting_conflict(setting_active(p->given, &p->target, &p->settings), &a, &b, &why))
		return 0;
	msg_error("%s and %s exclude each other: %s", setting_shown(a, &abuf),
	    setting_shown(b, &bbuf), why);
	return -1;
}

enum options_result
options_parse(const char *command, unsigned which, int argc, char **argv, struct settings *out)
{
	enum options_result result = OPTIONS_USAGE;
	struct command_line p = { 0 };
	int status;

	p.command = command;
	p.which = which;
	memset(out, 0, sizeof *out);
	status = read_argv(&p, argc, argv);
	if (status == 1)
		result = OPTIONS_DONE;
	if (status != 0)
		goto out;
	if (p.settings.quiet || p.settings.verbose)
		msg_set_verbose(p.settings.quiet ? -1 : 1);
	if (command_line_conflicts(&p) != 0)
		goto out;
	if ((which & (OPT_CONNECT | OPT_HISTORY)) != 0 && option_merge(&p, out) != 0)
		goto out;
	out->args = p.settings.args;
	out->arg_count = p.settings.arg_count;
	p.settings.args = NULL;
	p.settings.arg_count = 0;
	msg_set_verbose(out->quiet ? -1 : out->verbose ? 1 : 0);
	result = OPTIONS_RUN;
out:
	settings_fini(&p.settings);
	target_fini(&p.target);
	free(p.domains);
	return result;
}

bool
options_run(const char *command, unsigned which, int argc, char **argv, struct settings *out,
    int *status)
{
	enum options_result result = options_parse(command, which, argc, argv, out);

	if (result != OPTIONS_RUN)
		*status = result == OPTIONS_DONE ? STATUS_OK : STATUS_USAGE;
	return result == OPTIONS_RUN;
}

/* A keytab or a private key is as good as the password. Only a file can be looked at. */
static int
secret_file_check(const char *what, const char *name)
{
	const char *path = strncmp(name, "FILE:", 5) == 0 ? name + 5 : name;
	struct stat st;

	if (path[0] != '/' && strchr(path, ':') != NULL)
		return 0;	/* another kind: MEMORY:, … */
	if (stat(path, &st) != 0) {
		msg_error("%s %s: %s", what, path, strerror(errno));
		return -1;
	}
	if (S_ISREG(st.st_mode) && !private_path(&st, path)) {
		msg_error("%s %s: others may read or write it: chmod 600", what, path);
		return -1;
	}
	return 0;
}

int
target_password(struct target *t)
{
	struct secret *secret = NULL;
	struct buf text = BUF_INIT;
	const char *key = t->tls_key != NULL ? t->tls_key : t->tls_cert;
	int result = -1;

	if (t->keytab != NULL && t->sasl_mech != NULL &&
	    secret_file_check("keytab", t->keytab) != 0)
		return -1;
	if (key != NULL && secret_file_check("private key (tls_key)", key) != 0)
		return -1;
	if (t->password != NULL || (t->password_file == NULL && !t->password_prompt))
		return 0;
	if (t->password_file != NULL) {
		secret = secret_read_file(t->password_file, &text);
	} else {
		char *prompt;

		buf_addf(&text, "Password of %s for %s: ", t->bind_dn != NULL ? t->bind_dn : "",
		    t->uri != NULL ? t->uri : t->name != NULL ? t->name :
		    t->controllers != NULL ? t->controllers : "");
		prompt = buf_steal(&text);
		secret = secret_prompt(prompt != NULL ? prompt : "Password: ", &text);
		free(prompt);
	}
	if (secret == NULL) {
		msg_error("%s", buf_str(&text));
		goto out;
	}
	t->password = strdup(secret->text);
	if (t->password == NULL) {
		msg_error("out of memory");
		goto out;
	}
	result = 0;
out:
	secret_free(secret);
	buf_fini(&text);
	return result;
}
