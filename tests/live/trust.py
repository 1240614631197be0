#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Two forests that trust each other, and accounts of one with rights in the other.
    trust.py ldif NUMBER                     what the first or the second forest holds
    trust.py try URI USERS DN > ANSWERS      as the Kerberos ticket at hand, what the rows
                                             of --users speak of is tried: "cell answer"
    trust.py said USERS DN [home]            the same, as the rows say it
    trust.py same USERS USERS                compares rows, but for what was assumed
    trust.py healed USERS                    how many were, in each forest
    trust.py new                             an account more
    trust.py grants SID                      what the program assumes that it is granted
"""
import base64
import csv
import os
import secrets
import subprocess
import sys

SIDS = ("S-1-5-21-1004336348-1177238915-682003330", "S-1-5-21-1111111111-2222222222-333333333")
BASES = ("DC=contoso,DC=test", "DC=fabrikam,DC=test")
A, B = SIDS
ACCOUNT, OTHER = f"{A}-5001", f"{A}-5002"
PASSWORD = "Winter.Sun-4711"
RESET, LOCK, SET = ("CR;00299570-246d-11d0-a768-00aa006e0529",
                    "WP;28630ebf-41d5-11d1-a9c1-0000f80367c1",
                    "WP;bf967a0a-0de6-11d0-a285-00aa003049e2")
ALL = (RESET, LOCK, SET)
GLOBAL, LOCAL, UNIVERSAL = -2147483646, -2147483644, -2147483640

# Of the first forest: the groups of the account; "Unused" is in no group.
FIRST = [("Writeback", 5101, GLOBAL, ["MSOL_0123456789ab"]),
         ("Everywhere", 5102, UNIVERSAL, ["Writeback"]),
         ("At Home", 5103, LOCAL, ["MSOL_0123456789ab"]),
         ("Unused", 5104, GLOBAL, [])]
# Of the second: domain-local groups, and who is in them.
SECOND = [("of the account", 5201, [ACCOUNT]),
          ("of its group", 5202, [f"{A}-5101"]),
          ("of its universal group", 5203, [f"{A}-5102"]),
          ("of a group of these", 5204, ["of its group"]),
          ("of its domain's users", 5205, [f"{A}-513"]),
          ("of the other account", 5206, [OTHER]),
          ("of nobody", 5207, []),
          ("of home", 5208, [f"{A}-5103"])]
# The users of "home" and "of home" are not tried: tests/truth/known-differences.
# What an OU's users inherit: (allow or deny, rights, trustee).
UNITS = {
    "nothing": [],
    "account": [("A", ALL, ACCOUNT)],
    "group": [("A", ALL, f"{A}-5101")],
    "universal": [("A", ALL, f"{A}-5102")],
    "home users": [("A", ALL, f"{A}-513")],
    "home": [("A", ALL, f"{A}-5103")],
    "unused": [("A", ALL, f"{A}-5104")],
    "other account": [("A", ALL, OTHER)],
    "users of here": [("A", ALL, f"{B}-513")],
    "authenticated": [("A", (LOCK,), "AU")],
    "everyone": [("A", (RESET, SET), "WD")],
    "builtin": [("A", ALL, "S-1-5-32-551")],
    "denied": [("D", (RESET,), f"{B}-5202"), ("A", ALL, ACCOUNT)],
    "denied elsewhere": [("D", ALL, f"{B}-5206"), ("A", ALL, f"{B}-5204")],
    **{name: [("A", ALL, f"{B}-{rid}")] for name, rid, _ in SECOND},
}


def record(dn, *lines):
    print(f"dn: {dn}", *lines, "", sep="\n")


def secret(text):
    return "unicodePwd:: " + base64.b64encode(f'"{text}"'.encode("utf-16-le")).decode()


def user(name, where, sid):
    record(f"CN={name},{where}", "objectClass: user", f"sAMAccountName: {name}",
           f"objectSid: {sid}", "userAccountControl: 66048", secret(PASSWORD))


def first():
    people = f"CN=Users,{BASES[0]}"
    user("MSOL_0123456789ab", people, ACCOUNT)
    user("other.sync", people, OTHER)
    for name, rid, kind, members in FIRST:
        record(f"CN={name},{people}", "objectClass: group", f"sAMAccountName: {name}",
               f"objectSid: {A}-{rid}", f"groupType: {kind}",
               *(f"member: CN={m},{people}" for m in members))


def second():
    people, base = f"CN=Users,{BASES[1]}", BASES[1]
    foreign = sorted({m for _, _, members in SECOND for m in members if m.startswith("S-1-")})
    for sid in foreign:
        record(f"CN={sid},CN=ForeignSecurityPrincipals,{base}",
               "objectClass: foreignSecurityPrincipal")
    for name, rid, members in SECOND:
        record(f"CN={name},{people}", "objectClass: group", f"sAMAccountName: {name}",
               f"objectSid: {B}-{rid}", f"groupType: {LOCAL}",
               *(f"member: CN={m},CN=ForeignSecurityPrincipals,{base}" if m in foreign else
                 f"member: CN={m},{people}" for m in members))
    record(f"CN=Backup Operators,CN=Builtin,{base}", "changetype: modify", "add: member",
           f"member: CN={A}-5101,CN=ForeignSecurityPrincipals,{base}")
    number = 6001
    for unit, grants in UNITS.items():
        aces = "".join(f"(O{kind};CIIO;{right};bf967aba-0de6-11d0-a285-00aa003049e2;{trustee})"
                       for kind, rights, trustee in grants for right in rights)
        record(f"OU={unit},{base}", "objectClass: organizationalUnit",
               f"nTSecurityDescriptor: O:DAG:DAD:PAI(A;CI;GA;;;DA)(A;CI;GA;;;SY)"
               f"(A;CI;RPLCLORC;;;AU){aces}")
        user(f"u.{unit}"[:20].strip(), f"OU={unit},{base}", f"{B}-{number}")
        number += 1


RIGHTS = {"right_reset_password": ("unicodePwd", None), "right_write_lockouttime":
          ("lockoutTime", "0"), "right_write_pwdlastset": ("pwdLastSet", "0")}


def rows(path, connector, home=None):
    """Of the second forest, as seen from a connector; with "home" those that hang on
    a local group of the first."""
    with open(path, encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            if row["dn"].endswith(f",{BASES[1]}") and ",OU=" in row["dn"] and \
                    row["connector"].casefold() == connector.casefold() and \
                    bool(home) == (row["samaccountname"] in ("u.home", "u.of home")):
                yield row


def attempt(uri, dn, attribute, value):
    line = f"{attribute}: {value}" if value else secret(f"Aa1.{secrets.token_hex(12)}")
    done = subprocess.run(["ldapmodify", "-Q", "-Y", "GSSAPI", "-N", "-H", uri], text=True,
                          input=f"dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{line}\n",
                          env={**os.environ, "LD_PRELOAD": os.environ.get("live_preload", "")},
                          capture_output=True, check=False)
    return {0: "yes", 50: "no"}.get(done.returncode, f"{done.returncode}: {done.stderr.strip()}")


def table(path):
    with open(path, encoding="utf-8", newline="") as f:
        return {(row["dn"], row["connector"]): row for row in csv.DictReader(f)}


def same(foretold, now):
    """How many rows are alike; and those that are not."""
    a, b = table(foretold), table(now)
    alike = 0
    for dn, _ in sorted(b.keys() - a.keys()):
        print("more:", dn)
    for key in sorted(a):
        x, y = a[key], b.get(key, {})
        other = [f"{name} {x.get(name)} {y.get(name)}" for name in x.keys() | y.keys()
                 if name != "difference" and x.get(name) != y.get(name)]
        if other:
            print(key[0], *sorted(other), sep="; ")
        else:
            alike += 1
    print(alike, "alike")


def healed(path):
    count = {base: 0 for base in BASES}
    for row in table(path).values():
        for base in BASES:
            count[base] += row["dn"].endswith(base) and row["difference"] == "healed"
    print(*(f"{n} healed in {base}" for base, n in count.items()), sep=", ")


def new():
    record(f"CN=brand.new,CN=Users,{BASES[0]}", "changetype: add", "objectClass: user",
           "sAMAccountName: brand.new", "userAccountControl: 66048", secret(PASSWORD))


def grants(sid):
    user = "bf967aba-0de6-11d0-a285-00aa003049e2"
    unexpire = "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501"
    print("".join(f"(OA;CIIO;{right};{user};{sid})" for right in ALL) +
          f"(OA;;CR;{unexpire};;{sid})")


def main():
    what, *arguments = sys.argv[1:]
    if what == "ldif":
        (first, second)[int(arguments[0]) - 1]()
        return
    others = {"same": same, "healed": healed, "new": new, "grants": grants}
    if what in others:
        others[what](*arguments)
        return
    uri = arguments.pop(0) if what == "try" else None
    for row in rows(*arguments):
        for cell, (attribute, value) in RIGHTS.items():
            print(row["dn"], cell, attempt(uri, row["dn"], attribute, value) if uri else row[cell])


if __name__ == "__main__":
    main()
