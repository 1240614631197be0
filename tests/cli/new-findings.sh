#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# contrib/new-findings, which mails after each scheduled audit: something when something
# is new, and nothing when nothing is.
. "$(dirname "$0")/tap.inc"
snapshot=$top/ldif/company.snapshot.ldif
db=$work/history
export WBA
unset MONITOR_SERVICE_RESULT MONITOR_EXIT_STATUS MONITOR_EXIT_CODE MONITOR_UNIT

# One user's attribute out of the snapshot, or with another value.
edit() { # OUT SAMACCOUNTNAME ATTRIBUTE [VALUE]
	python3 - "$snapshot" "$@" <<-'END'
		import re, sys
		source, out, sam, attribute, *value = sys.argv[1:]
		records = open(source, encoding="utf-8").read().split("\n\n")
		for i, r in enumerate(records):
		    if f"\nsAMAccountName: {sam}\n" in r + "\n":
		        records[i] = re.sub(rf"(?m)^{attribute}: .*\n?", f"{attribute}: {value[0]}\n" if value else "", r)
		open(out, "w", encoding="utf-8").write("\n\n".join(records))
	END
}
edit "$work/unread.ldif" aoi.nakamura userAccountControl
edit "$work/disabled.ldif" oliver.nagy userAccountControl 514

audit() { # DAY LDIF [OPTION...]: leaves its status in $ended
	day=$1
	ldif=$2
	shift 2
	run audit -c /dev/null -q --ldif "$ldif" --now "2026-01-${day}T12:00:00Z" --history "$db" \
		--findings "$work/findings.csv" "$@"
	cp "$work/err" "$work/messages"
	ended=$status
}

tell() { # [OPTION...]
	status=0
	"$top/contrib/new-findings" --status "$ended" --messages "$work/messages" "$@" "$db" \
		>"$work/out" 2>"$work/err" </dev/null || status=$?
}

silent() { # WHAT
	check "$1: nothing is said" test "$status$(cat "$work/out" "$work/err")" = 0
}

audit 10 "$snapshot"
tell
check 'the first: everything is new' grep -qE '^[0-9]{3} findings are new:$' "$work/out"
check 'it says no more than that' test "$(grep -vcE '^(new .*|[0-9]* findings.*|and .*|)$' "$work/out")" = 0
tell
silent 'asked again'
audit 11 "$snapshot"
tell
silent 'a run that finds the same'
audit 12 "$work/disabled.ldif"
tell
check 'one is new' test "$(sed -n 1p "$work/out") $(grep -c '^new .* 401 account-disabled .*Oliver Nagy' "$work/out")" = \
	'1 finding is new: 1'
audit 13 "$snapshot"
tell
silent 'and resolved'

# Something stays unreadable.
audit 14 "$work/unread.ldif"
check 'an audit that is incomplete' test "$ended" = 3
check 'which says in one line what is not known' test "$(cat "$work/messages")" = \
	'writeback-audit: INCOMPLETE: something could not be read: 407 account-state-unreadable (1); the findings name it, and `writeback-audit codes RULE` says what to do'
tell
has_out 'The audit is incomplete: something could not be read.' 'is told'
has_out '407 account-state-unreadable' 'with that line'
check 'with what is new' grep -q '^new .*407 ' "$work/out"
audit 15 "$work/unread.ldif"
check 'and stays so' test "$ended" = 3
tell
silent 'once'
audit 16 "$work/unread.ldif" --metrics /dev/full
tell
silent 'whatever else'
audit 17 "$snapshot"
tell
silent 'complete again'
audit 18 "$work/unread.ldif"
tell
has_out 'The audit is incomplete' 'incomplete again: told again'

# Results that cannot be written.
audit 19 "$snapshot" --metrics /dev/full
check 'metrics for which there is no room' test "$ended" = 3
tell
has_out 'The audit could not write all of its results.' 'are told'
has_out '/dev/full: No space left on device' 'with the message'
audit 20 "$snapshot" --metrics /dev/full
tell
silent 'once'
audit 21 "$snapshot" --users /dev/full
tell
has_out 'The audit failed (3)' 'a report that has no room: the run is not in the history, each is told'
tell
has_out 'The audit failed (3)' 'again'

# It did not run at all.
audit 22 "$work/none"
check 'an audit that cannot start' test "$ended" = 2
tell
has_out 'The audit failed (2): whether writeback works is not known.' 'is told'
has_out "$work/none: No such file or directory" 'with the reason'
tell
has_out 'The audit failed (2)' 'each time'
audit 23 "$work/disabled.ldif"
ended=2
tell
has_out 'The audit failed (2)' 'a failure behind a run that was not told yet'
has_out '1 finding is new:' 'both are told'
ended=0
tell
silent 'afterwards'

# How systemd says it.
unit() { # RESULT CODE STATUS
	status=0
	MONITOR_SERVICE_RESULT=$1 MONITOR_EXIT_CODE=$2 MONITOR_EXIT_STATUS=$3 \
		MONITOR_UNIT=writeback-audit.service "$top/contrib/new-findings" "$db" \
		>"$work/out" 2>"$work/err" </dev/null || status=$?
}
unit success exited 1
silent 'success'
unit exit-code exited 2
has_out 'The audit failed (2)' 'an exit status'
has_out 'journalctl -u writeback-audit.service says why.' 'and where to look'
check 'no more than that' test "$(grep -c LoadCredential "$work/out")" = 0
unit exit-code exited 243
has_out 'LoadCredential= of writeback-audit.service' 'no keytab: what systemd does not say'
unit timeout killed TERM
has_out 'The audit failed (timeout killed TERM)' 'no time left'

# An older systemd says no more than which of the two it was.
ended=success
tell
silent 'success, in a word'
ended=failure
tell
has_out 'The audit failed (failure)' 'failure, in a word'
audit 24 "$work/unread.ldif"
ended=failure
tell
has_out 'The audit is incomplete' 'and in the history: incomplete'
check 'which is no failure' sh -c "! grep 'The audit failed' '$work/out'"

# By mail.
cat >"$work/sendmail" <<END
#!/bin/sh
cat >"$work/mail"
exit \$(cat "$work/sendmail.status")
END
chmod 755 "$work/sendmail"
SENDMAIL=$work/sendmail
export SENDMAIL
echo 75 >"$work/sendmail.status"
audit 25 "$snapshot"
audit 26 "$work/disabled.ldif"
tell --mail admin@example.com
is_status 1 'sendmail does not take it'
has_err 'it will be mailed next time' 'which is said'
echo 0 >"$work/sendmail.status"
tell --mail admin@example.com
no_out 'a mail, and nothing printed'
check 'it is one' test "$(sed -n 1p "$work/mail") $(grep -c '^new ' "$work/mail")" = 'To: admin@example.com 1'
rm "$work/mail"
tell --mail admin@example.com
check 'nothing new, no mail' test ! -e "$work/mail"
tell --mail '-oQ/tmp admin'
is_status 2 'what is no address'
has_err 'not an address' 'is refused'

# A failure is told whatever has become of the history.
rm "$db" "$db.told"
: >"$db"
ended=2
tell
has_out 'The audit failed (2)' 'a first audit that failed, and left an empty history'
is_status 0 'which is no error'
echo 'no database' >"$db"
tell
has_out 'The audit failed (2)' 'a failure and a history that cannot be read'
has_out 'this is no history' 'both are told'
is_status 2 'and that is one'
ended=0
tell
has_out 'What is new is not known' 'such a history alone'
check 'nothing is taken for told' test ! -e "$db.told"

rm "$db"
ended=0
tell
silent 'no history yet'
finish
