/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "commands.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "core/ascii.h"
#include "core/escape.h"
#include "core/sd.h"
#include "core/sd_words.h"
#include "core/sddl.h"
#include "msg.h"

static void
help(void)
{
	fputs("usage: writeback-audit sd [OPTIONS] < FILE\n"
	    "\n"
	    "Reads security descriptors from stdin, one a line, as base64 (also as LDIF's\n"
	    "nTSecurityDescriptor::, unwrapped), as hex digits or as SDDL, and prints each as\n"
	    "SDDL.\n"
	    "\n"
	    "      --base64            print base64 instead\n"
	    "      --json              print JSON instead, an object a line\n"
	    "      --words             print words instead, a line an ACE\n"
	    "      --domain-sid SID    the domain, for DA, DU and the like: without it they\n"
	    "                          are printed as SIDs and not read\n"
	    "      --root-sid SID      the forest's root domain, for EA, SA, EK and RO; the\n"
	    "                          domain itself when left out\n"
	    "      --help              this text\n"
	    "\n"
	    "What SDDL has no form for is printed in forms of ours, so that nothing is lost:\n"
	    "\"X:\" behind the rest, \"[\" before an ACL's ACEs, \"#\" before bytes. Windows does\n"
	    "not read these; \"X:SI\", of a SACL that was not asked for, can be left out.\n"
	    "\n"
	    "Exit status: 0; 1 if a descriptor was malformed (the others are printed); 2\n"
	    "wrong usage; 3 if stdin could not be read to its end.\n", stdout);
}

/* How a descriptor is printed; one function a form. */
struct job {
	struct sddl_ctx ctx;
	struct sid domain, root;	/* ctx points here */
	void (*print)(const struct job *, const struct sd *, const struct buf *bytes,
	    struct buf *out);
	unsigned long line;
	bool first;			/* nothing has been printed yet */
};

static void
print_sddl(const struct job *job, const struct sd *sd, const struct buf *bytes, struct buf *out)
{
	(void)bytes;
	sddl_print(sd, &job->ctx, out);
	buf_addc(out, '\n');
}

static void
print_base64(const struct job *job, const struct sd *sd, const struct buf *bytes, struct buf *out)
{
	(void)job;
	(void)sd;
	base64_encode(bytes->data, bytes->len, out);
	buf_addc(out, '\n');
}

static void
words_acl(const struct job *job, const struct sd *sd, bool sacl, struct buf *out)
{
	const struct acl *acl = sacl ? &sd->sacl : &sd->dacl;
	struct ace ace;
	size_t pos = 0;

	buf_adds(out, sacl ? "SACL: " : "DACL: ");
	sd_words_acl(sd, sacl, out);
	buf_addc(out, '\n');
	for (unsigned int i = 1; acl_next(acl, &pos, &ace); i++) {
		buf_addf(out, "ACE %u: ", i);
		sd_words_ace(&ace, &job->ctx, out);
		buf_addc(out, '\n');
	}
}

static void
print_words(const struct job *job, const struct sd *sd, const struct buf *bytes, struct buf *out)
{
	size_t start = 0;

	(void)bytes;
	if (!job->first)
		buf_addc(out, '\n');
	buf_adds(out, "Owner: ");
	if (sd->has_owner)
		sd_words_sid(&sd->owner, out);
	else
		buf_adds(out, "none");
	buf_adds(out, "\nGroup: ");
	if (sd->has_group)
		sd_words_sid(&sd->group, out);
	else
		buf_adds(out, "none");
	buf_addc(out, '\n');
	start = out->len;
	buf_adds(out, "Control: ");
	sd_words_control(sd, out);
	if (out->len == start + strlen("Control: "))
		buf_truncate(out, start);
	else
		buf_addc(out, '\n');
	words_acl(job, sd, false, out);
	if (sd->control & SD_SACL_PRESENT)
		words_acl(job, sd, true, out);
}

/* ,"name":"value", or null; the comma unless the object begins here. */
static void
json_string(struct buf *out, const char *name, const char *value)
{
	if (out->len > 0 && out->data[out->len - 1] != '{')
		buf_addc(out, ',');
	buf_addf(out, "\"%s\":", name);
	if (value != NULL)
		escape_json(value, strlen(value), out);
	else
		buf_adds(out, "null");
}

static void
json_sid(struct buf *out, const char *name, const struct sid *sid, bool has)
{
	struct sid_buf b;

	json_string(out, name, has ? sid_str(sid, &b) : NULL);
}

static void
json_guid(struct buf *out, const char *name, const struct guid *guid, bool has)
{
	struct guid_buf b;

	json_string(out, name, has ? guid_str(guid, &b) : NULL);
}

/* An object of the ACE's fields, and the two ways to say it whole. */
static void
json_ace(const struct job *job, const struct ace *ace, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct ace_type_buf b;
	bool known = ace->layout != ACE_LAYOUT_UNKNOWN;

	buf_addc(out, '{');
	json_string(out, "type", ace_type_name(ace->type, &b));
	buf_addf(out, ",\"flags\":%u", ace->flags);
	if (known)
		buf_addf(out, ",\"mask\":%lu", (unsigned long)ace->mask);
	else
		buf_adds(out, ",\"mask\":null");
	json_guid(out, "object_type", &ace->object_type,
	    (ace->object_flags & ACE_OBJECT_TYPE_PRESENT) != 0);
	json_guid(out, "inherited_object_type", &ace->inherited_type,
	    (ace->object_flags & ACE_INHERITED_OBJECT_TYPE_PRESENT) != 0);
	json_sid(out, "trustee", &ace->trustee, known);
	json_string(out, "trustee_name", known ? sd_sid_name(&ace->trustee) : NULL);
	json_string(out, "condition",
	    sddl_print_condition(ace, &job->ctx, &text) ? buf_str(&text) : NULL);
	buf_clear(&text);
	sddl_print_ace(ace, &job->ctx, &text);
	json_string(out, "sddl", buf_str(&text));
	buf_clear(&text);
	sd_words_ace(ace, &job->ctx, &text);
	json_string(out, "words", buf_str(&text));
	buf_addc(out, '}');
	if (buf_failed(&text))
		out->failed = true;
	buf_fini(&text);
}

/* null when absent; "aces" is null in a NULL ACL. */
static void
json_acl(const struct job *job, const struct sd *sd, bool sacl, struct buf *out)
{
	const struct acl *acl = sacl ? &sd->sacl : &sd->dacl;
	struct ace ace;
	size_t pos = 0;

	buf_adds(out, sacl ? ",\"sacl\":" : ",\"dacl\":");
	if (!(sd->control & (sacl ? SD_SACL_PRESENT : SD_DACL_PRESENT))) {
		buf_adds(out, "null");
		return;
	}
	if (acl->bytes == NULL) {
		buf_adds(out, "{\"revision\":null,\"aces\":null}");
		return;
	}
	buf_addf(out, "{\"revision\":%u,\"aces\":[", acl->revision);
	while (acl_next(acl, &pos, &ace)) {
		if (out->len > 0 && out->data[out->len - 1] == '}')
			buf_addc(out, ',');
		json_ace(job, &ace, out);
	}
	buf_adds(out, "]}");
}

static void
print_json(const struct job *job, const struct sd *sd, const struct buf *bytes, struct buf *out)
{
	struct buf text = BUF_INIT;

	(void)bytes;
	sddl_print(sd, &job->ctx, &text);
	buf_addf(out, "{\"line\":%lu", job->line);
	json_string(out, "sddl", buf_str(&text));
	buf_addf(out, ",\"control\":%u", sd->control);
	json_sid(out, "owner", &sd->owner, sd->has_owner);
	json_sid(out, "group", &sd->group, sd->has_group);
	json_acl(job, sd, false, out);
	json_acl(job, sd, true, out);
	buf_adds(out, "}\n");
	if (buf_failed(&text))
		out->failed = true;
	buf_fini(&text);
}

static bool
all_hex(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!ascii_is_hex(s[i]))
			return false;
	return len > 0;
}

/* The length of "nTSecurityDescriptor:: ", as LDIF has it, at s; 0 when it is not. */
static size_t
ldif_prefix(const char *s, size_t len)
{
	static const char name[] = "nTSecurityDescriptor::";
	size_t n = strlen(name);

	return len > n && ascii_eq_nocase(s, n, name, n) ? n : 0;
}

/*
 * The bytes of a line, whatever its form: base64 has neither ':' nor '(', and
 * a descriptor's begins with "AQ", which is no hex. 0, or -1 after a message.
 */
static int
decode(const struct job *job, const char *s, size_t len, struct buf *bytes)
{
	struct fault fault = { 0 };
	struct fault_buf b;
	size_t lead = ldif_prefix(s, len);
	enum err err = ERR_OK;

	s += lead;
	len -= lead;
	lead = 0;
	while (lead < len && (s[lead] == ' ' || s[lead] == '\t'))
		lead++;
	if (memchr(s, ':', len) != NULL || memchr(s, '(', len) != NULL) {
		if (sddl_parse(s, len, &job->ctx, bytes, &fault) == ERR_OK)
			return 0;
		msg_error("line %lu: %s", job->line, fault_str(&fault, &b));
		return -1;
	}
	if (len - lead > 2 && s[lead] == '0' && (s[lead + 1] == 'x' || s[lead + 1] == 'X'))
		lead += 2;
	if (all_hex(s + lead, len - lead)) {
		err = hex_decode(s + lead, len - lead, bytes);
		if (err != ERR_OK)
			msg_error("line %lu: hex: %s", job->line, err_str(err));
	} else {
		err = base64_decode(s, len, bytes);
		if (err != ERR_OK)
			msg_error("line %lu: neither SDDL nor hex nor base64: %s", job->line,
			    err_str(err));
	}
	return err == ERR_OK ? 0 : -1;
}

/* One line of input. 0, or -1 after a message. */
static int
do_line(struct job *job, const char *s, size_t len)
{
	struct buf bytes = BUF_INIT, out = BUF_INIT;
	struct fault fault;
	struct fault_buf b;
	struct sd sd;
	int result = -1;

	if (decode(job, s, len, &bytes) != 0)
		goto out;
	if (sd_parse(bytes.data, bytes.len, &sd, &fault) != ERR_OK) {
		msg_error("line %lu: %s", job->line, fault_str(&fault, &b));
		goto out;
	}
	job->print(job, &sd, &bytes, &out);
	if (buf_failed(&out)) {
		msg_error("line %lu: %s", job->line, err_str(ERR_NOMEM));
		goto out;
	}
	fwrite(out.data, 1, out.len, stdout);	/* main() looks at stdout's errors */
	job->first = false;
	result = 0;
out:
	buf_fini(&bytes);
	buf_fini(&out);
	return result;
}

/* White space at the end, the carriage return of a Windows file among it. */
static size_t
trimmed(const char *s, size_t len)
{
	while (len > 0 && (s[len - 1] == ' ' || (s[len - 1] >= '\t' && s[len - 1] <= '\r')))
		len--;
	return len;
}

static int
do_stdin(struct job *job)
{
	char *line = NULL;
	size_t room = 0, len = 0;
	ssize_t got = 0;
	int status = STATUS_OK;

	while ((got = getline(&line, &room, stdin)) >= 0) {
		job->line++;
		len = trimmed(line, (size_t)got);
		if (len > 0 && do_line(job, line, len) != 0)
			status = STATUS_FINDINGS;
	}
	if (!feof(stdin)) {
		msg_error("stdin: %s", strerror(errno));
		status = STATUS_INCOMPLETE;
	}
	free(line);
	return status;
}

/* The SID of an option; false after a message. */
static bool
take_sid(const char *option, const char *value, struct sid *sid, const struct sid **place)
{
	if (sid_from_str(value, strlen(value), sid) != ERR_OK) {
		msg_error("%s: '%s' is not a SID (S-1-5-21-…)", option, value);
		return false;
	}
	*place = sid;
	return true;
}

int
cmd_sd(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "base64", no_argument, NULL, 'b' },
		{ "domain-sid", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "root-sid", required_argument, NULL, 'r' },
		{ "words", no_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 }
	};
	struct job job = { .first = true };
	int c = 0, forms = 0;

	optind = 0;
	opterr = 0;
	job.print = print_sddl;
	while ((c = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (c == 'h') {
			help();
			return STATUS_OK;
		}
		if (c == '?' || c == ':') {
			msg_error(c == ':' ? "'%s' needs a value" : "'sd' has no option '%s'",
			    argv[optind - 1]);
			msg_error("'writeback-audit sd --help' lists the options");
			return STATUS_USAGE;
		}
		if ((c == 'd' && !take_sid("--domain-sid", optarg, &job.domain, &job.ctx.domain)) ||
		    (c == 'r' && !take_sid("--root-sid", optarg, &job.root, &job.ctx.root)))
			return STATUS_USAGE;
		forms += c == 'b' || c == 'j' || c == 'w';
		if (c == 'b')
			job.print = print_base64;
		else if (c == 'j')
			job.print = print_json;
		else if (c == 'w')
			job.print = print_words;
	}
	if (optind < argc) {
		msg_error("'sd' reads stdin and takes no argument: '%s'", argv[optind]);
		return STATUS_USAGE;
	}
	if (forms > 1) {
		msg_error("--base64, --json and --words exclude each other");
		return STATUS_USAGE;
	}
	return do_stdin(&job);
}
