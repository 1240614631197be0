#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Root causes on the sample company: what --causes says against the table that was
# worked out by hand from the LDIF (tests/causes.expected), and that it is exact.
. "$WBA_SRC/tests/live/lib.sh"
live_dc causes "$WBA_SRC/ldif/company.ldif"
live_passwords

audit() { # NAME [OPTIONS]: as Administrator
  local name=$1
  shift
  wba_admin audit --findings "$live_tmp/$name.f" --users "$live_tmp/$name.u" \
    --causes "$live_tmp/$name.c" "$@" 2>"$live_tmp/$name.err"
}

compare() { # NAME [EXPECTED]
  local name=$1
  shift
  python3 "$WBA_SRC/tests/live/causes.py" "$live_tmp/$name.c" "$live_tmp/$name.u" \
    "$live_tmp/$name.f" "$@" >"$live_tmp/compared"
  while IFS= read -r line; do
    case $line in
    ok*) ok "$name: ${line#ok }" ;;
    not*) not_ok "$name: ${line#not ok }" </dev/null ;;
    esac
  done <"$live_tmp/compared"
  [ -s "$live_tmp/compared" ] || not_ok "$name: compared" </dev/null
}

audit company
is 'exit status 1: all was read' $? 1
compare company "$WBA_SRC/tests/causes.expected"
like 'the header is that of the contract' "$(head -1 "$live_tmp/company.c" | tr -d '\r')" \
  '^rule,severity,cause,object,users,example,remedy,assumed,domain$'
table=$(sed -n '/cause, and where to mend it/,/^$/p' "$live_tmp/company.err")
is 'the summary has them in ten lines' "$(wc -l <<<"$table")" 10
like 'the failures of most users first' "$(sed -n 2p <<<"$table")" '^  fail +14  the account is disabled'
like 'one line an object, whatever it breaks' "$table" \
  '^  fail +5  its members .* \(301 307 309 311\): CN=Domain Admins,CN=Users,DC=contoso,DC=test$'
like 'and how many more there are' "$(tail -1 <<<"$table")" '^  and [0-9]+ more: --causes FILE'

audit again --page-size 7
is 'in pages of 7 the same, byte for byte' "$(cmp "$live_tmp/company.c" "$live_tmp/again.c" 2>&1)" ''
is 'alone on stdout, it is all there is' "$(wba_admin audit -q --causes - | cmp - "$live_tmp/company.c" 2>&1)" ''
wba_admin audit -q --json - --causes /dev/null >"$live_tmp/json"
is 'JSON has them, too' "$(grep -c '^{"type":"cause"' "$live_tmp/json")" \
  "$(($(wc -l <"$live_tmp/company.c") - 1))"

# Below one OU: what stands above it is read all the same.
audit board -b "OU=Board,OU=Contoso,$DC_BASE"
compare board
like 'the OU is found' "$(cat "$live_tmp/board.c")" \
  '^301,fail,inheritance is blocked here,"OU=Board,OU=Contoso,DC=contoso,DC=test",3,'
audit partners -b "OU=Partners,OU=Contoso,$DC_BASE"
compare partners
like 'the domain above it is found' "$(cat "$live_tmp/partners.c")" \
  '^303,fail,"granted here for class user, not for inetOrgPerson","DC=contoso,DC=test",4,'

# A connector that nobody has granted anything, where a former one had all.
audit other --connector audit
compare other
like 'the grants of the former connector are what is left' "$(sed -n '2,4p' "$live_tmp/other.c")" \
  '^301,fail,"granted here to MSOL_0123456789ab \(S-1-5-21-[0-9-]*-5001\), not to the connector","DC=contoso,DC=test",'

# A domain controller that fails everybody.
"$WBA_SRC/contrib/dc" policy-hints "$live_dir" off >/dev/null
audit hints
compare hints
like 'is the first cause of all' "$(sed -n 2p "$live_tmp/hints.c")" '^101,fail,.*,257,,'
"$WBA_SRC/contrib/dc" policy-hints "$live_dir" on >/dev/null

# An ordinary account: what it cannot read is a cause as well.
wba_as audit@contoso.test audit --findings "$live_tmp/plain.f" --users "$live_tmp/plain.u" \
  --causes "$live_tmp/plain.c" 2>/dev/null
compare plain
plan
