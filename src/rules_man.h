/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_MAN_H
#define WBA_RULES_MAN_H

#include <stdio.h>

/* The rule table as an mdoc(7) list: the RULES section of the manual page is
 * made of this, and a test compares the two. */
void rules_man(FILE *);

#endif
