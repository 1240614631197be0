/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Entries of a configuration partition, as LDIF: what forest.h promises of a
 * forest holds, and it is the same forest whichever way round they come, but
 * for entries that come twice.
 */

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/hostname.h"
#include "core/ldif.h"
#include "model/forest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_ENTRIES 64
#define MAX_VALUES 32

struct made {
	struct entry entry;
	struct attr attrs[MAX_VALUES];
	struct value values[MAX_VALUES];
	char *memory[MAX_VALUES * 2 + 1];
	size_t count;
};

struct input {
	const uint8_t *data;
	size_t len;
};

static ssize_t
fill(void *arg, void *buf, size_t len)
{
	struct input *in = arg;
	size_t n = len < in->len ? len : in->len;

	if (n)
		memcpy(buf, in->data, n);
	in->data += n;
	in->len -= n;
	return (ssize_t)n;
}

static char *
keep(struct made *m, const char *data, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		abort();
	memcpy(copy, data, len);
	copy[len] = 0;
	m->memory[m->count++] = copy;
	return copy;
}

/* Values of one attribute that follow each other are one attribute. */
static void
make(struct made *m, const struct ldif_record *r)
{
	size_t n = r->count < MAX_VALUES ? r->count : MAX_VALUES, attrs = 0;

	m->count = 0;
	for (size_t i = 0; i < n; i++) {
		const struct ldif_value *v = &r->values[i];

		m->values[i] = (struct value){ (uint8_t *)keep(m, v->value, v->len), v->len };
		if (attrs && !strcmp(m->attrs[attrs - 1].name, v->name)) {
			m->attrs[attrs - 1].count++;
			continue;
		}
		m->attrs[attrs++] = (struct attr){ .name = keep(m, v->name, v->name_len),
			.values = &m->values[i], .count = 1 };
	}
	m->entry = (struct entry){ keep(m, r->dn, r->dn_len), r->dn_len, m->attrs, attrs };
}

static void
add(struct forest *f, const struct entry *e, int pass)
{
	bool ref = entry_attr(e, "nCName"), trust = entry_attr(e, "trustPartner");
	bool server = entry_attr(e, "dNSHostName"), head = entry_attr(e, "fSMORoleOwner");
	int failed = 0;

	if (pass == 0 && ref)
		failed = forest_add_domain(f, e);
	else if (pass == 1 && !ref && !trust && !server && !head)
		failed = forest_add_dc(f, e);
	else if (pass == 2 && server)
		failed = forest_set_server(f, e);
	else if (pass == 3 && head && f->domain_count)
		failed = forest_set_head(f, 0, e);
	else if (pass == 4 && trust && f->domain_count)
		failed = forest_add_trust(f, 0, e);
	if (failed)
		abort();
}

static void
print(const struct forest *f, struct buf *out)
{
	for (size_t i = 0; i < f->domain_count; i++)
		buf_addf(out, "%s %s %s %d\n", f->domains[i].dn, f->domains[i].dns,
		    f->domains[i].netbios, f->domains[i].has_sid);
	for (size_t i = 0; i < f->dc_count; i++)
		buf_addf(out, "%s %s %s %zu %d%d\n", f->dcs[i].ntds, f->dcs[i].host, f->dcs[i].site,
		    f->dcs[i].domain, f->dcs[i].read_only, f->dcs[i].pdc);
	for (size_t i = 0; f->domain_count && i < f->domains[0].trust_count; i++)
		buf_addf(out, "%s %s\n", f->domains[0].trusts[i].partner,
		    f->domains[0].trusts[i].flat_name);
}

static void
check_host(const char *host)
{
	if (host && !hostname_valid(host, strlen(host)))
		abort();
}

static void
check(const struct forest *f)
{
	for (size_t i = 0; i < f->domain_count; i++) {
		const struct forest_domain *d = &f->domains[i];

		check_host(d->dns);
		if (!dn_depth(d->dn, strlen(d->dn)) ||
		    forest_find_dn(f, d->dn, strlen(d->dn)) != i)
			abort();
	}
	for (size_t i = 0; i < f->dc_count; i++) {
		const struct forest_dc *dc = &f->dcs[i];

		check_host(dc->host);
		if ((dc->domain != FOREST_NONE && dc->domain >= f->domain_count) || !dc->ntds ||
		    (dc->site && !dc->server) ||
		    (i && dc->domain < f->dcs[i - 1].domain))
			abort();
	}
}

static void
build(struct made *const *list, size_t count, bool backwards, struct buf *out)
{
	struct forest f;

	if (forest_init(&f, "DC=x,DC=test") != 0)
		abort();
	for (int pass = 0; pass < 5; pass++)
		for (size_t i = 0; i < count; i++)
			add(&f, &list[backwards ? count - 1 - i : i]->entry, pass);
	forest_sort(&f);
	check(&f);
	print(&f, out);
	forest_fini(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct buf there = BUF_INIT, back = BUF_INIT;
	const struct ldif_record *record = NULL;
	struct made *list[MAX_ENTRIES];
	size_t count = 0, heads = 0;
	bool twice = false;
	struct ldifr r;

	ldifr_init(&r, fill, NULL, &in);
	while (count < MAX_ENTRIES && ldifr_next(&r, &record) == ERR_OK && record) {
		struct made *m = malloc(sizeof *m);

		if (!m)
			abort();
		make(m, record);
		heads += entry_attr(&m->entry, "fSMORoleOwner") != NULL;
		for (size_t i = 0; i < count; i++)
			twice |= dn_eq(list[i]->entry.dn, list[i]->entry.dn_len, m->entry.dn,
			    m->entry.dn_len);
		list[count++] = m;
	}
	ldifr_fini(&r);
	build(list, count, false, &there);
	build(list, count, true, &back);
	if (!twice && heads < 2 && strcmp(buf_str(&there), buf_str(&back)) != 0)
		abort();
	for (size_t i = 0; i < count; i++) {
		while (list[i]->count)
			free(list[i]->memory[--list[i]->count]);
		free(list[i]);
	}
	buf_fini(&there);
	buf_fini(&back);
	return 0;
}
