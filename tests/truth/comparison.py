# SPDX-License-Identifier: BSD-2-Clause
"""What the audit and explain said against what the controller did and computes."""
from collections import Counter
from datetime import datetime, timezone

import ldb

from directory import Client
from domain import FOREIGN, filetime
from oracle import WRITES

RIGHTS = {"right_reset_password": "Reset Password",
          "right_write_lockouttime": "write lockoutTime",
          "right_write_pwdlastset": "write pwdLastSet",
          "right_change_password": "Change Password"}
RIGHT_NEEDS = {"ntsecuritydescriptor", "objectclass", "objectsid", "primarygroupid"}
STATE_NEEDS = {"useraccountcontrol", "pwdlastset"}
STATES = ("enabled", "locked", "password_never_expires", "admin_count", "protected", "policy",
          "password_expires")
LOCKED, REFUSED_CHANGE = 0x10, "error in module acl"


def now_text():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def yes(value):
    return "yes" if value else "no"


def verdict(right, answer):
    """What an answer says of the right; None when it says nothing."""
    if answer.code == 0:
        return "yes"
    if right != "right_change_password":
        return "no" if answer.code == 50 else None
    if answer.code == 50 or (answer.code == 19 and REFUSED_CHANGE in answer.text):
        return "no"
    return "yes" if answer.code == 19 and "00000056" in answer.text else None


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
                 f"  class: {user.kind}; SID: {user.sid}",
                 f"  {self.state[user.dn]['sddl']}"]
        return "\n".join(lines + [f"  finding {f}" for f in findings.get(user.dn, ())])

    def same_users(self, reader, rows, findings):
        """Save those that the controller hides from the reader, where it was said so."""
        missing = [u for u in self.domain.users if u.dn not in rows]
        told = [u for u in missing if self.kept_from(reader, u, {"objectguid"}) and
                self.said_to_hide(u, rows, findings)]
        self.figures[f"hidden from {reader}, and said so"] += len(told)
        return [f"tried, but no row: {u.dn}" for u in missing if u not in told] + \
               [f"a row, but not tried: {dn}"
                for dn in sorted(set(rows) - {u.dn for u in self.domain.users})
                if not self.may_be_anything(reader, rows[dn])]

    def may_be_anything(self, reader, row):
        """A container of which the reader can read nothing could be a user."""
        return row["dn"] in {ou for ou, _, _ in self.domain.ous} and \
            "319" in row["rules"].split() and \
            self.kept_from(reader, self.domain.named(row["dn"]), {"objectclass"})

    def said_to_hide(self, user, rows, findings):
        """Rule 121 of what the user is in, or of what that is in; or that it is not known
        what that is."""
        hiding = {dn.casefold() for dn, said in findings.items()
                  if any(f.startswith("121:") for f in said)}
        hiding |= {dn.casefold() for dn, row in rows.items() if "319" in row["rules"].split()}
        above = ldb.Dn(self.domain.dc.samdb, user.dn).parent()
        while above and str(above).casefold() not in hiding:
            above = above.parent()
        return bool(above)

    def writable(self, rows, found):
        """The connector's two writes against what the controller lets it write."""
        wrong = []
        for user in self.domain.users:
            for column, attribute in WRITES.items() if user.dn in found else ():
                ours, theirs = rows.get(user.dn, {}).get(column), yes(attribute in found[user.dn])
                self.figures["effective rights compared"] += 1
                if ours not in (None, "unknown", theirs):
                    wrong.append(f"{user.dn}: {column}: we say {ours}, "
                                 f"allowedAttributesEffective {theirs}\n"
                                 f"  {self.state[user.dn]['sddl']}")
        return wrong

    def explained(self, rows, explanations, deciding):
        """What explain says decided against the ACE that does, and against the audit."""
        wrong = []
        for user in (u for u in self.domain.users if u.dn in explanations):
            said = explanations[user.dn]
            for column, name in RIGHTS.items():
                whose = "the user itself" if column == "right_change_password" else \
                    "the connector"
                right = next(r for r in said["rights"]
                             if r["right"] == name and r["subject"] == whose)
                ours = right["decision"], right["decided_by_ace"]
                decides = [a["ace"] for a in right["aces"] if a["role"] == "decides"]
                self.figures["explanations compared"] += 1
                if not (said[column] == ours[0] == rows.get(user.dn, said)[column]):
                    wrong.append(f"{user.dn}: {column}: explain's row says {said[column]}, its "
                                 f"walk {ours[0]}, the audit {rows[user.dn][column]}")
                elif ours[0] != "unknown" and (ours != deciding.of(user, column) or
                                               decides != [ours[1]] * (ours[1] is not None)):
                    wrong.append(f"{user.dn}: {column}: explain: {ours}, marked {decides}; by "
                                 f"the DACL {deciding.of(user, column)}\n"
                                 f"  {self.state[user.dn]['sddl']}")
        return wrong

    # What the code of a refused bind stands for among our rules (MS-ERREF).
    REFUSED = {"533": "401", "775": "402", "701": "404", "773": "406"}

    def as_they_are(self, rows, answers):
        """Users who tried to change their passwords, and what we said they would meet."""
        wrong = []
        for user in (u for u in self.domain.users if u.dn in answers and u.dn in rows):
            row, (bound, changed) = rows[user.dn], answers[user.dn]
            rules = row["rules"].split()
            self.figures["changes tried with obstacles"] += 1
            if bound.code:
                why = self.bind_refused(user, row, bound, rules)
            else:
                why = self.change_met(row, changed, rules)
            if why:
                wrong.append(f"{user.dn}: {why}\n  change: {row['change']}; rules: {row['rules']}; "
                             f"expires: {row['password_expires']}\n  the controller: {bound}; "
                             f"{changed}\n  {self.state[user.dn]['sddl']}")
        return wrong

    def bind_refused(self, user, row, bound, rules):
        code = bound.text.partition("data ")[2].partition(",")[0]
        self.figures[f"refused logons, {code}"] += 1
        if {"405", "407", "505"} & set(rules) or user.sam in self.domain.never_logon:
            return None
        if code == "532":
            return None if row["password_expires"] < now_text() else "the password has expired"
        return None if self.REFUSED.get(code) in rules else "the logon is refused"

    def change_met(self, row, changed, rules):
        in_the_way = set(rules) & {"401", "402", "404", "406"}
        if in_the_way:
            return f"it can log on in spite of {in_the_way}"
        if changed.code == 0:
            return "it works" if row["change"] == "fail" else None
        if verdict("right_change_password", changed) == "no":
            return None if row["right_change_password"] in ("no", "unknown") else "refused"
        if "0000052D" in changed.text and {"501", "407", "505"} & set(rules):
            return None if row["change"] in ("fail", "unknown") else "refused"
        return "refused"

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
            excused = reader != "Administrator" or self.domain.hides_policy or \
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
