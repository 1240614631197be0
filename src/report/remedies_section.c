/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/remedies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/adtime.h"

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
		buf_addf(t, "; users: %zu; the first:", b->users);
	say(r, t);
	if (!b->shared && *b->example)
		dialect_line(r->dialect, b->example, &r->text);
	if (!b->mended)
		return;
	buf_addf(t, "Once done, this is mended for %zu of them, and %zu have no other failure then.",
	    b->mended, b->alone);
	say(r, t);
}

static void
commands(struct remedies *r, const struct judge *j, const struct remedy_block *b)
{
	const char *connector = j->domain->connector.account.dn;

	remedy_steps_sort(b->steps, b->count);
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
	dialect_line(r->dialect, *b->object ? b->object : "on each user", &r->text);
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
write_blocks(struct remedies *r, const struct judge *j, FILE *out)
{
	struct remedy_block **all;
	int status;

	remedy_blocks_count_shared(&r->blocks, j->tally.users);
	all = remedy_blocks_sorted(&r->blocks);
	if (!all) {
		errno = ENOMEM;
		return -1;
	}
	buf_clear(&r->text);
	header(r, j, r->blocks.all.count);
	status = remedies_put(r, out);
	for (size_t i = 0; i < r->blocks.all.count && status == 0; i++) {
		block_text(r, j, all[i], i + 1);
		status = remedies_put(r, out);
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
	status = remedies_put(r, out);
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
	remedies_forget(r);
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
		buf_addf(&t, "rule %u; users: %zu%s", row->rule->id, row->users,
		    *row->example ? "; the first:" : "");
		dialect_comment(d, buf_str(&t), out);
		if (*row->example)
			dialect_line(d, row->example, out);
		buf_clear(&t);
		buf_addf(&t, "Nothing to grant here. %s", row->remedy);
		dialect_comment(d, buf_str(&t), out);
	}
	buf_fini(&t);
}
