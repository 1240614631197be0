#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The Debian package where it is to run (make check-package): built by contrib/make-deb,
# installed by apt in a Debian 12 that debootstrap has just made, the service's command run
# there by hand as its account against a controller outside, node_exporter reading what it
# measured; then an upgrade, a removal and a purge. Not a part of make check: it wants root,
# debootstrap, debhelper and a mirror, and takes some minutes.
#   MIRROR=http://...    where Debian 12 comes from (default: as apt has it)
. "$WBA_SRC/tests/live/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'debootstrap and chroot need root'
for tool in debootstrap dpkg-buildpackage dh curl unshare setpriv; do
  command -v $tool >/dev/null ||
    skip_all "$tool is not there (apt-get install debootstrap dpkg-dev debhelper curl util-linux)"
done
suite=bookworm
MIRROR=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' \
  2>/dev/null | awk -v suite=$suite '$2 == suite { print $1; exit }')}
MIRROR=${MIRROR:-http://deb.debian.org/debian}
MIRROR=${MIRROR%/}
# Both take a proxy from here.
eval "$(apt-config shell http_proxy Acquire::http::Proxy 2>/dev/null)"
[ -z "${http_proxy:-}" ] || export http_proxy
curl -sfIo /dev/null --max-time 30 "$MIRROR/dists/$suite/Release" ||
  skip_all "no answer from $MIRROR (MIRROR=... names another)"

place=$WBA_BUILD/check-package
root=$place/root
rm -rf "$place"
mkdir -p "$place/debs"
exporter=
# A process with all below it: the first of another PID namespace, which takes the rest
# with it, heeds no other signal and forgets its parent's death when it changes its user.
end_tree() { # PID
  local child
  for child in $(pgrep -P "$1"); do end_tree "$child"; done
  kill -KILL "$1" 2>/dev/null
}
package_cleanup() {
  local status=$?
  [ -z "$exporter" ] || end_tree "$exporter"
  rm -rf --one-file-system "$root"
  (exit $status)
  live_cleanup
}
trap package_cleanup EXIT

# In a PID and mount namespace of its own: nothing is left running or mounted.
inside() { # COMMAND...
  unshare -m -p -f --mount-proc="$root/proc" chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"
}

step() { # WHAT COMMAND...: one that the rest needs
  local what=$1
  shift
  if "$@" >"$live_tmp/step" 2>&1; then ok "$what"; else
    not_ok "$what" < <(tail -40 "$live_tmp/step")
    plan
    exit 1
  fi
}

step 'the package is built' env DEB_BUILD_OPTIONS=nocheck "$WBA_SRC/contrib/make-deb" \
  "$WBA_BUILD" "$place/debs"
deb=$(echo "$place"/debs/writeback-audit_*.deb)
if command -v lintian >/dev/null; then
  lintian --fail-on error,warning,info --allow-root "$place"/debs/*.changes >"$live_tmp/lintian" 2>&1
  is 'lintian has nothing to say' "$? $(cat "$live_tmp/lintian")" '0 '
fi
step "debootstrap: $suite" debootstrap --variant=minbase $suite "$root" "$MIRROR"
# No services are started in a chroot.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp "$deb" "$root/tmp/one.deb"
step 'apt installs it, and what it depends on' inside apt-get -y --no-install-recommends install \
  /tmp/one.deb prometheus-node-exporter
is 'with an account of its own, which nobody logs in as' \
  "$(inside getent passwd writeback-audit | cut -d: -f5-)" \
  'Audit of password writeback:/var/lib/writeback-audit:/usr/sbin/nologin'
is 'no configuration, nothing enabled' \
  "$(cd "$root" && find etc var/lib -name '*writeback-audit*' ! -path '*/dpkg/*' ! -path '*/apt/*' \
    ! -name '*.dsh-also')" ''
is 'it runs' "$(inside writeback-audit --version)" "$("$WBA" --version)"
# Nothing that is built against the host has come along.
is 'every library is there' "$(inside ldd /usr/bin/writeback-audit | grep 'not found')" ''

live_dc package "$WBA_SRC/ldif/company.ldif"
install -m 644 "$NSS_WRAPPER_HOSTS" "$root/etc/hosts"
install -m 644 "$KRB5_CONFIG" "$root/etc/krb5.conf"
samba-tool domain exportkeytab "$root/etc/writeback-audit.keytab" --principal=audit@CONTOSO.TEST \
  --configfile="$live_dir/etc/smb.conf" >"$live_tmp/kt" 2>&1 || not_ok 'a keytab' <"$live_tmp/kt"
chmod 600 "$root/etc/writeback-audit.keytab"

# The one file: the example that is installed, edited as its words say.
metrics=$(sed -n 's/^#metrics = "\([^"]*\)".*/\1/p' "$WBA_SRC/contrib/writeback-audit.conf.example")
sed -e '/^domains = /,/^);/d' -e 's/^#\(metrics = \)/\1/' -e 's/^#\(html = \)/\1/' \
  "$root/usr/share/doc/writeback-audit/writeback-audit.conf.example" >"$root/etc/writeback-audit.conf"
cat >>"$root/etc/writeback-audit.conf" <<END
uri = "ldap://$DC_HOST";
sasl_nocanon = true;
connector = "CONTOSO\\\\MSOL_0123456789ab";
END
cp "$root/etc/writeback-audit.conf" "$live_tmp/conf"

# What systemd makes for the unit before it runs it, as the unit says.
unit=$root/lib/systemd/system/writeback-audit.service
of_unit() { sed -n "s/^$1=//p" "$unit"; } # SETTING
inside install -d -m "$(of_unit StateDirectoryMode)" -o writeback-audit -g writeback-audit \
  "/var/lib/$(of_unit StateDirectory)"
inside install -d -m "$(of_unit CacheDirectoryMode)" -o writeback-audit -g writeback-audit \
  "/var/cache/$(of_unit CacheDirectory)"
inside install -d -m 700 -o writeback-audit /run/credentials/writeback-audit.service
inside install -m 400 -o writeback-audit "$(of_unit LoadCredential | cut -d: -f2)" \
  "/run/credentials/writeback-audit.service/$(of_unit LoadCredential | cut -d: -f1)"
inside ln -s "$metrics" /var/lib/prometheus/node-exporter/

service() { # COMMAND-LINE
  inside setsid -w setpriv --reuid writeback-audit --regid writeback-audit --clear-groups \
    --no-new-privs --inh-caps=-all --bounding-set=-all env -i PATH=/usr/bin:/bin \
    CREDENTIALS_DIRECTORY=/run/credentials/writeback-audit.service \
    STATE_DIRECTORY=/var/lib/writeback-audit CACHE_DIRECTORY=/var/cache/writeback-audit \
    sh -c "umask $(of_unit UMask); cd /; $1" </dev/null
}
service "$(of_unit ExecStart)" >"$live_tmp/out" 2>"$live_tmp/err"
is 'the command of its service: all but a policy could be read' "$? $(cat "$live_tmp/out" "$live_tmp/err")" '3 '
state=$root/var/lib/writeback-audit
users=$(($(wc -l <"$state/users.csv") - 1))
like 'every user has a row' "$users" '^2[0-9][0-9]$'
like 'and the page is there' "$(tail -1 "$state/audit.html")" '</html>'
is 'all of it is for the account alone' "$(find "$state" -type f ! -perm 600)" ''
service 'writeback-audit history --history /var/lib/writeback-audit/history' >"$live_tmp/out" 2>&1
is 'the history has the run' "$(grep -cE '^ +1 ' "$live_tmp/out")" 1

# Its metrics, as node_exporter reads and serves them, as its own account.
service_as='setpriv --reuid prometheus --regid prometheus --clear-groups'
inside $service_as prometheus-node-exporter --collector.disable-defaults --collector.textfile \
  --collector.textfile.directory=/var/lib/prometheus/node-exporter \
  --web.listen-address=127.0.0.1:19100 >"$live_tmp/exporter" 2>&1 &
exporter=$!
for _ in $(seq 100); do
  curl -sf http://127.0.0.1:19100/metrics >"$live_tmp/scraped" && break
  sleep 0.2
done
end_tree $exporter
wait $exporter 2>/dev/null
exporter=
is 'node_exporter takes the file' "$(grep '^node_textfile_scrape_error' "$live_tmp/scraped")" \
  'node_textfile_scrape_error 0'
is 'and serves every sample of it' \
  "$(grep -c '^writeback_audit_' "$live_tmp/scraped")" "$(grep -vc '^#' "$root$metrics")"
is 'among them the users' \
  "$(sed -n 's/^writeback_audit_users{.*} //p' "$live_tmp/scraped")" "$users"

# A later version, and none.
sha256sum <"$state/history" >"$live_tmp/history"
dpkg-deb -R "$deb" "$live_tmp/later" &&
  sed -i 's/^Version: .*/&+later/' "$live_tmp/later/DEBIAN/control" &&
  dpkg-deb --root-owner-group -b "$live_tmp/later" "$root/tmp/two.deb" >/dev/null
step 'an upgrade' inside apt-get -y --no-install-recommends install /tmp/two.deb
is 'it is one' "$(inside dpkg-query -W -f '${Version}' writeback-audit)" \
  "$(dpkg-deb -f "$deb" Version)+later"
kept() {
  cmp -s "$root/etc/writeback-audit.conf" "$live_tmp/conf" &&
    [ "$(sha256sum <"$state/history")" = "$(cat "$live_tmp/history")" ] && echo kept
}
is 'which keeps configuration and history' "$(kept)" kept
service "$(of_unit ExecStart)" >"$live_tmp/out" 2>"$live_tmp/err"
is 'and with which the next run knows what the first one found' \
  "$? $(python3 -c 'import csv, sys
print(*sorted({r["status"] for r in csv.DictReader(open(sys.argv[1], newline=""))}))' "$state/findings.csv")" \
  '3 known'
sha256sum <"$state/history" >"$live_tmp/history"
step 'a removal' inside apt-get -y remove writeback-audit
is 'which keeps both too' "$(kept)" kept
step 'a purge' inside apt-get -y purge writeback-audit
is 'which takes what it had written, and leaves what the admin has written' \
  "$(cd "$root" && find etc var -name '*writeback-audit*' ! -path '*/node-exporter/*' ! -path '*/apt/*')" \
  'etc/writeback-audit.conf
etc/writeback-audit.keytab'
plan
