#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manual page says what the program does: its rules are those of the table,
# its options those of --help. After a change to the table:
#   WBA=./writeback-audit tests/cli/man-rules.sh --refresh
. "$(dirname "$0")/tap.inc"

page=$top/src/writeback-audit.1
run codes --man
if test "${1:-}" = --refresh; then
	sed -e "/^\.\\\\\" rules begin/r $work/out" \
		-e '/^\.\\" rules begin/,/^\.\\" rules end/{/^\.\\" rules /!d;}' "$page" >"$work/page"
	cat "$work/page" >"$page"
	exit
fi
is_status 0 "codes --man"
sed -n '/^\.\\" rules begin/,/^\.\\" rules end/p' "$page" | sed '1d;$d' >"$work/page"
check "the page has a place for the rules" test -s "$work/page"
diff "$work/page" "$work/out" | sed 's/^/# /'
check "and the same rules there" cmp -s "$work/page" "$work/out"

bad=
for command in audit explain; do
	run $command --help
	grep -oE '^ +(-[A-Za-z]|-[a-z], --[a-z-]+|--[a-z-]+)( |$)' "$work/out" |
		grep -oE -e '--[a-z-]+|-[A-Za-z]' | sort -u >"$work/options"
	check "$command has options" test -s "$work/options"
	while read -r option; do
		case $option in
		--*) mark="Fl -${option#--}" ;;
		*) mark="Fl ${option#-}" ;;
		esac
		grep -qE -e "^\.It $mark( |\$)|^\.It .* $mark( |\$)" "$page" || bad="$bad $option"
	done <"$work/options"
done
check "every option is in the page:$bad" test -z "$bad"

for file in "$page" "$top/src/writeback-audit.conf.5"; do
	if command -v mandoc >/dev/null; then
		# Whether the pages referred to are installed is not ours to say.
		mandoc -Tlint -W style "$file" 2>&1 |
			grep -vE 'referenced manual not found|outdated mandoc.db' >"$work/out"
		check "mandoc has nothing to say about ${file##*/}" test ! -s "$work/out"
	else
		count=$((count + 1))
		echo "ok $count - # SKIP no mandoc for ${file##*/}"
	fi
done

finish
