/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "output_check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "msg.h"

static bool
is_stdout(const char *path)
{
	return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0 ||
		strcmp(path, "/dev/fd/1") == 0 || strcmp(path, "/proc/self/fd/1") == 0;
}

/* The directory a path is in: 0 and *st filled. */
static int
directory_stat(const char *path, struct stat *st)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	int result;

	if (slash == NULL)
		return stat(".", st);
	dir = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (dir == NULL)
		return -1;
	result = stat(dir, st);
	free(dir);
	return result;
}

/* One file under two names. It need not exist yet: then one directory and one
 * last component are meant. */
static bool
same_file(const char *a, const char *b)
{
	const char *alast = strrchr(a, '/'), *blast = strrchr(b, '/');
	struct stat as, bs;

	if (is_stdout(a) || is_stdout(b))
		return is_stdout(a) && is_stdout(b);
	if (strcmp(a, "/dev/null") == 0)
		return false;
	if (strcmp(a, b) == 0)
		return true;
	if (stat(a, &as) == 0 && stat(b, &bs) == 0)
		return as.st_dev == bs.st_dev && as.st_ino == bs.st_ino;
	if (strcmp(alast != NULL ? alast + 1 : a, blast != NULL ? blast + 1 : b) != 0)
		return false;
	return directory_stat(a, &as) == 0 && directory_stat(b, &bs) == 0 &&
		as.st_dev == bs.st_dev && as.st_ino == bs.st_ino;
}

static int
input_check(const char *option, const char *path, const char *what, const char *input)
{
	if (input == NULL || is_stdout(path) || !same_file(path, input))
		return 0;
	msg_error("%s %s would replace %s", option, path, what);
	return -1;
}

/* The path in a name of Kerberos' ("FILE:/path"); NULL for none. */
static const char *
after_type(const char *name)
{
	return name != NULL && strncmp(name, "FILE:", 5) == 0 ? name + 5 : name;
}

int
output_check(const struct settings *s, const char *config)
{
	const struct { const char *option, *path; } out[] = {
		{ "--findings", s->findings }, { "--users", s->users },
		{ "--output", s->output }, { "--causes", s->causes }, { "--json", s->json },
		{ "--remedies", s->remedies }, { "--html", s->html }, { "--summary", s->summary },
		{ "--metrics", s->metrics },
	};
	const size_t count = sizeof out / sizeof out[0];
	const struct target *t;
	size_t i, j;

	for (i = 0; i < count; i++) {
		if (out[i].path == NULL)
			continue;
		if (s->nagios && is_stdout(out[i].path)) {
			msg_error("--nagios has stdout for its line: give %s a file", out[i].option);
			return -1;
		}
		for (j = 0; j < i; j++) {
			if (out[j].path == NULL || !same_file(out[i].path, out[j].path))
				continue;
			msg_error("%s and %s cannot both go to %s", out[j].option, out[i].option,
			    is_stdout(out[i].path) ? "stdout" : out[i].path);
			return -1;
		}
		if (input_check(out[i].option, out[i].path, "the snapshot", s->ldif) != 0 ||
		    input_check(out[i].option, out[i].path, "the configuration file", config) != 0)
			return -1;
		for (j = 0; j < s->target_count; j++) {
			t = &s->targets[j];
			if (input_check(out[i].option, out[i].path, "the password file",
			    t->password_file) != 0 ||
			    input_check(out[i].option, out[i].path, "the keytab",
			    after_type(t->keytab)) != 0 ||
			    input_check(out[i].option, out[i].path, "the ticket cache",
			    after_type(t->ccache)) != 0 ||
			    input_check(out[i].option, out[i].path, "the certificate file",
			    t->tls_cacert) != 0 ||
			    input_check(out[i].option, out[i].path, "the certificate",
			    t->tls_cert) != 0 ||
			    input_check(out[i].option, out[i].path, "the private key",
			    t->tls_key) != 0)
				return -1;
		}
	}
	return 0;
}
