#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""failover.py [OPTIONS] -- COMMAND...: runs a command that reads users from
domain controllers, again and again, while a proxy before each of them cuts its
connections at random bytes, and sees that every user is there exactly once, or
that it is said how many are not.

COMMAND is source_probe -l, or writeback-audit audit with --users and --findings.
Where it says @PLAIN it gets ldap:// URIs of the proxies, where it says @TLS
ldaps://, each after a -H.  Prints a summary; what was wrong with a run goes to
stdout too, with the seed that replays it, and makes the exit status 1."""
import argparse
import asyncio
import collections
import csv
import os
import random
import re
import socket
import struct
import sys

FIN, RESET, STALL = "fin", "reset", "stall"


class Proxy:
    """Passes connections on to the controllers, and cuts the first so many."""

    def __init__(self):
        self.plan = []      # (direction, bytes, how), one a connection
        self.accepted = 0
        self.cuts = 0
        self.most = [0, 0]      # bytes up and down that one connection passed on
        self.hook = None    # run at the first cut, before it shows
        self.tasks = set()

    def begin(self, plan):
        self.plan, self.accepted, self.cuts, self.most = list(plan), 0, 0, [0, 0]

    async def listen(self, ip, target):
        server = await asyncio.start_server(
            lambda r, w: self.serve(r, w, ip, target), ip, 0)
        return server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer, ip, target):
        self.tasks.add(asyncio.current_task())
        plan = self.plan[self.accepted] if self.accepted < len(self.plan) else None
        self.accepted += 1
        try:
            up_reader, up_writer = await asyncio.open_connection(ip, target)
        except OSError:
            writer.transport.abort()
            return
        left = [None, None]
        if plan:
            left[plan[0]] = plan[1]
        ways = [asyncio.create_task(self.copy(reader, up_writer, 0, left)),
                asyncio.create_task(self.copy(up_reader, writer, 1, left))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        if 0 in left:
            self.cuts += 1
            if self.hook:
                hook, self.hook = self.hook, None
                process = await asyncio.create_subprocess_shell(hook)
                await process.wait()
            if plan[2] == STALL:
                await asyncio.sleep(20)
            elif plan[2] == RESET:
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for way in ways:
            way.cancel()
        writer.close()
        up_writer.close()
        self.tasks.discard(asyncio.current_task())

    async def copy(self, reader, writer, way, left):
        """Until one side has ended, or all the bytes that may pass have."""
        passed = 0
        try:
            while left[way] != 0:
                data = await reader.read(65536)
                if not data:
                    return
                if left[way] is not None:
                    data = data[:left[way]]
                    left[way] -= len(data)
                passed += len(data)
                self.most[way] = max(self.most[way], passed)
                writer.write(data)
                await writer.drain()
        except OSError:
            return


class Wrong(Exception):
    pass


def plan_of(rng, total, stalls):
    """How the connections of one run end: in most runs some live, in the others
    none gets far."""
    plan = []
    count = rng.choice([1, 1, 1, 1, 2, 2, 3, 100])
    if count == 100:
        total = [n // 3 for n in total]
    for _ in range(count):
        how = rng.choice([FIN, FIN, RESET])
        if stalls and rng.random() < stalls:
            how = STALL
        way = 1 if rng.random() < 0.8 else 0
        plan.append((way, rng.randrange(total[way]), how))
    return plan


def once(names, every, what):
    twice = [n for n, count in collections.Counter(list(names)).items() if count > 1]
    if twice:
        raise Wrong("%s twice: %s" % (what, twice[:3]))
    strangers = set(names) - set(every)
    if strangers:
        raise Wrong("%s that no other run has: %s" % (what, sorted(strangers)[:3]))


class Probe:
    """What source_probe -l prints."""

    def __init__(self, args):
        self.every = None

    def command(self, base):
        return base

    def judge(self, status, out, err):
        lines = out.splitlines()
        names = [line for line in lines if re.fullmatch(r"[0-9a-f]{32}", line)]
        last = lines[-1] if lines else ""
        whole = status == 0 and last.startswith("entries ")
        if status not in (0, 1) or not (whole or last.startswith("status ")):
            raise Wrong("status %d, %r %r" % (status, last, err))
        if self.every is None:
            if not whole or "went on" in out:
                raise Wrong("the run without a cut: " + last)
            self.every = set(names)
        once(names, self.every, "users")
        if whole and len(names) != len(self.every):
            raise Wrong("%d of %d users, and all is well" % (len(names), len(self.every)))
        said = re.search(r"Read by then: (\d+) of the", last)
        if not whole and (int(said.group(1)) if said else 0) != len(names):
            raise Wrong("%d users were read: %s" % (len(names), last))
        return "whole" if whole else "part" if names else "none"


class Audit:
    """What writeback-audit audit writes."""

    def __init__(self, args):
        self.users, self.findings = (os.path.join(args.dir, n) for n in ("u.csv", "f.csv"))
        self.every = None

    def command(self, base):
        for path in (self.users, self.findings):
            if os.path.exists(path):
                os.unlink(path)
        return base + ["--users", self.users, "--findings", self.findings]

    def judge(self, status, out, err):
        if status == 2:
            if os.path.exists(self.users) or os.path.exists(self.findings) or not err:
                raise Wrong("status 2, and a report or no message")
            return "none"
        if status not in (0, 1, 3):
            raise Wrong("status %d: %s" % (status, err))
        with open(self.users, newline="", encoding="utf-8") as f:
            users = {}
            for row in csv.DictReader(f):
                if row["object_guid"] in users:
                    raise Wrong("user twice: " + row["dn"])
                users[row["object_guid"]] = row
        with open(self.findings, newline="", encoding="utf-8") as f:
            findings = list(csv.DictReader(f))
        lost = [f for f in findings if f["rule"] == "103"]
        # What happened to controllers, and what each of them says of itself, is apart.
        about = collections.Counter(
            tuple(f.values()) for f in findings if f["scope"] != "dc")
        if self.every is None:
            if status == 3:
                raise Wrong("the run without a cut: " + err)
            self.every, self.about = users, about
        once(users, self.every, "users")
        if status != 3:
            for guid, row in self.every.items():
                if guid not in users:
                    raise Wrong("%s is not there, and all is well" % row["dn"])
                other = ["%s %s, not %s" % (k, users[guid][k], v) for k, v in row.items()
                         if users[guid][k] != v]
                if other:
                    raise Wrong("%s: %s" % (row["dn"], "; ".join(other)))
            if about != self.about:
                raise Wrong("other findings: %.400s" %
                            list((about - self.about) + (self.about - about)))
            return "whole"
        if len(users) < len(self.every):
            said = [re.search(r"after (\d+) users: .*", f["evidence"]) for f in lost]
            if not any(s and int(s.group(1)) >= len(users) for s in said):
                raise Wrong("%d users are not there, and the findings do not say so"
                            % (len(self.every) - len(users)))
        return "part"


async def run(judge, command, timeout):
    process = await asyncio.create_subprocess_exec(
        *judge.command(command), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    try:
        out, err = await asyncio.wait_for(process.communicate(), timeout)
    except asyncio.TimeoutError:
        process.kill()
        raise Wrong("no end after %d s" % timeout) from None
    out, err = (text.decode("utf-8", "surrogateescape") for text in (out, err))
    return judge.judge(process.returncode, out, err)


async def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--server", action="append", required=True, help="NAME=IP")
    parser.add_argument("--kind", choices=("probe", "audit"), default="probe")
    parser.add_argument("--dir", default=".")
    parser.add_argument("--stalls", type=float, default=0.0)
    parser.add_argument("--timeout", type=int, default=120)
    parser.add_argument("--halfway", help="cut once, halfway, and run this before it shows")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    proxy = Proxy()
    places = {"@PLAIN": [], "@TLS": []}
    for server in args.server:
        name, ip = server.split("=")
        places["@PLAIN"] += ["-H", "ldap://%s:%d" % (name, await proxy.listen(ip, 389))]
        places["@TLS"] += ["-H", "ldaps://%s:%d" % (name, await proxy.listen(ip, 636))]
    command = []
    for word in args.command:
        command += places.get(word, [word])
    judge = {"probe": Probe, "audit": Audit}[args.kind](args)

    tally, bad, cuts = collections.Counter(), 0, 0
    proxy.begin([])
    await run(judge, command, args.timeout)
    total = proxy.most
    for n in range(args.runs):
        rng = random.Random(args.seed + n)
        proxy.begin([(1, total[1] // 2, FIN)] if args.halfway else
                    plan_of(rng, total, args.stalls))
        proxy.hook = args.halfway
        try:
            tally[await run(judge, command, args.timeout)] += 1
        except Wrong as wrong:
            bad += 1
            print("seed %d, cuts %s: %s" % (args.seed + n, proxy.plan[:8], wrong))
        cuts += proxy.cuts
        for task in list(proxy.tasks):
            task.cancel()
    print("runs %d wrong %d whole %d part %d none %d: users %d cuts %d seed %d" % (
        args.runs, bad, tally["whole"], tally["part"], tally["none"], len(judge.every), cuts,
        args.seed))
    return 1 if bad else 0


sys.exit(asyncio.run(main()))
