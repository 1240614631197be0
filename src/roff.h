/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_ROFF_H
#define WBA_ROFF_H

#include <stdio.h>

/* Plain text as roff, for those parts of the manual that are made of our tables. */

/* The text in lines of less than 80 columns, a new one for each sentence. */
void roff_text(FILE *, const char *text);
/* A phrase as a sentence, with a capital and a full stop. One that begins with
 * what is no word (tls_cacert=FILE) keeps its first letter. */
void roff_sentence(FILE *, const char *phrase);

#endif
