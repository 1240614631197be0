#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""causes.py CAUSES.csv USERS.csv FINDINGS.csv [EXPECTED]: what the reports must
agree in, and with the table; one line a statement, "ok …" or "not ok …|why"."""
import csv
import sys

BASE = "DC=contoso,DC=test"


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def undefused(cell):
    """A cell that a spreadsheet would run has a ' before it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@\t\r\uff1d\uff0b\uff0d\uff20" else cell


def say(what, wrong):
    print(f"not ok {what}|" + "; ".join(str(w) for w in wrong[:5]) if wrong else f"ok {what}")


def main():
    causes, users, findings = (rows(p) for p in sys.argv[1:4])
    mine = [f for f in findings if f["scope"] == "user"]
    if len(sys.argv) > 4:
        want = {}
        with open(sys.argv[4], encoding="utf-8") as f:
            for line in f:
                if line.strip() and not line.startswith("#"):
                    rule, n, cause, where, _ = line.rstrip("\n").split("|")
                    where = BASE if where == "." else where and f"{where},{BASE}"
                    want[rule, cause, where] = int(n)
        got = {(c["rule"], undefused(c["cause"]), c["object"]): int(c["users"])
               for c in causes if c["rule"] >= "300"}
        say("the causes are those of the table, and no others",
            sorted((k, got.get(k), want.get(k)) for k in got.keys() | want.keys()
                   if got.get(k) != want.get(k)))
        say("each row once", [] if len(got) == sum(c["rule"] >= "300" for c in causes) else ["no"])

    by_rule, users_of = {}, {}
    for c in causes:
        rule = c["rule"], c["domain"]
        by_rule[rule] = by_rule.get(rule, 0) + int(c["users"])
    for f in mine:
        users_of.setdefault((f["rule"], f["domain"]), set()).add(f["object_guid"] or f["object"])
    say("for each rule, the users of its causes add up to those with the finding",
        [(r, by_rule.get(r), len(u)) for r, u in users_of.items() if by_rule.get(r) != len(u)])
    say("every finding of a user names where it can be mended",
        [(f["rule"], f["object"]) for f in mine if not f["cause"]])
    objects = {(c["rule"], c["object"]) for c in causes}
    say("and that is the user itself or an object of the causes",
        [(f["rule"], f["object"], f["cause"]) for f in mine
         if (f["rule"], "" if f["cause"] == f["object"] else f["cause"]) not in objects])
    per = {}
    for f in mine:
        key = f["rule"], "" if f["cause"] == f["object"] else f["cause"], f["domain"]
        per.setdefault(key, set()).add(f["object_guid"] or f["object"])
    total = {}
    for c in causes:
        key = c["rule"], c["object"], c["domain"]
        total[key] = total.get(key, 0) + int(c["users"])
    say("at each object, too", [(k, len(u), total.get(k)) for k, u in per.items()
                                if total.get(k) != len(u)])
    has = {(f["rule"], f["object"]) for f in mine}
    say("each example has the finding", [(c["rule"], c["example"]) for c in causes
                                         if c["example"] and (c["rule"], c["example"]) not in has])
    say("each has a remedy", [c["rule"] for c in causes if not c["remedy"]])
    counts = [int(c["users"]) for c in causes]
    say("most users first", [] if counts == sorted(counts, reverse=True) else [counts])
    everybody = [c for c in causes if c["rule"] < "300" and c["users"] != "0"]
    say("what holds for everybody counts everybody",
        [(c["rule"], c["users"]) for c in everybody
         if int(c["users"]) != sum(u["domain"] == c["domain"] for u in users)])


main()
