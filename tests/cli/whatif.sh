#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Assumptions about the sample company, from its snapshot.
. "$(dirname "$0")/tap.inc"

snapshot=$top/ldif/company.snapshot.ldif
base=DC=contoso,DC=test
reset=00299570-246d-11d0-a768-00aa006e0529
user=bf967aba-0de6-11d0-a285-00aa003049e2

audit()
{
	run audit -c /dev/null --ldif "$snapshot" --users - "$@"
}

wrong() # WHAT, TEXT, OPTIONS...
{
	what=$1 text=$2
	shift 2
	audit "$@"
	is_status 2 "$what: status 2"
	has_err "$text" "$what: said"
	no_out "$what: no report"
}

rows() # how many have the difference
{
	sed 's/\r$//' "$work/out" | grep -c ",$1\$"
}

audit
check "nothing assumed: an empty column" test "$(rows '')" = 257
check "and no word of it" test -z "$(grep ASSUMED "$work/err")"

audit --assume-unblock "OU=Board,OU=Contoso,$base"
is_status 1 "an OU that inherits again"
has_err "checked: the same computation gives 3 of these 3" "what is changed is checked as it is now"
check "its three users are healed" test "$(rows healed)-$(rows broken)-$(rows unchanged)" = 3-0-254
check "the first line says that it is assumed" \
	sh -c "head -1 '$work/err' | grep -q '^ASSUMED: '"
has_err "  reset               3         0       254" "counted by operation"

audit --assume-move "yoko.mori=OU=Sales,OU=Contoso,$base"
check "moved: the new DN, healed" \
	grep -q "\"CN=Yoko Mori,OU=Sales,OU=Contoso,$base\".*,healed" "$work/out"
check "nobody else" test "$(rows healed)-$(rows unchanged)" = 1-256

# Protected accounts block inheritance: what is granted above does not reach them.
audit --assume-grant "$base=(OA;CIIO;GA;;$user;CONNECTOR)"
check "a grant above does not reach a protected account" \
	grep -q '^contoso.test,"CN=Adm Weber,.*,fail,.*,unchanged' "$work/out"
# A grant on AdminSDHolder: Windows copies it to what it protects, Samba, which alone has
# a vendorName, does not.
holder()
{
	audit "$@" --assume-grant "CN=AdminSDHolder,CN=System,$base=(OA;;CR;$reset;;CONNECTOR)" \
		--assume-grant "CN=AdminSDHolder,CN=System,$base=(OA;;WP;28630ebf-41d5-11d1-a9c1-0000f80367c1;;CONNECTOR)" \
		--assume-grant "CN=AdminSDHolder,CN=System,$base=(OA;;WP;bf967a0a-0de6-11d0-a285-00aa003049e2;;CONNECTOR)"
}
holder
check "AdminSDHolder on Samba: nobody" test "$(rows healed)-$(rows broken)" = 0-0
sed '/^vendorName:/d' "$snapshot" >"$work/windows.ldif"
snapshot=$work/windows.ldif
holder
snapshot=$top/ldif/company.snapshot.ldif
check "AdminSDHolder on Windows: those it protects, and no others" test "$(sed -n \
	's/.*,\([^,]*\),[^,]*,[0-9a-f-]*,\(ok\|risk\),.*,healed.$/\1/p' "$work/out" | sort | tr '\n' ' ')" = \
	"Administrator adm.castillo adm.cmdlet adm.forst adm.hofer adm.lindt adm.nakata \
adm.osman adm.petit adm.schema adm.vargas adm.weber "
check "nobody is broken" test "$(rows broken)" = 0

wrong "a change on a protected account" "AdminSDHolder protects" \
	--assume-unblock "CN=Adm Weber,OU=Admins,OU=IT,OU=Contoso,$base"

audit --assume-grant "OU=Contoso,$base=(OD;CIIO;CR;$reset;$user;CONNECTOR)"
check "a denial breaks" test "$(rows broken)" -gt 100
check "a denial heals nobody" test "$(rows healed)" = 0

# A group whose SID may not be read: what hangs on it is unknown then, not as now.
sid=S-1-5-21-1004336348-1177238915-682003330-1369	# Human Resources
full=$snapshot
snapshot=$work/no-sid.ldif
grep -v 'AQUAAAAAAAUVAAAA3PTcO4M9K0aCi6YoWQUAAA==' "$full" >"$snapshot"
audit --assume-member "Human Resources" \
	--assume-grant "OU=Contoso,$base=(OD;CIIO;CR;$reset;$user;$sid)"
check "a denial for a group whose SID is hidden: unknown" test "$(rows broken)" -gt 100
check "said so" test "$(grep -c '^contoso.test,.*,unknown,.*,broken' "$work/out")" -gt 100
snapshot=$full

audit --assume-connector MSOL_new --json "$work/json" --findings "$work/findings"
is_status 1 "a new connector: nothing is unknown"
check "a new connector heals" test "$(rows healed)" -gt 100
check "findings are marked" test -z "$(sed 1d "$work/findings" | grep -v ',yes,.$')"
check "so is every line of JSON" test "$(grep -v '"assumed":true' "$work/json" |
	sed 's/.*"type":"\([a-z]*\)".*/\1/' | tr '\n' ' ')" = 'run end '
audit --assume-connector MSOL_new --profile express
has_err "  unlock              0         0       257" "a profile grants what it says"

run explain -c /dev/null --ldif "$snapshot" --assume-unblock "OU=Board,OU=Contoso,$base" yoko.mori
is_status 0 "explained"
has_out "reset    ok, assumed; now: fail" "an explanation has both verdicts"
has_out "The difference to now: healed" "and the difference"

# What the connector lacks was asked for under the permissions as they are.
connector="CN=MSOL_0123456789ab,CN=Users,$base"
audit --assume-grant "$connector=(OD;;RP;28630ebf-41d5-11d1-a9c1-0000f80367c1;;WD)" \
	--findings "$work/findings"
check "a connector whose lockoutTime nobody could read then: not locked now" \
	test "$(grep -c '^211,' "$work/findings")" = 0

wrong "no such object" "there is no OU=Nobody," --assume-unblock "OU=Nobody,$base"
wrong "no DN" "is not a DN" --assume-unblock Board
wrong "nothing blocked" "does not block inheritance" --assume-unblock "OU=Contoso,$base"
wrong "no ACE" "is written DN=(ACE)" --assume-grant "OU=Contoso,$base"
wrong "a malformed ACE" "at byte 3: ACE flags" --assume-grant "$base=(A;ZZ;GA;;;WD)"
wrong "an ACE that says nothing" "it would do nothing" --assume-grant "$base=(A;IO;GA;;;WD)"
wrong "an audit ACE" "neither allows nor denies" --assume-grant "$base=(AU;SA;GA;;;WD)"
wrong "no such group" "there is no 'Nobody'" --assume-member Nobody
wrong "the primary group" "it is its primary group" --assume-member "Domain Users"
wrong "the primary group of a new account" "it is its primary group" --assume-connector MSOL_new \
	--assume-member "Domain Users"
wrong "no group" "is not a group" --assume-member krbtgt
wrong "no such OU" "there is no OU=Nowhere" --assume-move "yoko.mori=OU=Nowhere,$base"
wrong "no OU" "is written USER=OU" --assume-move yoko.mori
wrong "moved twice" "is moved twice" --assume-move "yoko.mori=OU=Sales,OU=Contoso,$base" \
	--assume-move "yoko.mori=OU=Finance,OU=Contoso,$base"
full=$snapshot
snapshot=$work/namesake.ldif
{
	cat "$full"
	printf '\ndn: CN=Yoko Mori,OU=Sales,OU=Contoso,%s\nobjectClass: contact\n' "$base"
} >"$snapshot"
wrong "a name that is taken there" "there is a CN=Yoko Mori,OU=Sales,OU=Contoso,$base already" \
	--assume-move "yoko.mori=OU=Sales,OU=Contoso,$base"
snapshot=$full
wrong "there already" "already" --assume-move "yoko.mori=OU=Board,OU=Contoso,$base"
wrong "an account that exists" "--connector judges it" --assume-connector krbtgt
wrong "two connectors" "given twice" --assume-connector a --assume-connector b
wrong "two kinds of connector" "give one of them" --assume-connector a --connector b
wrong "and the server's word" "--self-check" --self-check --assume-connector a
wrong "and cures" "does not go with" --remedies "$work/cures" --dialect dsacls --assume-connector a
wrong "and a history" "does not go with" --history "$work/history" --assume-connector a
finish
