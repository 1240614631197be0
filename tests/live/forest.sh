#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# One domain with three controllers: what each is asked, what they do not agree on,
# and how DNS finds them. Nothing replicates unless the test says so.
. "$(dirname "$0")/lib.sh"

command -v dnsmasq >/dev/null || skip_all "dnsmasq is not installed (apt-get install dnsmasq-base)"

user() { # NAME
  printf 'dn: CN=%s,CN=Users,DC=contoso,DC=test\nobjectClass: user\nsAMAccountName: %s\n' "$1" "$1"
  printf 'userAccountControl: 512\nunicodePwd:: %s\n\n' \
    "$(printf '"%s"' "$lab_password" | iconv -t UTF-16LE | base64 -w0)"
}
lab_password='Winter.Sun-4711'
{ user MSOL_0123456789ab; user ada; user bert; } >"$live_tmp/users.ldif"

live_dc forest "$live_tmp/users.ldif"
live_passwords
one=$live_dir two=$live_dir-DC2 ro=$live_dir-RO1
# An address that no other test takes while this one is down.
live_join DC2 --ip 127.0.0.81
live_join RO1 --rodc
cat "$one/etc/hosts" "$two/etc/hosts" "$ro/etc/hosts" >"$live_tmp/hosts"
cat "$one/private/tls/ca.pem" "$two/private/tls/ca.pem" "$ro/private/tls/ca.pem" >"$live_tmp/ca"
export NSS_WRAPPER_HOSTS=$live_tmp/hosts KRB5CCNAME=$live_tmp/krb5cc
with_dc kinit "Administrator@$DC_REALM" <"$live_tmp/admin" >"$live_tmp/kinit.log" 2>&1 ||
  not_ok "kinit" <"$live_tmp/kinit.log"

dc() { "$WBA_SRC/contrib/dc" "$@" >"$live_tmp/dc.log" 2>&1 || not_ok "dc $*" <"$live_tmp/dc.log"; }
# By Kerberos: a read-only controller has nobody's password.
audit() { # OPTIONS
  with_dc "$WBA" audit -c /dev/null -N --findings "$live_tmp/f" "$@" >"$live_tmp/out" 2>"$live_tmp/err"
  status=$?
}
findings() { # RULE...: their rule and object
  local rule
  for rule; do grep "^$rule," "$live_tmp/f" | cut -d, -f1,5; done | tr -d '\r' | tr '\n' ' '
}
evidence() { grep "^$1," "$live_tmp/f"; }
row() { grep "^  $1" "$live_tmp/err" | tr -s ' '; } # HOST: its row of the table

dc replicate "$two" "$one"	# which knew nothing of RO1

# Only the one in use is asked.
audit -H ldap://dc1.contoso.test
is "one controller: nothing else is asked" "$(findings 101 103 110 111 112 113 114 115)" ""
like "the table has the one in use" "$(row dc1.contoso.test)" 'PDC GC yes .*level 4 [+-][0-9]+ s in use$'
like "and the other" "$(row dc2.contoso.test)" ' GC - .* - not checked$'
like "and the read-only one" "$(row ro1.contoso.test)" ' GC RODC - .* not checked$'
is "findings, but nothing missing" "$status" 1

binds() { grep -c 'GSSAPI bind' "$live_tmp/err"; }
audit -H ldap://dc1.contoso.test -v
once=$(binds)
audit -H ldap://dc1.contoso.test -v --forest
is "the forest is asked for over the same connections" "$(binds)" "$once"

# By password: the step that failed is named.
by_password() { # CA
  with_dc "$WBA" audit -c /dev/null -H ldaps://dc1.contoso.test -D "$DC_ADMIN" -y "$live_tmp/admin" \
    -o tls_cacert="$1" --all-dcs --findings "$live_tmp/f" >"$live_tmp/out" 2>"$live_tmp/err"
  status=$?
}
by_password "$one/private/tls/ca.pem"
like "a certificate that nobody vouches for" "$(evidence 103 | grep dc2)" '"?TLS: dc2\.contoso\.test'
is "is missing" "$status" 3
by_password "$live_tmp/ca"
like "a read-only one that has no password" "$(evidence 103)" '103,.*,ro1\.contoso\.test,.*bind: ro1\.contoso\.test'
is "and the other one is checked" "$(findings 103)" "103,ro1.contoso.test "

# Each: dc2 and the read-only one do not offer the control.
audit -H ldap://dc1.contoso.test --all-dcs
is "a mixed estate" "$(findings 101 103 106 107 110 111 113 114 115)" "101,dc2.contoso.test "
like "is said of the domain" "$(evidence 112)" 'is listed by dc1\.contoso\.test, not by dc2\.contoso\.test'
like "a controller that was checked" "$(row dc2.contoso.test)" ' no .* s checked$'
like "a read-only one too" "$(row ro1.contoso.test)" ' no .* s checked$'
is "nothing is missing" "$status" 1
cp "$live_tmp/f" "$live_tmp/first"
audit -H ldap://dc1.contoso.test --all-dcs
if cmp -s "$live_tmp/first" "$live_tmp/f"; then ok "the same report again"; else
  not_ok "the same report again" < <(diff "$live_tmp/first" "$live_tmp/f"); fi

audit -H ldap://dc2.contoso.test --dc dc1.contoso.test
is "from the other side, by name" "$(findings 101 102 103)" \
  "101,dc2.contoso.test 102,dc2.contoso.test "
like "the one that was not named is not asked" "$(row ro1.contoso.test)" 'not checked$'
audit -H ldap://dc1.contoso.test --dc ro1.contoso.test
is "a read-only one that was named" "$(findings 101 106)" "106,ro1.contoso.test "

dc policy-hints "$two" on
audit -H ldap://dc1.contoso.test --all-dcs
is "all have it" "$(findings 101 112)" ""

# Skew: a user changes on one.
modify() { # DIR NAME ATTRIBUTE VALUE
  printf 'dn: CN=%s,CN=Users,DC=contoso,DC=test\nchangetype: modify\nreplace: %s\n%s: %s\n\n' \
    "$2" "$3" "$3" "$4" >"$live_tmp/mod.ldif"
  dc load "$1" "$live_tmp/mod.ldif"
}
modify "$two" ada userAccountControl 66048
modify "$two" ada lockoutTime 133000000000000000
modify "$one" bert nTSecurityDescriptor 'O:DAG:DAD:(A;;GA;;;SY)(A;;GR;;;AU)(A;;GA;;;WD)'
audit -H ldap://dc1.contoso.test --all-dcs
like "a user that changed elsewhere: both values" "$(evidence 114 | grep ada)" \
  'userAccountControl: 512 \(NORMAL_ACCOUNT\) on DC1\.contoso\.test, 66048 \(.*\) on dc2\.contoso\.test'
like "lockoutTime too" "$(evidence 114 | grep ada)" \
  'lockoutTime: not returned by DC1\.contoso\.test, .* with 2022-06-18T04:26:40Z on dc2\.contoso\.test'
is "told of that controller alone" "$(evidence 114 | grep -c ',ada,')" 1
is "a DACL: told of both others" "$(evidence 114 | grep -c ',bert,')" 2
like "and which ACE" "$(evidence 114 | grep ',bert,')" 'DACL: DC1\.contoso\.test has .*\(A;;.*;;;WD\).* alone'
is "no user's verdict comes from it" "$status" 1
audit -H ldap://dc1.contoso.test --all-dcs --sample 0
is "no sample, no comparison" "$(findings 114)" ""

dc replicate "$one" "$two"
dc replicate "$two" "$one"
audit -H ldap://dc1.contoso.test --all-dcs
is "replicated: gone, but for the read-only one" "$(evidence 114 | grep -o 'on [a-z0-9]*.contoso.test' |
  sort -u | tr '\n' ' ')" "on ro1.contoso.test "
is "whose lockouts are its own" "$(evidence 114 | grep -c lockoutTime:)" 0
dc replicate "$ro" "$one"
audit -H ldap://dc1.contoso.test --all-dcs
is "replicated there too" "$(findings 114)" ""

# By DNS. The resolver of libc asks a real server.
dns_ip=127.0.0.20
for n in 20 19 18 17; do
  dnsmasq --conf-file=/dev/null --keep-in-foreground --bind-interfaces --port=53 --pid-file= \
    --listen-address=127.0.0.$n --no-resolv --no-hosts --user=root --local=/contoso.test/ \
    --srv-host=_ldap._tcp.dc._msdcs.contoso.test,dc1.contoso.test,389,10,100 \
    --srv-host=_ldap._tcp.dc._msdcs.contoso.test,dc2.contoso.test,389,20,100 \
    --srv-host=_ldap._tcp.Branch._sites.dc._msdcs.contoso.test,ro1.contoso.test,389,0,100 \
    --local=/trap.test/ --srv-host=_ldap._tcp.dc._msdcs.trap.test,dc1.contoso.test,389,0,100 \
    >"$live_tmp/dns.log" 2>&1 &
  dns=$!
  dns_ip=127.0.0.$n
  sleep 0.5
  kill -0 "$dns" 2>/dev/null && break
done
trap 'kill "$dns" 2>/dev/null; live_cleanup' EXIT
echo "nameserver $dns_ip" >"$live_tmp/resolv.conf"
export RESOLV_WRAPPER_CONF=$live_tmp/resolv.conf
live_preload="$live_preload libresolv_wrapper.so"

audit --domain contoso.test
like "DNS names the controllers" "$(head -1 "$live_tmp/err")" 'read from DC1\.contoso\.test as'
audit --domain contoso.test --site Branch
like "the site's first" "$(head -1 "$live_tmp/err")" 'read from ro1\.contoso\.test as'
audit --domain contoso.test --site Nowhere
like "a site that is not there" "$(cat "$live_tmp/err")" "Is there a site 'Nowhere'"
is "is an error" "$status" 2
audit --domain nowhere.contoso.test
like "a domain that is not there" "$(cat "$live_tmp/err")" \
  'no domain controller is named for it, and DNS knows none\. DNS: there is no name _ldap'
is "is one too" "$status" 2
with_dc "$WBA" audit -c /dev/null --domain contoso.test -D "$DC_ADMIN" -y "$live_tmp/admin" \
  -o tls_cacert="$live_tmp/ca" --findings /dev/null >/dev/null 2>"$live_tmp/err"
like "a password goes over TLS" "$(head -1 "$live_tmp/err")" 'read from DC1\.contoso\.test as'
with_dc "$WBA" audit -c /dev/null --domain trap.test -D "$DC_ADMIN" -y "$live_tmp/admin" \
  -o tls_cacert="$live_tmp/ca" --findings /dev/null >/dev/null 2>"$live_tmp/err"
like "and not out of the domain" "$(cat "$live_tmp/err")" \
  'DNS names dc1\.contoso\.test, which is not in this domain: a password is not sent'
printf 'domains = ( { name = "contoso.test"; sasl_nocanon = true; } );\n' >"$live_tmp/conf"
with_dc "$WBA" audit -c "$live_tmp/conf" --findings /dev/null >/dev/null 2>"$live_tmp/err"
like "a configuration without uri" "$(head -1 "$live_tmp/err")" 'contoso\.test, read from DC1'

# One is down.
"$WBA_SRC/contrib/dc" stop "$two"
audit -H ldap://dc1.contoso.test --all-dcs
is "one that is down" "$(findings 103)" "103,dc2.contoso.test "
like "by the step that failed" "$(evidence 103)" 'connect: dc2\.contoso\.test'
like "in the table too" "$(row dc2.contoso.test)" 'FAILED: connect$'
is "is missing" "$status" 3
is "and no user is" "$(grep -c '^30[0-9],.*,ada,' "$live_tmp/f")" 3
audit --dc dc2.contoso.test --dc dc1.contoso.test
like "of two that were named the one that answers is read" "$(cat "$live_tmp/err")" \
  'contoso\.test, read from DC1\.contoso\.test as'
is "and the other one is missing" "$(findings 103) $status" "103,dc2.contoso.test  3"
audit --dc dc1.contoso.test --dc nosuch.contoso.test
like "a name that is none" "$(evidence 103)" 'name: nosuch\.contoso\.test'
plan
