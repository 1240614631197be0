/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/container.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"

struct shared_sd {
	struct chained chained;		/* first */
	bool parsed, malformed;
	struct sd sd;			/* when parsed: views into bytes */
	size_t len;
	uint8_t bytes[];
};

static void
drop(struct chained *e)
{
	free(e);
}

void
containers_fini(struct containers *c)
{
	chains_fini(&c->all, drop);
	chains_fini(&c->sds, drop);
	*c = (struct containers){ .key = c->key };
}

/* The one kept for these bytes, kept now if there was none. */
static enum err
share(struct containers *c, const void *bytes, size_t len, struct shared_sd **out)
{
	uint64_t h = siphash(&c->key, bytes, len);
	struct shared_sd *s;

	for (struct chained *e = chains_find(&c->sds, h); e; e = chained_alike(e)) {
		s = (struct shared_sd *)e;
		if (s->len == len && !memcmp(s->bytes, bytes, len)) {
			*out = s;
			return ERR_OK;
		}
	}
	if (c->bytes + sizeof *s + len > CONTAINERS_MAX_BYTES)
		return ERR_TOO_BIG;
	s = calloc(1, sizeof *s + len);
	if (!s || chains_add(&c->sds, &s->chained, h) != ERR_OK) {
		free(s);
		return ERR_NOMEM;
	}
	s->len = len;
	memcpy(s->bytes, bytes, len);
	c->bytes += sizeof *s + len;
	*out = s;
	return ERR_OK;
}

static struct container *
find(const struct containers *c, const char *dn, size_t len, uint64_t hash)
{
	for (struct chained *e = chains_find(&c->all, hash); e; e = chained_alike(e)) {
		struct container *at = (struct container *)e;

		if (ascii_eq_nocase(at->dn, at->dn_len, dn, len))
			return at;
	}
	return NULL;
}

struct container *
containers_find(const struct containers *c, const char *dn, size_t len)
{
	return find(c, dn, len, siphash_nocase(&c->key, dn, len));
}

enum err
containers_add(struct containers *c, const char *dn, size_t len, const void *sd, size_t sd_len,
    struct container **out)
{
	uint64_t hash = siphash_nocase(&c->key, dn, len);
	struct container *at = find(c, dn, len, hash);
	struct shared_sd *shared = NULL;
	enum err err = ERR_OK;

	if (!at) {
		if (c->bytes + sizeof *at + len + 1 > CONTAINERS_MAX_BYTES)
			return ERR_TOO_BIG;
		if (sd && (err = share(c, sd, sd_len, &shared)) != ERR_OK)
			return err;
		at = calloc(1, sizeof *at + len + 1);
		if (!at || chains_add(&c->all, &at->chained, hash) != ERR_OK) {
			free(at);
			return ERR_NOMEM;
		}
		at->sd = shared;
		at->dn_len = len;
		memcpy(at->dn, dn, len);
		c->bytes += sizeof *at + len + 1;
	}
	if (out)
		*out = at;
	return ERR_OK;
}

void
containers_each(const struct containers *c, void (*each)(void *arg, const struct container *),
    void *arg)
{
	for (const struct chained *e = NULL; (e = chains_next(&c->all, e));)
		each(arg, (const struct container *)e);
}

const struct sd *
container_sd(const struct container *c)
{
	struct shared_sd *s = c->sd;

	if (!s)
		return NULL;
	if (!s->parsed) {
		s->malformed = sd_parse(s->bytes, s->len, &s->sd, NULL) != ERR_OK;
		s->parsed = true;
	}
	return s->malformed ? NULL : &s->sd;
}
