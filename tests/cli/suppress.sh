#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Suppressions over the sample company's snapshot: what leaves the counts, and what
# does not leave the record.
. "$(dirname "$0")/tap.inc"
snapshot=$top/ldif/company.snapshot.ldif
findings=$work/findings.csv
list=$work/list
day=20

audit() { # [OPTION...]
	run audit -c /dev/null --ldif "$snapshot" --now "2026-01-${day}T12:00:00Z" --findings "$findings" "$@"
}

suppress() { # ENTRIES
	printf 'suppressions = ( %s );\n' "$1" >"$list"
}

rows() { # RULE MARK: findings of a rule whose column begins so ("": not marked)
	python3 - "$findings" "$1" "$2" <<-'END'
		import csv, sys
		path, rule, mark = sys.argv[1:]
		print(sum(r["rule"] == rule and (r["suppressed"].startswith(mark) if mark
		                                 else not r["suppressed"])
		          for r in csv.DictReader(open(path, newline=""))))
	END
}
who='reason = "the vault"; owner = "jane"'
all='object = "DC=contoso,DC=test"'

audit -q --users "$work/before.csv"
check 'without: all are there' test "$(rows 403 '')" = 9
sid=$(python3 - "$findings" <<-'END'
	import csv, sys
	rows = [r for r in csv.DictReader(open(sys.argv[1], newline="")) if r["rule"] == "403"]
	print(rows[0]["object_guid"], rows[0]["object"])
END
)
guid=${sid%% *}
dn=${sid#* }

suppress "{ rule = 403; $all; $who; }"
audit --suppressions "$list" --users "$work/after.csv" --causes "$work/causes.csv" --metrics "$work/m"
check 'suppressed: none is' test "$(rows 403 '')$(rows 403 the)" = 00
has_err 'and 9 suppressed' 'the summary counts them for themselves'
check 'they are no causes' test "$(grep -c '^403,' "$work/causes.csv")" = 0
check 'nor findings of the metrics' grep -q '^writeback_audit_findings{rule="403".*} 0$' "$work/m"
check 'but suppressed ones' grep -q '^writeback_audit_suppressed_findings{rule="403".*} 9$' "$work/m"
check 'the verdicts stay' cmp -s "$work/before.csv" "$work/after.csv"
audit -q --suppressions "$list" --show-suppressed --json "$work/json"
check 'shown: marked' test "$(rows 403 'the vault (jane)')" = 9
check 'in JSON too' test "$(grep -c '"suppressed":{"holds":true,"reason":"the vault","owner":"jane","expires":null}' \
	"$work/json")" = 9

suppress "{ rule = 403; guid = \"$guid\"; $who; }"
audit -q --suppressions "$list"
check 'a GUID: that account' test "$(rows 403 '')" = 8
suppress "{ rule = 403; object = \"$dn\"; $who; }"
audit -q --suppressions "$list"
check 'a DN: that object' test "$(rows 403 '')" = 8
# A name that has to be escaped, written in another way than the directory does.
python3 - "$snapshot" "$work/joerg.ldif" <<-'END'
	import re, sys
	records = open(sys.argv[1], encoding="utf-8").read().split("\n\n")
	for i, r in enumerate(records):
	    if "\nsAMAccountName: joerg.mueller\n" in r + "\n":
	        records[i] = re.sub("(?m)^userAccountControl: .*", "userAccountControl: 514", r)
	open(sys.argv[2], "w", encoding="utf-8").write("\n\n".join(records))
END
company=$snapshot
snapshot=$work/joerg.ldif
audit -q
before=$(rows 401 '')
for name in 'cn=M\\C3\\BCLLER\\2C\\20J\\C3\\B6rg, ou=SALES' 'CN=müller\\, Jörg,OU=Sales'; do
	suppress "{ rule = 401; object = \"$name,ou=Contoso,dc=CONTOSO,dc=test\"; $who; }"
	audit -q --suppressions "$list"
	check "a DN: $name" test "$(rows 401 '')" = "$((before - 1))"
done
suppress "{ rule = 401; object = \"CN=Jörg,OU=Sales,OU=Contoso,DC=contoso,DC=test\"; $who; }"
audit --suppressions "$list"
has_err 'matches nothing' 'a part of a name is not what stands below it'
snapshot=$company
sid=$(grep -F "\"$guid\"" "$work/json" | sed -n 's/.*"object_sid":"\([^"]*\)".*/\1/p' | head -1)
suppress "{ rule = 403; sid = \"$sid\"; $who; }"
audit -q --suppressions "$list"
check 'a SID: that account' test "$(rows 403 '')" = 8
suppress "{ rule = 105; object = \"dc1.contoso.TEST\"; $who; }"
audit -q --suppressions "$list"
check 'a controller by its name' test "$(rows 105 '')" = 0

# Expiry.
suppress "{ rule = 403; $all; $who; expires = \"2026-01-20\"; }"
audit -q --suppressions "$list"
check 'the day named is its last' test "$(rows 403 '')" = 0
suppress "{ rule = 403; $all; $who; expires = \"2026-01-19\"; }"
audit --suppressions "$list"
check 'expired: findings again, that say so' test "$(rows 403 'expired 2026-01-19: the vault (jane)')" = 9
has_err "$list:1: the suppression of rule 403, DC=contoso,DC=test expired on 2026-01-19: 9 findings" \
	'and so does a warning'
suppress "{ rule = 403; object = \"OU=Nowhere,DC=contoso,DC=test\"; $who; }"
audit --suppressions "$list"
has_err 'rule 403, OU=Nowhere,DC=contoso,DC=test matches nothing' 'one about nothing is named'

# Everything that fails is suppressed: the exit status.
audit -q
fails=$(python3 -c 'import csv, sys
print(" ".join(sorted({r["rule"] for r in csv.DictReader(open(sys.argv[1], newline=""))
                       if r["severity"] == "fail"})))' "$findings")
entries=
for rule in $fails; do
	entries="$entries${entries:+, }{ rule = $rule; $all; $who; }"
done
suppress "$entries"
audit -q --suppressions "$list"
is_status 0 'nothing that counts: status 0'
audit -q --suppressions "$list" --fail-on risk
is_status 1 'what is not suppressed counts'
audit --suppressions "$list" --nagios
is_status 1 'a plugin warns of the rest'
has_out 'findings: 0 fail, 0 unknown' 'and has none of them'
has_out ' suppressed|' 'but their number'
printf 'suppressions = "%s";\n' "$list" >"$work/conf"
run audit -c "$work/conf" -q --ldif "$snapshot" --findings /dev/null
is_status 0 'a configuration may name the file'
cp "$list" "$work/conf"
run audit -c "$work/conf" -q --ldif "$snapshot" --findings /dev/null
is_status 0 'or have the list'

# The record: they stay in the history, and are neither new nor resolved.
db=$work/history
suppress "{ rule = 403; $all; $who; expires = \"2026-01-25\"; }"
audit -q --history "$db"
audit -q --history "$db" --suppressions "$list" --new-only --metrics "$work/m"
check 'suppressed is not resolved' test "$(grep -c ',resolved,' "$findings")" = 0
check 'nor known' grep -q '^writeback_audit_history_findings{rule="403".*status="known"} 0$' "$work/m"
day=30
audit -q --history "$db" --suppressions "$list" --new-only --fail-on risk
check 'expired: told as if new' test "$(rows 403 expired)" = 9
is_status 1 'and counts'
day=31
audit -q --history "$db" --new-only --fail-on risk
is_status 0 'taken out: nothing is new'
check 'and nothing is told' test "$(rows 403 '')" = 0

day=20

# What could not be read, and somebody answers for it.
python3 - "$snapshot" "$work/unread.ldif" <<-'END'
	import sys
	out = []
	for record in open(sys.argv[1], encoding="utf-8").read().split("\n\n"):
	    if "\nsAMAccountName: oliver.nagy" in record:
	        record = "\n".join(l for l in record.split("\n") if not l.startswith("userAccountControl:"))
	    out.append(record)
	open(sys.argv[2], "w", encoding="utf-8").write("\n\n".join(out))
END
run audit -c /dev/null -q --ldif "$work/unread.ldif" --findings /dev/null
is_status 3 'something could not be read'
suppress "{ rule = 407; $all; $who; }"
run audit -c /dev/null -q --ldif "$work/unread.ldif" --findings /dev/null --suppressions "$list"
is_status 1 'suppressed: not for that'

# Bad lists: FILE:LINE: what.
bad() { # ENTRIES TEXT
	suppress "$1"
	audit --suppressions "$list"
	check "refused: $2" test "$status" = 2
	has_err "$2" 'and why'
}
bad "{ $all; $who; }" "$list:1: a suppression without 'rule'"
bad "{ rule = 403; $who; }" "without 'object', 'sid' or 'guid'"
bad "{ rule = 403; $all; owner = \"jane\"; }" "without 'reason'"
bad "{ rule = 403; $all; reason = \"x\"; }" "without 'owner'"
bad "{ rule = 403; $all; reason = \" \"; owner = \"x\"; }" "'reason' must not be empty"
bad "{ rule = 999; $all; $who; }" "'rule' must be the id of a rule"
bad "{ rule = -403; $all; $who; }" "'rule' must be the id of a rule"
bad "{ rule = \"403\"; $all; $who; }" "'rule' must be the id of a rule"
bad "{ rule = 403; object = \"OU=a,,DC=b\"; $who; }" "'object' must be a DN"
bad "{ rule = 403; sid = \"S-1-x\"; $who; }" "'sid' must be a SID"
bad "{ rule = 403; guid = \"12\"; $who; }" "'guid' must be an objectGUID"
bad "{ rule = 403; $all; sid = \"S-1-1-0\"; $who; }" "one of 'object', 'sid' and 'guid'"
bad "{ rule = 403; $all; $who; expires = \"soon\"; }" "'expires' must be a day"
bad "{ rule = 403; $all; $who; until = \"2026-01-01\"; }" "a suppression has no 'until'"
bad '17' "each of 'suppressions' must be a group"
printf 'suppressions = ( );\nquiet = true;\n' >"$list"
audit --suppressions "$list"
has_err 'must hold one setting' 'a list file holds nothing else'
audit --suppressions "$work/none"
is_status 2 'a list that is not there'
finish
