/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_sd.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/dn.h"
#include "core/hash.h"
#include "source/collect.h"

/* A descriptor computed: what it was computed from, and what came out. */
struct assumed_sd {
	struct chained chained;		/* first */
	const struct shared_sd *now, *then;	/* above it */
	struct guid classes[ACCOUNT_MAX_CLASSES];
	size_t class_count;		/* 0: not known */
	bool reproduced;		/* the same computation gives what is stored */
	bool malformed;			/* what was given is no descriptor */
	const char *why;		/* it could not be computed; static */
	size_t len;			/* of what was given */
	struct buf out;
	uint8_t bytes[];
};

static const char no_class[] = "its class could not be read, and what stands above hands down "
	"permissions for certain classes";
static const char no_parent[] = "the permissions of what stands above it could not be read";
static const char not_understood[] = "its permissions, or what it inherits, are of a kind that is not "
	"understood";
static const char no_room[] = "it would inherit more than a descriptor holds";
static const char no_memory[] = "out of memory";

static void
drop(struct chained *e)
{
	buf_fini(&((struct assumed_sd *)e)->out);
	free(e);
}

void
assume_sds_fini(struct assume_sds *s)
{
	chains_fini(&s->computed, drop);
	containers_fini(&s->now);
	containers_fini(&s->then);
	for (size_t i = 0; i < s->change_count; i++) {
		free(s->changes[i].dn);
		buf_fini(&s->changes[i].aces);
	}
	free(s->changes);
	*s = (struct assume_sds){ 0 };
}

void
assume_sds_hold(struct assume_sds *s)
{
	if (s->depth++ == 0 && s->bytes > ASSUME_CACHE_BYTES) {
		chains_empty(&s->computed, drop);
		s->bytes = 0;
	}
}

void
assume_sds_release(struct assume_sds *s)
{
	s->depth--;
}

/* `dn` is `base` or below it, both as the directory prints them. */
static bool
is_under(const char *dn, size_t len, const char *base, size_t base_len)
{
	return len >= base_len &&
		ascii_eq_nocase(dn + len - base_len, base_len, base, base_len) &&
		(len == base_len || dn[len - base_len - 1] == ',');
}

bool
assume_sds_touch(const struct assume_sds *s, const char *dn, size_t len)
{
	const char *config = s->domain->dc.config_nc;

	/* The configuration has a root of its own, though its DN is below a domain's. */
	if (!s->change_count || (config && is_under(dn, len, config, strlen(config))))
		return false;
	for (size_t i = 0; i < s->change_count; i++)
		if (is_under(dn, len, s->changes[i].dn, s->changes[i].dn_len))
			return true;
	return false;
}

static const struct assumed_change *
change_of(const struct assume_sds *s, const char *dn, size_t len)
{
	for (size_t i = 0; i < s->change_count; i++)
		if (ascii_eq_nocase(dn, len, s->changes[i].dn, s->changes[i].dn_len))
			return &s->changes[i];
	return NULL;
}

/* The object's own descriptor with what is changed on it: its bytes in *out,
 * which are empty where nothing is. */
static enum err
change(const struct assumed_change *c, const struct value *sd, struct buf *out)
{
	struct acl aces = { .bytes = (const uint8_t *)c->aces.data, .len = c->aces.len,
		.aces_end = c->aces.len };
	struct buf next = BUF_INIT;
	struct ace ace;
	struct sd now;
	enum err err = sd_parse(sd->data, sd->len, &now, NULL);
	size_t pos = 0;

	if (err == ERR_OK && c->unblock) {
		err = inherit_unprotect(&now, out);
		if (err == ERR_OK)
			err = sd_parse(out->data, out->len, &now, NULL);
	}
	while (err == ERR_OK && aces.bytes && acl_next(&aces, &pos, &ace)) {
		buf_init(&next);
		err = inherit_add_ace(&now, &ace, &next);
		if (err == ERR_OK)
			err = sd_parse(next.data, next.len, &now, NULL);
		if (err == ERR_OK) {
			buf_fini(out);
			*out = next;
		} else {
			buf_fini(&next);
		}
	}
	return err;
}

/* Equal DACLs, whatever the rest looks like. */
static bool
same_dacl(const struct sd *a, const struct sd *b)
{
	return a->dacl.bytes && b->dacl.bytes && a->dacl.count == b->dacl.count &&
		a->dacl.aces_end == b->dacl.aces_end &&
		!memcmp(a->dacl.bytes + 8, b->dacl.bytes + 8, a->dacl.aces_end - 8);
}

static const struct sd *
parsed(const struct container *c)
{
	return c ? container_sd(c) : NULL;
}

/* Whether what is stored is what the computation makes of what is above now. */
static bool
reproduces(const struct assume_sds *s, const struct inherit_object *o,
    const struct container *above, bool is_root)
{
	struct buf out = BUF_INIT;
	struct sd got;
	bool same = false;

	if ((is_root || parsed(above)) &&
	    inherit_compute(o, parsed(above), s->order, &out) == ERR_OK &&
	    sd_parse(out.data, out.len, &got, NULL) == ERR_OK)
		same = same_dacl(&got, o->sd);
	buf_fini(&out);
	return same;
}

static struct assumed_sd *
find(const struct assume_sds *s, uint64_t hash, const struct assumed_sd *like,
    const struct value *sd)
{
	for (struct chained *e = chains_find(&s->computed, hash); e; e = chained_alike(e)) {
		struct assumed_sd *a = (struct assumed_sd *)e;

		if (a->len == sd->len && a->now == like->now && a->then == like->then &&
		    a->class_count == like->class_count &&
		    !memcmp(a->classes, like->classes, like->class_count * sizeof *a->classes) &&
		    !memcmp(a->bytes, sd->data, sd->len))
			return a;
	}
	return NULL;
}

/* What stands above, now and then. */
struct above {
	const struct container *now, *then;
	bool is_root;		/* nothing does */
};

static const char *
words_of(enum err err, bool class_known)
{
	switch (err) {
	case ERR_OK: return NULL;
	case ERR_TOO_BIG: return no_room;
	case ERR_NOMEM: return no_memory;
	default: return class_known ? not_understood : no_class;
	}
}

static void
fill(const struct assume_sds *s, struct assumed_sd *a, const struct value *stored,
    const struct above *up)
{
	struct inherit_object o;
	struct sd own, now;
	enum err err = sd_parse(a->bytes, a->len, &own, NULL);

	a->malformed = err != ERR_OK;
	if (a->malformed)
		return;
	o = (struct inherit_object){ &own, a->class_count ? a->classes : NULL, a->class_count };
	if (!up->is_root && !parsed(up->then) && !(own.control & SD_DACL_PROTECTED)) {
		a->why = no_parent;
	} else {
		err = inherit_compute(&o, parsed(up->then), s->order, &a->out);
		a->why = words_of(err, a->class_count != 0);
	}
	/* What is changed on it is not stored yet. */
	if (sd_parse(stored->data, stored->len, &now, NULL) == ERR_OK) {
		o.sd = &now;
		a->reproduced = reproduces(s, &o, up->now, up->is_root);
	}
}

/* The descriptor `sd`, of an object that has `stored` now, below `up`: from the cache
 * or computed. NULL without memory. */
static struct assumed_sd *
compute(struct assume_sds *s, const struct value *sd, const struct value *stored,
    const struct attr *object_class, const struct above *up)
{
	struct assumed_sd like = { .now = up->now ? up->now->sd : NULL,
		.then = up->then ? up->then->sd : NULL }, *a;
	uint64_t hash;

	if (!class_guids(object_class, &s->domain->schema, s->auxiliary, like.classes,
	    &like.class_count))
		like.class_count = 0;
	hash = hash_bytes(sd->data, sd->len) ^ ((uintptr_t)like.then >> 4);
	a = find(s, hash, &like, sd);
	if (a)
		return a;
	a = malloc(sizeof *a + sd->len);
	if (!a)
		return NULL;
	*a = like;
	a->len = sd->len;
	memcpy(a->bytes, sd->data, sd->len);
	if (chains_add(&s->computed, &a->chained, hash) != ERR_OK) {
		free(a);
		return NULL;
	}
	fill(s, a, stored, up);
	s->check.computed++;
	s->check.reproduced += a->reproduced;
	s->bytes += sizeof *a + a->len + a->out.len;
	return a;
}

/* An object above, on its way into both maps. */
struct reading {
	struct assume_sds *sds;
	const char *dn;
	size_t dn_len;
	unsigned depth;
};

static const struct container *above_then(struct assume_sds *, const char *dn, size_t len,
    unsigned depth, const struct container **now);

static enum assumed
get(struct assume_sds *s, const struct assumed_object *o, unsigned depth, struct value *out,
    const char **why)
{
	/* It takes along what is changed on it. */
	const struct assumed_change *c = change_of(s, o->now_dn, o->now_dn_len);
	bool moved = o->dn_len != o->now_dn_len || memcmp(o->dn, o->now_dn, o->dn_len) != 0;
	struct above up = { NULL, NULL, ascii_eq_nocase(o->dn, o->dn_len, s->domain->dn,
	    strlen(s->domain->dn)) };
	struct value sd = o->sd;
	struct buf changed = BUF_INIT;
	struct assumed_sd *a;
	enum err err = ERR_OK;

	*why = NULL;
	if (!moved && !assume_sds_touch(s, o->dn, o->dn_len))
		return ASSUMED_AS_NOW;
	if (!sd.data)		/* not readable now, and not then */
		return ASSUMED_AS_NOW;
	if (!up.is_root) {
		up.then = above_then(s, o->dn, o->dn_len, depth, moved ? NULL : &up.now);
		if (moved)
			(void)above_then(s, o->now_dn, o->now_dn_len, depth, &up.now);
	}
	if (c) {
		err = change(c, &sd, &changed);
		if (err == ERR_OK && changed.len)
			sd = (struct value){ (const uint8_t *)changed.data, changed.len };
	}
	a = err == ERR_OK ? compute(s, &sd, &o->sd, o->object_class, &up) : NULL;
	buf_fini(&changed);
	if (a && a->malformed)
		return ASSUMED_AS_NOW;	/* who reads it says so */
	*why = a ? a->why : err == ERR_OK ? no_memory : words_of(err, true);
	if (*why)
		return ASSUMED_NOT_KNOWN;
	*out = (struct value){ (const uint8_t *)a->out.data, a->out.len };
	return ASSUMED_CHANGED;
}

static int
on_above(void *arg, const struct entry *e)
{
	struct reading *r = arg;
	struct assume_sds *s = r->sds;
	const struct value *sd = entry_value(e, "nTSecurityDescriptor");
	const struct assumed_object o = { r->dn, r->dn_len, r->dn, r->dn_len,
		sd ? *sd : (struct value){ NULL, 0 }, entry_attr(e, "objectClass") };
	struct value then = { NULL, 0 };
	const char *why = NULL;

	(void)containers_add(&s->now, r->dn, r->dn_len, o.sd.data, o.sd.len, NULL);
	switch (get(s, &o, r->depth + 1, &then, &why)) {
	case ASSUMED_AS_NOW: then = o.sd; break;
	case ASSUMED_CHANGED: break;
	case ASSUMED_NOT_KNOWN: then = (struct value){ NULL, 0 }; break;
	}
	(void)containers_add(&s->then, r->dn, r->dn_len, then.data, then.len, NULL);
	return 0;
}

/* What stands above the DN, as it would be then; *now (may be NULL) gets it as it
 * is. NULL: it could not be read. */
static const struct container *
above_then(struct assume_sds *s, const char *dn, size_t len, unsigned depth,
    const struct container **now)
{
	static const char *const attrs[] = { "nTSecurityDescriptor", "objectClass", NULL };
	size_t up = dn_parent(dn, len);
	struct reading r = { s, dn + up, len - up, depth };
	struct container *c = containers_find(&s->then, r.dn, r.dn_len);
	struct source_error err;
	char *base;

	if (!c && up < len && depth < ASSUME_MAX_DEPTH &&
	    (base = strndup(r.dn, r.dn_len)) != NULL) {
		const struct query q = { .what = "a container", .base = base,
			.scope = SCOPE_BASE, .attrs = attrs, .sd_flags = SD_FLAGS_READ };

		assume_sds_hold(s);
		(void)source_search(s->inner, &q, on_above, &r, &err);
		assume_sds_release(s);
		/* What could not be read is kept as such. */
		(void)containers_add(&s->now, r.dn, r.dn_len, NULL, 0, NULL);
		(void)containers_add(&s->then, r.dn, r.dn_len, NULL, 0, &c);
		free(base);
	}
	if (now)
		*now = containers_find(&s->now, r.dn, r.dn_len);
	return c;
}

enum assumed
assume_sds_get(struct assume_sds *s, const struct assumed_object *o, struct value *out,
    const char **why)
{
	enum assumed got = get(s, o, 0, out, why);

	/* Something may stand below it: it need not be read again. */
	if (got != ASSUMED_AS_NOW && o->object_class && !attr_has(o->object_class, "person") &&
	    !attr_has(o->object_class, "group") && o->dn_len == o->now_dn_len) {
		(void)containers_add(&s->now, o->dn, o->dn_len, o->sd.data, o->sd.len, NULL);
		(void)containers_add(&s->then, o->dn, o->dn_len,
		    got == ASSUMED_CHANGED ? out->data : NULL,
		    got == ASSUMED_CHANGED ? out->len : 0, NULL);
	}
	return got;
}
