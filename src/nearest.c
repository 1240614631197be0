/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nearest.h"

#include <string.h>

#include "core/ascii.h"

#define MAX_WORD 48	/* longer than any name here: nothing longer is a slip of the finger */

static char
fold(char c)
{
	return c == '_' ? '-' : ascii_lower(c);
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Insertions, deletions, replacements and swaps of neighbours that make b of a. */
static size_t
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][MAX_WORD + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2], *spare;
	size_t i, j, same;

	memset(rows, 0, sizeof rows);
	for (j = 0; j <= blen; j++)
		above[j] = j;
	for (i = 1; i <= alen; i++) {
		row[0] = i;
		for (j = 1; j <= blen; j++) {
			same = fold(a[i - 1]) == fold(b[j - 1]) ? 0 : 1;
			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + same);
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[blen];
}

void
nearest_init(struct nearest *n, const char *word)
{
	n->word = word;
	n->best = NULL;
	n->distance = strlen(word) / 3 + 1;
	if (n->distance > 3)
		n->distance = 3;
	n->distance++;	/* nearest_try() wants less than this */
}

void
nearest_try(struct nearest *n, const char *name)
{
	size_t wlen = strlen(n->word), len = strlen(name), d;

	if (wlen == 0 || wlen > MAX_WORD || len > MAX_WORD)
		return;
	d = distance(n->word, wlen, name, len);
	/* A word with every letter wrong is not a slip. */
	if (d < n->distance && d < len && d < wlen) {
		n->distance = d;
		n->best = name;
	}
}
