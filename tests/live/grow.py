#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""grow.py SNAPSHOT COUNT: the snapshot with COUNT users, made of copies of those
it has, each with a DN, SID, GUID and names of its own. To stdout."""
import base64
import re
import struct
import sys


def unfold(text):
    return text.replace("\n ", "")


def main():
    head, _, rest = open(sys.argv[1], encoding="utf-8").read().partition("# users: ")
    first, _, rest = rest.partition("\n\n")
    users, _, _ = rest.partition("# end of snapshot:")
    records = [unfold(r) for r in users.strip("\n").split("\n\n")]
    count = int(sys.argv[2])
    out = sys.stdout
    out.write(f"{head}# users: {first}\n\n")
    for n in range(count):
        record = records[n % len(records)]
        if n >= len(records):
            record = re.sub(r"^dn: CN=([^,]*)", lambda m: f"dn: CN={m[1]} {n}", record)
            record = re.sub(r"^dn:: (\S+)", lambda m: "dn:: " + base64.b64encode(re.sub(
                rb"^CN=((?:[^,\\]|\\.)*)", lambda k: b"CN=" + k[1] + b" %d" % n,
                base64.b64decode(m[1]))).decode(), record)
            record = re.sub(r"(?m)^objectSid:: (\S+)", lambda m: "objectSid:: " + base64.b64encode(
                base64.b64decode(m[1])[:-4] + struct.pack("<I", 100000 + n)).decode(), record)
            record = re.sub(r"(?m)^objectGUID:: .*", "objectGUID:: " + base64.b64encode(
                struct.pack("<QQ", n, 77)).decode(), record)
            record = re.sub(r"(?m)^sAMAccountName: (\S+)", rf"sAMAccountName: u{n}", record)
            record = re.sub(r"(?m)^userPrincipalName: [^@]*", f"userPrincipalName: u{n}", record)
        lines = record.split("\n")
        out.write("\n".join(l if len(l) <= 76 else "\n ".join(
            [l[:76]] + [l[i:i + 75] for i in range(76, len(l), 75)]) for l in lines) + "\n\n")
    out.write(f"# end of snapshot: {count} users\n")


main()
