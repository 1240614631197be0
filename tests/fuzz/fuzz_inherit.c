/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two descriptors, of an object and of the one above it: a byte of choices,
 * two of the first one's size, then both. What is computed is a descriptor
 * that computing again leaves as it is, whose own ACEs do not come from above,
 * and with as many inherited ones as the rules allow.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/inherit.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static size_t
count_of(const struct sd *sd, uint8_t flags)
{
	struct ace ace;
	size_t pos = 0, n = 0;

	while (acl_next(&sd->dacl, &pos, &ace))
		n += (ace.flags & flags) != 0;
	return n;
}

static void
check_changes(const struct sd *sd, const struct sd *above)
{
	struct buf out = BUF_INIT;
	struct ace ace;
	struct sd got;
	size_t pos = 0;

	if (sd->dacl.bytes && acl_next(&above->dacl, &pos, &ace) &&
	    inherit_add_ace(sd, &ace, &out) == ERR_OK) {
		must(sd_parse(out.data, out.len, &got, NULL) == ERR_OK);
		must(got.dacl.count == sd->dacl.count || got.dacl.count == sd->dacl.count + 1);
	}
	buf_clear(&out);
	if (inherit_unprotect(sd, &out) == ERR_OK) {
		must(sd_parse(out.data, out.len, &got, NULL) == ERR_OK);
		must(got.dacl.count == sd->dacl.count && !(got.control & SD_DACL_PROTECTED));
	}
	buf_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct guid classes[2] = { { { 0 } } };
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct sd own, above, got;
	struct inherit_object o = { &own, classes, 2 };
	enum inherit_order order;
	struct ace ace;
	size_t first, pos = 0;

	if (len < 3)
		return 0;
	first = (size_t)(data[1] | data[2] << 8);
	if (first > len - 3 || sd_parse(data + 3, first, &own, NULL) != ERR_OK ||
	    sd_parse(data + 3 + first, len - 3 - first, &above, NULL) != ERR_OK)
		return 0;
	order = data[0] & 1 ? INHERIT_SORTED : INHERIT_AS_COMPUTED;
	/* the first ACE's class is the object's own */
	if (data[0] & 2)
		o.classes = NULL;
	else if (acl_next(&above.dacl, &pos, &ace))
		classes[0] = ace.inherited_type;
	check_changes(&own, &above);
	if (inherit_compute(&o, &above, order, &out) != ERR_OK) {
		must(out.len == 0);
		goto out;
	}
	must(sd_parse(out.data, out.len, &got, NULL) == ERR_OK);
	must(count_of(&got, ACE_INHERITED) <= 2 *
	    count_of(&above, ACE_CONTAINER_INHERIT | ACE_OBJECT_INHERIT));
	must(!(got.control & SD_DACL_PROTECTED) || !count_of(&got, ACE_INHERITED));
	must(((got.control ^ own.control) & ~SD_DACL_AUTO_INHERITED) == 0);
	must(got.has_owner == own.has_owner && sid_eq(&got.owner, &own.owner));
	o.sd = &got;
	must(inherit_compute(&o, &above, order, &again) == ERR_OK);
	must(again.len == out.len && !memcmp(again.data, out.data, out.len));
out:
	buf_fini(&out);
	buf_fini(&again);
	return 0;
}
