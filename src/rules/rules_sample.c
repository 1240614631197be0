/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <string.h>

#include "core/adtime.h"
#include "core/sddl.h"
#include "core/uac.h"
#include "rules/judge.h"
#include "rules/rules_sample.h"

/* What two controllers say of one user. */

#define SHOWN_ACES 5		/* of each side; more are counted */

/* A time attribute that was returned. */
static void
add_time(struct buf *b, const struct known_int *t)
{
	struct adtime_buf text;

	if (!t->value)
		buf_adds(b, "0");
	else
		buf_adds(b, adtime_iso(t->value, &text));
}

static void
add_uac(struct buf *b, const struct known_int *uac)
{
	uac_words((uint32_t)uac->value, b);
}

static void
begin(struct buf *b, const char *what)
{
	buf_addf(b, "%s%s ", b->len ? "; " : "", what);
}

static void
compare(struct buf *b, const char *what, const struct side *x, const struct side *y,
    const struct known_int *a, const struct known_int *c,
    void (*print)(struct buf *, const struct known_int *))
{
	bool left = a->known == KNOWN_SET, right = c->known == KNOWN_SET;

	if (left == right && (!left || a->value == c->value))
		return;
	begin(b, what);
	/* Not set there, or this reader may not see it: neither is said. */
	if (left != right) {
		buf_addf(b, "not returned by %s, or malformed, so not to be compared with ",
		    left ? y->name : x->name);
		print(b, left ? a : c);
		buf_addf(b, " on %s", left ? x->name : y->name);
		return;
	}
	print(b, a);
	buf_addf(b, " on %s, ", x->name);
	print(b, c);
	buf_addf(b, " on %s", y->name);
}

static bool
holds(const struct acl *acl, const struct ace *wanted)
{
	struct ace ace;
	size_t pos = 0;

	while (acl_next(acl, &pos, &ace))
		if (ace.raw_len == wanted->raw_len && !memcmp(ace.raw, wanted->raw, ace.raw_len))
			return true;
	return false;
}

/* The ACEs of the one that the other has not: "only dc1 has (A;;…)". */
static void
add_only(struct buf *b, const struct sddl_ctx *ctx, const char *name, const struct acl *acl,
    const struct acl *other)
{
	struct ace ace;
	size_t pos = 0, found = 0;

	while (acl_next(acl, &pos, &ace)) {
		if (holds(other, &ace))
			continue;
		if (!found)
			buf_addf(b, "%s has ", name);
		if (found++ < SHOWN_ACES)
			sddl_print_ace(&ace, ctx, b);
	}
	if (found > SHOWN_ACES)
		buf_addf(b, " and %zu more", found - SHOWN_ACES);
	if (found)
		buf_adds(b, " alone, ");
}

/* What of a DACL decides: whether it is there, inheritance blocked, the ACEs. */
static bool
dacl_eq(const struct sd *a, const struct sd *b)
{
	const uint16_t bits = SD_DACL_PRESENT | SD_DACL_PROTECTED;
	struct ace x, y;
	size_t i = 0, k = 0;
	bool more;

	if ((a->control & bits) != (b->control & bits) || !a->dacl.bytes != !b->dacl.bytes ||
	    a->dacl.count != b->dacl.count)
		return false;
	if (!a->dacl.bytes)
		return true;
	while ((more = acl_next(&a->dacl, &i, &x)) && acl_next(&b->dacl, &k, &y))
		if (x.raw_len != y.raw_len || memcmp(x.raw, y.raw, x.raw_len) != 0)
			return false;
	return !more;
}

/* Why there is nothing to compare; NULL: *out has it. */
static const char *
fault_of(const struct user_state *s, struct sd *out)
{
	if (!s->sd.len)
		return "not returned";
	return sd_parse(s->sd.data, s->sd.len, out, NULL) == ERR_OK ? NULL : "malformed";
}

/* What was judged was read before, and then it may have been there: of this reading
 * nobody else speaks. Alike on both it is no difference, and 315 or 316. */
static void
compare_faults(struct buf *b, const struct side *x, const struct side *y, const char *no_x,
    const char *no_y)
{
	const struct buf *p = &x->state->sd, *q = &y->state->sd;

	if (no_x && no_y && p->len == q->len && (!p->len || !memcmp(p->data, q->data, p->len)))
		return;
	begin(b, "DACL:");
	if (no_x && no_y)
		buf_addf(b, "%s on %s, %s on %s, so they could not be compared", no_x, x->name, no_y,
		    y->name);
	else
		buf_addf(b, "%s on %s, so it could not be compared with that on %s",
		    no_x ? no_x : no_y, no_x ? x->name : y->name, no_x ? y->name : x->name);
}

static void
compare_dacl(struct buf *b, const struct sddl_ctx *ctx, const struct side *x, const struct side *y)
{
	struct sd a, c;
	const char *no_a = fault_of(x->state, &a), *no_c = fault_of(y->state, &c);
	size_t start;

	if (no_a || no_c) {
		compare_faults(b, x, y, no_a, no_c);
		return;
	}
	if (dacl_eq(&a, &c))
		return;
	begin(b, "DACL:");
	start = b->len;
	if (!a.dacl.bytes != !c.dacl.bytes)
		buf_addf(b, "there is none on %s, ", a.dacl.bytes ? y->name : x->name);
	if ((a.control ^ c.control) & SD_DACL_PROTECTED)
		buf_addf(b, "inheritance is blocked on %s alone, ", a.control & SD_DACL_PROTECTED ?
		    x->name : y->name);
	add_only(b, ctx, x->name, &a.dacl, &c.dacl);
	add_only(b, ctx, y->name, &c.dacl, &a.dacl);
	if (b->len > start)
		buf_truncate(b, b->len - 2);
	else
		buf_addf(b, "%u ACEs on %s, %u on %s, or in another order", a.dacl.count, x->name,
		    c.dacl.count, y->name);
}

/* Of lockoutTime, 0 is what a reset leaves and not set is what was never locked: the
 * one against the other is no difference worth a word. */
static bool
is_nonzero(const struct known_int *t)
{
	return t->known == KNOWN_SET && t->value;
}

static void
add_changed(struct buf *b, const struct side *s, const char *comma)
{
	struct adtime_buf text;

	if (s->state->changed.known == KNOWN_SET)
		buf_addf(b, "%s%s on %s", comma, adtime_iso(s->state->changed.value, &text),
		    s->name);
}

bool
sample_differs(const struct domain *d, const struct side *x, const struct side *y, struct buf *out)
{
	const struct user_state *a = x->state, *c = y->state;
	const struct sddl_ctx ctx = { d->has_sid ? &d->sid : NULL, NULL };
	struct buf b = BUF_INIT;
	bool differs;

	if (a->there != c->there) {
		buf_addf(&b, "the user is on %s, not on %s", a->there ? x->name : y->name,
		    a->there ? y->name : x->name);
	} else if (a->there) {
		compare(&b, "userAccountControl:", x, y, &a->uac, &c->uac, add_uac);
		compare(&b, "pwdLastSet:", x, y, &a->pwd_last_set, &c->pwd_last_set, add_time);
		/* A read-only one counts bad passwords and locks accounts by itself, and
		 * nothing of it reaches the others (Microsoft, "Read-Only Domain Controllers
		 * and Account Lockouts"). */
		if (!x->read_only && !y->read_only &&
		    (is_nonzero(&a->lockout_time) || is_nonzero(&c->lockout_time)))
			compare(&b, "lockoutTime:", x, y, &a->lockout_time, &c->lockout_time,
			    add_time);
		compare_dacl(&b, &ctx, x, y);
	}
	differs = b.len > 0;
	if (differs) {
		buf_add(out, b.data, b.len);
		buf_adds(out, "; last written: ");
		add_changed(out, x, "");
		add_changed(out, y, x->state->changed.known == KNOWN_SET ? ", " : "");
	}
	buf_fini(&b);
	return differs;
}

void
rules_sample(struct judge *j, const struct sampled *u, const char *controller, const char *evidence)
{
	struct account a = {
		.dn = u->dn, .dn_len = strlen(u->dn),
		.sam = { (const uint8_t *)u->sam, u->sam ? strlen(u->sam) : 0 },
		.upn = { (const uint8_t *)u->upn, u->upn ? strlen(u->upn) : 0 },
		.has_guid = true, .guid = u->guid,
		.has_sid = u->has_sid, .sid = u->sid,
	};

	judge_remark(j, &(struct remark){ .rule = 114, .account = &a, .cause = controller,
		.evidence = evidence, .elsewhere = true });
}
