#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""grow.py SNAPSHOT COUNT: the snapshot with COUNT users, made of copies of those
it has, each with a DN, SID, GUID and names of its own. To stdout."""
import base64
import re
import struct
import sys


def b64(data):
    return base64.b64encode(data).decode()


def fold(line):
    if len(line) <= 76:
        return line
    return "\n ".join([line[:76]] + [line[i:i + 75] for i in range(76, len(line), 75)])


def renamed(line, n):
    """The line for copy n, or None when it is the same in each."""
    name, _, value = line.partition(":")
    if name == "dn":
        dn = base64.b64decode(value[2:]) if value[0] == ":" else value[1:].encode()
        return "dn:: " + b64(re.sub(rb"^CN=((?:[^,\\]|\\.)*)",
                                    lambda m: b"CN=" + m[1] + b" %d" % n, dn))
    if name == "objectSid":
        return "objectSid:: " + b64(base64.b64decode(value[2:])[:-4] + struct.pack("<I", 100000 + n))
    if name == "objectGUID":
        return "objectGUID:: " + b64(struct.pack("<QQ", n, 77))
    if name == "sAMAccountName":
        return f"sAMAccountName: u{n}"
    if name == "userPrincipalName":
        return f"userPrincipalName: u{n}@contoso.test"
    return None


def main():
    head, _, rest = open(sys.argv[1], encoding="utf-8").read().partition("# users: ")
    first, _, rest = rest.partition("\n\n")
    users, _, _ = rest.partition("# end of snapshot:")
    records = []
    for record in users.strip("\n").split("\n\n"):
        lines = record.replace("\n ", "").split("\n")
        records.append([(renamed(l, 0) and l, fold(l)) for l in lines])
    count = int(sys.argv[2])
    out = sys.stdout
    out.write(f"{head}# users: {first}\n\n")
    for n in range(count):
        for change, line in records[n % len(records)]:
            out.write((fold(renamed(change, n)) if change and n >= len(records) else line) + "\n")
        out.write("\n")
    out.write(f"# end of snapshot: {count} users\n")


main()
