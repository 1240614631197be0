/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SECRET_H
#define WBA_SECRET_H

#include <stddef.h>

#include "core/buf.h"

/* Longer than any password that Active Directory takes (256 characters). */
#define SECRET_MAX	1023

/*
 * A password in memory of its own, which is kept out of core dumps and, where
 * the system allows it, out of swap. NUL-terminated; without a NUL inside.
 */
struct secret {
	size_t len;
	char text[SECRET_MAX + 4];	/* room for a line end and one byte too many */
};

/*
 * The password in a file (-y FILE): all of it, less one line end (LF or CR LF)
 * at its end. (OpenLDAP's tools keep that line end, and then fail to bind.) A
 * regular file that anybody but this user and root may read or write is
 * refused; a pipe (/dev/stdin, /dev/fd/3, <(command)) is taken. Returns NULL with one line
 * appended to *why, which never holds the password.
 */
struct secret *secret_read_file(const char *path, struct buf *why);

/*
 * Asks on the terminal of the process (-W), without echo. A signal that ends
 * or stops the process puts the terminal back first. NULL as above.
 */
struct secret *secret_prompt(const char *prompt, struct buf *why);

void secret_free(struct secret *);	/* wipes it; takes NULL */

#endif
