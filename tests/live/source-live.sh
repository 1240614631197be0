#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The LDAP source against a real domain controller: every way in, and every way
# to be refused. Any domain will do; it is only read.
#
#   WBA_TEST_URI       ldaps://dc1.example.com  (the tests use ldap:// of it, too)
#   WBA_TEST_CA        its authority's certificate
#   WBA_TEST_BINDDN    name@domain, an account that may read
#   WBA_TEST_PASSWORD  its password
#   WBA_TEST_BASE      DC=example,DC=com
#
# Without WBA_TEST_URI it starts the sample company's controller.
. "$WBA_SRC/tests/live/lib.sh"

probe=${WBA_PROBE:-$WBA_BUILD/tests/live/source_probe}
[ -x "$probe" ] || skip_all "$probe has not been built"
if [ -n "${WBA_TEST_URI:-}" ]; then
  for v in WBA_TEST_CA WBA_TEST_BINDDN WBA_TEST_PASSWORD WBA_TEST_BASE; do
    [ -n "${!v:-}" ] || skip_all "$v is not set"
  done
  with_dc() { "$@"; }
else
  live_dc source-live "$WBA_SRC/ldif/company.ldif"
  WBA_TEST_URI=$DC_URI WBA_TEST_CA=$DC_CA WBA_TEST_BINDDN=$DC_ADMIN
  WBA_TEST_PASSWORD=$DC_ADMIN_PASSWORD WBA_TEST_BASE=$DC_BASE
fi
ldaps=$WBA_TEST_URI
host=${ldaps#*://}
host=${host%%[:/]*}
ldap=ldap://$host

p() { with_dc timeout 120 "$probe" -b "$WBA_TEST_BASE" -f '(objectCategory=person)' "$@" 2>&1; }
simple() { p -D "$WBA_TEST_BINDDN" -w "$WBA_TEST_PASSWORD" -C "$WBA_TEST_CA" "$@"; }

# Reading: each way gives the same entries.
all=$(simple -H "$ldaps" -a sAMAccountName)
like 'ldaps, simple bind' "$all" '^entries [1-9][0-9]* values [1-9][0-9]* bytes [0-9]+ partial 0 '
for size in 1 7 1000; do
  is "pages of $size" "$(simple -H "$ldaps" -a sAMAccountName -p $size)" "$all"
done
is 'StartTLS' "$(simple -H "$ldap" -ZZ -a sAMAccountName)" "$all"
is 'a signal every millisecond' "$(simple -H "$ldaps" -a sAMAccountName -p 7 -i)" "$all"
like 'security descriptors' "$(simple -H "$ldaps" -a nTSecurityDescriptor -s 7)" \
  "^$(cut -d' ' -f1-2 <<<"$all") values $(cut -d' ' -f2 <<<"$all") "
like 'the callback stops it' "$(simple -H "$ldaps" -S 2 -p 1)" '^entries 2 .* stopped$'

# Kerberos, when a ticket can be had.
export KRB5CCNAME=$live_tmp/cc
realm=${WBA_TEST_BINDDN#*@}
if with_dc kinit "${WBA_TEST_BINDDN%@*}@${realm^^}" <<<"$WBA_TEST_PASSWORD" >/dev/null 2>&1; then
  for mech in GSSAPI GSS-SPNEGO; do
    is "$mech, sealed" "$(p -H "$ldap" -Y $mech -N -a sAMAccountName)" "$all"
    is "$mech, sealed, interrupted" "$(p -H "$ldap" -Y $mech -N -a sAMAccountName -p 7 -i)" "$all"
  done
  like 'GSSAPI within TLS works, or it is said what to do' \
    "$(p -H "$ldaps" -Y GSSAPI -N -C "$WBA_TEST_CA")" \
    '^entries |signed or sealed, which does not go together with TLS|demands channel binding'
else
  for what in GSSAPI GSS-SPNEGO; do
    live_n=$((live_n + 1))
    echo "ok $live_n - $what # SKIP no Kerberos ticket could be had"
  done
fi
like 'no ticket' "$(KRB5CCNAME=$live_tmp/none p -H "$ldap" -Y GSSAPI -N)" \
  '^status 5 .*no usable Kerberos ticket: run kinit'
like 'no plugin' "$(SASL_PATH=/nonexistent p -H "$ldap" -Y GSSAPI -N)" \
  '^status 5 .*install libsasl2-modules-gssapi-mit'
like 'a keytab that is not there' "$(p -H "$ldap" -Y GSSAPI -N -k /nonexistent)" \
  '^status 5 .*the keytab /nonexistent cannot be read'

# Being refused.
like 'wrong password' "$(p -H "$ldaps" -D "$WBA_TEST_BINDDN" -w wrong -C "$WBA_TEST_CA")" \
  "^status 5 code 49 .*$host: simple bind as $WBA_TEST_BINDDN refused: the password is wrong"
like 'no password' "$(p -H "$ldaps" -D "$WBA_TEST_BINDDN" -w '' -C "$WBA_TEST_CA")" \
  '^status 5 code 0 .*the password is empty'
like 'clear text' "$(simple -H "$ldap")" '^status 5 code 0 .*refusing to send a password in clear text'
like 'another authority' "$(p -H "$ldaps" -D x -w x)" \
  '^status 6 .*is not signed by an authority .*tls_cacert=FILE'
like 'the same, by StartTLS' "$(p -H "$ldap" -ZZ -D x -w x)" \
  '^status 6 .*is not signed by an authority .*tls_cacert=FILE'
like 'settings of other programs do not weaken that' \
  "$(LDAPTLS_REQCERT=never LDAPTLS_CACERT=$WBA_TEST_CA p -H "$ldaps" -D x -w x)" '^status 6 '
mkdir "$live_tmp/home"
printf 'TLS_REQCERT never\nTLS_CACERT %s\n' "$WBA_TEST_CA" >"$live_tmp/home/.ldaprc"
like 'nor does ~/.ldaprc' "$(HOME=$live_tmp/home p -H "$ldaps" -D x -w x)" '^status 6 '
address=$(with_dc getent ahostsv4 "$host" | sed -n '1s/ .*//p')
like 'a name that the certificate has not' "$(simple -H "ldaps://$address")" \
  "^status 6 .*, not for $address: use a name that is in it"
like 'unless asked not to look' "$(simple -H "ldaps://$address" -n)" '^entries '
like 'no such file of authorities' "$(simple -H "$ldaps" -C /nonexistent)" \
  '^status 3 .*/nonexistent: the file of certificate authorities .*No such file'
like 'unknown host' "$(simple -H ldaps://no-such-host.invalid)" '^status 7 .*unknown host'
like 'a port that nobody listens on' "$(simple -H "ldaps://$host:1" -t 5)" \
  '^status 7 .*cannot connect to port 1 '
like 'a port that does not speak TLS' "$(simple -H "ldaps://$host:389" -t 10)" \
  '^status [67] .*port 389'
like 'a base that is not there' "$(simple -H "$ldaps" -b "OU=nowhere,$WBA_TEST_BASE")" \
  '^status 1 code 32 .*there is no such object'
like 'a filter that is none' "$(simple -H "$ldaps" -f '(a=')" '^status 3 code -7 .*filter is not well formed'
plan
