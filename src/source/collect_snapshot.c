/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/collect.h"

/* What only a snapshot reads: answers to questions that nobody has put yet. */

static int
ignore(void *arg, const struct entry *e)
{
	(void)arg;
	(void)e;
	return 0;
}

/* collect_paths() asks which security groups hold one account; whoever will be
 * asked for, the answer is in these. The names are for collect_sid_name(). */
enum source_status
collect_all_groups(struct source *src, const struct domain *d, struct source_error *err)
{
	static const char *const attrs[] = { "member", "memberOf", "objectSid", "objectGUID",
		"groupType", "sAMAccountName", "sAMAccountType", NULL };
	const struct query q = { .what = "groups", .base = d->dn, .scope = SCOPE_SUBTREE,
		.filter = "(&(objectCategory=group)"
			"(groupType:1.2.840.113556.1.4.803:=2147483648))",
		.attrs = attrs, .paged = true };

	return source_search(src, &q, ignore, NULL, err);
}
