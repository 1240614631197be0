#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The configuration file as the program sees it. A domain that is not there
# ends each run once the file was read, before anything is connected to.
. "$(dirname "$0")/tap.inc"

conf=$work/wba.conf
load()
{
	run audit -c "$conf" --domain "no such domain"
}
loaded()
{
	check "$1" grep -qF "has no domain of this name" "$work/err"
}

printf 'connector = "MSOL_1";\n' >"$conf"
load
is_status 2 "a good file"
loaded "is read"

printf '\n\nconector = "MSOL_1";\n' >"$conf"
load
is_status 2 "an unknown setting"
has_err "$conf:3: unknown setting 'conector' (did you mean 'connector'?)" "with file, line and a hint"
no_out "and nothing on stdout"

printf 'bind_dn = "x";\npassword = "geheim";\n' >"$conf"
load
is_status 2 "a password in the file"
has_err "$conf:2: a password does not belong in this file: use password_file or keytab" "is refused"
check "and not repeated" sh -c "! grep -q geheim '$work/err'"

printf 'page_size = 4294967297;\n' >"$conf"
load
has_err "$conf:1: the number is too large" "a number that would wrap"

echo 'root:x:0:0:' >"$work/passwd"
printf '@include "%s"\n' "$work/passwd" >"$conf"
load
has_err "$conf:1: @include is not supported" "@include is refused"
check "the other file is not read" sh -c "! grep -q root '$work/err'"

printf 'quiet = true;\n' >"$conf"
chmod 666 "$conf"
load
has_err "anybody may write to it" "a file that anybody may write to"
chmod 600 "$conf"

printf 'domains = ( { name = "east"; uri = "ldap://a"; }, { name = "west"; uri = "ldap://b"; } );\n' >"$conf"
run audit -c "$conf" -H ldap://127.0.0.1
is_status 2 "-H and several domains"
has_err "choose one with --domain NAME" "asks which"
run audit -c "$conf" --domain EAST --domain wets
has_err "(did you mean west?)" "a mistyped domain is pointed out"

run audit -c "$work/none.conf"
is_status 2 "a file that is not there"
has_err "$work/none.conf: No such file or directory" "is named"

# The example: as it is, and each line that is switched off in it by itself.
example=$top/contrib/writeback-audit.conf.example
cp "$example" "$conf"
chmod 600 "$conf"
load
loaded "the example loads"
bad=
grep -E '^#[a-z_]+ = ' "$example" | sed 's/^#//' >"$work/lines"
check "it has settings that are off" test "$(wc -l <"$work/lines")" -gt 15
while IFS= read -r line; do
	printf '%s\n' "$line" >"$conf"
	load
	grep -qF "has no domain of this name" "$work/err" || bad="$bad [$line]"
done <"$work/lines"
check "each of them loads:$bad" test -z "$bad"

# The settings of the table, but for the password, which no file may hold: each in the
# example and in the manual, and nothing else there.
manual=$top/src/writeback-audit.conf.5
sed -n '/^const struct setting setting_table/,/^};/p' "$top/src/setting_table.c" |
	sed -nE 's/^	(\{ |[A-Z]+\()"([a-z_]+)",.*/\2/p' | grep -vx password | sort >"$work/settings"
check "there are settings" test "$(wc -l <"$work/settings")" -gt 50
bad=
while read -r setting; do
	grep -qE "^[#[:space:]]*$setting = " "$example" || bad="$bad $setting"
done <"$work/settings"
check "the example shows every setting:$bad" test -z "$bad"
{ cat "$work/settings"; echo domains; echo name; } | sort >"$work/want"
sed -n 's/^\.It Ic \([a-z_]*\) .*/\1/p' "$manual" | sort >"$work/out"
diff "$work/want" "$work/out" | sed 's/^/# /'
check "the manual has every setting, and no other" cmp -s "$work/want" "$work/out"
run help --man
cp "$work/out" "$work/options"
bad=
sed -n 's/^\.Pq Fl //p' "$manual" >"$work/flags"
check "and the option of nearly each" test "$(wc -l <"$work/flags")" -gt 50
while read -r flag value; do
	# -Z and -ZZ are one option, -o takes a value by name.
	case $flag in
	ZZ) flag=Z ;;
	o) test -n "$value" || bad="$bad o" ;;
	esac
	grep -qE "^\.It (.* )?Fl $flag( |\$)" "$work/options" || bad="$bad $flag"
done <"$work/flags"
check "which there is:$bad" test -z "$bad"

finish
