#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILDDIR SECONDS: every fuzz target for so long, from a copy of its corpus.
set -eu
build=$1 seconds=$2 src=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
for target in "$build"/tests/fuzz/fuzz_*; do
	case $target in *.o) continue ;; esac
	name=${target##*/fuzz_}
	cp -r "$src/tests/corpus/$name" "$scratch/$name"
	"$target" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
		-artifact_prefix="$scratch/" "$scratch/$name" >"$scratch/$name.out" 2>&1 || {
		tail -40 "$scratch/$name.out"; cp "$scratch"/crash-* "$build" 2>/dev/null || true
		echo "fuzz_$name: FAILED; the input is kept in $build"; exit 1; }
	echo "fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/$name.out") inputs in $seconds s, no finding"
done
