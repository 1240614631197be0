#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The snapshot of the sample company that comes along, without any controller:
# what the README lets people try first. GOLDEN: see ldif/README.
. "$(dirname "$0")/tap.inc"
file=$top/ldif/company.snapshot.ldif

run audit -c /dev/null --ldif "$file" --users "$work/users.csv" --findings "$work/findings.csv"
is_status 1 "there are failures, and all was read"
has_err "users: 257, " "the summary counts the users"
if command -v python3 >/dev/null; then
	python3 "$top/tests/live/company.py" "$top/tests/company.expected" "$work/users.csv" \
		"$work/findings.csv" >"$work/compared"
	check "company.py ran" test $? -eq 0
	while IFS= read -r line; do
		case $line in
		ok*) check "${line#ok }" true ;;
		*) check "${line#not ok }" false ;;
		esac
	done <"$work/compared"
fi
run explain -c /dev/null --ldif "$file" adrian.colt
is_status 0 "explain"
has_out "CN=Adrian Colt,OU=Sales,OU=Contoso,DC=contoso,DC=test" "from the file"
has_out "302" "with its rule"
finish
