/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "commands.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/ascii.h"
#include "msg.h"
#include "nearest.h"
#include "report/logged.h"
#include "rules/event.h"
#include "rules/rule.h"
#include "rules_man.h"
#include "wrap.h"

#define INDENT 2
#define NAME_COLUMN 17		/* of the list: after "6329 0x80230619" */

static void
help(void)
{
	fputs("usage: writeback-audit codes [CODE...]\n"
	    "\n"
	    "CODE is an event id (33004), an error code (0x80230619, hr=800700CE), an event's\n"
	    "name, or a rule's id or name (301, reset-password-absent). Without one, all are\n"
	    "listed.\n"
	    "\n"
	    "      --man    the rules as mdoc(7), for the manual page\n"
	    "      --help   this text\n", stdout);
}

static void
section(const char *heading, const char *text)
{
	printf("\n%s\n%*s", heading, INDENT, "");
	wrap_text(stdout, INDENT, INDENT, text);
}

static void
rule_line(const struct rule *r)
{
	int column = printf("%*s%u  ", INDENT, "", r->id);

	wrap_text(stdout, column, column, r->title);
}

static void
show_event(const struct event *e)
{
	size_t i;

	printf("%s%s%s  %s\n", e->code, e->hr[0] != '\0' ? " " : "", e->hr, e->name);
	printf("logged by %s%s\n", e->source, e->elsewhere ?
	    "; not in the vendor's troubleshooting document, seen elsewhere" : "");
	section("What it means", e->meaning);
	if (e->remedy[0] != '\0')
		section("What to do", e->remedy);
	if (e->remedy[0] == '\0')
		return;
	printf("\nRules that predict it\n");
	for (i = 0; i < EVENT_MAX_RULES && e->rules[i] != 0; i++)
		rule_line(rule_find(e->rules[i]));
	if (i == 0)
		printf("%*snone: the directory does not show it\n", INDENT, "");
}

static void
show_rule(const struct rule *r)
{
	struct logged_id id;

	printf("%u  %s\n%s", r->id, r->name, severity_str(r->severity));
	if (r->operations != 0)
		printf("; %s", operations_str(r->operations));
	if (r->event != 0)
		printf("; event %u", r->event);
	printf("; about the %s\n", rule_scope_str(r->scope));
	section("What is the matter", r->title);
	section("Why it matters", r->why);
	section("What to do", r->remedy);
	if (r->attributes[0] != '\0')
		section("What it reads", r->attributes);
	printf("\nIn the journal (--syslog)\n%*sjournalctl MESSAGE_ID=%s\n", INDENT, "",
	    logged_id(r->id, &id));
	if (r->unread)
		printf("\nWith this finding the audit is incomplete: exit status 3.\n");
}

/* The first sentence of a text, into a buffer. */
static const char *
first_sentence(const char *text, char *buf, size_t size)
{
	const char *end = strstr(text, ". ");
	size_t len = end != NULL ? (size_t)(end - text) : strlen(text);

	if (end == NULL && len > 0 && text[len - 1] == '.')
		len--;
	if (len >= size)
		len = size - 1;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return buf;
}

static void
list_all(void)
{
	const struct event *e;
	const struct rule *r;
	char code[64], buf[256];
	size_t i;

	printf("Events and error codes\n\n");
	for (i = 0; i < event_count; i++) {
		e = &event_table[i];
		snprintf(code, sizeof code, "%s %s", e->code, e->hr);
		printf("%-*s%s%s\n%*s", NAME_COLUMN, code, e->name, e->elsewhere ? " (*)" : "",
		    NAME_COLUMN + INDENT, "");
		wrap_text(stdout, NAME_COLUMN + INDENT, NAME_COLUMN + INDENT,
		    first_sentence(e->meaning, buf, sizeof buf));
	}
	printf("\n(*) not in the vendor's troubleshooting document\n");
	printf("\nRules: id, name, severity, operations, event\n\n");
	for (i = 0; i < rule_count; i++) {
		r = &rule_table[i];
		printf("%u  %-30s  ", r->id, r->name);
		if (r->event != 0)
			printf("%-7s  %-19s  %u\n", severity_str(r->severity),
			    operations_str(r->operations), r->event);
		else if (r->operations != 0)
			printf("%-7s  %s\n", severity_str(r->severity), operations_str(r->operations));
		else
			printf("%s\n", severity_str(r->severity));
	}
	printf("\n'writeback-audit codes CODE' says what a code means and what to do.\n");
}

static bool
rule_matches(const struct rule *r, const char *text)
{
	char id[12];

	snprintf(id, sizeof id, "%u", r->id);
	return strcmp(id, text) == 0 || ascii_eq_nocase(r->name, strlen(r->name), text, strlen(text));
}

static int
unknown_code(const char *text)
{
	struct nearest near;
	size_t i;

	nearest_init(&near, text);
	for (i = 0; i < event_count; i++) {
		nearest_try(&near, event_table[i].name);
		nearest_try(&near, event_table[i].hr);
	}
	for (i = 0; i < rule_count; i++)
		nearest_try(&near, rule_table[i].name);
	if (near.best != NULL)
		msg_error("no event, error code or rule '%s' (did you mean '%s'?)", text, near.best);
	else
		msg_error("no event, error code or rule '%s': 'writeback-audit codes' lists them",
		    text);
	return STATUS_USAGE;
}

/* Every row that the text names, a blank line between them. */
static int
show(const char *text, bool *first)
{
	bool found = false;
	size_t i;

	for (i = 0; i < event_count; i++) {
		if (!event_matches(&event_table[i], text))
			continue;
		printf("%s", *first ? "" : "\n");
		*first = false;
		found = true;
		show_event(&event_table[i]);
	}
	for (i = 0; i < rule_count; i++) {
		if (!rule_matches(&rule_table[i], text))
			continue;
		printf("%s", *first ? "" : "\n");
		*first = false;
		found = true;
		show_rule(&rule_table[i]);
	}
	return found ? STATUS_OK : unknown_code(text);
}

int
cmd_codes(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "man", no_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 }
	};
	bool first = true, man = false;
	int c, i, status = STATUS_OK;

	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'h') {
			help();
			return STATUS_OK;
		}
		if (c != 'm') {
			msg_error("'codes' has no option '%s'", argv[optind - 1]);
			msg_error("'writeback-audit codes --help' lists the options");
			return STATUS_USAGE;
		}
		man = true;
	}
	if (man && optind < argc) {
		msg_error("--man prints all rules and takes no code: '%s'", argv[optind]);
		return STATUS_USAGE;
	}
	if (man)
		rules_man(stdout);
	else if (optind == argc)
		list_all();
	for (i = optind; i < argc; i++)
		if (show(argv[i], &first) != STATUS_OK)
			status = STATUS_USAGE;
	return status;
}
