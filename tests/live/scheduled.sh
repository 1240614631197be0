#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What contrib/systemd's service runs, as it runs it: the ExecStart line of the unit, an
# account without any rights, no HOME, no terminal, umask 077, a keytab that stands in for
# LoadCredential's, a state directory; three times over a domain that changes in between.
. "$WBA_SRC/tests/live/lib.sh"
live_dc scheduled "$WBA_SRC/ldif/company.ldif"
uid=64217
unit=$WBA_BUILD/contrib/systemd/writeback-audit.service
chmod 711 "$live_tmp"
umask 077

# What such an account can reach: the program, and what stands in /etc elsewhere.
mkdir -m 755 "$live_tmp/bin" "$live_tmp/etc"
install -m 755 "$WBA" "$WBA_SRC/contrib/new-findings" "$live_tmp/bin"
install -m 644 "$KRB5_CONFIG" "$live_tmp/etc/krb5.conf"
install -m 644 "$NSS_WRAPPER_HOSTS" "$live_tmp/etc/hosts"
install -m 644 "$WBA_SRC/tests/lsan.supp" "$live_tmp/etc/lsan.supp"
cat >"$live_tmp/etc/writeback-audit.conf" <<END
domains = ( { name = "contoso.test"; uri = "ldap://$DC_HOST"; sasl_mech = "GSSAPI";
              sasl_nocanon = true; } );
connector = "CONTOSO\\\\MSOL_0123456789ab";
findings = "$live_tmp/state/findings.csv";
users = "$live_tmp/state/users.csv";
END
cat >"$live_tmp/bin/sendmail" <<END
#!/bin/sh
cat >"$live_tmp/state/mail"
END
chmod 644 "$live_tmp/etc/writeback-audit.conf"
chmod 755 "$live_tmp/bin/sendmail"
install -d -m 700 -o $uid -g $uid "$live_tmp/state" "$live_tmp/credentials"
samba-tool domain exportkeytab "$live_tmp/credentials/keytab" --principal=audit@CONTOSO.TEST \
  --configfile="$live_dir/etc/smb.conf" >"$live_tmp/kt" 2>&1 || not_ok 'a keytab' <"$live_tmp/kt"
# As systemd leaves it on ramfs; of an ACL in its place see tests/unit/test_private_file.c.
chown $uid "$live_tmp/credentials/keytab"
chmod 400 "$live_tmp/credentials/keytab"

# The line of the unit, with the programs and /etc that are under test.
command_of() { # UNIT
  sed -n 's/^ExecStart=//p' "$1" |
    sed -e "s#^/[^ ]*/#$live_tmp/bin/#" -e "s#--config /[^ ]*/#--config $live_tmp/etc/#"
}
start=$(command_of "$unit")
like 'the unit names its configuration, keytab and history' "$start" \
  "^$live_tmp/bin/writeback-audit audit .*--config $live_tmp/etc/writeback-audit.conf --keytab \\$\{CRED.* --history \\$\{STATE"

service() { # COMMAND-LINE: systemd's variables in it, and no others
  (cd / && exec setsid -w setpriv --reuid $uid --regid $uid --clear-groups --no-new-privs \
    --inh-caps=-all --bounding-set=-all env -i PATH=/usr/bin:/bin LD_PRELOAD="$live_preload" \
    NSS_WRAPPER_HOSTS="$live_tmp/etc/hosts" NSS_WRAPPER_DISABLE_DEEPBIND=1 \
    KRB5_CONFIG="$live_tmp/etc/krb5.conf" \
    LSAN_OPTIONS="suppressions=$live_tmp/etc/lsan.supp:print_suppressions=0" \
    ASAN_OPTIONS="verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}" \
    CREDENTIALS_DIRECTORY="$live_tmp/credentials" STATE_DIRECTORY="$live_tmp/state" \
    WBA="$live_tmp/bin/writeback-audit" SENDMAIL="$live_tmp/bin/sendmail" MAILTO=root \
    bash -c "umask 077; $1" </dev/null)
}

audit() { # WHAT
  service "$start" >"$live_tmp/out" 2>"$live_tmp/err"
  is "$1: exit status, the account may not see every policy" $? 3
  is 'which is all that is printed' "$(cat "$live_tmp/out" "$live_tmp/err" |
    sed 's/^\(writeback-audit: INCOMPLETE:\) .*\( 505 fine-grained-policy-unreadable\) .*/\1\2/')" \
    'writeback-audit: INCOMPLETE: 505 fine-grained-policy-unreadable'
}

# The findings of a status: a line each, "RULE NAME".
of() { # STATUS
  python3 -c '
import csv, sys
print(*sorted(r["rule"] + " " + r["object"].split(",")[0].removeprefix("CN=")
    for r in csv.DictReader(open(sys.argv[1], newline="")) if r["status"] == sys.argv[2]), sep="\n")
' "$live_tmp/state/findings.csv" "$1"
}

mail() { # [RESULT STATUS]: the text of the mail that is sent now, if one is
  rm -f "$live_tmp/state/mail"
  # What systemd tells the unit of OnSuccess= or OnFailure=.
  service "export MONITOR_SERVICE_RESULT=${1:-exit-code} MONITOR_EXIT_CODE=exited \
    MONITOR_EXIT_STATUS=${2:-3} MONITOR_UNIT=writeback-audit.service
    $(command_of "${unit%.service}-mail@.service" | sed "s/%i/failure/")" 2>&1
  sed '1,/^$/d' "$live_tmp/state/mail" 2>/dev/null
}

account() { # USER userAccountControl
  printf 'dn: %s\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: %s\n' \
    "$1" "$2" >"$live_tmp/change.ldif"
  "$WBA_SRC/contrib/dc" load "$live_dir" "$live_tmp/change.ldif" >"$live_tmp/log" 2>&1 ||
    not_ok "changing $1" <"$live_tmp/log"
}
anna="CN=Anna Bauer,OU=Munich,OU=Sales,OU=Contoso,$DC_BASE"
albert=$(sed -n 's/^dn: \(CN=Albert Frost,.*\)/\1/p' "$WBA_SRC/ldif/company.ldif")
account "$anna" 512
account "$albert" 514

audit 'the first run'
of new >"$live_tmp/first"
is 'everything is new' "$(wc -l <"$live_tmp/state/findings.csv" | tr -d ' ') $(of known)$(of resolved)" \
  "$(($(wc -l <"$live_tmp/first") + 1)) "
is 'Albert is disabled, Anna is not' "$(grep -E 'Albert Frost|Anna Bauer' "$live_tmp/first")" \
  '401 Albert Frost'
is 'what is written is for the account alone' \
  "$(find "$live_tmp/state" -type f ! \( -uid $uid -perm 600 \))" ''
told=$(mail)
is 'a mail says that not all could be read' "$(head -1 <<<"$told" | cut -d: -f1)" 'The audit is incomplete'
like 'and has all of it' "$told" "^$(sort -u "$live_tmp/first" | wc -l) findings are new:"
is 'and to nobody else' "$(grep '^To:' "$live_tmp/state/mail")" 'To: root'
is 'once' "$(mail success 0)" ''

account "$anna" 514
account "$albert" 512
audit 'Anna was disabled, Albert enabled: the second run'
is 'Anna alone is new' "$(of new)" '401 Anna Bauer'
is 'Albert is resolved' "$(of resolved)" '401 Albert Frost'
is 'the rest is known' "$(of known)" "$(grep -v 'Albert Frost' "$live_tmp/first")"
told=$(mail)
is 'the mail has the one' "$(grep -c . <<<"$told") $(grep -c '^new .* 401 .*Anna Bauer' <<<"$told")" '2 1'

account "$anna" 512
audit 'Anna was enabled again: the third run'
is 'nothing is new' "$(of new)" ''
is 'Anna is resolved' "$(of resolved)" '401 Anna Bauer'
is 'the rest is known' "$(of known)" "$(grep -v 'Albert Frost' "$live_tmp/first")"
is 'no mail, though the account still may not see every policy' "$(mail)" ''

rm "$live_tmp/credentials/keytab"
service "$start" >"$live_tmp/out" 2>"$live_tmp/err"
is 'without its keytab it cannot start' "$? $(grep -c 'credentials/keytab: No such file' "$live_tmp/err")" '2 1'
like 'which is mailed' "$(mail exit-code 2)" '^The audit failed \(2\)'
like 'each time' "$(mail exit-code 2)" '^journalctl -u writeback-audit.service says why'
plan
