#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a reader of the sources may count on: a function's name begins its line
# where it is defined (grep '^name('), and no line ends with blanks.
set -u
cd "$WBA_SRC" || exit 1

case_of() { # NUMBER NAME WRONG
	if [ -z "$3" ]; then
		echo "ok $1 - $2"
	else
		echo "not ok $1 - $2"
		printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

echo 1..2
# A head stands at the margin and ends without a semicolon; its brace follows.
heads=$(find src tests -name '*.c' -exec awk 'FNR == 1 { head = "" }
	/^\{$/ && head != "" { print head }
	/^[a-z].*[ *][a-z_0-9]+\(/ && !/;/ { head = FILENAME ":" FNR ": " $0; next }
	!/^[ \t]/ { head = "" }' {} +)
case_of 1 'a function begins its line' "$heads"
case_of 2 'no line ends with blanks' \
	"$(find src tests -name '*.[ch]' -exec grep -nE '[[:blank:]]+$' {} +)"
