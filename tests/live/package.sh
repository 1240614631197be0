#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The Debian package where it is to run (make check-package): built by contrib/make-deb,
# installed by apt in a Debian 12 that debootstrap has just made. systemd boots there
# (tests/live/machine) and runs the service, the timer and the mail against a controller
# outside; journald has what is logged, node_exporter reads what was measured, exim delivers,
# cron and logrotate do what their examples say. Then an upgrade, a removal and a purge. Not a
# part of make check: it wants root, debootstrap, debhelper and a mirror, and takes minutes.
#   MIRROR=http://...    where Debian 12 comes from (default: as apt has it)
. "$WBA_SRC/tests/live/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'debootstrap and chroot need root'
for tool in debootstrap dpkg-buildpackage dh curl unshare nsenter setpriv; do
  command -v $tool >/dev/null ||
    skip_all "$tool is not there (apt-get install debootstrap dpkg-dev debhelper curl util-linux)"
done
grep -qw cgroup2 /proc/filesystems && unshare -m -u -i -p -C --fork true ||
  skip_all 'systemd cannot boot here: no namespaces, or no cgroup2'
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
machine=
init=
package_cleanup() {
  local status=$?
  # The first of its PID namespace takes the rest with it, and heeds no other signal.
  [ -z "$init" ] || kill -KILL "$init"
  [ -z "$machine" ] || wait "$machine" 2>/dev/null
  rm -rf --one-file-system "$root"
  (exit $status)
  live_cleanup
}
trap package_cleanup EXIT

# Before systemd runs there: a PID and mount namespace for one command.
inside() { # COMMAND...
  unshare -m -p -f --mount-proc="$root/proc" chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"
}

# Beside systemd.
there() { # COMMAND...
  nsenter -t "$init" -m -u -i -p -C -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@" </dev/null
}

boot() {
  "$WBA_SRC/tests/live/machine" "$root" >"$live_tmp/boot" 2>&1 7>&- &
  machine=$!
  within 60 booted || { cat "$live_tmp/boot"; return 1; }
}

booted() {
  local below
  below=$(pgrep -P "$machine") && init=$(pgrep -P "$below") &&
    there systemctl is-system-running >"$live_tmp/state" 2>&1 && grep -q running "$live_tmp/state"
}

within() { # SECONDS COMMAND...: waits until it is true
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.3
  done
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
step 'what stands around it' inside apt-get -y --no-install-recommends install \
  systemd exim4-daemon-light prometheus-node-exporter cron logrotate
# Nothing runs there but what is under test; that has its mail program, and its exporter.
for timer in "$root"/lib/systemd/system/*.timer; do
  [ "${timer##*/}" = writeback-audit.timer ] || ln -sf /dev/null "$root/etc/systemd/system/${timer##*/}"
done
echo machine >"$root/etc/hostname"
echo 'ARGS="--collector.disable-defaults --collector.textfile --web.listen-address=127.0.0.1:19100"' \
  >"$root/etc/default/prometheus-node-exporter"
rm "$root/usr/sbin/policy-rc.d"
step 'systemd boots there' boot

cp "$deb" "$root/root/one.deb"
step 'apt installs it, and what it depends on' there apt-get -y --no-install-recommends install \
  /root/one.deb
is 'with an account of its own, which nobody logs in as' \
  "$(there getent passwd writeback-audit | cut -d: -f5-)" \
  'Audit of password writeback:/var/lib/writeback-audit:/usr/sbin/nologin'
timer() { echo "$(there systemctl is-enabled writeback-audit.timer) $(there systemctl is-active writeback-audit.timer)"; }
is 'nothing is enabled, nothing runs' "$(timer)" 'disabled inactive'
is 'and there is no configuration' \
  "$(cd "$root" && find etc var/lib -name '*writeback-audit*' ! -path '*/dpkg/*' ! -path '*/apt/*' \
    ! -name '*.dsh-also')" ''
is 'it runs' "$(there writeback-audit --version)" "$("$WBA" --version)"
# Nothing that is built against the host has come along.
is 'every library is there' "$(there ldd /usr/bin/writeback-audit | grep 'not found')" ''

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
syslog = true;
connector = "CONTOSO\\\\MSOL_0123456789ab";
END
cp "$root/etc/writeback-audit.conf" "$live_tmp/conf"

unit=writeback-audit.service
state=$root/var/lib/writeback-audit
doc=$root/usr/share/doc/writeback-audit/contrib
mailbox=$root/var/mail/mail # where exim4 of Debian has root's mail
runs() { # of the history
  there setpriv --reuid writeback-audit --regid writeback-audit --clear-groups writeback-audit \
    history --config /dev/null --history /var/lib/writeback-audit/history 2>/dev/null |
    grep -cE '^ +[0-9]+ '
}
mails() { cat "$mailbox" 2>/dev/null | grep -c '^From ' || :; }
mailed() { [ "$(mails)" -gt "$(cat "$live_tmp/mails")" ]; }
last_mail() { awk '/^From / { text = "" } { text = text $0 "\n" } END { printf "%s", text }' "$mailbox"; }
said_by_systemd() { there journalctl -q --no-pager -o cat _PID=1; }
mail_units() { said_by_systemd | grep -cE '^(Finished|Failed to start) writeback-audit-mail@'; }
mail_unit_ran() { [ "$(mail_units)" -gt "$1" ]; }

# The mail that comes of what was started since $live_tmp/mails was counted.
mail() { within 150 mailed && last_mail; }

# A start of the service, and what comes of it: systemctl's status, what systemd calls the
# result, the program's status.
audit() {
  local before started=0
  before=$(mail_units)
  mails >"$live_tmp/mails"
  there systemctl start $unit >"$live_tmp/start" 2>&1 || started=$?
  within 60 mail_unit_ran "$before" || echo 'the mail unit did not run:'
  echo "$started" "$(there systemctl show --value -p Result $unit)" \
    "$(there systemctl show --value -p ExecMainStatus $unit)"
}

# What that start and systemd have said.
journal() { # [OPTION...]
  local id
  id=$(there systemctl show --value -p InvocationID $unit)
  there journalctl --sync
  there journalctl -q --no-pager "$@" "_SYSTEMD_INVOCATION_ID=$id" + "INVOCATION_ID=$id"
}

drop_in() { # UNIT; the rest of it from stdin, nothing to have none
  local dir=$root/etc/systemd/system/$1.d
  mkdir -p "$dir"
  cat >"$dir/test.conf"
  [ -s "$dir/test.conf" ] || rm -r "$dir"
  there systemctl daemon-reload
}

there systemctl enable --now writeback-audit.timer >"$live_tmp/log" 2>&1
like 'the timer waits for the night' \
  "$(there systemctl list-timers --no-pager writeback-audit.timer)" \
  '0[45]:[0-9:]* .* writeback-audit.timer +writeback-audit.service$'
mv "$root/etc/writeback-audit.keytab" "$root/root/keytab"
is 'without its keytab the service fails' "$(audit)" '1 exit-code 243'
told=$(mail)
like 'of which root has a mail, with the reason' "$told" \
  '^The file that LoadCredential= of writeback-audit.service names was not'
like 'that is a failure' "$told" '^The audit failed \(243\)'
mv "$root/root/keytab" "$root/etc/writeback-audit.keytab"

is 'with it, all but a policy could be read' "$(audit)" '1 exit-code 3'
users=$(($(wc -l <"$state/users.csv") - 1))
like 'every user has a row' "$users" '^2[0-9][0-9]$'
like 'and the page is there' "$(tail -1 "$state/audit.html")" '</html>'
is 'all of it is for the account alone' \
  "$(find "$state" ! \( -user "$(there id -u writeback-audit)" -perm -600 ! -perm /077 \))" ''
is 'the history has the run' "$(runs)" 1
told=$(mail)
like 'and root a mail: it is incomplete' "$told" '^The audit is incomplete'
like 'and what is new' "$told" '^[0-9]+ findings are new:$'

# What journald has of it, against the CSV.
journal -o json >"$live_tmp/journal"
is 'the journal has each rule, with its fields' "$(python3 - "$live_tmp/journal" "$state/findings.csv" <<'END'
import collections, csv, json, sys
BASE, PRIORITY = "9cc04ba652d64603ae792fb39d60", {"fail": "3", "risk": "4", "unknown": "4", "info": "6"}
entries = [json.loads(line) for line in open(sys.argv[1])]
entries = [e for e in entries if e.get("MESSAGE_ID", "").startswith(BASE)]
rows = list(csv.DictReader(open(sys.argv[2], newline="")))
count = collections.Counter(r["rule"] for r in rows)
severity = {r["rule"]: r["severity"] for r in rows}
seen = set()
for e in entries:
    if (e["_TRANSPORT"], e["SYSLOG_IDENTIFIER"], e["SYSLOG_FACILITY"], e["_SYSTEMD_UNIT"]) != \
            ("journal", "writeback-audit", "3", "writeback-audit.service"):
        print("from elsewhere:", e)
    if e["MESSAGE_ID"] == BASE + "0000":
        if e["MESSAGE"].startswith("run status="):
            seen.add("run")
            if (e["PRIORITY"], e["WRITEBACK_STATUS"], e["WRITEBACK_COMPLETE"]) != ("4", "3", "no"):
                print("of the run:", e)
        continue
    rule = e["WRITEBACK_RULE"]
    if (e["MESSAGE_ID"], e["PRIORITY"], e["WRITEBACK_SEVERITY"]) != \
            (BASE + rule.zfill(4), PRIORITY[severity[rule]], severity[rule]) or \
            not e["MESSAGE"].startswith(f"rule={rule} name={e['WRITEBACK_NAME']} "):
        print("of a rule:", e)
    if "WRITEBACK_OBJECT" in e:
        if not any(r["rule"] == rule and r["object"] == e["WRITEBACK_OBJECT"] for r in rows):
            print("of no finding:", e)
    else:
        seen.add(rule)
        if e["WRITEBACK_FINDINGS"] != str(count[rule]):
            print("miscounted:", count[rule], e)
if seen != set(count) | {"run"}:
    print("not the same rules:", seen ^ (set(count) | {"run"}))
END
)" ''
like 'and finds them as the manual says' "$(there journalctl -q --no-pager \
  MESSAGE_ID=9cc04ba652d64603ae792fb39d600301)" 'rule=301 name=[a-z-]+ severity=fail findings='
is 'nothing else but those that fail' "$(there journalctl -q --no-pager -o cat -t writeback-audit \
  WRITEBACK_SEVERITY=fail | grep -vc ' severity=fail ')" 0

# As an account that may read all: there are findings, and that is success. A call that the
# filter refuses kills; addresses are closed as the unit's words have it.
samba-tool domain exportkeytab "$root/root/all.keytab" --principal=Administrator@CONTOSO.TEST \
  --configfile="$live_dir/etc/smb.conf" >"$live_tmp/kt" 2>&1 || not_ok 'a keytab' <"$live_tmp/kt"
drop_in $unit <<'END'
[Service]
LoadCredential=
LoadCredential=keytab:/root/all.keytab
SystemCallErrorNumber=kill
IPAddressDeny=any
IPAddressAllow=localhost
END
is 'findings are no failure; no call was refused, nor a packet' "$(audit)" '0 success 1'
drop_in $unit <<'END'
[Service]
SystemCallErrorNumber=kill
SystemCallFilter=~connect
END
is 'one that is refused would have shown' "$(audit)" '1 signal 31'
like 'and is mailed' "$(mail)" '^The audit failed \(signal killed SYS\)'
drop_in $unit <<'END'
[Service]
IPAddressDeny=any
END
is 'addresses that are closed' "$(audit)" '1 exit-code 2'
like 'are in the journal' "$(journal -o cat)" '^writeback-audit: dc1.contoso.test: cannot connect to port 389'
like 'and in a mail' "$(mail)" '^The audit failed \(2\)'

# A password instead, as the drop-in's words have it.
drop_in $unit <"$doc/systemd/password.conf"
sed -i -e '/^sasl_/d' -e '/^keytab/d' -e 's,^uri = "ldap:,uri = "ldaps:,' "$root/etc/writeback-audit.conf"
echo 'bind_dn = "audit@contoso.test"; tls_cacert = "/etc/ssl/certs/contoso.pem";' \
  >>"$root/etc/writeback-audit.conf"
install -D -m 644 "$DC_CA" "$root/etc/ssl/certs/contoso.pem"
(umask 077 && echo "$lab_password" >"$root/etc/writeback-audit.pw")
is 'a password' "$(audit)" '1 exit-code 3'
printf %s 'not it' >"$root/etc/writeback-audit.pw"
is 'a wrong one' "$(audit)" '1 exit-code 2'
like 'is in the journal' "$(journal -o cat)" '^writeback-audit: .*password'
is 'and systemd calls the unit failed' "$(there systemctl is-failed $unit)" failed
cp "$live_tmp/conf" "$root/etc/writeback-audit.conf"
drop_in $unit </dev/null
is 'the keytab again' "$(audit)" '1 exit-code 3'
is 'no unit has anything that systemd remarks on' \
  "$(said_by_systemd | grep -E 'writeback-audit.*(multiple|nknown|gnor|nsupported|not support)')" ''

# Its metrics, as node_exporter reads and serves them, as its own account.
there ln -s "$metrics" /var/lib/prometheus/node-exporter/
there systemctl start prometheus-node-exporter
within 60 curl -sf -o "$live_tmp/scraped" http://127.0.0.1:19100/metrics
is 'node_exporter takes the file' "$(grep '^node_textfile_scrape_error' "$live_tmp/scraped")" \
  'node_textfile_scrape_error 0'
is 'and serves every sample of it' \
  "$(grep -c '^writeback_audit_' "$live_tmp/scraped")" "$(grep -vc '^#' "$root$metrics")"
is 'among them the users' \
  "$(sed -n 's/^writeback_audit_users{.*} //p' "$live_tmp/scraped")" "$users"
there systemctl stop prometheus-node-exporter

# The timer, at a nearer time.
ran_more() { [ "$(runs)" -gt "$1" ]; }
before=$(runs)
drop_in writeback-audit.timer <<'END'
[Timer]
OnCalendar=
OnCalendar=*:*:0/5
RandomizedDelaySec=0
AccuracySec=1s
END
there systemctl restart writeback-audit.timer
within 120 ran_more "$before"
drop_in writeback-audit.timer </dev/null
there systemctl restart writeback-audit.timer
is 'the timer starts the audit' "$(ran_more "$before" && echo yes)" yes
idle() { [ "$(there systemctl show --value -p ActiveState $unit)" != activating ]; }
within 120 idle

# Cron and logrotate, by their examples.
sed -i 's,^keytab = .*,keytab = "/var/lib/writeback-audit/keytab";,' "$root/etc/writeback-audit.conf"
there install -m 600 -o writeback-audit /etc/writeback-audit.keytab /var/lib/writeback-audit/keytab
rm "$state/history.told"
mails >"$live_tmp/mails"
sed 's/^23 4 /* * /' "$doc/cron/writeback-audit" >"$root/etc/cron.d/writeback-audit"
there systemctl start cron
told=$(mail)
there systemctl stop cron
rm "$root/etc/cron.d/writeback-audit" "$state/keytab" "$state/messages"
like 'cron starts it, and mails' "$told" '^Subject: Cron <writeback-audit@machine>'
like 'what is new' "$told" '^[0-9]+ findings are new:$'
cp "$live_tmp/conf" "$root/etc/writeback-audit.conf"
install -m 644 "$doc/logrotate/writeback-audit" "$root/etc/logrotate.d/"
there logrotate -f /etc/logrotate.d/writeback-audit >"$live_tmp/log" 2>&1
is 'logrotate keeps each CSV file, for the account alone' "$? $(cat "$live_tmp/log") $(find "$state" -name \
  '*.csv-*.gz' -perm 600 -user "$(there id -u writeback-audit)" | wc -l)" '0  3'
rm "$root/etc/logrotate.d/writeback-audit"

# A later version, and none.
sha256sum <"$state/history" >"$live_tmp/history"
dpkg-deb -R "$deb" "$live_tmp/later" &&
  sed -i 's/^Version: .*/&+later/' "$live_tmp/later/DEBIAN/control" &&
  sed -i 's/^Description=.*/& (later)/' "$live_tmp/later/lib/systemd/system/$unit" &&
  dpkg-deb --root-owner-group -b "$live_tmp/later" "$root/root/two.deb" >/dev/null
step 'an upgrade' there apt-get -y --no-install-recommends install /root/two.deb
is 'it is one' "$(there dpkg-query -W -f '${Version}' writeback-audit)" \
  "$(dpkg-deb -f "$deb" Version)+later"
is 'which systemd knows' "$(there systemctl show --value -p Description $unit)" \
  'Audit of password writeback (later)'
is 'and the timer goes on' "$(timer)" 'enabled active'
kept() {
  cmp -s "$root/etc/writeback-audit.conf" "$live_tmp/conf" &&
    [ "$(sha256sum <"$state/history")" = "$(cat "$live_tmp/history")" ] && echo kept
}
is 'configuration and history are kept' "$(kept)" kept
is 'and with them the next run knows what the first one found' \
  "$(audit) $(python3 -c 'import csv, sys
print(*sorted({r["status"] for r in csv.DictReader(open(sys.argv[1], newline=""))}))' "$state/findings.csv")" \
  '1 exit-code 3 known'
sha256sum <"$state/history" >"$live_tmp/history"
step 'a removal' there apt-get -y remove writeback-audit
is 'which keeps both too' "$(kept)" kept
is 'and stops the timer' "$(there systemctl is-active writeback-audit.timer)" inactive
step 'a purge' there apt-get -y purge writeback-audit
is 'which takes what it had written, and leaves what the admin has written' \
  "$(cd "$root" && find etc var -name '*writeback-audit*' ! -path '*/node-exporter/*' ! -path '*/apt/*' | sort)" \
  'etc/writeback-audit.conf
etc/writeback-audit.keytab
etc/writeback-audit.pw'
plan
