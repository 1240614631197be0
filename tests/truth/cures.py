#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""For each seed: fill the controller with a random domain, try everything, audit it,
run the cures that the audit prints (through a real sh, with the real samba-tool), try
and audit again. One line "ok TEXT" or "not ok TEXT|why" a comparison, for
tests/live/cures.sh; figures go to stderr."""
import io
import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import samba.netcmd.dsacl as dsacl
from samba.dcerpc import security
from samba.netcmd.main import cmd_sambatool

import aces
from comparison import RIGHTS, verdict
from directory import Client, Dc, nt_hash, quoted
from domain import PASSWORD, Domain, prepare
from rights import Rights, grown
from truth import audit, fresh_password, report, try_as_users

RULES = {"301": "right_reset_password", "302": "right_reset_password",
         "303": "right_reset_password", "304": "right_change_password",
         "305": "right_change_password", "306": "right_change_password",
         "307": "right_write_lockouttime", "308": "right_write_lockouttime",
         "309": "right_write_pwdlastset", "310": "right_write_pwdlastset"}
# What each of the four is to those who work out rights from ACEs, and to the server.
GROWS = {"right_reset_password": {("CR", aces.RESET)},
         "right_change_password": {("CR", aces.CHANGE)},
         "right_write_lockouttime": {("WP", aces.LOCKOUT_TIME),
                                     "allowedAttributesEffective: lockoutTime"},
         "right_write_pwdlastset": {("WP", aces.PWD_LAST_SET),
                                    "allowedAttributesEffective: pwdLastSet"}}


# The commands

class Delete(dsacl.cmd_dsacl_set):
    """samba-tool dsacl delete, which came with Samba 4.18: takes away the ACEs given.
    One that another cause has taken away before is not there any more; one that never
    was is our mistake."""
    gone = set()

    def add_ace(self, samdb, object_dn, new_ace):
        sid = self.get_domain_sid(samdb)
        aces_gone = security.descriptor.from_sddl("D:" + new_ace, sid).as_sddl(sid)
        before = self.read_descriptor(samdb, object_dn).as_sddl(sid)
        head, sacl, tail = before.partition("S:")
        for ace in re.findall(r"\(.*?\)", aces_gone):
            if ace not in head and (object_dn, ace) not in self.gone:
                raise RuntimeError(f"{object_dn}: {ace} is not there")
            self.gone.add((object_dn, ace))
            head = head.replace(ace, "", 1)
        self.modify_descriptor(samdb, object_dn,
                               security.descriptor.from_sddl(head + sacl + tail, sid))


def words_of(path, tmp):
    """What sh makes of the file: a list of words for each samba-tool that it runs."""
    log, folder = os.path.join(tmp, "cures-log"), os.path.join(tmp, "cures-bin")
    os.makedirs(folder, exist_ok=True)
    tool = os.path.join(folder, "samba-tool")
    with open(tool, "w", encoding="utf-8") as f:
        f.write('#!/bin/sh\nprintf \'%s\\0\' "$#" "$@" >>"$CURES_LOG"\n')
    os.chmod(tool, 0o755)
    with open(log, "w", encoding="utf-8"):
        pass
    run = subprocess.run(["/bin/sh", "-eu", path], env={"PATH": folder, "CURES_LOG": log},
                         capture_output=True, text=True, check=False)
    if run.returncode or run.stdout or run.stderr:
        raise RuntimeError(f"sh {path}: status {run.returncode}\n{run.stdout}{run.stderr}")
    with open(log, encoding="utf-8") as f:
        words = f.read().split("\0")[:-1]
    calls = []
    while words:
        count = int(words[0])
        calls.append(words[1:1 + count])
        words = words[1 + count:]
    return calls


def apply(dc, path):
    """Runs the file; how many commands it has. Without the second that each start of
    Python would take, and on the database that is open."""
    dsacl.SamDB = lambda **_: dc.samdb
    dsacl.cmd_dsacl.subcommands["delete"] = Delete()
    calls = words_of(path, os.environ["live_tmp"])
    for call in calls:
        if call[0] != "dsacl":
            raise RuntimeError(f"not a command of ours: {call}")
        tool, out = cmd_sambatool(), io.StringIO()
        leaf = tool.subcommands["dsacl"].subcommands[call[1]]
        leaf.outf = leaf.errf = out
        status = tool._run("samba-tool", *call, f"--configfile={dc.lp.configfile}")
        if status:
            raise RuntimeError(f"samba-tool {call}: {status}\n{out.getvalue()}")
    return len(calls)


def left_alone(path):
    """Pairs (DN, rule) of which the file says that a person must decide."""
    with open(path, encoding="utf-8") as f:
        text = re.sub(r"(?<=[^\n])\n# ", " ", f.read())
    left = set()
    for block in text.split("\n"):
        found = re.match(r"# (.*?):(?: \d\d\d)+(?= \d\d\d is left )", block)
        if found:
            left |= {(found.group(1), rule) for rule in
                     re.findall(r" (\d\d\d) is left for a person", block)}
    return left


# The comparison

def protect(domain):
    """What the hourly task would have done (MS-ADTS 3.1.1.6.1.2), which Samba lacks."""
    dc = domain.dc
    holder = dc.read_all(f"CN=AdminSDHolder,CN=System,{dc.base}", "(cn=AdminSDHolder)",
                         ["nTSecurityDescriptor"])[0]
    sddl = dc.sddl(bytes(holder["nTSecurityDescriptor"][0]))
    own = [a for a in re.findall(r"\(.*?\)", sddl.partition("D:")[2].partition("S:")[0])
           if "ID" not in a.split(";")[1]]
    sddl = "O:DAG:DAD:PAI" + "".join(own)
    dc.modify_all([(u.dn, "nTSecurityDescriptor", sddl, "replace")
                   for u in domain.users if domain.protected(u)])
    dc.modify_all([(u.dn, "adminCount", "1", "replace")
                   for u in domain.users if domain.protected(u)])


def keep_to_the_tool(domain):
    """samba-tool dsacl set of 4.17 cannot add to a DACL in which all is inherited (it
    loses its place in the SDDL): each user gets an ACE of its own, as on creation."""
    dc, changes = domain.dc, []
    for e in dc.read_all(domain.people, "(objectClass=user)", ["nTSecurityDescriptor"]):
        sddl = dc.sddl(bytes(e["nTSecurityDescriptor"][0])).partition("S:AI")[0]
        if not [a for a in re.findall(r"\(.*?\)", sddl) if "ID" not in a.split(";")[1]]:
            changes.append((str(e.dn), "nTSecurityDescriptor", sddl + "(A;;RC;;;SY)", "replace"))
    dc.modify_all(changes)
    return len(changes)


def probed(right, answer):
    """What an answer says of the right; a policy's refusal comes behind the check."""
    if answer.code in (19, 53) and "0000052D" in answer.text:
        return "yes"
    return verdict(right, answer) or f"nothing learnt: {answer}"


def set_passwords(domain):
    domain.dc.modify_all([(u.dn, "unicodePwd", nt_hash(PASSWORD), "replace")
                          for u in domain.users])
    domain.lift_obstacles()


class Seed:
    def __init__(self, domain, totals):
        self.domain, self.totals = domain, totals

    def timed(self, name, work, *arguments):
        started = time.time()
        result = work(*arguments)
        self.totals[f"seconds {name}"] += time.time() - started
        return result

    def try_all(self, pool):
        """By DN and right: yes or no, as the controller answered. Passwords that are
        too short are refused after the right is checked, before they are hashed."""
        domain, answers = self.domain, {}
        set_passwords(domain)
        client = Client(domain.dc)
        if client.bind(domain.connector.dn, PASSWORD).code:
            raise RuntimeError("the connector cannot bind")
        passwords = {}
        for user in domain.users:
            answers[user.dn] = {
                "right_write_pwdlastset": client.modify(user.dn, ("replace", "pwdLastSet", "0")),
                "right_write_lockouttime": client.modify(user.dn, ("replace", "lockoutTime", "0")),
                "right_reset_password": client.modify(
                    user.dn, ("replace", "unicodePwd", quoted("x")))}
            reset = answers[user.dn]["right_reset_password"].code == 0
            passwords[user.dn] = "x" if reset else PASSWORD
        domain.lift_obstacles()
        for running in [pool.submit(try_as_users, domain.dc, half, answers, passwords, lambda: "y")
                        for half in (domain.users[::2], domain.users[1::2])]:
            running.result()
        set_passwords(domain)
        return {dn: {r: probed(r, a) for r, a in of.items()} for dn, of in answers.items()}

    def try_mended(self, pool, mended):
        """What was mended, as people would do it; what did not work."""
        domain = self.domain
        failed, answers = [], {}
        client = Client(domain.dc)
        client.bind(domain.connector.dn, PASSWORD)
        resets = [dn for dn, rights in mended.items() if "right_reset_password" in rights]
        for dn in resets:
            answer = client.modify(dn, ("replace", "unicodePwd", quoted(fresh_password())))
            failed += [] if answer.code == 0 else [(dn, "right_reset_password", answer)]
        set_passwords(domain)
        users = [u for u in domain.users
                 if "right_change_password" in mended.get(u.dn, ())]
        answers = {u.dn: {} for u in users}
        passwords = dict.fromkeys(answers, PASSWORD)
        for running in [pool.submit(try_as_users, domain.dc, half, answers, passwords)
                        for half in (users[::2], users[1::2])]:
            running.result()
        failed += [(dn, "right_change_password", of["right_change_password"])
                   for dn, of in answers.items() if of["right_change_password"].code]
        self.totals["passwords really reset"] += len(resets)
        self.totals["passwords really changed"] += len(users)
        return failed

    def audit(self, *options):
        return audit(self.domain, os.environ["DC_ADMIN"], os.environ["DC_ADMIN_PASSWORD"],
                     *options)

    def called(self, findings, path):
        """By DN: the rights that fail and that the file mends; and that it leaves: of
        protected accounts, those whose class cannot be read, and what a person must
        decide."""
        left, mended, told = left_alone(path), {}, {}
        for user in self.domain.users:
            rules = {f[:3] for f in findings.get(user.dn, ())}
            name = re.sub(r"\s+", " ", user.dn)
            for rule in rules & set(RULES):
                alone = rules & {"311", "319"} or (name, rule) in left
                (told if alone else mended).setdefault(user.dn, set()).add(RULES[rule])
        return mended, told

    def run(self, pool):
        domain, seed = self.domain, self.domain.seed
        self.timed("filling", domain.fill)
        protect(domain)
        self.totals["users given an ACE for samba-tool's sake"] += keep_to_the_tool(domain)
        path = os.path.join(os.environ["live_tmp"], f"cures-{seed}.sh")
        before = self.timed("trying", self.try_all, pool)
        rights = self.timed("working out rights", Rights, domain.dc, domain.connector.dn)
        rows, findings = self.timed("auditing", self.audit, "--remedies", path, "--dialect",
                                    "samba-tool")
        mended, told = self.called(findings, path)
        self.totals["commands"] += self.timed("applying", apply, domain.dc, path)
        rights_after = self.timed("working out rights", Rights, domain.dc, domain.connector.dn)
        after = self.timed("trying", self.try_all, pool)
        for dn, right, answer in self.timed("trying in earnest", self.try_mended, pool, mended):
            after[dn][right] = f"no: {answer}"
        rows_after, _ = self.timed("auditing", self.audit)
        self.compare(before, after, mended, told)
        unread = {dn: {r for r in RIGHTS if row[r] == "unknown" or r in told.get(dn, ()) and
                       any(f.startswith("319") for f in findings[dn])}
                  for dn, row in rows.items()}
        self.no_growth(rights, rights_after, mended, unread, findings)
        report(f"seed {seed}: the audit says of all what the controller does then",
               [f"{dn}: {r}: we say {row[r]}, the controller {after[dn][r]}"
                for dn, row in rows_after.items() for r in RIGHTS
                if row[r] != "unknown" and row[r] != after[dn][r]], self.replay())
        domain.leave()

    def replay(self):
        return f"SEED={self.domain.seed} USERS={len(self.domain.users)} make check-cures"

    def compare(self, before, after, mended, told):
        seed, state = self.domain.seed, {}
        for e in self.domain.dc.read_all(self.domain.people, "(objectClass=user)",
                                         ["nTSecurityDescriptor"]):
            state[str(e.dn)] = self.domain.dc.sddl(bytes(e["nTSecurityDescriptor"][0]))
        wrong = [f"{dn}: still fails: {', '.join(sorted(r for r in fails if after[dn][r] != 'yes'))}"
                 f"\n  {state[dn]}" for dn, fails in mended.items()
                 if any(after[dn][r] != "yes" for r in fails)]
        broken = [f"{dn}: {r} succeeded before\n  {state[dn]}" for dn, of in before.items()
                  for r in of if of[r] == "yes" and after[dn][r] != "yes"]
        self.totals["users"] += len(self.domain.users)
        self.totals["users mended"] += len(mended) - len(wrong)
        self.totals["users not mended though called mendable"] += len(wrong)
        self.totals["users left alone, as said"] += len(told)
        self.totals["users broken"] += len(broken)
        for fails in mended.values():
            self.totals.update(f"mended: {RIGHTS[r]}" for r in fails)
        # One in a hundred may be left: what, is shown all the same.
        for item in wrong:
            print(item, file=sys.stderr)
        report(f"seed {seed}: of {len(mended)} users called mendable 99 in 100 now succeed",
               wrong if len(wrong) * 100 > len(mended) else [], self.replay())
        puzzles = [f"{dn}: {r}: {of[r]}" for moment in (before, after)
                   for dn, of in moment.items() for r in of if of[r].startswith("nothing")]
        report(f"seed {seed}: every try said something", puzzles, self.replay())
        report(f"seed {seed}: some were", [] if mended else ["none"], self.replay())
        report(f"seed {seed}: nobody who succeeded before fails now", broken, self.replay())

    def no_growth(self, before, after, mended, unread, findings):
        """`unread`: of each user the rights that the audit could not settle, or that are
        missing to one who hides the class. No command is for these, but what is granted
        for all users of a container reaches them, too."""
        allowed = {(dn, g) for of in (mended, unread) for dn, fails in of.items()
                   for r in fails for g in GROWS[r]}
        root = self.domain.dc.base
        allowed.add((root, ("CR", "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501")))     # rule 209
        more = list(grown(before, after))
        self.totals["users of whom it was not known, and who got it"] += \
            len({dn for dn, what in more for r in unread.get(dn, ()) if what in GROWS[r]})
        more = ["\n  ".join([f"{dn}: {what}"] + findings.get(dn, []))
                for dn, what in more if (dn, what) not in allowed]
        self.totals["rights compared"] += sum(map(len, after.own.values())) + \
            sum(map(len, after.theirs.values()))
        self.totals["objects compared"] += len(after.own)
        self.totals["rights that grew elsewhere"] += len(more)
        report(f"seed {self.domain.seed}: of {len(after.own)} objects, the connector may do to "
               "none more than what was missing", more, self.replay())


def main():
    seeds = [int(n) for n in os.environ.get("SEED", "").split()] or \
        list(range(1, 1 + int(os.environ.get("SEEDS") or 2)))
    count = int(os.environ.get("USERS") or 60)
    started, totals = time.time(), Counter()
    dc = Dc()
    dn_of_builtin = prepare(dc)
    with ThreadPoolExecutor(2) as pool:
        for number in seeds:
            Seed(Domain(dc, number, count, dn_of_builtin), totals).run(pool)
    for name, value in sorted(totals.items()):
        print(f"{name}: {value:.0f}", file=sys.stderr)
    print(f"wall time: {time.time() - started:.0f} s", file=sys.stderr)


main()
