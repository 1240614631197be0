/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_ticket.h"

#include <dlfcn.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdint.h>
#include <string.h>

/* 1.3.6.1.5.5.2 (RFC 4178 1.) for GSS-SPNEGO, which then negotiates Kerberos. */
static uint8_t spnego_oid[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02 };
static const gss_OID_desc spnego = { sizeof(spnego_oid), spnego_oid };

#define PRINCIPALS_MAX	200	/* characters of a list of accounts in a message */

bool
ticket_wanted(const struct ldap_options *o)
{
	if (o->sasl_mech == NULL || strcmp(o->sasl_mech, "EXTERNAL") == 0)
		return false;
	return o->keytab != NULL || o->ccache != NULL || o->sasl_authcid != NULL;
}

bool
ticket_is_foreign(void)
{
	/* The library of Debian's libsasl2-modules-gssapi-heimdal. */
	void *heimdal = dlopen("libgssapi.so.3", RTLD_LAZY | RTLD_NOLOAD);

	if (heimdal != NULL)
		dlclose(heimdal);
	return heimdal != NULL;
}

/* The mechanism's reason when it has one, else what GSS-API says in general. */
static void
gss_reason(OM_uint32 major, OM_uint32 minor, struct buf *said)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 code = minor != 0 ? minor : major, context = 0, ignored;
	gss_OID mech = minor != 0 ? gss_mech_krb5 : GSS_C_NO_OID;

	if (gss_display_status(&ignored, code, minor != 0 ? GSS_C_MECH_CODE : GSS_C_GSS_CODE,
	    mech, &context, &text) == GSS_S_COMPLETE)
		buf_add(said, text.value, text.length);
	gss_release_buffer(&ignored, &text);
}

static void
krb_reason(krb5_context krb, krb5_error_code code, struct buf *said)
{
	const char *text = krb5_get_error_message(krb, code);

	buf_adds(said, text);
	krb5_free_error_message(krb, text);
}

/* Adds the principal of a key to a list, once, when there is room. */
static void
list_principal(krb5_context krb, krb5_const_principal principal, struct buf *list)
{
	char *name = NULL;

	if (krb5_unparse_name(krb, principal, &name) != 0)
		return;
	if (list->len == 0)
		buf_adds(list, name);
	else if (strstr(buf_str(list), name) == NULL && list->len < PRINCIPALS_MAX)
		buf_addf(list, ", %s", name);
	krb5_free_unparsed_name(krb, name);
}

/*
 * Whether the keytab has a key at all, and one of the account asked for: the
 * library would only say that it found no ticket cache. 0, or -1.
 */
static int
keytab_look(const struct ldap_options *o, const char *wanted, struct ticket *t)
{
	krb5_context krb = t->krb;
	krb5_principal principal = NULL;
	krb5_keytab keytab = NULL;
	krb5_kt_cursor cursor = NULL;
	krb5_keytab_entry entry;
	krb5_error_code code;
	struct buf list = BUF_INIT;
	bool found = false;
	int result = -1;

	code = wanted[0] != '\0' ? krb5_parse_name(krb, wanted, &principal) : 0;
	if (code == 0)
		code = krb5_kt_resolve(krb, o->keytab, &keytab);
	if (code == 0)
		code = krb5_kt_start_seq_get(krb, keytab, &cursor);
	while (code == 0 && !found) {
		code = krb5_kt_next_entry(krb, keytab, &entry, &cursor);
		if (code != 0)
			break;
		list_principal(krb, entry.principal, &list);
		found = principal == NULL || krb5_principal_compare(krb, principal, entry.principal);
		if (found)
			list_principal(krb, entry.principal, &t->principal);
		krb5_free_keytab_entry_contents(krb, &entry);
	}
	if (found) {
		result = 0;
	} else if (code != KRB5_KT_END) {
		buf_addf(&t->problem, "the keytab %s cannot be used: ", o->keytab);
		krb_reason(krb, code, &t->problem);
	} else if (list.len == 0) {
		buf_addf(&t->problem, "the keytab %s is empty: write the account's key to it "
		    "(ktutil, ktpass, or samba-tool domain exportkeytab)", o->keytab);
	} else {
		buf_addf(&t->problem, "the keytab %s has no key of %s, only of %s: leave -U "
		    "(sasl_authcid) out, or give the keytab of that account", o->keytab, wanted,
		    buf_str(&list));
	}
	if (cursor != NULL)
		krb5_kt_end_seq_get(krb, keytab, &cursor);
	if (keytab != NULL)
		krb5_kt_close(krb, keytab);
	krb5_free_principal(krb, principal);
	buf_fini(&list);
	return result;
}

/* An empty cache in memory, which gss_acquire_cred_from() fills. */
static int
cache_new(struct ticket *t, char **name)
{
	krb5_error_code code;

	code = krb5_cc_new_unique(t->krb, "MEMORY", NULL, &t->cache);
	if (code == 0)
		code = krb5_cc_get_full_name(t->krb, t->cache, name);
	if (code != 0)
		krb_reason(t->krb, code, &t->said);
	return code == 0 ? 0 : -1;
}

/* The account asked for by -U and -R; "": the keytab's first, or the cache's. */
static void
account_wanted(const struct ldap_options *o, struct buf *name)
{
	if (o->sasl_authcid == NULL)
		return;
	buf_adds(name, o->sasl_authcid);
	if (o->sasl_realm != NULL && strchr(o->sasl_authcid, '@') == NULL)
		buf_addf(name, "@%s", o->sasl_realm);
}

/* Whose ticket it is. */
static void
principal_read(struct ticket *t)
{
	gss_name_t name = GSS_C_NO_NAME;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	if (gss_inquire_cred(&minor, t->cred, &name, NULL, NULL, NULL) == GSS_S_COMPLETE &&
	    name != GSS_C_NO_NAME &&
	    gss_display_name(&minor, name, &text, NULL) == GSS_S_COMPLETE) {
		buf_clear(&t->principal);
		buf_add(&t->principal, text.value, text.length);
	}
	gss_release_buffer(&minor, &text);
	gss_release_name(&minor, &name);
}

int
ticket_get(const struct ldap_options *o, struct ticket *t)
{
	gss_OID_desc oids[2] = { *gss_mech_krb5, spnego };
	gss_OID_set_desc mechs = { 2, oids };
	gss_key_value_element_desc places[2];
	gss_key_value_set_desc store = { 0, places };
	gss_name_t name = GSS_C_NO_NAME;
	gss_buffer_desc text;
	OM_uint32 major = GSS_S_COMPLETE, minor = 0, life = 0;
	struct buf wanted = BUF_INIT;
	krb5_error_code code;
	char *memory = NULL;
	int result = -1;

	account_wanted(o, &wanted);
	code = krb5_init_context(&t->krb);
	if (code != 0) {
		krb_reason(NULL, code, &t->said);
		goto out;
	}
	if (o->keytab != NULL) {
		if (keytab_look(o, buf_str(&wanted), t) != 0 || cache_new(t, &memory) != 0)
			goto out;
		places[store.count++] = (gss_key_value_element_desc){ "client_keytab", o->keytab };
		places[store.count++] = (gss_key_value_element_desc){ "ccache", memory };
	} else if (o->ccache != NULL) {
		places[store.count++] = (gss_key_value_element_desc){ "ccache", o->ccache };
	}
	text = (gss_buffer_desc){ wanted.len, wanted.data };
	if (wanted.len > 0)
		major = gss_import_name(&minor, &text, GSS_KRB5_NT_PRINCIPAL_NAME, &name);
	/* That `life` is asked for makes the library look now, not at its first use. */
	if (major == GSS_S_COMPLETE)
		major = gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &mechs, GSS_C_INITIATE,
		    store.count > 0 ? &store : GSS_C_NO_CRED_STORE, &t->cred, NULL, &life);
	if (major != GSS_S_COMPLETE) {
		gss_reason(major, minor, &t->said);
		goto out;
	}
	principal_read(t);
	result = 0;
out:
	gss_release_name(&minor, &name);
	krb5_free_string(t->krb, memory);
	buf_fini(&wanted);
	return result;
}

void
ticket_fini(struct ticket *t)
{
	OM_uint32 minor;

	gss_release_cred(&minor, &t->cred);
	if (t->cache != NULL)
		krb5_cc_destroy(t->krb, t->cache);
	if (t->krb != NULL)
		krb5_free_context(t->krb);
	buf_fini(&t->principal);
	buf_fini(&t->problem);
	buf_fini(&t->said);
	*t = (struct ticket)TICKET_INIT;
}
