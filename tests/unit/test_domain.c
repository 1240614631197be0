/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "core/uac.h"

#define PSO(n) "CN=" n ",CN=Password Settings Container,CN=System," BASE

/* Links a policy to an object, or to a group with one member. */
static void
link_to(struct policy *p, const char *dn)
{
	assert_int_equal(member_set_add(&p->direct, dn, strlen(dn), NULL), ERR_OK);
}

static struct group_closure *
link_group(struct policy *p, const char *member, uint32_t rid)
{
	struct group_closure *grown = realloc(p->groups, (p->group_count + 1) * sizeof *grown);

	assert_non_null(grown);
	p->groups = grown;
	fill_closure(&grown[p->group_count], GROUP_DN, rid);
	if (member)
		assert_int_equal(member_set_add(&grown[p->group_count].members, member,
		    strlen(member), NULL), ERR_OK);
	return &grown[p->group_count++];
}

static void
make_account(struct account *a)
{
	*a = (struct account){ .dn = USER_DN, .dn_len = strlen(USER_DN), .has_sid = true,
		.sid = sid_of(USER_SID), .uac = { KNOWN_SET, 512 },
		.primary_group = { KNOWN_SET, 513 } };
}

/* The policy's DN; "?DN" when its values are not known, "?" when it is not. */
static const char *
chosen(const struct domain *d, const struct account *a)
{
	static char text[256];
	struct policy_choice c = domain_policy_for(d, a);

	assert_true(c.dn || !c.policy);
	snprintf(text, sizeof text, "%s%.*s", c.policy ? "" : "?", (int)c.dn_len,
	    c.dn ? c.dn : "");
	return text;
}

/* MS-ADTS 3.1.1.4.5.36: links to the user before links to groups, whatever the
 * precedence; among equals the lower precedence, which stands first. */
static void
direct_over_group(void **state)
{
	struct account a;
	struct domain d;
	struct policy *p;

	(void)state;
	make_domain(&d);
	make_account(&a);
	assert_string_equal(chosen(&d, &a), BASE);
	p = make_pso(&d, PSO("first"), 10);
	link_group(p, USER_DN, 1777);
	p = make_pso(&d, PSO("second"), 20);
	link_group(p, USER_DN, 1778);
	assert_string_equal(chosen(&d, &a), PSO("first"));
	p = make_pso(&d, PSO("third"), 90);
	link_to(p, USER_DN);
	assert_string_equal(chosen(&d, &a), PSO("third"));
	p = make_pso(&d, PSO("fourth"), 91);
	link_to(p, USER_DN);
	assert_string_equal(chosen(&d, &a), PSO("third"));
	link_to(&d.psos[1], "cn=ADA,ou=STAFF," BASE);
	assert_string_equal(chosen(&d, &a), PSO("second"));
	/* others are not concerned */
	a.dn = "CN=Bea,OU=Staff," BASE;
	a.dn_len = strlen(a.dn);
	assert_string_equal(chosen(&d, &a), BASE);
	/* through the primary group */
	a.primary_group = known(1778);
	assert_string_equal(chosen(&d, &a), PSO("second"));
	domain_fini(&d);
}

/* What is open leaves the choice open only where it bears on it. */
static void
open_groups(void **state)
{
	struct account a;
	struct domain d;

	(void)state;
	make_domain(&d);
	make_account(&a);
	link_group(make_pso(&d, PSO("first"), 10), NULL, 1777)->complete = false;
	link_group(make_pso(&d, PSO("second"), 20), USER_DN, 1778);
	assert_string_equal(chosen(&d, &a), "?");
	/* surely in the first one through another group of it */
	link_group(&d.psos[0], USER_DN, 1779);
	assert_string_equal(chosen(&d, &a), PSO("first"));
	/* surely in the one before the open one */
	group_closure_fini(&d.psos[0].groups[0]);
	fill_closure(&d.psos[0].groups[0], GROUP_DN, 1777);
	d.psos[1].groups[0].complete = false;
	assert_string_equal(chosen(&d, &a), PSO("first"));
	/* a link to the user settles it */
	d.psos[0].groups[0].complete = d.psos[0].groups[1].complete = false;
	link_to(&d.psos[1], USER_DN);
	assert_string_equal(chosen(&d, &a), PSO("second"));
	/* a primary group that is not known */
	a.dn = "CN=Bea,OU=Staff," BASE;
	a.dn_len = strlen(a.dn);
	d.psos[0].groups[0].complete = d.psos[0].groups[1].complete = true;
	d.psos[1].groups[0].complete = true;
	assert_string_equal(chosen(&d, &a), BASE);
	a.primary_group = (struct known_int){ 0 };
	assert_string_equal(chosen(&d, &a), "?");
	domain_fini(&d);
}

/* Values that may not be read: the policy is named, and decides nothing. */
static void
unreadable_values(void **state)
{
	struct account a;
	struct domain d;

	(void)state;
	make_domain(&d);
	make_account(&a);
	link_to(make_pso(&d, PSO("first"), 10), USER_DN);
	d.psos[0].min_age = (struct known_int){ 0 };
	assert_string_equal(chosen(&d, &a), "?" PSO("first"));
	d.psos[0].min_age = known(0);
	d.psos[0].lockout_duration = (struct known_int){ 0 };
	assert_string_equal(chosen(&d, &a), "?" PSO("first"));
	d.psos[0].lockout_duration = known(0);
	d.psos[0].history = d.psos[0].max_age = (struct known_int){ 0 };
	assert_string_equal(chosen(&d, &a), PSO("first"));
	a.dn = "CN=Bea," BASE;
	a.dn_len = strlen(a.dn);
	d.policy.min_age = (struct known_int){ 0 };
	assert_string_equal(chosen(&d, &a), "?" BASE);
	domain_fini(&d);
}

/* Links that may not be read: the server's own answer, where it gives one. */
static void
resultant(void **state)
{
	static const char other[] = PSO("never heard of");
	static const char upper[] = "cn=FIRST,cn=password settings container,CN=System," BASE;
	struct account a;
	struct domain d;

	(void)state;
	make_domain(&d);
	make_account(&a);
	make_pso(&d, PSO("first"), 10);
	link_to(make_pso(&d, PSO("second"), 20), USER_DN);
	d.psos_unread = true;
	assert_string_equal(chosen(&d, &a), "?");
	a.no_resultant_pso = true;
	assert_string_equal(chosen(&d, &a), BASE);
	a.resultant_pso = (struct value){ (const uint8_t *)upper, strlen(upper) };
	assert_string_equal(chosen(&d, &a), PSO("first"));
	a.no_resultant_pso = false;
	assert_string_equal(chosen(&d, &a), PSO("first"));
	d.psos[0].min_age = (struct known_int){ 0 };
	assert_string_equal(chosen(&d, &a), "?" PSO("first"));
	a.resultant_pso = (struct value){ (const uint8_t *)other, strlen(other) };
	assert_string_equal(chosen(&d, &a), "?" PSO("never heard of"));
	/* not asked when the links could be read */
	d.psos_unread = false;
	assert_string_equal(chosen(&d, &a), PSO("second"));
	domain_fini(&d);
}

/* Whom fine-grained policies do not reach (MS-ADTS 3.1.1.4.5.36). */
static void
exempt(void **state)
{
	struct account a;
	struct domain d;

	(void)state;
	make_domain(&d);
	make_account(&a);
	link_to(make_pso(&d, PSO("first"), 10), USER_DN);
	assert_string_equal(chosen(&d, &a), PSO("first"));
	/* krbtgt of this domain, and of no other */
	a.sid = sid_of(DOMAIN_SID "-502");
	assert_string_equal(chosen(&d, &a), BASE);
	a.sid = sid_of("S-1-5-21-9-9-9-502");
	assert_string_equal(chosen(&d, &a), PSO("first"));
	a.sid = sid_of(DOMAIN_SID "-500");
	assert_string_equal(chosen(&d, &a), PSO("first"));
	/* no normal account; flags that are not known are no reason */
	a.uac = known(UAC_WORKSTATION_TRUST);
	assert_string_equal(chosen(&d, &a), BASE);
	a.uac = (struct known_int){ 0 };
	assert_string_equal(chosen(&d, &a), PSO("first"));
	/* functional level 2003, 2008, not known */
	d.dc.domain_level = known(2);
	assert_string_equal(chosen(&d, &a), BASE);
	d.psos_unread = true;
	assert_string_equal(chosen(&d, &a), BASE);
	d.psos_unread = false;
	d.dc.domain_level = known(3);
	assert_string_equal(chosen(&d, &a), PSO("first"));
	d.dc.domain_level = (struct known_int){ 0 };
	assert_string_equal(chosen(&d, &a), PSO("first"));
	domain_fini(&d);
}

/* MS-ADTS 3.1.1.6.1.2 */
static void
is_protected(void **state)
{
	static const char admins[] = "CN=Domain Admins,CN=Users," BASE;
	const char *group = NULL;
	struct account a;
	struct domain d;

	(void)state;
	make_domain(&d);
	make_account(&a);
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_NO);
	assert_null(group);
	a.dn = "cn=root,cn=users," BASE;
	a.dn_len = strlen(a.dn);
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_YES);
	assert_string_equal(group, admins);
	make_account(&a);
	a.primary_group = known(512);
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_YES);
	assert_string_equal(group, admins);
	/* of groups in each other the innermost, in whichever order they stand */
	group_closure_fini(&d.protected_groups[1]);
	d.protected_groups[1] = (struct group_closure){ .complete = true,
		.dn = strdup("CN=Administrators,CN=Builtin," BASE) };
	assert_int_equal(member_set_add(&d.protected_groups[1].members, admins, strlen(admins),
	    NULL), ERR_OK);
	assert_int_equal(member_set_add(&d.protected_groups[1].members, a.dn, a.dn_len, NULL),
	    ERR_OK);
	assert_int_equal(member_set_add(&d.protected_groups[0].members, a.dn, a.dn_len, NULL),
	    ERR_OK);
	d.protected_count = 2;
	for (int turn = 0; turn < 2; turn++) {
		struct group_closure first = d.protected_groups[0];

		assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_YES);
		assert_string_equal(group, admins);
		d.protected_groups[0] = d.protected_groups[1];
		d.protected_groups[1] = first;
	}
	d.protected_count = 1;
	group_closure_fini(&d.protected_groups[1]);
	member_set_fini(&d.protected_groups[0].members);
	/* by itself, without a group */
	make_account(&a);
	a.sid = sid_of(DOMAIN_SID "-500");
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_YES);
	assert_null(group);
	a.sid = sid_of(DOMAIN_SID "-502");
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_YES);
	a.sid = sid_of(DOMAIN_SID "-501");
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_NO);
	a.sid = sid_of(DOMAIN_SID "-1-500");
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_NO);
	a.sid = sid_of("S-1-5-21-9-9-9-500");
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_NO);
	/* what is not known is not "no" */
	make_account(&a);
	a.has_sid = false;
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_UNKNOWN);
	make_account(&a);
	a.primary_group = (struct known_int){ 0 };
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_UNKNOWN);
	assert_null(group);
	make_account(&a);
	d.protected_groups[0].complete = false;
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_UNKNOWN);
	d.protected_groups[0].complete = true;
	d.has_protected = false;
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_UNKNOWN);
	a.primary_group = known(512);
	assert_int_equal(domain_is_protected(&d, &a, &group), ANSWER_YES);
	domain_fini(&d);
}

/* A copy says what its entry said, after the entry is gone. */
static void
copies(void **state)
{
	struct entry_copy c = { 0 };
	struct made m;

	(void)state;
	made_init(&m, USER_DN);
	made_change(&m, "memberOf=CN=a");
	made_change(&m, "memberOf+=CN=b");
	made_add(&m, "binary", "a\0b", 3);
	made_change(&m, "empty=");
	m.attrs[0].partial = true;
	assert_int_equal(entry_copy_init(&c, &m.entry), 0);
	made_fini(&m);
	assert_string_equal(c.entry.dn, USER_DN);
	assert_int_equal(c.entry.dn_len, strlen(USER_DN));
	assert_int_equal(c.entry.count, 3);
	assert_int_equal(entry_attr(&c.entry, "MEMBEROF")->count, 2);
	assert_true(entry_attr(&c.entry, "memberOf")->partial);
	assert_true(attr_has(entry_attr(&c.entry, "memberOf"), "cn=B"));
	assert_int_equal(entry_value(&c.entry, "binary")->len, 3);
	assert_memory_equal(entry_value(&c.entry, "binary")->data, "a\0b", 4);
	assert_int_equal(entry_value(&c.entry, "empty")->len, 0);
	assert_null(entry_value(&c.entry, "nothing"));
	entry_copy_fini(&c);
	entry_copy_fini(&c);
	made_init(&m, "");
	assert_int_equal(entry_copy_init(&c, &m.entry), 0);
	assert_string_equal(c.entry.dn, "");
	assert_int_equal(c.entry.count, 0);
	entry_copy_fini(&c);
	made_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(direct_over_group),
		cmocka_unit_test(open_groups),
		cmocka_unit_test(unreadable_values),
		cmocka_unit_test(resultant),
		cmocka_unit_test(exempt),
		cmocka_unit_test(is_protected),
		cmocka_unit_test(copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
