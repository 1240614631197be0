#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What somebody sees who does not know the program yet, or mistypes.
. "$(dirname "$0")/tap.inc"

run
is_status 2 "no command: usage error"
no_out "nothing on stdout"
has_err "usage: writeback-audit COMMAND" "the usage on stderr"

run --help
is_status 0 "--help"
no_err "is not an error"
cp "$work/out" "$work/help"
for command in audit explain snapshot sd codes; do
	has_out "  $command " "names $command"
done
has_out "writeback-audit audit -H " "and shows a command that works"
for other in help -h; do
	run $other
	check "$other is the same" cmp -s "$work/out" "$work/help"
done
run --version
is_status 0 "--version"
has_out "writeback-audit " "names the program"

for command in audit explain snapshot sd codes; do
	run $command --help
	is_status 0 "$command --help"
	no_err "says nothing on stderr"
	has_out "usage: writeback-audit $command" "is about $command"
	awk 'length($0) > 80 { exit 1 }' "$work/out"
	check "fits 80 columns" test $? -eq 0
	cp "$work/out" "$work/one"
	run help $command
	check "help $command is the same" cmp -s "$work/out" "$work/one"
done

run audti
is_status 2 "an unknown command"
has_err "did you mean 'audit'?" "the nearest is suggested"
run frobnicate
is_status 2 "a command like no other"
has_err "there is no command 'frobnicate'" "is named"
run help frobnicate
is_status 2 "help for it too"
run -H ldap://x audit
is_status 2 "options before the command"
has_err "the command comes first" "is said"

run audit -c /dev/null
is_status 2 "audit without a server"
has_err "writeback-audit audit -H ldap://" "shows the shortest command"
no_out "on stderr"
run explain -c /dev/null bob
has_err "writeback-audit explain -H ldap://dc1.example.com USER" "explain shows its own"
run explain -c /dev/null -H ldap://127.0.0.1
is_status 2 "explain without a user"
has_err "which user?" "asks for one"

run audit -c /dev/null -H dc1.example.com
is_status 2 "a URI without scheme"
has_err "must begin with ldap:// or ldaps://" "is told apart"
run audit -c /dev/null -H ldap://x -D a -W -w geheim
is_status 2 "two passwords"
check "the password is not in the message" sh -c "! grep -q geheim '$work/err'"
run audit --usres x
has_err "did you mean --users?" "a mistyped option is pointed out"
run version
has_err "did you mean '--version'?" "a command that is an option"
run --vresion
has_err "did you mean '--version'?" "a mistyped one"
run -V
is_status 0 "-V"
has_out "writeback-audit " "is --version"
run audit --assume=x
is_status 2 "the beginning of several options"
has_err "--assume-grant, --assume-unblock, " "names them"
run audit -c /dev/null -H ldap://x -b Staff
is_status 2 "a base that is no DN"
has_err "-b must be a DN, as in OU=" "says so before anybody is asked"
run audit -x
has_err "-D alone makes it a simple bind" "habits are answered"
run audit "$(printf -- '--a\033[31mb')"
is_status 2 "an option with an escape sequence"
esc=$(printf '\033')
check "is not sent to the terminal" sh -c "! grep -q '$esc' '$work/err'"

# Lost output is noticed.
if test -c /dev/full; then
	for command in "codes" "codes 301" "--help" "codes --man"; do
		status=0
		# shellcheck disable=SC2086
		"$WBA" $command >/dev/full 2>"$work/err" || status=$?
		is_status 3 "$command >/dev/full"
		has_err "stdout: No space left on device" "says so"
	done
fi
status=0
"$WBA" codes >&- 2>"$work/err" || status=$?
is_status 3 "closed stdout"
mkfifo "$work/pipe"
# A reader that goes away at once: the status is the program's, not a signal's.
(head -c 1 "$work/pipe" >/dev/null) &
status=0
# Each code seven times is more than the pipe holds.
codes=$("$WBA" codes | sed -n 's/^\([1-6][0-9][0-9]\)  .*/\1/p')
# shellcheck disable=SC2086
"$WBA" codes $codes $codes $codes $codes $codes $codes $codes >"$work/pipe" 2>"$work/err" ||
	status=$?
is_status 3 "a pipe that is closed early"
has_err "stdout: " "says so"
wait

# A run that is killed leaves no half report behind, where the file system has files
# without a name (ext4, xfs, tmpfs, btrfs).
mkdir "$work/killed"
mkfifo "$work/feed"
if python3 -c 'import os, sys; os.open(sys.argv[1], os.O_TMPFILE | os.O_RDWR, 0o600)' \
	"$work/killed" 2>/dev/null; then
	for signal in INT TERM HUP KILL; do
		exec 9<>"$work/feed"	# a snapshot that never comes
		# A shell or nohup may have them ignored.
		python3 -c 'import os, signal, sys
for s in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    signal.signal(s, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$WBA" audit -c /dev/null --ldif "$work/feed" \
			--findings "$work/killed/findings.csv" 2>/dev/null &
		victim=$!
		tries=0
		while test $tries -lt 300 && ! readlink "/proc/$victim/fd/"* 2>/dev/null |
			grep -q "^$work/killed/"; do
			tries=$((tries + 1))
			sleep 0.1
		done
		check "the report is begun" test $tries -lt 300
		kill -s "$signal" "$victim"
		wait "$victim" 2>/dev/null
		exec 9>&-
		check "killed by $signal, it leaves nothing" test -z "$(ls -A "$work/killed")"
	done
fi

finish
