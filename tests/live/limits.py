#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What limits.sh needs beside real servers.

    limits.py proxy PORTFILE SERVER PORT MODE   stands before a real server, adds one trouble:
        unpaged      the server does not get to see the paging control
        unscoped     nor the one that keeps references away
        range=N      more than N values of member come in slices (MS-ADTS 3.1.1.3.1.3.3)
        trickle      part of an entry comes a byte at a time, ten a second
        pause=N:S    nothing comes for S seconds after N users
      PORT with an "s" is spoken to in TLS. Serves until standard input ends.
    limits.py slapd     LDIF: accounts with limits, and what is too large elsewhere, for slapd
    limits.py samba     LDIF: users with descriptors of 64 KB, for contrib/dc load
    limits.py pty COMMAND...   runs it with a terminal as its stderr; prints what appeared there
"""
import base64
import importlib.util
import os
import pty
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

spec = importlib.util.spec_from_file_location(
    "fake", os.path.join(os.path.dirname(os.path.abspath(__file__)), "source-fake.py"))
fake = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fake)
tlv, parse = fake.tlv, fake.parse

BASE = "DC=contoso,DC=test"
DOMAIN = (21, 1004336348, 1177238915, 682003330)
CONNECTOR = 5001
RESET = "00299570-246d-11d0-a768-00aa006e0529"
LOCKOUT_TIME = "28630ebf-41d5-11d1-a9c1-0000f80367c1"
PWD_LAST_SET = "bf967a0a-0de6-11d0-a285-00aa003049e2"
TRICKLED = 30


def octets(text):
    return tlv(4, text)


class Proxy:
    """One connection through the proxy."""

    def __init__(self, client, server, mode):
        self.client, self.server = client, server
        self.mode, _, number = mode.partition("=")
        number, _, seconds = number.partition(":")
        self.number, self.seconds = int(number or 0), float(seconds or 0)
        self.wanted = {}        # by message id: where the slice of member begins
        self.users = 0

    @staticmethod
    def message(sock):
        """The next message, whole."""
        def read(n):
            data = bytearray()
            while len(data) < n:
                more = sock.recv(n - len(data))
                if not more:
                    raise EOFError
                data += more
            return bytes(data)
        head = read(2)
        if head[1] & 0x80:
            head += read(head[1] & 0x7F)
        n = int.from_bytes(head[2:], "big") if head[1] & 0x80 else head[1]
        return head, read(n)

    def request(self, data):
        if self.mode in ("unpaged", "unscoped"):
            oid = fake.PAGED if self.mode == "unpaged" else fake.DOMAIN_SCOPE
            other = oid[:-1] + b"0"
            return data.replace(oid + b"\x01\x01\xff", other + b"\x01\x01\0").replace(oid, other)
        if self.mode == "range" and b"member" in data:
            return self.unsliced(data)
        return data

    def unsliced(self, data):
        """A search for a slice of member asks the server for member."""
        parts = parse(parse(data)[0][1])
        if parts[1][0] != 0x63:
            return data
        fields = parse(parts[1][1])
        names = []
        for _, name in parse(fields[7][1]):
            found = re.fullmatch(rb"(member)(?:;range=(\d+)-\*)?", name)
            if found:
                self.wanted[parts[0][1]] = int(found[2] or 0)
                name = found[1]
            names.append(octets(name))
        fields[7] = (0x30, b"".join(names))
        parts[1] = (0x63, b"".join(tlv(t, v) for t, v in fields))
        return tlv(0x30, b"".join(tlv(t, v) for t, v in parts))

    def answer(self, data):
        parts = parse(parse(data)[0][1])
        if parts[1][0] != 0x64:
            return data
        if parts[0][1] not in self.wanted:
            return data
        name, attributes = parse(parts[1][1])
        low, out = self.wanted[parts[0][1]], []
        for _, attribute in parse(attributes[1]):
            (_, label), (_, values) = parse(attribute)
            if label.lower() == b"member" and (low or len(parse(values)) > self.number):
                some = parse(values)[low:low + self.number]
                end = b"*" if low + self.number >= len(parse(values)) else \
                    b"%d" % (low + self.number - 1)
                if not low:
                    out.append(tlv(0x30, octets(label), tlv(0x31)))
                label = b"%s;range=%d-%s" % (label, low, end)
                values = b"".join(octets(v) for _, v in some)
            out.append(tlv(0x30, octets(label), tlv(0x31, values)))
        return tlv(0x30, tlv(2, parts[0][1]),
                   tlv(0x64, octets(name[1]), tlv(0x30, *out)),
                   *(tlv(t, v) for t, v in parts[2:]))

    def upward(self):
        try:
            while True:
                head, body = self.message(self.client)
                self.server.sendall(self.request(head + body))
        except (EOFError, OSError):
            self.server.close()

    def downward(self):
        try:
            while True:
                head, body = self.message(self.server)
                data = head + body
                if self.mode == "range":
                    data = self.answer(data)
                self.users += b"userAccountControl" in data
                if self.mode == "pause" and self.users == self.number:
                    self.users += 1
                    time.sleep(self.seconds)
                if self.mode == "trickle" and self.users == 50:
                    self.users += 1
                    for i in range(TRICKLED):
                        self.client.sendall(data[i:i + 1])
                        time.sleep(0.1)
                    data = data[TRICKLED:]
                self.client.sendall(data)
        except (EOFError, OSError):
            self.client.close()


def connect(host, port):
    sock = socket.socket()
    # A small window: what the proxy does not read is held back on the server.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    sock.connect((host, int(port.rstrip("s"))))
    if port.endswith("s"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        sock = context.wrap_socket(sock)
    return sock


def proxy(portfile, host, port, mode):
    listener = socket.create_server(("127.0.0.1", 0))
    with open(portfile + ".new", "w", encoding="ascii") as f:
        f.write("%d\n" % listener.getsockname()[1])
    os.rename(portfile + ".new", portfile)

    def accept():
        while True:
            one = Proxy(listener.accept()[0], connect(host, port), mode)
            for way in (one.upward, one.downward):
                threading.Thread(target=way, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


def sid(rid):
    return struct.pack("<BBxxxxxB5I", 1, 5, 5, *DOMAIN, rid)


def b64(data):
    return base64.b64encode(data).decode()


def descriptor(first, count, kind=0, mask=0x10):
    """Owner and group Administrators; `count` ACEs about others, who may read."""
    admins = struct.pack("<BBxxxxxB2I", 1, 2, 5, 32, 544)
    aces = b"".join(struct.pack("<BBHI", kind, 0, 36, mask) + sid(first + n)
                    for n in range(count))
    acl = struct.pack("<BBHHH", 4, 0, 8 + len(aces), count, 0) + aces
    return struct.pack("<BBHIIII", 1, 0, 0x9004, 20, 36, 0, 52) + admins + admins + acl


def everyone(mask):
    """An ACE that grants S-1-1-0 those rights."""
    return struct.pack("<BBHIBBxxxxxBI", 0, 0, 20, mask, 1, 1, 1, 0)


def listed():
    """A container's descriptor, by which everybody may list it: nobody is hidden in it."""
    sd = bytearray(descriptor(512, 0)) + everyone(0x4)
    struct.pack_into("<HH", sd, 54, len(sd) - 52, 1)
    return b64(bytes(sd))


def user(name, where, rid, sd):
    return f"""dn: CN={name},{where}
objectClass: top
objectClass: person
objectClass: organizationalPerson
objectClass: user
cn: {name}
sn: {name}
objectCategory: person
objectGUID:: {b64(struct.pack("<IIQ", rid, 77, 1))}
objectSid:: {b64(sid(rid))}
sAMAccountName: {name}
userPrincipalName: {name}@contoso.test
sAMAccountType: 805306368
userAccountControl: 512
pwdLastSet: 133618464000000000
accountExpires: 9223372036854775807
lockoutTime: 0
primaryGroupID: 513
nTSecurityDescriptor:: {b64(sd)}

"""


def slapd():
    out = sys.stdout.write
    for name in ("page", "total", "unpaged", "soft", "time"):
        out(f"dn: uid={name},{BASE}\nobjectClass: account\nobjectClass: simpleSecurityObject\n"
            f"uid: {name}\nuserPassword: x\n\n")
    for name in ("Nobody", "Huge", "Wide", "Deny", "Long"):
        out(f"dn: OU={name},{BASE}\nobjectClass: organizationalUnit\nou: {name}\n"
            f"nTSecurityDescriptor:: {listed()}\n\n")
    out(f"dn: OU=elsewhere,OU=Long,{BASE}\nobjectClass: referral\nobjectClass: extensibleObject\n"
        f"ou: elsewhere\nref: ldap://other.test/OU=elsewhere,OU=Long,{BASE}\n\n")
    # One entry larger than anything of the page: a descriptor of 48 MB behind a real one.
    out(user("huge", f"OU=Huge,{BASE}", 700000, descriptor(1, 3) + bytes(48 << 20)))
    # Users with distinct descriptors of 64 KB.
    for n in range(300):
        out(user(f"wide{n}", f"OU=Wide,{BASE}", 710000 + n, descriptor(800000 + n * 2000, 1818)))
    # Denials of Change Password for others, each of whom would have to be looked up,
    # before Everyone (S-1-1-0) is granted it.
    for n in range(4):
        sd = bytearray(descriptor(5000000 + n * 2000, 1800, 1, 0x100))
        sd += everyone(0x100)
        struct.pack_into("<HH", sd, 54, len(sd) - 52, 1801)
        out(user(f"deny{n}", f"OU=Deny,{BASE}", 730000 + n, bytes(sd)))
    long = "x" * 10000
    out(user("long", f"OU=Long,{BASE}", 720000, descriptor(512, 3))
        .replace("userPrincipalName: long", f"userPrincipalName: {long}")
        .replace("sAMAccountName: long", f"sAMAccountName: {long}"))
    # In a protected group by way of one with 5,000 members, as the last.
    out(f"dn: CN=Crowd,CN=Users,{BASE}\nobjectClass: top\nobjectClass: group\ncn: Crowd\n"
        "objectCategory: group\nsAMAccountName: Crowd\ngroupType: -2147483646\n"
        f"objectSid:: {b64(sid(30000))}\nmemberOf: CN=Domain Admins,CN=Users,{BASE}\n"
        + "".join(f"member: CN=nobody {n},{BASE}\n" for n in range(4999))
        + f"member: CN=long,OU=Long,{BASE}\n\n")


def samba():
    where = f"OU=Limits,{BASE}"
    mine = "S-1-5-21-" + "-".join(map(str, DOMAIN[1:])) + f"-{CONNECTOR}"
    password = b64('"Winter.Sun-4711"'.encode("utf-16-le"))
    grants = (f"(OA;;CR;{RESET};;{mine})(OA;;WP;{LOCKOUT_TIME};;{mine})"
              f"(OA;;WP;{PWD_LAST_SET};;{mine})")

    def others(kind, right, count):
        return "".join(f"({kind};;{right};;;S-1-5-21-1-2-3-{100000 + n})" for n in range(count))

    print(f"dn: {where}\nobjectClass: organizationalUnit\n")
    # 1,816 ACEs of 36 bytes and three of 56: 65,552 would be one too many.
    rows = {
        "granted": others("A", "RP", 1810) + grants,
        "denied": others("D", "WD", 900) + f"(OD;;CR;{RESET};;{mine})" + others("A", "RP", 900) +
            grants,
        "absent": others("A", "RP", 1815),
        "late-denied": others("A", "RP", 1805) + grants + f"(OD;;CR;{RESET};;{mine})",
    }
    for name, aces in rows.items():
        print(f"dn: CN={name},{where}\nobjectClass: user\nsAMAccountName: {name}\n"
              f"userPrincipalName: {name}@contoso.test\nuserAccountControl: 512\n"
              f"unicodePwd:: {password}\npwdLastSet: 133618464000000000\n"
              f"nTSecurityDescriptor: O:DAG:DAD:P(A;;GA;;;DA)(A;;GA;;;SY){aces}\n")
    print(f"dn: CN=nul\\00user,{where}\nobjectClass: user\nuserAccountControl: 544\n"
          f"sAMAccountName:: {b64(b'nul' + bytes(1) + b'user')}\n"
          f"userPrincipalName:: {b64(b'nul' + bytes(1) + b'user@contoso.test')}\n")


def on_pty(command):
    ours, theirs = pty.openpty()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 65536):
            shown += more
    except OSError:     # the other end is closed
        pass
    sys.stdout.buffer.write(shown)
    sys.exit(child.wait())


if __name__ == "__main__":
    what, rest = sys.argv[1], sys.argv[2:]
    if what == "proxy":
        proxy(*rest)
    elif what == "pty":
        on_pty(rest)
    else:
        {"slapd": slapd, "samba": samba}[what]()
