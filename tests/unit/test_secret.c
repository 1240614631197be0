/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret.h"

/* A file of this content and mode; the path is to be freed. */
static char *
file_with(const void *data, size_t len, mode_t mode)
{
	char path[] = "/tmp/test_secret.XXXXXX";
	int fd = mkstemp(path);

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return strdup(path);
}

/* Reads such a file; `want` NULL: it is refused and the message says `word`. */
static void
expect(const void *data, size_t len, mode_t mode, const char *want, const char *word)
{
	char *path = file_with(data, len, mode);
	struct buf why = BUF_INIT;
	struct secret *s = secret_read_file(path, &why);

	if (want != NULL) {
		assert_non_null(s);
		assert_int_equal(s->len, strlen(want));
		assert_string_equal(s->text, want);
		assert_int_equal(why.len, 0);
	} else {
		assert_null(s);
		assert_non_null(strstr(buf_str(&why), word));
		assert_ptr_equal(strstr(buf_str(&why), path), buf_str(&why));
	}
	secret_free(s);
	buf_fini(&why);
	unlink(path);
	free(path);
}

static void
content(void **state)
{
	static const struct { const char *data; size_t len; const char *want; } cases[] = {
		{ "secret", 6, "secret" },
		{ "secret\n", 7, "secret" },
		{ "secret\r\n", 8, "secret" },
		{ "secret\n\n", 8, "secret\n" },
		{ "secret\r", 7, "secret\r" },
		{ " two words \n", 12, " two words " },
		{ "a\nb\n", 4, "a\nb" },
		{ "\xc3\xa4\xe2\x82\xac", 5, "\xc3\xa4\xe2\x82\xac" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].data, cases[i].len, 0600, cases[i].want, NULL);
	expect("", 0, 0600, NULL, "empty");
	expect("\n", 1, 0600, NULL, "empty");
	expect("\r\n", 2, 0600, NULL, "empty");
	expect("a\0b", 3, 0600, NULL, "NUL");
	expect("a\0", 2, 0600, NULL, "NUL");
}

static void
ceiling(void **state)
{
	char data[SECRET_MAX + 100], want[SECRET_MAX + 1];

	(void)state;
	memset(data, 'a', sizeof(data));
	memset(want, 'a', SECRET_MAX);
	want[SECRET_MAX] = '\0';
	expect(data, SECRET_MAX, 0600, want, NULL);
	expect(data, SECRET_MAX + 1, 0600, NULL, "longer");
	expect(data, sizeof(data), 0600, NULL, "longer");
	data[SECRET_MAX] = '\n';
	expect(data, SECRET_MAX + 1, 0600, want, NULL);
	expect(data, SECRET_MAX + 2, 0600, NULL, "longer");
	data[SECRET_MAX] = '\r';
	data[SECRET_MAX + 1] = '\n';
	expect(data, SECRET_MAX + 2, 0600, want, NULL);
	expect(data, SECRET_MAX + 3, 0600, NULL, "longer");
}

/* Only root can make such a file. */
static void
belongs_to_another(void)
{
	char path[] = "/tmp/test_secret.XXXXXX";
	struct buf why = BUF_INIT;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	if (fchown(fd, 65534, 65534) == 0) {
		assert_null(secret_read_file(path, &why));
		assert_non_null(strstr(buf_str(&why), "belongs to another user"));
	}
	unlink(path);
	close(fd);
	buf_fini(&why);
}

static void
permissions(void **state)
{
	static const mode_t bad[] = { 0640, 0604, 0620, 0602, 0644, 0666, 0777, 0610, 0601 };
	size_t i;

	(void)state;
	expect("x\n", 2, 0400, "x", NULL);
	belongs_to_another();
	expect("x\n", 2, 0700, "x", NULL);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect("x\n", 2, bad[i], NULL, "others can read or write it");
}

static void
other_kinds(void **state)
{
	struct buf why = BUF_INIT;
	struct secret *s = NULL;
	char path[32];
	int ends[2];

	(void)state;
	assert_null(secret_read_file("/nonexistent/file", &why));
	assert_string_equal(buf_str(&why), "/nonexistent/file: No such file or directory");
	buf_clear(&why);
	assert_null(secret_read_file("/", &why));
	assert_non_null(strstr(buf_str(&why), "neither a file nor a pipe"));
	buf_clear(&why);
	assert_null(secret_read_file("/dev/null", &why));
	assert_non_null(strstr(buf_str(&why), "neither a file nor a pipe"));
	buf_clear(&why);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "piped\n", 6), 6);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	s = secret_read_file(path, &why);
	close(ends[0]);
	assert_non_null(s);
	assert_string_equal(s->text, "piped");
	secret_free(s);
	buf_fini(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content),
		cmocka_unit_test(ceiling),
		cmocka_unit_test(permissions),
		cmocka_unit_test(other_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
