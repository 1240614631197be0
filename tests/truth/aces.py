# SPDX-License-Identifier: BSD-2-Clause
"""Random ACEs and DACLs: of every kind, save what known-differences keeps out."""
from dataclasses import dataclass, replace

RESET = "00299570-246d-11d0-a768-00aa006e0529"
CHANGE = "ab721a53-1e2f-11d0-9819-00aa0040529b"
OTHER_RIGHTS = (
    "ab721a54-1e2f-11d0-9819-00aa0040529b",     # Send As
    "ab721a56-1e2f-11d0-9819-00aa0040529b",     # Receive As
    "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2",     # Replicating Directory Changes
    "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501",     # Unexpire Password
)
LOCKOUT_TIME = "28630ebf-41d5-11d1-a9c1-0000f80367c1"
PWD_LAST_SET = "bf967a0a-0de6-11d0-a285-00aa003049e2"
OTHER_ATTRIBUTES = (
    "bf967a68-0de6-11d0-a285-00aa003049e2",     # userAccountControl
    "bf9679e1-0de6-11d0-a285-00aa003049e2",     # unicodePwd
    "bf967950-0de6-11d0-a285-00aa003049e2",     # description
    "bf967915-0de6-11d0-a285-00aa003049e2",     # accountExpires
)
ACCOUNT_RESTRICTIONS = "4c164200-20c0-11d0-a768-00aa006e0529"
PUBLIC_INFORMATION = "e48d0154-bcf8-11d1-8702-00c04fb96050"
GENERAL_INFORMATION = "59ba2f42-79a2-11d0-9020-00c04fc2d3cf"
OTHER_SETS = (
    GENERAL_INFORMATION,
    PUBLIC_INFORMATION,
    "5f202010-79a5-11d0-9020-00c04fc2d4cf",     # Logon Information
    "77b5b886-944a-11d1-aebd-0000f80367c1",     # Personal Information
    "c7407360-20bf-11d0-a768-00aa006e0529",     # Domain Password
)
OBJECT_CLASS = "bf9679e5-0de6-11d0-a285-00aa003049e2"
OBJECT_CATEGORY = "26d97369-6070-11d1-a9c6-0000f80367c1"
USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
INET_ORG_PERSON = "4828cc14-1437-45bc-9b07-ad6f015e5f28"
COMPUTER = "bf967a86-0de6-11d0-a285-00aa003049e2"
GROUP = "bf967a9c-0de6-11d0-a285-00aa003049e2"
PERSON = "bf967aa7-0de6-11d0-a285-00aa003049e2"
ORGANIZATIONAL_PERSON = "bf967aa4-0de6-11d0-a285-00aa003049e2"
TOP = "bf967ab7-0de6-11d0-a285-00aa003049e2"
OU = "bf967aa5-0de6-11d0-a285-00aa003049e2"
EMPLOYEE = "6f0e1d4c-6f0a-4e5d-9c5b-7a1d52a1c001"   # derived from user (states.py)
POSIX_ACCOUNT = "ad44bb41-67d5-4d88-b575-7b20674e76d8"
CLASSES = (USER, INET_ORG_PERSON, COMPUTER, GROUP, PERSON, ORGANIZATIONAL_PERSON, TOP, EMPLOYEE,
           POSIX_ACCOUNT)

FULL = "RPWPCRCCDCLCLORCWOWDSDDTSW"
READ = "RPLCLORC"

# What the schema gives a user, of which the ends that matter here.
DEFAULT_ACES = (
    f"(A;;{FULL};;;DA)(A;;{FULL};;;SY)(A;;{FULL};;;AO)(A;;{READ};;;PS)"
    f"(OA;;CR;{CHANGE};;PS)(OA;;CR;{OTHER_RIGHTS[0]};;PS)"
    "(OA;;RPWP;77b5b886-944a-11d1-aebd-0000f80367c1;;PS)(A;;RC;;;AU)"
    f"(OA;;RP;{GENERAL_INFORMATION};;AU)(OA;;RP;{PUBLIC_INFORMATION};;AU)"
    f"(OA;;CR;{CHANGE};;WD)")


@dataclass(frozen=True)
class Ace:
    allow: bool
    rights: str
    sid: str
    object: str = ""        # GUID of a right, attribute, property set or class
    inherited: str = ""     # GUID of a class
    flags: str = ""
    typed: bool = False     # an object ACE though it has neither GUID

    def __str__(self):
        kind = "O" if self.object or self.inherited or self.typed else ""
        return (f"({kind}{'A' if self.allow else 'D'};{self.flags};{self.rights};"
                f"{self.object};{self.inherited};{self.sid})")


def stays_off(ace):
    """known-differences 1: an object ACE that allows CR without WP, for nothing
    in particular or for what stands above or at a property."""
    return (ace.allow and "CR" in ace.rights and "WP" not in ace.rights and
            bool(ace.object or ace.inherited or ace.typed) and
            ace.object in ("", ACCOUNT_RESTRICTIONS, LOCKOUT_TIME, PWD_LAST_SET) + CLASSES)


def _kind(rng):
    """(rights, object GUID) of one of the kinds of ACE; those that bear on the
    four rights more often than not."""
    kinds = (
        (12, lambda: ("CR", RESET)),
        (11, lambda: ("CR", CHANGE)),
        (3, lambda: (rng.choice(("WPCR", "WP", "CRSW", FULL)), rng.choice((RESET, CHANGE)))),
        (6, lambda: ("CR", "")),
        (4, lambda: ("CR", rng.choice(OTHER_RIGHTS))),
        (6, lambda: (rng.choice((FULL, "GA")), "")),
        (5, lambda: ("GW", "")),
        (8, lambda: (rng.choice(("WP", "RPWP", "WPCR", "SDWPDT")), "")),
        (10, lambda: (rng.choice(("WP", "RPWP", "WPCR")), LOCKOUT_TIME)),
        (10, lambda: (rng.choice(("WP", "RPWP", "WPCR")), PWD_LAST_SET)),
        (7, lambda: (rng.choice(("WP", "RPWP", "WPCR")), ACCOUNT_RESTRICTIONS)),
        (4, lambda: (rng.choice(("WP", "CR", "CRWP")), rng.choice(OTHER_SETS))),
        (4, lambda: (rng.choice(("WP", "CR")), rng.choice(OTHER_ATTRIBUTES))),
        (6, lambda: (rng.choice(("WP", "WPCR", FULL)), rng.choice(CLASSES))),
        (2, lambda: ("CR", rng.choice((ACCOUNT_RESTRICTIONS, LOCKOUT_TIME) + CLASSES))),
        (3, lambda: (rng.choice(("SW", "GX", "RC", "WD", "WO", "CCDC")), "")),
    )
    return rng.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]()


def random_ace(rng, trustee, container=False):
    """`trustee(GUID)` yields a SID. In a container it is meant for what is below."""
    while True:
        rights, guid = _kind(rng)
        allow = rng.random() < (0.75 if container else 0.66)
        # What may not be read is HIDING's matter, where the comparison can tell.
        ace = Ace(allow, rights if allow else rights.replace("RPWP", "WP"), trustee(guid), guid,
                  typed=rng.random() < 0.15)
        if rng.random() < (0.5 if container else 0.2):
            ace = replace(ace, inherited=rng.choice(
                (USER, USER, USER, INET_ORG_PERSON, INET_ORG_PERSON, COMPUTER, GROUP, PERSON,
                 ORGANIZATIONAL_PERSON, EMPLOYEE, OU)))
        if container:
            # What is denied on the container itself would hide all below it.
            ace = replace(ace, flags=rng.choice(
                ("CI", "CI", "CIIO", "OICI", "CINP", "CIIONP", "OI", "") if ace.allow else
                ("CIIO", "CIIO", "CIIONP", "OICIIO")))
        elif rng.random() < 0.2:
            ace = replace(ace, flags=rng.choice(("CI", "CIIO", "CIIO", "OICIIO", "CINP", "OI")))
        if not stays_off(ace):
            return ace


def canonical(aces):
    """Deny before allow, on the object before on its properties (MS-DTYP 2.4.5)."""
    return sorted(aces, key=lambda a: (a.allow, bool(a.object)))


# What an ordinary reader is kept from, and sometimes an administrator.
HIDING = (
    "(D;;RP;;;AU)", "(D;;GR;;;WD)", "(D;;RC;;;AU)", "(D;;RC;;;WD)",
    f"(OD;;RP;{PUBLIC_INFORMATION};;AU)", f"(OD;;RP;{PUBLIC_INFORMATION};;WD)",
    f"(OD;;RP;{GENERAL_INFORMATION};;AU)", f"(OD;;RP;{GENERAL_INFORMATION};;WD)",
    f"(OD;;RP;{ACCOUNT_RESTRICTIONS};;AU)",
    f"(OD;;RP;{OBJECT_CLASS};;AU)", f"(OD;;RP;{OBJECT_CATEGORY};;AU)",
    f"(OD;;RP;{LOCKOUT_TIME};;AU)(OD;;RP;{PWD_LAST_SET};;AU)",
)
# What the vendor's tools call "user cannot change password".
CANNOT_CHANGE = f"(OD;;CR;{CHANGE};;WD)(OD;;CR;{CHANGE};;PS)"


def user_dacl(rng, trustee):
    """The DACL of a user as SDDL, or None for the schema's default."""
    style = rng.random()
    if style < 0.18:
        return None
    aces = [random_ace(rng, trustee) for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4, 6, 9)))]
    if rng.random() < 0.6:
        aces = canonical(aces)
    text = [str(a) for a in aces]
    if style < 0.60:
        cut = rng.randint(0, len(text))
        text[cut:cut] = [DEFAULT_ACES]
    elif style < 0.92:
        text.append(f"(A;;{READ};;;DA)")
        if rng.random() < 0.6:
            text.append(f"(A;;{READ};;;AU)")
    else:
        text = []
    if rng.random() < 0.1:
        text.insert(0, rng.choice(HIDING))
    if rng.random() < 0.06:
        text.insert(0, CANNOT_CHANGE)
    return "D:" + ("P" if rng.random() < 0.2 else "") + "".join(text)


def container_dacl(rng, trustee, owner_rights):
    """The DACL of an OU; everybody sees what is in it."""
    aces = [random_ace(rng, trustee, container=True)
            for _ in range(rng.choice((0, 1, 2, 3, 4, 5)))]
    if rng.random() < 0.7:
        aces = canonical(aces)
    if owner_rights:
        aces.insert(rng.randint(0, len(aces)),
                    Ace(True, rng.choice(("WP", "CR", "RC")), "S-1-3-4", flags="CIIO"))
    return ("D:" + ("PAI" if rng.random() < 0.25 else "") +
            f"(A;;{READ};;;AU)(A;CI;{FULL};;;SY)(A;CI;{FULL};;;DA)" + "".join(map(str, aces)))
