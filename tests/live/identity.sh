#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Who is taken for whom (6xx): within one real domain, and across two forests that
# are read in one run.
. "$WBA_SRC/tests/live/lib.sh"

connector() { # BASE SID
  cat <<END
dn: CN=MSOL_0123456789ab,CN=Users,$1
objectClass: user
sAMAccountName: MSOL_0123456789ab
userAccountControl: 66048

END
}

person() { # DN NAME [LINE...]
  printf 'dn: %s\nobjectClass: user\nsAMAccountName: %s\nuserAccountControl: %s\n' "$1" "$2" \
    "${state:-512}"
  printf '%s\n' "${@:3}" ''
}

ou() { printf 'dn: %s\nobjectClass: organizationalUnit\n\n' "$1"; }

c=DC=contoso,DC=test f=DC=fabrikam,DC=test
same=$(printf 'both have this 1' | base64) old=$(printf 'one of them left' | base64)
{
  connector "$c"
  ou "OU=People,$c"
  ou "OU=R/D,$c"
  ou "OU=\\#1,$c"
  ou "OU=Team #2,OU=\\#1,$c"
  person "CN=Ada,OU=People,$c" ada "mS-DS-ConsistencyGuid:: $same" "mail: ada@cloud.test"
  person "CN=Ada Two,OU=People,$c" ada2 "mS-DS-ConsistencyGuid:: $same"
  person "CN=Bela,OU=People,$c" bela "mS-DS-ConsistencyGuid:: $old"
  state=514 person "CN=Bela Former,OU=People,$c" bela.former "mS-DS-ConsistencyGuid:: $old"
  person "CN=Carl,OU=People,$c" carl "mS-DS-ConsistencyGuid:: $(printf 4711 | base64)"
  person "CN=Dora,OU=People,$c" dora 'userPrincipalName: Shared@cloud.test'
  person "CN=Emil,OU=People,$c" emil 'employeeID: 815'
  person "CN=Emil Two,OU=People,$c" emil2 'employeeID: 815'
  person "CN=Fina,OU=R/D,$c" fina
  person "CN=Gero\\, Dr.,OU=Team #2,OU=\\#1,$c" gero
  person "CN=Hede\\, Dr.,OU=People,$c" hede
  person "CN=Iris,OU=People,$c" iris 'proxyAddresses: SMTP:iris@cloud.test' \
    'proxyAddresses: smtp:i.iris@cloud.test'
  state=514 person "CN=Jane,OU=People,$c" jane 'mail: jane@cloud.test'
} >"$live_tmp/contoso.ldif"
{
  connector "$f"
  ou "OU=People,$f"
  person "CN=Ada Elsewhere,OU=People,$f" ada.e 'mail: ADA@cloud.test' \
    'userPrincipalName: shared@cloud.test'
  person "CN=Iris Elsewhere,OU=People,$f" iris.e 'proxyAddresses: smtp:IRIS@cloud.test'
  person "CN=Jane Elsewhere,OU=People,$f" jane.e 'mail: jane@cloud.test'
  person "CN=Emil Elsewhere,OU=People,$f" emil.e 'userPrincipalName: emil@contoso.test'
} >"$live_tmp/fabrikam.ldif"

live_dc identity "$live_tmp/contoso.ldif"
live_passwords
contoso_uri=$DC_URI contoso_ca=$DC_CA contoso_admin=$DC_ADMIN

six() { # FILE: the findings of the family, as "rule name"
  python3 - "$1" <<'END'
import csv, sys
for r in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")):
    if r["rule"].startswith("6"):
        print(r["rule"], r["object"].split(",OU=")[0].removeprefix("CN=").replace("\\,", ""))
END
}
evidence() { # FILE RULE NAME
  python3 - "$@" <<'END'
import csv, sys
for r in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")):
    if r["rule"] == sys.argv[2] and f"CN={sys.argv[3]}," in r["object"]:
        print(r["evidence"], r["cause"], r["event"], r["operations"], sep="|")
END
}
cd "$live_tmp" || exit 1

# One domain.
wba_admin audit --now 2026-01-15T12:00Z --findings one.csv --users users.csv --causes causes.csv \
  2>summary
is 'one domain: exit status' $? 1
is 'one domain: who shares what' "$(six one.csv | sort)" "$(sort <<'END'
603 Carl
607 Fina
607 Gero Dr.
601 Ada
601 Ada Two
602 Bela
602 Bela Former
END
)"
is 'those who share come behind all users, in the order of the users' \
  "$(six one.csv | grep -n '^60[12]' | sort -n | cut -d: -f1 | tr '\n' ' ')" '4 5 6 7 '
is 'evidence: the ImmutableID, and the other' "$(evidence one.csv 601 Ada)" \
  "source anchor (mS-DS-ConsistencyGuid, else objectGUID) $same: also of CN=Ada Two,OU=People,$c|CN=Ada,OU=People,$c|33003|reset change unlock"
like 'evidence: disabled' "$(evidence one.csv 602 Bela)" 'also of CN=Bela Former,OU=People,.* \(disabled\)'
is 'evidence: what of the path, and the OU as its cause' "$(evidence one.csv 607 'Gero\, Dr.')" \
  "in the path: \"#1\"|OU=\\#1,$c|33001|reset change unlock"
like 'the row of a user with a bad anchor has the rule' "$(grep 'CN=Carl,' users.csv)" ',[^,]*603[^,]*,[^,]*MSOL'
is 'and that of one who shares a good one has not' "$(grep 'CN=Ada,' users.csv | grep -c 601)" 0
like 'causes: users of 601' "$(grep '^601' causes.csv)" '^601,fail,.*,2,'
like 'summary: what was compared' "$(cat summary)" '^identities compared: of 1[0-9] users'
wba_admin audit --source-anchor employeeID --findings emil.csv 2>/dev/null
is 'another anchor' "$(six emil.csv | grep '^60[1-6]' | sort)" '601 Emil
601 Emil Two'
wba_admin audit --source-anchor nosuchAttribute >/dev/null 2>err
is 'an anchor that does not exist: exit status' $? 2
like 'an anchor that does not exist: message' "$(cat err)" \
  '--source-anchor nosuchAttribute: contoso.test has no such attribute'

# The same from a snapshot; and from one that was taken with another anchor.
wba_admin snapshot -o one.ldif 2>/dev/null
wba_admin audit --now 2026-01-15T12:00Z --findings one.csv 2>/dev/null
"$WBA" audit -c /dev/null --ldif one.ldif --now 2026-01-15T12:00Z --findings file.csv 2>/dev/null
is 'from a snapshot: the same' "$(cmp one.csv file.csv 2>&1)" ''
"$WBA" audit -c /dev/null --ldif one.ldif --source-anchor employeeID >/dev/null 2>err
is 'a snapshot without that anchor: exit status' $? 2
like 'a snapshot without that anchor: message' "$(cat err)" 'or the snapshot was taken without it'
wba_admin snapshot --source-anchor employeeID -o emil.ldif 2>/dev/null
"$WBA" audit -c /dev/null --ldif emil.ldif >file.csv 2>/dev/null
is 'a snapshot without the usual one: exit status' $? 3
like 'a snapshot without the usual one: rule 608' "$(six file.csv)" '^608 DC=contoso'
"$WBA" audit -c /dev/null --ldif emil.ldif --source-anchor employeeID --findings file.csv 2>/dev/null
is 'a snapshot with another anchor' "$(six file.csv | grep '^60[1-6]' | sort)" '601 Emil
601 Emil Two'
wba_admin snapshot --redact -o redacted.ldif 2>/dev/null
"$WBA" audit -c /dev/null --ldif redacted.ldif --now 2026-01-15T12:00Z --findings file.csv 2>/dev/null
is 'redacted: the same rules' "$(six file.csv | cut -d' ' -f1)" "$(six one.csv | cut -d' ' -f1)"

# Two forests.
second=$WBA_BUILD/check-dc/identity-2
live_others+=("$second")
live_new "$second" --realm FABRIKAM.TEST --host DC5 --ip 127.0.0.41 \
  --domain-sid S-1-5-21-1111111111-2222222222-333333333 -- fabrikam.ldif
eval "$("$WBA_SRC/contrib/dc" env "$live_dir" | grep NSS_WRAPPER_HOSTS)"
cp "$NSS_WRAPPER_HOSTS" hosts
eval "$("$WBA_SRC/contrib/dc" env "$second" | grep -v LD_PRELOAD)"
cat "$NSS_WRAPPER_HOSTS" >>hosts
export NSS_WRAPPER_HOSTS=$live_tmp/hosts
# As a migration leaves it: the former account's objectGUID.
guid=$(with_dc env LDAPTLS_CACERT="$contoso_ca" ldapsearch -LLL -x -H "$contoso_uri" -D "$contoso_admin" \
  -y admin -b "CN=Hede\\, Dr.,OU=People,$c" -s base objectGUID | sed -n 's/^objectGUID:: //p')
cat >hede.ldif <<END
dn: CN=Hede Elsewhere,OU=People,$f
changetype: add
objectClass: user
sAMAccountName: hede.e
userAccountControl: 544
mS-DS-ConsistencyGuid:: $guid
END
with_dc ldapmodify -x -H "$DC_URI" -D "$DC_ADMIN" -y admin -f hede.ldif >mod.log 2>&1
is 'a copied objectGUID' $? 0
cat >two.conf <<END
domains = (
  { name = "contoso"; uri = "$contoso_uri"; tls_cacert = "$contoso_ca"; bind_dn = "$contoso_admin";
    password_file = "$live_tmp/admin"; },
  { name = "fabrikam"; uri = "$DC_URI"; tls_cacert = "$DC_CA"; bind_dn = "$DC_ADMIN";
    password_file = "$live_tmp/admin"; }
);
findings = "$live_tmp/two.csv";
END
two() { with_dc "$WBA" audit -c two.conf "$@"; }
within='601 Ada
601 Ada Two'
two 2>summary
is 'two forests: exit status' $? 1
is 'two forests: who shares what' "$(six two.csv | grep '^60[1-6]' | sort)" "$(sort <<END
$within
602 Bela
602 Bela Former
603 Carl
601 Hede Dr.
601 Hede Elsewhere
604 Dora
604 Ada Elsewhere
604 Emil
604 Emil Elsewhere
606 Ada
606 Ada Elsewhere
END
)"
like 'two forests: each is named to the other' "$(evidence two.csv 606 Ada)" \
  "^mail ada@cloud.test: also of CN=Ada Elsewhere,OU=People,$f\\|"
two --join mail --findings mail.csv 2>/dev/null
is 'joined by mail' "$(six mail.csv | grep '^60[56]')" '605 Ada
605 Ada Elsewhere'
two --join proxyAddresses --findings proxy.csv 2>/dev/null
is 'joined by addresses' "$(six proxy.csv | grep '^60[56]')" '605 Iris
605 Iris Elsewhere'
two --join sAMAccountName+mailNickname --findings name.csv 2>/dev/null
is 'joined by account name: the connectors of both have one name' \
  "$(six name.csv | grep '^60[56]')" "605 MSOL_0123456789ab,CN=Users,$c
605 MSOL_0123456789ab,CN=Users,$f"
two --join once --findings once.csv 2>/dev/null
is 'not joined' "$(six once.csv | grep '^60[56]')" ''
two --findings again.csv 2>/dev/null
is 'a second run says the same, byte for byte' "$(cmp two.csv again.csv 2>&1)" ''
two --join nosuchAttribute >/dev/null 2>err
like 'a join attribute that does not exist' "$(cat err)" '--join nosuchAttribute: contoso.test has no'
plan
