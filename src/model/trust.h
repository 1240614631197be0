/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_MODEL_TRUST_H
#define WBA_MODEL_TRUST_H

#include "model/domain.h"
#include "model/forest.h"

/*
 * Whether accounts of the domain `home`, of another forest, can log on in the
 * domain that `here` was read from (here->home): by a trust with that very domain,
 * or of the roots of both forests (MS-ADTS 6.1.6.7.9, 6.1.6.7.12).
 */
enum trust trust_of(const struct forest *here, const struct domain *home);

#endif
