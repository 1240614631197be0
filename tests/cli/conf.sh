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

# The settings, each in the example and in the manual.
settings="uri base filter connector start_tls tls_cacert allow_cleartext bind_dn password_file
	password_prompt sasl_mech sasl_authcid sasl_authzid sasl_realm sasl_secprops sasl_nocanon
	keytab network_timeout operation_timeout retries retry_delay page_size forest ldif findings users
	causes json history history_keep fail_on profile self_check source_anchor join now quiet verbose"
bad=
for setting in $settings; do
	grep -qE "^[#[:space:]]*$setting = " "$example" || bad="$bad $setting"
done
check "the example shows every setting:$bad" test -z "$bad"
bad=
for setting in $settings domains name; do
	grep -q "^\.It Ic $setting " "$top/src/writeback-audit.conf.5" || bad="$bad $setting"
done
check "the manual names every setting:$bad" test -z "$bad"

finish
