#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What stands above the users, read by an ordinary account that may not see all of it:
# each piece is a finding that names it, and the exit status says so.
. "$WBA_SRC/tests/live/lib.sh"

a=DC=contoso,DC=test sid=S-1-5-21-1004336348-1177238915-682003330
password="unicodePwd:: $(printf '"%s"' 'Winter.Sun-4711' | iconv -t UTF-16LE | base64 -w0)"
user() { # DN NAME [LINE...]
  printf 'dn: %s\nobjectClass: user\nsAMAccountName: %s\nuserAccountControl: 66048\n%s\n' \
    "$1" "$2" "$password"
  printf '%s\n' "${@:3}" ''
}
ou() { # NAME ACES: for Authenticated Users, beside an administrator's
  printf 'dn: OU=%s,%s\nobjectClass: organizationalUnit\n' "$1" "$a"
  printf 'nTSecurityDescriptor: O:DAG:DAD:PAI(A;CI;GA;;;DA)(A;CI;GA;;;SY)%s\n\n' "$2"
}
{
  user "CN=audit,CN=Users,$a" audit
  user "CN=MSOL_0123456789ab,CN=Users,$a" MSOL_0123456789ab "objectSid: $sid-5001"
  ou Open '(A;CI;GR;;;AU)'
  user "CN=ada,OU=Open,$a" ada
  ou Hidden '(A;;RPLORC;;;AU)(A;CIIO;GR;;;AU)'
  user "CN=bert,OU=Hidden,$a" bert
  ou Sealed '(A;;RPLCLO;;;AU)(A;CIIO;GR;;;AU)'
  user "CN=carl,OU=Sealed,$a" carl
  user "CN=other.sync,CN=Users,$a" other.sync \
    'nTSecurityDescriptor: O:DAG:DAD:PAI(A;;GA;;;DA)(A;;GA;;;SY)'
} >"$live_tmp/unread.ldif"
live_dc unread "$live_tmp/unread.ldif"
live_passwords

finding() { grep "^$1,.*$2" "$live_tmp/f.csv"; } # RULE TEXT

wba_admin audit --users "$live_tmp/u.csv" --findings "$live_tmp/f.csv" 2>"$live_tmp/err"
is 'an administrator sees all of them' "$(grep -oE '^contoso.test,"CN=(ada|bert|carl)' "$live_tmp/u.csv" |
  cut -d= -f2 | sort | tr '\n' ' ')" 'ada bert carl '
is 'and nothing is unread' "$(grep -cE '^(121|211)' "$live_tmp/f.csv")" 0

wba_as audit@contoso.test audit --fail-on never --users "$live_tmp/u.csv" --findings "$live_tmp/f.csv" \
  --html "$live_tmp/page.html" 2>"$live_tmp/err"
is 'an ordinary account: exit status 3' $? 3
is 'does not see who is in a container that it may not list' \
  "$(grep -oE '^contoso.test,"CN=(ada|bert|carl)' "$live_tmp/u.csv" | cut -d= -f2 | sort | tr '\n' ' ')" \
  'ada carl '
like 'which is a finding' "$(finding 121 OU=Hidden)" \
  '^121,unknown,domain,contoso.test,"OU=Hidden,DC=contoso,DC=test"'
like 'and so is one whose permissions it may not read' "$(finding 121 OU=Sealed)" \
  'nTSecurityDescriptor could not be read'
is 'no other container is' "$(grep -c '^121,' "$live_tmp/f.csv")" 2
like 'the summary names it' "$(cat "$live_tmp/err")" 'unknown +121 +2 +container-not-listed'

# What is assumed shows nobody who is hidden now.
wba_as audit@contoso.test audit --fail-on never --users "$live_tmp/u.csv" --findings "$live_tmp/f.csv" \
  --assume-grant "OU=Open,$a=(A;CIIO;LC;;;AU)" 2>"$live_tmp/err"
is 'under assumptions, too: exit status 3' $? 3
is 'and both are findings' "$(grep -c '^121,' "$live_tmp/f.csv")" 2

# A connector that this reader may not see, though it knows its name.
wba_as audit@contoso.test audit --fail-on never --connector "CN=other.sync,CN=Users,$a" \
  --users "$live_tmp/u.csv" --findings "$live_tmp/f.csv" 2>"$live_tmp/err"
is 'a connector that may not be read: exit status 3' $? 3
like 'is a finding' "$(grep -E '^(201|211),' "$live_tmp/f.csv")" '^(201|211),unknown,connector,'
is 'and no verdict is known' "$(cut -d, -f6- "$live_tmp/u.csv" | grep -c ',ok,\|,yes,.*,ok')" 0

# --self-check asks the server, as the connector alone.
wba_admin audit --self-check --fail-on never --users "$live_tmp/u.csv" --findings "$live_tmp/f.csv" \
  2>"$live_tmp/err"
is 'a self-check that cannot be: exit status 3' $? 3
like 'is a finding about the connector' "$(grep '^211,' "$live_tmp/f.csv")" \
  'CN=MSOL_0123456789ab,.*--self-check needs a bind as the connector'
plan
