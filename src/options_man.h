/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_OPTIONS_MAN_H
#define WBA_OPTIONS_MAN_H

#include <stdio.h>

#include "completion.h"

/* The option table as mdoc(7), a block an option: its item in a list, what it means,
 * and which commands take it where that is not all that read a directory. The OPTIONS
 * of the manual page have these blocks, with more words between them; a test compares. */
void options_man(FILE *, const struct completion_command *, size_t count);

#endif
