/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>

#include "core/adtime.h"
#include "rules/judge.h"

/* 1xx: domain controllers. */

#define LEVEL_2008_R2	4	/* MS-ADTS 6.1.4.2 */
#define LEVEL_2016	7
/* What Kerberos tolerates by default (RFC 4120 8.2, "acceptable clock skew"). */
#define CLOCK_TOLERANCE	(5 * ADTIME_MINUTE)

static void remark(struct judge *j, unsigned rule, const char *evidence)
{
	const struct dc *dc = &j->domain->dc;
	const char *name = dc->host ? dc->host : dc->uri;

	judge_remark(j, &(struct remark){ .rule = rule, .object = name, .cause = name,
		.evidence = evidence });
}

/* An attribute that the rootDSE did not return leaves open whether `rule` is
 * broken, so what that rule touches is not known. */
static void remark_unread(struct judge *j, const char *attribute, unsigned rule)
{
	const struct dc *dc = &j->domain->dc;
	const char *name = dc->host ? dc->host : dc->uri;

	buf_clear(&j->text);
	buf_addf(&j->text, "%s was not returned by the rootDSE", attribute);
	judge_remark(j, &(struct remark){ .rule = 108, .operations = rule_find(rule)->operations,
		.object = name, .cause = name, .evidence = buf_str(&j->text) });
}

static void judge_controls(struct judge *j, const struct dc *dc)
{
	if (!dc->has_controls) {
		remark_unread(j, "supportedControl", 101);
		return;
	}
	if (!dc->policy_hints)
		remark(j, 101, "supportedControl does not list " OID_POLICY_HINTS);
	if (!dc->policy_hints_2)
		remark(j, 102, "supportedControl does not list " OID_POLICY_HINTS_2);
}

static void judge_levels(struct judge *j, const struct dc *dc)
{
	buf_clear(&j->text);
	if (dc->dc_level.known != KNOWN_SET) {
		remark_unread(j, "domainControllerFunctionality", 104);
	} else {
		buf_addf(&j->text, "domainControllerFunctionality: %" PRId64 " (%s)",
			dc->dc_level.value, dc_level_name(dc->dc_level.value));
		if (dc->vendor)
			buf_addf(&j->text, "; vendorName: %s", dc->vendor);
		if (dc->dc_level.value < LEVEL_2008_R2)
			remark(j, 104, buf_str(&j->text));
		else if (dc->dc_level.value < LEVEL_2016)
			remark(j, 105, buf_str(&j->text));
	}
	buf_clear(&j->text);
	if (dc->domain_level.known != KNOWN_SET) {
		remark_unread(j, "domainFunctionality", 109);
	} else if (dc->domain_level.value < LEVEL_2008_R2) {
		buf_addf(&j->text, "domainFunctionality: %" PRId64 " (%s)", dc->domain_level.value,
			dc_level_name(dc->domain_level.value));
		judge_remark(j, &(struct remark){ .rule = 109, .object = j->domain->dn,
			.cause = j->domain->dn, .evidence = buf_str(&j->text) });
	}
}

static void judge_clock(struct judge *j, const struct dc *dc)
{
	struct adtime_buf theirs, ours;
	int64_t skew;

	if (dc->time.known != KNOWN_SET) {
		remark_unread(j, "currentTime", 107);
		return;
	}
	skew = dc->time.value - dc->time_read_at;
	if (skew >= -CLOCK_TOLERANCE && skew <= CLOCK_TOLERANCE)
		return;
	buf_clear(&j->text);
	buf_addf(&j->text, "currentTime: %s; this host's clock: %s",
		adtime_iso(dc->time.value, &theirs), adtime_iso(dc->time_read_at, &ours));
	remark(j, 107, buf_str(&j->text));
}

void rules_dc(struct judge *j)
{
	const struct dc *dc = &j->domain->dc;

	judge_controls(j, dc);
	judge_levels(j, dc);
	if (!dc->has_capabilities)
		remark_unread(j, "supportedCapabilities", 106);
	else if (dc->read_only)
		remark(j, 106, "supportedCapabilities lists 1.2.840.113556.1.4.1920");
	judge_clock(j, dc);
}
