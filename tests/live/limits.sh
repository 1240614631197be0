#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The limits of real servers: slapd, which has accounts with limits of their own and
# what is too large elsewhere, a Samba domain controller with descriptors of 64 KB, and
# a proxy before either that adds one trouble (limits.py). Each ends in a complete
# audit, or in a finding, exit status 3 and words that say what to do.
. "$WBA_SRC/tests/live/lib.sh"
. "$WBA_SRC/tests/bench/slapd.sh"
for tool in slapd slapadd ldapmodify python3; do
  command -v $tool >/dev/null || PATH=$PATH:/usr/sbin
  command -v $tool >/dev/null || skip_all "$tool is not installed"
done
python3 "$WBA_SRC/tests/live/limits.py" samba >"$live_tmp/samba.ldif"
live_dc limits "$WBA_SRC/ldif/company.ldif" "$live_tmp/samba.ldif"
live_passwords
base=DC=contoso,DC=test
slapd_limits="limits dn.exact=uid=page,$base size.pr=100
limits dn.exact=uid=total,$base size.prtotal=300
limits dn.exact=uid=unpaged,$base size.prtotal=disabled
limits dn.exact=uid=soft,$base size=500
limits dn.exact=uid=time,$base time=1"
{
  python3 "$WBA_SRC/tests/bench/make-ldif.py" slapd 1200
  python3 "$WBA_SRC/tests/live/limits.py" slapd
} | slapd_load "$live_tmp/slapd" $base "cn=reader,$base" x && slapd_start "$live_tmp/slapd" || {
  echo 'Bail out! slapd did not start'
  exit 1
}
trap 'slapd_stop; live_cleanup' EXIT
(umask 077 && printf x >"$live_tmp/x")

proxy() { # MODE SERVER PORT: sets proxy_uri; it serves until this test ends
  local fd port=$live_tmp/port.$RANDOM$RANDOM
  exec {fd}> >(exec python3 "$WBA_SRC/tests/live/limits.py" proxy "$port" "$2" "$3" "$1" 2>>"$live_tmp/proxy.log")
  for _ in $(seq 100); do [ -s "$port" ] && break; sleep 0.1; done
  proxy_uri=ldap://127.0.0.1:$(cat "$port")
}

# An audit; its reports are f and u, its messages err, its exit status `status`.
run() { # OPTIONS
  rm -f "$live_tmp/f" "$live_tmp/u"
  with_dc "$WBA" audit -q -c /dev/null --now 2026-01-15T12:00:00Z --findings "$live_tmp/f" \
    --users "$live_tmp/u" "$@" 2>"$live_tmp/err"
  status=$?
}
wba() { # URI WHO PASSWORDFILE [OPTIONS]
  local uri=$1 who=$2 file=$3
  shift 3
  run -H "$uri" -D "$who" -y "$file" --allow-cleartext "$@"
}
on_slapd() { # WHO BASE [OPTIONS]
  local who=$1 below=$2
  shift 2
  wba "$slapd_uri" "$who,$base" "$live_tmp/x" -b "${below:+$below,}$base" "$@"
}
rows() { echo $(($(wc -l <"$live_tmp/u") - 1)); }
row() { grep -i "\"cn=$1," "$live_tmp/u" | sed 's/^[^"]*"[^"]*"//'; }	# from the third column on
may_reset() { # NAME: by the connector's three rights
  [ "$(row "$1" | cut -d, -f8,10,11)" = yes,yes,yes ] && echo ok || echo fail
}

whole() { # description: what on_slapd or wba has just read is complete
  is "$1: every user" "$(rows)" "${2:-$division}"
  is "$1: nothing was cut short" "$(grep -c '^1[01][37],unknown' "$live_tmp/f")" 0
}
cut_short() { # description, regular expression of finding and message
  is "$1: exit status" $status 3
  like "$1: finding" "$(grep '^1[01][37],' "$live_tmp/f")" "^117,unknown,dc,.*after [0-9]+ users: .*$2"
  like "$1: message" "$(cat "$live_tmp/err")" "$2"
}

# Limits of accounts, on slapd. What an unlimited one reads is the yardstick.
on_slapd cn=reader 'OU=Division 0'
division=$(rows)
is 'slapd: users in a division' "$division" 120
on_slapd cn=reader 'OU=Division 0' --page-size 1
whole 'pages of one'
on_slapd cn=reader 'OU=Division 0' --page-size 100000
whole 'pages larger than the directory'
on_slapd uid=soft ''
cut_short 'size limit below the page size' 'size limit.*--page-size.*-b'
is 'and what came before it is judged' "$(rows)" 500
on_slapd uid=total ''
cut_short 'limit on the sum of all pages' 'size limit.*--page-size.*-b'
on_slapd uid=page 'OU=Division 0' --page-size 100
whole 'pages as large as the server allows'
on_slapd uid=page 'OU=Division 0'
is 'pages larger than the server allows: exit status' $status 2
like 'message' "$(cat "$live_tmp/err")" 'administrative limit.*--page-size.*illegal pagedResults page size'
on_slapd uid=unpaged 'OU=Division 0'
is 'paging forbidden: exit status' $status 2
like 'message' "$(cat "$live_tmp/err")" 'limit.*pagedResults control not allowed'
proxy unpaged 127.0.0.1 "${slapd_uri##*:}"
wba "$proxy_uri" "cn=reader,$base" "$live_tmp/x" -b "OU=Division 0,$base" --page-size 50
whole 'a server that ignores paging'
wba "$proxy_uri" "uid=soft,$base" "$live_tmp/x"
cut_short 'the same with a limit' 'size limit'
proxy pause=100:2.5 127.0.0.1 "${slapd_uri##*:}"
wba "$proxy_uri" "uid=time,$base" "$live_tmp/x" -b "OU=Wide,$base"
cut_short 'time limit' 'time limit.*--page-size.*-b'

# Answers of unusual size or shape.
on_slapd cn=reader OU=Nobody
is 'no user: exit status' $status 0
like 'no user: message' "$(cat "$live_tmp/err")" "no user was found below OU=Nobody.*check -b"
on_slapd cn=reader 'OU=Division 0' --filter '(cn=nobody at all)'
like 'no user for a filter: message' "$(cat "$live_tmp/err")" 'no user was found.*--filter'
on_slapd cn=reader OU=Huge
whole 'a user with a value of 48 MB' 1
on_slapd cn=reader OU=Long
whole 'a user with names of 10,000 characters' 1
is 'names of 10,000 characters' "$(tail -1 "$live_tmp/u" | cut -d, -f6,7 | tr -d '\n' | wc -c)" 20014
on_slapd cn=reader OU=Long
like 'a protected group of 5,000, whole' "$(row long | tail -c 200)" '[ ,]313[ ,]'
cp "$live_tmp/u" "$live_tmp/unsliced"
proxy range=1500 127.0.0.1 "${slapd_uri##*:}"
wba "$proxy_uri" "cn=reader,$base" "$live_tmp/x" -b "OU=Long,$base"
is 'and in slices of 1,500' "$(cmp "$live_tmp/u" "$live_tmp/unsliced" 2>&1)" ''
proxy unscoped 127.0.0.1 "${slapd_uri##*:}"
wba "$proxy_uri" "cn=reader,$base" "$live_tmp/x" -b "OU=Long,$base"
cut_short 'references' 'not on this server.*-H.*ldap://other.test/ou=elsewhere'
is 'and the rest is judged' "$(cmp "$live_tmp/u" "$live_tmp/unsliced" 2>&1)" ''
wba "$proxy_uri" "cn=reader,$base" "$live_tmp/x" -b "OU=elsewhere,OU=Long,$base"
cut_short 'a referral' 'refers to another.*-H'
proxy trickle 127.0.0.1 "${slapd_uri##*:}"
wba "$proxy_uri" "cn=reader,$base" "$live_tmp/x" -b "OU=Division 0,$base" -o optimeout=1
whole 'slower than the time-out, but never silent'

# Descriptors of 64 KB, no two the same.
on_slapd cn=reader OU=Wide
whole 'descriptors of 64 KB' 300
if ! [ -x /usr/bin/time ]; then
  ok 'their memory # SKIP no /usr/bin/time'
elif ! ldd "$WBA" | grep -q asan; then # which has a memory of its own
  /usr/bin/time -f %M -o "$live_tmp/rss" "$WBA" audit -q -c /dev/null -H "$slapd_uri" -D "cn=reader,$base" \
    -y "$live_tmp/x" --allow-cleartext -b "OU=Wide,$base" --findings "$live_tmp/f" 2>"$live_tmp/err"
  rss=$(tail -1 "$live_tmp/rss")
  is "their memory ($rss KB) is bounded" $((rss < 98304)) 1
fi
on_slapd cn=reader OU=Deny
is 'thousands of trustees to look up, up to a limit: users' "$(rows)" 4
like 'then what hangs on them is unknown' "$(grep ^317 "$live_tmp/f")" '^317,unknown,user,.*"cn=deny3,'

# Samba, with descriptors of 64 KB.
wba "$DC_URI" "$DC_ADMIN" "$live_tmp/admin" -o "tls_cacert=$DC_CA"
cp "$live_tmp/u" "$live_tmp/ldaps"
# A name with a NUL in it, which Samba takes.
like 'a NUL in a name' "$(grep -a nul "$live_tmp/u")" '"CN=nul\\00user,.*,nul�user,nul�user@contoso.test,'

# Slices of a real server, and other page sizes.
same() { is "$1" "$(cmp "$live_tmp/u" "$live_tmp/ldaps" 2>&1)" ''; }
for size in 1 100000; do
  wba "$DC_URI" "$DC_ADMIN" "$live_tmp/admin" -o "tls_cacert=$DC_CA" --page-size $size
  same "Samba, pages of $size"
done
proxy range=3 "$DC_IP" 636s
wba "$proxy_uri" "$DC_ADMIN" "$live_tmp/admin"
same 'Samba, groups in slices of 3'

# Signed and sealed: GSSAPI agrees on the size of a packet, GSS-SPNEGO does not.
export KRB5CCNAME=$live_tmp/cc
with_dc kinit Administrator <<<"$DC_ADMIN_PASSWORD" >/dev/null 2>&1
for how in GSSAPI 'GSSAPI -O maxbufsize=4096' 'GSSAPI -O minssf=1,maxssf=1' GSS-SPNEGO; do
  # shellcheck disable=SC2086 # options
  run -H "ldap://$DC_HOST" -Y $how -N
  same "$how"
  [ -f "$live_tmp/u" ] || sed 's/^/# /' "$live_tmp/err"
done
like 'packets larger than allowed' "$(with_dc "$WBA_BUILD/tests/live/source_probe" -H "ldap://$DC_HOST" -N \
  -Y GSS-SPNEGO -O maxbufsize=4096 -b "$DC_BASE" 2>&1)" '^status 7 .*sealed packet larger than maxbufsize'

# What the audit said of the large descriptors, tried.
cp "$live_tmp/ldaps" "$live_tmp/u"
try_reset() { # NAME: as the connector
  local password
  password=$(printf '"Sommer.Sun-4712"' | iconv -t UTF-16LE | base64)
  printf 'dn: CN=%s,OU=Limits,%s\nchangetype: modify\nreplace: unicodePwd\nunicodePwd:: %s\n-\nreplace: lockoutTime\nlockoutTime: 0\n-\nreplace: pwdLastSet\npwdLastSet: -1\n' \
    "$1" "$DC_BASE" "$password" |
    with_dc ldapmodify -x -H "$DC_URI" -D MSOL_0123456789ab@contoso.test -y "$live_tmp/lab" >/dev/null 2>&1
  [ $? = 0 ] && echo ok || echo fail
}
for name in granted denied absent late-denied; do
  is "64 KB, $name: verdict and deed" "$(may_reset $name)" "$(try_reset $name)"
done
is '64 KB, both ways' "$(may_reset granted) $(may_reset denied)" 'ok fail'

# Progress, with a pause in the midst so that there is something to see.
on_terminal() { # URI WHO PASSWORDFILE [OPTIONS]: what appears there
  local uri=$1 who=$2 file=$3
  shift 3
  with_dc env TERM=xterm python3 "$WBA_SRC/tests/live/limits.py" pty "$WBA" audit -c /dev/null -H "$uri" \
    -D "$who" -y "$file" --allow-cleartext --findings "$live_tmp/f" "$@" | tr '\r\033' '\n@'
}
proxy pause=100:1 "$DC_IP" 636s
text=$(on_terminal "$proxy_uri" "$DC_ADMIN" "$live_tmp/admin" --page-size 50)
like 'progress before the first user' "$text" '^contoso\.test: 0 users@\[K$'
like "users, the server's estimate, the rate" "$text" \
  '^contoso\.test: [1-9][0-9]* users \(about [1-9][0-9]? %\), [1-9][0-9]* a second@\[K$'
like 'and it goes away' "$text" '^@\[Kcontoso\.test, read from '
proxy pause=100:1 127.0.0.1 "${slapd_uri##*:}"
text=$(on_terminal "$proxy_uri" "cn=reader,$base" "$live_tmp/x" -b "OU=Division 0,$base")
like 'without an estimate the rate alone' "$text" '^contoso\.test: [1-9][0-9]* users, [1-9][0-9]* a second@\[K$'
text=$(on_terminal "$slapd_uri" "cn=reader,$base" "$live_tmp/x" -b "OU=Division 0,$base" -q)
like '-q: none, but that something is missing' "$text" '^writeback-audit: INCOMPLETE: [^@]*$'
text=$(on_terminal "$slapd_uri" "cn=reader,$base" "$live_tmp/x" -b "OU=Division 0,$base" -v)
is '-v: a log, and no line that is drawn again' "$(grep -c '@' <<<"$text") $(grep -cm1 'page size' <<<"$text")" '0 1'
on_slapd cn=reader 'OU=Division 0'
is 'none where there is no terminal' "$(tr -d '\n' <"$live_tmp/err" | tr '\r\033' '@@' | grep -c @)" 0

is 'the proxies saw nothing that they did not understand' "$(cat "$live_tmp/proxy.log")" ''
plan
