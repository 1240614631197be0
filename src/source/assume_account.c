/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/assume_impl.h"

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/escape.h"
#include "source/collect.h"

/* Above what any pool hands out: relative identifiers end at 2^31 - 1
 * (MS-ADTS 3.1.1.1.9.1: "RID … available pool"). */
#define RID_MADE_UP	0xfffffff0u
#define RID_DOMAIN_USERS	513

/* Without the domain that it is to be made in. */
static const char *
bare_name(const char *text)
{
	const char *slash = strchr(text, '\\');

	return slash ? slash + 1 : text;
}

char *
assume_connector_dn(const struct domain *d, const char *text)
{
	const char *name = bare_name(text);
	struct buf dn = BUF_INIT;

	buf_adds(&dn, "CN=");
	dn_escape_value(name, strlen(name), &dn);
	buf_addf(&dn, ",CN=Users,%s", d->dn);
	return buf_steal(&dn);
}

enum source_status
assume_account(const struct assume_lookup *l)
{
	struct assume *a = l->a;
	struct assumed_account *acc = &a->account;
	const char *name = bare_name(l->given->text);
	struct dn_list found = { NULL, 0 };
	struct sid users;
	struct sid_buf text;
	char *dn = NULL;
	enum source_status st;

	if (strpbrk(name, "\\@=") || !*name)
		return assume_wrong(l, "is the name (sAMAccountName) of an account that does not exist "
		    "yet, or DOMAIN\\NAME");
	if (!a->domain->has_sid ||
	    sid_with_rid(&a->domain->sid, RID_MADE_UP, &acc->sid) != ERR_OK ||
	    sid_with_rid(&a->domain->sid, RID_DOMAIN_USERS, &users) != ERR_OK)
		return assume_wrong(l, "the SID of %s could not be read", a->domain->dn);
	st = collect_account_names(a->inner, a->domain, name, &found, l->err);
	if (st == SOURCE_OK && found.count)
		st = assume_wrong(l, "%s has that name: --connector judges it", found.dn[0]);
	dn_list_fini(&found);
	if (st != SOURCE_OK)
		return st;
	acc->name = strdup(name);
	acc->dn = strdup(a->connector);
	acc->sid_len = sid_bytes(&acc->sid, acc->sid_value);
	acc->primary_len = sid_bytes(&users, acc->primary);
	buf_adds(&acc->sid_filter, "(objectSid=");
	escape_filter_bytes(acc->sid_value, acc->sid_len, &acc->sid_filter);
	buf_addc(&acc->sid_filter, ')');
	if (!acc->name || !acc->dn || buf_failed(&acc->sid_filter))
		return assume_no_memory(l);
	/* Domain Users, and what that is in. */
	st = assume_find(l, sid_str(&users, &text), &dn);
	if (st == SOURCE_OK)
		st = assume_join(l, dn);
	free(dn);
	assume_say(a, "a new account: ", acc->dn, "");
	return st;
}
