/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/remedies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/adtime.h"
#include "core/hash.h"
#include "core/sddl.h"
#include "report/outfile.h"
#include "rules/cause.h"
#include "rules/cure.h"

#define FIRST_SLOTS 64

int
remedies_init(struct remedies *r, const struct dialect *d, const char *path)
{
	*r = (struct remedies){ .dialect = d, .user = 1, .on_users = outfile_spool(path) };
	return r->on_users ? 0 : -1;
}

static void
forget(struct remedies *r)
{
	for (size_t i = 0; i < r->slots; i++)
		while (r->slot[i]) {
			struct remedy_block *next = r->slot[i]->next;

			free(r->slot[i]->words);
			free(r->slot[i]->object);
			free(r->slot[i]->example);
			free(r->slot[i]->steps);
			free(r->slot[i]);
			r->slot[i] = next;
		}
	r->count = r->heard_count = r->step_count = r->left_count = 0;
	r->any_on_users = false;
}

void
remedies_fini(struct remedies *r)
{
	forget(r);
	free(r->slot);
	if (r->on_users)
		fclose(r->on_users);
	buf_fini(&r->text);
	*r = (struct remedies){ 0 };
}

static int
no_memory(void)
{
	errno = ENOMEM;
	return -1;
}

/* Blocks */

static int
grow(struct remedies *r)
{
	size_t slots = r->slots ? 2 * r->slots : FIRST_SLOTS;
	struct remedy_block **slot = calloc(slots, sizeof(struct remedy_block *));

	if (!slot)
		return -1;
	for (size_t i = 0; i < r->slots; i++)
		while (r->slot[i]) {
			struct remedy_block *b = r->slot[i];

			r->slot[i] = b->next;
			b->next = slot[b->hash & (slots - 1)];
			slot[b->hash & (slots - 1)] = b;
		}
	free(r->slot);
	r->slot = slot;
	r->slots = slots;
	return 0;
}

static struct remedy_block *
block_new(const char *words, const char *object, const char *example)
{
	struct remedy_block *b = calloc(1, sizeof *b);

	if (!b)
		return NULL;
	b->words = strdup(words);
	b->object = strdup(object);
	b->example = strdup(example);
	if (b->words && b->object && b->example)
		return b;
	free(b->words);
	free(b->object);
	free(b->example);
	free(b);
	return NULL;
}

static struct remedy_block *
block_of(struct remedies *r, const struct finding *f)
{
	const char *words = f->why->words;
	const char *object = f->why->object ? f->why->object : f->shared ? f->cause : "";
	uint64_t h = hash_bytes(words, strlen(words)) * 31 ^ hash_bytes(object, strlen(object));
	struct remedy_block *b;

	for (b = r->slots ? r->slot[h & (r->slots - 1)] : NULL; b; b = b->next)
		if (b->hash == h && !strcmp(b->words, words) && !strcmp(b->object, object))
			return b;
	if (r->count == r->slots && grow(r) != 0)
		return NULL;
	b = block_new(words, object, f->shared ? "" : f->object);
	if (!b)
		return NULL;
	b->hash = h;
	b->next = r->slot[h & (r->slots - 1)];
	r->slot[h & (r->slots - 1)] = b;
	r->count++;
	return b;
}

static void
add_rule(struct remedy_block *b, unsigned rule)
{
	size_t i = b->rule_count;

	for (size_t k = 0; k < b->rule_count; k++)
		if (b->rules[k] == rule)
			return;
	if (i == sizeof b->rules / sizeof *b->rules)
		return;
	for (; i && b->rules[i - 1] > rule; i--)
		b->rules[i] = b->rules[i - 1];
	b->rules[i] = rule;
	b->rule_count++;
}

static int
add_step(struct remedy_block *b, const struct cure_step *s)
{
	for (size_t i = 0; i < b->count; i++)
		if (cure_step_eq(&b->steps[i], s))
			return 0;
	if (b->count == b->cap) {
		size_t cap = b->cap ? 2 * b->cap : 4;
		struct cure_step *more = realloc(b->steps, cap * sizeof *more);

		if (!more)
			return no_memory();
		b->steps = more;
		b->cap = cap;
	}
	b->steps[b->count++] = *s;
	return 0;
}

/* On the user at hand; the same step can serve two of its rights. */
static void
add_user_step(struct remedies *r, const struct cure_step *s)
{
	for (size_t i = 0; i < r->step_count; i++)
		if (cure_step_eq(&r->steps[i], s))
			return;
	if (r->step_count < REMEDIES_PER_USER)
		r->steps[r->step_count++] = *s;
}

static int
add_cure(struct remedies *r, struct remedy_block *b, unsigned rule, const struct cure *c)
{
	if (c->advice)
		b->advice = c->advice;
	if (c->has_wide && !c->wide.object && r->left_count < REMEDIES_PER_USER) {
		r->left[r->left_count].step = c->wide;
		r->left[r->left_count++].rule = rule;
	}
	if (c->has_wide && c->wide.object && !strcmp(c->wide.object, b->object)) {
		b->has_wide = true;
		b->wide = c->wide;
	}
	for (size_t i = 0; i < c->count; i++) {
		if (c->steps[i].object) {
			if (add_step(b, &c->steps[i]) != 0)
				return -1;
		} else {
			add_user_step(r, &c->steps[i]);
			b->on_users = true;
		}
	}
	return 0;
}

int
remedies_finding(struct remedies *r, const struct finding *f)
{
	const struct rule *rule = rule_find(f->rule);
	struct remedy_block *b;

	if (rule->severity == SEVERITY_INFO)
		return 0;
	b = block_of(r, f);
	if (!b)
		return no_memory();
	if (rule->severity > b->worst)
		b->worst = rule->severity;
	b->remedy = cause_cure(f->why, rule);
	add_rule(b, f->rule);
	if (f->cure && add_cure(r, b, f->rule, f->cure) != 0)
		return -1;
	if (f->shared) {
		b->shared |= f->operations != 0;
		return 0;
	}
	if (b->seen != r->user)
		b->users++;
	b->seen = r->user;
	if (r->heard_count < REMEDIES_PER_USER) {
		r->heard[r->heard_count].block = b;
		r->heard[r->heard_count].fails = rule->severity == SEVERITY_FAIL;
		r->heard[r->heard_count++].mends = f->cure && f->cure->mends;
	}
	return 0;
}

/* Whether all that fails for the user at hand under this block is mended. */
static bool
is_mended(const struct remedies *r, const struct remedy_block *b)
{
	bool any = false;

	for (size_t i = 0; i < r->heard_count; i++) {
		if (r->heard[i].block != b || !r->heard[i].fails)
			continue;
		if (!r->heard[i].mends)
			return false;
		any = true;
	}
	return any;
}

static void
count_mended(struct remedies *r)
{
	for (size_t i = 0; i < r->heard_count; i++) {
		struct remedy_block *b = r->heard[i].block;
		bool first = true, other = false;

		for (size_t k = 0; k < r->heard_count; k++) {
			first &= k >= i || r->heard[k].block != b;
			other |= r->heard[k].block != b && r->heard[k].fails;
		}
		if (first && is_mended(r, b)) {
			b->mended++;
			b->alone += !other;
		}
	}
}

static int
by_object(const void *va, const void *vb)
{
	const struct cure_step *a = va, *b = vb;
	int c = strcmp(a->object ? a->object : "", b->object ? b->object : "");

	if (!c)
		c = strcmp(a->class_name ? a->class_name : "", b->class_name ? b->class_name : "");
	if (!c)
		c = (int)b->act - (int)a->act;	/* what goes, goes first */
	return c ? c : memcmp(&a->ace.object_type, &b->ace.object_type, sizeof a->ace.object_type);
}

/* On one user: what breaks, and the commands. */
static void
user_text(struct remedies *r, const struct judgement *row)
{
	struct buf head = BUF_INIT, dn = BUF_INIT;

	buf_add(&dn, row->account->dn, row->account->dn_len);
	buf_addf(&head, "%s:", buf_str(&dn));
	for (size_t i = 0; i < row->rule_count; i++)
		if (rule_find(row->rules[i])->severity != SEVERITY_INFO)
			buf_addf(&head, " %u", row->rules[i]);
	buf_clear(&r->text);
	buf_adds(&r->text, r->dialect->eol);
	dialect_comment(r->dialect, buf_str(&head), &r->text);
	for (size_t i = 0; i < r->left_count; i++) {
		buf_clear(&head);
		buf_addf(&head, "%u is left for a person to decide, for this denies more than what is "
		    "missing: ", r->left[i].rule);
		sddl_print_ace(&r->left[i].step.ace, NULL, &head);
		dialect_comment(r->dialect, buf_str(&head), &r->text);
	}
	qsort(r->steps, r->step_count, sizeof *r->steps, by_object);
	r->dialect->commands(buf_str(&dn), row->connector ? row->connector : "", r->steps,
	    r->step_count, &r->text);
	buf_fini(&head);
	buf_fini(&dn);
}

static int
put(struct remedies *r, FILE *out)
{
	if (buf_failed(&r->text))
		return no_memory();
	return fwrite(buf_str(&r->text), 1, r->text.len, out) == r->text.len ? 0 : -1;
}

int
remedies_judgement(struct remedies *r, const struct judgement *row)
{
	int status = 0;

	count_mended(r);
	if (r->step_count || r->left_count) {
		user_text(r, row);
		status = put(r, r->on_users);
		r->any_on_users = true;
	}
	r->heard_count = r->step_count = r->left_count = 0;
	r->user++;
	return status;
}

/* The section */

static void
say(struct remedies *r, struct buf *words)
{
	dialect_comment(r->dialect, buf_str(words), &r->text);
	buf_clear(words);
}

static void
header(struct remedies *r, const struct judge *j, size_t blocks)
{
	const struct domain *d = j->domain;
	struct buf b = BUF_INIT;
	struct adtime_buf when;
	struct sid_buf sid;

	buf_addf(&b, "Remedies for %s, printed by writeback-audit " PACKAGE_VERSION
	    " of what was read on %s", d->dns, adtime_iso(j->now, &when));
	if (d->dc.host || d->dc.uri)
		buf_addf(&b, " from %s", d->dc.host ? d->dc.host : d->dc.uri);
	if (d->reader_name)
		buf_addf(&b, " as %s", d->reader_name);
	buf_addc(&b, '.');
	say(r, &b);
	buf_addf(&b, "NOTHING HAS BEEN CHANGED: read each block, run what you want, then audit again.");
	say(r, &b);
	buf_addf(&b, "Connector account: %s", d->connector.account.dn ? d->connector.account.dn : "?");
	if (d->connector.account.has_sid)
		buf_addf(&b, " (%s)", sid_str(&d->connector.account.sid, &sid));
	buf_addf(&b, ". Rights by profile %s; users: %zu; causes: %zu.", j->profile->name,
	    j->tally.users, blocks);
	say(r, &b);
	r->dialect->preamble(&r->text);
	buf_fini(&b);
}

static void
say_users(struct remedies *r, const struct remedy_block *b, struct buf *t)
{
	buf_addf(t, "rule%s", b->rule_count == 1 ? "" : "s");
	for (size_t i = 0; i < b->rule_count; i++)
		buf_addf(t, " %u", b->rules[i]);
	if (b->shared)
		buf_addf(t, "; every user: %zu", b->users);
	else if (*b->example)
		buf_addf(t, "; users: %zu; for one, %s", b->users, b->example);
	say(r, t);
	if (!b->mended)
		return;
	buf_addf(t, "Mended: %zu; without another failure then: %zu.", b->mended, b->alone);
	say(r, t);
}

static void
commands(struct remedies *r, const struct judge *j, const struct remedy_block *b)
{
	const char *connector = j->domain->connector.account.dn;

	if (b->count)
		qsort(b->steps, b->count, sizeof *b->steps, by_object);
	for (size_t i = 0, n; i < b->count; i += n) {
		const struct cure_step *s = &b->steps[i];

		for (n = 1; i + n < b->count && !strcmp(s[n].object, s->object) &&
		    !strcmp(s[n].class_name ? s[n].class_name : "",
		    s->class_name ? s->class_name : ""); n++)
			continue;
		r->dialect->commands(s->object, connector ? connector : "", s, n, &r->text);
	}
}

/* The deny that reaches further than what is missing, and how it would go. */
static void
say_wide(struct remedies *r, const struct judge *j, const struct remedy_block *b, struct buf *t)
{
	const char *connector = j->domain->connector.account.dn;
	struct buf lines = BUF_INIT;

	buf_adds(t, "The deny there concerns others, or other rights, as well. If nobody needs it, "
	    "taking it away is the shorter way:");
	say(r, t);
	r->dialect->commands(b->wide.object, connector ? connector : "", &b->wide, 1, &lines);
	dialect_comment_lines(r->dialect, buf_str(&lines), &r->text);
	buf_fini(&lines);
}

static void
block_text(struct remedies *r, const struct judge *j, const struct remedy_block *b, size_t number)
{
	struct buf t = BUF_INIT;

	buf_clear(&r->text);
	buf_adds(&r->text, r->dialect->eol);
	buf_addf(&t, "%zu. %s: %s", number, severity_str(b->worst), b->words);
	say(r, &t);
	buf_adds(&t, *b->object ? b->object : "on each user");
	say(r, &t);
	say_users(r, b, &t);
	if (!b->count && !b->on_users)
		buf_adds(&t, "Nothing to grant here. ");
	buf_addf(&t, "%s%s%s", b->remedy, b->advice ? " " : "", b->advice ? b->advice : "");
	say(r, &t);
	if (b->has_wide)
		say_wide(r, j, b, &t);
	commands(r, j, b);
	if (b->on_users) {
		buf_adds(&t, "Commands for each of the users are at the end.");
		say(r, &t);
	}
	buf_fini(&t);
}

static int
by_severity(const void *va, const void *vb)
{
	const struct remedy_block *a = *(struct remedy_block *const *)va;
	const struct remedy_block *b = *(struct remedy_block *const *)vb;
	int c;

	if (a->worst != b->worst)
		return a->worst < b->worst ? 1 : -1;
	if (a->users != b->users)
		return a->users < b->users ? 1 : -1;
	c = strcmp(a->object, b->object);
	return c ? c : strcmp(a->words, b->words);
}

static int
write_blocks(struct remedies *r, const struct judge *j, FILE *out)
{
	struct remedy_block **all = calloc(r->count + 1, sizeof(struct remedy_block *));
	size_t n = 0;
	int status;

	if (!all)
		return no_memory();
	for (size_t i = 0; i < r->slots; i++)
		for (struct remedy_block *b = r->slot[i]; b; b = b->next) {
			if (b->shared)
				b->users = j->tally.users;
			all[n++] = b;
		}
	qsort(all, n, sizeof(struct remedy_block *), by_severity);
	buf_clear(&r->text);
	header(r, j, n);
	status = put(r, out);
	for (size_t i = 0; i < n && status == 0; i++) {
		block_text(r, j, all[i], i + 1);
		status = put(r, out);
	}
	free(all);
	return status;
}

static int
append(FILE *from, FILE *to)
{
	char bytes[1 << 14];
	size_t n;

	rewind(from);
	while ((n = fread(bytes, 1, sizeof bytes, from)) > 0)
		if (fwrite(bytes, 1, n, to) != n)
			return -1;
	return ferror(from) ? -1 : 0;
}

static int
write_on_users(struct remedies *r, FILE *out)
{
	int status;

	if (!r->any_on_users)
		return 0;
	buf_clear(&r->text);
	buf_adds(&r->text, r->dialect->eol);
	dialect_comment(r->dialect, "On the users themselves, in the order read; the numbers are the "
	    "rules that each breaks.", &r->text);
	status = put(r, out);
	if (status == 0)
		status = append(r->on_users, out);
	rewind(r->on_users);
	return status == 0 ? ftruncate(fileno(r->on_users), 0) : status;
}

int
remedies_section(struct remedies *r, const struct judge *j, FILE *out)
{
	int status = write_blocks(r, j, out);

	if (status == 0)
		status = write_on_users(r, out);
	forget(r);
	return status;
}

void
remedies_identities(const struct dialect *d, const struct rollup *all, struct buf *out)
{
	static const unsigned behind[] = { 601, 602, 604, 605, 606, 608 };
	struct buf t = BUF_INIT;

	for (size_t i = 0; i < all->row_count; i++) {
		const struct rollup_row *row = all->rows[i];
		bool tell = false;

		for (size_t k = 0; k < sizeof behind / sizeof *behind; k++)
			tell |= row->rule->id == behind[k];
		if (!tell)
			continue;
		buf_adds(out, d->eol);
		buf_clear(&t);
		buf_addf(&t, "%s: %s", severity_str(row->rule->severity), row->cause->words);
		dialect_comment(d, buf_str(&t), out);
		buf_clear(&t);
		buf_addf(&t, "rule %u; users: %zu%s%s", row->rule->id, row->users,
		    *row->example ? "; for one, " : "", row->example);
		dialect_comment(d, buf_str(&t), out);
		buf_clear(&t);
		buf_addf(&t, "Nothing to grant here. %s", row->remedy);
		dialect_comment(d, buf_str(&t), out);
	}
	buf_fini(&t);
}
