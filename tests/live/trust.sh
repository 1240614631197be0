#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Two forests that trust each other: accounts of the first with rights in the second,
# through whatever groups. What the audit says of them is tried, by Kerberos over the
# trust, as those accounts.
. "$WBA_SRC/tests/live/lib.sh"

python3 "$WBA_SRC/tests/live/trust.py" ldif 1 >"$live_tmp/first.ldif"
python3 "$WBA_SRC/tests/live/trust.py" ldif 2 >"$live_tmp/second.ldif"
live_dc trust "$live_tmp/first.ldif"
live_other trust-2 --realm FABRIKAM.TEST --host DC5 --ip 127.0.0.41 \
  --domain-sid S-1-5-21-1111111111-2222222222-333333333 -- "$live_tmp/second.ldif"
live_passwords
first=CN=MSOL_0123456789ab,CN=Users,$DC_BASE
second_uri=ldap://$OTHER_HOST
export live_preload KRB5_CONFIG=$DC_DIR/etc/krb5.conf:$OTHER_DIR/etc/krb5.conf

"$WBA_SRC/contrib/dc" trust "$DC_DIR" "$OTHER_DIR" >"$live_tmp/trust" 2>&1 &&
  ok 'two forests trust each other' || not_ok 'two forests trust each other' <"$live_tmp/trust"

ticket() { # NAME
  export KRB5CCNAME=FILE:$live_tmp/cc.$1
  kinit "$1@$DC_REALM" <<<"$lab_password" >/dev/null 2>"$live_tmp/kinit" ||
    not_ok "a ticket for $1" <"$live_tmp/kinit"
}
conf() { # FILE SETTING...: both domains, each bound as its Administrator
  local file=$live_tmp/$1
  shift
  {
    printf '%s\n' "$@" 'fail_on = "never"; domains = ('
    printf '  { name = "contoso.test"; uri = "%s"; tls_cacert = "%s"; bind_dn = "%s"; password_file = "%s"; },\n' \
      "$DC_URI" "$DC_CA" "$DC_ADMIN" "$live_tmp/admin"
    printf '  { name = "fabrikam.test"; uri = "%s"; tls_cacert = "%s"; bind_dn = "%s"; password_file = "%s"; }\n);\n' \
      "$OTHER_URI" "$OTHER_CA" "$OTHER_ADMIN" "$live_tmp/admin"
  } >"$file"
}
audit() { # NAME OPTION...
  local name=$1
  shift
  with_dc "$WBA" audit --users "$live_tmp/$name.users" --findings "$live_tmp/$name.findings" "$@" \
    >/dev/null 2>"$live_tmp/$name.err"
  status=$?
}
said() { python3 "$WBA_SRC/tests/live/trust.py" said "$live_tmp/$1.users" "${@:2}"; } # NAME DN [home]

# What is said of each account.
for name in MSOL_0123456789ab other.sync; do
  dn=CN=$name,CN=Users,$DC_BASE
  conf "$name.conf" "connector = \"CONTOSO\\\\$name\";"
  audit "$name" -c "$live_tmp/$name.conf"
  is "$name: both forests are read whole" $status 0
  said "$name" "$dn" >"$live_tmp/$name.said"
done
is 'that they get in is no question' "$(cat "$live_tmp"/*.findings | grep -c '^21[78],')" 0
is 'every user of the second forest, and three rights' \
  "$(wc -l <"$live_tmp/MSOL_0123456789ab.said")" $((20 * 3))

is 'a group local to its own domain does not come along (MS-PAC 4.1.2.1)' \
  "$(said MSOL_0123456789ab "$first" home | sed 's/.* //' | sort | uniq -c | tr -s ' ')" ' 6 no'

# The account itself, in the second forest over the trust: the controller tells its token.
ticket MSOL_0123456789ab
printf 'connector = "CONTOSO\\\\MSOL_0123456789ab"; fail_on = "never"; domains = (
  { name = "contoso.test"; uri = "ldap://%s"; sasl_nocanon = true; },
  { name = "fabrikam.test"; uri = "ldap://%s"; sasl_nocanon = true; });\n' \
  "$DC_HOST" "$OTHER_HOST" >"$live_tmp/self.conf"
audit self -c "$live_tmp/self.conf"
like 'the account binds in the other forest' "$(cat "$live_tmp/self.err")" \
  '^fabrikam.test, read from .* as S-1-5-21-1004336348-1177238915-682003330-5001'
said self "$first" >"$live_tmp/self.said"
is 'and its token there gives the same verdicts' \
  "$(diff "$live_tmp/self.said" "$live_tmp/MSOL_0123456789ab.said")" ''

# What happens.
for name in MSOL_0123456789ab other.sync; do
  ticket "$name"
  python3 "$WBA_SRC/tests/live/trust.py" try "$second_uri" "$live_tmp/$name.users" \
    "CN=$name,CN=Users,$DC_BASE" >"$live_tmp/$name.tried" 2>&1
  is "$name: each reset, unlock and re-dating is what was said" \
    "$(diff "$live_tmp/$name.said" "$live_tmp/$name.tried")" ''
  like "$name: some are taken, some are not" \
    "$(sed 's/.* //' "$live_tmp/$name.tried" | sort -u | tr '\n' ' ')" '^no yes $'
  echo "# $name: $(sed 's/.* //' "$live_tmp/$name.tried" | sort | uniq -c | tr -s ' \n' ' ')"
done

# What if, in both forests at once; then it is done, and looked at again.
same() { # FORETOLD NOW: rows that are not what was foretold, but for what was assumed
  python3 "$WBA_SRC/tests/live/trust.py" same "$live_tmp/$1.users" "$live_tmp/$2.users"
}
modify() { # URI CA ADMIN
  LDAPTLS_CACERT=$2 with_dc ldapmodify -x -H "$1" -D "$3" -y "$live_tmp/admin" >"$live_tmp/modify" 2>&1 ||
    not_ok "a change in $1" <"$live_tmp/modify"
}
for group in Writeback 'of nobody' 'At Home'; do
  audit assumed -c "$live_tmp/other.sync.conf" --assume-member "$group"
  is "what if other.sync were in $group" $status 0
  case $group in
  'of nobody')
    modify "$OTHER_URI" "$OTHER_CA" "$OTHER_ADMIN" <<END
dn: CN=$group,CN=Users,$OTHER_BASE
changetype: modify
add: member
member: CN=S-1-5-21-1004336348-1177238915-682003330-5002,CN=ForeignSecurityPrincipals,$OTHER_BASE
END
    ;;
  *)
    modify "$DC_URI" "$DC_CA" "$DC_ADMIN" <<END
dn: CN=$group,CN=Users,$DC_BASE
changetype: modify
add: member
member: CN=other.sync,CN=Users,$DC_BASE
END
    ;;
  esac
  audit now -c "$live_tmp/other.sync.conf"
  is "$group: then it is as was foretold, in both forests" "$(same assumed now)" \
    "$(wc -l <"$live_tmp/now.users" | awk '{ print $1 - 1 }') alike"
  echo "# $group: $(python3 "$WBA_SRC/tests/live/trust.py" healed "$live_tmp/assumed.users")"
done
is 'no group of the first forest that is local there goes to the second' \
  "$(said assumed "CN=other.sync,CN=Users,$DC_BASE" home | sed 's/.* //' | sort -u)" no

conf made.conf
audit assumed -c "$live_tmp/made.conf" --assume-connector 'CONTOSO\brand.new'
is 'what if there were a new connector, of the first forest' $status 0
python3 "$WBA_SRC/tests/live/trust.py" new | modify "$DC_URI" "$DC_CA" "$DC_ADMIN"
samba() { # DIRECTORY ARGUMENT...
  samba-tool "${@:2}" --configfile="$1/etc/smb.conf" 2>>"$live_tmp/samba"
}
sid=$(samba "$DC_DIR" user show brand.new --attributes=objectSid | sed -n 's/^objectSid: //p')
grants=$(python3 "$WBA_SRC/tests/live/trust.py" grants "$sid")
samba "$DC_DIR" dsacl set --objectdn "$DC_BASE" --sddl "$grants" >"$live_tmp/dsacl" &&
  samba "$OTHER_DIR" dsacl set --objectdn "$OTHER_BASE" --sddl "$grants" >"$live_tmp/dsacl" &&
  ok 'granted at the roots of both' || not_ok 'granted at the roots of both' <"$live_tmp/samba"
conf made.conf 'connector = "CONTOSO\\brand.new";'
audit now -c "$live_tmp/made.conf"
is 'it is then as was foretold, in both forests, and itself there' "$(same assumed now)" \
  "more: CN=brand.new,CN=Users,$DC_BASE
$(wc -l <"$live_tmp/assumed.users" | awk '{ print $1 - 1 }') alike"
plan
