/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SETTING_H
#define WBA_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The table of settings: one row a field that the file and the command line
 * can both give. Options refer to it by name, the file's names are its names.
 */
enum setting_type {
	SETTING_STRING, SETTING_WORDS, SETTING_BOOL, SETTING_NUMBER, SETTING_CHOICE, SETTING_TIME
};

struct setting {
	const char *name;		/* "page_size" */
	enum setting_type type;
	bool of_target;			/* the field is in struct target, else in struct settings */
	size_t offset;			/* of the field there */
	int min, max;			/* NUMBER */
	const char *const *choices;	/* CHOICE: NULL-terminated; the place is the value */
	/* What is wrong with a value, of WORDS with one of them; or NULL. */
	const char *(*fault)(const char *text);
};

extern const struct setting setting_table[];
extern const size_t setting_count;	/* at most 64 */

/* Which settings were given: bit i is setting_table[i]. */
typedef uint64_t setting_set;

/* The row of a name, or NULL. */
const struct setting *setting_find(const char *name);
setting_set setting_bit(const struct setting *);
/* The set of the rows named in a space-separated list (of known names). */
setting_set setting_bits(const char *names);

/* What was wrong with a value, to stand after its name: "must be 1 to 3600". */
struct setting_fault { char s[256]; };

/*
 * Puts a value into its field of *object (a struct target or settings): from
 * text as the command line has it, or typed as the file has it. 0, or -1 with
 * *f filled and the field as it was.
 */
int setting_from_text(const struct setting *, const char *text, void *object,
    struct setting_fault *f);
/* WORDS: adds to what the field has. */
int setting_add_text(const struct setting *, const char *text, void *object,
    struct setting_fault *f);
int setting_from_number(const struct setting *, long long n, void *object,
    struct setting_fault *f);
void setting_from_bool(const struct setting *, bool b, void *object);
/* Copies the field from one object to another. 0, or -1 without memory. */
int setting_copy(const struct setting *, const void *from, void *to);
/* Makes a field that holds text empty; the text is wiped and freed. */
void setting_drop(const struct setting *, void *object);
/* A switch that is off, or the first of its choices, which says the same. */
bool setting_is_off(const struct setting *, const void *object);

#endif
