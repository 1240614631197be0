#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Several domains in one run: two forests read at the same time, one that cannot
# be reached, a connector of one forest with rights in the other.
. "$WBA_SRC/tests/live/lib.sh"
live_dc domains "$WBA_SRC/ldif/company.ldif"
live_other fabrikam --realm FABRIKAM.TEST --host DC5 --ip 127.0.0.41 \
  --domain-sid S-1-5-21-1111111111-2222222222-333333333 -- "$WBA_SRC/tests/live/fabrikam.ldif"
live_passwords
conf=$live_tmp/wba.conf

# domain NAME URI CA ADMIN [SETTING...]: one block of the configuration
domain() {
  printf '  { name = "%s"; uri = "%s"; tls_cacert = "%s"; bind_dn = "%s"; password_file = "%s"; %s }' \
    "$1" "$2" "$3" "$4" "$live_tmp/admin" "${5:-}"
}
contoso() { domain contoso.test "$DC_URI" "$DC_CA" "$DC_ADMIN" "${1:-}"; }
fabrikam() { domain fabrikam.test "$OTHER_URI" "$OTHER_CA" "$OTHER_ADMIN" "${1:-}"; }
domains() { # BLOCK...
  local IFS=,
  printf 'domains = (\n%s\n);\n' "$*" >"$conf"
}
now=2026-01-15T12:00:00Z
cures=(--remedies "$live_tmp/remedies" --dialect samba-tool)
audit() { # NAME [OPTION...]
  local name=$1
  shift
  with_dc "$WBA" audit -c "$conf" --now $now --fail-on never --users "$live_tmp/$name.users" \
    --findings "$live_tmp/$name.findings" --causes "$live_tmp/$name.causes" \
    --json "$live_tmp/$name.json" --html "$live_tmp/$name.html" \
    "${cures[@]}" "$@" 2>"$live_tmp/$name.err"
}
column() { # FILE COLUMN [CONDITION]: distinct values of a CSV column, in order
  python3 -c '
import csv, sys
seen = {}
for r in csv.DictReader(open(sys.argv[1], newline="")):
    if eval(sys.argv[3]):
        seen[r[sys.argv[2]]] = 1
print(" ".join(seen))' "$1" "$2" "${3:-True}"
}

domains "$(contoso)" && audit contoso
is 'the first forest alone' $? 0
mv "$live_tmp/remedies" "$live_tmp/contoso.remedies"
domains "$(fabrikam)" && audit fabrikam
is 'the second alone' $? 0
mv "$live_tmp/remedies" "$live_tmp/fabrikam.remedies"
domains "$(contoso)" "$(fabrikam)" && audit both
is 'both in one run' $? 0
is 'remedies of both: the one file, then the other' "$(sha256sum <"$live_tmp/remedies")" \
  "$(cat "$live_tmp"/{contoso,fabrikam}.remedies | sha256sum)"
is 'each section names its domain' "$(grep -o '^# Remedies for [a-z.]*' "$live_tmp/remedies" | tr '\n' ' ')" \
  '# Remedies for contoso.test # Remedies for fabrikam.test '
rows() { tail -q -n +2 "$@" | sort; }
is 'causes of both: each of each, counted for itself' "$(rows "$live_tmp/both.causes" | sha256sum)" \
  "$(rows "$live_tmp"/{contoso,fabrikam}.causes | sha256sum)"
is 'and they add up' "$(python3 "$WBA_SRC/tests/live/causes.py" "$live_tmp"/both.{causes,users,findings} |
  grep -v '^ok')" ''
for kind in users findings; do
  is "$kind of both: the one file, then the other" \
    "$(cat "$live_tmp/both.$kind" | sha256sum)" \
    "$( (cat "$live_tmp/contoso.$kind"; tail -n +2 "$live_tmp/fabrikam.$kind") | sha256sum)"
done
for n in 1 2 3; do
  audit again
  is "the same bytes every time ($n)" "$(cat "$live_tmp"/again.{users,findings,causes,json} | sha256sum)" \
    "$(cat "$live_tmp"/both.{users,findings,causes,json} | sha256sum)"
  is "and the same page ($n)" "$(sed 's/again\.users/both.users/' "$live_tmp/again.html" | sha256sum)" \
    "$(sha256sum <"$live_tmp/both.html")"
done
like 'a summary for each, in that order' "$(grep 'read from' "$live_tmp/both.err" | tr '\n' ' ')" \
  '^contoso.test, .*fabrikam.test, '
is 'each is judged by the connector of its own forest' \
  "$(column "$live_tmp/both.users" connector)" \
  "$live_company_connector CN=MSOL_fedcba987654,CN=Users,DC=fabrikam,DC=test"
is 'OU=Staff is open to it' \
  "$(column "$live_tmp/both.users" right_reset_password '"OU=Staff" in r["dn"]')" yes
is 'OU=Field is not' "$(column "$live_tmp/both.users" right_reset_password '"OU=Field" in r["dn"]')" no

is 'a user of another category is read too' \
  "$(column "$live_tmp/both.users" samaccountname '"staff.c" in r["dn"]')" staff.c

page() { # NAME: what is wrong with its page
  python3 "$WBA_SRC/tests/cli/html_page.py" structure <"$live_tmp/$1.html" 2>&1 | grep -v '^ok'
  python3 "$WBA_SRC/tests/cli/html_page.py" users "$live_tmp/$1.users" 500 \
    <"$live_tmp/$1.html" 2>&1 | grep -v '^ok'
}
is 'the page has both, and their users in one table' "$(page both)" ''
is 'each under its name' "$(grep -c '^<section .*>\(contoso\|fabrikam\).test<' "$live_tmp/both.html")" 2

# What if, over both: each assumption is about the domain that its object is in.
reset=00299570-246d-11d0-a768-00aa006e0529
user=bf967aba-0de6-11d0-a285-00aa003049e2
grant="OU=Field,$OTHER_BASE=(OA;CIIO;CR;$reset;$user;CONNECTOR)"
cures=()
audit assumed --assume-grant "$grant"
is 'an assumption about one of two domains' $? 0
is 'what it grants is there' \
  "$(column "$live_tmp/assumed.users" right_reset_password '"OU=Field" in r["dn"]')" yes
is 'the other domain is as it is, row by row' "$(grep '^contoso' "$live_tmp/assumed.users" | sha256sum)" \
  "$(grep '^contoso' "$live_tmp/both.users" | sha256sum)"
is 'and the summary has it with the one alone' \
  "$(grep -o '^ASSUMED\|^[a-z]*\.test, read' "$live_tmp/assumed.err" | tr '\n' ' ')" \
  'contoso.test, read ASSUMED fabrikam.test, read '
unblock="OU=Board,OU=Contoso,$DC_BASE"
audit assumed --assume-grant "$grant" --assume-unblock "$unblock"
is 'an assumption about each: those of the one are healed' \
  "$(column "$live_tmp/assumed.users" samaccountname 'r["difference"] == "healed" and r["domain"] == "contoso.test"')" \
  "$(column "$live_tmp/both.users" samaccountname '"OU=Board" in r["dn"] and r["reset"] == "fail"')"
# A group of one of them: its connector joins it, and the other is as it is.
audit assumed --assume-member 'Field Writeback'
is 'a group of one of two domains' $? 0
is 'the connector of that is in it then' \
  "$(column "$live_tmp/assumed.users" right_reset_password '"OU=Field" in r["dn"]')" yes
is 'the other domain is as it is' "$(grep '^contoso' "$live_tmp/assumed.users" | sha256sum)" \
  "$(grep '^contoso' "$live_tmp/both.users" | sha256sum)"

for wrong in "--assume-grant=OU=x,DC=nowhere=(A;;GA;;;WD)|none of the domains of the run" \
  "--assume-unblock=OU=Nobody,$OTHER_BASE|there is no OU=Nobody" \
  "--assume-member=Domain Admins|more than one domain of the run has it: CN=Domain Admins," \
  "--assume-member=Nobody|no such group in the domains of the run" \
  "--assume-connector=Administrator|CN=Administrator,.* has that name" \
  "--assume-connector=nowhere\\MSOL_new|no domain of this run that could be opened is called so"; do
  rm -f "$live_tmp/assumed.users"
  audit assumed "${wrong%%|*}"
  is "${wrong%%|*}: status 2" $? 2
  like 'said' "$(cat "$live_tmp/assumed.err")" "${wrong#*|}"
  is 'and no report' "$(ls "$live_tmp/assumed.users" 2>/dev/null)" ''
done

# One of them is down.
domains "$(contoso)" "$(domain nowhere.test ldaps://nowhere.invalid "$DC_CA" "$DC_ADMIN")" "$(fabrikam)"
audit down --summary "$live_tmp/down.summary"
is 'one domain cannot be reached: exit status 3' $? 3
like 'the summary says so' "$(cat "$live_tmp/down.summary")" 'nowhere\.test: INCOMPLETE: this domain was not'
is 'the others are read all the same' "$(sha256sum <"$live_tmp/down.users")" \
  "$(sha256sum <"$live_tmp/both.users")"
like 'and it is named' "$(cat "$live_tmp/down.err")" 'nowhere\.invalid'
like 'and a finding, with the reason' "$(grep '^103,' "$live_tmp/down.findings")" \
  '^103,unknown,dc,nowhere\.test,nowhere\.test,.*nowhere\.invalid'
is 'the page says it, too' "$(page down; grep -c 'nowhere.test</bdi></h2>' "$live_tmp/down.html")" 1
is 'and so does the last line' "$(tail -1 "$live_tmp/down.json")" '{"type":"end","complete":false}'

# A forest with one domain more, which no controller is known of.
cat >"$live_tmp/sales.ldif" <<END
dn: CN=SALES,CN=Partitions,CN=Configuration,$OTHER_BASE
objectClass: crossRef
nCName: DC=sales,$OTHER_BASE
dnsRoot: sales.fabrikam.test
nETBIOSName: SALES
systemFlags: 3
END
if [ ! -e "$OTHER_DIR/.sales" ]; then
  "$WBA_SRC/contrib/dc" load "$OTHER_DIR" "$live_tmp/sales.ldif" >"$live_tmp/load" 2>&1 ||
    not_ok 'another domain in the configuration partition' <"$live_tmp/load"
  touch "$OTHER_DIR/.sales"
fi
domains "$(fabrikam)" && audit one
is 'without --forest, the domain named' $? 0
audit whole --forest
is 'a forest with a domain that cannot be reached: exit status 3' $? 3
like 'it is named' "$(cat "$live_tmp/whole.err")" 'sales\.fabrikam\.test: .*no domain controller'
is 'and the others are audited' "$(sha256sum <"$live_tmp/whole.users")" \
  "$(sha256sum <"$live_tmp/one.users")"

# A new account in each forest, in its root domain; of the second forest one domain is
# not in the run.
domains "$(contoso)" "$(fabrikam)"
audit made --assume-connector MSOL_new
is 'a new connector for both: groups of the second are not all known' $? 3
is 'is one in each forest' "$(column "$live_tmp/made.users" connector)" \
  "CN=MSOL_new,CN=Users,$DC_BASE CN=MSOL_new,CN=Users,$OTHER_BASE"
is 'granted at the root of the one' \
  "$(column "$live_tmp/made.users" right_reset_password '"OU=Field" in r["dn"]')" yes
is 'and of the other' "$(grep -c '^contoso.*,healed' "$live_tmp/made.users")" \
  "$(grep -c '^contoso.*,ok,.*,healed' "$live_tmp/made.users")"
like 'with what is not known of its groups' "$(grep '^212,' "$live_tmp/made.findings")" \
  '^212,unknown,connector,fabrikam.test,.*not read: sales\.fabrikam\.test; universal groups'
is 'there alone' "$(grep -c '^212,' "$live_tmp/made.findings")" 1
# What is said of a forest alone is what is said of it with the other.
for n in contoso fabrikam; do
  domains "$($n)" && audit "$n-made" --assume-connector MSOL_new
done
is 'as in a run over each alone' "$(cat "$live_tmp/made.users" | sha256sum)" \
  "$( (cat "$live_tmp/contoso-made.users"; tail -n +2 "$live_tmp/fabrikam-made.users") | sha256sum)"
domains "$(contoso)" "$(fabrikam)"
audit made --assume-connector 'contoso\MSOL_new'
is 'one that is made in one of them, for both' "$(column "$live_tmp/made.users" connector)" \
  "CN=MSOL_new,CN=Users,$DC_BASE"
is 'is granted in both' \
  "$(column "$live_tmp/made.users" right_reset_password '"OU=Field" in r["dn"]')" yes
like 'but does not get in without a trust' "$(grep '^217,' "$live_tmp/made.findings")" \
  '^217,fail,connector,fabrikam.test,"CN=MSOL_new,'

# The connector of one forest in the other.
printf 'connector = "CONTOSO\\\\MSOL_0123456789ab";\n' >"$live_tmp/head"
domains "$(contoso)" "$(fabrikam)" && cat "$live_tmp/head" "$conf" >"$conf.new" && mv "$conf.new" "$conf"
audit across
is 'one connector for both forests' $? 0
is 'it is found in its own' "$(column "$live_tmp/across.users" connector)" "$live_company_connector"
is 'and gets in where a local group has it, through a group, by its SID' \
  "$(column "$live_tmp/across.users" right_reset_password '"OU=Field" in r["dn"]')" yes
like 'but nobody of there gets in: there is no trust' "$(grep '^217,' "$live_tmp/across.findings")" \
  '^217,fail,connector,fabrikam.test,"CN=MSOL_0123456789ab,.*CN=System,DC=fabrikam,DC=test: no trust with contoso'
is 'so nothing works' "$(column "$live_tmp/across.users" reset 'r["domain"] == "fabrikam.test"')" fail
audit assumed --assume-grant "OU=Staff,$OTHER_BASE=(OA;CIIO;CR;$reset;$user;CONNECTOR)"
is 'what if it were granted in the other forest: by its SID there' \
  "$(column "$live_tmp/assumed.users" right_reset_password '"OU=Staff" in r["dn"]')" yes
is 'elsewhere it does not' \
  "$(column "$live_tmp/across.users" right_reset_password '"OU=Staff" in r["dn"]')" no
is 'its own forest says the same as before' \
  "$(grep -c '^contoso' "$live_tmp/across.users") $(grep '^contoso' "$live_tmp/across.users" | sha256sum)" \
  "$(grep -c '^contoso' "$live_tmp/both.users") $(grep '^contoso' "$live_tmp/both.users" | sha256sum)"
domains "$(contoso)" "$(fabrikam 'connector = "FABRIKAM\\nobody";')" && audit nobody
is 'a connector that is in neither: exit status 3' $? 3
like 'is named, with the domain' "$(cat "$live_tmp/nobody.err")" \
  "connector account 'FABRIKAM.nobody': there is no such account in fabrikam.test nor in the other"
is 'and the other domain is audited' "$(sha256sum <"$live_tmp/nobody.users")" \
  "$(sha256sum <"$live_tmp/contoso.users")"
plan
