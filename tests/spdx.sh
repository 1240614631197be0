#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every file of ours says its licence.
set -u
cd "$WBA_SRC" || exit 1
missing=$(find src tests contrib .ci configure.ac Makefile.am -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o -name '*.ac' -o -name '*.am' \
	-o -name '*.1' -o -name '*.5' -o -path 'contrib/*' -o -path '.ci/*' \) \
	! -name '*.md' -exec grep -L SPDX-License-Identifier {} +)
echo 1..1
if [ -z "$missing" ]; then
	echo 'ok 1 - SPDX in every file'
else
	echo 'not ok 1 - SPDX in every file'
	printf '%s\n' "$missing" | sed 's/^/# /'
fi
