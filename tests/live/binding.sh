#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every way to bind, and every way in which that fails: on a real domain
# controller and its KDC; certificates and channel binding on OpenLDAP's slapd.
. "$WBA_SRC/tests/live/lib.sh"

probe=$WBA_BUILD/tests/live/source_probe
[ -x "$probe" ] || skip_all "$probe has not been built"
live_tmp=$(cd "$live_tmp" && pwd -P)
python3 "$WBA_SRC/tests/live/binding.py" >"$live_tmp/binding.ldif"
live_dc binding "$live_tmp/binding.ldif"
live_passwords
export KRB5CCNAME=FILE:$live_tmp/none
people="OU=People,$DC_BASE"
ldap=ldap://$DC_HOST

samba() { samba-tool "$@" --configfile="$live_dir/etc/smb.conf" >>"$live_tmp/samba-tool" 2>&1; }
keytab() { # FILE NAME...: the keys of these accounts
  local file=$1 name
  shift
  for name; do samba domain exportkeytab "$file" --principal="$name@$DC_REALM"; done
  chmod 600 "$file"
}
ticket() { # CCACHE NAME [OPTION...]
  local cache=$1 name=$2
  shift 2
  kinit -c "$cache" "$@" "$name@$DC_REALM" <<<"$lab_password" >/dev/null 2>&1
}
# One audit of few people; what it says on stderr.
bind() { # OPTIONS
  with_dc timeout 120 "$WBA" audit -c /dev/null -b "$people" --connector MSOL_00000000000a \
    --fail-on never --users /dev/null -H "${uri:-$ldap}" "$@" 2>&1
}
refused() { # description, regular expression, OPTIONS...
  local what=$1 message=$2 out
  shift 2
  out=$(bind "$@")
  is "$what: exit status" $? 2
  like "$what: message" "$out" "$message"
}
krb5() { # NAME SED: a krb5.conf of its own
  sed "$2" "$DC_DIR/etc/krb5.conf" >"$live_tmp/krb5.$1"
  echo "$live_tmp/krb5.$1"
}

k=$live_tmp
keytab "$k/audit.kt" audit
keytab "$k/other.kt" other
keytab "$k/both.kt" audit other
ticket "FILE:$k/cc" other || { echo 'Bail out! no ticket'; exit 1; }

# --- Ways in

for mech in GSSAPI GSS-SPNEGO; do
  like "$mech with a keytab" "$(bind -v -Y $mech --keytab "$k/audit.kt")" \
    "$mech bind as audit@$DC_REALM, sealed by SASL \(SSF (128|256)\)"
done
like 'a ticket cache by name' "$(bind -v --ccache "FILE:$k/cc")" "bind as other@$DC_REALM, sealed"
like 'the ticket cache of the environment' "$(KRB5CCNAME=FILE:$k/cc bind)" 'read from .* as other@'
like 'the first account of a keytab' "$(bind -v --keytab "$k/both.kt")" "bind as audit@$DC_REALM"
like 'an account chosen with -U' "$(bind -v --keytab "$k/both.kt" -U other)" "bind as other@$DC_REALM"
like 'and -R' "$(bind -v --keytab "$k/both.kt" -U other -R "$DC_REALM")" "bind as other@$DC_REALM"
like 'a keytab with its type' "$(bind -v --keytab "FILE:$k/audit.kt")" "bind as audit@$DC_REALM"
before=$(cksum <"$k/cc")
like 'a keytab goes before the cache of the environment' \
  "$(KRB5CCNAME=FILE:$k/cc bind --keytab "$k/audit.kt")" 'read from .* as audit@'
is 'which is not touched' "$(cksum <"$k/cc")" "$before"
like 'StartTLS and a password' \
  "$(bind -ZZ -o tls_cacert="$DC_CA" -D audit@contoso.test -y "$k/lab")" 'read from .* as audit@'
like 'signed, not sealed' "$(bind -v --keytab "$k/audit.kt" -O minssf=1,maxssf=1)" \
  'signed only by SASL \(SSF 1\)'
like 'another property does not take sealing away' \
  "$(bind -v --keytab "$k/audit.kt" -O maxbufsize=65536)" 'sealed by SASL'
refused 'more strength than there is' 'cannot give the protection that was asked for \(-O\)' \
  --keytab "$k/audit.kt" -O minssf=512
refused 'no strength at all' 'demands signing or sealing: do not turn it off' \
  --keytab "$k/audit.kt" -O minssf=0,maxssf=0

# Each domain with its own credentials, all at once, in one process.
cat >"$k/wba.conf" <<END
connector = "MSOL_00000000000a";
base = "$people";
fail_on = "never";
users = "/dev/null";
domains = (
  { name = "a"; uri = "$ldap"; keytab = "$k/audit.kt"; },
  { name = "b"; uri = "$ldap"; keytab = "$k/other.kt"; sasl_mech = "GSS-SPNEGO"; },
  { name = "c"; uri = "$ldap"; ccache = "FILE:$k/cc"; },
  { name = "d"; uri = "$DC_URI"; tls_cacert = "$DC_CA"; bind_dn = "third@contoso.test";
    password_file = "$k/lab"; },
  { name = "e"; uri = "$ldap"; keytab = "$k/audit.kt"; },
  { name = "f"; uri = "$ldap"; keytab = "$k/both.kt"; sasl_authcid = "other"; }
);
END
for i in 1 2 3; do
  KRB5_TRACE=$k/trace with_dc "$WBA" audit -c "$k/wba.conf" 2>&1 |
    sed -n 's/.* as \([a-z]*\)@contoso.test$/\1/p' >"$k/as.$i"
done
is 'six domains, six binds at once, each as its own account' \
  "$(cat "$k"/as.[123] | tr '\n' ' ')" "$(for i in 1 2 3; do printf 'audit other other third audit other '; done)"
is 'each keytab bind got a ticket of its own' \
  "$(grep -c 'Getting initial credentials for' "$k/trace")" 12

# --- What fails, before the KDC is asked

refused 'keytab that is not there' '/nowhere.kt: No such file' --keytab "$k/nowhere.kt"
cp "$k/audit.kt" "$k/open.kt"
chmod 644 "$k/open.kt"
refused 'keytab that others may read' 'others may read' --keytab "$k/open.kt"
refused 'keytab without the principal' "has no key of nobody, only of audit@$DC_REALM, other@" \
  --keytab "$k/both.kt" -U nobody
echo 'no keytab' >"$k/bad.kt"
printf '\005\002' >"$k/empty.kt"
chmod 600 "$k/bad.kt" "$k/empty.kt"
refused 'a file that is no keytab' 'cannot be used: Unsupported key table format' --keytab "$k/bad.kt"
refused 'an empty keytab' 'is empty: write the account.s key to it' --keytab "$k/empty.kt"
refused 'no ticket cache' 'no usable Kerberos ticket: run kinit'
refused 'no ticket cache of that name' "no usable Kerberos ticket in FILE:$k/none: run kinit" \
  --ccache "FILE:$k/none"
refused 'ticket cache of another' 'of another account than the one asked for' \
  --ccache "FILE:$k/cc" -U audit
ticket "FILE:$k/short" other -l 1s
sleep 2
refused 'expired ticket' 'ticket has expired: run kinit, or use a keytab' --ccache "FILE:$k/short"

# --- What the KDC refuses

for what in 'expired:password has expired, or must be changed' \
  'mustchange:password has expired, or must be changed' \
  'disabled:disabled, locked out, expired' 'ended:disabled, locked out, expired' \
  'gone:KDC does not know the account' "moved:refuses the keytab's key"; do
  name=${what%%:*}
  keytab "$k/$name.kt" "$name"
  case $name in
    gone) samba user delete gone ;;
    moved) samba user setpassword moved --newpassword='Other.Pass-4711' ;;
  esac
  refused "keytab of an account: $name" "bind as $name@$DC_REALM failed: .*${what#*:}" \
    --keytab "$k/$name.kt"
done
KRB5_CONFIG=$(krb5 dead 's/kdc = .*/kdc = 127.0.0.1:1/') \
  refused 'KDC that does not answer' 'no Kerberos server \(KDC, port 88\) of the realm answers' \
  --keytab "$k/audit.kt"
KRB5_CONFIG=$(krb5 none '/kdc = /d; /_server/d') \
  refused 'no KDC known' 'no Kerberos server \(KDC\) of the realm is known.*_kerberos._tcp' \
  --keytab "$k/audit.kt"
KRB5_CONFIG=$(krb5 etype 's/^\[libdefaults\]/&\npermitted_enctypes = camellia256-cts-cmac/') \
  refused 'encryption type refused' 'no encryption type in common' --keytab "$k/audit.kt"
KRB5_CONFIG=$k/krb5.etype refused 'ticket of a type not permitted' \
  'encryption type that this host does not permit' --ccache "FILE:$k/cc"
faketime=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -1)
if [ -n "$faketime" ]; then
  config=$(krb5 skew 's/^\[libdefaults\]/&\nkdc_timesync = 0/')
  live_plain=$live_preload
  live_preload=$live_preload:$faketime
  FAKETIME=+20m KRB5_CONFIG=$config refused 'clock 20 minutes fast' 'clocks of this host and' \
    --keytab "$k/audit.kt"
  FAKETIME=+20m KRB5_CONFIG=$config refused 'the same, with a ticket' 'clocks of this host and' \
    --ccache "FILE:$k/cc"
  FAKETIME=+30h KRB5_CONFIG=$config refused 'a day later, with the same ticket' \
    'ticket has expired: run kinit' --ccache "FILE:$k/cc"
  live_preload=$live_plain
else
  live_n=$((live_n + 1))
  echo "ok $live_n - a wrong clock # SKIP libfaketime is not installed"
fi

# --- Names: the ticket is for ldap/NAME.

cp "$DC_DIR/etc/hosts" "$k/hosts"
echo "$DC_IP ldap.contoso.test" >>"$k/hosts"
echo "$DC_IP balancer.contoso.test $DC_HOST" >"$k/hosts.reverse"
uri=ldap://ldap.contoso.test NSS_WRAPPER_HOSTS=$k/hosts \
  refused 'alias' 'no service ldap/ldap.contoso.test: name the domain controller by its own full' \
  --keytab "$k/audit.kt" -N
uri=ldap://$DC_IP refused 'address' "no service ldap/$DC_IP: name .* not by an alias or address" \
  --keytab "$k/audit.kt" -N
export NSS_WRAPPER_HOSTS=$k/hosts.reverse
refused 'reverse DNS has another name' \
  "no service ldap/balancer.contoso.test, which reverse DNS made of $DC_HOST: do without \(-N" \
  --keytab "$k/audit.kt"
like 'which -N leaves out' "$(bind -N --keytab "$k/audit.kt")" 'read from .* as audit@'
KRB5_CONFIG=$(krb5 rdns '/rdns/d; /canonicalize/d') \
  refused 'reverse DNS by Kerberos itself' 'changed it to balancer.contoso.test: set rdns = false' \
  --keytab "$k/audit.kt" -N
export NSS_WRAPPER_HOSTS=$DC_DIR/etc/hosts

# --- A slapd with certificates of a test authority: EXTERNAL, which Samba maps to no
# account, and channel binding, which Samba checks from 4.20 on.

p() { with_dc timeout 60 "$probe" -H "$uri" -b dc=x -f '(objectClass=*)' -C "$k/ca.pem" -v "$@" 2>&1; }
authority() { # NAME SUBJECT
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "$2" -keyout "$k/$1.key" -out "$k/$1.pem"
}
certificate() { # NAME SUBJECT EXTENSION
  openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$k/$1.key" -out "$k/$1.csr"
  echo "$3" >"$k/$1.ext"
  openssl x509 -req -in "$k/$1.csr" -CA "$k/ca.pem" -CAkey "$k/ca.key" -CAcreateserial -days 2 \
    -extfile "$k/$1.ext" -out "$k/$1.crt"
  cat "$k/$1.crt" "$k/$1.key" >"$k/$1.pem"
}
start_slapd() {
  authority ca '/CN=Test CA' && authority stranger /O=Test/CN=auditor &&
    certificate slapd /CN=slapd subjectAltName=DNS:slapd.contoso.test &&
    certificate client /O=Test/CN=auditor keyUsage=digitalSignature || return 1
  cat "$k/stranger.key" >>"$k/stranger.pem"
  samba domain exportkeytab "$k/slapd.kt" --principal="ldap/slapd.contoso.test@$DC_REALM"
  mkdir "$k/slapd"
  cat >"$k/slapd.conf" <<END
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile $k/ca.pem
TLSCertificateFile $k/slapd.crt
TLSCertificateKeyFile $k/slapd.key
TLSVerifyClient try
TLSCipherSuite $1
sasl-host slapd.contoso.test
sasl-cbinding tls-endpoint
authz-regexp "cn=auditor,o=test" "cn=mapped,dc=x"
access to * by dn.exact="cn=mapped,dc=x" read by dn.sub="cn=auth" read by * none
database mdb
suffix dc=x
directory $k/slapd
END
  printf 'dn: dc=x\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: x\n' |
    slapadd -q -f "$k/slapd.conf" || return 1
  slapd_start "$1"
}
slapd_start() { # CIPHERS
  local i
  sed -i "s/^TLSCipherSuite.*/TLSCipherSuite $1/" "$k/slapd.conf"
  KRB5_KTNAME=$k/slapd.kt slapd -d 0 -f "$k/slapd.conf" \
    -h "ldap://$slapd_at ldaps://${slapd_at%:*}:$((${slapd_at#*:} + 1))" >"$k/slapd.log" 2>&1 &
  slapd_pid=$!
  for i in $(seq 100); do
    (exec 3<>"/dev/tcp/${slapd_at%:*}/${slapd_at#*:}") 2>/dev/null && return 0
    kill -0 "$slapd_pid" 2>/dev/null || break
    sleep 0.1
  done
  return 1
}
slapd_stop() {
  [ -z "${slapd_pid:-}" ] || { kill "$slapd_pid" && wait "$slapd_pid"; } 2>/dev/null
  slapd_pid=
}
trap 'slapd_stop; live_cleanup' EXIT

if ! command -v slapd >/dev/null; then
  live_n=$((live_n + 1))
  echo "ok $live_n - EXTERNAL and channel binding # SKIP slapd is not installed"
else
  slapd_at=$DC_IP:$((20000 + RANDOM % 10000))
  slapd_pid=
  echo "$DC_IP slapd.contoso.test" >>"$k/hosts"
  export NSS_WRAPPER_HOSTS=$k/hosts
  start_slapd NORMAL >"$k/slapd.out" 2>&1 && ok 'slapd with certificates' ||
    not_ok 'slapd with certificates' < <(cat "$k/slapd.out" "$k/slapd.log" 2>&1)
  uri=ldaps://slapd.contoso.test:$((${slapd_at#*:} + 1))
  like 'EXTERNAL with a certificate' "$(p -Y EXTERNAL -E "$k/client.pem")" '^entries 1 '
  like 'EXTERNAL after StartTLS' \
    "$(uri=ldap://slapd.contoso.test:${slapd_at#*:} p -ZZ -Y EXTERNAL -E "$k/client.pem")" '^entries 1 '
  like 'EXTERNAL with a certificate of a stranger' "$(p -Y EXTERNAL -E "$k/stranger.pem")" \
    '^status 5 .*takes no account from the certificate \(tls_cert\)'
  like 'EXTERNAL without one' "$(p -Y EXTERNAL)" '^status 5 .*needs a certificate of our own'
  like 'EXTERNAL without TLS' "$(uri=ldap://slapd.contoso.test:${slapd_at#*:} p -Y EXTERNAL -E x)" \
    '^status 5 .*takes the identity from TLS'
  keys=(-k "$k/audit.kt" -N)
  like 'tls-unique does not exist in TLS 1.3' "$(p -Y GSSAPI "${keys[@]}" -G 2)" \
    '^status 5 .*tls-unique .*does not exist in TLS 1.3'
  slapd_stop
  slapd_start NORMAL:-VERS-TLS1.3 || not_ok 'slapd with TLS 1.2' <"$k/slapd.log"
  first=$(p -Y GSSAPI "${keys[@]}" -G 3)
  if grep -q 'has no channel binding' <<<"$first"; then
    ok 'that the SASL library has no channel binding is said'
  else
    for mech in GSSAPI GSS-SPNEGO; do
      like "$mech over TLS with channel binding" "$(p -Y $mech "${keys[@]}" -G 0)" \
        "$mech bind as audit@$DC_REALM, channel binding: tls-endpoint"
      like "$mech with another binding than the server has" "$(p -Y $mech "${keys[@]}" -G 2)" \
        '^status 5 code 49 .*or the channel binding with it \(sasl_cbinding\)'
      like "$mech without" "$(p -Y $mech "${keys[@]}" -G 1)" 'channel binding: none'
    done
  fi
  slapd_stop
  export NSS_WRAPPER_HOSTS=$DC_DIR/etc/hosts
fi
unset uri

# --- Which connector: found by itself, several, or none.

all=$(wba_as audit@contoso.test audit -b "$people" --users "$k/users.csv" --findings "$k/f.csv" 2>&1)
is 'three connectors, judged one after the other' \
  "$(grep '^connector: ' <<<"$all" | sed 's/,.*//')" "connector: CN=MSOL_00000000000a
connector: CN=MSOL_00000000000b
connector: CN=provAgentgMSA"
is 'a row for every user and connector' "$(python3 -c '
import csv, sys
for r in csv.DictReader(open(sys.argv[1], newline="")):
    print(r["samaccountname"], r["connector"].split(",")[0][3:], r["reset"], r["unlock"])' \
  "$k/users.csv" | sort -k2,2 -k1,1)" \
"alice MSOL_00000000000a ok ok
bob MSOL_00000000000a ok ok
alice MSOL_00000000000b fail fail
bob MSOL_00000000000b fail fail
alice provAgentgMSA fail ok
bob provAgentgMSA fail ok"
like 'that there are several is said' "$(cat "$k/f.csv")" '^202,risk,connector,.*MSOL_00000000000b'
for name in 'MSOL_00000000000b' 'CONTOSO\MSOL_00000000000b' 'S-1-5-21-1004336348-1177238915-682003330-5002' \
  "CN=MSOL_00000000000b,CN=Users,$DC_BASE"; do
  is "--connector $name" "$(wba_as audit@contoso.test audit -b "$people" --connector "$name" \
    --users /dev/null 2>&1 | grep '^connector: ')" "connector: CN=MSOL_00000000000b,CN=Users,$DC_BASE"
done
is '--connector without the $ of a gMSA' "$(wba_as audit@contoso.test audit -b "$people" \
  --connector pGMSA_0a1b2c3d --users /dev/null 2>&1 | grep -c '^connector: CN=provAgentgMSA,')" 1
is '--connector of an older wording' "$(wba_as audit@contoso.test audit -b "$people" \
  --connector AAD_0123456789ab --users /dev/null 2>&1 | grep -c '^connector: CN=AAD_')" 1
cat >"$k/some.conf" <<END
base = "$people"; bind_dn = "audit@contoso.test"; password_file = "$k/lab";
uri = "$DC_URI"; tls_cacert = "$DC_CA"; fail_on = "never";
domains = ( { name = "has"; connector = "MSOL_00000000000a"; },
            { name = "lacks"; connector = "CONTOSO\\\\nobody"; } );
END
with_dc "$WBA" audit -c "$k/some.conf" --findings "$k/f.csv" --users "$k/users.csv" 2>"$k/err"
is 'one of two domains lacks its connector: exit status' $? 3
like 'a finding says so' "$(cat "$k/f.csv")" \
  "^201,unknown,connector,contoso.test,\"$DC_BASE\",.*no such account: CONTOSO.nobody"
is 'the other is audited' "$(grep -c MSOL_00000000000a "$k/users.csv")" 2
is 'and its summary says so' "$(grep '^connector: ' "$k/err" | sed 's/,.*//')" \
  'connector: CN=MSOL_00000000000a
connector: none was found'

# --- Kerberos over TLS: refused by Samba as it is, taken when it is told to.

uri=$DC_URI
for mech in GSSAPI GSS-SPNEGO; do
  refused "$mech over TLS" 'does not go together with TLS: use ldap:// without TLS' \
    -Y $mech --keytab "$k/audit.kt" -o tls_cacert="$DC_CA"
done
"$WBA_SRC/contrib/dc" stop "$live_dir"
"$WBA_SRC/contrib/dc" start "$live_dir" \
  --option 'ldap server require strong auth = allow_sasl_over_tls' >"$live_tmp/dc.log" 2>&1 || live_dead
eval "$("$WBA_SRC/contrib/dc" env "$live_dir" | grep -v LD_PRELOAD)"
for mech in GSSAPI GSS-SPNEGO; do
  like "$mech over TLS, where it is allowed" \
    "$(bind -v -Y $mech --keytab "$k/audit.kt" -o tls_cacert="$DC_CA")" 'read from .* as audit@'
done
refused 'sealing within TLS' 'do not go together with TLS: leave -O out' \
  --keytab "$k/audit.kt" -o tls_cacert="$DC_CA" -O minssf=512,maxssf=1024
plan
