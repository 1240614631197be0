#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The units, as systemd itself reads and rates them, without running one.
# tests/live/scheduled.sh runs what they run.
. "$(dirname "$0")/tap.inc"

build=${WBA_BUILD:-$(dirname "$WBA")}/contrib/systemd
service=$build/writeback-audit.service
for name in writeback-audit writeback-audit-mail@; do
	check "$name.service is built" test -s "$build/$name.service"
	check "and nothing in it is left to fill in" \
		sh -c "! grep -E '@[a-z]+@' '$build/$name.service'"
done
if ! command -v systemd-analyze >/dev/null; then
	count=$((count + 1))
	echo "ok $count - # SKIP no systemd-analyze (apt-get install systemd)"
	finish
	exit
fi

# verify wants the programs to be there: the folder is a root with stand-ins.
root=$work/root
for file in $(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$build"/*.service) /usr/sbin/sendmail; do
	mkdir -p "$root$(dirname "$file")"
	printf '#!/bin/sh\n' >"$root$file"
	chmod 755 "$root$file"
done
mkdir -p "$root/etc/systemd/system"
cp "$build"/*.service "$top/contrib/systemd/writeback-audit.timer" "$root/etc/systemd/system/"
for unit in writeback-audit.service writeback-audit-mail@.service writeback-audit.timer; do
	status=0
	# What the host itself lacks (man pages, targets of a bare root) is not ours to mend.
	systemd-analyze verify --man=no --root="$root" "$unit" >"$work/out" 2>"$work/err" || status=$?
	check "systemd reads $unit without a remark" \
		sh -c "! grep -E 'writeback-audit[a-z@-]*\.(service|timer):[0-9]*: ' '$work/err'"
done
echo 'Frobnicate=yes' >>"$root/etc/systemd/system/writeback-audit.timer"
systemd-analyze verify --man=no --root="$root" writeback-audit.timer >"$work/out" 2>"$work/err"
check "and would remark" grep -q 'writeback-audit[a-z@-]*\.timer:[0-9]*: ' "$work/err"

status=0
systemd-analyze security --offline=true --threshold=20 "$service" >"$work/out" 2>"$work/err" ||
	status=$?
is_status 0 'exposure at most 2.0, as systemd-analyze security rates it'
grep 'Overall exposure' "$work/out" | sed 's/^/# /'
sed '/^Restrict\|^Protect\|^Private\|^SystemCallFilter\|^Capability/d' "$service" \
	>"$work/writeback-audit.service"
status=0
systemd-analyze security --offline=true --threshold=20 "$work/writeback-audit.service" \
	>"$work/out" 2>"$work/err" || status=$?
check 'and the same without its sandbox is not' test "$status" -ne 0

status=0
systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$top/contrib/systemd/writeback-audit.timer")" \
	>"$work/out" 2>"$work/err" || status=$?
is_status 0 'the timer names a time that comes'
finish
