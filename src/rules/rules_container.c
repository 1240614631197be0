/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/list.h"
#include "core/sddl.h"
#include "rules/judge.h"

/* 121: containers whose children the auditing account may not see. */

/* Those to speak of, to be put in order: the table of containers has none. */
struct hidden {
	const struct domain *domain;
	const struct container **list;
	size_t count, cap;
	bool nomem;
};

/* MS-ADTS 5.1.3.3.6. In List Object mode some children may show all the same. */
static struct access_result
may_list(const struct domain *d, const struct sd *sd)
{
	static const struct access_request req = { .kind = ACCESS_OBJECT, .mask = RIGHT_LIST };
	struct access_subject reader = access_subject_token(&d->reader, NULL);

	return access_check(sd, &req, &reader);
}

static bool
in_scope(const struct domain *d, const char *dn, size_t len)
{
	return !d->users_base || dn_eq(dn, len, d->users_base, strlen(d->users_base)) ||
		dn_under(dn, len, d->users_base, strlen(d->users_base));
}

static void
on_container(void *arg, const struct container *c)
{
	struct hidden *h = arg;
	const struct sd *sd = container_sd(c);
	const struct container **grown;

	if ((sd && may_list(h->domain, sd).decision == DECISION_YES) ||
	    !in_scope(h->domain, c->dn, c->dn_len))
		return;
	grown = list_room(h->list, h->count, &h->cap, 16, sizeof *grown);
	h->nomem |= !grown;
	if (!grown)
		return;
	h->list = grown;
	h->list[h->count++] = c;
}

static int
by_dn(const void *a, const void *b)
{
	return strcmp((*(const struct container *const *)a)->dn,
	    (*(const struct container *const *)b)->dn);
}

static void
remark(struct judge *j, const struct domain *d, const char *dn, const struct sd *sd)
{
	const char *reader = d->reader_name ? d->reader_name : "the auditing account";
	struct sddl_ctx ctx = domain_sddl(d);
	struct access_result r;
	struct ace ace;

	buf_clear(&j->text);
	if (!sd) {
		buf_addf(&j->text, "nTSecurityDescriptor could not be read: whether %s may list "
		    "what is in it is not known", reader);
	} else {
		r = may_list(d, sd);
		buf_addf(&j->text, "List Contents is %s %s",
		    r.decision == DECISION_UNKNOWN ? "not settled for" :
		    r.reason == ACCESS_BY_ACE ? "denied to" : "not granted to", reader);
		if (r.ace >= 0 && acl_nth(&sd->dacl, r.ace, &ace)) {
			buf_addf(&j->text, " by ACE %d ", r.ace);
			sddl_print_ace(&ace, &ctx, &j->text);
		}
	}
	judge_remark(j, &(struct remark){ .rule = 121, .object = dn, .cause = dn,
		.evidence = buf_str(&j->text) });
}

void
rules_container(struct judge *j)
{
	/* Users come by the permissions as they are, whatever is assumed. */
	const struct domain *d = j->as_is ? j->as_is : j->domain;
	struct hidden h = { .domain = d };
	const struct buf *head = &d->root_sd;
	struct sd sd;

	/* Without the reader's token nothing can be said. */
	if (!d->has_reader)
		return;
	if (in_scope(d, d->dn, strlen(d->dn)) && head->len &&
	    sd_parse(head->data, head->len, &sd, NULL) == ERR_OK &&
	    may_list(d, &sd).decision != DECISION_YES)
		remark(j, d, d->dn, &sd);
	containers_each(&d->containers, on_container, &h);
	if (h.count)
		qsort(h.list, h.count, sizeof *h.list, by_dn);
	for (size_t i = 0; i < h.count; i++)
		/* The head was looked at, if it is among them. */
		if (!dn_eq(h.list[i]->dn, h.list[i]->dn_len, d->dn, strlen(d->dn)))
			remark(j, d, h.list[i]->dn, container_sd(h.list[i]));
	if (h.nomem)
		judge_remark(j, &(struct remark){ .rule = 121, .object = d->dn, .cause = d->dn,
			.evidence = "out of memory: containers were left out of this check" });
	free(h.list);
}
