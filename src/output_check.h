/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_OUTPUT_CHECK_H
#define WBA_OUTPUT_CHECK_H

#include "settings.h"

/* Refuses two outputs into one file, two on stdout, and an output over a file
 * that the run reads (`config` is one of them, or NULL). 0, or -1 with a
 * message printed. */
int output_check(const struct settings *, const char *config);

#endif
