/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The input as a SID on the wire and as a SID in text. What is accepted comes
 * back the same through either form, and through splitting and joining.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/sid.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_sid(const struct sid *sid)
{
	uint8_t bytes[SID_MAX_BYTES];
	struct sid_buf b;
	struct sid other, domain;
	uint32_t rid = 0, again = 0;
	size_t len = sid_bytes(sid, bytes);

	must(len == 8 + 4 * (size_t)sid->count);
	must(sid_parse(bytes, len, &other) == ERR_OK);
	must(memcmp(&other.sub, &sid->sub, sizeof(other.sub)) == 0);
	must(sid_eq(&other, sid) && sid_cmp(&other, sid) == 0);
	sid_str(sid, &b);
	must(sid_from_str(b.s, strlen(b.s), &other) == ERR_OK && sid_eq(&other, sid));
	if (!sid_split(sid, &domain, &rid)) {
		must(sid->count == 0);
		return;
	}
	must(sid_in_domain(sid, &domain, &again) && again == rid);
	must(!sid_in_domain(&domain, sid, NULL) && !sid_in_domain(sid, sid, NULL));
	must(sid_with_rid(&domain, rid, &other) == ERR_OK && sid_eq(&other, sid));
	must(sid_cmp(&domain, sid) < 0 && sid_cmp(sid, &domain) > 0);
	(void)sid_well_known_name(sid);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t bytes[SID_MAX_BYTES];
	struct sid sid;

	if (sid_parse(data, len, &sid) == ERR_OK) {
		must(sid_bytes(&sid, bytes) == len && memcmp(bytes, data, len) == 0);
		check_sid(&sid);
	}
	if (sid_from_str((const char *)data, len, &sid) == ERR_OK)
		check_sid(&sid);
	return 0;
}
