#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# --history over the sample company's snapshot, changed between the runs: what is
# new, known and resolved, what an incomplete run leaves open, runs that are killed.
. "$(dirname "$0")/tap.inc"
snapshot=$top/ldif/company.snapshot.ldif
db=$work/history

audit() { # DAY FILE [OPTION...]
	day=$1 file=$2
	shift 2
	run audit -c /dev/null -q --ldif "$file" --history "$db" --now "2026-01-${day}T12:00:00Z" \
		--fail-on never --findings "$work/findings" "$@"
}

# how many findings of a status and rule ("": any), first seen on a day
findings() { # STATUS RULE [DAY]
	python3 - "$work/findings" "$@" <<-'END'
		import csv, sys
		path, status, rule, day = (sys.argv + [""])[1:5]
		print(sum(r["status"] == status and rule in ("", r["rule"]) and
		          r["first_seen"].startswith(day and f"2026-01-{day}")
		          for r in csv.DictReader(open(path, newline=""))))
	END
}

counts() { # WHAT NEW KNOWN RESOLVED
	check "$1" test "$(findings new '') $(findings known '') $(findings resolved '')" = \
		"$2 $3 $4"
}

# Changes an attribute of one user, or leaves the user out.
edit() { # FROM TO DN [ATTRIBUTE VALUE]
	python3 - "$@" <<-'END'
		import re, sys
		source, target, dn, *change = sys.argv[1:]
		out = []
		for record in open(source, encoding="utf-8").read().split("\n\n"):
		    lines = record.replace("\n ", "").split("\n")
		    if f"dn: {dn}" in lines:
		        if not change:
		            continue
		        lines = [l for l in lines if not l.startswith(change[0] + ":")]
		        lines += [f"{change[0]}: {change[1]}"] if len(change) > 1 else []
		        record = "\n".join(lines)
		    out.append(record)
		if not change and "OU=" in dn:	# what counts the users says so
		    out[-1] = re.sub(r"(end of snapshot: )(\d+)", lambda m: m[1] + str(int(m[2]) - 1), out[-1])
		open(target, "w", encoding="utf-8").write("\n\n".join(out))
	END
}
oliver='CN=Oliver Nagy,OU=Finance,OU=Contoso,DC=contoso,DC=test'
gregor='CN=Gregor Lenz,OU=Legal,OU=Contoso,DC=contoso,DC=test'

audit 10 "$snapshot"
is_status 0 'the first run'
all=$(findings new '')
counts 'all that it finds is new' "$all" 0 0
check 'the history is for its owner alone' test "$(stat -c %a "$db")" = 600
audit 11 "$snapshot"
counts 'a second one knows it all' 0 "$all" 0
check 'and since when' test "$(findings known '' 10)" = "$all"

# Oliver is disabled: one finding more.
edit "$snapshot" "$work/b.ldif" "$oliver" userAccountControl 514
audit 12 "$work/b.ldif"
counts 'a change is new, the rest is known' 1 "$all" 0
check 'by its rule' test "$(findings new 401 12)" = 1

# What could not be read says nothing of what was there.
edit "$work/b.ldif" "$work/c.ldif" "$oliver" userAccountControl
audit 13 "$work/c.ldif"
is_status 3 'a run that could not read something'
check 'finds that' test "$(findings new 407 13)" = 1
check 'and takes nothing of that user for resolved' test "$(findings resolved '')" = 0
audit 14 "$work/b.ldif"
check 'what is there again was always there' test "$(findings known 401 12)" = 1
check 'what kept it from being read is over' test "$(findings resolved 407 13)" = 1

audit 15 "$snapshot"
counts 'mended: resolved, once' 0 "$all" 1
check 'it is told with its rule and its first day' test "$(findings resolved 401 12)" = 1
audit 16 "$snapshot"
counts 'and not again' 0 "$all" 0
audit 17 "$work/b.ldif"
check 'what comes back is new' test "$(findings new 401 17)" = 1
audit 18 "$snapshot"

# Less was looked at: no word about the rest.
audit 19 "$snapshot" --filter '(sAMAccountName=oliver.nagy)'
check 'a filter resolves nothing' test "$(findings resolved '')" = 0
audit 19 "$snapshot" -b 'OU=Finance,OU=Contoso,DC=contoso,DC=test'
check 'nor does a base, of what is not below it' test "$(findings resolved '')" = 0
edit "$snapshot" "$work/d.ldif" "$gregor"
run history --history "$db" "$gregor"
of_gregor=$(grep -c '^open ' "$work/out")
check 'one of the users has findings' test "$of_gregor" -gt 0
audit 20 "$work/d.ldif" -b 'OU=Legal,OU=Contoso,DC=contoso,DC=test'
check 'below his OU he is not any more: he may have been moved' test "$(findings resolved '')" = 0
audit 20 "$work/d.ldif"
check 'a user who is gone: all of it is resolved' test "$(findings resolved '')" = "$of_gregor"

# The command.
run history --history "$db"
is_status 0 'history lists the runs'
check 'one a line, under a heading' test "$(wc -l <"$work/out")" = 14
run history --history "$db" --since 2026-01-20
check 'since a day' test "$(grep -c '^resolved ' "$work/out") $(grep -vc '^resolved' "$work/out")" = \
	"$of_gregor 0"
run history --history "$db" --since 11
check 'since a run' test "$(wc -l <"$work/out")" = "$of_gregor"
run history --history "$db" oliver.nagy
has_out 'resolved  2026-01-12T12:00:00Z to 2026-01-15T12:00:00Z  401 account-disabled' 'one user'
no_one="resolved  2026-01-10T12:00:00Z to 2026-01-20T12:00:00Z"
run history --history "$db" gregor.lenz --since 11
check 'of one user, since a run' test "$(grep -c "^$no_one" "$work/out")" = "$of_gregor"
run history --history "$db" oliver.nagy --since 19
check 'and nothing before' test "$(grep -c 401 "$work/out")" = 0
run history --history "$db" nobody.there oliver.nagy
is_status 0 'of somebody nothing is known'
has_err "'nobody.there': this history has no finding of it" 'which is said'
has_out '401 account-disabled' 'of the other it is told'
run history --history "$db" --since 2026-12-31
has_err 'since 2026-12-31 nothing is new or resolved' 'nothing since, and it is said'
run history --history "$db" --since 11 --since 2026-01-20
is_status 2 'two moments'
has_err '--since is given twice' 'are refused'
run history --history "$db" --since 99
is_status 2 'a run that is not there'
has_err 'there is no such run' 'is named'
run history --history "$db" --since 0
has_err '--since 0: there is no such run' 'nor is there a run 0'
run history --history "$db" --since yesterday
has_err '--since yesterday: the number of a run, or a day as 2026-01-15' 'not a moment'
run history -c /dev/null
has_err 'which history? --history FILE' 'no history'
run history --history "$work/none"
is_status 2 'a history that is not there'
run history --history "$snapshot"
has_err 'this is no history' 'another kind of file'
cp "$snapshot" "$work/precious"
run audit -c /dev/null --ldif "$snapshot" --history "$work/precious"
is_status 2 'another kind of file to write to'
check 'is left as it is' cmp -s "$snapshot" "$work/precious"

# One run by itself.
run history --history "$db" --run 4
is_status 0 'a run by its number'
has_out 'run 4, 2026-01-13T12:00:00Z, by writeback-audit ' 'is told'
has_out 'INCOMPLETE: something could not be read' 'that it was not complete'
has_out "407 account-state-unreadable  $oliver" 'and why'
has_out '  as          Administrator@contoso.test' 'as whom'
has_out '  read from   DC1.contoso.test' 'from where'
check 'in lines that a terminal has room for' test "$(sed '/^what could not/q' "$work/out" |
	awk 'length > 80' | wc -l)" = 0
run history --history "$db" --run 1
has_out 'complete: all that was asked for was read' 'another one was'
check 'and has nothing that it could not read' test "$(grep -c 'could not be read' "$work/out")" = 0
check 'its findings are those of the table' test \
	"$(sed -n 's/^  findings: \([0-9]*\) fail, \([0-9]*\) unknown, \([0-9]*\) risk, \([0-9]*\) info$/\1 \2 \3 \4/p' \
		"$work/out" | awk '{ print $1 + $2 + $3 + $4 }')" = "$all"
run history --history "$db" --run last
has_out 'run 13, 2026-01-20T12:00:00Z' 'the last one'
run history --history "$db" --run 10
has_out ': not all, a filter chose them or the reading broke off' 'one that did not read all'
run history --history "$db" --run 11
has_out 'users below OU=Finance,OU=Contoso,DC=contoso,DC=test' 'one of a part'
run history --history "$db" --run 99
is_status 2 'a run that never was'
has_err '--run 99: there is no such run in this history' 'is named'
run history --history "$db" --run first
has_err '--run first: the number of a run, or last' 'no number'
run history --history "$db" --run 1 oliver.nagy
is_status 2 'a run and a user'
has_err '--run tells of one run' 'are two questions'

# Renamed and moved.
was=$work/renamed
now='CN=Nagy\, Oliver,OU=Legal,OU=Contoso,DC=contoso,DC=test'
python3 - "$work/b.ldif" "$work/moved.ldif" "$oliver" "$now" <<-'END'
	import re, sys
	source, target, dn, now = sys.argv[1:]
	out = []
	for record in open(source, encoding="utf-8").read().split("\n\n"):
	    if f"dn: {dn}" in record.replace("\n ", "").split("\n"):
	        record = record.replace("\n ", "").replace(f"dn: {dn}", f"dn: {now}")
	        record = re.sub("(?m)^sAMAccountName: .*", "sAMAccountName: o.nagy", record)
	        record = re.sub("(?m)^userPrincipalName: .*", "userPrincipalName: o.nagy@contoso.test", record)
	    out.append(record)
	open(target, "w", encoding="utf-8").write("\n\n".join(out))
END
mv "$db" "$was"
audit 10 "$work/b.ldif"
audit 11 "$work/moved.ldif"
check 'who was renamed and moved is known' test "$(findings new '') $(findings resolved '')" = '0 0'
guid=$(python3 -c 'import csv, sys
print(*{r["object_guid"] for r in csv.DictReader(open(sys.argv[1], newline="")) if r["samaccountname"] == "o.nagy"})' \
	"$work/findings")
run history --history "$db" "$guid"
cp "$work/out" "$work/story"
check 'the story has both names' test "$(head -2 "$work/story" | cut -d, -f1)" = "$(printf '%s\n' \
	'CN=Nagy\' 'until 2026-01-11T12:00:00Z: CN=Oliver Nagy')"
sid=$(grep -o 'S-1-5-[-0-9]*' "$work/story" | head -1)
for name in oliver.nagy o.nagy Oliver.Nagy@contoso.test O.NAGY@contoso.test "$oliver" "$now" "$sid" \
	'cn=Nagy\2c Oliver , ou=legal,OU=Contoso,dc=contoso,dc=TEST'; do
	run history --history "$db" "$name"
	check "it is found by $name" cmp -s "$work/out" "$work/story"
done
audit 12 "$snapshot" -b 'OU=Finance,OU=Contoso,DC=contoso,DC=test'
audit 13 "$work/moved.ldif" -b 'OU=Finance,OU=Contoso,DC=contoso,DC=test'
check 'below the OU that he left nothing is resolved' test "$(findings resolved '')" = 0

# Two of one name.
python3 - "$db" <<-'END'
	import sqlite3, sys
	with sqlite3.connect(sys.argv[1]) as c:
	    c.execute("UPDATE finding SET sam = 'o.nagy' WHERE sam = 'gregor.lenz'")
END
run history --history "$db" o.nagy
check 'of two who share a name both are told' test "$(grep -c '^CN=' "$work/out")" = 2

# For programs.
if python3 -c 'import jsonschema' 2>/dev/null; then
	for args in '' '--run 2' '--since 1970-01-01' 'o.nagy gregor.lenz DC1.contoso.test'; do
		# shellcheck disable=SC2086
		run history --history "$was" --json $args
		cp "$work/out" "$work/lines"
		# shellcheck disable=SC2086
		run history --history "$db" --json $args
		cat "$work/out" >>"$work/lines"
		check "JSON of history $args: as its schema says" python3 - "$top/contrib/history.schema.json" \
			"$work/lines" <<-'END'
			import json, sys
			from jsonschema import Draft202012Validator as Validator
			schema = json.load(open(sys.argv[1], encoding="utf-8"))
			Validator.check_schema(schema)
			v, lines = Validator(schema), [json.loads(l) for l in open(sys.argv[2], encoding="utf-8")]
			assert lines and all(v.is_valid(l) for l in lines)
			for l in lines:	# and fails where it should
			    assert not v.is_valid({**l, "more": 1}) and not v.is_valid({**l, "type": "end"})
			    for k in l:
			        assert not v.is_valid({n: x for n, x in l.items() if n != k}), k
		END
	done
fi
run history --history "$was" --json
check 'a line a run' test "$(grep -c '^{"type":"run",' "$work/out")" = 13
run history --history "$db" --json o.nagy
check 'and a former name' grep -q '^{"type":"former",.*"samaccountname":"oliver.nagy"' "$work/out"
mv "$was" "$db"

# Retention.
audit 21 "$snapshot" --history-keep 3
run history --history "$db" oliver.nagy
check 'what was resolved long ago is forgotten' test "$(grep -c 2026-01-15 "$work/out")" = 0
run history --history "$db" --since 2026-01-20
check 'what was not, is not' test "$(grep -c '^resolved ' "$work/out")" -ge 1

# A failed run leaves no trace.
before=$(sha256sum <"$db")
run audit -c /dev/null -q --ldif "$work/none" --history "$db"
is_status 2 'a run that could not begin'
run audit -c /dev/null -q --ldif "$snapshot" --history "$db" --findings "$work/no/folder"
is_status 2 'a report that cannot be written'
run audit -c /dev/null -q --ldif "$snapshot" --history "$db" --findings /dev/full
is_status 3 'a report that has no room'
check 'none of them is in the history' test "$(sha256sum <"$db")" = "$before"

# Another run has it.
python3 - "$db" "$WBA" "$snapshot" >"$work/out" 2>"$work/err" <<-'END'
	import sqlite3, subprocess, sys, time
	db = sqlite3.connect(sys.argv[1], isolation_level=None)
	db.execute("BEGIN IMMEDIATE")
	p = subprocess.Popen([sys.argv[2], "audit", "-c", "/dev/null", "-q", "--ldif", sys.argv[3],
	                      "--history", sys.argv[1], "--fail-on", "never"],
	                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
	time.sleep(0.5)
	waits = p.poll() is None
	reads = subprocess.run([sys.argv[2], "history", "--history", sys.argv[1]],
	                       stdout=subprocess.DEVNULL).returncode
	db.execute("ROLLBACK")
	print(waits, reads, p.wait(60), p.stderr.read())
END
has_out 'True 0 0' 'while another run writes it waits, and then goes on; who reads does not'

# Four that begin at once: one after the other, and what the first finds is known to the rest.
python3 - "$work/race" "$WBA" "$snapshot" "$work" >"$work/out" 2>"$work/err" <<-'END'
	import csv, sqlite3, subprocess, sys
	db, wba, snapshot, work = sys.argv[1:]
	runs = [subprocess.Popen([wba, "audit", "-c", "/dev/null", "-q", "--ldif", snapshot, "--history", db,
	                          "--findings", f"{work}/race.{i}", "--fail-on", "never"]) for i in range(4)]
	ends = [p.wait(120) for p in runs]
	told = [{r["status"] for r in csv.DictReader(open(f"{work}/race.{i}", newline=""))} for i in range(4)]
	with sqlite3.connect(db) as c:
	    print(ends, sorted(map(sorted, told)), c.execute("SELECT count(*) FROM run").fetchone(),
	          c.execute("SELECT count(DISTINCT key) = count(*) FROM finding").fetchone())
END
has_out "[0, 0, 0, 0] [['known'], ['known'], ['known'], ['new']] (4,) (1,)" 'four at once take turns'

# Killed at any moment.
python3 - "$db" "$WBA" "$snapshot" "$work" >"$work/out" 2>"$work/err" <<-'END'
	import random, shutil, signal, sqlite3, subprocess, sys, time
	db, wba, snapshot, work = sys.argv[1:]
	run = [wba, "audit", "-c", "/dev/null", "-q", "--ldif", snapshot, "--history", db,
	       "--findings", work + "/killed", "--fail-on", "never"]
	def dump():
	    with sqlite3.connect(db) as c:
	        assert c.execute("PRAGMA integrity_check").fetchone() == ("ok",)
	        assert not c.execute("PRAGMA foreign_key_check").fetchall()
	        return list(c.iterdump())
	began = time.monotonic()
	subprocess.run(run, check=True)
	length = time.monotonic() - began
	rng, killed, kept = random.Random(1), 0, 0
	for _ in range(50):
	    before = dump()
	    p = subprocess.Popen(run)
	    time.sleep(rng.random() * length * 1.2)
	    p.send_signal(signal.SIGKILL)
	    if p.wait() == -signal.SIGKILL:
	        killed += 1
	        after = dump()
	        if after != before:
	            kept += 1
	            # Killed after its end: then it is whole.
	            assert len([l for l in after if '"run"' in l]) == \
	                len([l for l in before if '"run"' in l]) + 1
	print("killed", killed, "whole all the same", kept)
	assert killed >= 10
END
check 'killed 50 times at random: the history is sound' grep -q '^killed' "$work/out"
audit 28 "$snapshot"
is_status 0 'and the next run goes on'

# Whom AdminSDHolder protects is not known without dSHeuristics.
edit "$snapshot" "$work/e.ldif" \
	'CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration,DC=contoso,DC=test'
audit 29 "$work/e.ldif"
is_status 3 'what permissions are judged by was not read'
check 'which is found' test "$(findings new 324)" = 1
check 'and no user is out of a protected group for it' test "$(findings resolved '')" = 0
audit 30 "$snapshot"
check 'then that is over' test "$(findings new '') $(findings resolved 324)" = '0 1'
check 'and so is what it left open' test "$(findings resolved 311) $(findings resolved '')" = '2 3'
finish
