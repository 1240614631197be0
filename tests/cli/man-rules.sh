#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manual page says what the program does: its rules are those of the table, its
# options those that the parser has. After a change to either table:
#   WBA=./writeback-audit tests/cli/man-rules.sh --refresh
. "$(dirname "$0")/tap.inc"

page=$top/src/writeback-audit.1
run help --man
cp "$work/out" "$work/options"
cp "$work/err" "$work/options.err"
run codes --man
if test "${1:-}" = --refresh; then
	# Each block of an option in its place, new ones behind the one before; what
	# stands between them is the page's own.
	awk '
		FILENAME == ARGV[1] && /^\.\\" option / { key = $0; order[++n] = key; number[key] = n }
		FILENAME == ARGV[1] { block[key] = block[key] $0 "\n"; next }
		/^\.\\" option / && ($0 in number) {
			while (done < number[$0])
				printf "%s", block[order[++done]]
			skip = 1
		}
		/^\.\\" option / && !($0 in number) {
			print "gone, with the words behind it: " $0 >"/dev/stderr"
			skip = 1
		}
		!skip
		/^\.\\" end$/ { skip = 0 }
		END {
			for (; done < n; done++)
				print "put it where it belongs: " order[done + 1] >"/dev/stderr"
		}' "$work/options" "$page" >"$work/page.options"
	sed -e "/^\.\\\\\" rules begin/r $work/out" \
		-e '/^\.\\" rules begin/,/^\.\\" rules end/{/^\.\\" rules /!d;}' \
		"$work/page.options" >"$work/page"
	cat "$work/page" >"$page"
	exit
fi
is_status 0 "codes --man"
sed -n '/^\.\\" rules begin/,/^\.\\" rules end/p' "$page" | sed '1d;$d' >"$work/page"
check "the page has a place for the rules" test -s "$work/page"
diff "$work/page" "$work/out" | sed 's/^/# /'
check "and the same rules there" cmp -s "$work/page" "$work/out"

# Options: every block of the table, in its order, and no item beside them.
check "help --man says nothing else" test ! -s "$work/options.err"
sed -n '/^\.Sh OPTIONS/,/^\.Sh OUTPUT/p' "$page" >"$work/section"
sed -n '/^\.\\" option /,/^\.\\" end$/p' "$work/section" >"$work/page"
diff "$work/page" "$work/options" | sed 's/^/# /'
check "the options of the page are those of the table, with their arguments and help" \
	cmp -s "$work/page" "$work/options"
sed '/^\.\\" option /,/^\.\\" end$/d' "$work/section" | grep '^\.It' >"$work/out"
no_out "and no others"
for command in audit explain snapshot history; do
	run $command --help
	grep -oE '^ +(-[A-Za-z]( [A-Z]|$| )|-[a-z], --[a-z-]+|--[a-z-]+)' "$work/out" |
		grep -oE -e '--[a-z-]+|-[A-Za-z]\b' | sort -u >"$work/want"
	check "$command has options" test -s "$work/want"
	bad=
	while read -r option; do
		grep -qE "^\.\\\\\" option (.*, )?$option([ ,]|\$)" "$work/options" || bad="$bad $option"
	done <"$work/want"
	check "which are in it:$bad" test -z "$bad"
done

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
