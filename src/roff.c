/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "roff.h"

#include <stdbool.h>
#include <string.h>

#define LINE_WIDTH 76	/* mandoc -Tlint wants less than 80 */

/* A word: the backslash is roff's own, and so are a . or ' that begins a line; the
 * hyphens of an option are what a terminal has, to be copied. Returns the bytes
 * written. */
static int
put_word(FILE *f, const char *s, size_t len, bool line_start)
{
	size_t marks = strspn(s, "(-"), i;
	int n = 0;

	if (line_start && (s[0] == '.' || s[0] == '\''))
		n += fprintf(f, "\\&");
	for (i = 0; i < len; i++) {
		if (s[i] == '\\')
			n += fprintf(f, "\\e");
		else if (s[i] == '-' && i < marks)
			n += fprintf(f, "\\-");
		else if (fputc(s[i], f) != EOF)
			n++;
	}
	return n;
}

void
roff_text(FILE *f, const char *text)
{
	bool start = true, sentence = false;
	int column = 0;
	size_t len;

	for (;;) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (len == 0)
			break;
		if (!start && (sentence || column + 1 + (int)len > LINE_WIDTH)) {
			fputc('\n', f);
			start = true;
		}
		if (start)
			column = 0;
		else
			column += fputc(' ', f) != EOF ? 1 : 0;
		column += put_word(f, text, len, start);
		start = false;
		sentence = text[len - 1] == '.';
		text += len;
	}
	fputc('\n', f);
}

void
roff_sentence(FILE *f, const char *phrase)
{
	size_t word = strspn(phrase, "abcdefghijklmnopqrstuvwxyz");
	char text[512];
	int n = snprintf(text, sizeof text, "%s.", phrase);

	if (n > 0 && word > 0 && strchr(" ,;:'", phrase[word]) != NULL)
		text[0] = (char)(text[0] - 'a' + 'A');
	roff_text(f, text);
}
