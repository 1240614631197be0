/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SD_WORDS_H
#define WBA_CORE_SD_WORDS_H

#include "core/buf.h"
#include "core/sd.h"
#include "core/sddl.h"

/* Descriptors in English words, for people. Each appends one line's worth of
 * printable text without a newline; ctx may be NULL. */

/* "allow, inherited: Reset Password (00299570-…) to SELF (S-1-5-10)" */
void sd_words_ace(const struct ace *, const struct sddl_ctx *, struct buf *out);
/* What the mask grants, with the ACE's object type: "read, write lockoutTime
 * (28630ebf-…), delete"; "nothing" for an empty mask. */
void sd_words_rights(const struct ace *, struct buf *out);
/* "container inherit, inherited", "" for none. */
void sd_words_ace_flags(uint8_t flags, struct buf *out);
/* "Domain Admins (S-1-5-21-…-512)", "SELF (S-1-5-10)", or the SID alone. */
void sd_words_sid(const struct sid *, struct buf *out);
/* One of the ACLs: "protected, auto-inherited, 12 ACEs", "absent: …" */
void sd_words_acl(const struct sd *, bool sacl, struct buf *out);
/* The bits of Control that sd_words_acl() does not tell, "" for none. */
void sd_words_control(const struct sd *, struct buf *out);

/* The name of a well-known SID, of this machine's kind or of any domain
 * ("Domain Admins"); NULL when it has none. */
const char *sd_sid_name(const struct sid *);

#endif
