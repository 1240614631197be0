/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "forests.h"

#include <stdlib.h>

#include "msg.h"
#include "session.h"
#include "targets.h"

/* Appends what the forest has beyond the targets there are. */
static int
add(struct settings *settings, const struct forest *f, size_t i)
{
	struct target *found = NULL;
	size_t count = 0, done = 0;

	if (forest_targets(f, &settings->targets[i], settings->targets, settings->target_count,
	    &found, &count) != 0)
		return -1;
	for (; done < count; done++) {
		struct target *t = settings_add_target(settings);

		if (!t)
			break;
		*t = found[done];
	}
	for (size_t k = done; k < count; k++)
		target_fini(&found[k]);
	free(found);
	return done == count ? 0 : -1;
}

static int
expand_one(struct settings *settings, size_t i, struct session **opened)
{
	struct session *s = calloc(1, sizeof *s);
	struct source_error err;
	int status = 1;

	if (!s)
		return -1;
	if (session_password(settings, &settings->targets[i]) != 0 ||
	    session_open(s, settings, &settings->targets[i]) != 0) {
		settings->targets[i].tried = true;
		session_free(s);
		return 1;
	}
	if (session_forest(s, &err) != 0) {
		msg_error("%s: the domains of its forest could not be read: %s", s->domain.dns,
		    err.text);
		session_free(s);
		return 1;
	}
	*opened = s;
	if (s->forest.domains_problem)
		msg_error("%s: the domains of its forest may not be all: %s", s->domain.dns,
		    s->forest.domains_problem);
	else
		status = 0;
	return add(settings, &s->forest, i) == 0 ? status : -1;
}

int
forests_expand(struct settings *settings, struct session **opened)
{
	size_t given = settings->target_count;
	int result = 0;

	for (size_t i = 0; i < given && result >= 0; i++) {
		int status = expand_one(settings, i, &opened[i]);

		if (status != 0)
			result = status;
	}
	if (result < 0)
		msg_error("out of memory");
	return result;
}
