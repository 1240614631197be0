/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/escape.h"
#include "source/collect.h"

/* Users read a second time, to compare what they seem to share. */

/* So many in one search: a few kilobytes of filter, and no more than a snapshot
 * looks up one by one. */
#define AT_ONCE 32

static void
add_rid(const struct sid *domain, uint32_t rid, struct buf *filter)
{
	uint8_t bytes[SID_MAX_BYTES];
	struct sid sid;

	if (sid_with_rid(domain, rid, &sid) != ERR_OK)
		return;
	buf_adds(filter, "(objectSid=");
	escape_filter_bytes(bytes, sid_bytes(&sid, bytes), filter);
	buf_addc(filter, ')');
}

enum source_status
collect_identities(struct source *src, const struct domain *d, const struct sid *domain,
    const uint32_t *rids, size_t count, entry_fn each, void *arg, struct source_error *err)
{
	const char *attrs[COLLECT_MAX_ATTRIBUTES] = { "objectGUID", "objectSid",
		"sAMAccountName", "userPrincipalName", "userAccountControl" };
	struct query q = { .what = "users with the same identity", .base = d->dn,
		.scope = SCOPE_SUBTREE, .attrs = attrs, .paged = true };
	struct buf filter = BUF_INIT;
	enum source_status st = SOURCE_OK;
	size_t n = 5;

	collect_identity_attributes(d, attrs, &n);
	attrs[n] = NULL;
	for (size_t i = 0; i < count && st == SOURCE_OK; i += AT_ONCE) {
		buf_clear(&filter);
		buf_adds(&filter, "(|");
		for (size_t k = i; k < count && k < i + AT_ONCE; k++)
			add_rid(domain, rids[k], &filter);
		buf_addc(&filter, ')');
		q.filter = buf_str(&filter);
		st = source_search(src, &q, each, arg, err);
	}
	buf_fini(&filter);
	return st;
}
