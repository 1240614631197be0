# SPDX-License-Identifier: BSD-2-Clause
"""What else the controller knows of a user's rights, and which ACE decides, worked
out here from the DACL in stored order (MS-ADTS 5.1.3.3.3, 5.1.3.3.4)."""
import os

import ldb
from samba.dcerpc import security
from samba.ndr import ndr_unpack
from samba.samdb import SamDB

import aces
from rights import Ace, class_guids, property_sets, session_of

WRITES = {"right_write_lockouttime": "lockoutTime", "right_write_pwdlastset": "pwdLastSet"}
# The right of each column: a control access right, or an attribute to be written.
ASKED = {"right_reset_password": ("CR", aces.RESET), "right_change_password": ("CR", aces.CHANGE),
         "right_write_lockouttime": ("WP", aces.LOCKOUT_TIME),
         "right_write_pwdlastset": ("WP", aces.PWD_LAST_SET)}
BITS = {"CR": 0x100, "WP": 0x20}


def writable(domain, users):
    """By DN: which of the two attributes the controller would let the connector write
    (allowedAttributesEffective, MS-ADTS 3.1.1.4.5.6): it computes them for whoever asks."""
    dc = domain.dc
    asked = SamDB(url=os.path.join(dc.private, "sam.ldb"), lp=dc.lp,
                  session_info=session_of(dc, domain.connector.dn))
    found = {}
    for user in users:
        try:
            entry, = asked.search(user.dn, ldb.SCOPE_BASE, attrs=["allowedAttributesEffective"])
        except ldb.LdbError as error:
            # Whoever may not see the user is told nothing.
            if error.args[0] != ldb.ERR_NO_SUCH_OBJECT:
                raise
            continue
        found[user.dn] = {str(v) for v in entry.get("allowedAttributesEffective", ())}
    return found


class Deciding:
    """Which ACE decides over a right."""

    def __init__(self, domain):
        self.dc = domain.dc
        self.sets, self.classes = property_sets(self.dc), class_guids(self.dc)
        self.tokens = {}
        self.connector = domain.connector.dn

    def token(self, dn):
        if dn not in self.tokens:
            self.tokens[dn] = {str(s) for s in session_of(self.dc, dn).security_token.sids}
        return self.tokens[dn]

    def of(self, user, column):
        """("yes" or "no", the index of the ACE or None)"""
        kind, guid = ASKED[column]
        held = set(self.token(user.dn if column == "right_change_password" else self.connector))
        if column == "right_change_password":
            held.add("S-1-5-10")
        entry = self.dc.samdb.search(user.dn, ldb.SCOPE_BASE, attrs=[
            "nTSecurityDescriptor"], controls=["sd_flags:1:7"])[0]
        dacl = ndr_unpack(security.descriptor, bytes(entry["nTSecurityDescriptor"][0])).dacl
        if dacl is None:
            return "yes", None
        about = {"", guid}
        if kind == "WP":
            about |= {self.sets.get(guid, ""), self.classes[user.kind]}
        for index, stored in enumerate(dacl.aces):
            if stored.flags & security.SEC_ACE_FLAG_INHERIT_ONLY or stored.type not in ACCESS:
                continue
            ace = Ace(stored)
            if ace.sid in held and ace.mask & BITS[kind] and ace.object in about:
                return "yes" if ace.allow else "no", index
        return "no", None


ACCESS = (security.SEC_ACE_TYPE_ACCESS_ALLOWED, security.SEC_ACE_TYPE_ACCESS_DENIED,
          security.SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT, security.SEC_ACE_TYPE_ACCESS_DENIED_OBJECT)
