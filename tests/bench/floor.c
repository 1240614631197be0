/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floor under contrib/bench: reads what an audit reads of the users, page
 * by page, and throws every entry away undecoded.
 *
 *     floor URI BINDDN PASSWORDFILE BASE FILTER ATTRIBUTE...
 */
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE	1000

static void
check(int rc, const char *what)
{
	if (rc == LDAP_SUCCESS)
		return;
	fprintf(stderr, "floor: %s: %s\n", what, ldap_err2string(rc));
	exit(1);
}

/* One page; the cookie of the next is left in *cookie. */
static size_t
page(LDAP *ld, char **argv, struct berval *cookie)
{
	char sd_value[] = { 0x30, 0x03, 0x02, 0x01, 0x07 };
	char sd_oid[] = "1.2.840.113556.1.4.801", scope_oid[] = LDAP_CONTROL_X_DOMAIN_SCOPE;
	LDAPControl sd = { sd_oid, { sizeof(sd_value), sd_value }, 0 };
	LDAPControl scope = { scope_oid, { 0, NULL }, 0 };
	LDAPControl *paged = NULL, **answer = NULL, *found = NULL;
	LDAPMessage *msg = NULL;
	size_t entries = 0;
	int id = -1, code = LDAP_OTHER;

	check(ldap_create_page_control(ld, PAGE, cookie->bv_len > 0 ? cookie : NULL, 1, &paged),
	    "page control");
	LDAPControl *controls[] = { &scope, &sd, paged, NULL };
	check(ldap_search_ext(ld, argv[4], LDAP_SCOPE_SUBTREE, argv[5], argv + 6, 0, controls,
	    NULL, NULL, LDAP_NO_LIMIT, &id), "search");
	ldap_control_free(paged);
	ber_memfree(cookie->bv_val);
	*cookie = (struct berval){ 0, NULL };
	while (ldap_result(ld, id, LDAP_MSG_ONE, NULL, &msg) == LDAP_RES_SEARCH_ENTRY) {
		entries++;
		ldap_msgfree(msg);
	}
	check(ldap_parse_result(ld, msg, &code, NULL, NULL, NULL, &answer, 1), "result");
	check(code, "search");
	found = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, answer, NULL);
	if (found != NULL) {
		ber_int_t estimate = 0;

		check(ldap_parse_pageresponse_control(ld, found, &estimate, cookie), "cookie");
	}
	ldap_controls_free(answer);
	return entries;
}

int
main(int argc, char **argv)
{
	char password[256] = "";
	struct berval credentials = { 0, password }, cookie = { 0, NULL };
	int version = LDAP_VERSION3;
	size_t entries = 0;
	LDAP *ld = NULL;
	FILE *fp = NULL;

	if (argc < 7 || (fp = fopen(argv[3], "r")) == NULL ||
	    fgets(password, sizeof(password), fp) == NULL) {
		fputs("usage: floor URI BINDDN PASSWORDFILE BASE FILTER ATTRIBUTE...\n", stderr);
		return 2;
	}
	fclose(fp);
	password[strcspn(password, "\n")] = '\0';
	credentials.bv_len = strlen(password);
	check(ldap_initialize(&ld, argv[1]), argv[1]);
	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	check(ldap_sasl_bind_s(ld, argv[2], LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL), "bind");
	do
		entries += page(ld, argv, &cookie);
	while (cookie.bv_len > 0);
	ldap_unbind_ext_s(ld, NULL, NULL);
	printf("%zu\n", entries);
	return 0;
}
