/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/guid.h"
#include "history_tell.h"
#include "report/json.h"

/* The number stays while fields are only added. */
#define JSON_SCHEMA 1

static void
add_value(struct buf *b, const char *name, struct value v)
{
	json_bytes(b, name, v.data, v.len);
}

/* "": none was found. */
static void
add_connector(struct buf *b, struct value v)
{
	add_value(b, "connector", v.len ? v : (struct value){ NULL, 0 });
}

static void
add_names(struct buf *b, struct value object, struct value sam, struct value upn, struct value guid)
{
	struct guid_buf text;
	struct guid g;

	add_value(b, "object", object);
	add_value(b, "samaccountname", sam);
	add_value(b, "upn", upn);
	json_str(b, "object_guid", guid_parse(guid.data, guid.len, &g) == ERR_OK ?
	    guid_str(&g, &text) : NULL);
}

/* Each line by itself says what it is. */
static void
begin(struct buf *b, const char *type)
{
	json_begin(b, '{');
	json_str(b, "type", type);
	json_int(b, "schema", JSON_SCHEMA);
}

static void
end(struct buf *b)
{
	json_end(b, '}');
	buf_addc(b, '\n');
}

void
history_json_run(const struct history_run *r, struct buf *b)
{
	begin(b, "run");
	json_int(b, "run", r->id);
	json_time(b, "at", true, r->at);
	add_value(b, "version", r->version);
	json_bool(b, "complete", r->complete);
	json_int(b, "users", r->users);
	json_int(b, "new", r->fresh);
	json_int(b, "resolved", r->resolved);
	json_key(b, "domains");
	json_begin(b, '[');
}

void
history_json_reading(const struct history_reading *r, struct buf *b)
{
	json_begin(b, '{');
	add_value(b, "domain", r->domain);
	add_connector(b, r->connector);
	add_value(b, "controller", r->controller);
	add_value(b, "reader", r->reader);
	add_value(b, "base", r->base);
	json_bool(b, "whole", r->whole);
	json_int(b, "users", r->users);
	for (int op = 0; op < OP_COUNT; op++) {
		json_key(b, operations_str(1u << op));
		json_begin(b, '{');
		for (int v = VERDICT_OK; v <= VERDICT_FAIL; v++)
			json_int(b, verdict_str((enum verdict)v), r->verdicts[op][v]);
		json_end(b, '}');
	}
	json_key(b, "findings");
	json_begin(b, '{');
	for (int v = SEVERITY_FAIL; v >= SEVERITY_INFO; v--)
		json_int(b, severity_str((enum severity)v), r->findings[v]);
	json_end(b, '}');
	json_end(b, '}');
}

void
history_json_run_end(struct buf *b)
{
	json_end(b, ']');
	end(b);
}

void
history_json_finding(const struct history_episode *e, const char *state, struct buf *b)
{
	const struct rule *rule = rule_find(e->rule);

	begin(b, "finding");
	json_str(b, "status", state);
	json_int(b, "rule", e->rule);
	json_str(b, "name", rule ? rule->name : NULL);
	json_str(b, "severity", rule ? severity_str(rule->severity) : NULL);
	json_int(b, "first_run", e->first_run);
	json_time(b, "first_seen", true, e->first_seen);
	json_int_or_null(b, "resolved_run", e->resolved, e->resolved_run);
	json_time(b, "resolved", e->resolved, e->resolved_at);
	add_value(b, "domain", e->domain);
	add_connector(b, e->connector);
	add_names(b, e->object, e->sam, e->upn, e->guid);
	add_value(b, "object_sid", e->sid);
	json_str(b, "operations", operations_str(e->operations & OP_ALL));
	add_value(b, "evidence", e->evidence);
	add_value(b, "cause", e->cause);
	end(b);
}

void
history_json_former(const struct history_former *f, struct buf *b)
{
	begin(b, "former");
	json_int(b, "run", f->run);
	json_time(b, "until", true, f->until);
	add_names(b, f->object, f->sam, f->upn, f->guid);
	end(b);
}
