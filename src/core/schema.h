/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CORE_SCHEMA_H
#define WBA_CORE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "core/access.h"
#include "core/err.h"
#include "core/guid.h"

/*
 * The GUIDs that permissions are written with. Attributes can be moved
 * between property sets, so the directory's own schema is read where it can
 * be; the built-in table (MS-ADTS 5.1.3.2.1, 6.1.1.2.7 and the schema files
 * of Windows Server 2016) is what it starts from.
 */
enum schema_attribute_id {
	SCHEMA_LOCKOUT_TIME,
	SCHEMA_PWD_LAST_SET,
	SCHEMA_USER_ACCOUNT_CONTROL,
	SCHEMA_ACCOUNT_EXPIRES,
	SCHEMA_ADMIN_COUNT,
	SCHEMA_OBJECT_CLASS,
	SCHEMA_OBJECT_SID,
	SCHEMA_OBJECT_GUID,
	SCHEMA_SAM_ACCOUNT_NAME,
	SCHEMA_USER_PRINCIPAL_NAME,
	SCHEMA_PRIMARY_GROUP_ID,
	SCHEMA_RESULTANT_PSO,
	SCHEMA_MEMBER,
	SCHEMA_MEMBER_OF,
	/* by another name where the run says so (schema_name_attribute) */
	SCHEMA_SOURCE_ANCHOR,
	SCHEMA_JOIN,		/* these two have no name until then */
	SCHEMA_JOIN_OTHER,
	SCHEMA_ATTRIBUTE_COUNT
};

struct schema_attribute {
	const char *name;		/* lDAPDisplayName, borrowed; NULL: not asked for */
	bool found;			/* the directory's schema has it */
	struct guid id;			/* schemaIDGUID */
	bool in_set;
	struct guid set;		/* attributeSecurityGUID, when in_set */
	bool confidential;		/* fCONFIDENTIAL of searchFlags (MS-ADTS 2.2.10) */
};

struct schema_class {
	char name[64];			/* lDAPDisplayName */
	struct guid id;
	char parent[64];		/* subClassOf */
	bool structural;		/* objectClassCategory 1, or 88 (0) */
};

struct schema {
	struct schema_attribute attr[SCHEMA_ATTRIBUTE_COUNT];
	struct schema_class *classes;	/* owned */
	size_t class_count, class_cap;
	uint32_t *slots;		/* owned: where a name leads, plus one; 0: free */
	size_t slot_count;		/* twice class_cap: a power of two */
	bool from_directory;
};

/* Control access rights (MS-ADTS 5.1.3.2.1) */
extern const struct guid right_reset_password;
extern const struct guid right_change_password;
extern const struct guid right_unexpire_password;

/* The built-in table. Never fails: without memory it has no classes. */
void schema_init(struct schema *);
void schema_fini(struct schema *);
/* Which attribute that one is, before the directory's schema is read. The name is
 * borrowed for as long as the schema lives; NULL: none. */
void schema_name_attribute(struct schema *, enum schema_attribute_id, const char *name);
/* An attribute as the directory has it; names that are not ours are ignored. */
void schema_set_attribute(struct schema *, const char *name, size_t len,
    const struct guid *id, const struct guid *set /* NULL: none */);
/* One that only those may read who hold Control Access on it as well. */
void schema_set_confidential(struct schema *, const char *name, size_t len);
enum err schema_set_class(struct schema *, const struct schema_class *);
const struct schema_class *schema_class_find(const struct schema *, const char *name, size_t len);
/* `descendant` is `ancestor` or derives from it. */
bool schema_class_derives(const struct schema *, const struct schema_class *descendant,
    const struct schema_class *ancestor);

/* A request for reading or writing one attribute of an object of a class; for reading
 * one that is confidential, with Control Access (MS-ADTS 3.1.1.4.4). */
struct access_request schema_request_property(const struct schema *,
    enum schema_attribute_id, uint32_t mask, const struct guid *object_class);
struct access_request schema_request_right(const struct guid *right);

/* A name for a GUID in an ACE ("Reset Password", "lockoutTime", "User Account
 * Restrictions", "user"), from the built-in table; NULL when not known. */
const char *schema_guid_name(const struct guid *);

#endif
