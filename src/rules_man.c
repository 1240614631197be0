/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rules_man.h"

#include "roff.h"
#include "rules/rule.h"

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
		roff_sentence(f, r->title);
		fprintf(f, ".Pp\n");
		roff_text(f, r->why);
		fprintf(f, ".Pp\n");
		roff_text(f, r->remedy);
	}
	fprintf(f, ".El\n");
}
