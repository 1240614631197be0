# SPDX-License-Identifier: BSD-2-Clause
"""The domain controller from both sides: as SYSTEM through its database, and as
anybody over LDAPS with a client small enough to see that nothing helps it."""
import os
import socket
import ssl

import ldb
from samba.auth import system_session
from samba.crypto import md4_hash_blob
from samba.dcerpc import misc, security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

# Let a password hash and any pwdLastSet in as they are.
AS_IS = "local_oid:1.3.6.1.4.1.7165.4.3.12:0"
RELAX = "relax:0"
BATCH = 500


class Dc:
    """The controller that `contrib/dc env` describes, as SYSTEM."""

    def __init__(self, prefix="DC"):
        self.base, self.realm, self.folder, self.uri, self.host, self.ip, self.ca, self.admin, \
            self.admin_password = (os.environ[f"{prefix}_{name}"] for name in (
                "BASE", "REALM", "DIR", "URI", "HOST", "IP", "CA", "ADMIN", "ADMIN_PASSWORD"))
        self.netbios = self.realm.split(".")[0]
        self.lp = LoadParm()
        self.lp.load(os.path.join(self.folder, "etc/smb.conf"))
        self.lp.set("dsdb:schema update allowed", "yes")
        # Another controller's configuration, loaded later, is this one's as well.
        self.private = os.path.dirname(self.lp.private_path("sam.ldb"))
        self.samdb = SamDB(url=os.path.join(self.private, "sam.ldb"), lp=self.lp,
                           session_info=system_session(), global_schema=False)
        self.sid = self.samdb.domain_sid
        self.domain_sid = security.dom_sid(self.sid)

    def dn(self, name, parent, rdn="CN"):
        """The DN of `name`, whatever it is written with, below `parent`."""
        dn = ldb.Dn(self.samdb, f"{rdn}=x,{parent}")
        dn.set_component(0, rdn, name)
        return str(dn)

    def sd(self, sddl):
        return ndr_pack(security.descriptor.from_sddl(sddl, self.domain_sid))

    def sddl(self, packed):
        return ndr_unpack(security.descriptor, packed).as_sddl(self.domain_sid)

    def add_all(self, records):
        """Records {attribute: value} with "dn"; in transactions of BATCH."""
        for record in self._batched(records):
            record = dict(record)
            if "objectSid" in record:
                record["objectSid"] = ndr_pack(security.dom_sid(record["objectSid"]))
            if "nTSecurityDescriptor" in record:
                record["nTSecurityDescriptor"] = self.sd(record["nTSecurityDescriptor"])
            controls = [RELAX, AS_IS] if "unicodePwd" in record else [RELAX]
            self.samdb.add(record, controls)

    def modify_all(self, changes):
        """Changes (dn, attribute, values, "add"|"replace"|"delete")."""
        flags = {"add": ldb.FLAG_MOD_ADD, "replace": ldb.FLAG_MOD_REPLACE,
                 "delete": ldb.FLAG_MOD_DELETE}
        for dn, attribute, values, how in self._batched(changes):
            message = ldb.Message(ldb.Dn(self.samdb, dn))
            if attribute == "nTSecurityDescriptor":
                values = self.sd(values)
            message[attribute] = ldb.MessageElement(values, flags[how], attribute)
            as_is = attribute in ("unicodePwd", "pwdLastSet", "lockoutTime",
                                  "supplementalCredentials")
            self.samdb.modify(message, [RELAX, AS_IS] if as_is else [RELAX])

    def _batched(self, items):
        items = list(items)
        for start in range(0, len(items), BATCH):
            self.samdb.transaction_start()
            try:
                yield from items[start:start + BATCH]
            except BaseException:
                self.samdb.transaction_cancel()
                raise
            self.samdb.transaction_commit()

    def read_all(self, base, expression, attributes):
        return self.samdb.search(base, ldb.SCOPE_SUBTREE, expression, attributes,
                                 controls=["sd_flags:1:7"])


def nt_hash(password):
    return md4_hash_blob(password.encode("utf-16-le"))


def guid_text(packed):
    return str(ndr_unpack(misc.GUID, packed))


# As little of BER as three requests and their answers need (RFC 4511).

def _tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    if n < 128:
        return bytes((tag, n)) + body
    return bytes((tag, 0x84)) + n.to_bytes(4, "big") + body


def _octets(value):
    return _tlv(0x04, value if isinstance(value, bytes) else str(value).encode())


def _next(data, at):
    """The tag and content at `at`, and where the next element begins."""
    tag, n, at = data[at], data[at + 1], at + 2
    if n & 0x80:
        size = n & 0x7F
        n, at = int.from_bytes(data[at:at + size], "big"), at + size
    return tag, data[at:at + n], at + n


class Answer:
    def __init__(self, code, text):
        self.code, self.text = code, text

    def __str__(self):
        return f"{self.code} {self.text}".strip()


class Client:
    """One LDAPS connection; bind again to be somebody else."""

    def __init__(self, dc):
        context = ssl.create_default_context(cafile=dc.ca)
        plain = socket.create_connection((dc.ip, 636), timeout=60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(plain, server_hostname=dc.host)
        self.number = 0

    def _send(self, request, *controls):
        self.number += 1
        number = _tlv(0x02, self.number.to_bytes(4, "big"))
        self.socket.sendall(_tlv(0x30, number, request, *controls))

    def _answer(self):
        """The tag and content of the next message."""
        data = self._receive(2)
        size = data[1] & 0x7F if data[1] & 0x80 else 0
        data += self._receive(size)
        body = self._receive(int.from_bytes(data[2:], "big") if size else data[1])
        tag, response, _ = _next(body, _next(body, 0)[2])
        return tag, response

    def _result(self, response):
        _, code, at = _next(response, 0)
        _, _, at = _next(response, at)
        _, text, _ = _next(response, at)
        return Answer(int.from_bytes(code, "big"), text.decode("utf-8", "replace").rstrip("\0"))

    def _call(self, request):
        self._send(request)
        return self._result(self._answer()[1])

    def _receive(self, n):
        data = b""
        while len(data) < n:
            more = self.socket.recv(n - len(data))
            if not more:
                raise ConnectionError("the controller closed the connection")
            data += more
        return data

    def bind(self, name, password):
        return self._call(_tlv(0x60, _tlv(0x02, b"\3"), _octets(name),
                               _tlv(0x80, password.encode())))

    def modify(self, dn, *changes):
        """changes: ("add"|"delete"|"replace", attribute, value)."""
        operation = {"add": b"\0", "delete": b"\1", "replace": b"\2"}
        return self._call(_tlv(0x66, _octets(dn), _tlv(0x30, *[
            _tlv(0x30, _tlv(0x0A, operation[how]),
                 _tlv(0x30, _octets(attribute), _tlv(0x31, _octets(value))))
            for how, attribute, value in changes])))

    def readable(self, dn, attributes):
        """Which of the attributes of an object are returned, in lower case."""
        self._send(_tlv(0x63, _octets(dn), _tlv(0x0A, b"\0"), _tlv(0x0A, b"\0"),
                        _tlv(0x02, b"\0"), _tlv(0x02, b"\0"), _tlv(0x01, b"\0"),
                        _tlv(0x87, b"objectGUID"),
                        _tlv(0x30, *map(_octets, attributes))),
                   _tlv(0xA0, _tlv(0x30, _octets("1.2.840.113556.1.4.801"),
                                   _octets(_tlv(0x30, _tlv(0x02, b"\7"))))))
        names = set()
        while True:
            tag, response = self._answer()
            if tag == 0x65:
                return names
            if tag != 0x64:
                continue
            _, listed, _ = _next(response, _next(response, 0)[2])
            at = 0
            while at < len(listed):
                _, attribute, at = _next(listed, at)
                names.add(_next(attribute, 0)[1].decode().lower())


def quoted(password):
    """A password as unicodePwd takes it (MS-ADTS 3.1.1.3.1.5.1)."""
    return f'"{password}"'.encode("utf-16-le")
