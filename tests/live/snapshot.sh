#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A snapshot says what the controller said: audit and explain, live and from the
# file, byte for byte; redacted, compressed, cut short, and made by other tools.
. "$WBA_SRC/tests/live/lib.sh"
live_dc snapshot "$WBA_SRC/ldif/company.ldif"
live_passwords
now=2026-01-15T12:00:00Z
cd "$live_tmp" || exit 1

offline() { "$WBA" "$1" -c /dev/null --now "$now" "${@:2}"; } # COMMAND --ldif FILE ...

audit() { # PREFIX COMMAND...: all that an audit gives, in PREFIX.*
  local to=$1
  shift
  "$@" --findings "$to.findings" --users "$to.users" --causes "$to.causes" --json "$to.json" \
    2>"$to.summary"
  echo "$?" >"$to.status"
}

same() { # description, PREFIX, PREFIX
  local part
  for part in findings users causes json summary status; do
    is "$1: $part" "$(cmp "$2.$part" "$3.$part" 2>&1)" ''
  done
}

explained() { # description, FILE, live command...
  local file=$2 what=$1 user
  shift 2
  for user in "${users[@]}"; do
    "$@" explain --now "$now" "$user" >live.x 2>&1
    offline explain --ldif "$file" "$user" >file.x 2>&1
    is "$what: explain $user" "$(diff live.x file.x)" ''
  done
}

users=()
for file in "$WBA_SRC"/tests/golden/explain/*; do users+=("${file##*/}"); done
users+=(Administrator lotte.jensen MSOL_0123456789ab 'Domain Admins'
  "CN=Adrian Colt,OU=Sales,OU=Contoso,$DC_BASE" adrian.colt@contoso.test)

# As Administrator, as an ordinary account, as the connector itself.
wba_admin snapshot -o admin.ldif 2>err
is 'snapshot: exit status' $? 0
like 'snapshot: says what it wrote' "$(cat err)" '^admin.ldif: [0-9]+ users, [0-9]+ other entries$'
is 'snapshot: for its owner only' "$(stat -c %a admin.ldif)" 600
is 'snapshot: nothing else is left' "$(ls)" "$(printf 'admin\nadmin.ldif\ndc.log\nerr\nlab')"
is 'snapshot: lines of 76 columns at most' "$(awk 'length > 76 && !/^#/' admin.ldif | head -1)" ''
is 'snapshot: each DN once' "$(grep -a '^dn:' admin.ldif | sort | uniq -d)" ''
like 'snapshot: a head' "$(head -12 admin.ldif)" '^# taken: 20.*Z$'
audit live wba_admin audit --now "$now"
audit file offline audit --ldif admin.ldif
same 'as Administrator' live file
explained 'as Administrator' admin.ldif wba_admin

for who in audit MSOL_0123456789ab; do
  wba_as "$who@contoso.test" snapshot -o "$who.ldif" 2>/dev/null
  is "as $who: exit status" $? 0
  audit own wba_as "$who@contoso.test" audit --now "$now"
  audit file offline audit --ldif "$who.ldif"
  same "as $who" own file
  explained "as $who" "$who.ldif" wba_as "$who@contoso.test"
done
audit own wba_admin audit --now "$now" -b "OU=Sales,OU=Contoso,$DC_BASE" --profile cloud-sync
audit file offline audit --ldif admin.ldif -b "OU=Sales,OU=Contoso,$DC_BASE" --profile cloud-sync
same 'below one OU' own file
filter='(&(objectClass=user)(description=*inheritance*))'
wba_admin snapshot --filter "$filter" -o filtered.ldif 2>/dev/null
audit own wba_admin audit --now "$now" --filter "$filter"
audit file offline audit --ldif filtered.ldif --filter "$filter"
same 'with a filter' own file
offline audit --ldif admin.ldif --filter '(department=x)' >/dev/null 2>err
is 'a filter for what the file does not have: exit status' $? 2
like 'a filter for what the file does not have: message' "$(cat err)" \
  'admin.ldif: no entry has the attribute department'

# Other forms of the same file.
wba_admin snapshot -o admin.ldif.zst 2>/dev/null
if command -v zstd >/dev/null; then
  is 'zstd: the same entries' "$(zstd -dcq admin.ldif.zst | sed '/^# taken/d; /^currentTime/d' |
    diff - <(sed '/^# taken/d; /^currentTime/d' admin.ldif) | head -3)" ''
fi
audit live2 offline audit --ldif admin.ldif
for form in 'zstd:admin.ldif.zst' 'a pipe:-' 'CRLF:crlf.ldif' 'made from the snapshot:again.ldif' \
  'other order:order.ldif' 'unfolded:unfolded.ldif'; do
  file=${form#*:}
  case $file in
  crlf.ldif) sed 's/$/\r/' admin.ldif >crlf.ldif ;;
  again.ldif) "$WBA" snapshot -q -c /dev/null --ldif admin.ldif -o again.ldif ;;
  unfolded.ldif) python3 -c '
import sys; sys.stdout.write(open("admin.ldif").read().replace("\n ", ""))' >unfolded.ldif ;;
  order.ldif) python3 -c '
import sys
for r in open("admin.ldif").read().replace("\n ", "").split("\n\n"):
    lines = r.split("\n")
    if lines[0].startswith("dn"):
        lines[1:] = reversed(lines[1:]) if "dn: CN" in lines[0] else lines[1:]
    sys.stdout.write("\n".join(lines) + "\n\n")' >order.ldif ;;
  esac
  # The class of a user is the last that objectClass lists; reversed it is not.
  [ "$file" != order.ldif ] || sed -i '/^objectClass: computer$/d' order.ldif
  offline audit --ldif "$file" --users file.users <admin.ldif.zst >/dev/null 2>err
  is "$form: users" "$(cmp live2.users file.users 2>&1; grep -v '^[A-Z ]' err | head -1 >/dev/null)" ''
done

# Cut short: what is there is judged, and the exit status says that it is not all.
for cut in 90 99; do
  head -c $(($(stat -c %s admin.ldif) * cut / 100)) admin.ldif >cut.ldif
  audit file offline audit --ldif cut.ldif
  is "cut at $cut %: exit status" "$(cat file.status)" 3
  [ "$cut" != 99 ] || like 'cut: rule 117' "$(cat file.findings)" '^117,unknown,.*cut short'
  like "cut at $cut %: says so" "$(cat file.summary)" '^writeback-audit: cut.ldif.*cut short'
done
sed '/^# end of snapshot/d' admin.ldif >cut.ldif
audit file offline audit --ldif cut.ldif
is 'without its last line: exit status' "$(cat file.status)" 3
head -c 40000 admin.ldif.zst >cut.zst
audit file offline audit --ldif cut.zst
is 'zstd, cut: exit status' "$(cat file.status)" 3
head -c 20000 admin.ldif >cut.ldif
audit file offline audit --ldif cut.ldif
is 'cut before the users: exit status' "$(cat file.status)" 2

# Redacted: nobody's name, every verdict.
wba_admin snapshot --redact -o redacted.ldif 2>/dev/null
is 'redacted: exit status' $? 0
audit file offline audit --ldif redacted.ldif
verdicts() { python3 -c '
import csv, sys
for r in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")):
    print([v for k, v in r.items() if k not in ("domain", "dn", "samaccountname", "upn",
                                                "policy", "connector")])' "$1"; }
is 'redacted: every verdict' "$(diff <(verdicts live.users) <(verdicts file.users) | head -4)" ''
is 'redacted: the same findings' "$(diff <(cut -d, -f1-3 live.findings) <(cut -d, -f1-3 file.findings))" ''
is 'redacted: the same status' "$(cat file.status)" "$(cat live.status)"
python3 - admin.ldif redacted.ldif >leaks <<'END'
import base64, re, sys
def values(path):
    for line in open(path, encoding="utf-8").read().replace("\n ", "").split("\n"):
        name, _, value = line.partition(":")
        yield name, (base64.b64decode(value[2:]) if value.startswith(": ") else
                     value.strip().encode())
names = set()
for name, value in values(sys.argv[1]):
    if name in ("sAMAccountName", "userPrincipalName"):
        names.add(value.split(b"@")[0].lower())
    if name == "dn":
        names.update(v.lower() for v in re.findall(rb"(?:CN|OU|DC)=([^,]+)", value)
                     if b"CN=System" not in value and b"Configuration" not in value
                     and b"CN=Builtin" not in value)
names.add(b"contoso")
common = {b"users", b"computers", b"builtin", b"system", b"keys", b"infrastructure", b"test", b"",
          b"domain controllers", b"managed service accounts", b"program data", b"microsoft",
          b"foreignsecurityprincipals", b"ntds quotas", b"lostandfound", b"tpm devices", b"dns-dc1"}
names = {n for n in names - common if len(n) > 3 and not n.startswith(b"s-1-")}
any_name = re.compile(rb"\b(?:" + b"|".join(map(re.escape, sorted(names))) + rb")\b")
for name, value in values(sys.argv[2]):
    low = value.lower()
    if name.startswith("#") or name in ("objectClass", "vendorName", "lDAPDisplayName", "subClassOf"):
        continue
    found = any_name.search(low)
    if found and b"cn=schema" not in low and b"cn=builtin" not in low:
        print(name, value[:80], found[0])
END
is 'redacted: no name is left' "$(head -5 leaks)" ''
sid='\(S-1-5-21-1004336348'
is 'redacted: nor the SID of the domain' \
  "$(offline explain --ldif redacted.ldif "$(python3 -c '
import csv
print(next(csv.DictReader(open("file.users", encoding="utf-8", newline="")))["samaccountname"])')" |
    grep -E "$sid")" ''
wba_admin snapshot --redact -o second.ldif 2>/dev/null
is 'redacted: other pseudonyms each time' \
  "$(grep -c '^sAMAccountName: n' redacted.ldif)-$(cat redacted.ldif second.ldif |
    grep '^sAMAccountName: n' | sort | uniq -d | wc -l)" \
  "$(grep -c '^sAMAccountName: n' redacted.ldif)-0"

# What ldapsearch wrote. What it does not have is unknown, never wrong.
search() { # -> stdout
  with_dc env LDAPTLS_CACERT="$DC_CA" ldapsearch -x -H "$DC_URI" -D "$DC_ADMIN" \
    -y "$live_tmp/admin" -E pr=500/noprompt -E '!1.2.840.113556.1.4.801=::MAMCAQc=' "$@" 2>/dev/null
}
truth() { # description, PREFIX of the audit of a foreign file
  python3 - live.users "$2.users" >compared <<'END'
import csv, sys
read = lambda p: {r["dn"]: r for r in csv.DictReader(open(p, encoding="utf-8", newline=""))}
live, file = read(sys.argv[1]), read(sys.argv[2])
wrong = [f"{dn}: missing" for dn in live if dn not in file] + [f"{dn}: new" for dn in file if dn not in live]
known = 0
for dn, row in file.items():
    for c in row:
        if c.startswith("right_") or c in ("enabled", "locked", "admin_count", "protected",
                                           "password_never_expires"):
            known += row[c] != "unknown"
            if row[c] not in ("unknown", live[dn][c]):
                wrong.append(f"{dn}: {c}: {row[c]}, in truth {live[dn][c]}")
        if c in ("reset", "change", "unlock") and row[c] == "ok" and live[dn][c] not in ("ok", "risk"):
            wrong.append(f"{dn}: {c}: ok, in truth {live[dn][c]}")
print("; ".join(wrong[:5]), known, sep="|")
END
  is "$1: every cell is right or unknown" "$(cut -d'|' -f1 compared)" ''
  like "$1: and many are known" "$(cut -d'|' -f2 compared)" '^[0-9]{3,}$'
}
{ search -b '' -s base '*' +; search -b "$DC_BASE" '(objectClass=*)' '*' nTSecurityDescriptor \
    objectCategory memberOf; } >foreign.ldif
audit foreign offline audit --ldif foreign.ldif
is 'ldapsearch of all: exit status' "$(cat foreign.status)" 3
truth 'ldapsearch of all' foreign
search -LLL -o ldif-wrap=no -b "$DC_BASE" '(objectClass=user)' sAMAccountName userPrincipalName \
  objectClass objectSid objectGUID userAccountControl pwdLastSet lockoutTime accountExpires \
  adminCount primaryGroupID nTSecurityDescriptor sAMAccountType >users.ldif
audit foreign offline audit --ldif users.ldif --connector MSOL_0123456789ab
is 'ldapsearch of users: exit status' "$(cat foreign.status)" 3
truth 'ldapsearch of users' foreign
sed 's/^\(dn:.*\)$/\1\nchangetype: add/; s/$/\r/' users.ldif >ldifde.ldif
audit ldifde offline audit --ldif ldifde.ldif --connector MSOL_0123456789ab
is 'the same as ldifde writes it' "$(cmp foreign.users ldifde.users 2>&1)" ''

# Memory grows with users by the keys of the duplicate check and the index of the file
# alone: some 100 bytes a user, and what an allocator adds. AddressSanitizer is not to
# keep what was freed: that is no memory of the program's.
rss() { # FILE
  ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1 \
    /usr/bin/time -f %M -o time "$WBA" audit -q -c /dev/null --ldif "$1" --users grown.users 2>/dev/null
  tail -1 time
}
if [ -x /usr/bin/time ]; then
  python3 "$WBA_SRC/tests/live/grow.py" admin.ldif 5000 >small.ldif
  python3 "$WBA_SRC/tests/live/grow.py" admin.ldif 50000 >large.ldif
  small=$(rss small.ldif) large=$(rss large.ldif)
  is "50,000 users: $large KiB, 5,000: $small KiB" "$((large < small + 9000 && large < 2 * small))" 1
  like '50,000 users: all of them' "$(wc -l <grown.users)" '^4[89][0-9]{3}$'
else
  ok "memory # SKIP no /usr/bin/time"
fi
plan
