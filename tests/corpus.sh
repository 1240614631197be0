#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Replays the corpus of every fuzz target: each input, its property, no crash.
set -u
count=0
for replay in "$WBA_BUILD"/tests/fuzz/replay_*; do
	case $replay in *.o) continue ;; esac
	[ -x "$replay" ] || continue
	name=${replay##*/replay_}
	count=$((count + 1))
	if out=$("$replay" "$WBA_SRC/tests/corpus/$name" 2>&1); then
		inputs=$(printf '%s\n' "$out" | grep -c '^ok ')
		echo "ok $count - $name: $inputs inputs"
	else
		echo "not ok $count - $name"
		printf '%s\n' "$out" | tail -30 | sed 's/^/# /'
	fi
done
echo "1..$count"
[ "$count" -gt 0 ]
