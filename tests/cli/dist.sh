#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The archive that `make dist` makes: the same bytes each time, and all that is
# needed in it. And where `make install` puts things.
. "$(dirname "$0")/tap.inc"

build=${WBA_BUILD:-$(dirname "$WBA")}
name=dist-test-$$
trap 'rm -rf "$work" "$build/$name" "$build/$name.tar.gz"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL

if ! test -f "$build/Makefile"; then
	echo "1..0 # SKIP no Makefile in $build"
	exit 77
fi
dist() { # FILE
	status=0
	(cd "$build" && make -s dist-gzip distdir="$name") >"$work/out" 2>"$work/err" || status=$?
	mv "$build/$name.tar.gz" "$work/$1"
}

(umask 022; dist one.tar.gz; exit $status)
check "make dist" test -s "$work/one.tar.gz"
sleep 1
(umask 077; TZ=Asia/Tokyo; export TZ; dist two.tar.gz)
check "once more, later, by another umask and clock: the same bytes" \
	cmp "$work/one.tar.gz" "$work/two.tar.gz"
(SOURCE_DATE_EPOCH=86400; export SOURCE_DATE_EPOCH; dist three.tar.gz)
tar -tvzf "$work/three.tar.gz" --utc --numeric-owner >"$work/out" 2>"$work/err"
check "SOURCE_DATE_EPOCH is the date of everything" \
	sh -c "! grep -v ' 0/0 .* 1970-01-02 00:00 ' '$work/out'"
# What was built or left behind beside the sources is not packed with them.
awk '/^-/ { print $NF }' "$work/out" | sed 's,^[^/]*/,,' >"$work/files"
while read -r file; do
	test -e "$top/$file" || echo "$file is not a source"
done <"$work/files" >"$work/out"
no_out "nothing is in it but files of the tree"
mv "$work/files" "$work/out"
check "nor a log or an object" sh -c "! grep -E '\.(log|trs|o|pyc)$' '$work/out'"
for file in configure Makefile.in src/main.c src/writeback-audit.1 README COPYING \
	contrib/systemd/writeback-audit.service.in contrib/new-findings tests/README; do
	check "$file is in it" grep -qx "$file" "$work/out"
done
version=$("$WBA" --version | sed 's/.* //')
check "the packages are of this version" sh -c "grep -q '^Version: *$version\$' '$top'/contrib/*.spec &&
	sed -n 1p '$top/contrib/debian/changelog' | grep -qF '($version-'"

status=0
(cd "$build" && make -s install DESTDIR="$work/root" prefix=/usr sysconfdir=/etc \
	localstatedir=/var) >"$work/out" 2>"$work/err" || status=$?
is_status 0 "make install"
# What hier(7) has for each, and no configuration that is in force.
(cd "$work/root" && find . -type f | sort) >"$work/out"
check "installed is nothing but what is expected there" sh -c "! grep -vE '^\./usr/(bin/writeback-audit|libexec/writeback-audit/new-findings|lib/systemd/system/writeback-audit(-mail@)?\.(service|timer)|lib/sysusers\.d/writeback-audit\.conf|share/(man/man[15]|doc/writeback-audit|bash-completion/completions|zsh/site-functions)/.*)\$' '$work/out'"
for file in bin/writeback-audit lib/systemd/system/writeback-audit.timer \
	share/bash-completion/completions/writeback-audit share/zsh/site-functions/_writeback-audit \
	share/man/man5/writeback-audit.conf.5 share/doc/writeback-audit/writeback-audit.conf.example; do
	has_out "./usr/$file" "/usr/$file"
done
finish
