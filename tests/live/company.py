#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""company.py EXPECTED USERS.csv FINDINGS.csv: one line a user, "ok NAME" or
"not ok NAME|what differs", and lines for what the two reports must agree in."""
import csv
import sys

COLUMNS = ["reset", "change", "unlock", "right_reset_password", "right_change_password",
           "right_write_lockouttime", "right_write_pwdlastset", "enabled", "locked",
           "password_never_expires", "admin_count", "protected", "policy", "rules"]


def policy_name(dn):
    if dn.startswith("DC="):
        return "domain"
    return dn.split(",")[0].removeprefix("CN=")


def undefused(cell):
    """A cell that a spreadsheet would run has a ' before it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@\t\r\uff1d\uff0b\uff0d\uff20" else cell


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        expected = {r["samaccountname"]: r
                    for r in csv.DictReader(l for l in f if not l.startswith("#"))}
    with open(sys.argv[2], encoding="utf-8", newline="") as f:
        users = list(csv.DictReader(f))
    with open(sys.argv[3], encoding="utf-8", newline="") as f:
        findings = list(csv.DictReader(f))
    seen = {}
    for user in users:
        name = undefused(user["samaccountname"])
        want = expected.get(name, expected["*"])
        key = name if name in expected else "*"
        seen[key] = seen.get(key, 0) + 1
        user["policy"] = policy_name(user["policy"])
        wrong = [f"{c}: got {user[c]!r}, wanted {want[c]!r}" for c in COLUMNS if user[c] != want[c]]
        print(f"not ok {name}|" + "; ".join(wrong) if wrong else f"ok {name}")
    for name, want in expected.items():
        if seen.get(name, 0) != int(want["count"]):
            print(f"not ok rows for {name}|got {seen.get(name, 0)}, wanted {want['count']}")
    by_user = {}
    for finding in findings:
        if finding["scope"] == "user":
            by_user.setdefault(finding["object_guid"], set()).add(finding["rule"])
            if not finding["evidence"]:
                print(f"not ok evidence of {finding['object']}|rule {finding['rule']} has none")
    odd = [u["dn"] for u in users if by_user.get(u["object_guid"], set()) != set(u["rules"].split())]
    print(f"not ok findings and rows name the same rules|{odd}" if odd
          else "ok findings and rows name the same rules")
    print("ok every GUID once" if len({u["object_guid"] for u in users}) == len(users)
          else "not ok every GUID once|a user stands twice")


main()
