/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target over a stored corpus, without a fuzzer: every file of the
 * directories given, in the order of their names, as TAP. A directory that is
 * missing or empty is a failure, so that a corpus cannot be lost unnoticed.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct input {
	char *path;		/* owned */
	const char *trouble;	/* why there is nothing to run, or NULL */
};

struct inputs {
	struct input *list;	/* owned */
	size_t count;
};

static void
fatal(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
add(struct inputs *inputs, const char *dir, const char *name, const char *trouble)
{
	size_t len = strlen(dir) + strlen(name) + 2;
	struct input *list = realloc(inputs->list, (inputs->count + 1) * sizeof(*list));
	char *path = malloc(len);

	if (list == NULL || path == NULL)
		fatal("memory");
	snprintf(path, len, "%s%s%s", dir, *name != '\0' ? "/" : "", name);
	list[inputs->count++] = (struct input){ path, trouble };
	inputs->list = list;
}

static int
by_path(const void *a, const void *b)
{
	const struct input *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static void
collect(struct inputs *inputs, const char *dir)
{
	size_t before = inputs->count;
	const struct dirent *entry = NULL;
	DIR *d = opendir(dir);

	if (d == NULL) {
		add(inputs, dir, "", "cannot be opened");
		return;
	}
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			add(inputs, dir, entry->d_name, NULL);
	closedir(d);
	if (inputs->count == before)
		add(inputs, dir, "", "is empty");
	qsort(inputs->list + before, inputs->count - before, sizeof(*inputs->list), by_path);
}

/* The target gets memory of exactly the file's size, so that a sanitizer sees any overrun. */
static bool
run(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *data = NULL;
	size_t len = 0;
	bool ok = false;

	if (f == NULL || fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode))
		goto out;
	len = (size_t)st.st_size;
	data = malloc(len > 0 ? len : 1);
	if (data == NULL || fread(data, 1, len, f) != len)
		goto out;
	LLVMFuzzerTestOneInput(data, len);
	ok = true;
out:
	free(data);
	if (f != NULL)
		fclose(f);
	return ok;
}

int
main(int argc, char **argv)
{
	struct inputs inputs = { NULL, 0 };
	int status = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: %s DIRECTORY...\n", argv[0]);
		return 2;
	}
	for (int i = 1; i < argc; i++)
		collect(&inputs, argv[i]);
	printf("1..%zu\n", inputs.count);
	for (size_t i = 0; i < inputs.count; i++) {
		struct input *in = &inputs.list[i];
		const char *trouble = in->trouble;

		/* Said before the run: a property that fails aborts. */
		printf("# %s\n", in->path);
		fflush(stdout);
		if (trouble == NULL && !run(in->path))
			trouble = "cannot be read";
		if (trouble != NULL) {
			printf("not ok %zu - %s %s\n", i + 1, in->path, trouble);
			status = 1;
		} else {
			printf("ok %zu - %s\n", i + 1, in->path);
		}
		fflush(stdout);
		free(in->path);
	}
	free(inputs.list);
	return status;
}
