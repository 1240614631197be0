/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "identities.h"

#include <stdlib.h>
#include <sys/random.h>

#include "msg.h"
#include "report/summary.h"
#include "source/collect.h"

int
identities_init(struct identities *ids, const struct settings *settings, size_t count)
{
	struct identity_options options;
	struct siphash_key key;

	*ids = (struct identities){ .suppressions = &settings->suppressed };
	identity_options_init(&options, settings->source_anchor, settings->join);
	ids->sources = calloc(count, sizeof *ids->sources);
	if (getrandom(&key, sizeof key, 0) == (ssize_t)sizeof key && ids->sources &&
	    identity_init(&ids->identity, &options, &key, count) == 0)
		return 0;
	msg_error("out of memory, or no random numbers");
	return -1;
}

void
identities_fini(struct identities *ids)
{
	identity_fini(&ids->identity);
	buf_fini(&ids->place);
	free(ids->sources);
	ids->sources = NULL;
}

struct identity_part *
identities_part(struct identities *ids, size_t i, const struct domain *d, struct source *source)
{
	ids->sources[i] = source;
	buf_addf(&ids->place, "%s%s", ids->place.len ? " " : "", d->dns);
	ids->identity.parts[i].domain = d;
	return &ids->identity.parts[i];
}

static int
read_again(void *arg, const struct identity_part *p, const uint32_t *rids, size_t count,
    int (*each)(void *arg, const struct entry *), void *each_arg, struct buf *why)
{
	const struct identities *ids = arg;
	struct source_error err;

	if (collect_identities(ids->sources[p->number], p->domain, &p->sid, rids, count, each,
	    each_arg, &err) == SOURCE_OK)
		return 0;
	msg_error("%s", err.text);
	buf_adds(why, err.text);
	return -1;
}

struct telling {
	const struct identities *ids;
	struct lines lines;
	struct rollup rollup;
	struct tally *tally;
};

static int
on_finding(void *arg, const struct finding *found)
{
	struct telling *t = arg;
	const struct rule *rule = rule_find(found->rule);
	struct finding copy = *found, *f = &copy;

	suppress(t->ids->suppressions, t->ids->now, f);
	if (f->suppressed) {
		t->tally->suppressed++;
		return lines_finding(&t->lines, f);
	}
	t->tally->by_rule[rule - rule_table]++;
	t->tally->by_severity[rule->severity]++;
	t->tally->incomplete |= rule->unread;
	if (rollup_add(&t->rollup, f) != 0) {
		msg_error("out of memory");
		return -1;
	}
	/* Once a user and rule, so that each finding is of another user. */
	rollup_next(&t->rollup);
	return lines_finding(&t->lines, f);
}

int
identities_report(struct identities *ids, struct reports *reports, struct rollup *all,
    struct tally *tally, struct buf *summary)
{
	const struct identity_reader reader = { read_again, ids };
	struct telling t = { .ids = ids, .tally = tally };
	const struct sink sink = { on_finding, NULL, &t };
	size_t users = 0;
	int status = -1;

	rollup_init(&t.rollup, &ids->identity.key);
	*tally = (struct tally){ .by_rule = calloc(rule_count, sizeof *tally->by_rule) };
	if (!tally->by_rule || lines_init(&t.lines, reports, false) != 0)
		goto out;
	t.lines.place = buf_str(&ids->place);
	for (size_t i = 0; i < ids->identity.part_count; i++)
		users += ids->identity.parts[i].keys.count - ids->identity.parts[i].keys.keys;
	status = identity_report(&ids->identity, &reader, &sink);
	rollup_end(&t.rollup);
	if (lines_finish(&t.lines) != 0 || rollup_merge(all, &t.rollup) != 0)
		status = -1;
	summary_identity(tally, users, summary);
out:
	if (status != 0)
		msg_error("the users could not be compared with each other");
	lines_fini(&t.lines);
	rollup_fini(&t.rollup);
	return status;
}
