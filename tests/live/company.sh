#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The sample company on a real domain controller: every user's row against the
# table that was worked out by hand from the LDIF (tests/company.expected).
. "$WBA_SRC/tests/live/lib.sh"
live_dc company "$WBA_SRC/ldif/company.ldif"
live_passwords

wba_admin audit --findings "$live_tmp/findings.csv" --users "$live_tmp/users.csv" \
  2>"$live_tmp/summary"
is 'exit status 1: there are failures, and all was read' $? 1
like 'the summary counts the users' "$(cat "$live_tmp/summary")" '^users: 257, '
is 'files are for their owner only' "$(stat -c %a "$live_tmp/findings.csv" "$live_tmp/users.csv" | sort -u)" 600
python3 "$WBA_SRC/tests/live/company.py" "$WBA_SRC/tests/company.expected" \
  "$live_tmp/users.csv" "$live_tmp/findings.csv" >"$live_tmp/compared"
while IFS= read -r line; do
  case $line in
  ok*) ok "${line#ok }" ;;
  not*) not_ok "${line%%|*}" <<<"${line#*|}" ;;
  esac
done <"$live_tmp/compared"

cp "$live_tmp/users.csv" "$live_tmp/first.csv"
wba_admin audit --users "$live_tmp/users.csv" 2>/dev/null
is 'a second run says the same, byte for byte' "$(cmp "$live_tmp/first.csv" "$live_tmp/users.csv" 2>&1)" ''
wba_admin audit --page-size 7 --users "$live_tmp/users.csv" 2>/dev/null
is 'and so does one with pages of 7' "$(cmp "$live_tmp/first.csv" "$live_tmp/users.csv" 2>&1)" ''

"$WBA_SRC/contrib/dc" policy-hints "$live_dir" off >/dev/null
wba_admin audit --findings "$live_tmp/f.csv" --users "$live_tmp/u.csv" 2>/dev/null
like 'without the policy hints control: rule 101' "$(cat "$live_tmp/f.csv")" '^101,fail,dc,.*,6329,'
is 'and no user can reset' "$(grep -c ',ok,ok,ok,yes' "$live_tmp/u.csv")" 0
"$WBA_SRC/contrib/dc" policy-hints "$live_dir" on >/dev/null
plan
