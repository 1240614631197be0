/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "build.h"
#include "model/container.h"

#define STAFF "OU=Staff," BASE

static void
add(struct containers *c, const char *dn, const char *sddl)
{
	struct buf b = BUF_INIT;

	if (sddl != NULL)
		sddl_bytes(sddl, &b);
	assert_int_equal(containers_add(c, dn, strlen(dn), b.data, b.len, NULL), ERR_OK);
	buf_fini(&b);
}

static struct container *
find(const struct containers *c, const char *dn)
{
	return containers_find(c, dn, strlen(dn));
}

static void
finds_what_was_added(void **state)
{
	struct containers c = { .key = { 5, 6 } };

	(void)state;
	assert_null(find(&c, STAFF));
	add(&c, STAFF, "O:DAG:DAD:PAI(A;;GA;;;DA)");
	add(&c, "OU=Hidden," BASE, NULL);
	assert_non_null(container_sd(find(&c, STAFF)));
	assert_true(container_sd(find(&c, "ou=STAFF," BASE))->control & SD_DACL_PROTECTED);
	assert_null(container_sd(find(&c, "OU=Hidden," BASE)));
	assert_null(find(&c, "OU=Staff,DC=contoso"));
	/* The first word stands. */
	add(&c, STAFF, NULL);
	assert_non_null(container_sd(find(&c, STAFF)));
	assert_int_equal(c.all.count, 2);
	containers_fini(&c);
	assert_null(find(&c, STAFF));
	containers_fini(&c);
}

static void
shares_descriptors(void **state)
{
	static const char *const sddl[] = { "O:DAG:DAD:AI(A;;GA;;;DA)", "O:DAG:DAD:AI(A;;GA;;;SY)",
		"O:DAG:DAD:AI(A;;GR;;;AU)" };
	struct containers c = { 0 };
	char dn[64];
	size_t one;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(dn, sizeof dn, "OU=%u," BASE, i);
		add(&c, dn, sddl[i % COUNT(sddl)]);
	}
	assert_int_equal(c.all.count, 3000);
	assert_int_equal(c.sds.count, 3);
	assert_ptr_equal(find(&c, "OU=0," BASE)->sd, find(&c, "OU=2997," BASE)->sd);
	assert_ptr_not_equal(find(&c, "OU=0," BASE)->sd, find(&c, "OU=1," BASE)->sd);
	one = c.bytes;
	add(&c, "OU=x," BASE, sddl[0]);
	assert_int_equal(c.bytes - one, sizeof(struct container) + strlen("OU=x," BASE) + 1);
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(dn, sizeof dn, "OU=%u," BASE, i);
		assert_non_null(container_sd(find(&c, dn)));
	}
	containers_fini(&c);
}

static void
malformed_is_not_readable(void **state)
{
	struct containers c = { 0 };
	static const char *const bytes[] = { "", "garbage" };

	(void)state;
	for (size_t i = 0; i < COUNT(bytes); i++) {
		struct container *at = NULL;
		const char dn[] = { 'O', 'U', '=', (char)('a' + (int)i) };

		assert_int_equal(containers_add(&c, dn, sizeof dn, bytes[i], strlen(bytes[i]), &at),
		    ERR_OK);
		assert_null(container_sd(at));
		assert_null(container_sd(at));
	}
	containers_fini(&c);
}

static void
has_a_ceiling(void **state)
{
	struct containers c = { 0 };
	struct container *at = NULL;

	(void)state;
	add(&c, STAFF, "O:DAG:DAD:AI(A;;GA;;;DA)");
	c.bytes = CONTAINERS_MAX_BYTES - 4;
	assert_int_equal(containers_add(&c, BASE, strlen(BASE), NULL, 0, &at), ERR_TOO_BIG);
	assert_int_equal(containers_add(&c, BASE, strlen(BASE), "garbage", 7, &at), ERR_TOO_BIG);
	assert_null(at);
	/* What is there stays. */
	assert_int_equal(containers_add(&c, STAFF, strlen(STAFF), NULL, 0, &at), ERR_OK);
	assert_non_null(container_sd(at));
	containers_fini(&c);
}

/* The domain's: read as they are met, upwards, each once. */

static unsigned asked;

static void
read_one(struct domain *d, const char *dn)
{
	asked++;
	if (strstr(dn, "Hidden") == NULL)
		add(&d->containers, dn, "O:DAG:DAD:AI(A;;GA;;;DA)");
}

static void
domain_walks_upwards(void **state)
{
	static const char user[] = "CN=Ada\\, x,OU=Hidden,OU=Staff," BASE;
	static const char escaped[] = "CN=x\\," STAFF;
	struct container *hidden, *staff, *head;
	struct domain d;

	(void)state;
	make_domain(&d);
	d.read_container = read_one;
	asked = 0;
	hidden = domain_container_above(&d, user, strlen(user));
	assert_string_equal(hidden->dn, "OU=Hidden," STAFF);
	assert_null(container_sd(hidden));
	staff = domain_parent(&d, hidden);
	assert_string_equal(staff->dn, STAFF);
	assert_non_null(container_sd(staff));
	head = domain_parent(&d, staff);
	assert_string_equal(head->dn, BASE);
	assert_non_null(container_sd(head));	/* read with the domain */
	assert_null(domain_parent(&d, head));
	assert_null(domain_parent(&d, head));
	assert_ptr_equal(domain_container_above(&d, user, strlen(user)), hidden);
	assert_int_equal(asked, 2);
	/* an escaped comma does not make what follows it the parent */
	assert_ptr_equal(domain_container_above(&d, escaped, strlen(escaped)), head);

	assert_null(domain_container_above(&d, BASE, strlen(BASE)));
	assert_null(domain_container_above(&d, "CN=x,DC=other,DC=test", 21));
	assert_null(domain_container_above(&d, "garbage", 7));
	domain_fini(&d);
}

/* Names chosen so that FNV-1a in steps of eight bytes gives all of them one hash: two
 * top bits cancel a third in the step before, eleven times over. */
static void
names_made_to_collide_are_apart(void **state)
{
	enum { BLOCKS = 11, NAMES = 1 << BLOCKS };
	struct containers c = { .key = { 1, 2 } };
	struct container *first = NULL, *at;
	size_t alike = 0;

	(void)state;
	for (unsigned i = 0; i < NAMES; i++) {
		char dn[16 * BLOCKS];

		memset(dn, '0', sizeof dn);
		for (unsigned b = 0; b < BLOCKS; b++)
			for (unsigned at_bit = 0; i >> b & 1 && at_bit < 3; at_bit++)
				dn[16 * b + (const unsigned[]){ 7, 11, 15 }[at_bit]] ^= (char)0x80;
		assert_int_equal(containers_add(&c, dn, sizeof dn, NULL, 0, &at), ERR_OK);
		first = first ? first : at;
		alike += at->chained.hash == first->chained.hash;
	}
	assert_int_equal(c.all.count, NAMES);
	assert_int_equal(alike, 1);
	containers_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_added),
		cmocka_unit_test(shares_descriptors),
		cmocka_unit_test(malformed_is_not_readable),
		cmocka_unit_test(has_a_ceiling),
		cmocka_unit_test(names_made_to_collide_are_apart),
		cmocka_unit_test(domain_walks_upwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
