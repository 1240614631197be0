/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules_man.h"

#include <stdbool.h>
#include <string.h>

#include "rules/rule.h"

#define LINE_WIDTH 76	/* mandoc -Tlint wants less than 80 */

/* A word as roff text: the backslash is roff's own, and so are a . or ' that
 * begins a line. Returns the bytes written. */
static int
put_word(FILE *f, const char *s, size_t len, bool line_start)
{
	int n = 0;
	size_t i;

	if (line_start && (s[0] == '.' || s[0] == '\''))
		n += fprintf(f, "\\&");
	for (i = 0; i < len; i++) {
		if (s[i] == '\\')
			n += fprintf(f, "\\e");
		else if (fputc(s[i], f) != EOF)
			n++;
	}
	return n;
}

/* The text in lines, a new one for each sentence. */
static void
put_text(FILE *f, const char *text)
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

/* A title is a sentence without its capital and its full stop. */
static void
put_title(FILE *f, const char *title)
{
	char text[256];
	int n = snprintf(text, sizeof text, "%s.", title);

	if (n > 0 && text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	put_text(f, text);
}

void
rules_man(FILE *f)
{
	const struct rule *r;
	size_t i;

	fprintf(f, ".Bl -tag -width Ds\n");
	for (i = 0; i < rule_count; i++) {
		r = &rule_table[i];
		fprintf(f, ".It Sy %u %s\n", r->id, r->name);
		fprintf(f, ".Em %s", severity_str(r->severity));
		if (r->operations != 0)
			fprintf(f, " ;\n%s", operations_str(r->operations));
		if (r->event != 0)
			fprintf(f, "%sevent %u", r->operations != 0 ? "; " : " ;\n", r->event);
		fprintf(f, "%s.\n", r->operations != 0 || r->event != 0 ? "" : " ");
		put_title(f, r->title);
		fprintf(f, ".Pp\n");
		put_text(f, r->why);
		fprintf(f, ".Pp\n");
		put_text(f, r->remedy);
	}
	fprintf(f, ".El\n");
}
