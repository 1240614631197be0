#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""For each seed: fill the controller with a random domain, run the audit, try
everything that it spoke of, and compare. One line "ok TEXT" or "not ok TEXT|why"
a comparison, for tests/live/truth.sh; figures go to stderr."""
import csv
import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import ldb

import aces
import states
from comparison import LOCKED, Comparison, yes
from directory import Client, Dc, quoted
from domain import PASSWORD, Domain, filetime, prepare
from oracle import Deciding, writable

EXPLAINED, AS_THEY_ARE = 8, 30     # users of a domain


def fresh_password():
    return f"Aa1.{secrets.token_hex(12)}"


# The audit

def run(*options):
    """Runs the audit; what it wrote of each domain (its DNS name): the rows of
    --users by DN as the directory writes it, and the findings by object."""
    tmp = os.environ["live_tmp"]
    files = {name: os.path.join(tmp, f"truth-{name}") for name in ("users", "findings", "json")}
    process = subprocess.run(
        [os.environ["WBA"], "audit", "--users", files["users"], "--findings", files["findings"],
         "--json", files["json"], *options],
        env={**os.environ, "LD_PRELOAD": os.environ.get("live_preload", "")},
        capture_output=True, text=True, check=False)
    if process.returncode not in (0, 1, 3):
        raise RuntimeError(f"the audit exits with {process.returncode}:\n{process.stderr}")
    said = defaultdict(lambda: ({}, {}))
    for row in read_csv(files["users"]):
        rows = said[row["domain"]][0]
        if row["dn"] in rows:
            raise RuntimeError(f"{row['dn']}: two rows")
        rows[row["dn"]] = row
    with open(files["json"], encoding="utf-8") as f:
        for item in map(json.loads, f):
            if item["type"] == "user":
                said[item["domain"]][0][item["dn"]]["password_expires"] = \
                    item["password_expires"] or "unknown"
    for row in read_csv(files["findings"]):
        said[row["domain"]][1].setdefault(row["object"], []).append(
            f"{row['rule']}: {row['evidence']}")
    return said


def secret(name, text):
    path = os.path.join(os.environ["live_tmp"], f"truth-{name}")
    with open(path, "w", opener=lambda p, f: os.open(p, f, 0o600), encoding="utf-8") as f:
        f.write(text)
    return path


def way_in(domain, who, password):
    dc, connector = domain.dc, domain.connector
    # It may be named in any way.
    names = (connector.dn, connector.sid, f"{dc.netbios}\\{connector.sam}",
             f"{connector.sam}@{dc.realm.lower()}")
    return ("-c", "/dev/null", "-H", dc.uri, "-D", who, "-y", secret("password", password),
            "-o", f"tls_cacert={dc.ca}", "-b", domain.people, "--connector",
            names[domain.seed % len(names)])


def audit(domain, who, password, *options):
    return run(*way_in(domain, who, password), *options)[domain.dc.realm.lower()]


def explain(domain, who, password, users):
    """What `explain` says of each of the users, by DN."""
    process = subprocess.run(
        [os.environ["WBA"], "explain", "--json", *way_in(domain, who, password),
         *[u.dn for u in users]],
        env={**os.environ, "LD_PRELOAD": os.environ.get("live_preload", "")},
        capture_output=True, text=True, check=False)
    if process.returncode not in (0, 1, 3):
        raise RuntimeError(f"explain exits with {process.returncode}:\n{process.stderr}")
    return {x["dn"]: x for x in map(json.loads, process.stdout.splitlines())}


def audit_all(domains):
    """Several in one run, each with its own way in and its own connector."""
    def text(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def block(d):
        return "{" + " ".join(f"{name} = {text(value)};" for name, value in (
            ("name", d.dc.realm.lower()), ("uri", d.dc.uri), ("tls_cacert", d.dc.ca),
            ("bind_dn", d.dc.admin), ("password_file", secret(d.dc.realm, d.dc.admin_password)),
            ("base", d.people), ("connector", d.connector.dn))) + "}"

    return run("-c", secret("conf", f"domains = ({', '.join(map(block, domains))});"))


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            yield {k: v[1:] if v[:1] == "'" and v[1:2] in tuple("=+-@\t\r＝＋－＠") else v
                   for k, v in row.items()}


# The truth

def server_state(domain):
    """By DN: what the controller itself computes of policy, lockout and expiry."""
    dc = domain.dc
    policies = {str(e.dn).casefold(): e for e in dc.read_all(
        f"CN=Password Settings Container,CN=System,{dc.base}",
        "(objectClass=msDS-PasswordSettings)", ["msDS-MinimumPasswordAge"])}
    head = dc.samdb.search(dc.base, ldb.SCOPE_BASE, attrs=["minPwdAge"])[0]
    now, state = filetime(time.time()), {}
    for e in dc.read_all(domain.people, "(objectClass=user)", [
            "msDS-ResultantPSO", "msDS-User-Account-Control-Computed", "userAccountControl",
            "pwdLastSet", "adminCount", "nTSecurityDescriptor",
            "msDS-UserPasswordExpiryTimeComputed"]):
        policy = str(e["msDS-ResultantPSO"][0]) if "msDS-ResultantPSO" in e else dc.base
        min_age = int(str(policies[policy.casefold()]["msDS-MinimumPasswordAge"][0])
                      if policy != dc.base else str(head["minPwdAge"][0]))
        uac = int(str(e["userAccountControl"][0]))
        changed = int(str(e["pwdLastSet"][0]))
        until = changed + abs(min_age)
        state[str(e.dn)] = {
            "enabled": "no" if uac & 2 else "yes",
            "locked": yes(int(str(e["msDS-User-Account-Control-Computed"][0])) & LOCKED),
            "password_never_expires": yes(uac & 0x10000),
            "admin_count": yes("adminCount" in e and str(e["adminCount"][0]) == "1"),
            "policy": policy.casefold(),
            "password_expires": expiry(int(str(e["msDS-UserPasswordExpiryTimeComputed"][0]))),
            "blocked_until": until if changed and min_age and until > now else None,
            "sddl": dc.sddl(bytes(e["nTSecurityDescriptor"][0]))}
    return state


def expiry(when):
    """A FILETIME as --json words it, in lower case."""
    if when in (0, 0x7fffffffffffffff):
        return "never" if when else "at once"
    seconds = when // 10_000_000 - 11_644_473_600
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dt%H:%M:%Sz")


def try_as_they_are(domain, users):
    """Each binds, and changes the password, with everything that may be in the way. By
    DN: the answers to the bind and to the change; and the new passwords."""
    client, answers, passwords = Client(domain.dc), {}, {}
    for user in users:
        new, bound = fresh_password(), client.bind(user.dn, PASSWORD)
        answers[user.dn] = bound, None if bound.code else client.modify(
            user.dn, ("delete", "unicodePwd", quoted(PASSWORD)),
            ("add", "unicodePwd", quoted(new)))
        if not bound.code and not answers[user.dn][1].code:
            passwords[user.dn] = new
    return answers, passwords


def try_as_connector(domain, passwords):
    """By DN: for each of three rights what the controller answered. The password that
    each user has afterwards goes to `passwords`."""
    client, answers = Client(domain.dc), {}
    bound = client.bind(domain.connector.dn, PASSWORD)
    if bound.code:
        raise RuntimeError(f"the connector cannot bind: {bound}")
    for user in domain.users:
        new = fresh_password()
        answers[user.dn] = {
            "right_write_pwdlastset": client.modify(user.dn, ("replace", "pwdLastSet", "0")),
            "right_write_lockouttime": client.modify(user.dn, ("replace", "lockoutTime", "0")),
            "right_reset_password": client.modify(user.dn, ("replace", "unicodePwd", quoted(new)))}
        reset = answers[user.dn]["right_reset_password"].code == 0
        passwords[user.dn] = new if reset else passwords.get(user.dn, PASSWORD)
    return answers


def try_as_users(dc, users, answers, passwords, new_password=fresh_password):
    client = Client(dc)
    for user in users:
        old = passwords[user.dn]
        bound = client.bind(user.dn, old)
        answers[user.dn]["right_change_password"] = bound if bound.code else client.modify(
            user.dn, ("delete", "unicodePwd", quoted(old)),
            ("add", "unicodePwd", quoted(new_password())))


def report(text, wrong, replay):
    if not wrong:
        print(f"ok {text}")
        return
    shown = [line for item in wrong[:int(os.environ.get("SHOW", "10"))]
             for line in item.split("\n")]
    print(f"not ok {text}|" + "\x1f".join(
        [f"{len(wrong)} disagreements; again: {replay}"] + shown))


class Seed:
    """What is done for one seed, in two halves: the users change their passwords
    (the controller is busy with hashing) while the next seed is filled and read."""

    def __init__(self, domain, totals):
        self.domain, self.totals = domain, totals

    def timed(self, name, work, *arguments):
        started = time.time()
        result = work(*arguments)
        self.totals[f"seconds {name}"] += time.time() - started
        return result

    def fill(self):
        self.timed("filling", self.domain.fill)
        domain = self.domain
        self.readers = {
            "Administrator": (domain.dc.admin, domain.dc.admin_password),
            "an ordinary account": (f"{domain.dc.netbios}\\ordinary{domain.seed}", PASSWORD),
            # Computed for every user, so not for every seed: the server takes long.
            "the connector": (f"{domain.dc.netbios}\\{domain.connector.sam}", PASSWORD,
                              *(["--self-check"] if domain.seed % 8 == 1 else []))}
        self.state = server_state(self.domain)
        for user in self.domain.users:
            self.state[user.dn]["protected"] = yes(self.domain.protected(user))

    def audit(self):
        self.audits = self.timed("auditing", lambda: {
            reader: audit(self.domain, *account) for reader, account in self.readers.items()})

    def ask(self):
        """Explanations and effective rights, of some."""
        rng, users = self.domain.rng, self.domain.users
        some = [u for u in rng.sample(users, min(EXPLAINED, len(users)))
                if u.dn in self.audits["Administrator"][0]]
        self.explanations = self.timed("explaining", explain, self.domain,
                                       *self.readers["Administrator"][:2], some)
        self.writable = self.timed("asking for effective rights", writable, self.domain, users)

    def attempt(self, pool):
        domain, passwords = self.domain, {}
        self.as_they_are, passwords = self.timed(
            "trying as they are", try_as_they_are, domain,
            domain.rng.sample(domain.users, min(AS_THEY_ARE, len(domain.users))))
        self.answers = self.timed("trying as the connector", try_as_connector, domain, passwords)
        domain.lift_obstacles()
        self.running = [pool.submit(try_as_users, domain.dc, half, self.answers, passwords)
                        for half in (domain.users[::2], domain.users[1::2])]

    def finish(self, how=""):
        seed, count = self.domain.seed, len(self.domain.users)
        replay = f"SEED={seed} USERS={count} make check TESTS=tests/live/truth.sh"
        self.timed("waiting for the users' changes", lambda: [f.result() for f in self.running])
        comparison = Comparison(self.domain, self.readers, self.state, self.answers)
        for reader, (rows, findings) in self.audits.items():
            for text, wrong in (
                    ("reset, lockoutTime, pwdLastSet and change as the controller did",
                     comparison.rights(reader, rows, findings)),
                    ("the users tried and the rows are the same",
                     comparison.same_users(reader, rows, findings)),
                    ("account state, policy and minimum age as the controller computes",
                     comparison.states(reader, rows))):
                report(f"seed {seed}, {count} users{how}, read by {reader}: {text}", wrong, replay)
                self.totals["disagreements"] += len(wrong)
        rows = self.audits["Administrator"][0]
        for text, wrong in (
                ("what users meet who change their passwords as they are",
                 comparison.as_they_are(rows, self.as_they_are)),
                ("the connector's writes as allowedAttributesEffective has them",
                 comparison.writable(rows, self.writable)),
                ("the ACEs that explain says decide",
                 comparison.explained(rows, self.explanations, Deciding(self.domain)))):
            report(f"seed {seed}, {count} users{how}: {text}", wrong, replay)
            self.totals["disagreements"] += len(wrong)
        self.domain.leave()
        self.totals["users"] += count
        self.totals["odd descriptors"] += self.domain.odd
        self.totals["seeds"] += 1
        self.totals.update(comparison.figures)


def try_forests(seeds, pool):
    """Domains of different forests, read in one run."""
    for seed in seeds:
        seed.fill()
    said = seeds[0].timed("auditing", audit_all, [seed.domain for seed in seeds])
    for seed in seeds:
        seed.audits = {"Administrator": said[seed.domain.dc.realm.lower()]}
        seed.ask()
        seed.attempt(pool)
    for seed in seeds:
        seed.finish(f" of {seed.domain.dc.realm.lower()} in a run of {len(seeds)} forests")


def main():
    seeds = [int(n) for n in os.environ.get("SEED", "").split()] or \
        list(range(1, 1 + int(os.environ.get("SEEDS") or 8)))
    count = int(os.environ.get("USERS") or 250)
    started, totals, before = time.time(), Counter(), None
    dc, other = Dc(), Dc("OTHER")
    dn_of_builtin = prepare(dc)
    states.extend_schema(dc)
    states.extend_schema(other, lockout_time_in=aces.GENERAL_INFORMATION)
    with ThreadPoolExecutor(2) as pool:
        for number in seeds:
            seed = Seed(Domain(dc, number, count, dn_of_builtin, whole=True), totals)
            seed.fill()
            seed.audit()
            seed.ask()
            seed.attempt(pool)
            if before:
                before.finish()
            before = seed
        before.finish()
        number = max(seeds) + 1
        try_forests([
            Seed(Domain(dc, number, count // 2, dn_of_builtin, whole=True), totals),
            Seed(Domain(other, number + 1, count // 2, prepare(other), whole=True), totals)], pool)
    for name, value in sorted(totals.items()):
        print(f"{name}: {value:.0f}", file=sys.stderr)
    print(f"wall time: {time.time() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
