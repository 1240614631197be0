#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command "codes": the first thing somebody with an event on screen tries.
. "$(dirname "$0")/tap.inc"

run codes
is_status 0 "codes lists everything"
no_err "and says nothing else"
has_out "ADPermissionsError" "an event is in the list"
has_out "reset-password-absent" "a rule is in the list"
wide=$(awk 'length($0) > 80' "$work/out")
check "no line is wider than 80 columns" test -z "$wide"
blank=$(grep -c ' $' "$work/out")
check "no line ends in a blank" test "$blank" -eq 0
ids=$(grep -E '^[1-6][0-9][0-9]  ' "$work/out" | cut -c1-3)
check "there are rules" test "$(echo "$ids" | wc -l)" -gt 40
events=$(sed -n '/^Rules:/q; s/^\([0-9][0-9A-F]*\) .*/\1/p' "$work/out" | sort -u)
check "there are events" test "$(echo "$events" | wc -l)" -gt 40

# Every code in the list has a page of its own, within 80 columns.
bad=
for id in $ids $events; do
	run codes "$id"
	test "$status" -eq 0 && test -s "$work/out" && test ! -s "$work/err" || bad="$bad $id"
	awk 'length($0) > 80 { exit 1 }' "$work/out" || bad="$bad $id(wide)"
done
check "each of them can be asked for:$bad" test -z "$bad"

run codes 33004
is_status 0 "codes 33004"
has_out "ADPermissionsError" "names the event"
has_out "301  " "lists a rule that predicts it"
cp "$work/out" "$work/33004"
run codes ADPermissionsError
check "by its name as well" cmp -s "$work/out" "$work/33004"

run codes 0x80230619
is_status 0 "codes 0x80230619"
has_out "501  " "names the minimum age rule"
cp "$work/out" "$work/hr"
for form in 80230619 0X80230619 hr=80230619 "hr=0x80230619" "HR 80230619"; do
	run codes "$form"
	check "'$form' is the same" cmp -s "$work/out" "$work/hr"
done

run codes 6329
is_status 0 "codes 6329"
has_out "0x80230619" "names the policy restriction"
has_out "0x8023061f" "and the agent without password sync"
has_out "101  the domain controller does not offer" "and the missing control, with its rule"
has_out "not in the vendor's troubleshooting document" "and marks what is from elsewhere"
for code in 800700CE 80230402 6800 31003 32000 32014 33009; do
	run codes "$code"
	is_status 0 "codes $code"
done

run codes 301
is_status 0 "codes 301"
has_out "reset-password-absent" "names the rule"
has_out "33004" "and its event"
has_out "MS-ADTS" "and its source"
cp "$work/out" "$work/301"
run codes Reset-Password-Absent
check "by its name as well" cmp -s "$work/out" "$work/301"

run codes 33004 301
is_status 0 "two codes at once"
has_out "reset-password-absent" "shows the second"

run codes 99999
is_status 2 "an unknown code is a usage error"
no_out "prints nothing on stdout"
has_err "'99999'" "and names the code"
run codes acount-disabled
has_err "did you mean 'account-disabled'?" "a slip is pointed out"
run codes 33004 nonsense
is_status 2 "a known and an unknown code"
has_out "ADPermissionsError" "shows the known one"
run codes ''
is_status 2 "an empty code is unknown"
run codes --frob
is_status 2 "an unknown option"
run codes --man 301
is_status 2 "--man takes no code"
run codes --help
is_status 0 "codes --help"
has_out "--man" "lists the options"

finish
