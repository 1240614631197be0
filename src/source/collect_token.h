/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_SOURCE_COLLECT_TOKEN_H
#define WBA_SOURCE_COLLECT_TOKEN_H

#include "source/collect.h"

/* What reading a connector of the domain and one of another have in common. */

/* We are the connector: the server's own word on the token is exact. True when
 * that is so, and then the token is filled. */
bool collect_own_token(struct domain *);
enum source_status collect_token_seal(struct source *, struct domain *, struct source_error *err);
/* Adds what every logon has and what it may have, and seals the token. */
enum source_status collect_token_end(struct source *, struct domain *, struct source_error *err);

#endif
