#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What if, against what then is: on the sample company and on random domains,
foretell what changes make of every descriptor and every user, make the same
changes on the controller, and look. One line "ok TEXT" or "not ok TEXT|why" a
comparison, for tests/live/whatif.sh; figures go to stderr."""
import base64
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter

import ldb
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack

import aces
from directory import Client, Dc, nt_hash
from domain import NORMAL, NEVER_EXPIRES, PASSWORD, Domain, filetime, prepare
from truth import read_csv, report

ATTRIBUTES = ["objectClass", "objectCategory", "objectSid", "nTSecurityDescriptor",
              "sAMAccountName", "groupType", "member", "memberOf", "adminCount",
              "userAccountControl", "sAMAccountType", "dSHeuristics", "primaryGroupID"]
CLASS_ATTRIBUTES = ["objectClass", "lDAPDisplayName", "schemaIDGUID", "subClassOf",
                    "objectClassCategory"]
SD_DACL = "sd_flags:1:4"
CONFIGURATION = f",CN=Configuration,{os.environ['DC_BASE']}"
OPTION = {"g": "grant", "u": "unblock", "m": "member", "v": "move", "n": "connector"}
# ACEs that the vendor's cmdlets and the profile "union" grant at the domain root.
PROFILE = (f"(OA;CIIO;CR;{aces.RESET};{aces.USER};%s)",
           f"(OA;CIIO;WP;{aces.LOCKOUT_TIME};{aces.USER};%s)",
           f"(OA;CIIO;WP;{aces.PWD_LAST_SET};{aces.USER};%s)",
           "(OA;;CR;ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501;;%s)")


class Company:
    """The sample company, with what the rounds want to know of a domain."""

    def __init__(self, dc):
        self.seed, self.rng = "company", random.Random("whatif company")
        self.people = f"OU=Contoso,{dc.base}"
        self.connector_dn = f"CN=MSOL_0123456789ab,CN=Users,{dc.base}"
        found = dc.read_all(dc.base, f"(distinguishedName={self.connector_dn})", ["objectSid"])
        sid = str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))
        self.trustee = lambda guid: self.rng.choice(
            (sid, sid, "S-1-5-11", "S-1-5-10", "S-1-1-0", "S-1-3-0", f"{dc.sid}-513"))


class Random:
    """A random domain of the standing proof, the same."""

    def __init__(self, dc, seed, users, dn_of_builtin):
        domain = Domain(dc, seed, users, dn_of_builtin)
        domain.fill()
        self.seed, self.rng = seed, random.Random(f"whatif {seed}")
        self.people, self.connector_dn = domain.people, domain.connector.dn
        self.trustee = domain.trustee(False)


RESET = f"CR;{aces.RESET}"
INETORGPERSON = "4828cc14-1437-45bc-9b07-ad6f015e5f28"
BASIC = "(A;CI;GA;;;DA)(A;CI;GA;;;SY)(A;CI;RPLCLORC;;;AU)"


class Nasty:
    """Combinations worked out by hand from MS-DTYP 2.5.3.4 (inheritance) and MS-ADTS
    5.1.3.3 (order): each is an OU of its own below one that inherits nothing, users in it,
    changes, and whether the connector may reset each user then. T stands for the
    connector; ALL in an ACE for "Reset Password, user"."""

    # name: (DACL of the OU, changes, users (name: ((options), may be reset then)));
    # "in" is an OU in it, "out" another beside it, where nothing is granted.
    SETS = {
        # The nearer OU's ACEs stand before those handed down from above.
        "deny above and allow below": ("", ["g:=(OD;CIIO;ALL;T)", "g:in=(OA;CIIO;ALL;T)"],
                                    {"in": ("in", True), "here": ("", False)}),
        "allow above and deny below": ("", ["g:=(OA;CIIO;ALL;T)", "g:in=(OD;CIIO;ALL;T)"],
                                    {"in": ("in", False), "here": ("", True)}),
        # At one OU a denial comes first, whichever was asked for first.
        "both at one": ("", ["g:=(OA;CIIO;ALL;T)", "g:=(OD;CIIO;ALL;T)"],
                        {"here": ("", False)}),
        "unblocked and and granted above": ("", ["u:in", "g:=(OA;CIIO;ALL;T)"],
                                         {"in": ("in blocked-ou", True)}),
        "still blocked": ("", ["g:=(OA;CIIO;ALL;T)"],
                          {"in": ("in blocked-ou", False), "user": ("blocked", False)}),
        "unblocked user": ("(OA;CIIO;ALL;T)", ["u:user"], {"user": ("blocked", True)}),
        "unblocked user with a denial of its own": (
            "(OA;CIIO;ALL;T)", ["u:user"], {"user": ("blocked denied", False)}),
        "moved where inheritance is blocked": (
            "(OA;CIIO;ALL;T)", ["v:user=in"], {"user": ("blocked-ou", False)}),
        "moved to where it is granted then": (
            "", ["g:out=(OA;CIIO;ALL;T)", "v:user=out"], {"user": ("", True)}),
        "moved away from a grant that comes then": (
            "", ["g:=(OA;CIIO;ALL;T)", "v:user=out"], {"user": ("", False)}),
        "a blocked user takes its grant along": (
            "", ["v:user=out"], {"user": ("blocked granted", True)}),
        "it takes along what is granted on it": (
            "", ["g:user=(OA;;RESET;;T)", "v:user=out"], {"user": ("", True)}),
        "unblocked and moved to a grant": (
            "", ["u:user", "g:out=(OA;CIIO;ALL;T)", "v:user=out"], {"user": ("blocked", True)}),
        "granted on the user and denied above": (
            "", ["g:=(OD;CIIO;ALL;T)", "g:user=(OA;;RESET;;T)"], {"user": ("", True)}),
        "denied on the user and granted above": (
            "", ["g:=(OA;CIIO;ALL;T)"], {"user": ("denied", False)}),
        # CREATOR OWNER becomes the owner, where the object is made or inherits anew.
        "creator owner": ("", ["g:=(OA;CIIO;ALL;S-1-3-0)"],
                          {"its": ("owned", True), "another's": ("", False)}),
        "no-propagate": ("", ["g:=(OA;CINPIO;ALL;T)"],
                         {"here": ("", True), "below": ("in", False)}),
        # Every object of a directory is a container: OI alone takes part nowhere.
        "object-inherit": ("", ["g:=(OA;OIIO;ALL;T)"], {"here": ("", False)}),
        "not inherit-only": ("", ["g:=(OA;CI;ALL;T)"],
                             {"here": ("", True), "below": ("in", True)}),
        "not inheritable": ("", ["g:=(OA;;RESET;;T)"], {"here": ("", False)}),
        # The class is compared with the object's own, not with those it derives from.
        "class user": ("", ["g:=(OA;CIIO;ALL;T)"],
                       {"user": ("", True), "inet": ("inet", False)}),
        "class inetOrgPerson": ("", ["g:=(OA;CIIO;RESET;INET;T)"],
                                {"user": ("", False), "inet": ("inet", True)}),
        "no class": ("", ["g:=(OA;CIIO;RESET;;T)"], {"user": ("", True), "inet": ("inet", True)}),
        "generic all": ("", ["g:=(A;CIIO;GA;;;T)"], {"here": ("", True), "below": ("in", True)}),
        # Of the groups that it joins one is in a domain-local group.
        "a group above its group": ("(OA;CIIO;ALL;LOCAL)", ["m:"], {"here": ("", True)}),
        "denied to a group above its group": (
            "(OD;CIIO;ALL;LOCAL)(OA;CIIO;ALL;T)", [], {"here": ("", False)}),
    }

    def __init__(self, dc):
        self.seed, self.dc, self.people = "nasty", dc, f"OU=Nasty,{dc.base}"
        self.connector_dn = f"CN=MSOL_0123456789ab,CN=Users,{dc.base}"
        self.sid = account_sid(dc, self.connector_dn)
        self.group, local = f"CN=Joined,{self.people}", f"CN=Above,{self.people}"
        dc.add_all([self.ou(self.people, "")] + [
            {"dn": dn, "objectClass": "group", "sAMAccountName": f"nasty {name}",
             "groupType": str(kind)} for dn, name, kind in
            ((self.group, "joined", -2147483646), (local, "above", -2147483644))])
        dc.modify_all([(local, "member", [self.group], "add")])
        self.local = account_sid(dc, local)
        self.changes, self.want = [], {}
        for number, (name, what) in enumerate(self.SETS.items()):
            self.fill(number, name, *what)
        # Once for all of them.
        self.changes.append(Change("m", self.group, lambda: dc.modify_all(
            [(self.group, "member", [self.connector_dn], "add")])))

    def ace(self, text):
        for word, means in (("ALL", f"{RESET};{aces.USER}"), ("RESET", RESET),
                            ("INET", INETORGPERSON), (";T)", f";{self.sid})"),
                            (";LOCAL)", f";{self.local})")):
            text = text.replace(word, means)
        return text

    def ou(self, dn, dacl):
        return {"dn": dn, "objectClass": "organizationalUnit",
                "nTSecurityDescriptor": f"O:DAG:DAD:{dacl or f'PAI{BASIC}'}"}

    def user(self, dn, name, options):
        own = f"P{BASIC}" if "blocked" in options else ""
        own += self.ace("(OD;;RESET;;T)") if "denied" in options else ""
        own += self.ace("(OA;;RESET;;T)") if "granted" in options else ""
        owner = self.sid if "owned" in options else "DA"
        return {"dn": dn, "objectClass": "inetOrgPerson" if "inet" in options else "user",
                "sAMAccountName": name, "userAccountControl": str(NORMAL | NEVER_EXPIRES),
                "unicodePwd": nt_hash(PASSWORD),
                "nTSecurityDescriptor": f"O:{owner}G:DAD:{own or BASIC}"}

    def fill(self, number, name, dacl, changes, users):
        top = f"OU={name},{self.people}"
        place = {"": top, "in": f"OU=in,{top}", "out": f"OU=out {number},{self.people}"}
        inner = any("blocked-ou" in options.split() for options, _ in users.values())
        self.dc.add_all([self.ou(top, self.ace(f"{dacl}{BASIC}")),
                         self.ou(place["in"], "" if inner else BASIC),
                         self.ou(place["out"], "")])
        for n, (user, (options, may)) in enumerate(users.items()):
            options = options.split()
            dn = f"CN={user},{place['in' if 'in' in options else '']}"
            self.dc.add_all([self.user(dn, f"nasty{number}.{n}", options)])
            place[user] = place.get(user, dn)
            to = next((c.split("=")[1] for c in changes if c.startswith(f"v:{user}=")), None)
            self.want[f"CN={user},{place[to]}" if to else dn] = may
        for change in changes:
            letter, what = change.split(":", 1)
            dn, _, text = what.partition("=")
            dn = place[dn]
            if letter == "g":
                ace = re.search(r"\(.*\)", self.dc.sddl(self.dc.sd(f"D:{self.ace(text)}"))).group()
                self.changes.append(Change("g", f"{dn}={ace}", lambda dn=dn, ace=ace: add_ace(
                    self.dc, dn, ace)))
            elif letter == "u":
                self.changes.append(Change("u", dn, lambda dn=dn: unblock(self.dc, dn)))
            elif letter == "v":
                new = f"{dn.split(',')[0]},{place[text]}"
                self.changes.append(Change("v", f"{dn}={place[text]}", lambda dn=dn, new=new:
                                           self.dc.samdb.rename(dn, new)))

    def wrong(self, rows):
        yes = {True: "yes", False: "no"}
        return [f"{dn}: {rows[dn]['right_reset_password'] if dn in rows else 'missing'}, by hand "
                f"{yes[may]}" for dn, may in self.want.items()
                if dn not in rows or rows[dn]["right_reset_password"] != yes[may]]


class Directory:
    """All objects of the domain as they are at one moment."""

    def __init__(self, dc):
        self.sds, self.classes, self.members, self.primary_group = {}, {}, {}, {}
        self.entries = dc.read_all(dc.base, "(objectClass=*)", ATTRIBUTES)
        for e in self.entries:
            dn = str(e.dn)
            if "nTSecurityDescriptor" in e:
                self.sds[dn] = bytes(e["nTSecurityDescriptor"][0])
            self.classes[dn] = [str(c) for c in e["objectClass"]] if "objectClass" in e else []
            self.members[dn] = [str(m) for m in e["member"]] if "member" in e else []
            if "primaryGroupID" in e:
                self.primary_group[dn] = str(e["primaryGroupID"][0])

    def below(self, base, name):
        return sorted(dn for dn, c in self.classes.items()
                      if name in c and "computer" not in c and dn.casefold().endswith(
                          f",{base}".casefold()))

    def write(self, dc, path):
        """As LDIF, with what the program reads first."""
        head = list(dc.samdb.search("", ldb.SCOPE_BASE, attrs=["*", "vendorName"]))
        schema = list(dc.samdb.search(f"CN=Schema,CN=Configuration,{dc.base}", ldb.SCOPE_ONELEVEL,
                                      "(objectClass=classSchema)", CLASS_ATTRIBUTES))
        with open(path, "w", encoding="ascii") as f:
            for e in head + schema + list(self.entries):
                f.write(f"dn:: {b64(str(e.dn).encode())}\n" if str(e.dn) else "dn:\n")
                for name in e.keys():
                    for value in e[name] if name != "dn" else ():
                        f.write(f"{name}:: {b64(bytes(value))}\n")
                f.write("\n")


def b64(data):
    return base64.b64encode(data).decode()


def descriptor(packed):
    return ndr_unpack(security.descriptor, packed)


# The changes, as they are assumed and as they are made

class Change:
    def __init__(self, letter, text, make):
        self.letter, self.text, self.make = letter, text, make

    def option(self):
        return f"--assume-{OPTION[self.letter]}={self.text}"


def add_ace(dc, dn, ace):
    """Behind the object's own denials, as editors put a grant; a denial first."""
    packed = dc.samdb.search(dn, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"],
                             controls=["sd_flags:1:7"])[0]["nTSecurityDescriptor"][0]
    sddl = dc.sddl(bytes(packed))
    start = sddl.index("D:")
    flags, rest = re.match(r"D:([A-Z]*)(.*)", sddl[start:], re.S).groups()
    own = re.findall(r"\([^()]*\)", rest)
    at = 0
    while at < len(own) and not ace.startswith(("(D;", "(OD;")) and \
            own[at].startswith(("(D;", "(OD;")) and "ID" not in own[at].split(";")[1]:
        at += 1
    if ace not in own:
        own.insert(at, ace)
    write_sd(dc, dn, dc.sd(f"{sddl[:start]}D:{flags}{''.join(own)}"))


def unblock(dc, dn):
    packed = dc.samdb.search(dn, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"],
                             controls=["sd_flags:1:7"])[0]["nTSecurityDescriptor"][0]
    sd = descriptor(bytes(packed))
    sd.type &= ~security.SEC_DESC_DACL_PROTECTED
    write_sd(dc, dn, ndr_pack(sd))


def write_sd(dc, dn, packed):
    message = ldb.Message(ldb.Dn(dc.samdb, dn))
    message["nTSecurityDescriptor"] = ldb.MessageElement(
        packed, ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")
    dc.samdb.modify(message, [SD_DACL])


def random_changes(dc, part, now):
    rng, changes, reader = part.rng, [], Client(dc)
    reader.bind(os.environ["DC_ADMIN"], os.environ["DC_ADMIN_PASSWORD"])
    # What the reader may not see cannot be assumed to change.
    def seen(dn):
        return {"ntsecuritydescriptor", "objectclass"} <= reader.readable(
            dn, ["nTSecurityDescriptor", "objectClass"])

    ous = now.below(part.people, "organizationalUnit") + [part.people]
    users = now.below(part.people, "user")
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        on_user = rng.random() < 0.2
        dn = rng.choice(users if on_user else ous)
        if not seen(dn):
            continue
        ace = str(aces.random_ace(rng, part.trustee, container=not on_user))
        # As the controller itself words it.
        ace = re.search(r"\(.*\)", dc.sddl(dc.sd(f"D:{ace}"))).group()
        changes.append(Change("g", f"{dn}={ace}", lambda dn=dn, ace=ace: add_ace(dc, dn, ace)))
    blocked = [dn for dn in ous + users
               if descriptor(now.sds[dn]).type & security.SEC_DESC_DACL_PROTECTED]
    for dn in rng.sample(blocked, min(len(blocked), rng.choice((0, 1, 1, 2)))):
        if seen(dn) and not any(protects(now, group, dn) for group in PROTECTING):
            changes.append(Change("u", dn, lambda dn=dn: unblock(dc, dn)))
    if rng.random() < 0.5:
        strange = [dn for dn, c in now.classes.items()
                   if "group" in c and part.connector_dn not in now.members[dn] and
                   (f" {part.seed}," in dn or part.seed == "company" and
                    dn.endswith(f"OU=Contoso,{dc.base}"))]
        # It is in its primary group without being a member, and cannot be made one.
        primary = f"-{now.primary_group[part.connector_dn]}"
        security_groups = [str(e.dn) for e in now.entries if str(e.dn) in strange and
                           int(str(e["groupType"][0])) < 0 and not str(ndr_unpack(
                               security.dom_sid, e["objectSid"][0])).endswith(primary)]
        if security_groups:
            group = rng.choice(sorted(security_groups))
            changes.append(Change("m", group, lambda: dc.modify_all(
                [(group, "member", [part.connector_dn], "add")])))
    touched, taken = " ".join(c.text for c in changes), set()
    for dn in rng.sample(users, min(len(users), rng.choice((0, 1, 2, 4)))):
        target = rng.choice(ous)
        new = f"{dn[:len(dn) - len(parent(dc, dn))]}{target}"
        if dn in touched or parent(dc, dn) == target or new in now.sds or new in taken or \
                not seen(dn):
            continue
        taken.add(new)
        changes.append(Change("v", f"{dn}={target}", lambda dn=dn, new=new: dc.samdb.rename(dn, new)))
    rng.shuffle(changes)
    return changes


def parent(dc, dn):
    return str(ldb.Dn(dc.samdb, dn).parent())


PROTECTING = ("-512", "-519", "-518", "-526", "-527", "S-1-5-32-544", "S-1-5-32-548",
              "S-1-5-32-549", "S-1-5-32-550", "S-1-5-32-551", "S-1-5-32-552")


def protects(now, suffix, dn):
    """The account is in the group, or in one that is in it."""
    todo = [str(e.dn) for e in now.entries if "objectSid" in e and "groupType" in e and
            str(ndr_unpack(security.dom_sid, e["objectSid"][0])).endswith(suffix)]
    seen = set()
    while todo:
        group = todo.pop()
        if group not in seen:
            seen.add(group)
            todo += now.members.get(group, [])
    return dn in seen


def new_account(dc, name):
    """The account's DN, its grants, what makes it, and what takes all away again."""
    dn = f"CN={name},CN=Users,{dc.base}"
    before = dc.samdb.search(dc.base, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"],
                             controls=["sd_flags:1:7"])[0]["nTSecurityDescriptor"][0]

    def create():
        dc.samdb.add({"dn": dn, "objectClass": "user", "sAMAccountName": name,
                      "userAccountControl": str(NORMAL | NEVER_EXPIRES)}, ["relax:0"])
        dc.modify_all([(dn, "unicodePwd", nt_hash(PASSWORD), "replace")])

    def make():
        for ace in PROFILE:
            add_ace(dc, dc.base, ace % account_sid(dc, dn))

    def undo():
        write_sd(dc, dc.base, bytes(before))
        dc.samdb.delete(dn)
    return dn, Change("n", name, make), create, undo


def account_sid(dc, dn):
    found = dc.samdb.search(dn, ldb.SCOPE_BASE, attrs=["objectSid"])
    return str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))


# What is foretold, and what is

def foretell(connector, ldif, changes):
    """By DN the descriptor that each object would have; None: not known."""
    letters = [word for c in changes for word in (f"-{c.letter}", c.text)]
    run = subprocess.run([os.path.join(os.environ["WBA_BUILD"], "tests/live/assume_probe"),
                          "-f", ldif, "-c", connector, *letters],
                         capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"assume_probe {letters}: {run.stderr}")
    would = {}
    for line in run.stdout.splitlines():
        dn, sd = line.split(" ", 1)
        dn = base64.b64decode(dn).decode()
        if not dn.endswith(CONFIGURATION):      # of which only classes are in the file
            would[dn] = None if sd.startswith("?") else base64.b64decode(sd)
    return would, run.stderr.strip()


def audit(base, now, *options):
    tmp = os.environ["live_tmp"]
    users, password = os.path.join(tmp, "whatif-users"), os.path.join(tmp, "whatif-password")
    with open(password, "w", opener=lambda p, f: os.open(p, f, 0o600)) as f:
        f.write(os.environ["DC_ADMIN_PASSWORD"])
    run = subprocess.run(
        [os.environ["WBA"], "audit", "-c", "/dev/null", "-H", os.environ["DC_URI"], "-D",
         os.environ["DC_ADMIN"], "-y", password, "-o", f"tls_cacert={os.environ['DC_CA']}",
         "-b", base, "--now", now, "--users", users, *options],
        env={**os.environ, "LD_PRELOAD": os.environ.get("live_preload", "")},
        capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1, 3):
        raise RuntimeError(f"audit {options} exits with {run.returncode}:\n{run.stderr}")
    return {row["dn"]: row for row in read_csv(users)}


def works(verdict):
    return verdict in ("ok", "risk")


def difference(now, then):
    pairs = [(works(now[op]), works(then[op])) for op in ("reset", "change", "unlock")]
    if (True, False) in pairs:
        return "broken"
    return "healed" if (False, True) in pairs else "unchanged"


def compare_rows(now, would, then, moved):
    wrong = [f"{dn}: foretold, and not there" for dn in sorted(set(would) - set(then))]
    wrong += [f"{dn}: there, and not foretold" for dn in sorted(set(then) - set(would))]
    for dn in sorted(set(would) & set(then)):
        # Where the reader sees no class, what would be inherited is not known.
        unknown = "323" in would[dn]["rules"].split()
        cells = [c for c in then[dn] if c not in ("difference", "rules" if unknown else "") and
                 would[dn][c] not in (then[dn][c], "unknown" if unknown else then[dn][c])]
        wrong += [f"{dn}: {c}: foretold {would[dn][c]}, is {then[dn][c]}" for c in cells]
        want = difference(now[moved.get(dn, dn)], then[dn])
        if would[dn]["difference"] != want and not unknown:
            wrong.append(f"{dn}: difference is {would[dn]['difference']}, should be {want}")
    return wrong


def compare_sds(dc, would, then, replace=None):
    wrong = [f"{dn}: foretold, and not there" for dn in sorted(set(would) - set(then.classes))]
    for dn, sd in then.sds.items():
        got = would.get(dn)
        if got and replace:
            got = got.replace(*replace)
        if got != sd:
            wrong.append(f"{dn}\n  foretold {dc.sddl(got) if got else 'nothing'}\n"
                         f"  is       {dc.sddl(sd)}")
    return wrong


class Proof:
    def __init__(self, dc):
        self.dc, self.totals = dc, Counter()
        self.ldif = os.path.join(os.environ["live_tmp"], "whatif.ldif")

    def tell(self, part, what, count, wrong, kind):
        self.totals[f"{kind} foretold"] += count
        self.totals[f"{kind} wrong"] += len(wrong)
        report(f"{part.seed}: {what}: {count} {kind}", wrong,
               f"SEED={part.seed} make check TESTS=tests/live/whatif.sh")

    def still(self, part):
        """What is stored is what inheriting gives: a grant that nobody below sees."""
        now = Directory(self.dc)
        now.write(self.dc, self.ldif)
        would, _ = foretell(part.connector_dn, self.ldif,
                            [Change("g", f"{self.dc.base}=(A;;LC;;;SY)", None)])
        wrong = [w for w in compare_sds(self.dc, would, now)
                 if not w.startswith(f"{self.dc.base}\n")]
        self.tell(part, "every object inherits as computed", len(now.sds) - 1, wrong, "descriptors")

    def change(self, part, what, connector, options, changes, replace=None, create=None):
        now_time = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        before = Directory(self.dc)
        before.write(self.dc, self.ldif)
        assumed = [c.option() for c in changes]
        would, said = foretell(connector, self.ldif, changes)
        rows = audit(part.people, now_time, *options, *assumed)
        if create:
            create()
        rows_now = audit(part.people, now_time, "--connector", connector)
        for c in changes:
            c.make()
        after = Directory(self.dc)
        then = audit(part.people, now_time, "--connector", connector)
        moved = {}
        for c in changes:
            if c.letter == "v":
                old = next(dn for dn in before.classes if c.text.startswith(f"{dn}="))
                moved[f"{old[:-len(parent(self.dc, old))]}{c.text[len(old) + 1:]}"] = old
        if replace:
            replace = (replace(), ndr_pack(security.dom_sid(account_sid(self.dc, connector))))
            after.sds.pop(connector)
            after.classes.pop(connector)
        changed = sum(before.sds.get(moved.get(dn, dn)) != sd for dn, sd in after.sds.items())
        self.totals["descriptors that changed"] += changed
        self.tell(part, f"{what}, {changed} changed", len(after.sds),
                  compare_sds(self.dc, would, after, replace), "descriptors")
        if isinstance(part, Nasty):
            self.tell(part, "worked out by hand", len(part.want), part.wrong(rows), "verdicts")
        wrong = compare_rows(rows_now, rows, then, moved)
        self.totals["verdicts not known"] += sum("323" in r["rules"].split()
                                                 for r in rows.values())
        self.totals["verdicts that changed"] += sum(
            r["difference"] != "unchanged" for r in rows.values())
        self.tell(part, what, len(then), wrong, "verdicts")
        if os.environ.get("VERBOSE"):
            print(f"# {assumed}\n# {said}", file=sys.stderr)

    def part(self, part, rounds):
        self.still(part)
        if isinstance(part, Nasty):
            self.change(part, f"{len(part.changes)} changes", part.connector_dn,
                        ("--connector", part.connector_dn), part.changes)
            return
        for i in range(rounds):
            changes = random_changes(self.dc, part, Directory(self.dc))
            if changes:
                self.change(part, f"round {i}, {len(changes)} changes", part.connector_dn,
                            ("--connector", part.connector_dn), changes)
        dn, account, create, undo = new_account(self.dc, f"MSOL_new{part.seed}")
        made_up = ndr_pack(security.dom_sid(f"{self.dc.sid}-{0xfffffff0}"))
        self.change(part, "a connector that does not exist yet", dn, (), [account],
                    replace=lambda: made_up, create=create)
        undo()


def main():
    seeds = os.environ.get("SEED", "").split() or \
        ["company", "nasty"] + [str(n) for n in range(1, 1 + int(os.environ.get("SEEDS") or 1))]
    users, rounds = int(os.environ.get("USERS") or 50), int(os.environ.get("ROUNDS") or 3)
    started, dc = time.time(), Dc()
    proof, dn_of_builtin = Proof(dc), prepare(dc)
    # The sample's Administrator has had its password for long, and now they expire.
    dc.modify_all([(f"CN=Administrator,CN=Users,{dc.base}", "pwdLastSet",
                    str(filetime(started)), "replace")])
    for seed in seeds:
        proof.part(Company(dc) if seed == "company" else Nasty(dc) if seed == "nasty" else
                   Random(dc, int(seed), users, dn_of_builtin), rounds)
    for name, value in sorted(proof.totals.items()):
        print(f"{name}: {value}", file=sys.stderr)
    print(f"wall time: {time.time() - started:.0f} s", file=sys.stderr)


main()
