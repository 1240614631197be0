/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "source/collect.h"
#include "source/collect_forest.h"

/* The forest, as the controller at hand has it in its configuration partition. */

struct reading {
	struct forest *forest;
	size_t domain;
	size_t count;
	int (*add)(struct forest *, const struct entry *);
	int (*add_to)(struct forest *, size_t domain, const struct entry *);
	bool nomem;
};

static int
on_entry(void *arg, const struct entry *e)
{
	struct reading *r = arg;

	r->count++;
	if ((r->add ? r->add(r->forest, e) : r->add_to(r->forest, r->domain, e)) != 0)
		r->nomem = true;
	return r->nomem;
}

/* Only what ends the run: a lost connection, no memory. Anything else is in *err
 * for the caller to note. */
static bool
is_fatal(enum source_status st)
{
	return st == SOURCE_CONNECT || st == SOURCE_NOMEM;
}

/* Runs the query below "prefix,base". *whole: all of it was read. */
static enum source_status
read_part(struct source *src, struct query *q, const char *prefix, const char *base,
    struct reading *r, bool *whole, struct source_error *err)
{
	struct buf dn = BUF_INIT;
	enum source_status st;

	buf_addf(&dn, "%s%s", prefix, base);
	q->base = buf_str(&dn);
	st = buf_failed(&dn) ? source_nomem(src, err) : source_search(src, q, on_entry, r, err);
	if (r->nomem)
		st = source_nomem(src, err);
	*whole = st == SOURCE_OK && !src->partial;
	if (st == SOURCE_OK && src->partial)
		snprintf(err->text, sizeof err->text, "%s: the file does not say that it has all "
		    "of %s", src->name, q->what);
	buf_fini(&dn);
	return is_fatal(st) ? st : SOURCE_OK;
}

static enum source_status
read_domains(struct source *src, const char *config_nc, struct forest *f, struct source_error *err)
{
	struct query q = { .what = "the domains of the forest", .scope = SCOPE_ONE,
		.attrs = forest_domain_attributes, .paged = true,
		/* All there is: one whose class may not be read could be a domain. */
		.filter = "(|(objectClass=*)(!(objectClass=*)))" };
	struct reading r = { .forest = f, .add = forest_add_domain };
	bool whole;
	enum source_status st = read_part(src, &q, "CN=Partitions,", config_nc, &r, &whole, err);

	if (st != SOURCE_OK)
		return st;
	if (whole && !f->domain_count)
		snprintf(err->text, sizeof err->text, "%s: no domain is to be seen below "
		    "CN=Partitions,%s", src->name, config_nc);
	if ((!whole || !f->domain_count) && forest_problem(&f->domains_problem, err->text) != 0)
		return source_nomem(src, err);
	return SOURCE_OK;
}

static enum source_status
read_dcs(struct source *src, const char *config_nc, struct forest *f, struct source_error *err)
{
	struct query q = { .what = "the domain controllers", .scope = SCOPE_SUBTREE,
		.filter = "(|(objectCategory=nTDSDSA)(objectCategory=nTDSDSARO))",
		.attrs = forest_dc_attributes, .paged = true };
	struct reading r = { .forest = f, .add = forest_add_dc };
	bool whole, servers = true;
	enum source_status st = read_part(src, &q, "CN=Sites,", config_nc, &r, &whole, err);

	if (st == SOURCE_OK && whole && f->dc_count) {
		q.what = "the domain controllers' servers";
		q.filter = "(objectCategory=server)";
		q.attrs = forest_server_attributes;
		r = (struct reading){ .forest = f, .add = forest_set_server };
		st = read_part(src, &q, "CN=Sites,", config_nc, &r, &servers, err);
	}
	if (st != SOURCE_OK)
		return st;
	if (whole && !f->dc_count)
		snprintf(err->text, sizeof err->text, "%s: no domain controller is to be seen "
		    "below CN=Sites,%s", src->name, config_nc);
	if ((!whole || !servers || !f->dc_count) && forest_problem(&f->dcs_problem, err->text) != 0)
		return source_nomem(src, err);
	return SOURCE_OK;
}

static enum source_status
read_home(struct source *src, const char *dn, struct forest *f, struct source_error *err)
{
	struct query head = { .what = "the domain", .scope = SCOPE_BASE,
		.attrs = forest_head_attributes };
	struct query trusts = { .what = "the trusts", .scope = SCOPE_ONE, .paged = true,
		.filter = "(objectCategory=trustedDomain)", .attrs = forest_trust_attributes };
	struct reading r = { .forest = f, .domain = f->home, .add_to = forest_set_head };
	bool whole;
	enum source_status st = read_part(src, &head, "", dn, &r, &whole, err);

	if (st != SOURCE_OK)
		return st;
	r = (struct reading){ .forest = f, .domain = f->home, .add_to = forest_add_trust };
	f->domains[f->home].has_trusts = true;
	st = read_part(src, &trusts, "CN=System,", dn, &r, &whole, err);
	if (!whole)
		f->domains[f->home].has_trusts = false;
	return st;
}

enum source_status
collect_forest(struct source *src, const struct dc *dc, struct forest *f, struct source_error *err)
{
	enum source_status st = SOURCE_OK;

	*err = (struct source_error){ .status = SOURCE_OK };
	if (forest_init(f, dc->root_nc) != 0)
		return source_nomem(src, err);
	if (!dc->config_nc) {
		static const char why[] = "its rootDSE has no configurationNamingContext";

		return forest_problem(&f->domains_problem, why) == 0 &&
			forest_problem(&f->dcs_problem, why) == 0 ? SOURCE_OK : source_nomem(src, err);
	}
	st = read_domains(src, dc->config_nc, f, err);
	if (st == SOURCE_OK)
		st = read_dcs(src, dc->config_nc, f, err);
	if (dc->default_nc)
		f->home = forest_find_dn(f, dc->default_nc, strlen(dc->default_nc));
	if (st == SOURCE_OK && f->home != FOREST_NONE)
		st = read_home(src, dc->default_nc, f, err);
	forest_sort(f);
	return st;
}
