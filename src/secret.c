/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "private_file.h"

/* Pages of its own, so that nothing else lies beside it. */
static struct secret *
secret_new(struct buf *why)
{
	void *p = mmap(NULL, sizeof(struct secret), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		buf_addf(why, "no memory for the password: %s", strerror(errno));
		return NULL;
	}
	/* Both are extra care: a system that refuses them still works. */
	(void)madvise(p, sizeof(struct secret), MADV_DONTDUMP);
	(void)mlock(p, sizeof(struct secret));
	return p;
}

void
secret_free(struct secret *s)
{
	if (s == NULL)
		return;
	explicit_bzero(s, sizeof(*s));
	munmap(s, sizeof(*s));
}

/* What every password must be, wherever it came from. */
static bool
acceptable(const struct secret *s, const char *where, struct buf *why)
{
	if (s->len == 0)
		buf_addf(why, "%s: the password is empty", where);
	else if (memchr(s->text, '\0', s->len) != NULL)
		buf_addf(why, "%s: the password contains a NUL byte", where);
	else
		return true;
	return false;
}

/* One line end, LF or CR LF, that an editor or echo(1) put behind it. */
static void
strip_line_end(struct secret *s)
{
	if (s->len > 0 && s->text[s->len - 1] == '\n') {
		s->len--;
		if (s->len > 0 && s->text[s->len - 1] == '\r')
			s->len--;
	}
	explicit_bzero(s->text + s->len, sizeof(s->text) - s->len);
}

/* Reads to the end of the file, or of a line when `line`; 0, or an errno. */
static int
fill(int fd, struct secret *s, bool line, volatile const sig_atomic_t *stop)
{
	/* The last byte is the terminator's. */
	while (s->len < sizeof(s->text) - 1) {
		ssize_t n;

		if (stop != NULL && *stop != 0)
			return EINTR;
		n = read(fd, s->text + s->len, line ? 1 : sizeof(s->text) - 1 - s->len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno;
		if (n == 0)
			return 0;
		s->len += (size_t)n;
		if (line && s->text[s->len - 1] == '\n')
			return 0;
	}
	return 0;
}

/* Gives `s` when it holds a password, otherwise frees it and says why. */
static struct secret *
finish(struct secret *s, int error, const char *where, struct buf *why)
{
	strip_line_end(s);
	if (error != 0)
		buf_addf(why, "%s: %s", where, strerror(error));
	else if (s->len > SECRET_MAX)
		buf_addf(why, "%s: longer than a password can be (%d bytes)", where, SECRET_MAX);
	else if (acceptable(s, where, why))
		return s;
	secret_free(s);
	return NULL;
}

/* The open file, not its name: nobody can exchange it behind our back. */
static bool
is_private(int fd, const char *path, struct buf *why)
{
	struct stat st;

	if (fstat(fd, &st) == -1) {
		buf_addf(why, "%s: %s", path, strerror(errno));
		return false;
	}
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		return true;
	if (!S_ISREG(st.st_mode))
		buf_addf(why, "%s: neither a file nor a pipe", path);
	else if (st.st_uid != geteuid() && st.st_uid != 0)
		buf_addf(why, "%s: belongs to another user, who can read it", path);
	else if (!private_file(&st, fd))
		buf_addf(why, "%s: others can read or write it: chmod 600 it, and change the "
		    "password if it is not secret any more", path);
	else
		return true;
	return false;
}

struct secret *
secret_read_file(const char *path, struct buf *why)
{
	struct secret *s = NULL;
	int fd, error;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1) {
		buf_addf(why, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (is_private(fd, path, why) && (s = secret_new(why)) != NULL) {
		error = fill(fd, s, false, NULL);
		s = finish(s, error, path, why);
	}
	close(fd);
	return s;
}

/* Signals that would leave the terminal without echo. */
static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGTSTP, SIGTTIN, SIGTTOU};
#define CAUGHT (sizeof(caught) / sizeof(caught[0]))

static volatile sig_atomic_t caught_signal;

static void
on_signal(int sig)
{
	caught_signal = sig;
}

/* One go at the terminal; *sig is the signal that broke it off, or 0. */
static struct secret *
ask(int tty, const char *prompt, struct buf *why, int *sig)
{
	struct sigaction handler = { .sa_handler = on_signal }, before[CAUGHT];
	struct termios normal, quiet;
	struct secret *s = NULL;
	int error = 0;
	size_t i;

	*sig = 0;
	if (tcgetattr(tty, &normal) == -1) {
		buf_addf(why, "/dev/tty: %s", strerror(errno));
		return NULL;
	}
	s = secret_new(why);
	if (s == NULL)
		return NULL;
	/* No SA_RESTART: the read has to end. */
	sigemptyset(&handler.sa_mask);
	caught_signal = 0;
	for (i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &handler, &before[i]);
	quiet = normal;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	quiet.c_lflag |= ICANON | ISIG;
	if (tcsetattr(tty, TCSAFLUSH, &quiet) == -1 ||
	    write(tty, prompt, strlen(prompt)) == -1)
		error = errno;
	if (error == 0)
		error = fill(tty, s, true, &caught_signal);
	(void)tcsetattr(tty, TCSAFLUSH, &normal);
	(void)!write(tty, "\n", 1);
	for (i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &before[i], NULL);
	*sig = caught_signal;
	if (*sig != 0) {
		secret_free(s);
		return NULL;
	}
	return finish(s, error, "password", why);
}

struct secret *
secret_prompt(const char *prompt, struct buf *why)
{
	struct secret *s = NULL;
	int tty, sig;

	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty == -1) {
		buf_adds(why,
		    "there is no terminal to ask for the password on: give it with -y FILE");
		return NULL;
	}
	for (;;) {
		s = ask(tty, prompt, why, &sig);
		if (sig == 0)
			break;
		/* The terminal is as it was: now the signal does what it does. */
		raise(sig);
		if (sig != SIGTSTP && sig != SIGTTIN && sig != SIGTTOU) {
			buf_addf(why, "password: interrupted (%s)", strsignal(sig));
			break;
		}
		/* Stopped, and continued: ask again. */
	}
	close(tty);
	return s;
}
