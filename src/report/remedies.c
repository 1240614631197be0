/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/remedies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/sddl.h"
#include "report/outfile.h"
#include "rules/cause.h"
#include "rules/cure.h"

int
remedies_init(struct remedies *r, const struct dialect *d, const char *path,
    const struct siphash_key *key)
{
	*r = (struct remedies){ .dialect = d, .user = 1, .on_users = outfile_spool(path),
		.blocks.key = *key };
	return r->on_users ? 0 : -1;
}

void
remedies_forget(struct remedies *r)
{
	remedy_blocks_empty(&r->blocks);
	r->heard_count = r->step_count = r->left_count = 0;
	r->any_on_users = false;
}

void
remedies_fini(struct remedies *r)
{
	remedy_blocks_fini(&r->blocks);
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

/* What stands in a block for all its users. */
static bool
is_told_by_block(const struct finding *f)
{
	return f->cure->mends || f->why->kind == CAUSE_NOT_ARRIVED ||
		f->why->kind == CAUSE_NOT_READABLE;
}

/* A failure of the user at hand that no command mends, and why. */
static void
leave(struct remedies *r, const struct finding *f)
{
	static const char other[] = "its permissions are of a kind that no command here mends.";
	const struct cure *c = f->cure;
	bool wide = c->has_wide && !c->wide.object;

	if (r->left_count == REMEDIES_PER_USER)
		return;
	r->left[r->left_count].rule = f->rule;
	r->left[r->left_count].why = wide ? NULL : c->advice ? c->advice : other;
	r->left[r->left_count].step = c->wide;
	r->left_count++;
}

static int
add_cure(struct remedies *r, struct remedy_block *b, const struct finding *f)
{
	const struct cure *c = f->cure;

	if (is_told_by_block(f)) {
		if (c->advice)
			b->advice = c->advice;
	} else if (rule_find(f->rule)->severity == SEVERITY_FAIL) {
		leave(r, f);
	}
	if (c->has_wide && c->wide.object && !strcmp(c->wide.object, b->object)) {
		b->has_wide = true;
		b->wide = c->wide;
	}
	for (size_t i = 0; i < c->count; i++) {
		if (c->steps[i].object) {
			if (remedy_block_step(b, &c->steps[i]) != ERR_OK)
				return no_memory();
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
	b = remedy_blocks_get(&r->blocks, f->why->words, rollup_object(f), f->shared ? "" : f->object);
	if (!b)
		return no_memory();
	if (rule->severity > b->worst)
		b->worst = rule->severity;
	b->remedy = cause_cure(f->why, rule);
	remedy_block_rule(b, f->rule);
	if (f->cure && add_cure(r, b, f) != 0)
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
	dialect_line(r->dialect, buf_str(&head), &r->text);
	for (size_t i = 0; i < r->left_count; i++) {
		buf_clear(&head);
		buf_addf(&head, "%u is left for a person to decide", r->left[i].rule);
		if (r->left[i].why) {
			buf_addf(&head, ": %s", r->left[i].why);
		} else {
			buf_adds(&head, ", for this denies more than what is missing: ");
			sddl_print_ace(&r->left[i].step.ace, NULL, &head);
		}
		dialect_comment(r->dialect, buf_str(&head), &r->text);
	}
	remedy_steps_sort(r->steps, r->step_count);
	r->dialect->commands(buf_str(&dn), row->connector ? row->connector : "", r->steps,
	    r->step_count, &r->text);
	buf_fini(&head);
	buf_fini(&dn);
}

int
remedies_put(struct remedies *r, FILE *out)
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
		status = remedies_put(r, r->on_users);
		r->any_on_users = true;
	}
	r->heard_count = r->step_count = r->left_count = 0;
	r->user++;
	return status;
}
