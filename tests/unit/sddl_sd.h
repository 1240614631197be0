/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_TESTS_SDDL_SD_H
#define WBA_TESTS_SDDL_SD_H

#include <string.h>

#include "core/buf.h"
#include "core/sd.h"
#include "core/sddl.h"

/*
 * Descriptors for tests, written in SDDL. Include after <cmocka.h>. Abbreviations
 * such as DA and DU mean the domain S-1-5-21-1-2-3.
 */

#define DOMAIN_SID	"S-1-5-21-1-2-3"

/* Rights, attributes, property sets and classes (MS-ADTS 5.1.3.2.1, 6.1.1.2.7). */
#define G_RESET		"00299570-246d-11d0-a768-00aa006e0529"
#define G_CHANGE	"ab721a53-1e2f-11d0-9819-00aa0040529b"
#define G_UNEXPIRE	"ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501"
#define G_LOCKOUT_TIME	"28630ebf-41d5-11d1-a9c1-0000f80367c1"
#define G_PWD_LAST_SET	"bf967a0a-0de6-11d0-a285-00aa003049e2"
#define G_RESTRICTIONS	"4c164200-20c0-11d0-a768-00aa006e0529"
#define G_USER		"bf967aba-0de6-11d0-a285-00aa003049e2"
#define G_INETORGPERSON	"4828cc14-1437-45bc-9b07-ad6f015e5f28"
#define G_ORGPERSON	"bf967aa4-0de6-11d0-a285-00aa003049e2"

#define FULL "RPWPCRCCDCLCLORCWOWDSDDTSW"

/* defaultSecurityDescriptor of class user, as the schema of 2016 has it. */
#define DEFAULT_USER_ACES \
	"(A;;" FULL ";;;DA)(A;;" FULL ";;;SY)(A;;" FULL ";;;AO)(A;;RPLCLORC;;;PS)" \
	"(OA;;CR;" G_CHANGE ";;PS)(OA;;CR;ab721a54-1e2f-11d0-9819-00aa0040529b;;PS)" \
	"(OA;;CR;ab721a56-1e2f-11d0-9819-00aa0040529b;;PS)" \
	"(OA;;RPWP;77b5b886-944a-11d1-aebd-0000f80367c1;;PS)" \
	"(OA;;RPWP;e45795b2-9455-11d1-aebd-0000f80367c1;;PS)" \
	"(OA;;RPWP;e45795b3-9455-11d1-aebd-0000f80367c1;;PS)" \
	"(OA;;RP;037088f8-0ae1-11d2-b422-00a0c968f939;;RS)(OA;;RP;" G_RESTRICTIONS ";;RS)" \
	"(OA;;RP;bc0ac240-79a9-11d0-9020-00c04fc2d4cf;;RS)(A;;RC;;;AU)" \
	"(OA;;RP;59ba2f42-79a2-11d0-9020-00c04fc2d3cf;;AU)" \
	"(OA;;RP;77b5b886-944a-11d1-aebd-0000f80367c1;;AU)" \
	"(OA;;RP;e45795b3-9455-11d1-aebd-0000f80367c1;;AU)" \
	"(OA;;RP;e48d0154-bcf8-11d1-8702-00c04fb96050;;AU)(OA;;CR;" G_CHANGE ";;WD)" \
	"(OA;;RP;5f202010-79a5-11d0-9020-00c04fc2d4cf;;RS)" \
	"(OA;;RPWP;bf967a7f-0de6-11d0-a285-00aa003049e2;;CA)" \
	"(OA;;RP;46a9b11d-60ae-405a-b7e8-ff8a58d456d2;;S-1-5-32-560)" \
	"(OA;;RPWP;6db69a1c-9422-11d1-aebd-0000f80367c1;;S-1-5-32-561)" \
	"(OA;;RPWP;5805bc62-bdc9-4428-a5e2-856a0f4c185e;;S-1-5-32-561)"

/* A descriptor and the bytes it is a view of. */
struct sddl_sd {
	struct buf bytes;
	struct sd sd;
};

static inline struct sid
sid_of(const char *text)
{
	struct sid s;

	if (sid_from_str(text, strlen(text), &s) != ERR_OK)
		fail_msg("not a SID: %s", text);
	return s;
}

static inline struct guid
guid_of(const char *text)
{
	struct guid g;

	if (guid_from_str(text, strlen(text), &g) != ERR_OK)
		fail_msg("not a GUID: %s", text);
	return g;
}

/* Appends the bytes of a descriptor. */
static inline void
sddl_bytes(const char *text, struct buf *out)
{
	const struct sid domain = sid_of(DOMAIN_SID);
	const struct sddl_ctx ctx = { &domain, &domain };
	struct fault fault = { 0 };
	struct fault_buf words;

	if (sddl_parse(text, strlen(text), &ctx, out, &fault) != ERR_OK)
		fail_msg("%s: %s", text, fault_str(&fault, &words));
}

static inline void
sddl_sd_init(struct sddl_sd *s, const char *text)
{
	buf_init(&s->bytes);
	sddl_bytes(text, &s->bytes);
	if (sd_parse(s->bytes.data, s->bytes.len, &s->sd, NULL) != ERR_OK)
		fail_msg("not a descriptor: %s", text);
}

static inline void
sddl_sd_fini(struct sddl_sd *s)
{
	buf_fini(&s->bytes);
}

#endif
