#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Completion offers what --help lists, of each command: both shells' scripts are
# made from the table that the parser uses.
. "$(dirname "$0")/tap.inc"

run help --completion bash
is_status 0 "help --completion bash"
no_err "says nothing"
cp "$work/out" "$work/bash"
run help --completion zsh
is_status 0 "help --completion zsh"
cp "$work/out" "$work/zsh"
run help --completion fish
is_status 2 "a shell that is not known"
has_err "bash or zsh" "says which are"
run help --completion
is_status 2 "and none"

# What bash offers for a line: each word an argument, the last is being typed.
cat >"$work/offer" <<'END_OF_OFFER'
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_writeback_audit
printf '%s\n' "${COMPREPLY[@]}"
END_OF_OFFER
offer() { bash "$work/offer" "$work/bash" writeback-audit "$@" | sort -u; }

offer '' >"$work/out"
for command in audit explain snapshot history sd codes help; do
	check "$command is offered" grep -qx "$command" "$work/out"
done
for command in audit explain snapshot history; do
	run $command --help
	grep -oE '^ +(-[A-Za-z]|-[a-z], --[a-z-]+|--[a-z-]+)( |$)' "$work/out" |
		grep -oE -e '--[a-z-]+|-[A-Za-z]' | sort -u >"$work/want"
	check "$command has options" test -s "$work/want"
	offer $command - >"$work/out"
	check "bash offers those of $command, and no others" cmp -s "$work/want" "$work/out"
	sed -n "/^	$command)\$/,/;;/p" "$work/zsh" | sed -n "s/^			'\*\(-[^[]*\)\[.*/\1/p" |
		sort -u >"$work/out"
	check "zsh too" cmp -s "$work/want" "$work/out"
done
for command in sd codes; do
	for option in $(offer $command -); do
		case $option in
		--help | --man) set -- ;;
		--*-sid) set -- S-1-5-21-1-2-3 ;;
		*) set -- ;;
		esac
		run $command "$option" "$@"
		check "$command takes $option" test "$status" -eq 0
	done
done
touch "$work/a.csv"
(cd "$work" && offer audit --findings a.) >"$work/out"
check "a file after --findings" grep -qx a.csv "$work/out"
offer audit --connector a >"$work/out"
check "nothing after --connector" test "$(cat "$work/out")" = ''
if command -v zsh >/dev/null; then
	zsh -n "$work/zsh" >"$work/out" 2>"$work/err"
	check "zsh can parse its own" test $? -eq 0
fi
finish
