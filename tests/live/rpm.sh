#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The RPM (make check-package): contrib/writeback-audit.spec, built by rpmbuild out of the
# archive that make dist makes; what is in it, and what its scripts do; its installation, an
# upgrade and its removal in a copy of this host that is thrown away. It is built on Debian,
# whose packages have other names: without its BuildRequires, and what it requires is not
# looked up. The tests that %check would run are make check's.
. "$WBA_SRC/tests/live/lib.sh"
command -v rpmbuild >/dev/null || skip_all 'rpmbuild is not there (apt-get install rpm)'
place=$WBA_BUILD/check-rpm
spec=$WBA_SRC/contrib/writeback-audit.spec
version=$(sed -n 's/^Version: *//p' "$spec")
rm -rf "$place"
mkdir -p "$place/SOURCES"
unset MAKEFLAGS MFLAGS MAKELEVEL

# An archive named for the process, for another test may make one in the same place.
dist=rpm-test-$$
(cd "$WBA_BUILD" && make -s dist-gzip distdir="$dist" && tar -xzf "$dist.tar.gz" -C "$place" &&
  rm "$dist.tar.gz" && cd "$place" && mv "$dist" "writeback-audit-$version" &&
  tar -czf "SOURCES/writeback-audit-$version.tar.gz" "writeback-audit-$version") >"$live_tmp/log" 2>&1
status=$?
packing() { # RELEASE [OPTION...]
  local release=$1
  shift
  rpmbuild -bb --nodeps --nocheck --noclean --buildroot "$place/BUILDROOT/tree" \
    --define "_topdir $place" --define '_smp_mflags -j2' --define "dist .$release" "$@" \
    "$spec" >"$live_tmp/log" 2>&1
}
if [ $status = 0 ]; then
  packing one
  status=$?
fi
if [ $status != 0 ]; then
  not_ok 'rpmbuild' < <(tail -40 "$live_tmp/log")
  plan
  exit 1
fi
ok 'rpmbuild'
rpm=$(find "$place/RPMS" -name "writeback-audit-$version-*.rpm" ! -name '*debug*')
is 'there is one package' "$(wc -l <<<"$rpm")" 1
of() { rpm -qp --nosignature --qf "$1" "$rpm"; } # FORMAT

of '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]' >"$live_tmp/files"
is 'what runs, and its manual, are in it' "$(grep -cE ' root:root (/usr/bin/writeback-audit|/usr/libexec/writeback-audit/new-findings|/usr/lib/systemd/system/writeback-audit(\.service|\.timer|-mail@\.service)|/usr/lib/sysusers\.d/writeback-audit\.conf|/usr/share/man/man1/writeback-audit\.1.*|/usr/share/man/man5/writeback-audit\.conf\.5.*)$' "$live_tmp/files")" 8
is 'nothing may be written to, or runs as another' \
  "$(grep -vE '^l|^[-d]r[w-][x-]r-[x-]r-[x-] root:root ' "$live_tmp/files")" ''
is 'nothing is in /etc, /var or /usr/local, so an upgrade finds nothing there to replace' \
  "$(grep -E ' /(etc|var|usr/local)/' "$live_tmp/files")" ''
(mkdir -p "$place/tree" && rpm2archive "$rpm" && tar -xzf "$rpm.tgz" -C "$place/tree") >"$live_tmp/log" 2>&1
is 'it can be unpacked, and runs' "$("$place/tree/usr/bin/writeback-audit" --version 2>&1)" \
  "$("$WBA" --version)"
is 'its units name what it has, and /etc' "$(grep -hoE '(^Exec[A-Za-z]*=|--config |LoadCredential=[a-z]*:)/[^ ]*' \
  "$place"/tree/usr/lib/systemd/system/*.service "$place/tree/usr/share/doc/writeback-audit/contrib/systemd/password.conf" |
  sed 's/.*[=: ]//' | sort -u | tr '\n' ' ')" \
  '/etc/writeback-audit.conf /etc/writeback-audit.keytab /etc/writeback-audit.pw /usr/bin/writeback-audit /usr/libexec/writeback-audit/new-findings '

# The scripts, with a systemctl that says what it was asked.
mkdir "$live_tmp/bin"
printf '#!/bin/sh\necho "$*"\n' >"$live_tmp/bin/systemctl"
printf '#!/bin/sh\nexit 2\n' >"$live_tmp/bin/getent"
printf '#!/bin/sh\nprintf "%%s\\n" "$*"\n' >"$live_tmp/bin/useradd"
chmod 755 "$live_tmp"/bin/*
script() { # NAME ARGUMENT: what it asks for
  of "%{$1}" | sed 's,>/dev/null 2>&1,,; s,>/dev/null ||,||,' >"$live_tmp/script"
  env PATH="$live_tmp/bin:$PATH" sh -eu "$live_tmp/script" "$2" 2>&1
}
like 'an account of its own is made' "$(script PREIN 1)" \
  '^--system .*--home-dir /var/lib/writeback-audit .*--shell /sbin/nologin .* writeback-audit$'
is 'systemd is told of its units' "$(script POSTIN 1)" daemon-reload
is 'an upgrade leaves the timer as it is' "$(script PREUN 1)" ''
is 'a removal stops it' "$(script PREUN 0)" '--no-reload disable --now writeback-audit.timer'

# In an overlay over this host, in a mount namespace: its own shell and useradd, no systemd
# that runs. The later release is the same program.
mkdir "$place/upper" "$place/work" "$place/host"
there() { # COMMAND...
  unshare -m sh -c 'place=$1
    shift
    mount -t overlay overlay \
      -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" "$place/host" &&
      mount --bind "$place/RPMS" "$place/host/mnt" || exit 99
    exec chroot "$place/host" "$@"' there "$place" "$@"
}
step() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@" >"$live_tmp/log" 2>&1; then ok "$what"; else not_ok "$what" <"$live_tmp/log"; fi
}
# What the admin and the program have written, and what of it is not as it was.
written='/etc/writeback-audit.conf /etc/writeback-audit.keytab /var/lib/writeback-audit/history'
wants=/etc/systemd/system/timers.target.wants
lost() {
  there sh -c 'for i; do [ "$(cat "$i")" = kept ] || echo "$i"; done' lost $written
  there sh -c "ls $wants | grep -x writeback-audit.timer || echo no timer"
}
if there true 2>"$live_tmp/err"; then
  step 'it is installed' there rpm -i --nodeps "/mnt/${rpm#"$place/RPMS/"}"
  like 'with its account' "$(there getent passwd writeback-audit | cut -d: -f5-)" \
    '^Audit of password writeback:/var/lib/writeback-audit:/sbin/nologin$'
  there sh -c 'mkdir -m 700 /var/lib/writeback-audit; for i; do echo kept >"$i"; done
    mkdir -p '$wants'; ln -s /usr/lib/systemd/system/writeback-audit.timer '$wants sh $written
  step 'a later release' packing two --short-circuit
  later=$(cd "$place/RPMS" && echo */writeback-audit-"$version"-*.two.*.rpm)
  step 'an upgrade to it' there rpm -U --nodeps "/mnt/$later"
  like 'it is one' "$(there rpm -q writeback-audit)" '\.two\.'
  is 'which keeps configuration, keytab, history and timer' "$(lost)" writeback-audit.timer
  step 'a removal' there rpm -e writeback-audit
  is 'which keeps them but for the timer' "$(lost)" 'no timer'
  is 'and nothing else' "$(there sh -c 'ls -d /usr/bin/writeback-audit /usr/libexec/writeback-audit \
    /usr/lib/systemd/system/writeback-audit* 2>/dev/null')" ''
else
  ok "it is installed # SKIP no overlay over this host: $(head -1 "$live_tmp/err")"
fi
rm -rf --one-file-system "$place"
plan
