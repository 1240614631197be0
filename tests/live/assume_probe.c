/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/ldif.h"
#include "source/assume.h"
#include "source/collect.h"
#include "source/source_ldif.h"

/*
 * What every object of a file of LDIF would be like after some changes: a line
 * each with the DN as it would be and the descriptor, both base64, or '?' and
 * why it is not known. For whatif.sh, which then makes the changes and looks.
 */
static void
put(const void *data, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t w = (uint32_t)p[i] << 16 | (i + 1 < len ? (uint32_t)p[i + 1] << 8 : 0) |
			(i + 2 < len ? p[i + 2] : 0);

		putchar(digits[w >> 18]);
		putchar(digits[w >> 12 & 63]);
		putchar(i + 1 < len ? digits[w >> 6 & 63] : '=');
		putchar(i + 2 < len ? digits[w & 63] : '=');
	}
}

static int
print(void *arg, const struct entry *e, const char *why)
{
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");

	(void)arg;
	put(e->dn, e->dn_len);
	putchar(' ');
	if (sd)
		put(sd->data, sd->len);
	else
		printf("? %s", why ? why : "");
	putchar('\n');
	return 0;
}

static int
on_entry(void *arg, const struct entry *e)
{
	return assume_entry(arg, e, print, NULL);
}

static int
fail(const struct source_error *err)
{
	fprintf(stderr, "%s\n", err->text);
	return 1;
}

int
main(int argc, char **argv)
{
	static const char letters[] = "gumvn";
	struct assumption list[64];
	const char *connector = NULL, *path = NULL;
	struct source *source = NULL;
	struct assume *a = NULL;
	struct source_error err = { .text = "out of memory" };
	struct domain domain;
	struct query q = { .what = "all", .scope = SCOPE_SUBTREE };
	size_t count = 0;
	int c, status = 1;

	while ((c = getopt(argc, argv, "f:c:g:u:m:v:n:")) != -1) {
		const char *at = strchr(letters, c);

		if (c == 'f')
			path = optarg;
		else if (c == 'c')
			connector = optarg;
		else if (at && count < sizeof list / sizeof *list)
			list[count++] = (struct assumption){ (enum assume_kind)(at - letters), optarg };
		else
			return 2;
	}
	if (!path || !connector)
		return 2;
	domain_init(&domain);
	if (source_ldif_open(path, &source, &err) != SOURCE_OK ||
	    collect_domain(source, "probe", 0, &domain, &err) != SOURCE_OK ||
	    assume_new(source, &domain, list, count, &(struct assume_who){ .dn = connector },
	    profile_find(NULL), false, &a, &err) != SOURCE_OK) {
		status = fail(&err);
		goto out;
	}
	q.base = domain.dn;
	if (source_search(source, &q, on_entry, a, &err) != SOURCE_OK) {
		status = fail(&err);
		goto out;
	}
	fprintf(stderr, "%zu descriptors computed, %zu as they are stored\n",
	    assume_checked(a).computed, assume_checked(a).reproduced);
	status = 0;
out:
	assume_free(a);
	source_close(source);
	domain_fini(&domain);
	return status;
}
