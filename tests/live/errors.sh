#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What goes wrong at 2 a.m.: each time a clear message and the right exit status,
# never a crash and never a report that looks whole.
. "$WBA_SRC/tests/live/lib.sh"
live_dc errors "$WBA_SRC/ldif/company.ldif"
live_passwords
out=$live_tmp/out

expect() { # description, status, regular expression of the message, COMMAND...
  local what=$1 status=$2 message=$3 got
  shift 3
  "$@" >"$out" 2>"$live_tmp/err"
  got=$?
  is "$what: exit status" "$got" "$status"
  like "$what: message" "$(cat "$live_tmp/err")" "$message"
}
audit=(audit -c /dev/null -H "$DC_URI")
tls=(-o "tls_cacert=$DC_CA")
admin=(-D "$DC_ADMIN" -y "$live_tmp/admin")

expect 'wrong password' 2 'password is wrong.*52e' \
  with_dc "$WBA" "${audit[@]}" "${tls[@]}" -D "$DC_ADMIN" -w wrong
is 'and no report on stdout' "$(wc -c <"$out")" 0
expect 'unknown account' 2 '52e' with_dc "$WBA" "${audit[@]}" "${tls[@]}" -D nobody@contoso.test -w wrong
expect 'disabled account' 2 'disabled' \
  with_dc "$WBA" "${audit[@]}" "${tls[@]}" -D albert.frost@contoso.test -y "$live_tmp/lab"
expect 'account that must change its password' 2 'must (be )?change' \
  with_dc "$WBA" "${audit[@]}" "${tls[@]}" -D dana.fisher@contoso.test -y "$live_tmp/lab"
expect 'expired account' 2 'expired' \
  with_dc "$WBA" "${audit[@]}" "${tls[@]}" -D malik.diallo@contoso.test -y "$live_tmp/lab"
expect 'locked account' 2 'locked' \
  with_dc "$WBA" "${audit[@]}" "${tls[@]}" -D hans.kiosk@contoso.test -y "$live_tmp/lab"
expect 'unknown host' 2 'no-such-host.contoso.test' \
  "$WBA" audit -c /dev/null -H ldaps://no-such-host.contoso.test "${admin[@]}"
expect 'nothing listens' 2 'refused' \
  "$WBA" audit -c /dev/null -H ldaps://127.0.0.1:1 "${admin[@]}"
expect 'untrusted certificate' 2 'certificate.*tls_cacert' with_dc "$WBA" "${audit[@]}" "${admin[@]}"
expect 'certificate of another name' 2 'certificate.*name|name.*certificate' \
  with_dc "$WBA" audit -c /dev/null -H "ldaps://$DC_IP" "${tls[@]}" "${admin[@]}"
expect 'CA file that is not there' 2 'nowhere.pem' \
  with_dc "$WBA" "${audit[@]}" -o tls_cacert=/nowhere.pem "${admin[@]}"
expect 'password over clear text' 2 'clear' \
  with_dc "$WBA" audit -c /dev/null -H "ldap://$DC_HOST" "${admin[@]}"
expect 'password over clear text, allowed here but not by the server' 2 'Transport encryption required' \
  with_dc "$WBA" audit -c /dev/null -H "ldap://$DC_HOST" --allow-cleartext "${admin[@]}"
expect 'no Kerberos ticket' 2 'kinit' \
  with_dc env KRB5CCNAME="FILE:$live_tmp/none" "$WBA" audit -c /dev/null -H "ldap://$DC_HOST" -Y GSSAPI -N
expect 'connector that is not there' 2 "'CONTOSO.nobody'.*no such account" \
  wba_admin audit --connector 'CONTOSO\nobody'
expect 'base that is not there' 3 'OU=Nowhere' wba_admin audit -b "OU=Nowhere,$DC_BASE"
expect 'malformed filter' 2 'filter' wba_admin audit --filter '(broken'
expect 'folder that is not there' 2 '/nowhere/f.csv.*No such file' wba_admin audit --findings /nowhere/f.csv
expect 'full disk' 3 'No space left' wba_admin audit --findings /dev/full
chmod 644 "$live_tmp/lab"
expect 'password file that others can read' 2 'lab.*(other|readable|group)' \
  with_dc "$WBA" "${audit[@]}" "${tls[@]}" -D audit@contoso.test -y "$live_tmp/lab"
chmod 600 "$live_tmp/lab"

# A connection that breaks while users are being read.
python3 "$WBA_SRC/tests/live/cut.py" "$DC_IP" 1636 636 700000 >"$live_tmp/cut" &
for _ in $(seq 50); do grep -q ready "$live_tmp/cut" && break; sleep 0.1; done
expect 'controller lost midway' 3 "$DC_HOST" \
  with_dc "$WBA" audit -c /dev/null -H "ldaps://$DC_HOST:1636" "${tls[@]}" "${admin[@]}" --page-size 20 \
  --findings "$live_tmp/f.csv" --users "$live_tmp/u.csv" -o retries=1 -o retrydelay=100
like 'and the findings say after how many users, and after whom' "$(cat "$live_tmp/f.csv")" \
  '^103,unknown,dc,.*after [0-9]+ users.*Read by then: [0-9]+ of the users, the last one CN='
rows=$(grep -c '^contoso.test,' "$live_tmp/u.csv")
if [ "$rows" -gt 0 ] && [ "$rows" -lt 257 ]; then ok "some users were read ($rows)"
else not_ok 'some users were read' <<<"$rows rows"; fi
wait
plan
