/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/sample.h"

#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/siphash.h"

const char *const user_state_attributes[] = { "objectGUID", "userAccountControl", "pwdLastSet",
	"lockoutTime", "whenChanged", "nTSecurityDescriptor", NULL };

/* Fixed, so that the choice is; who could make GUIDs for it could spare a user the
 * comparison, and no more. */
static const struct siphash_key key = {
	UINT64_C(0x7772697465626163), UINT64_C(0x6b2d617564697421)
};

int
sample_init(struct sample *s, size_t max)
{
	*s = (struct sample){ .max = max };
	s->list = max ? calloc(max, sizeof *s->list) : NULL;
	return !max || s->list ? 0 : -1;
}

static void
clear(struct sampled *u)
{
	free(u->dn);
	free(u->sam);
	free(u->upn);
	*u = (struct sampled){ 0 };
}

void
sample_fini(struct sample *s)
{
	for (size_t i = 0; i < s->count; i++)
		clear(&s->list[i]);
	free(s->list);
	*s = (struct sample){ 0 };
}

static int
order(const struct sampled *a, const struct sampled *b)
{
	int c = (a->key > b->key) - (a->key < b->key);

	return c ? c : guid_cmp(&a->guid, &b->guid);
}

static void
swap(struct sampled *a, struct sampled *b)
{
	struct sampled t = *a;

	*a = *b;
	*b = t;
}

static void
sift_up(struct sample *s, size_t i)
{
	while (i && order(&s->list[i], &s->list[(i - 1) / 2]) > 0) {
		swap(&s->list[i], &s->list[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void
sift_down(struct sample *s)
{
	size_t i = 0, child;

	while ((child = 2 * i + 1) < s->count) {
		if (child + 1 < s->count && order(&s->list[child + 1], &s->list[child]) > 0)
			child++;
		if (order(&s->list[child], &s->list[i]) <= 0)
			return;
		swap(&s->list[i], &s->list[child]);
		i = child;
	}
}

static int
fill(struct sampled *u, const struct account *a)
{
	u->has_sid = a->has_sid;
	u->sid = a->sid;
	u->dn = strndup(a->dn, a->dn_len);
	if (u->dn && value_text(&a->sam, &u->sam) == 0 && value_text(&a->upn, &u->upn) == 0)
		return 0;
	clear(u);
	return -1;
}

int
sample_offer(struct sample *s, const struct entry *e, const struct schema *schema)
{
	const struct value *v = s->max ? entry_value(e, "objectGUID") : NULL;
	struct sampled u = { .key = 0 };
	struct account a;

	if (!v || guid_parse(v->data, v->len, &u.guid) != ERR_OK)
		return 0;
	u.key = siphash(&key, u.guid.b, sizeof u.guid.b);
	if (s->count == s->max && order(&u, &s->list[0]) >= 0)
		return 0;
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].key == u.key && guid_eq(&s->list[i].guid, &u.guid))
			return 0;
	account_decode(e, schema, &a);
	if (account_is_normal_user(&a) == NORMAL_NO)
		return 0;
	if (fill(&u, &a) != 0)
		return -1;
	if (s->count < s->max) {
		s->list[s->count] = u;
		sift_up(s, s->count++);
		return 0;
	}
	clear(&s->list[0]);
	s->list[0] = u;
	sift_down(s);
	return 0;
}

static int
ascending(const void *a, const void *b)
{
	return order(a, b);
}

void
sample_sort(struct sample *s)
{
	if (s->count)
		qsort(s->list, s->count, sizeof *s->list, ascending);
}

int
user_state_decode(const struct entry *e, struct user_state *u)
{
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");
	const struct value *changed = entry_value(e, "whenChanged");

	buf_fini(&u->sd);
	*u = (struct user_state){
		.there = true,
		.uac = entry_int(e, "userAccountControl"),
		.pwd_last_set = entry_int(e, "pwdLastSet"),
		.lockout_time = entry_int(e, "lockoutTime"),
	};
	if (changed && adtime_parse_generalized((const char *)changed->data, changed->len,
	    &u->changed.value) == ERR_OK)
		u->changed.known = KNOWN_SET;
	if (sd)
		buf_add(&u->sd, sd->data, sd->len);
	return buf_failed(&u->sd) ? -1 : 0;
}

void
user_states_fini(struct user_state *list, size_t count)
{
	for (size_t i = 0; list && i < count; i++)
		buf_fini(&list[i].sd);
	free(list);
}
