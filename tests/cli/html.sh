#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The page of --html: its parts, its policy, and names that would be more than
# names. html_page.py reads it as a browser does and speaks TAP.
. "$(dirname "$0")/tap.inc"
if ! command -v python3 >/dev/null; then
	echo "1..0 # SKIP python3 is not there"
	exit 0
fi
file=$top/ldif/company.snapshot.ldif

page()	# NOW LDIF [OPTION...]
{
	now=$1
	ldif=$2
	shift 2
	run audit -c /dev/null --ldif "$ldif" --now "2026-01-$now" --html "$work/page.html" \
		--fail-on never "$@"
}

# What html_page.py says of the page.
read_page()	# WHAT [ARG...]
{
	python3 "$top/tests/cli/html_page.py" "$@" <"$work/page.html" >"$work/said" 2>&1
	check "html_page.py $1 ran" test $? -eq 0
	while IFS= read -r line; do
		case $line in
		ok*) check "${line#ok }" true ;;
		*) check "${line#not ok }" false ;;
		esac
	done <"$work/said"
}

page 10 "$file" --users "$work/users.csv" --summary "$work/summary.txt"
is_status 0 'a page of the sample company'
check 'the summary is what stderr has' cmp -s "$work/summary.txt" "$work/err"
check 'the page is for its owner alone' test "$(stat -c %a "$work/page.html")" = 600
no_out 'nothing else is printed'
cp "$work/page.html" "$work/first.html"
read_page structure
read_page users "$work/users.csv" 500
page 10 "$file" --users "$work/users.csv"
check 'the same again, byte for byte' cmp -s "$work/page.html" "$work/first.html"
page 10 "$file" --users "$work/users.csv" --html-users 7
read_page users "$work/users.csv" 7
check 'and names the CSV for the rest' grep -qF "the worst 7 of them are below" "$work/page.html"

page 11 "$file" -q --summary "$work/summary.txt" --history "$work/history"
no_err 'quiet: nothing on stderr'
check 'the summary is written all the same' grep -q '^users: 257, ' "$work/summary.txt"
check 'one run is no trend' grep -qF 'fewer than two runs' "$work/page.html"
page 12 "$file" -q --history "$work/history"
page 13 "$file" -q --history "$work/history" --filter '(sAMAccountName=a*)'
page 14 "$file" -q --history "$work/history"
read_page trend 3

# What has changed, and what does not count.
check 'all was new once' grep -qF 'Of findings, 0 new, 0 resolved,' "$work/page.html"
read_page lists 0 0 0
printf 'suppressions = ( { rule = 403; object = "DC=contoso,DC=test"; %s } );\n' \
	'reason = "the <vault>"; owner = "jane";' >"$work/list"
page 15 "$file" -q --history "$work/fresh" --suppressions "$work/list"
read_page structure
read_page lists 0 0 0
check 'the first run has nothing to compare with' grep -qF 'all findings are new' "$work/page.html"
check 'nine do not count' grep -qF 'Somebody has answered for 9 findings' "$work/page.html"
python3 - "$file" "$work/changed.ldif" <<-'END'
	import re, sys
	records = open(sys.argv[1], encoding="utf-8").read().split("\n\n")
	for i, r in enumerate(records):
	    for sam, uac in (("oliver.nagy", 514), ("aoi.nakamura", 514), ("edgar.nunez", 512)):
	        if f"\nsAMAccountName: {sam}\n" in r + "\n":
	            records[i] = re.sub("(?m)^userAccountControl: .*", f"userAccountControl: {uac}", r)
	open(sys.argv[2], "w", encoding="utf-8").write("\n\n".join(records))
	END
page 16 "$work/changed.ldif" -q --history "$work/fresh" --suppressions "$work/list" --show-suppressed
read_page structure
read_page lists 2 1 9
check 'with the reason, as text' grep -qF '<bdi>the &lt;vault&gt; (jane)</bdi>' "$work/page.html"

python3 "$top/tests/cli/html_page.py" hostile <"$file" >"$work/hostile.ldif"
page 10 "$work/hostile.ldif" --users "$work/users.csv" --html-users 100000
read_page structure
read_page users "$work/users.csv" 100000
read_page names "$work/hostile.ldif"
page 17 "$file" -q --history "$work/hostile.db" --filter '(sAMAccountName=a*)'
page 18 "$work/hostile.ldif" -q --history "$work/hostile.db" --suppressions "$work/list" --show-suppressed
read_page structure
check 'those are in the lists too' sh -c "sed -n '/id=\"new\"/,/<.table>/p' '$work/page.html' |
	grep -qF '&lt;script&gt;'"

page 10 "$file" --assume-unblock 'OU=Board,OU=Contoso,DC=contoso,DC=test'
check 'what is assumed is said' grep -qF 'ASSUMED' "$work/page.html"

run audit -c /dev/null --ldif "$file" --html "$work/a" --summary "$work/a"
is_status 2 'two reports in one file'
run audit -c /dev/null --ldif "$file" --html /dev/full
is_status 3 'a page that has no room'
run audit -c /dev/null -q --ldif "$file" --summary /dev/full
is_status 3 'a summary that has no room'
finish
