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

from directory import Client, Dc, quoted
from domain import FOREIGN, PASSWORD, Domain, filetime, prepare

RIGHTS = {"right_reset_password": "Reset Password",
          "right_write_lockouttime": "write lockoutTime",
          "right_write_pwdlastset": "write pwdLastSet",
          "right_change_password": "Change Password"}
RIGHT_NEEDS = {"ntsecuritydescriptor", "objectclass", "objectsid", "primarygroupid"}
STATE_NEEDS = {"useraccountcontrol", "pwdlastset"}
STATES = ("enabled", "locked", "password_never_expires", "admin_count", "protected", "policy",
          "password_expires")
LOCKED, REFUSED_CHANGE = 0x10, "error in module acl"


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


def audit(domain, who, password, *options):
    dc = domain.dc
    return run("-c", "/dev/null", "-H", dc.uri, "-D", who, "-y", secret("password", password),
               "-o", f"tls_cacert={dc.ca}", "-b", domain.people, "--connector",
               domain.connector.dn, *options)[dc.realm.lower()]


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


def yes(value):
    return "yes" if value else "no"


def try_as_connector(domain):
    """By DN: for each of three rights what the controller answered; and the
    password that each user has afterwards."""
    client, answers, passwords = Client(domain.dc), {}, {}
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
        passwords[user.dn] = new if reset else PASSWORD
    return answers, passwords


def try_as_users(dc, users, answers, passwords, new_password=fresh_password):
    client = Client(dc)
    for user in users:
        old = passwords[user.dn]
        bound = client.bind(user.dn, old)
        answers[user.dn]["right_change_password"] = bound if bound.code else client.modify(
            user.dn, ("delete", "unicodePwd", quoted(old)),
            ("add", "unicodePwd", quoted(new_password())))


def verdict(right, answer):
    """What an answer says of the right; None when it says nothing."""
    if answer.code == 0:
        return "yes"
    if right != "right_change_password":
        return "no" if answer.code == 50 else None
    if answer.code == 50 or (answer.code == 19 and REFUSED_CHANGE in answer.text):
        return "no"
    return "yes" if answer.code == 19 and "00000056" in answer.text else None


# The comparison

class Comparison:
    def __init__(self, domain, readers, state, answers):
        self.domain, self.readers, self.state, self.answers = domain, readers, state, answers
        self.figures, self.clients, self.seen = Counter(), {}, {}

    def kept_from(self, reader, user, needed):
        """Whether the controller, asked, keeps an attribute of these from the reader.
        (Whether one that is not set could be read, only the descriptor tells.)"""
        if reader not in self.clients:
            self.clients[reader] = Client(self.domain.dc)
            self.clients[reader].bind(*self.readers[reader][:2])
        if (reader, user.dn) not in self.seen:
            self.seen[reader, user.dn] = self.clients[reader].readable(
                user.dn, RIGHT_NEEDS | STATE_NEEDS)
        return bool(needed - self.seen[reader, user.dn])

    def open_to_doubt(self, reader, user, right, findings):
        """known-differences, "unknown": the ACE that could decide, as the finding
        names it, is for a trustee that only the server can settle."""
        doubtful = self.domain.open_sids | {FOREIGN}
        if right != "right_change_password":
            doubtful = () if reader == "the connector" else self.domain.open_sids
        return any(f.startswith(f"317: {RIGHTS[right]}: ") and f.endswith(f";{sid})")
                   for sid in doubtful for f in findings.get(user.dn, ()))

    def rights(self, reader, rows, findings):
        """The four rights as `reader` sees them against what was answered."""
        wrong = []
        for user in self.domain.users:
            row = rows.get(user.dn)
            for right in RIGHTS if row else ():
                answer = self.answers[user.dn][right]
                truth, ours = verdict(right, answer), row[right]
                self.figures[f"{right} {truth}"] += 1
                if truth is None:
                    wrong.append(self.describe(user, right, ours, findings, "nothing learnt"))
                elif ours == "unknown":
                    self.figures[f"unknown to {reader}"] += 1
                    if not (self.open_to_doubt(reader, user, right, findings) or
                            self.kept_from(reader, user, RIGHT_NEEDS)):
                        wrong.append(self.describe(user, right, ours, findings, "not known"))
                elif ours != truth:
                    wrong.append(self.describe(user, right, ours, findings, "wrong"))
        return wrong + [f"the self-check disagrees: {dn}\n  {f}" for dn, said in findings.items()
                        for f in said if f.startswith("322:")]

    def describe(self, user, right, ours, findings, what):
        answer = self.answers[user.dn][right]
        lines = [f"{what}: {user.dn}", f"  {right}: we say {ours}; the controller: {answer}",
                 f"  class: {'inetOrgPerson' if user.inet else 'user'}; SID: {user.sid}",
                 f"  {self.state[user.dn]['sddl']}"]
        return "\n".join(lines + [f"  finding {f}" for f in findings.get(user.dn, ())])

    def same_users(self, rows):
        tried = {u.dn for u in self.domain.users}
        return [f"tried, but no row: {dn}" for dn in sorted(tried - set(rows))] + \
               [f"a row, but not tried: {dn}" for dn in sorted(set(rows) - tried)]

    def states(self, reader, rows):
        """Account and policy against what the controller computed."""
        wrong = []
        for user in self.domain.users:
            row, want = rows.get(user.dn), self.state[user.dn]
            if not row:
                continue
            got = {c: row[c].casefold() for c in STATES}
            missing = [c for c in STATES if got[c] in ("unknown", "")]
            # Nobody but an administrator reads the values of a policy, nor, where
            # the user hides, what is not set.
            excused = reader != "Administrator" or \
                self.kept_from(reader, user, RIGHT_NEEDS | STATE_NEEDS)
            if excused:
                got.update({c: want[c] for c in missing})
            wrong += [f"{user.dn}: {c} is {got[c]!r}, the controller says {want[c]!r}\n"
                      f"  {want['sddl']}" for c in STATES if got[c] != want[c]]
            ours, until = row["blocked_until"], want["blocked_until"]
            then = filetime(datetime.fromisoformat(ours.replace("Z", "+00:00")).timestamp()) \
                if ours else None
            if until and not then and excused and row["change"] in ("unknown", "fail"):
                continue
            if (until is None) != (then is None) or (until and abs(until - then) > 10_000_000):
                wrong.append(f"{user.dn}: blocked_until is {ours!r}, by the controller {until}\n"
                             f"  policy {want['policy']}; change: {row['change']}")
        return wrong


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
        self.readers = {
            "Administrator": (domain.dc.admin, domain.dc.admin_password),
            "an ordinary account": (f"{domain.dc.netbios}\\ordinary{domain.seed}", PASSWORD),
            # Computed for every user, so not for every seed: the server takes long.
            "the connector": (f"{domain.dc.netbios}\\MSOL_{domain.seed}", PASSWORD,
                              *(["--self-check"] if domain.seed % 4 == 1 else []))}

    def timed(self, name, work, *arguments):
        started = time.time()
        result = work(*arguments)
        self.totals[f"seconds {name}"] += time.time() - started
        return result

    def fill(self):
        self.timed("filling", self.domain.fill)
        self.state = server_state(self.domain)
        for user in self.domain.users:
            self.state[user.dn]["protected"] = yes(self.domain.protected(user))

    def audit(self):
        self.audits = self.timed("auditing", lambda: {
            reader: audit(self.domain, *account) for reader, account in self.readers.items()})

    def attempt(self, pool):
        domain = self.domain
        self.answers, passwords = self.timed("trying as the connector", try_as_connector, domain)
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
                    ("the users tried and the rows are the same", comparison.same_users(rows)),
                    ("account state, policy and minimum age as the controller computes",
                     comparison.states(reader, rows))):
                report(f"seed {seed}, {count} users{how}, read by {reader}: {text}", wrong, replay)
                self.totals["disagreements"] += len(wrong)
        self.domain.remove_policies()
        self.totals["users"] += count
        self.totals["seeds"] += 1
        self.totals.update(comparison.figures)


def try_forests(seeds, pool):
    """Domains of different forests, read in one run."""
    for seed in seeds:
        seed.fill()
    said = seeds[0].timed("auditing", audit_all, [seed.domain for seed in seeds])
    for seed in seeds:
        seed.audits = {"Administrator": said[seed.domain.dc.realm.lower()]}
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
    with ThreadPoolExecutor(2) as pool:
        for number in seeds:
            seed = Seed(Domain(dc, number, count, dn_of_builtin), totals)
            seed.fill()
            seed.audit()
            seed.attempt(pool)
            if before:
                before.finish()
            before = seed
        before.finish()
        number = max(seeds) + 1
        try_forests([Seed(Domain(dc, number, count // 2, dn_of_builtin), totals),
                     Seed(Domain(other, number + 1, count // 2, prepare(other)), totals)], pool)
    for name, value in sorted(totals.items()):
        print(f"{name}: {value:.0f}", file=sys.stderr)
    print(f"wall time: {time.time() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
