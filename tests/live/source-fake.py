#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An LDAP server that behaves as the name says that a client binds with.

    source-fake.py PORTFILE

Listens on a free port of 127.0.0.1, writes it to PORTFILE and serves until its
standard input ends. "cn=drop" gets a server that drops the connection, and so
on: see the functions named do_*. What no real server does on demand is tried
here: limits, slices, lost connections, nonsense.
"""
import os
import socket
import sys
import threading
import time

PAGED = b"1.2.840.113556.1.4.319"
SD_FLAGS = b"1.2.840.113556.1.4.801"
DOMAIN_SCOPE = b"1.2.840.113556.1.4.1339"
BASE = b"DC=fake,DC=test"


def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    if n < 128:
        return bytes([tag, n]) + body
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def integer(v, tag=2):
    return tlv(tag, v.to_bytes(v.bit_length() // 8 + 1, "big"))


def parse(data):
    """The elements of `data` as (tag, bytes)."""
    out, i = [], 0
    while i < len(data):
        tag, n, i = data[i], data[i + 1], i + 2
        if n & 0x80:
            k = n & 0x7F
            n, i = int.from_bytes(data[i:i + k], "big"), i + k
        out.append((tag, data[i:i + n]))
        i += n
    return out

FAILED = set()    # scenarios that have had their failure


class Client:
    """One connection: reads requests, hands searches to the scenario."""

    def __init__(self, sock):
        self.sock, self.scenario, self.log = sock, "plain", []
        self.state = {}

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.sock.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def message(self):
        head = self.read(2)
        n = head[1]
        if n & 0x80:
            n = int.from_bytes(self.read(n & 0x7F), "big")
        return parse(self.read(n))

    def send(self, msgid, op, controls=b""):
        self.sock.sendall(tlv(0x30, integer(msgid), op, controls))

    def result(self, msgid, tag, code, text=b"", controls=b""):
        self.send(msgid, tlv(tag, integer(code, 10), tlv(4, b""), tlv(4, text)), controls)

    def done(self, msgid, code=0, text=b"", cookie=None):
        controls = b""
        if cookie is not None:
            value = tlv(0x30, integer(0), tlv(4, cookie))
            controls = tlv(0xA0, tlv(0x30, tlv(4, PAGED), tlv(4, value)))
        self.result(msgid, 0x65, code, text, controls)

    def entry(self, msgid, dn, **attrs):
        pairs = [tlv(0x30, tlv(4, k.replace("__", ";").encode()), tlv(0x31, *[tlv(4, v) for v in vs]))
                 for k, vs in attrs.items()]
        self.send(msgid, tlv(0x64, tlv(4, dn), tlv(0x30, *pairs)))

    def user(self, msgid, i):
        self.entry(msgid, b"CN=u%05d," % i + BASE, sAMAccountName=[b"u%05d" % i],
                   nTSecurityDescriptor=[bytes(200)])

    def users(self, msgid, first, last):
        for i in range(first, last):
            self.user(msgid, i)

    def serve(self):
        try:
            while True:
                parts = self.message()
                msgid = int.from_bytes(parts[0][1], "big")
                tag, body = parts[1]
                if tag == 0x60:
                    self.bind(msgid, parse(body))
                elif tag == 0x77:
                    self.extended(msgid)
                elif tag == 0x63:
                    self.search(msgid, parse(body), parts[2:])
                elif tag == 0x42:
                    return
        except (EOFError, ConnectionError, OSError):
            pass
        finally:
            self.sock.close()

    def bind(self, msgid, body):
        name = body[1][1].decode()
        self.scenario = name.removeprefix("cn=")
        code, _, text = self.scenario.partition(":") if self.scenario[0].isdigit() else ("0", "", "")
        if code != "0":
            with open(sys.argv[1] + ".refused", "a") as f:
                f.write(code + "\n")
        self.result(msgid, 0x61, int(code), text.encode().decode("unicode_escape").encode("latin-1"))

    def extended(self, msgid):
        self.result(msgid, 0x78, 52, b"00000000: LdapErr: DSID-0C0910F5, comment: "
                    b"Error initializing SSL/TLS, data 0, v4563\0")

    def search(self, msgid, body, rest):
        controls = {}
        for _, block in rest:
            for _, control in parse(block):
                fields = parse(control)
                critical = any(t == 1 and v != b"\0" for t, v in fields[1:])
                value = next((v for t, v in fields[1:] if t == 4), b"")
                controls[fields[0][1]] = (critical, value)
        if body[0][1] == b"":
            return self.root(msgid)
        names = [v.decode() for _, v in parse(body[7][1])]
        size, cookie = 0, b""
        if PAGED in controls:
            fields = parse(parse(controls[PAGED][1])[0][1])
            size, cookie = int.from_bytes(fields[0][1], "big"), fields[1][1]
        do = getattr(self, "do_" + self.scenario.replace("-", "_"))
        do(msgid, size, int(cookie or b"0"), names, controls)

    def root(self, msgid):
        attrs = {}
        if self.scenario not in ("plain", "sizelimit"):
            attrs["supportedControl"] = [PAGED, SD_FLAGS, DOMAIN_SCOPE]
        if self.scenario in ("policy", "pipeline"):
            attrs["LDAPPoliciesEffective"] = [b"MaxValRange:1500", b"MaxPageSize:100"]
        self.entry(msgid, b"", **attrs)
        self.done(msgid)

    def page(self, msgid, size, first, total):
        """Users as a server that pages well sends them."""
        last = min(first + size, total)
        self.users(msgid, first, last)
        self.done(msgid, cookie=b"%d" % last if last < total else b"")

    def report(self, msgid, text):
        """Tells the client what was wrong with its requests."""
        self.done(msgid, 80, text.encode())

    # A server that knows no controls: everything at once.
    def do_plain(self, msgid, size, at, names, controls):
        if any(critical for critical, _ in controls.values()):
            return self.report(msgid, "critical control that is not listed")
        self.users(msgid, 0, 2500)
        self.done(msgid)

    def do_policy(self, msgid, size, at, names, controls):
        if size != 100:
            return self.report(msgid, "page size %d" % size)
        wanted = {PAGED: None, SD_FLAGS: b"\x30\x03\x02\x01\x07", DOMAIN_SCOPE: b""}
        for oid, value in wanted.items():
            critical, got = controls.get(oid, (False, None))
            if not critical or value not in (None, got):
                return self.report(msgid, "control %s %r" % (oid.decode(), controls))
        self.page(msgid, size, at, 250)

    # The second page must be asked for at once, while the client judges the first.
    def do_pipeline(self, msgid, size, at, names, controls):
        now = time.monotonic()
        if at == size and now - self.state["sent"] > 0.5:
            return self.report(msgid, "asked %.1f s after the page" % (now - self.state["sent"]))
        self.page(msgid, size, at, 300)
        self.state["sent"] = time.monotonic()

    def do_sizelimit(self, msgid, size, at, names, controls):
        self.users(msgid, 0, 1000)
        self.done(msgid, 4)

    def do_timelimit(self, msgid, size, at, names, controls):
        if at == 0:
            return self.page(msgid, 10, 0, 100)
        self.users(msgid, 10, 13)
        self.done(msgid, 3, b"00000057: LdapErr: DSID-0C060000\0")

    def do_evicted(self, msgid, size, at, names, controls):
        if at == 0:
            return self.page(msgid, 10, 0, 100)
        self.done(msgid, 12, b"00000057: LdapErr: DSID-0C09079A, comment: Error processing control")

    # What passes when it is asked once more.
    def forget(self, msgid, size, at, code):
        if at == 0 or self.scenario in FAILED:
            return self.page(msgid, size, at, 50)
        FAILED.add(self.scenario)
        self.users(msgid, at, at + 3)
        if code is None:
            raise EOFError
        return self.done(msgid, code, b"00002040: SvcErr: DSID-031401E7, problem 5010 (UNAVAIL_EXTENSION), data 0\0")

    def do_forgot12(self, msgid, size, at, names, controls):
        self.forget(msgid, size, at, 12)

    def do_forgot53(self, msgid, size, at, names, controls):
        self.forget(msgid, size, at, 53)

    def do_busyonce(self, msgid, size, at, names, controls):
        self.forget(msgid, size, at, 51)

    def do_shutdown(self, msgid, size, at, names, controls):
        self.forget(msgid, size, at, 52)

    def do_droponce(self, msgid, size, at, names, controls):
        self.forget(msgid, size, at, None)

    def do_emptypages(self, msgid, size, at, names, controls):
        if at < 5:
            return self.done(msgid, cookie=b"%d" % (at + 1))
        self.users(msgid, 0, 7)
        self.done(msgid, cookie=b"")

    def do_forever(self, msgid, size, at, names, controls):
        self.done(msgid, cookie=b"1")

    # A full page, and no word on whether there are more; on the second one, too.
    def do_lastword(self, msgid, size, at, names, controls):
        self.users(msgid, at, at + size)
        self.done(msgid)

    def do_lastword2(self, msgid, size, at, names, controls):
        if at == 0:
            return self.page(msgid, size, 0, 100)
        self.users(msgid, at, at + 3)
        self.done(msgid)

    def do_references(self, msgid, size, at, names, controls):
        self.users(msgid, 0, 3)
        self.send(msgid, tlv(0x73, tlv(4, b"ldap://ForestDnsZones.fake.test/DC=x")))
        self.users(msgid, 3, 5)
        self.done(msgid, cookie=b"")

    def do_hollow(self, msgid, size, at, names, controls):
        self.entry(msgid, b"CN=a," + BASE)
        self.entry(msgid, b"CN=b," + BASE, description=[], cn=[b"", b"b"])
        self.done(msgid, cookie=b"")

    def do_drop(self, msgid, size, at, names, controls):
        if at == 0:
            return self.page(msgid, 10, 0, 100)
        self.users(msgid, 10, 13)
        raise EOFError

    def do_notice(self, msgid, size, at, names, controls):
        self.users(msgid, 0, 3)
        self.send(0, tlv(0x78, integer(52, 10), tlv(4, b""), tlv(4, b"shutting down"),
                         tlv(0x8A, b"1.3.6.1.4.1.1466.20036")))
        raise EOFError

    def do_silent(self, msgid, size, at, names, controls):
        self.users(msgid, 0, 3)
        time.sleep(30)

    # Half a message, and no more.
    def do_stall(self, msgid, size, at, names, controls):
        self.users(msgid, 0, 3)
        self.sock.sendall(tlv(0x30, integer(msgid), tlv(0x64, bytes(500)))[:100])
        time.sleep(30)

    # A little every second: slow is not dead.
    def do_slow(self, msgid, size, at, names, controls):
        for i in range(4):
            self.user(msgid, i)
            time.sleep(1)
        self.done(msgid, cookie=b"")

    def do_garbage(self, msgid, size, at, names, controls):
        self.users(msgid, 0, 3)
        self.sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10)
        raise EOFError

    def do_huge(self, msgid, size, at, names, controls):
        self.sock.sendall(b"\x30\x84\x7f\xff\xff\xff\x02\x01")
        time.sleep(30)

    # An entry in a message of `size` bytes behind its header, in pieces.
    def large(self, msgid, size):
        def head(tag, n):
            return bytes([tag, 0x84]) + n.to_bytes(4, "big")
        left = size - len(integer(msgid))
        start, name = b"", tlv(4, b"CN=large," + BASE)
        for tag, before in ((0x64, b""), (0x30, name), (0x30, b""), (0x31, tlv(4, b"x")), (4, b"")):
            left -= len(before) + 6
            start += before + head(tag, left)
        self.sock.sendall(head(0x30, size) + integer(msgid) + start)
        while left:
            n = min(left, 1 << 20)
            self.sock.sendall(bytes(n))
            left -= n
        self.done(msgid, cookie=b"")

    def do_largest(self, msgid, size, at, names, controls):
        self.large(msgid, 256 << 20)

    def do_toolarge(self, msgid, size, at, names, controls):
        self.large(msgid, (256 << 20) + 1)

    def do_nulname(self, msgid, size, at, names, controls):
        self.user(msgid, 0)
        self.send(msgid, tlv(0x64, tlv(4, b"CN=x"), tlv(0x30, tlv(0x30, tlv(4, b"cn\0x"), tlv(0x31)))))
        self.done(msgid, cookie=b"")

    def do_badber(self, msgid, size, at, names, controls):
        self.user(msgid, 0)
        self.send(msgid, tlv(0x64, tlv(4, b"CN=x"), tlv(0x30, b"\x30\x7f\x04\x01a\x31\x05")))
        self.done(msgid, cookie=b"")

    def group(self, msgid, names, total, width, answer=None):
        """member in slices, with the empty twin that Active Directory sends."""
        low = 0
        if names and names[0].startswith("member;range="):
            low = int(names[0].split("=")[1].split("-")[0])
        if answer is not None and low > 0:
            return answer(low)
        high = min(low + width, total)
        end = "*" if high == total else str(high - 1)
        self.entry(msgid, b"CN=g," + BASE, member=[], cn=[b"g"], **{
            "member__range=%d-%s" % (low, end): [b"CN=m%06d" % i for i in range(low, high)]})
        return self.done(msgid, cookie=b"")

    def do_range(self, msgid, size, at, names, controls):
        self.group(msgid, names, 5000, 1500)

    def do_range_denied(self, msgid, size, at, names, controls):
        self.group(msgid, names, 5000, 1500, lambda low: self.done(msgid, 50))

    def do_range_stuck(self, msgid, size, at, names, controls):
        def again(low):
            self.entry(msgid, b"CN=g," + BASE, **{"member__range=0-1499": [b"x"] * 1500})
            self.done(msgid)
        self.group(msgid, names, 5000, 1500, again)

    def do_range_lost(self, msgid, size, at, names, controls):
        def lose(low):
            raise EOFError
        self.group(msgid, names, 5000, 1500, lose)

    def do_range_nonsense(self, msgid, size, at, names, controls):
        self.entry(msgid, b"CN=g," + BASE, **{"member__range=0-x": [b"a"]})
        self.done(msgid, cookie=b"")

    def do_escape(self, msgid, size, at, names, controls):
        self.done(msgid, 1, b"evil \x1b[2J\r\nwriteback-audit: all is well\n")

    def do_anonymous(self, msgid, size, at, names, controls):
        self.done(msgid, 1, b"000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this "
                  b"operation a successful bind must be completed on the connection., data 0, v4563\0")

    def do_referral(self, msgid, size, at, names, controls):
        self.send(msgid, tlv(0x65, integer(10, 10), tlv(4, b""), tlv(4, b"0000202B: RefErr: DSID-031007F9"),
                             tlv(0xA3, tlv(4, b"ldap://other.test/DC=other,DC=test"))))

    def do_busy(self, msgid, size, at, names, controls):
        self.done(msgid, 51)


def main():
    server = socket.create_server(("127.0.0.1", 0))
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as f:
        f.write("%d\n" % server.getsockname()[1])
    os.rename(sys.argv[1] + ".new", sys.argv[1])

    def accept():
        while True:
            threading.Thread(target=Client(server.accept()[0]).serve, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
