/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/container.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/hash.h"

struct shared_sd {
	struct shared_sd *next;		/* in the hash chain */
	uint64_t hash;
	bool parsed, malformed;
	struct sd sd;			/* when parsed: views into bytes */
	size_t len;
	uint8_t bytes[];
};

#define FIRST_SLOTS 256

void
containers_fini(struct containers *c)
{
	for (size_t i = 0; i < c->slots; i++)
		while (c->slot[i]) {
			struct container *next = c->slot[i]->next;

			free(c->slot[i]);
			c->slot[i] = next;
		}
	for (size_t i = 0; i < c->sd_slots; i++)
		while (c->sd_slot[i]) {
			struct shared_sd *next = c->sd_slot[i]->next;

			free(c->sd_slot[i]);
			c->sd_slot[i] = next;
		}
	free(c->slot);
	free(c->sd_slot);
	*c = (struct containers){ 0 };
}

/* Both tables have a power of two of slots, and at most as many entries. */

static enum err
grow_containers(struct containers *c)
{
	size_t slots = c->slots ? 2 * c->slots : FIRST_SLOTS;
	struct container **slot = calloc(slots, sizeof *slot);

	if (!slot)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->slots; i++)
		while (c->slot[i]) {
			struct container *at = c->slot[i];

			c->slot[i] = at->next;
			at->next = slot[at->hash & (slots - 1)];
			slot[at->hash & (slots - 1)] = at;
		}
	free(c->slot);
	c->slot = slot;
	c->slots = slots;
	return ERR_OK;
}

static enum err
grow_descriptors(struct containers *c)
{
	size_t slots = c->sd_slots ? 2 * c->sd_slots : FIRST_SLOTS;
	struct shared_sd **slot = calloc(slots, sizeof *slot);

	if (!slot)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->sd_slots; i++)
		while (c->sd_slot[i]) {
			struct shared_sd *at = c->sd_slot[i];

			c->sd_slot[i] = at->next;
			at->next = slot[at->hash & (slots - 1)];
			slot[at->hash & (slots - 1)] = at;
		}
	free(c->sd_slot);
	c->sd_slot = slot;
	c->sd_slots = slots;
	return ERR_OK;
}

/* The one kept for these bytes, kept now if there was none. */
static enum err
share(struct containers *c, const void *bytes, size_t len, struct shared_sd **out)
{
	uint64_t h = hash_bytes(bytes, len);
	struct shared_sd *s;

	if (c->distinct == c->sd_slots && grow_descriptors(c) != ERR_OK)
		return ERR_NOMEM;
	for (s = c->sd_slot[h & (c->sd_slots - 1)]; s; s = s->next)
		if (s->hash == h && s->len == len && !memcmp(s->bytes, bytes, len)) {
			*out = s;
			return ERR_OK;
		}
	if (c->bytes + sizeof *s + len > CONTAINERS_MAX_BYTES)
		return ERR_TOO_BIG;
	s = calloc(1, sizeof *s + len);
	if (!s)
		return ERR_NOMEM;
	s->hash = h;
	s->len = len;
	memcpy(s->bytes, bytes, len);
	s->next = c->sd_slot[h & (c->sd_slots - 1)];
	c->sd_slot[h & (c->sd_slots - 1)] = s;
	c->distinct++;
	c->bytes += sizeof *s + len;
	*out = s;
	return ERR_OK;
}

struct container *
containers_find(const struct containers *c, const char *dn, size_t len)
{
	uint64_t h = hash_nocase(dn, len);
	struct container *at = c->slots ? c->slot[h & (c->slots - 1)] : NULL;

	for (; at; at = at->next)
		if (at->hash == h && ascii_eq_nocase(at->dn, at->dn_len, dn, len))
			return at;
	return NULL;
}

enum err
containers_add(struct containers *c, const char *dn, size_t len, const void *sd, size_t sd_len,
    struct container **out)
{
	struct container *at = containers_find(c, dn, len);
	struct shared_sd *shared = NULL;
	enum err err = ERR_OK;

	if (!at) {
		if (c->count == c->slots && grow_containers(c) != ERR_OK)
			return ERR_NOMEM;
		if (c->bytes + sizeof *at + len + 1 > CONTAINERS_MAX_BYTES)
			return ERR_TOO_BIG;
		if (sd && (err = share(c, sd, sd_len, &shared)) != ERR_OK)
			return err;
		at = calloc(1, sizeof *at + len + 1);
		if (!at)
			return ERR_NOMEM;
		at->hash = hash_nocase(dn, len);
		at->sd = shared;
		at->dn_len = len;
		memcpy(at->dn, dn, len);
		at->next = c->slot[at->hash & (c->slots - 1)];
		c->slot[at->hash & (c->slots - 1)] = at;
		c->count++;
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
	for (size_t i = 0; i < c->slots; i++)
		for (const struct container *at = c->slot[i]; at; at = at->next)
			each(arg, at);
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
