#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `explain` on instructive users of the sample company, byte for byte against
# tests/golden/explain/.  GOLDEN=write refreshes them: read the diff then.
. "$WBA_SRC/tests/live/lib.sh"
live_dc explain "$WBA_SRC/ldif/company.ldif"
live_passwords
golden=$WBA_SRC/tests/golden/explain

# What a fresh directory hands out anew: GUIDs, SIDs without a fixed RID, times.
still() {
  sed -E -e 's/^(  GUID +).*/\1(a GUID)/' -e 's/(S-1-5-21-[0-9-]+-)1[0-9]{3}\b/\1(RID)/g' \
    -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/(a time)/g' -e 's/pwdLastSet: [0-9]+/pwdLastSet: (a number)/'
}

users=(
  adrian.colt     # denied on the user itself
  ines.faro       # allowed before it is denied
  olaf.rehm       # a denial that is inherit-only
  bodo.anker      # cannot change the password
  arne.sund       # Change allowed to SELF before it is denied to Everyone
  enno.raab       # a property set denied
  anton.rieger    # grants that are inherit-only
  milena.dusek    # full control through three nested groups
  rahel.wirth     # Reset through Authenticated Users
  m.prinz         # below an OU that blocks inheritance
  gregor.lenz     # below an OU that denies, through nested groups
  marie.curtis    # inetOrgPerson: the grant is for another class
  judith.prill    # a direct policy before one of a group
  emre.polat      # locked, and lockoutTime not writable
  adm.handmade    # protected, and granted by hand
  adm.cmdlet      # protected, with the cmdlet's inherit-only copy
)
for user in "${users[@]}"; do
  wba_admin explain "$user" 2>"$live_tmp/err" | still >"$live_tmp/$user"
  [ "${GOLDEN:-}" != write ] || cp "$live_tmp/$user" "$golden/$user"
  is "$user" "$(diff "$golden/$user" "$live_tmp/$user" 2>&1; cat "$live_tmp/err")" ''
  is "$user: lines of at most 80 columns, but for long names" \
    "$(grep -vE 'S-1-5-21|DC=|[0-9a-f]{8}-[0-9a-f]{4}-' "$live_tmp/$user" | awk 'length > 80' | head -2)" ''
done

dn='CN=Adrian Colt,OU=Sales,OU=Contoso,DC=contoso,DC=test'
wba_admin explain --json adrian.colt >"$live_tmp/json"
is 'JSON says the same' "$(python3 -c '
import json, sys
x = json.load(open(sys.argv[1]))
r = {r["right"]: r for r in x["rights"]}
print(x["reset"], r["Reset Password"]["decision"], r["Reset Password"]["decided_by_ace"],
      [a["role"] for a in r["Reset Password"]["aces"]][:1], x["findings"][0]["rule"])' "$live_tmp/json")" \
  "fail no 0 ['decides'] 302"
sid=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["object_sid"])' "$live_tmp/json")
guid=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["object_guid"])' "$live_tmp/json")
for name in "$dn" adrian.colt@contoso.test 'CONTOSO\adrian.colt' "$sid" "$guid"; do
  is "found by $name" "$(wba_admin explain "$name" | still | diff "$golden/adrian.colt" -)" ''
done
wba_admin explain nobody.here >"$live_tmp/out" 2>"$live_tmp/err"
is 'an unknown name: exit status' $? 2
like 'an unknown name: message' "$(cat "$live_tmp/err")" "'nobody.here': there is no such user in contoso.test"
wba_admin explain 'CN=Nobody,DC=contoso,DC=test' 2>"$live_tmp/err"
is 'an unknown DN: exit status' $? 2
wba_admin explain 'Domain Admins' >/dev/null 2>"$live_tmp/err"
is 'a group: exit status' $? 2
like 'a group: message' "$(cat "$live_tmp/err")" 'no normal user account'
wba_as audit@contoso.test explain edith.kahn "CN=Edith Kahn,OU=Works Council,OU=Contoso,$DC_BASE" \
  >"$live_tmp/out" 2>"$live_tmp/err"
like 'a hidden user, by DN: unknown' "$(cat "$live_tmp/out")" '^reset +unknown'
wba_admin explain --self-check adrian.colt >"$live_tmp/out" 2>"$live_tmp/err"
is 'a check that only the connector can make: exit status' $? 3
like 'a check that only the connector can make: message' "$(cat "$live_tmp/err")" \
  '--self-check needs a bind as the connector account CN=MSOL_'
plan
