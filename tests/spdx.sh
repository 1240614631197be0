#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every file of ours says its licence, and every test is one that can be run.
set -u
cd "$WBA_SRC" || exit 1
missing=$(find src tests contrib .ci configure.ac Makefile.am -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o -name '*.ac' -o -name '*.am' \
	-o -name '*.1' -o -name '*.5' -o -path 'contrib/*' -o -path '.ci/*' \) \
	! -name '*.md' ! -path 'contrib/debian/changelog' ! -path 'contrib/debian/copyright' \
	! -path 'contrib/debian/source/format' -exec grep -L SPDX-License-Identifier {} +)
echo 1..2
if [ -z "$missing" ]; then
	echo 'ok 1 - SPDX in every file'
else
	echo 'not ok 1 - SPDX in every file'
	printf '%s\n' "$missing" | sed 's/^/# /'
fi
# lib.sh is sourced.
dull=$(find tests/*.sh tests/cli/*.sh tests/live/*.sh ! -name lib.sh ! -perm -u+x)
if [ -z "$dull" ]; then
	echo 'ok 2 - every test is executable'
else
	echo 'not ok 2 - every test is executable'
	printf '%s\n' "$dull" | sed 's/^/# /'
fi
