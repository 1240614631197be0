/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * On one entry every filter comes to exactly one outcome, its negation to the
 * opposite one; (&F(|)) is false and (|F(&)) true, whatever F; and an entry of
 * which less is told leaves the outcome among those that are possible.
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "source/source_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct value values[] = { { (const uint8_t *)"user", 4 },
	{ (const uint8_t *)"CN=Person,CN=Schema", 19 }, { (const uint8_t *)"-2147483646", 11 },
	{ (const uint8_t *)"\x01\x01\x00\x00\x00\x00\x00\x05\x12\x00\x00\x00", 12 },
	{ (const uint8_t *)"", 0 } };
static const struct attr attrs[] = {
	{ "a", values, 5, false }, { "objectCategory", values + 1, 1, false },
	{ "groupType", values + 2, 1, false }, { "objectSid", values + 3, 1, false },
	{ "member", values, 3, false },
};
static const struct entry entry = { "CN=x", 4, attrs, 5 };

static enum filter_absence
absent(const void *arg, const char *name)
{
	if (arg)
		return FILTER_OPEN;
	return name[0] == 'u' ? FILTER_UNKNOWN : FILTER_UNSET;
}

static unsigned
outcome(const char *before, const char *text, const char *after, const struct entry *e,
    const void *open)
{
	struct buf b = BUF_INIT;
	struct filter f;
	unsigned set = 0;

	buf_addf(&b, "%s%s%s", before, text, after);
	if (filter_parse(buf_str(&b), &f, NULL) == ERR_OK) {
		set = filter_eval(&f, e, absent, open);
		filter_fini(&f);
	}
	buf_fini(&b);
	return set;
}

static void
name(void *arg, const char *s)
{
	*(size_t *)arg += strlen(s);
}

static void
pin(void *arg, const uint8_t *value, size_t len)
{
	*(size_t *)arg += len ? value[len - 1] : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entry bare = entry;
	char *text = strndup((const char *)data, size);
	struct fault fault = { 0 };
	struct filter f;
	size_t sum = 0;
	unsigned set, opposite;

	if (!text)
		abort();
	if (filter_parse(text, &f, &fault) != ERR_OK) {
		if (!fault.what || fault.offset > strlen(text))
			abort();
		free(text);
		return 0;
	}
	filter_attributes(&f, name, &sum);
	if (filter_pins(&f, "a", pin, &sum) != filter_pins(&f, "A", NULL, NULL))
		abort();
	set = filter_eval(&f, &entry, absent, NULL);
	if (set != FILTER_TRUE && set != FILTER_FALSE && set != FILTER_UNDEFINED)
		abort();
	opposite = outcome("(!", text, ")", &entry, NULL);
	/* 0: one more level was one too many */
	if (opposite && opposite != (set == FILTER_TRUE ? FILTER_FALSE :
	    set == FILTER_FALSE ? FILTER_TRUE : FILTER_UNDEFINED))
		abort();
	if (outcome("(&", text, "(|))", &entry, NULL) & ~FILTER_FALSE)
		abort();
	if (outcome("(|", text, "(&))", &entry, NULL) & ~FILTER_TRUE)
		abort();
	bare.count = 1;
	if (!(filter_eval(&f, &bare, absent, &bare) & set))
		abort();
	filter_fini(&f);
	free(text);
	return 0;
}
