#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# --metrics, --nagios, --syslog and --new-only over the sample company's snapshot.
. "$(dirname "$0")/tap.inc"
snapshot=$top/ldif/company.snapshot.ldif
metrics=$work/audit.prom
findings=$work/findings.csv

audit() { # DAY [OPTION...]
	day=$1
	shift
	run audit -c /dev/null -q --ldif "$snapshot" --now "2026-01-${day}T12:00:00Z" "$@"
}

# The format as "Exposition formats" of Prometheus' documentation has it (text, 0.0.4):
# each family once, HELP and TYPE before its samples, no sample twice.
parse() {
	python3 - "$metrics" >"$work/metrics" 2>"$work/err" <<-'END'
		import re, sys
		text = open(sys.argv[1], "rb").read().decode("utf-8")
		assert text.endswith("\n")
		name = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
		label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
		sample = re.compile(rf"({name})(\{{{label}(?:,{label})*\}})? (-?\d+(?:\.\d+)?)\Z")
		helped, typed, seen, current = set(), set(), set(), None
		for line in text.split("\n")[:-1]:
		    if line.startswith("#"):
		        what, family, rest = re.fullmatch(rf"# (HELP|TYPE) ({name}) (.+)", line).groups()
		        done = helped if what == "HELP" else typed
		        assert family not in done, line
		        done.add(family)
		        assert what == "HELP" or rest in ("gauge", "counter"), line
		        current = family
		        continue
		    m = sample.match(line)
		    assert m, line
		    assert m[1] == current and m[1] in helped and m[1] in typed, line
		    assert m[0].rsplit(" ", 1)[0] not in seen, line
		    seen.add(m[0].rsplit(" ", 1)[0])
		    print(line)
	END
}

# The sum of the samples that match.
sum() { # REGEX
	awk -v r="$1" '$0 ~ r { n += $NF } END { print n + 0 }' "$work/metrics"
}

audit 10 --metrics "$metrics" --findings "$findings" --users "$work/users.csv"
is_status 1 'an audit with metrics ends as it would without'
check 'the metrics parse' parse
check 'others may read them' test "$(stat -c %a "$metrics")" = 644
check 'nothing is left beside them' test "$(find "$work" -name 'audit.prom*' | wc -l)" = 1
if command -v promtool >/dev/null; then
	# It says what it thinks of a label's name too, with status 3.
	check 'and promtool takes them' sh -c "promtool check metrics <'$metrics' >'$work/out' 2>&1"
fi
check 'users, as in the rows' test "$(sum '^writeback_audit_users[{]')" = \
	"$(python3 -c "import csv,sys; print(len(list(csv.reader(open(sys.argv[1], newline=''))))-1)" \
		"$work/users.csv")"
for op in reset change unlock; do
	for verdict in ok risk unknown fail; do
		check "verdicts: $op, $verdict" test \
			"$(sum "operation=\"$op\",verdict=\"$verdict\"")" = "$(python3 -c 'import csv, sys
print(sum(r[sys.argv[2]] == sys.argv[3] for r in csv.DictReader(open(sys.argv[1], newline=""))))' \
			"$work/users.csv" $op $verdict)"
	done
done
check 'findings by rule, as in the CSV' sh -c "python3 -c 'import collections, csv, re, sys
rows = collections.Counter(r[\"rule\"] for r in csv.DictReader(open(sys.argv[1], newline=\"\")))
said = {m[1]: int(m[2]) for m in re.finditer(r\"(?m)^writeback_audit_findings\\{rule=.(\\d+).*\\} (\\d+)$\",
        open(sys.argv[2]).read())}
assert rows == {k: v for k, v in said.items() if v}, (rows, said)
assert len(said) > 50' '$findings' '$work/metrics' 2>'$work/err'"
check 'complete' test "$(sum '^writeback_audit_complete')" = 1
check 'the moment' test "$(sum '^writeback_audit_last_run_timestamp')" = 1768046400
check 'no word of a history that is not kept' test "$(grep -c history "$work/metrics")" = 0
check 'no user is named' test "$(grep -ci 'OU=Finance\|oliver' "$metrics")" = 0

# Could not start: said, and no numbers that look like good news.
run audit -c /dev/null -q --ldif "$work/none" --metrics "$metrics"
is_status 2 'an audit that cannot start'
check 'its metrics parse' parse
check 'not complete' test "$(sum '^writeback_audit_complete')" = 0
check 'its status' test "$(sum '^writeback_audit_exit_status')" = 2
check 'no findings, not even none' test "$(grep -c 'findings\|users' "$work/metrics")" = 0
audit 10 --metrics "$work/no/folder"
is_status 2 'metrics that cannot be written'
has_err "$work/no/folder: cannot be written" 'are named'
audit 10 --metrics /dev/full
is_status 3 'metrics for which there is no room'
audit 10 --metrics "$metrics"
no_out 'metrics are an output: no CSV on stdout'
run audit --ldif "$snapshot" --metrics "$snapshot"
has_err 'would replace the snapshot' 'the snapshot is not replaced'

# The plugin.
audit 10 --nagios
is_status 2 'failures are critical'
check 'one line' test "$(wc -l <"$work/out")" = 1
check 'as plugins have it' grep -qE '^WRITEBACK CRITICAL - [^|]+\|users=257;;;0( [a-z_]+=[0-9.]+s?;;;0(;257)?)+$' \
	"$work/out"
no_err 'and nothing else'
audit 10 --nagios --fail-on risk
is_status 2 'so are risks with --fail-on risk'
audit 20 --nagios --filter '(sAMAccountName=aoi.nakamura)'
check 'findings below the level: a warning' grep -qE '^WRITEBACK WARNING ' "$work/out"
is_status 1 'whose status is 1'
audit 10 --nagios --fail-on never
is_status 0 'never: OK'
has_out 'WRITEBACK OK - 257 users, writeback fails: reset 59' 'with the numbers all the same'
python3 - "$snapshot" "$work/unread.ldif" <<-'END'
	import sys
	out = []
	for record in open(sys.argv[1], encoding="utf-8").read().split("\n\n"):
	    if "\nsAMAccountName: aoi.nakamura" in record:
	        record = "\n".join(l for l in record.split("\n") if not l.startswith("userAccountControl:"))
	    out.append(record)
	open(sys.argv[2], "w", encoding="utf-8").write("\n\n".join(out))
END
run audit -c /dev/null --ldif "$work/unread.ldif" --now 2026-01-20 --nagios --filter '(sAMAccountName=aoi.nakamura)'
is_status 3 'what could not be read: unknown'
has_out 'WRITEBACK UNKNOWN - ' 'said so'
has_out 'INCOMPLETE' 'and why'
run audit -c /dev/null --ldif "$work/unread.ldif" --nagios
is_status 2 'unless something is critical'
run audit -c /dev/null --nagios --ldif "$work/no|ne"
is_status 3 'could not start: unknown'
check 'with the reason, which is not taken for numbers' grep -q \
	"^WRITEBACK UNKNOWN - the audit could not start: $work/no/ne: No such file" "$work/out"
run audit -c /dev/null --nagios -H ldap://127.0.0.1:1 -D x -w y --allow-cleartext --metrics "$metrics" \
	--history "$work/unreached"
is_status 3 'a controller that cannot be reached: unknown'
check 'one line, without numbers' test "$(wc -l <"$work/out") $(grep -c '|' "$work/out")" = '1 0'
check 'with what is the matter' grep -q '^WRITEBACK UNKNOWN - the audit could not start: .*127.0.0.1' \
	"$work/out"
check 'the metrics parse' parse
check 'and say that it did not start' test "$(sum '^writeback_audit_complete') $(sum \
	'^writeback_audit_exit_status')" = '0 2'
run history -c /dev/null --history "$work/unreached"
check 'no run is in the history' test "$(wc -l <"$work/out")" -le 1
run audit --nagios --bogus
is_status 3 'a wrong option: unknown'
has_out 'WRITEBACK UNKNOWN - the audit could not start: '"'audit' has no option --bogus" 'named'
run audit --bogus --nagios
is_status 3 'also when it stands before'
run audit -c "$work/none.conf" --nagios
is_status 3 'a configuration that is not there: unknown'
audit 10 --nagios --findings -
is_status 3 'stdout is the line'\''s'
has_err '--nagios has stdout for its line' 'and says so'

# New ones only.
db=$work/history
audit 10 --new-only
is_status 2 '--new-only without a history'
has_err '--new-only needs --history' 'is refused'
audit 11 --history "$db" --new-only --findings "$findings" --metrics "$metrics"
is_status 1 'all is new: findings'
all=$(($(wc -l <"$findings") - 1))
check 'the metrics tell new ones' sh -c "[ $all -gt 100 ]"
parse
check 'as many' test "$(sum 'history_findings.*status="new"')" = "$all"
audit 12 --history "$db" --new-only --findings "$findings" --metrics "$metrics" --json "$work/json"
is_status 0 'nothing is new: no findings'
check 'nor in the CSV' test "$(wc -l <"$findings")" = 1
check 'nor in JSON' test "$(grep -c '"type":"finding"' "$work/json")" = 0
check 'where users are all there' test "$(grep -c '"type":"user"' "$work/json")" = 257
parse
check 'the metrics have all of them' test "$(sum '^writeback_audit_findings')" = "$all"
check 'known' test "$(sum 'status="known"')" = "$all"
audit 13 --history "$db" --new-only --nagios
is_status 0 'nothing new for the plugin: OK'
has_out 'new findings: 0 fail, 0 unknown, 0 risk; 0 new, 0 resolved' 'it says'
sed '/^sAMAccountName: oliver.nagy/,/^$/s/^userAccountControl: .*/userAccountControl: 514/' \
	"$snapshot" >"$work/b.ldif"
cmp -s "$snapshot" "$work/b.ldif" && python3 - "$snapshot" "$work/b.ldif" <<-'END'
	import re, sys
	out = []
	for record in open(sys.argv[1], encoding="utf-8").read().split("\n\n"):
	    if "\nsAMAccountName: oliver.nagy" in record:
	        record = re.sub(r"(?m)^userAccountControl: .*", "userAccountControl: 514", record)
	    out.append(record)
	open(sys.argv[2], "w", encoding="utf-8").write("\n\n".join(out))
END
run audit -c /dev/null -q --ldif "$work/b.ldif" --now 2026-01-14T12:00:00Z --history "$db" --new-only \
	--findings "$findings"
is_status 1 'one is new'
check 'it alone is told' test "$(wc -l <"$findings") $(grep -c ^401, "$findings")" = '2 1'
audit 15 --history "$db" --new-only --findings "$findings"
is_status 0 'and resolved'
check 'which is told and counts as nothing' test "$(grep -c ',resolved,' "$findings")" = 1

# What is known is left out of the findings, and of nothing else.
for report in users causes remedies html summary; do
	cp "$db" "$work/copy"
	audit 16 --history "$work/copy" --$report "$work/all"
	cp "$db" "$work/copy"
	audit 16 --history "$work/copy" --$report "$work/new" --new-only
	check "--new-only: $report is of all" cmp -s "$work/all" "$work/new"
done

# The system's log: a socket where syslog(3), or the journal's clients, look for it, and
# no other, for this program alone.
cat >"$work/listen.py" <<-'END'
	import os, socket, subprocess, sys, threading
	work, where, *command = sys.argv[1:]
	for folder in ("/dev", "/run/systemd/journal"):
	    os.makedirs(work + folder, exist_ok=True)
	open(work + "/dev/null", "w").close()
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	s.bind(work + where)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
	inside = ('mount --bind /dev/null "$0/dev/null" && mount --rbind "$0/dev" /dev && '
	          'mount --rbind "$0/run" /run && shift 0 && exec "$@"')
	lines, done = [], threading.Event()
	s.settimeout(0.2)
	def listen():
	    while True:
	        try:
	            lines.append(s.recv(65536).decode())
	        except TimeoutError:
	            if done.is_set():
	                return
	t = threading.Thread(target=listen)
	t.start()
	for how in (["unshare", "-m"], ["unshare", "-r", "-m"]):
	    p = subprocess.run([*how, "sh", "-c", inside, work, *command], stderr=subprocess.PIPE, text=True)
	    if p.returncode in (0, 1):
	        break
	done.set()
	t.join()
	os.unlink(work + where)
	sys.stderr.write(p.stderr)
	print("\n".join(lines))
	sys.exit(p.returncode)
END
run_logged() { # SOCKET [OPTION...]
	status=0
	socket=$1
	shift
	python3 "$work/listen.py" "$work" "$socket" "$WBA" audit -c /dev/null -q --syslog \
		--findings /dev/null "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}
run_logged /dev/log --ldif "$snapshot" --now 2026-01-10T12:00:00Z
is_status 1 'an audit that tells the log'
check 'the run' grep -qE '<30>.* writeback-audit\[[0-9]+\]: run status=1 complete=yes users=257$' "$work/out"
check 'a line a rule' grep -qE '<27>.*: rule=301 name=reset-password-absent severity=fail findings=19$' \
	"$work/out"
check 'no more than the rules' test "$(grep -c 'rule=' "$work/out")" -le 40
run_logged /dev/log --ldif "$snapshot" --now 2026-01-10T12:00:00Z --history "$work/log.db"
check 'new ones are named, not all of them' test "$(grep -c 'status=new domain="contoso.test" object="' \
	"$work/out")" = 20
check 'the rest is counted' grep -qE "run more=$((all - 20)) new findings" "$work/out"
run_logged /dev/log --ldif "$work/b.ldif" --now 2026-01-11T12:00:00Z --history "$work/log.db" --new-only
check 'only the new one, and the run' test "$(grep -c 'writeback-audit' "$work/out")" = 3
has_out 'rule=401 name=account-disabled severity=fail status=new domain="contoso.test" object="CN=Oliver Nagy,' \
	'by name'

# The journal: the same lines as entries with fields.
run_logged /run/systemd/journal/socket --ldif "$work/b.ldif" --now 2026-01-11T12:00:00Z
is_status 1 'an audit that tells the journal'
python3 - "$work/out" >"$work/entries" 2>"$work/err" <<-'END'
	import re, sys
	# An entry begins with its MESSAGE; every line is a field.
	for text in re.split(r"(?m)^(?=MESSAGE=)", open(sys.argv[1]).read())[1:]:
	    fields = dict(line.split("=", 1) for line in text.rstrip("\n").split("\n"))
	    assert len(fields) == len(text.rstrip("\n").split("\n")), text
	    assert all(re.fullmatch("[A-Z][A-Z0-9_]{0,63}", name) for name in fields), text
	    assert fields["SYSLOG_IDENTIFIER"] == "writeback-audit" and fields["SYSLOG_FACILITY"] == "3"
	    assert re.fullmatch("[0-9a-f]{32}", fields["MESSAGE_ID"]), text
	    assert int(fields["MESSAGE_ID"][-4:]) == int(fields.get("WRITEBACK_RULE", 0)), text
	    print(fields["PRIORITY"], fields["MESSAGE_ID"], fields.get("WRITEBACK_FINDINGS"),
	          fields["MESSAGE"])
END
check 'every entry is one' test $? -eq 0
check 'the run has an id' grep -qE '^6 9cc04ba652d64603ae792fb39d600000 None run status=1 complete=yes users=257$' \
	"$work/entries"
check 'and each rule its own' grep -qE '^3 9cc04ba652d64603ae792fb39d600301 19 rule=301 name=reset-password-absent ' \
	"$work/entries"
check 'one entry each' test "$(grep -c ' rule=' "$work/entries")" = \
	"$(grep ' rule=' "$work/entries" | cut -d' ' -f2 | sort -u | wc -l)"
run codes 301
has_out 'journalctl MESSAGE_ID=9cc04ba652d64603ae792fb39d600301' 'codes tells what to filter by'
finish
