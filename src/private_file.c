/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "private_file.h"

#include <sys/xattr.h>
#include <unistd.h>

#include "core/reader.h"

#define ACL_NAME "system.posix_acl_access"
#define MAX_ACL 4096	/* some 500 entries: more are not a private file's */

/* linux/posix_acl.h and linux/posix_acl_xattr.h: a version, then entries of a
 * tag, permissions and an id, little-endian. */
#define ACL_VERSION 2
#define ACL_ENTRY_SIZE 8
enum { TAG_OWNER = 0x01, TAG_USER = 0x02, TAG_GROUP_OF_FILE = 0x04, TAG_GROUP = 0x08,
	TAG_MASK = 0x10, TAG_OTHER = 0x20 };

bool
private_acl(const uint8_t *acl, size_t len, uint32_t me)
{
	struct reader r;

	reader_init(&r, acl, len);
	if (reader_le32(&r) != ACL_VERSION || reader_left(&r) % ACL_ENTRY_SIZE != 0)
		return false;
	while (reader_left(&r) > 0) {
		unsigned tag = reader_le16(&r), rights = reader_le16(&r);
		uint32_t id = reader_le32(&r);

		switch (tag) {
		case TAG_OWNER:
		case TAG_MASK:
			break;
		case TAG_USER:
			if (rights != 0 && id != me && id != 0)
				return false;
			break;
		case TAG_GROUP_OF_FILE:
		case TAG_GROUP:
		case TAG_OTHER:
			if (rights != 0)
				return false;
			break;
		default:
			return false;
		}
	}
	return true;
}

bool
private_file(const struct stat *st, int fd)
{
	uint8_t acl[MAX_ACL];
	ssize_t len;

	if ((st->st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return true;
	len = fgetxattr(fd, ACL_NAME, acl, sizeof acl);
	return len > 0 && private_acl(acl, (size_t)len, (uint32_t)geteuid());
}

bool
private_path(const struct stat *st, const char *path)
{
	uint8_t acl[MAX_ACL];
	ssize_t len;

	if ((st->st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return true;
	len = getxattr(path, ACL_NAME, acl, sizeof acl);
	return len > 0 && private_acl(acl, (size_t)len, (uint32_t)geteuid());
}
