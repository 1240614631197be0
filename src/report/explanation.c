/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "report/explanation.h"

#include <stdlib.h>

void
explanation_fini(struct explanation *x)
{
	for (size_t i = 0; i < x->finding_count; i++) {
		free(x->findings[i].evidence);
		free(x->findings[i].cause);
		free(x->findings[i].cause_words);
	}
	free(x->findings);
	for (int r = 0; r < RIGHT_ID_COUNT; r++) {
		for (size_t i = 0; i < x->right[r].count; i++) {
			struct explained_ace *a = &x->right[r].aces[i];

			free(a->sddl);
			free(a->words);
			free(a->trustee);
			free(a->held);
			free(a->from);
		}
		free(x->right[r].aces);
	}
	free(x->policy_from);
	free(x->policy_words);
	*x = (struct explanation){ 0 };
}

const char *
ace_role_str(enum ace_role role)
{
	switch (role) {
	case ACE_ROLE_DECIDES: return "decides";
	case ACE_ROLE_TOO_LATE: return "too late: an earlier ACE has decided";
	case ACE_ROLE_UNSETTLED: return "cannot be settled";
	case ACE_ROLE_INHERIT_ONLY: return "inherit-only: takes no part on this object";
	case ACE_ROLE_OTHER: break;
	}
	return "about another right";
}
