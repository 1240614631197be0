# SPDX-License-Identifier: BSD-2-Clause
"""The rarer states of a random domain: kinds of connectors, classes that an
enterprise adds, containers that hide what is in them, descriptors as only another
server would write them, real lockouts, users that moved or are gone."""
import os
import struct

import ldb
from samba import Ldb
from samba.auth import system_session
from samba.dcerpc import misc, security
from samba.ndr import ndr_pack, ndr_unpack

import aces
from directory import Client

# One of them a seed, in turn. "user" has a primary group of its own, too.
CONNECTORS = ("user", "group managed", "Account Operators", "inetOrgPerson", "computer",
              "Domain Admins", "plain", "Administrators")
CONNECTOR_CLASSES = {
    "group managed": ["computer", "msDS-GroupManagedServiceAccount"],
    "computer": ["computer"], "inetOrgPerson": ["inetOrgPerson"]}
BUILTIN = {"Account Operators": "S-1-5-32-548", "Administrators": "S-1-5-32-544"}

# A class derived from user, as enterprises add them, and an auxiliary one that the
# schema has: with it the most specific class is not what the list of classes ends in.
EMPLOYEE = "contosoEmployee"
AUXILIARY = "posixAccount"
NEVER_LOGON = bytes(21)     # logonHours


def connector_of(seed):
    return CONNECTORS[(seed - 1) % len(CONNECTORS)]


def extend_schema(dc, lockout_time_in=None):
    """EMPLOYEE, whose passwords the two rights apply to (known-differences 6); and
    lockoutTime in a property set, which is any forest's own choice."""
    schema = str(dc.samdb.get_schema_basedn())
    if dc.samdb.search(schema, ldb.SCOPE_ONELEVEL, f"(lDAPDisplayName={EMPLOYEE})"):
        return
    dc.samdb.add({
        "dn": f"CN={EMPLOYEE},{schema}", "objectClass": "classSchema", "subClassOf": "user",
        "governsID": "1.3.6.1.4.1.7165.4.255.1.1", "lDAPDisplayName": EMPLOYEE,
        "schemaIDGUID": ndr_pack(_guid(aces.EMPLOYEE)), "objectClassCategory": "1",
        "systemOnly": "FALSE", "defaultObjectCategory": f"CN=Person,{schema}",
        "rDNAttID": "cn"}, ["relax:0"])
    for right in (aces.RESET, aces.CHANGE):
        for e in dc.samdb.search(f"CN=Extended-Rights,{dc.samdb.get_config_basedn()}",
                                 ldb.SCOPE_ONELEVEL, f"(rightsGuid={right})", ["appliesTo"]):
            dc.modify_all([(str(e.dn), "appliesTo", [aces.EMPLOYEE], "add")])
    if lockout_time_in:
        dc.modify_all([(f"CN=Lockout-Time,{schema}", "attributeSecurityGUID",
                        [ndr_pack(_guid(lockout_time_in))], "replace")])
    dc.samdb.set_schema_update_now()


def _guid(text):
    return misc.GUID(text)


# Descriptors that no LDAP client of this server could write: past all that looks at
# what is written, straight into the database.

def write_odd_descriptors(domain):
    dc, rng = domain.dc, domain.rng
    name = str(dc.samdb.get_default_basedn()).upper()
    raw = Ldb(url=os.path.join(dc.private, "sam.ldb.d", f"{name}.ldb"), lp=dc.lp,
              session_info=system_session())
    for user in domain.users:
        if rng.random() >= 0.05:
            continue
        stored, = raw.search(user.dn, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"])
        message = ldb.Message(stored.dn)
        domain.odd += 1
        message["nTSecurityDescriptor"] = ldb.MessageElement(
            rng.choice(ODD)(domain, bytes(stored["nTSecurityDescriptor"][0])),
            ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")
        raw.modify(message)


def _null_dacl(_, packed):
    sd = ndr_unpack(security.descriptor, packed)
    sd.dacl = None
    sd.type |= security.SEC_DESC_DACL_PRESENT
    return ndr_pack(sd)


def _parts(packed):
    """The bytes of (owner, group, SACL, DACL), each b"" where it is not there."""
    at = struct.unpack_from("<4I", packed, 4)
    ends = sorted([o for o in at if o] + [len(packed)])
    return [packed[o:ends[ends.index(o) + 1]] if o else b"" for o in at]


def _built(packed, parts, order):
    """The same descriptor with its parts stored in that order."""
    offsets, body = [0] * 4, b""
    for i in order:
        if parts[i]:
            offsets[i] = 20 + len(body)
            body += parts[i]
    return packed[:4] + struct.pack("<4I", *offsets) + body


def _other_order(domain, packed):
    return _built(packed, _parts(packed), domain.rng.sample(range(4), 4))


def _longer_dacl(domain, packed):
    """MS-DTYP 2.4.5: AclSize may reach beyond the last ACE."""
    parts = _parts(packed)
    dacl, more = parts[3], 4 * domain.rng.randint(1, 9)
    parts[3] = dacl[:2] + struct.pack("<H", len(dacl) + more) + dacl[4:] + bytes(more)
    return _built(packed, parts, (0, 1, 2, 3))


def _with_ace(domain, packed, ace):
    parts = _parts(packed)
    revision, _, size, count = struct.unpack_from("<BBHH", parts[3])
    parts[3] = struct.pack("<BBHHH", revision, 0, size + len(ace), count + 1, 0) + ace + \
        parts[3][8:]
    return _built(packed, parts, (0, 1, 2, 3))


def _inherit_only(domain, packed):
    """In front: inherit-only, though nothing could inherit it."""
    sid = ndr_pack(security.dom_sid(domain.connector.sid))
    return _with_ace(domain, packed, struct.pack(
        "<BBHI", domain.rng.randint(0, 1), 8, 8 + len(sid), 0x120) + sid)


def _audit(domain, packed):
    """An audit ACE that lost its way into the DACL."""
    sid = ndr_pack(security.dom_sid("S-1-1-0"))
    return _with_ace(domain, packed, struct.pack("<BBHI", 2, 0xC0, 8 + len(sid), 0xF01FF) + sid)


ODD = (_null_dacl, _other_order, _longer_dacl, _inherit_only, _audit)


# What happens to users after they were made

def move_users(domain):
    """Into another OU, where other things are inherited. Not where an ancestor speaks
    of OWNER RIGHTS (known-differences 2)."""
    targets = [ou for ou, _, owner_rights in domain.ous if not owner_rights]
    for i, user in enumerate(domain.users):
        if domain.rng.random() >= 0.05:
            continue
        new = domain.dc.dn(f"moved {i}", domain.rng.choice(targets))
        domain.dc.samdb.rename(user.dn, new)
        for group in domain.groups.values():
            group.members = [new if dn == user.dn else dn for dn in group.members]
        user.dn = new


def hide_containers(domain):
    """Some may not be listed; in some domains with List Object mode, dSHeuristics' third
    character (MS-ADTS 5.1.3.3.6)."""
    dc, rng = domain.dc, domain.rng
    service = f"CN=Directory Service,CN=Windows NT,CN=Services,{dc.samdb.get_config_basedn()}"
    dc.modify_all([(service, "dSHeuristics", ["001"] if domain.seed % 4 == 3 else [], "replace")])
    for ou, depth, owner_rights in domain.ous:
        if not depth or owner_rights or rng.random() >= 0.15:
            continue
        dacl = aces.container_dacl(rng, domain.trustee(False), False)
        everything = f"(A;CI;{aces.FULL};;;SY)(A;CI;{aces.FULL};;;DA)"
        dc.modify_all([(ou, "nTSecurityDescriptor", "O:DAG:DA" + rng.choice((
            dacl.replace("(", "(D;;LC;;;AU)(", 1),
            dacl.replace("(", "(D;;LC;;;AU)(A;;LO;;;AU)(", 1),
            "D:P(A;;RPLORC;;;AU)" + everything, "D:P" + everything)), "replace")])


def delete_users(domain):
    """Some that are gone, and leave a tombstone: they must have no row."""
    for i in range(len(domain.users) // 50):
        dn = domain.dc.dn(f"gone {i}", domain.rng.choice(domain.ous)[0])
        domain.dc.add_all([{"dn": dn, "objectClass": "user",
                            "sAMAccountName": f"gone{domain.seed}-{i}"}])
        domain.dc.samdb.delete(dn)


def lock_out(domain, password):
    """Real lockouts: more bad passwords than any threshold here."""
    client = Client(domain.dc)
    for user in domain.rng.sample(domain.users, min(5, len(domain.users))):
        for _ in range(6):
            client.bind(user.dn, f"not {password}")


def recategorize(domain):
    """objectCategory is anybody's to write; what a user is, it does not decide."""
    schema = domain.dc.samdb.get_schema_basedn()
    domain.dc.modify_all([
        (u.dn, "objectCategory", f"CN={domain.rng.choice(('Computer', 'Group', 'Contact'))},"
         f"{schema}", "replace") for u in domain.users if domain.rng.random() < 0.03])
