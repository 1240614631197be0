/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_PRIVATE_FILE_H
#define WBA_PRIVATE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * Whether only its owner, root and this process's user may read or write an
 * open file of this status. Where a file has an ACL, the group bits of its mode
 * are the ACL's mask (acl(5)) and say nothing of the group: systemd hands out
 * LoadCredential= as root's file of mode 0440 whose ACL names the service's
 * user alone.
 */
bool private_file(const struct stat *, int fd);
/* The same for a file by its name. */
bool private_path(const struct stat *, const char *path);

/* Whether an ACL as the kernel stores it (system.posix_acl_access) gives rights
 * to no group, to nobody else and to no user but root and `me`. One that cannot
 * be read does not. */
bool private_acl(const uint8_t *acl, size_t len, uint32_t me);

#endif
