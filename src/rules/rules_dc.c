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

/* Certificates are renewed by hand in most places, and that takes a while. */
#define CERT_WARNING	(30 * ADTIME_DAY)

/* The controller at hand. */
struct subject {
	const struct dc *dc;		/* what it said of itself */
	const char *name;
	bool in_use;			/* the domain is read from it */
	bool read_only;
	bool named;
};

static void
remark(struct judge *j, const struct subject *s, unsigned rule, const char *evidence)
{
	judge_remark(j, &(struct remark){ .rule = rule, .object = s->name, .cause = s->name,
		.evidence = evidence, .elsewhere = !s->in_use });
}

/* An attribute that the rootDSE did not return leaves open whether `rule` is
 * broken, so what that rule touches is not known. */
static void
remark_unread(struct judge *j, const struct subject *s, const char *attribute, unsigned rule)
{
	buf_clear(&j->text);
	buf_addf(&j->text, "%s was not returned by the rootDSE", attribute);
	judge_remark(j, &(struct remark){ .rule = 108, .operations = rule_find(rule)->operations,
		.object = s->name, .cause = s->name, .evidence = buf_str(&j->text),
		.elsewhere = !s->in_use });
}

static void
judge_controls(struct judge *j, const struct subject *s)
{
	if (!s->dc->has_controls) {
		remark_unread(j, s, "supportedControl", 101);
		return;
	}
	if (!s->dc->policy_hints)
		remark(j, s, 101, "supportedControl does not list " OID_POLICY_HINTS);
	if (!s->dc->policy_hints_2)
		remark(j, s, 102, "supportedControl does not list " OID_POLICY_HINTS_2);
}

static void
judge_level(struct judge *j, const struct subject *s)
{
	const struct dc *dc = s->dc;

	if (dc->dc_level.known != KNOWN_SET) {
		remark_unread(j, s, "domainControllerFunctionality", 104);
		return;
	}
	buf_clear(&j->text);
	buf_addf(&j->text, "domainControllerFunctionality: %" PRId64 " (%s)", dc->dc_level.value,
	    dc_level_name(dc->dc_level.value));
	if (dc->vendor)
		buf_addf(&j->text, "; vendorName: %s", dc->vendor);
	if (dc->dc_level.value < LEVEL_2008_R2)
		remark(j, s, 104, buf_str(&j->text));
	else if (dc->dc_level.value < LEVEL_2016)
		remark(j, s, 105, buf_str(&j->text));
}

static void
judge_domain_level(struct judge *j, const struct subject *s)
{
	const struct dc *dc = s->dc;

	if (dc->domain_level.known != KNOWN_SET) {
		remark_unread(j, s, "domainFunctionality", 109);
	} else if (dc->domain_level.value < LEVEL_2008_R2) {
		buf_clear(&j->text);
		buf_addf(&j->text, "domainFunctionality: %" PRId64 " (%s)", dc->domain_level.value,
		    dc_level_name(dc->domain_level.value));
		judge_remark(j, &(struct remark){ .rule = 109, .object = j->domain->dn,
			.cause = j->domain->dn, .evidence = buf_str(&j->text) });
	}
}

static void
judge_read_only(struct judge *j, const struct subject *s)
{
	if (!s->dc->has_capabilities)
		remark_unread(j, s, "supportedCapabilities", 106);
	if (!s->in_use && !s->named)
		return;		/* nobody chose it: an estate has them on purpose */
	if (s->dc->has_capabilities && s->dc->read_only)
		remark(j, s, 106, "supportedCapabilities lists 1.2.840.113556.1.4.1920");
	else if (s->read_only)	/* Samba 4.17 does not list it */
		remark(j, s, 106, "its NTDS settings are of class nTDSDSARO");
}

static void
judge_clock(struct judge *j, const struct subject *s)
{
	struct adtime_buf theirs, ours;
	int64_t skew;

	if (s->dc->time.known != KNOWN_SET) {
		remark_unread(j, s, "currentTime", 107);
		return;
	}
	skew = s->dc->time.value - s->dc->time_read_at;
	if (skew >= -CLOCK_TOLERANCE && skew <= CLOCK_TOLERANCE)
		return;
	buf_clear(&j->text);
	buf_addf(&j->text, "currentTime: %s; this host's clock: %s",
	    adtime_iso(s->dc->time.value, &theirs), adtime_iso(s->dc->time_read_at, &ours));
	remark(j, s, 107, buf_str(&j->text));
}

static void
judge_synchronized(struct judge *j, const struct subject *s)
{
	if (s->dc->synchronized.known != KNOWN_SET)
		remark_unread(j, s, "isSynchronized", 110);
	else if (!s->dc->synchronized.value)
		remark(j, s, 110, "isSynchronized: FALSE");
}

static void
judge_certificate(struct judge *j, const struct subject *s)
{
	struct adtime_buf end, now;

	if (s->dc->cert_until.known != KNOWN_SET ||
	    s->dc->cert_until.value >= adtime_add(j->now, CERT_WARNING))
		return;
	buf_clear(&j->text);
	buf_addf(&j->text, "the certificate's notAfter: %s; now: %s",
	    adtime_iso(s->dc->cert_until.value, &end), adtime_iso(j->now, &now));
	judge_remark(j, &(struct remark){ .rule = 111, .object = s->name, .cause = s->name,
		.evidence = buf_str(&j->text), .elsewhere = !s->in_use });
}

static void
judge_dc(struct judge *j, const struct subject *s)
{
	/* Passwords are not written to a read-only one, whatever its controls. */
	if (s->in_use || !s->read_only)
		judge_controls(j, s);
	judge_level(j, s);
	if (s->in_use)
		judge_domain_level(j, s);
	judge_read_only(j, s);
	judge_clock(j, s);
	judge_synchronized(j, s);
	judge_certificate(j, s);
}

static void
remark_failed(struct judge *j, const struct controller *c)
{
	buf_clear(&j->text);
	buf_addf(&j->text, "%s: %s", c->step, c->problem);
	judge_remark(j, &(struct remark){ .rule = 103, .object = c->name, .cause = c->name,
		.evidence = buf_str(&j->text), .elsewhere = true });
}

/* nTDSDSA.options (MS-ADTS 6.1.1.2.2.1.2.1.1). A read-only one sends nothing to
 * others by design (6.1.1.2.2.1.2.1.2). */
static void
judge_replication(struct judge *j, const struct controller *c)
{
	int64_t off = c->options.value & (NTDSDSA_DISABLE_INBOUND_REPL |
	    (c->read_only ? 0 : NTDSDSA_DISABLE_OUTBOUND_REPL));

	if (c->options.known != KNOWN_SET || !off)
		return;
	buf_clear(&j->text);
	buf_addf(&j->text, "options of its NTDS settings: 0x%" PRIx64 " (%s%s%s replication off)",
	    (uint64_t)c->options.value, off & NTDSDSA_DISABLE_INBOUND_REPL ? "inbound" : "",
	    off == (NTDSDSA_DISABLE_INBOUND_REPL | NTDSDSA_DISABLE_OUTBOUND_REPL) ?
	    " and " : "", off & NTDSDSA_DISABLE_OUTBOUND_REPL ? "outbound" : "");
	judge_remark(j, &(struct remark){ .rule = 113, .object = c->name, .cause = c->name,
		.evidence = buf_str(&j->text), .elsewhere = true });
}

static void
add_name(struct buf *b, const char *name)
{
	buf_addf(b, "%s%s", b->len ? ", " : "", name);
}

/* Some with the control and some without: of the writable ones that were asked. */
static void
judge_mixed(struct judge *j)
{
	const struct domain *d = j->domain;
	struct buf with = BUF_INIT, without = BUF_INIT;

	for (size_t i = 0; i < d->controllers.count; i++) {
		const struct controller *c = &d->controllers.list[i];
		const struct dc *dc = controller_dc(c, &d->dc);

		if (dc && dc->has_controls && !c->read_only)
			add_name(dc->policy_hints ? &with : &without, c->name);
	}
	if (with.len && without.len) {
		buf_clear(&j->text);
		buf_addf(&j->text, OID_POLICY_HINTS " is listed by %s, not by %s", with.data,
		    without.data);
		judge_remark(j, &(struct remark){ .rule = 112, .object = d->dn, .cause = d->dn,
			.evidence = buf_str(&j->text) });
	}
	buf_fini(&with);
	buf_fini(&without);
}

static void
judge_controllers(struct judge *j)
{
	const struct domain *d = j->domain;

	for (size_t i = 0; i < d->controllers.count; i++) {
		const struct controller *c = &d->controllers.list[i];

		if (c->state == CONTROLLER_CHECKED)
			judge_dc(j, &(struct subject){ .dc = &c->dc, .name = c->name,
				.read_only = c->read_only, .named = c->named });
		else if (c->state == CONTROLLER_FAILED)
			remark_failed(j, c);
		judge_replication(j, c);
	}
	judge_mixed(j);
	if ((d->controllers.all_wanted || d->controllers.lost) && d->controllers.problem)
		judge_remark(j, &(struct remark){ .rule = 115, .object = d->dn, .cause = d->dn,
			.evidence = d->controllers.problem });
}

void
rules_dc(struct judge *j)
{
	const struct domain *d = j->domain;
	struct subject s = { .dc = &d->dc, .name = d->dc.host ? d->dc.host : d->dc.uri,
		.in_use = true, .read_only = d->dc.read_only };

	for (size_t i = 0; i < d->controllers.count; i++)
		if (d->controllers.list[i].state == CONTROLLER_IN_USE)
			s.read_only |= d->controllers.list[i].read_only;
	judge_dc(j, &s);
	judge_controllers(j);
}
