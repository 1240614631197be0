/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/standing.h"

#include <stdlib.h>
#include <string.h>

int
standing_init(struct standing *s)
{
	*s = (struct standing){ .findings = calloc(rule_count, sizeof *s->findings),
		.suppressed = calloc(rule_count, sizeof *s->suppressed),
		.lapsed = calloc(rule_count, sizeof *s->lapsed) };
	return s->findings && s->suppressed && s->lapsed ? 0 : -1;
}

static void
row_fini(struct standing_row *row)
{
	free(row->domain);
	free(row->connector);
	free(row->controller);
}

void
standing_fini(struct standing *s)
{
	for (size_t i = 0; i < s->row_count; i++)
		row_fini(&s->rows[i]);
	for (size_t i = 0; i < s->news_count; i++) {
		free(s->news[i].domain);
		free(s->news[i].object);
	}
	free(s->rows);
	free(s->findings);
	free(s->suppressed);
	free(s->lapsed);
	free(s->hits);
	*s = (struct standing){ 0 };
}

static char *
copy(const char *text)
{
	return strdup(text ? text : "");
}

/* Room for the suppressions up to `count`. */
static int
grow_hits(struct standing *s, size_t count)
{
	size_t *grown;

	if (count <= s->hit_count)
		return 0;
	grown = realloc(s->hits, count * sizeof *grown);
	if (!grown)
		return -1;
	memset(grown + s->hit_count, 0, (count - s->hit_count) * sizeof *grown);
	s->hits = grown;
	s->hit_count = count;
	return 0;
}

int
standing_finding(struct standing *s, const struct finding *f)
{
	const struct rule *rule = rule_find(f->rule);
	struct standing_new *n;

	if (f->suppression && f->status != FINDING_RESOLVED) {
		if (grow_hits(s, f->suppression->number + 1) != 0)
			return -1;
		s->hits[f->suppression->number]++;
		if (f->suppressed)
			s->suppressed[rule - rule_table]++;
		else if (f->status == FINDING_KNOWN)
			s->lapsed[rule - rule_table]++;
	}
	if (f->suppressed)
		return 0;
	s->findings[rule - rule_table][f->status]++;
	if (f->status != FINDING_NEW || s->news_count == STANDING_NEWS)
		return 0;
	n = &s->news[s->news_count];
	*n = (struct standing_new){ rule, copy(f->domain), copy(f->object) };
	if (n->domain && n->object) {
		s->news_count++;
		return 0;
	}
	free(n->domain);
	free(n->object);
	return -1;
}

static struct standing_row *
add_rows(struct standing *s, size_t count)
{
	struct standing_row *grown = realloc(s->rows, (s->row_count + count) * sizeof *grown);

	if (!grown)
		return NULL;
	s->rows = grown;
	return &grown[s->row_count];
}

int
standing_judge(struct standing *s, const struct judge *j)
{
	const struct domain *d = j->domain;
	struct standing_row *row = add_rows(s, 1);

	if (!row)
		return -1;
	*row = (struct standing_row){ copy(d->dns), copy(d->connector.account.dn),
		copy(d->dc.host ? d->dc.host : d->dc.uri), .users = j->tally.users };
	memcpy(row->verdicts, j->tally.verdicts, sizeof row->verdicts);
	if (row->domain && row->connector && row->controller) {
		s->row_count++;
		return 0;
	}
	row_fini(row);
	return -1;
}

int
standing_merge(struct standing *s, struct standing *from)
{
	size_t kept = 0;

	for (size_t i = 0; from->findings && i < rule_count; i++) {
		for (int k = 0; k < 4; k++)
			s->findings[i][k] += from->findings[i][k];
		s->suppressed[i] += from->suppressed[i];
		s->lapsed[i] += from->lapsed[i];
	}
	if (grow_hits(s, from->hit_count) != 0)
		return -1;
	for (size_t i = 0; i < from->hit_count; i++)
		s->hits[i] += from->hits[i];
	for (size_t i = 0; i < from->news_count; i++)
		if (s->news_count < STANDING_NEWS)
			s->news[s->news_count++] = from->news[i];
		else
			from->news[kept++] = from->news[i];
	from->news_count = kept;
	if (!from->row_count)
		return 0;
	if (!add_rows(s, from->row_count))
		return -1;
	memcpy(&s->rows[s->row_count], from->rows, from->row_count * sizeof *s->rows);
	s->row_count += from->row_count;
	from->row_count = 0;
	return 0;
}

size_t
standing_open(const struct standing *s, size_t rule, bool new_only)
{
	const size_t *n = s->findings[rule];

	return n[FINDING_NEW] + (new_only ? s->lapsed[rule] :
	    n[FINDING_KNOWN] + n[FINDING_NOT_KEPT]);
}

size_t
standing_severity(const struct standing *s, enum severity severity, bool new_only)
{
	size_t n = 0;

	for (size_t i = 0; i < rule_count; i++)
		if (rule_table[i].severity == severity)
			n += standing_open(s, i, new_only);
	return n;
}

size_t
standing_status(const struct standing *s, enum finding_status status)
{
	size_t n = 0;

	for (size_t i = 0; i < rule_count; i++)
		n += s->findings[i][status];
	return n;
}

size_t
standing_hits(const struct standing *s, size_t suppression)
{
	return suppression < s->hit_count ? s->hits[suppression] : 0;
}
