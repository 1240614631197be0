/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/buf.h"
#include "settings.h"

static void *
field(const struct setting *s, void *object)
{
	return (char *)object + s->offset;
}

static const void *
field_const(const struct setting *s, const void *object)
{
	return (const char *)object + s->offset;
}

static int
set_fault(struct setting_fault *f, const char *text)
{
	snprintf(f->s, sizeof f->s, "%s", text);
	return -1;
}

static void
set_int(const struct setting *s, int n, void *object)
{
	memcpy(field(s, object), &n, sizeof n);
}

/* Replaces the string in the field; the old one is freed. */
static int
set_string(const struct setting *s, const char *text, void *object)
{
	char **p = field(s, object), *copy = text != NULL ? strdup(text) : NULL;

	if (text != NULL && copy == NULL)
		return -1;
	if (*p != NULL)
		explicit_bzero(*p, strlen(*p));
	free(*p);
	*p = copy;
	return 0;
}

int
setting_from_number(const struct setting *s, long long n, void *object, struct setting_fault *f)
{
	if (n < s->min || n > s->max) {
		snprintf(f->s, sizeof f->s, "must be a number from %d to %d", s->min, s->max);
		return -1;
	}
	set_int(s, (int)n, object);
	return 0;
}

void
setting_from_bool(const struct setting *s, bool b, void *object)
{
	memcpy(field(s, object), &b, sizeof b);
}

static int
choice_from_text(const struct setting *s, const char *text, void *object, struct setting_fault *f)
{
	size_t used = (size_t)snprintf(f->s, sizeof f->s, "must be one of");
	int i;

	for (i = 0; s->choices[i] != NULL; i++) {
		if (strcmp(s->choices[i], text) == 0) {
			set_int(s, i, object);
			return 0;
		}
		used += (size_t)snprintf(f->s + used, sizeof f->s - used, " %s", s->choices[i]);
	}
	return -1;
}

static int
time_from_text(const char *text, struct settings *out, struct setting_fault *f)
{
	int64_t t = 0;

	if (adtime_parse_iso(text, strlen(text), &t) != ERR_OK)
		return set_fault(f, "must be a time in ISO 8601: 2026-01-15 or 2026-01-15T12:00Z");
	out->now = t;
	out->has_now = true;
	return 0;
}

static int
number_from_text(const struct setting *s, const char *text, void *object, struct setting_fault *f)
{
	long long n = 0;
	size_t i;

	for (i = 0; i < 9 && ascii_is_digit(text[i]); i++)
		n = n * 10 + (text[i] - '0');
	if (i == 0 || text[i] != '\0')
		n = -1;
	return setting_from_number(s, n, object, f);
}

/* Puts words into the field, a blank between any two, after those of `before`. */
static int
words_set(const struct setting *s, const char *before, const char *text, void *object,
    struct setting_fault *f)
{
	const char *wrong = "must not be empty";
	struct buf list = BUF_INIT;
	char *word = NULL;
	int result = -1;
	size_t len;

	buf_adds(&list, before);
	for (text += strspn(text, " "); *text != '\0'; text += len, text += strspn(text, " ")) {
		len = strcspn(text, " ");
		free(word);
		word = strndup(text, len);
		if (word == NULL)
			goto nomem;
		wrong = s->fault != NULL ? s->fault(word) : NULL;
		if (wrong != NULL)
			break;
		if (list.len > 0)
			buf_addc(&list, ' ');
		buf_adds(&list, word);
	}
	if (wrong != NULL) {
		set_fault(f, wrong);
		goto out;
	}
	if (!buf_failed(&list) && set_string(s, buf_str(&list), object) == 0) {
		result = 0;
		goto out;
	}
nomem:
	set_fault(f, "cannot be kept: out of memory");
out:
	free(word);
	buf_fini(&list);
	return result;
}

int
setting_add_text(const struct setting *s, const char *text, void *object, struct setting_fault *f)
{
	char *const *now;

	if (s->type != SETTING_WORDS)
		return setting_from_text(s, text, object, f);
	now = field_const(s, object);
	return words_set(s, *now != NULL ? *now : "", text, object, f);
}

int
setting_from_text(const struct setting *s, const char *text, void *object, struct setting_fault *f)
{
	const char *wrong = NULL;

	if (text[0] == '\0')
		return set_fault(f, "must not be empty");
	switch (s->type) {
	case SETTING_STRING:
		wrong = s->fault != NULL ? s->fault(text) : NULL;
		if (wrong != NULL)
			return set_fault(f, wrong);
		if (set_string(s, text, object) != 0)
			return set_fault(f, "cannot be kept: out of memory");
		return 0;
	case SETTING_WORDS:
		return words_set(s, "", text, object, f);
	case SETTING_NUMBER:
		return number_from_text(s, text, object, f);
	case SETTING_CHOICE:
		return choice_from_text(s, text, object, f);
	case SETTING_TIME:
		return time_from_text(text, object, f);
	case SETTING_BOOL:
		break;
	}
	return set_fault(f, "takes no value");
}

int
setting_copy(const struct setting *s, const void *from, void *to)
{
	char *const *p;

	switch (s->type) {
	case SETTING_STRING:
	case SETTING_WORDS:
		p = field_const(s, from);
		return set_string(s, *p, to);
	case SETTING_BOOL:
		memcpy(field(s, to), field_const(s, from), sizeof(bool));
		return 0;
	case SETTING_NUMBER:
	case SETTING_CHOICE:
		memcpy(field(s, to), field_const(s, from), sizeof(int));
		return 0;
	case SETTING_TIME:
		((struct settings *)to)->now = ((const struct settings *)from)->now;
		((struct settings *)to)->has_now = true;
		return 0;
	}
	return 0;
}

void
setting_drop(const struct setting *s, void *object)
{
	if (s->type == SETTING_STRING || s->type == SETTING_WORDS)
		(void)set_string(s, NULL, object);
}

bool
setting_is_off(const struct setting *s, const void *object)
{
	bool on = true;
	int n = 1;

	if (s->type == SETTING_BOOL)
		memcpy(&on, field_const(s, object), sizeof on);
	else if (s->type == SETTING_CHOICE)
		memcpy(&n, field_const(s, object), sizeof n);
	return !on || n == 0;
}
