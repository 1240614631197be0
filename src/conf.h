/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CONF_H
#define WBA_CONF_H

#include "settings.h"

/*
 * Loads a libconfig file over *out: settings at the top level that belong to a
 * domain are the defaults of each one in `domains`; without that list they
 * make one target. An unknown setting, a setting of the wrong type or out of
 * range, a secret written into the file, or an @include is an error:
 * "FILE:LINE: …" is printed, -1 returned and *out left alone.
 */
int conf_load(const char *path, struct settings *out);
/* The same for a file that holds nothing but `suppressions`, which take the place
 * of those in *out. */
int conf_load_suppressions(const char *path, struct suppressions *out);

#endif
