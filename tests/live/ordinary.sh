#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# An auditing account with no special rights: what it may not read is unknown,
# never wrong, and nobody is missing.
. "$WBA_SRC/tests/live/lib.sh"
live_dc ordinary "$WBA_SRC/ldif/company.ldif"
live_passwords

wba_admin audit --users "$live_tmp/admin.csv" 2>/dev/null
wba_as audit@contoso.test audit --users "$live_tmp/audit.csv" --findings "$live_tmp/f.csv" 2>"$live_tmp/err"
is 'exit status 3: not all could be read' $? 3
like 'the summary says so' "$(cat "$live_tmp/err")" '^INCOMPLETE'
python3 - "$live_tmp/admin.csv" "$live_tmp/audit.csv" >"$live_tmp/compared" <<'END'
import csv, sys
read = lambda p: {r["dn"]: r for r in csv.DictReader(open(p, encoding="utf-8", newline=""))}
admin, audit = read(sys.argv[1]), read(sys.argv[2])
missing = sorted(set(admin) - set(audit))
print("not ok nobody is missing|" + "; ".join(missing) if missing else "ok nobody is missing")
extra = sorted(set(audit) - set(admin))
print("not ok nobody is invented|" + "; ".join(extra) if extra else "ok nobody is invented")
wrong, unknown = [], 0
columns = [c for c in next(iter(admin.values())) if c.startswith("right_") or
           c in ("reset", "change", "unlock", "enabled", "locked", "password_never_expires",
                 "admin_count", "protected")]
for dn, row in admin.items():
    for c in columns:
        got = audit.get(dn, row)[c]
        if got == "unknown":
            unknown += 1
        # A failure that shows stays a failure whatever else cannot be read; what
        # was ok or risk for one who reads all must be that, or unknown.
        elif got != row[c]:
            wrong.append(f"{dn}: {c}: {got}, in truth {row[c]}")
print("not ok every cell is right or unknown|" + "; ".join(wrong[:5]) if wrong
      else "ok every cell is right or unknown")
print("ok some are unknown" if unknown else "not ok some are unknown|none is")
END
while IFS= read -r line; do
  case $line in
  ok*) ok "${line#ok }" ;;
  not*) not_ok "${line%%|*}" <<<"${line#*|}" ;;
  esac
done <"$live_tmp/compared"
for rule in 315 318 319 407 505; do
  like "rule $rule names what to grant, and to whom" \
    "$(grep "^$rule," "$live_tmp/f.csv" | head -1)" 'grant audit@contoso.test|could not be read'
done

# Bound as the connector itself, the rights are the same.
wba_as MSOL_0123456789ab@contoso.test audit --users "$live_tmp/self.csv" 2>/dev/null
rights() { python3 -c '
import csv, sys
for r in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")):
    print(r["dn"], [r[c] for c in r if c.startswith("right_") and r[c] != "unknown"])' "$1" | sort; }
is 'bound as the connector, the rights are the same' \
  "$(diff <(rights "$live_tmp/self.csv" | grep -v "\[\]\|'[a-z]*', '[a-z]*', '[a-z]*'\]$") \
    <(rights "$live_tmp/admin.csv") | grep '^<' | head -3)" ''
plan
