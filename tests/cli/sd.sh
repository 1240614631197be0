#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command "sd": descriptors in, descriptors out, in every form.
. "$(dirname "$0")/tap.inc"

# feed ARGS...: as run, with $work/in on stdin; input FORMAT ARGS... puts it there
feed()
{
	status=0
	"$WBA" sd "$@" >"$work/out" 2>"$work/err" <"$work/in" || status=$?
}

input()
{
	# shellcheck disable=SC2059
	printf "$@" >"$work/in"
}

out_is()
{
	printf '%s\n' "$1" >"$work/expected"
	check "$2" cmp -s "$work/out" "$work/expected"
}

sddl='O:BAG:SYD:AI(OA;CIID;CR;00299570-246d-11d0-a768-00aa006e0529;;S-1-5-21-1-2-3-1104)'

run sd --help
is_status 0 "sd --help"
no_err "prints to stdout"
wide=$(awk 'length($0) > 80' "$work/out")
check "within 80 columns" test -z "$wide"

input '%s\n' "$sddl"
feed
is_status 0 "SDDL in"
out_is "$sddl" "SDDL out"
no_err "and nothing said"

input '%s\n' "$sddl"
feed --base64
is_status 0 "SDDL to base64"
cp "$work/out" "$work/b64"
cp "$work/b64" "$work/in"
feed
out_is "$sddl" "and base64 back to SDDL"
{ printf 'ntsecuritydescriptor:: '; cat "$work/b64"; } >"$work/in"
feed
out_is "$sddl" "and as a line of LDIF"
base64 -d "$work/b64" | od -An -v -tx1 | tr -d ' \n' >"$work/hex"
cp "$work/hex" "$work/in"
feed
out_is "$sddl" "and as hex, the last line without its end"
{ printf '0x'; cat "$work/hex"; printf '\r\n'; } >"$work/in"
feed
out_is "$sddl" "and with 0x, from a Windows file"

input '%s\n' "$sddl"
feed --words
is_status 0 "in words"
has_out "ACE 1: allow, container inherit, inherited: Reset Password (00299570-246d-11d0-a768-00aa006e0529) to S-1-5-21-1-2-3-1104" \
	"a line an ACE"
has_out "Owner: BUILTIN\\Administrators (S-1-5-32-544)" "the owner by name"

input '\n%s\n' "$sddl"
feed --json
is_status 0 "as JSON"
has_out '{"line":2,"sddl":"O:BAG:SY' "with the line of the input"
has_out '"object_type":"00299570-246d-11d0-a768-00aa006e0529"' "with the fields of an ACE"
check "one object a line" test "$(wc -l <"$work/out")" -eq 1

input '%s\n' 'O:DAG:EA'
feed
is_status 1 "DA without a domain"
has_err "line 1: owner at byte 2:" "is refused at its place"
input '%s\n' 'O:DAG:EA'
feed --domain-sid S-1-5-21-1-2-3
out_is 'O:DAG:EA' "and is taken with one"
input '%s\n' 'O:DAG:EA'
feed --domain-sid S-1-5-21-1-2-3 --root-sid S-1-5-21-4-5-6 --base64
cp "$work/out" "$work/in"
feed
out_is 'O:S-1-5-21-1-2-3-512G:S-1-5-21-4-5-6-519' "EA is the root's"

# A malformed one is told of, with its line and place; the others are printed.
input '%s\n' "$sddl" '' 'D:(A;;QQ;;;WD)' 'AQAEgP//' '010' 'what?' "$sddl"
feed
is_status 1 "malformed descriptors"
out_is "$sddl
$sddl" "the others are printed"
has_err "line 3: DACL ACE 1 at byte 6: access mask: malformed" "SDDL with its place"
has_err "line 4: at byte " "bytes with theirs"
has_err "line 5: hex" "half a digit"
has_err "line 6: neither SDDL nor hex nor base64" "and what is no form of these"
check "a line each" test "$(wc -l <"$work/err")" -eq 4

input 'O:BA\000\nD:(A;;GA;;;WD;\033[31m)\n'
feed
is_status 1 "control characters are no descriptor"
no_out "and print nothing"
check "nor are they said back" test "$(LC_ALL=C tr -d '\033' <"$work/err" | wc -c)" -eq "$(wc -c <"$work/err")"

# A line of any length: an ACL as large as one can be.
{ printf 'D:'; i=0; while [ $i -lt 3276 ]; do printf '(A;;GA;;;WD)'; i=$((i + 1)); done; echo; } \
	>"$work/in"
feed --base64
is_status 0 "65528 bytes of ACL"
cp "$work/out" "$work/in"
feed
check "and back" test "$(wc -c <"$work/out")" -eq 39315

input ''
feed
is_status 0 "no input is no error"
no_out "and no output"

run sd --nonsense
is_status 2 "an unknown option"
has_err "'--nonsense'" "is named"
run sd --domain-sid
is_status 2 "an option without its value"
run sd --domain-sid CONTOSO
is_status 2 "a domain that is no SID"
run sd --json --words
is_status 2 "two forms at once"
run sd file
is_status 2 "an argument"
finish
