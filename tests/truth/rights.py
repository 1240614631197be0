# SPDX-License-Identifier: BSD-2-Clause
"""What an account may do to every object of the domain, right by right: worked out
here from the DACLs (MS-ADTS 5.1.3.3, in a few lines of its own), and as the
controller computes it for that account."""
import os

import ldb
from samba.auth import AUTH_SESSION_INFO_AUTHENTICATED, AUTH_SESSION_INFO_DEFAULT_GROUPS, \
    user_session
from samba.dcerpc import misc, security
from samba.ndr import ndr_unpack
from samba.samdb import SamDB

BITS = {"CC": 1, "DC": 2, "LC": 4, "SW": 8, "RP": 0x10, "WP": 0x20, "DT": 0x40, "LO": 0x80,
        "CR": 0x100, "SD": 0x10000, "RC": 0x20000, "WD": 0x40000, "WO": 0x80000}
GENERIC = {0x10000000: 0xF01FF, 0x20000000: 0x20004, 0x40000000: 0x20028, 0x80000000: 0x20094}
TYPED = ("CC", "DC", "SW", "RP", "WP", "CR")    # an object type narrows these
NOTHING = "00000000-0000-0000-0000-000000000001"    # a GUID that no ACE names
EFFECTIVE = ("allowedAttributesEffective", "allowedChildClassesEffective", "sDRightsEffective")


def session_of(dc, dn):
    return user_session(dc.samdb, lp_ctx=dc.lp, dn=dn, session_info_flags=
                        AUTH_SESSION_INFO_DEFAULT_GROUPS | AUTH_SESSION_INFO_AUTHENTICATED)


def property_sets(dc):
    """attributeSecurityGUID by schemaIDGUID."""
    schema = str(dc.samdb.get_schema_basedn())
    return {str(ndr_unpack(misc.GUID, e["schemaIDGUID"][0])):
            str(ndr_unpack(misc.GUID, e["attributeSecurityGUID"][0]))
            for e in dc.samdb.search(schema, ldb.SCOPE_ONELEVEL, "(attributeSecurityGUID=*)",
                                     ["schemaIDGUID", "attributeSecurityGUID"])}


def class_guids(dc):
    """schemaIDGUID by the name of the class: the root of an object's tree of
    properties (MS-ADTS 5.1.3.3.3)."""
    schema = str(dc.samdb.get_schema_basedn())
    return {str(e["lDAPDisplayName"][0]): str(ndr_unpack(misc.GUID, e["schemaIDGUID"][0]))
            for e in dc.samdb.search(schema, ldb.SCOPE_ONELEVEL, "(objectClass=classSchema)",
                                     ["lDAPDisplayName", "schemaIDGUID"])}


class Ace:
    def __init__(self, ace):
        self.sid = str(ace.trustee)
        self.allow = ace.type in (security.SEC_ACE_TYPE_ACCESS_ALLOWED,
                                  security.SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT)
        self.mask = ace.access_mask & 0x0FFFFFFF
        for generic, rights in GENERIC.items():
            if ace.access_mask & generic:
                self.mask = self.mask & ~generic | rights
        self.object = ""
        if ace.type in (security.SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT,
                        security.SEC_ACE_TYPE_ACCESS_DENIED_OBJECT) and \
                ace.object.flags & security.SEC_ACE_OBJECT_TYPE_PRESENT:
            self.object = str(ace.object.type)


def aces_of(packed):
    dacl = ndr_unpack(security.descriptor, packed).dacl
    return [Ace(a) for a in dacl.aces
            if not a.flags & security.SEC_ACE_FLAG_INHERIT_ONLY] if dacl else []


class Rights:
    """Of one account, at one moment: `own` by DN from the DACLs, as pairs (bit, GUID),
    `theirs` from the controller."""

    def __init__(self, dc, dn):
        session = session_of(dc, dn)
        self.token = {str(s) for s in session.security_token.sids}
        self.sid = str(session.security_token.sids[0])
        self.sets, self.classes = property_sets(dc), class_guids(dc)
        objects = {str(e.dn): e for e in dc.read_all(dc.base, "(objectClass=*)",
                                                     ["nTSecurityDescriptor", "objectSid",
                                                      "objectClass"])}
        aces = {dn: aces_of(bytes(e["nTSecurityDescriptor"][0])) for dn, e in objects.items()
                if "nTSecurityDescriptor" in e}
        # Which GUIDs make a difference: those that ACEs name, an attribute of each
        # property set that is named, and one that none names.
        named = {a.object for found in aces.values() for a in found if a.object}
        members = {s: a for a, s in self.sets.items() if s in named and a not in named}
        self.guids = sorted(named | set(members.values()) | {NOTHING})
        self.own = {dn: self._granted(found, objects[dn]) for dn, found in aces.items()}
        self.theirs = {}
        asked = SamDB(url=os.path.join(dc.private, "sam.ldb"), lp=dc.lp, session_info=session)
        for e in asked.search(dc.base, ldb.SCOPE_SUBTREE, "(objectClass=*)", list(EFFECTIVE)):
            self.theirs[str(e.dn)] = {f"{a}: {v}" for a in EFFECTIVE if a in e for v in e[a]}

    def _granted(self, aces, entry):
        me = self.sid if "objectSid" not in entry else \
            str(ndr_unpack(security.dom_sid, entry["objectSid"][0]))
        held = self.token | ({"S-1-5-10"} if me == self.sid and "objectSid" in entry else set())
        mine = [a for a in aces if a.sid in held]
        tree = self.classes.get(str(entry["objectClass"][-1]))
        granted = set()
        for name, bit in BITS.items():
            for guid in ("",) + (tuple(self.guids) if name in TYPED else ()):
                for a in mine:
                    if a.mask & bit and (not a.object or a.object == guid or
                                         (guid and self.sets.get(guid) == a.object) or
                                         (name in ("RP", "WP") and a.object == tree)):
                        if a.allow:
                            granted.add((name, guid))
                        break
        return granted


def grown(before, after):
    """(DN, what) that is granted after and was not before."""
    for dn, rights in after.own.items():
        for right in sorted(rights - before.own.get(dn, set())):
            # A GUID that only ACEs of the other moment name.
            if not right[1] or right[1] in before.guids:
                yield dn, right
    for dn, rights in after.theirs.items():
        for right in sorted(rights - before.theirs.get(dn, set())):
            yield dn, right
