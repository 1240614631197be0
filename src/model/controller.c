/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/controller.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/buf.h"
#include "core/dn.h"
#include "core/hostname.h"

const char *const controller_account_attributes[] = { "operatingSystem",
	"operatingSystemVersion", "dNSHostName", NULL };

void
controllers_seen_fini(struct controllers_seen *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct controller *c = &s->list[i];

		free(c->name);
		free(c->host);
		free(c->site);
		free(c->os);
		free(c->problem);
		dc_fini(&c->dc);
	}
	free(s->list);
	free(s->problem);
	*s = (struct controllers_seen){ 0 };
}

int
controller_fail(struct controller *c, const char *step, const char *problem)
{
	char *copy = strdup(problem);

	if (!copy)
		return -1;
	free(c->problem);
	c->problem = copy;
	c->step = step;
	c->state = CONTROLLER_FAILED;
	return 0;
}

const struct dc *
controller_dc(const struct controller *c, const struct dc *in_use)
{
	switch (c->state) {
	case CONTROLLER_IN_USE: return in_use;
	case CONTROLLER_CHECKED: return &c->dc;
	default: return NULL;
	}
}

/* One more, of that name and host (NULL: none); NULL without memory. */
static struct controller *
add(struct controllers_seen *s, const char *name, size_t len, bool host)
{
	struct controller *grown = reallocarray(s->list, s->count + 1, sizeof *grown);
	struct controller *c;

	if (!grown)
		return NULL;
	s->list = grown;
	c = &grown[s->count++];
	*c = (struct controller){ .gc = GC_UNKNOWN };
	c->name = strndup(name, len);
	if (host)
		c->host = strndup(name, len);
	for (char *p = c->name; host && p && *p; p++)
		*p = ascii_lower(*p);
	return c->name && (!host || c->host) ? c : NULL;
}

static struct controller *
find(struct controllers_seen *s, const char *host, size_t len)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].host && ascii_eq_nocase(s->list[i].host, strlen(s->list[i].host),
		    host, len))
			return &s->list[i];
	return NULL;
}

static int
add_listed(struct controllers_seen *s, const struct forest_dc *dc, const struct dc *in_use)
{
	const char *name = dc->host ? dc->host : dc->name ? dc->name : dc->ntds;
	struct controller *c = add(s, name, strlen(name), dc->host != NULL);

	if (!c || (dc->site && !(c->site = strdup(dc->site))))
		return -1;
	c->listed = true;
	c->pdc = dc->pdc;
	c->read_only = dc->read_only;
	c->gc = forest_dc_gc(dc);
	c->options = dc->options;
	c->level = dc->level;
	if (in_use->ds_service && dn_same(dc->ntds, in_use->ds_service))
		c->state = CONTROLLER_IN_USE;
	return 0;
}

/* The one in use, where the configuration partition did not tell it. */
static int
add_in_use(struct controllers_seen *s, const struct dc *in_use)
{
	const char *name = in_use->host ? in_use->host : in_use->uri ? in_use->uri : "?";
	struct controller *c = NULL;

	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].state == CONTROLLER_IN_USE)
			return 0;
	if (in_use->host)
		c = find(s, in_use->host, strlen(in_use->host));
	if (!c) {
		c = add(s, name, strlen(name), in_use->host != NULL);
		if (!c)
			return -1;
		c->read_only = in_use->has_capabilities && in_use->read_only;
	}
	c->state = CONTROLLER_IN_USE;
	return 0;
}

static int
add_named(struct controllers_seen *s, const char *named)
{
	for (size_t len; named && *(named += strspn(named, " ")); named += len) {
		struct controller *c;

		len = strcspn(named, " ");
		c = find(s, named, len);
		if (!c)
			c = add(s, named, len, true);
		if (!c)
			return -1;
		c->named = true;
	}
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct controller *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int
controllers_seen_init(struct controllers_seen *s, const struct forest *f, const char *dn,
    const struct dc *in_use, const char *named, bool all)
{
	size_t domain = forest_find_dn(f, dn, strlen(dn));
	const char *problem = f->dcs_problem;

	*s = (struct controllers_seen){ .all_wanted = all };
	if (domain == FOREST_NONE && !problem)
		problem = f->domains_problem ? f->domains_problem :
			"no crossRef object names this domain";
	if (problem && !(s->problem = strdup(problem)))
		return -1;
	for (size_t i = 0; i < f->dc_count && domain != FOREST_NONE; i++)
		if (f->dcs[i].domain == domain && add_listed(s, &f->dcs[i], in_use) != 0)
			return -1;
	if (add_in_use(s, in_use) != 0 || add_named(s, named) != 0)
		return -1;
	qsort(s->list, s->count, sizeof *s->list, by_name);
	for (size_t i = 0; i < s->count; i++) {
		struct controller *c = &s->list[i];

		if (c->state != CONTROLLER_NOT_ASKED || !(all || c->named))
			continue;
		c->state = CONTROLLER_WANTED;
		if (!c->host && controller_fail(c, "name", "its server object below CN=Sites has "
		    "no dNSHostName that can be asked") != 0)
			return -1;
	}
	return 0;
}

/* "Windows Server 2022 Standard 10.0 (20348)" */
int
controllers_seen_account(struct controllers_seen *s, const struct forest *f, const struct entry *e)
{
	const struct value *os = entry_value(e, "operatingSystem");
	const struct value *version = entry_value(e, "operatingSystemVersion");
	const struct forest_dc *dc = NULL;
	struct controller *c;
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < f->dc_count && !dc; i++)
		if (f->dcs[i].computer && f->dcs[i].host && dn_eq(f->dcs[i].computer,
		    strlen(f->dcs[i].computer), e->dn, e->dn_len))
			dc = &f->dcs[i];
	c = dc ? find(s, dc->host, strlen(dc->host)) : NULL;
	if (!c || !os || !os->len || memchr(os->data, 0, os->len))
		return 0;
	buf_add(&b, os->data, os->len);
	if (version && version->len && !memchr(version->data, 0, version->len)) {
		buf_addc(&b, ' ');
		buf_add(&b, version->data, version->len);
	}
	free(c->os);
	c->os = buf_steal(&b);
	return c->os ? 0 : -1;
}
