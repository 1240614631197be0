# SPDX-License-Identifier: BSD-2-Clause
"""A random domain from a seed: OUs, groups, a connector, policies and users."""
import random
import time
from dataclasses import dataclass, field

from samba.dcerpc import security
from samba.ndr import ndr_pack

import aces
import states
from directory import nt_hash

PASSWORD = "Winter.Sun-4711"
GROUP_KINDS = {     # groupType (MS-ADTS 2.2.12)
    "global": -2147483646, "local": -2147483644, "universal": -2147483640,
    "global list": 2, "local list": 4, "universal list": 8,
}
DAY, HOUR, MINUTE = 864000000000, 36000000000, 600000000    # of 100 ns
FOREVER = -9223372036854775808
NORMAL, DISABLED, NOT_REQUIRED, NEVER_EXPIRES, SMART_CARD = 0x200, 0x2, 0x20, 0x10000, 0x40000
WORKSTATION = 0x1000
ODD_NAMES = ('comma, comma', 'quo"te', '=1+1', 'tab\tstop', '株式会社 花子', 'trailing space ',
             'back\\slash', '#hash', 'plus+plus', 'smile 😀', ' leading', 'semi;colon', '<angle>',
             '@SUM', '-1', "apos'trophe", 'Zoë', 'per%cent', '(paren*)', 'a/b', 'É', 'straße')
ODDER_NAMES = ('new\nline', 'cr\rname', '\u202ertl', 'e\u0301', 'no\u00a0break', 'ｗｉｄｅ', 'w' * 50,
               '\u200bzero', 'ＡＢＣ İ', 'esc\x1b[2J', ',x', '\\2C', 'CN=a', "\t")
ODD_SAM = ("-", "@", "株", "#", "a b ", "o'", "(x)", "é")

# Builtin groups that stand in every token, and how: through what every logon
# holds. The other pair is held through a group of the connector, and not at all.
BUILTIN_OPEN = {"S-1-5-32-558": "S-1-5-11", "S-1-5-32-559": "S-1-5-2", "S-1-5-32-569": "S-1-1-0"}
BUILTIN_MEMBER, BUILTIN_STRANGE = "S-1-5-32-562", "S-1-5-32-555"
WELL_KNOWN_HELD = ("S-1-1-0", "S-1-5-11", "S-1-5-2", "S-1-5-32-545", "S-1-5-32-554")
FOREIGN = "S-1-5-21-1-2-3-1104"     # of a domain that nobody here has heard of
WELL_KNOWN_STRANGE = ("S-1-5-7", "S-1-5-4", "S-1-5-1", "S-1-5-9", "S-1-5-1000", "S-1-5-32-544",
                      "S-1-5-32-548", FOREIGN, BUILTIN_STRANGE)


def filetime(seconds):
    return int(seconds * 10_000_000) + 116444736000000000


def foreign_dn(dc, sid):
    return f"CN={sid},CN=ForeignSecurityPrincipals,{dc.base}"


def prepare(dc):
    """What all seeds share, once: the domain's policy and the builtin groups."""
    builtin = {bytes(e["objectSid"][0]): str(e.dn) for e in dc.read_all(
        f"CN=Builtin,{dc.base}", "(objectClass=group)", ["objectSid"])}
    def dn_of(sid):
        return builtin[ndr_pack(security.dom_sid(sid))]

    dc.modify_all([(dc.base, a, v, "replace") for a, v in (
        ("minPwdAge", str(-DAY)), ("maxPwdAge", str(-42 * DAY)), ("lockoutThreshold", "10"),
        ("lockoutDuration", str(-30 * MINUTE)), ("lockOutObservationWindow", str(-30 * MINUTE)))])
    for group, member in BUILTIN_OPEN.items():
        foreign = foreign_dn(dc, member)
        if not dc.read_all(dc.base, f"(objectSid={member})", ["cn"]):
            # The same control that made the others when the domain was new.
            dc.samdb.add({"dn": foreign, "objectClass": "foreignSecurityPrincipal"},
                         ["provision:0"])
        dc.modify_all([(dn_of(group), "member", [foreign], "add")])
    return dn_of


@dataclass
class Group:
    name: str
    kind: str
    members: list = field(default_factory=list)     # DNs
    dn: str = ""
    sid: str = ""


@dataclass
class Person:
    dn: str
    sid: str
    sam: str
    kind: str = "user"      # its most specific class


class Domain:
    """The part of the directory that belongs to one seed."""

    def __init__(self, dc, seed, count, dn_of_builtin, whole=False):
        """`whole`: with the rarer states as well (states.py)."""
        self.dc, self.seed, self.count = dc, seed, count
        self.rng = random.Random(f"truth {seed}")
        self.whole = whole
        self.connector_kind = states.connector_of(seed) if whole else "user"
        self.rid = 1_000_000 + seed % 10_000 * 20_000
        self.dn_of_builtin = dn_of_builtin
        self.accounts = f"OU=accounts {seed},{dc.base}"
        self.people = f"OU=people {seed},{dc.base}"
        self.users, self.groups, self.ous, self.psos = [], {}, [], []
        self.links = []     # pairs (group, member) between this seed's and those of all
        self.odd = 0    # descriptors written past the server
        self.never_logon = set()    # sAMAccountNames
        self.hides_policy = False   # one of the policies, from everybody

    @staticmethod
    def named(dn):
        """What is no user, to be asked about like one."""
        return Person(dn, "", "")

    def next_sid(self):
        self.rid += 1
        return f"{self.dc.sid}-{self.rid}"

    # Accounts and groups

    def _add_group(self, key, kind, *members):
        """`members`: keys of groups, or DNs."""
        group = Group(f"{key} {self.seed}", kind, sid=self.next_sid())
        group.dn = self.dc.dn(group.name, self.accounts)
        group.members = [self.groups[m].dn if m in self.groups else m for m in members]
        self.groups[key] = group
        return {"dn": group.dn, "objectClass": "group", "sAMAccountName": group.name,
                "groupType": str(GROUP_KINDS[kind]), "objectSid": group.sid,
                **({"member": group.members} if group.members else {})}

    def _account(self, cn, name, classes=()):
        machine = "computer" in classes
        person = Person(self.dc.dn(cn, self.accounts), self.next_sid(), name + "$" * machine)
        return person, {
            "dn": person.dn, "sAMAccountName": person.sam, "objectSid": person.sid,
            "objectClass": ["top", "person", "organizationalPerson", "user", *classes],
            "userAccountControl": str((WORKSTATION if machine else NORMAL) | NEVER_EXPIRES),
            "unicodePwd": nt_hash(PASSWORD), "pwdLastSet": str(filetime(time.time() - 86400)),
            **({"msDS-ManagedPasswordInterval": "30"} if len(classes) > 1 else {})}

    def add_accounts(self):
        """The connector and its groups, over every kind of nesting; those that
        must not count among them."""
        dc, add = self.dc, self._add_group
        self.connector, connector = self._account(
            'MSOL, "the connector"', f"MSOL_{self.seed}", states.CONNECTOR_CLASSES.get(
                self.connector_kind, []))
        self.ordinary, ordinary = self._account("ordinary", f"ordinary{self.seed}")
        me = self.connector.dn
        dc.add_all([{"dn": ou, "objectClass": "organizationalUnit"}
                    for ou in (self.accounts, self.people)])
        dc.add_all([connector, ordinary])
        dc.add_all([
            add("direct", "global", me), add("outer", "global", "direct"),
            add("universal", "universal", "outer"), add("local", "local", "universal"),
            add("local outer", "local", "local"), add("primary", "global", me),
            add("local of primary", "local", "primary"),
            add("list", "global list", me), add("behind list", "global", "list"),
            add("universal list", "universal list", "direct"),
            add("local list", "local list", me),
            add("local behind list", "local", "universal list"),
            add("round", "universal", "outer"), add("round and round", "universal", "round"),
            *[add(f"deep {n}", "global", f"deep {n - 1}" if n else me) for n in range(9)],
            add("strange", "global"), add("strange local", "local", "strange"),
            add("open", "local", foreign_dn(dc, "S-1-5-11")), add("open outer", "local", "open"),
            # of the users
            add("team", "global"), add("division", "global", "team"),
            add("team local", "local", "division"), add("team primary", "global"),
            add("local of team primary", "local", "team primary"),
            add("team list", "global list"), add("behind team list", "global", "team list"),
            add("admins", "global"), add("admins list", "universal list", "admins")])
        self._place_connector(me)
        # Groups that contain each other.
        dc.modify_all([(self.groups["round"].dn, "member", [self.groups["round and round"].dn],
                        "add")])
        self.join(self.dn_of_builtin(BUILTIN_MEMBER), "outer")
        self.join(self.dn_of_builtin("S-1-5-32-551"), "admins list")
        self.links.append((self.groups["open"].dn, foreign_dn(dc, "S-1-5-11")))
        self.open_sids = {self.groups[k].sid for k in ("open", "open outer")}

    def _place_connector(self, me):
        """Its primary group, and the group of administrators that it may be in."""
        rid = self.groups["primary"].sid.rsplit("-", 1)[1]
        kind, change = self.connector_kind, self.dc.modify_all
        if kind not in ("plain", "computer"):
            change([(me, "primaryGroupID", rid, "replace")])
        if kind in states.BUILTIN:
            self.join(self.dn_of_builtin(states.BUILTIN[kind]), "universal")
        if kind == "Domain Admins":
            self.join(f"CN=Domain Admins,CN=Users,{self.dc.base}", "deep 3")

    def join(self, common, key):
        """Into a group that is not of this seed, until it is done with."""
        self.links.append((common, self.groups[key].dn))
        self.dc.modify_all([(common, "member", [self.groups[key].dn], "add")])

    def trustee(self, owner_rights):
        """A function that gives a random trustee, for the ACEs of one object;
        `owner_rights`: OWNER RIGHTS among them (known-differences 2)."""
        sids = {k: g.sid for k, g in self.groups.items()}
        of_connector = [sids[k] for k in ("direct", "outer", "universal", "local", "local outer",
                                          "primary", "local of primary")]
        of_connector += [sids["round and round"], sids["deep 8"]]
        of_connector += [f"{self.dc.sid}-513", f"{self.dc.sid}-515", BUILTIN_MEMBER]
        of_nobody = [sids[k] for k in ("list", "behind list", "universal list", "local list",
                                       "local behind list", "strange", "strange local")]
        of_nobody += [self.ordinary.sid, *WELL_KNOWN_STRANGE]
        of_users = [sids[k] for k in ("team", "division", "team local", "team primary",
                                      "local of team primary", "team list", "behind team list")]
        placeholders = ["S-1-3-0", "S-1-3-1"] + (["S-1-3-4"] if owner_rights else [])
        kinds = ((30, [self.connector.sid]), (18, of_connector), (12, WELL_KNOWN_HELD),
                 (6, list(BUILTIN_OPEN)), (10, of_nobody), (10, of_users), (7, ["S-1-5-10"]),
                 (4, placeholders), (3, sorted(self.open_sids)))

        def trustee(guid):
            # What a user may do to itself hangs on the groups the user is in.
            if guid == aces.CHANGE and self.rng.random() < 0.35:
                return self.rng.choice(of_users)
            return self.rng.choice(self.rng.choices(
                [k for _, k in kinds], [w for w, _ in kinds])[0])
        return trustee

    # OUs and users

    def add_ous(self):
        """A tree one to five levels deep below the top of the people."""
        rng = self.rng
        self.ous = [(self.people, 0, False)]
        for i in range(rng.randint(8, 14)):
            parent, depth, owner_rights = rng.choice(self.ous)
            if depth >= 5:
                continue
            name = rng.choice(("Sales", "Lab, 2nd", "名古屋", "R+D", "Ops #1")) + f" {i}"
            # A container, below which no OU may stand (possSuperiors).
            rdn = "CN" if parent.startswith("CN=") or (self.whole and rng.random() < 0.15) \
                else "OU"
            self.ous.append((self.dc.dn(name, parent, rdn), depth + 1,
                             owner_rights or rng.random() < 0.15))
        self.dc.add_all([{"dn": ou, "objectClass": "container" if ou.startswith("CN=") else
                          "organizationalUnit"} for ou, depth, _ in self.ous if depth])
        self._set_ou_dacls(self.ous)

    def _set_ou_dacls(self, ous):
        self.dc.modify_all([(ou, "nTSecurityDescriptor", "O:DAG:DA" + aces.container_dacl(
            self.rng, self.trustee(False), owner_rights), "replace")
                            for ou, _, owner_rights in ous])

    def _user(self, i):
        rng, now = self.rng, time.time()
        ou, _, owner_rights = rng.choice(self.ous)
        names = ODD_NAMES + (ODDER_NAMES if self.whole else ())
        name = f"user {i}" if rng.random() < 0.7 else f"{rng.choice(names)}"
        name = name if rng.random() < 0.5 or name.startswith("user") else f"{i}{name}"
        dn = self.dc.dn(name, ou)
        if any(u.dn.casefold() == dn.casefold() for u in self.users) or "  " in name:
            dn = self.dc.dn(f"{i} {name}", ou)
        sam = f"{rng.choice(ODD_SAM) if rng.random() < 0.15 else 't'}{self.seed}-{i}"
        person = Person(dn, self.next_sid(), sam, rng.choices(
            ("user", "inetOrgPerson", states.EMPLOYEE), (75, 25, 10 if self.whole else 0))[0])
        self.users.append(person)
        record = {
            "dn": dn, "sAMAccountName": person.sam, "objectSid": person.sid,
            "objectClass": ["top", "person", "organizationalPerson", "user"] +
                           ([person.kind] if person.kind != "user" else []),
            "unicodePwd": nt_hash(PASSWORD)}
        if self.whole and rng.random() < 0.1:
            record["objectClass"].append(states.AUXILIARY)
        if self.whole and rng.random() < 0.05:
            record["logonHours"] = states.NEVER_LOGON
            self.never_logon.add(person.sam)
        uac = NORMAL
        for bit, chance in ((DISABLED, 0.06), (NEVER_EXPIRES, 0.08), (SMART_CARD, 0.04),
                            (NOT_REQUIRED, 0.03)):
            uac |= bit if rng.random() < chance else 0
        record["userAccountControl"] = str(uac)
        age = rng.choices((0, 10 * 60, 3 * 3600, 3 * 86400, 20 * 86400, 400 * 86400),
                          (6, 20, 20, 20, 20, 10))[0]
        record["pwdLastSet"] = str(filetime(now - age)) if age else "0"
        if rng.random() < 0.15:
            record["lockoutTime"] = str(filetime(now - rng.choice((300, 3 * 3600, 3 * 86400))))
        elif rng.random() < 0.3:
            record["lockoutTime"] = "0"
        if rng.random() < 0.3:
            record["accountExpires"] = rng.choice(
                ("0", "9223372036854775807", str(filetime(now - 86400)),
                 str(filetime(now + 900 * 86400))))
        if rng.random() < 0.5:
            record["userPrincipalName"] = f"u{self.seed}-{i}@contoso.test"
        if rng.random() < 0.05:
            record["adminCount"] = rng.choice("0112")
        # Where an OU above speaks of OWNER RIGHTS, the owner is nobody who is asked.
        stranger = self.groups["strange"].sid
        owner = stranger if owner_rights else rng.choice((
            "DA", "DA", "DA", stranger, self.ordinary.sid, person.sid, self.connector.sid,
            self.groups["direct"].sid))
        dacl = aces.user_dacl(rng, self.trustee(owner == stranger))
        if dacl or owner != "DA":
            record["nTSecurityDescriptor"] = f"O:{owner}G:DA{dacl or ''}"
        return record

    def _nobody(self, i):
        """What is no person's account, and must have no row."""
        name, kind = f"nobody {i}", self.rng.choice(("contact", "computer", "group"))
        record = {"dn": self.dc.dn(name, self.rng.choice(self.ous)[0]), "objectClass": kind}
        if kind != "contact":
            record["sAMAccountName"] = f"n{self.seed}-{i}" + "$" * (kind == "computer")
        return record

    def add_users(self):
        self.dc.add_all([self._user(i) for i in range(self.count)])
        self.dc.add_all([self._nobody(i) for i in range(self.count // 25)])
        rng, groups = self.rng, self.groups
        joins = {"team": 0.2, "division": 0.12, "team list": 0.25, "team primary": 0.15,
                 "team local": 0.1, "admins": 0.03, "admins list": 0.02}
        changes, primary = [], []
        for key, chance in joins.items():
            members = [u.dn for u in self.users if rng.random() < chance]
            groups[key].members += members
            changes += [(groups[key].dn, "member", [dn], "add") for dn in members]
            if key == "team primary":
                primary = members
        self.dc.modify_all(changes)
        rid = groups["team primary"].sid.rsplit("-", 1)[1]
        self.dc.modify_all([(dn, "primaryGroupID", rid, "replace")
                            for dn in primary if rng.random() < 0.7])
        if self.whole:
            self._set_primary_groups()
            states.move_users(self)
            states.delete_users(self)
            states.recategorize(self)
        # Some OUs change afterwards, so that what is below was made by propagation.
        self._set_ou_dacls([ou for ou in self.ous if rng.random() < 0.3])

    def _set_primary_groups(self):
        """More of them; a member by that alone is not in the group's list."""
        for key, chance in (("admins", 0.02), ("division", 0.04)):
            group = self.groups[key]
            rid = group.sid.rsplit("-", 1)[1]
            chosen = [u.dn for u in self.users if self.rng.random() < chance]
            new = [dn for dn in chosen if dn not in group.members]
            self.dc.modify_all([(group.dn, "member", [dn], "add") for dn in new])
            group.members += new
            self.dc.modify_all([(dn, "primaryGroupID", rid, "replace") for dn in chosen])

    # Fine-grained policies

    def add_policies(self):
        rng = self.rng
        if self.whole:
            self._set_domain_policy()
        container = f"CN=Password Settings Container,CN=System,{self.dc.base}"
        targets = ["team", "division", "team primary", "team list", "behind team list", None, None]
        for i in range(rng.randint(3, 6)):
            applies = []
            for target in rng.sample(targets, rng.randint(1, 3)):
                if target:
                    applies.append(self.groups[target].dn)
                else:
                    applies += [u.dn for u in rng.sample(self.users, min(8, len(self.users)))]
            record = {
                "dn": self.dc.dn(f"policy {self.seed} {i}", container),
                "objectClass": "msDS-PasswordSettings",
                "msDS-PasswordSettingsPrecedence": str(rng.randint(1, 4)),
                "msDS-PasswordReversibleEncryptionEnabled": "FALSE",
                "msDS-PasswordHistoryLength": str(rng.choice((0, 24))),
                "msDS-PasswordComplexityEnabled": rng.choice(("TRUE", "FALSE")),
                "msDS-MinimumPasswordLength": str(rng.choice((0, 7, 14))),
                "msDS-MinimumPasswordAge": str(rng.choice((0, -DAY, -7 * DAY))),
                "msDS-MaximumPasswordAge": str(rng.choice((FOREVER, -30 * DAY))),
                "msDS-LockoutThreshold": str(rng.choice((0, 5))),
                "msDS-LockoutObservationWindow": str(-30 * MINUTE),
                "msDS-LockoutDuration": str(rng.choice((-30 * MINUTE, -DAY, FOREVER, 0))),
                "msDS-PSOAppliesTo": sorted(set(applies))}
            if self.whole and i == 0 and rng.random() < 0.25:
                record["nTSecurityDescriptor"] = f"O:SYG:SYD:P(A;;{aces.FULL};;;SY)"
                self.hides_policy = True
            self.psos.append(record["dn"])
            self.dc.add_all([record])

    def _set_domain_policy(self):
        rng = self.rng
        self.dc.modify_all([(self.dc.base, a, str(v), "replace") for a, v in (
            ("minPwdAge", rng.choice((0, -DAY, -DAY, -4 * DAY))),
            ("maxPwdAge", rng.choice((-42 * DAY, -42 * DAY, -200 * DAY, FOREVER))),
            ("lockoutThreshold", rng.choice((3, 5))),
            ("lockoutDuration", rng.choice((-30 * MINUTE, -30 * MINUTE, -DAY, FOREVER, 0))))])

    def fill(self):
        self.add_accounts()
        self.add_ous()
        self.add_users()
        self.add_policies()
        if self.whole:
            states.hide_containers(self)
            states.write_odd_descriptors(self)
            states.lock_out(self, PASSWORD)

    def protected(self, person):
        """In "admins" or what contains it, and so in Backup Operators."""
        return any(person.dn in self.groups[k].members for k in ("admins", "admins list"))

    def lift_obstacles(self):
        """What keeps a user from binding or changing the password, save its DACL."""
        # Older than any minimum age here, younger than any maximum.
        ten_days_ago = str(filetime(time.time() - 10 * 86400))
        changes = []
        for user in self.users:
            changes += [(user.dn, "userAccountControl", str(NORMAL), "replace"),
                        (user.dn, "pwdLastSet", ten_days_ago, "replace"),
                        (user.dn, "lockoutTime", "0", "replace"),
                        (user.dn, "accountExpires", "0", "replace"),
                        (user.dn, "logonHours", [], "replace")]
        self.dc.modify_all(changes)

    def leave(self):
        """Every audit reads the policies of the whole domain, and follows its groups: the
        next seeds' need not meet this one's."""
        for dn in self.psos:
            self.dc.samdb.delete(dn)
        self.dc.modify_all([(group, "member", [dn], "delete") for group, dn in self.links])
