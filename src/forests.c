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
expand_one(struct settings *settings, size_t i)
{
	struct session s = { 0 };
	struct source_error err;
	int status = 1;

	if (session_password(settings, &settings->targets[i]) != 0 ||
	    session_open(&s, settings, &settings->targets[i]) != 0) {
		settings->targets[i].tried = true;
		goto out;
	}
	if (session_forest(&s, &err) != 0) {
		msg_error("%s: the domains of its forest could not be read: %s", s.domain.dns,
		    err.text);
		goto out;
	}
	if (s.forest.domains_problem)
		msg_error("%s: the domains of its forest may not be all: %s", s.domain.dns,
		    s.forest.domains_problem);
	status = s.forest.domains_problem ? 1 : 0;
	if (add(settings, &s.forest, i) != 0)
		status = -1;
out:
	session_close(&s);
	return status;
}

int
forests_expand(struct settings *settings)
{
	size_t given = settings->target_count;
	int result = 0;

	for (size_t i = 0; i < given && result >= 0; i++) {
		int status = expand_one(settings, i);

		if (status != 0)
			result = status;
	}
	if (result < 0)
		msg_error("out of memory");
	return result;
}
