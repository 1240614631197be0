/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/snapshot_info.h"

#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/ldif.h"

static const char title[] = "writeback-audit snapshot, format 1";
static const char users_line[] = "users:";
static const char end_line[] = "end of snapshot:";

void
snapshot_info_fini(struct snapshot_info *i)
{
	free(i->from);
	free(i->as);
	free(i->version);
	free(i->base);
	free(i->filter);
	free(i->why);
	for (size_t k = 0; k < i->connector_count; k++)
		free(i->connectors[k]);
	free(i->connectors);
	*i = (struct snapshot_info){ 0 };
}

static void
comment(struct buf *out, const char *key, const char *value)
{
	struct buf line = BUF_INIT;

	if (!value)
		return;
	buf_addf(&line, "%s %s", key, value);
	ldifw_comment(out, buf_str(&line), line.len);
	buf_fini(&line);
}

void
snapshot_info_head(const struct snapshot_info *i, struct buf *out)
{
	struct adtime_buf when;

	ldifw_version(out);
	ldifw_comment(out, title, sizeof title - 1);
	comment(out, "taken:", adtime_iso(i->taken, &when));
	comment(out, "from:", i->from);
	comment(out, "as:", i->as);
	comment(out, "by:", i->version);
	comment(out, "base:", i->base);
	comment(out, "filter:", i->filter);
	for (size_t k = 0; k < i->connector_count; k++)
		comment(out, "connector:", i->connectors[k]);
	comment(out, "redacted:", i->redacted ? "yes" : "no");
	comment(out, "complete:", i->complete ? "yes" : "no");
	comment(out, "why:", i->why);
	buf_addc(out, '\n');
}

void
snapshot_info_users(struct buf *out)
{
	comment(out, users_line, "what follows, up to the last line");
	buf_addc(out, '\n');
}

void
snapshot_info_end(size_t users, size_t others, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%zu users, %zu other entries", users, others);
	comment(out, end_line, buf_str(&text));
	buf_fini(&text);
}

/* "key value": the value when the key is that. */
static const char *
after(const char *text, size_t len, const char *key, size_t *left)
{
	size_t n = strlen(key);

	if (len <= n || memcmp(text, key, n) != 0 || text[n] != ' ')
		return NULL;
	*left = len - n - 1;
	return text + n + 1;
}

static bool
keep(char **field, const char *value, size_t len)
{
	if (*field)
		return true;	/* the first counts */
	*field = strndup(value, len);
	return *field != NULL;
}

static bool
is(const char *value, size_t len, const char *what)
{
	return len == strlen(what) && !memcmp(value, what, len);
}

static bool
add_connector(struct snapshot_info *i, const char *value, size_t len)
{
	char **grown = reallocarray(i->connectors, i->connector_count + 1, sizeof *grown);

	if (!grown)
		return false;
	i->connectors = grown;
	grown[i->connector_count] = strndup(value, len);
	return grown[i->connector_count] && ++i->connector_count;
}

bool
snapshot_info_read(struct snapshot_info *i, const char *text, size_t len, uint64_t line)
{
	static const struct { const char *key; size_t offset; } strings[] = {
		{ "from:", offsetof(struct snapshot_info, from) },
		{ "as:", offsetof(struct snapshot_info, as) },
		{ "by:", offsetof(struct snapshot_info, version) },
		{ "base:", offsetof(struct snapshot_info, base) },
		{ "filter:", offsetof(struct snapshot_info, filter) },
		{ "why:", offsetof(struct snapshot_info, why) },
	};
	const char *value;
	size_t n = 0;

	if (!len || text[0] != ' ')
		return true;
	text++;
	len--;
	if (is(text, len, title) && line <= 2) {
		i->is_snapshot = true;
		return true;
	}
	if (!i->is_snapshot || i->ended)
		return true;
	if (i->users_begun) {
		value = after(text, len, end_line, &n);
		i->ended = value != NULL;
		for (; n > 0 && ascii_is_digit(*value) && i->users < SIZE_MAX / 10 - 1; value++, n--) {
			i->users = i->users * 10 + (size_t)(*value - '0');
			i->has_count = true;
		}
		return true;
	}
	for (size_t k = 0; k < sizeof strings / sizeof *strings; k++)
		if ((value = after(text, len, strings[k].key, &n)))
			return keep((char **)(void *)((char *)i + strings[k].offset), value, n);
	if ((value = after(text, len, "connector:", &n)))
		return add_connector(i, value, n);
	if ((value = after(text, len, "taken:", &n)))
		i->has_taken = adtime_parse_iso(value, n, &i->taken) == ERR_OK;
	else if ((value = after(text, len, "complete:", &n)))
		i->complete = is(value, n, "yes");
	else if ((value = after(text, len, "redacted:", &n)))
		i->redacted = is(value, n, "yes");
	else if (after(text, len, users_line, &n))
		i->users_begun = true;
	return true;
}
