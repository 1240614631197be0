#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""LDIF for contrib/bench, to stdout.

make-ldif.py slapd COUNT       a directory with COUNT users, for slapadd
make-ldif.py rootdse           what slapd's rootDSE says beyond its own
make-ldif.py samba FROM TO     users FROM to TO-1 for the sample company, for contrib/dc load
make-ldif.py take SNAPSHOT     tests/bench/descriptors, from a snapshot of the sample company

The users' descriptors are those that a Samba domain controller made for the
sample company, in the shares they have there. Each OU has its own variant of
them: one trustee is the OU's own group.
"""
import base64
import collections
import os
import random
import struct
import sys
import uuid

BASE = "DC=contoso,DC=test"
CONFIG = f"CN=Configuration,{BASE}"
SCHEMA = f"CN=Schema,{CONFIG}"
DOMAIN = (21, 1004336348, 1177238915, 682003330)
BUILTIN = (32,)
CONNECTOR = f"CN=MSOL_0123456789ab,CN=Users,{BASE}"
OUS = 200           # of the users, in ten divisions
VARIANTS = 3        # descriptors an OU, the common one and two others
ADMINS = 20         # members of Domain Admins
POLICY_MEMBERS = 500


def sid(*subs):
    return struct.pack("<BB", 1, len(subs)) + b"\0\0\0\0\0\5" + struct.pack(f"<{len(subs)}I", *subs)


def b64(data):
    return base64.b64encode(data).decode()


def here(name):
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), name)


def take(path):
    """The users' descriptors of a snapshot with their counts, the head's and an OU's."""
    head, _, users = open(path, encoding="utf-8").read().replace("\n ", "").partition("# users: ")
    found = collections.Counter()
    for record in users.split("\n\n"):
        for line in record.split("\n"):
            if line.startswith("nTSecurityDescriptor:: "):
                found[line.split(" ", 1)[1]] += 1
    for dn, label in ((BASE, "domain"), (f"OU=Finance,OU=Contoso,{BASE}", "ou")):
        record = head[head.index(f"\ndn: {dn}\n"):].split("\n\n")[0]
        print(label, 1, record.split("nTSecurityDescriptor:: ")[1].split("\n")[0])
    for text, count in found.most_common():
        print("user", count, text)


def descriptors():
    rows = [line.split() for line in open(here("descriptors"), encoding="ascii")
            if not line.startswith("#")]
    one = {label: text for label, _, text in rows if label != "user"}
    users = [(int(count), base64.b64decode(text)) for label, count, text in rows
             if label == "user"]
    return one, users


def variant(descriptor, ou):
    """The descriptor with one trustee of the domain (Enterprise Key Admins, Account
    Operators' counterparts ... whichever it has) replaced by the OU's own group."""
    for rid in (527, 526, 553, 572, 512):
        old = sid(*DOMAIN, rid)
        if old in descriptor:
            return descriptor.replace(old, sid(*DOMAIN, 20000 + ou))
    return descriptor


def entry(dn, classes, *lines):
    return "\n".join([f"dn: {dn}"] + [f"objectClass: {c}" for c in classes] + list(lines)) + "\n\n"


def category(name, word):
    """As the directory has it, by which a snapshot is searched; and the word of the filter,
    which slapd compares as it stands."""
    return f"objectCategory: CN={name},{SCHEMA}\nobjectCategory: {word}"


def group(name, where, number, *lines):
    return entry(f"CN={name},{where}", ("top", "group"), f"cn: {name}", f"sAMAccountName: {name}",
                 category("Group", "group"), f"objectSid:: {b64(number)}", "groupType: -2147483646",
                 *lines)


def names(n):
    given = ("Ada Bela Carl Dora Emil Fina Gero Hede Ivan Jane Kurt Lena Marc Nora Otto Petra "
             "Quin Rosa Sven Tina").split()
    family = ("Albers Brandt Castillo Dahl Evers Fromm Gruber Hoffmann Ivers Jensen Kahn Lenz "
              "Mori Novak Olsen Pavlou Quist Roth Stahl Thon").split()
    return given[n % 20], family[n // 20 % 20]


def user_dn(n):
    given, family = names(n)
    ou = n * 7919 % OUS
    return f"CN={given} {family} {n},OU=Team {ou:03d},OU=Division {ou % 10},{BASE}"


def tops(out, one, count):
    """Everything that is no user."""
    domain_sd = f"nTSecurityDescriptor:: {one['domain']}"
    ou_sd = f"nTSecurityDescriptor:: {one['ou']}"
    out(entry(BASE, ("top", "domain", "domainDNS"), "dc: contoso", f"objectSid:: {b64(sid(*DOMAIN))}",
              "minPwdAge: -864000000000", "maxPwdAge: -36288000000000", "minPwdLength: 7",
              "pwdHistoryLength: 24", "pwdProperties: 1", "lockoutThreshold: 10",
              "lockoutDuration: -18000000000", "lockOutObservationWindow: -18000000000",
              category("Domain-DNS", "domainDNS"), domain_sd))
    settings = f"CN=Password Settings Container,CN=System,{BASE}"
    for dn in (f"CN=Users,{BASE}", f"CN=Builtin,{BASE}", f"CN=System,{BASE}",
               f"CN=ForeignSecurityPrincipals,{BASE}", f"CN=Server,CN=System,{BASE}",
               f"CN=AdminSDHolder,CN=System,{BASE}", settings, CONFIG, SCHEMA, f"CN=Services,{CONFIG}",
               f"CN=Windows NT,CN=Services,{CONFIG}",
               f"CN=Directory Service,CN=Windows NT,CN=Services,{CONFIG}"):
        out(entry(dn, ("top", "container"), f"cn: {dn[3:dn.index(',')]}",
                  category("Container", "container"), domain_sd))
    # The schema: two of its thousand, as every directory has them (MS-ADA1, MS-ADSC).
    guid = base64.b64encode(uuid.UUID("28630ebf-41d5-11d1-a9c1-0000f80367c1").bytes_le).decode()
    out(entry(f"CN=Lockout-Time,{SCHEMA}", ("top", "attributeSchema"), "cn: Lockout-Time",
              "lDAPDisplayName: lockoutTime", f"schemaIDGUID:: {guid}",
              category("Attribute-Schema", "attributeSchema")))
    guid = base64.b64encode(uuid.UUID("bf967aba-0de6-11d0-a285-00aa003049e2").bytes_le).decode()
    out(entry(f"CN=User,{SCHEMA}", ("top", "classSchema"), "cn: User", "lDAPDisplayName: user",
              f"schemaIDGUID:: {guid}", "subClassOf: organizationalPerson",
              "objectClassCategory: 1", category("Class-Schema", "classSchema")))
    for n in range(10):
        out(entry(f"OU=Division {n},{BASE}", ("top", "organizationalUnit"), f"ou: Division {n}",
                  category("Organizational-Unit", "organizationalUnit"), ou_sd))
    for n in range(OUS):
        sd = b64(variant(base64.b64decode(one["ou"]), n))
        out(entry(f"OU=Team {n:03d},OU=Division {n % 10},{BASE}", ("top", "organizationalUnit"),
                  f"ou: Team {n:03d}", category("Organizational-Unit", "organizationalUnit"),
                  f"nTSecurityDescriptor:: {sd}"))
    admins = range(0, count, max(1, count // ADMINS))
    where = f"CN=Users,{BASE}"
    out(group("Domain Admins", where, sid(*DOMAIN, 512),
              *(f"member: {user_dn(n)}" for n in admins)))
    out(group("Administrators", f"CN=Builtin,{BASE}", sid(*BUILTIN, 544),
              f"member: CN=Domain Admins,{where}"))
    out(group("Domain Users", where, sid(*DOMAIN, 513)))
    out(group("Strict Policy", where, sid(*DOMAIN, 19999),
              *(f"member: {user_dn(n)}" for n in range(1, min(count, POLICY_MEMBERS)))))
    out(entry(f"CN=Strict,{settings}", ("top", "msDS-PasswordSettings"), "cn: Strict",
              category("ms-DS-Password-Settings", "msDS-PasswordSettings"),
              f"objectGUID:: {b64(bytes(16))}", "msDS-PasswordSettingsPrecedence: 10",
              "msDS-MinimumPasswordAge: -864000000000", "msDS-MaximumPasswordAge: -36288000000000",
              "msDS-MinimumPasswordLength: 14", "msDS-PasswordHistoryLength: 24",
              "msDS-PasswordComplexityEnabled: TRUE", "msDS-LockoutThreshold: 5",
              "msDS-LockoutDuration: -18000000000", "msDS-LockoutObservationWindow: -18000000000",
              f"msDS-PSOAppliesTo: CN=Strict Policy,{where}"))


def slapd(count):
    one, kinds = descriptors()
    chance = random.Random(4711)
    common, rare = kinds[0][1], kinds[1:]
    share = kinds[0][0] / sum(k for k, _ in kinds)
    texts = []
    for ou in range(OUS):
        own = [common] + chance.choices([d for _, d in rare], [k for k, _ in rare],
                                        k=VARIANTS - 1)
        texts.append([b64(variant(d, ou)) for d in own])
    out = sys.stdout.write
    tops(out, one, count)
    usual = texts[0][0]

    def user(dn, cn, sam, rid, control, since, expires, locked, descriptor, *more):
        out(f"""dn: {dn}
objectClass: top
objectClass: person
objectClass: organizationalPerson
objectClass: user
cn: {cn}
sn: {cn.split()[-1]}
displayName: {cn}
mail: {sam}@contoso.test
telephoneNumber: +49 30 {rid:08d}
description: made by tests/bench/make-ldif.py
{category("Person", "person")}
objectGUID:: {b64(struct.pack("<IIQ", rid, 1004336348, 0x9d11b3f4c0a1))}
objectSid:: {b64(sid(*DOMAIN, rid))}
sAMAccountName: {sam}
userPrincipalName: {sam}@contoso.test
sAMAccountType: 805306368
userAccountControl: {control}
pwdLastSet: {since}
accountExpires: {expires}
lockoutTime: {locked}
primaryGroupID: 513
nTSecurityDescriptor:: {descriptor}
""" + "".join(line + "\n" for line in more) + "\n")

    token = [sid(*DOMAIN, 513), sid(*DOMAIN, 5001)]
    user(CONNECTOR, "MSOL_0123456789ab", "MSOL_0123456789ab", 5001, 66048, 133618464000000000,
         9223372036854775807, 0, usual, *(f"tokenGroups:: {b64(s)}" for s in token))
    for n in range(count):
        given, family = names(n)
        ou = n * 7919 % OUS
        dice = chance.random()
        kind = 0 if dice < share else 1 + n % (VARIANTS - 1)
        user(user_dn(n), f"{given} {family} {n}", f"{given[0].lower()}{family.lower()}{n}",
             100000 + n, 514 if n % 25 == 0 else 66048 if n % 40 == 0 else 512,
             133618464000000000 + n * 600000000 if n % 50 else 0,
             9223372036854775807 if n % 100 else 133800768000000000, 0, texts[ou][kind],
             *(["adminCount: 1"] if n % 500 == 0 else ()))


def rootdse():
    print(f"""dn:
defaultNamingContext: {BASE}
rootDomainNamingContext: {BASE}
configurationNamingContext: {CONFIG}
schemaNamingContext: {SCHEMA}
supportedCapabilities: 1.2.840.113556.1.4.800
supportedCapabilities: 1.2.840.113556.1.4.1670
supportedControl: 1.2.840.113556.1.4.2239
supportedControl: 1.2.840.113556.1.4.2066
isSynchronized: TRUE
currentTime: 20260115120000.0Z
domainFunctionality: 7
forestFunctionality: 7
domainControllerFunctionality: 7""")
    for s in (sid(*DOMAIN, 500), sid(*DOMAIN, 512), sid(*BUILTIN, 544), sid(11),
              b"\1\1\0\0\0\0\0\1\0\0\0\0"):
        print(f"tokenGroups:: {b64(s)}")


def samba(first, last):
    ous = ("Finance", "Sales", "Legal", "Engineering")
    for n in range(first, last):
        given, family = names(n)
        print(entry(f"CN={given} {family} {n},OU={ous[n % 4]},OU=Contoso,{BASE}", ("user",),
                    f"sAMAccountName: {given[0].lower()}{family.lower()}{n}",
                    f"userPrincipalName: {given[0].lower()}{family.lower()}{n}@contoso.test",
                    "userAccountControl: 544",
                    # The controller's own next one may be the sample company's.
                    f"objectSid: S-1-5-{'-'.join(map(str, DOMAIN))}-{100000 + n}"), end="")


def main():
    what, numbers = sys.argv[1], sys.argv[2:]
    if what == "take":
        take(numbers[0])
    elif what == "rootdse":
        rootdse()
    else:
        {"slapd": slapd, "samba": samba}[what](*map(int, numbers))


main()
