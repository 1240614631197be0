#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The LDAP source against a server that misbehaves on demand (source-fake.py):
# limits, slices, lost connections, nonsense. Needs no domain controller.
. "$WBA_SRC/tests/live/lib.sh"

probe=${WBA_PROBE:-$WBA_BUILD/tests/live/source_probe}
command -v python3 >/dev/null || skip_all "python3 is not installed"
[ -x "$probe" ] || skip_all "$probe has not been built"

# It ends with us: it serves until its standard input does.
exec 9> >(exec python3 "$WBA_SRC/tests/live/source-fake.py" "$live_tmp/port" 2>"$live_tmp/fake.log")
for _ in $(seq 100); do
  [ -s "$live_tmp/port" ] && break
  sleep 0.1
done
[ -s "$live_tmp/port" ] || {
  echo "Bail out! source-fake.py did not start"
  exit 1
}
uri=ldap://127.0.0.1:$(cat "$live_tmp/port")

fake() { # BEHAVIOUR [OPTIONS]
  local name=$1
  shift
  timeout 60 "$probe" -H "$uri" -D "cn=$name" -w x -c -b DC=fake,DC=test -t 5 "$@" 2>&1
}

check() { # description, behaviour, extended regular expression [options]
  local what=$1 name=$2 pattern=$3
  shift 3
  like "$what" "$(fake "$name" "$@")" "$pattern"
}

check 'a server that lists no controls, and does not page' plain '^entries 2500 ' -s 7
check 'controls are critical when listed, the page size is the policy, not ours' policy '^entries 250 ' -s 7
check 'the second page is asked for before the first is judged' pipeline '^entries 300 ' -P 20000
check 'pages without entries' emptypages '^entries 7 '
check 'but not for ever' forever '^status 8 .*page after page without an entry'
check 'a full page that does not say whether it is the last' lastword \
  '^status 8 code -[0-9]+ seen 10: .*did not say whether this page was the last' -p 10
check 'nor does the second' lastword2 \
  '^status 8 code -[0-9]+ seen 13: .*did not say whether this page was the last' -p 10
check 'references are skipped' references '^entries 5 '
check 'entries without attributes, attributes without values' hollow '^entries 2 values 2 '
check 'the callback stops it' policy '^entries 120 .* stopped$' -s 7 -S 120

check 'size limit' sizelimit '^status 4 code 4 seen 1000: .*size limit'
check 'time limit on the second page' timelimit '^status 4 code 3 seen 13: .*time limit.*DSID-0C060000$'
check 'an evicted cookie' evicted '^status 4 code 12 seen 10: .*dropped the state'
check 'busy' busy '^status 7 code 51 seen 0: '
check 'referral' referral '^status 1 code 10 .*refers to another'
check 'anonymous' anonymous '^status 5 code 1 .*takes this connection for anonymous'

check 'a ranged attribute is completed, and its empty twin dropped' range \
  '^entries 1 values 5001 bytes 50001 partial 0 .* attrs 2$'
check 'a slice that is denied makes it partial' range-denied '^entries 1 values 1501 .* partial 1 '
check 'a slice that repeats itself' range-stuck '^entries 1 values 1501 .* partial 1 '
check 'a connection lost between slices' range-lost '^status 7 code -1 seen 0: .*closed the connection'
check 'a range that is none' range-nonsense '^status 8 code -4 seen 0: .*malformed'

check 'connection dropped midway' drop '^status 7 code -1 seen 13: .*closed the connection'
ASAN_OPTIONS=detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS} # libldap 2.5 leaks the notice
export ASAN_OPTIONS
check 'notice of disconnection' notice '^status 7 code 52 seen 3: .*shutting down'
unset ASAN_OPTIONS
start=$SECONDS
check 'silence' silent '^status 7 code -5 seen 3: .*no answer in 2 s' -t 2
check 'half a message, then silence' stall '^status 7 code -[15] seen 3: .*no answer in 2 s' -t 2
is 'both are noticed in time' $((SECONDS - start < 10)) 1
check 'slow is not silent' slow '^entries 4 ' -t 2
check 'no LDAP at all' garbage '^status 7 code -1 seen 3: .*not LDAP'
check 'a message of two gigabytes' huge '^status 7 code -1 seen 0: .*larger than 256 MiB.*-b'
check 'one of 256 MiB, the most that is taken' largest '^entries 1 values 1 bytes 268[0-9]{6} '
check 'and a byte more' 'toolarge' '^status 7 code -1 seen 0: .*larger than 256 MiB'
check 'a name with a NUL' nulname '^status 8 code -4 seen 1: '
check 'bad BER within an entry' badber '^status 8 code -4 seen 1: '

# What another try mends, and what it does not: -R is the pool.
for name in forgot12 forgot53 busyonce shutdown droponce; do
  text=$(fake $name -p 20 -R 2 -l)
  is "$name: every entry, each once" "$(grep '^CN=' <<<"$text" | sort | uniq -c | awk '{print $1}' | sort | uniq -c | tr -d '\n')" "     50 1"
  like "$name: and where it went on" "$text" '^went on with ldap://127.0.0.1:[0-9]+ after [0-9]+: '
done
check 'a cookie that is always evicted' evicted '^status 4 code 12 seen 10: .*given up after 2 more tries.*Read by then: 10 of the users, the last one CN=u00009,' -R 2
check 'a size limit is not tried again' sizelimit '^status 4 code 4 seen 1000: .*size limit.*Read by then: 1000 of the users' -R 2
start=$SECONDS
check 'silence, and again silence' silent '^status 7 code -5 seen 3: .*given up after 1 more try.*Read by then: 3 ' -t 2 -R 1
is 'takes as long as two silences' $((SECONDS - start < 15)) 1

text=$(fake escape)
like 'the words of the server are escaped' "$text" 'evil \\x1b\[2J\\x0d\\x0awriteback-audit: all is well$'
is 'and stay on one line' "$(wc -l <<<"$text")" 1

check 'a locked account' '49:80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 775, v4563\x00' \
  '^status 5 code 49 .*the account is locked out \(AcceptSecurityContext data 775\)'

# One wrong password for many domains must not lock the account.
: >"$live_tmp/port.refused"
{
  echo 'bind_dn = "cn=49:80090308: LdapErr: comment: AcceptSecurityContext error, data 52e, v4563";'
  echo "password_file = \"$live_tmp/secret\"; allow_cleartext = true; domains = ("
  for i in 1 2 3 4 5; do
    echo "{ name = \"d$i.test\"; uri = \"$uri\"; }$( ((i < 5)) && echo ,)"
  done
  echo ');'
} >"$live_tmp/many.conf"
(umask 077 && echo wrong >"$live_tmp/secret")
text=$(timeout 60 "$WBA" audit -c "$live_tmp/many.conf" 2>&1 >/dev/null)
is 'nothing could be read: exit status 2' $? 2
is 'a wrong password for five domains is refused twice' "$(wc -l <"$live_tmp/port.refused")" 2
is 'the others are named' \
  "$(grep -c ': not tried: d2.test refused the same name and password' <<<"$text")" 3
check 'strong authentication required' '8:00002028: LdapErr: DSID-0C090202' '^status 5 code 8 .*encrypted connections only'
check '-Z goes on without TLS when clear text is allowed' plain '^entries 2500 ' -Z
check '-ZZ does not' plain '^status 6 code 52 .*StartTLS: refused' -ZZ
like 'an empty password is not sent: the server would let anybody in' \
  "$("$probe" -H "$uri" -D cn=plain -w '' -c 2>&1)" '^status 5 code 0 .*password is empty'
like '-Z sends no password in clear text' \
  "$("$probe" -H "$uri" -D cn=plain -w x -Z 2>&1)" '^status 5 code 0 .*refusing to send a password'
is 'the server saw nothing that it did not understand' "$(cat "$live_tmp/fake.log")" ''
exec 9>&-
plan
