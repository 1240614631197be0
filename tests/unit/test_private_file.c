/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "private_file.h"

#define ME 990u
#define OWNER(r) 1, 0, r, 0, 0xff, 0xff, 0xff, 0xff
#define USER(r, id) 2, 0, r, 0, (id) & 0xff, (id) >> 8, 0, 0
#define FILE_GROUP(r) 4, 0, r, 0, 0xff, 0xff, 0xff, 0xff
#define GROUP(r, id) 8, 0, r, 0, (id) & 0xff, (id) >> 8, 0, 0
#define MASK(r) 16, 0, r, 0, 0xff, 0xff, 0xff, 0xff
#define OTHER(r) 32, 0, r, 0, 0xff, 0xff, 0xff, 0xff
#define ACL(...) { { 2, 0, 0, 0, __VA_ARGS__ }, sizeof((uint8_t[]){ 2, 0, 0, 0, __VA_ARGS__ }) }

struct acl { uint8_t bytes[64]; size_t len; };

/* What systemd 252 and later make of LoadCredential= on tmpfs. */
static const struct acl credential = ACL(OWNER(4), USER(4, ME), FILE_GROUP(0), MASK(4), OTHER(0));

static void
acls(void **state)
{
	static const struct { struct acl acl; bool want; } cases[] = {
		{ ACL(OWNER(6), FILE_GROUP(0), OTHER(0)), true },
		{ ACL(OWNER(6), USER(6, 0u), FILE_GROUP(0), MASK(6), OTHER(0)), true },
		{ ACL(OWNER(4), USER(0, 33u), FILE_GROUP(0), MASK(4), OTHER(0)), true },
		{ ACL(OWNER(4), USER(4, 33u), FILE_GROUP(0), MASK(4), OTHER(0)), false },
		{ ACL(OWNER(4), USER(2, 33u), FILE_GROUP(0), MASK(4), OTHER(0)), false },
		{ ACL(OWNER(4), USER(4, ME), FILE_GROUP(4), MASK(4), OTHER(0)), false },
		{ ACL(OWNER(4), USER(4, ME), FILE_GROUP(0), GROUP(4, ME), MASK(4), OTHER(0)), false },
		{ ACL(OWNER(4), USER(4, ME), FILE_GROUP(0), MASK(4), OTHER(4)), false },
		{ ACL(OWNER(4), 64, 0, 0, 0, 0, 0, 0, 0), false },	/* no such tag */
		{ ACL(OWNER(4), 2, 0, 4), false },			/* cut short */
		{ { { 3, 0, 0, 0, OWNER(4) }, 12 }, false },		/* another version */
		{ { { 2, 0, 0 }, 3 }, false },
		{ { { 0 }, 0 }, false },
	};
	size_t i;

	(void)state;
	assert_true(private_acl(credential.bytes, credential.len, ME));
	assert_false(private_acl(credential.bytes, credential.len, ME + 1));
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (private_acl(cases[i].acl.bytes, cases[i].acl.len, ME) != cases[i].want)
			fail_msg("ACL %zu", i);
}

/* A file of this mode, with an ACL that lets user `id` read it when `acl`. */
static bool
judged(mode_t mode, bool acl, unsigned id, bool *supported)
{
	const uint8_t bytes[] = { 2, 0, 0, 0, OWNER(4), 2, 0, 4, 0, (uint8_t)id, (uint8_t)(id >> 8),
		(uint8_t)(id >> 16), (uint8_t)(id >> 24), FILE_GROUP(0), MASK(4), OTHER(0) };
	char path[] = "/tmp/test_private_file.XXXXXX";
	int fd = mkstemp(path);
	struct stat st;
	bool result;

	assert_int_not_equal(fd, -1);
	assert_int_equal(fchmod(fd, mode), 0);
	*supported = !acl ||
		fsetxattr(fd, "system.posix_acl_access", bytes, sizeof bytes, 0) == 0;
	assert_int_equal(fstat(fd, &st), 0);
	if (acl && *supported)
		assert_int_equal(st.st_mode & 0777, 0440);
	result = private_file(&st, fd);
	assert_int_equal(private_path(&st, path), result);
	close(fd);
	unlink(path);
	return result;
}

static void
files(void **state)
{
	bool supported;

	(void)state;
	assert_true(judged(0600, false, 0, &supported));
	assert_true(judged(0400, false, 0, &supported));
	assert_false(judged(0440, false, 0, &supported));
	assert_false(judged(0604, false, 0, &supported));
	assert_false(judged(0620, false, 0, &supported));
	assert_true(judged(0400, true, geteuid(), &supported) || !supported);
	assert_false(judged(0400, true, geteuid() + 4711, &supported) && supported);
	if (!supported)
		print_message("# /tmp has no ACLs: files with one were not tried\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acls),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
