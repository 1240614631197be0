#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A scheduled run as an admin sets it up: everything in one configuration file,
# the credential a keytab or a password file, no terminal, no HOME.
. "$WBA_SRC/tests/live/lib.sh"
live_dc config "$WBA_SRC/ldif/company.ldif"
live_passwords
conf=$live_tmp/wba.conf
bare() { with_dc env -u HOME -u KRB5CCNAME KRB5_CONFIG="$KRB5_CONFIG" "$@" </dev/null; }

cat >"$conf" <<END
connector = "CONTOSO\\\\MSOL_0123456789ab";
domains = (
  { name = "sales";  uri = "$DC_URI"; tls_cacert = "$DC_CA"; bind_dn = "$DC_ADMIN";
    password_file = "$live_tmp/admin"; base = "OU=Sales,OU=Contoso,$DC_BASE"; },
  { name = "factory"; uri = "$DC_URI"; tls_cacert = "$DC_CA"; bind_dn = "audit@contoso.test";
    password_file = "$live_tmp/lab"; base = "OU=Factory,OU=Contoso,$DC_BASE"; }
);
findings = "$live_tmp/findings.csv";
users = "$live_tmp/users.csv";
fail_on = "never";
END
bare "$WBA" audit -c "$conf" -q >"$live_tmp/out" 2>"$live_tmp/err"
is 'two named domains in one run: exit status 3, one reader may not see policies' $? 3
is 'quiet: nothing is printed' "$(cat "$live_tmp/out")" ''
like 'but what could not be read, in a line' "$(cat "$live_tmp/err")" \
  '^writeback-audit: INCOMPLETE: something could not be read: 505 [^@]*$'
is 'users of both, in the order of the file' \
  "$(python3 -c '
import csv, sys
print([k for k, _ in __import__("itertools").groupby(
    r["dn"].split(",OU=Contoso")[0].split("OU=")[-1] for r in csv.DictReader(open(sys.argv[1], newline="")))])' \
    "$live_tmp/users.csv")" "['Sales', 'Factory']"
bare "$WBA" audit -c "$conf" -q --domain sales
is 'one of them alone: exit status 0 with fail_on = never' $? 0
bare "$WBA" audit -c "$conf" -q --domain sales --fail-on fail
is 'the command line wins' $? 1
bare "$WBA" audit -c "$conf" -q --domain nowhere 2>"$live_tmp/err"
is 'a domain that the file does not name' $? 2

# Kerberos, by a keytab: the ticket is got by the program itself.
if samba-tool domain exportkeytab "$live_tmp/audit.keytab" --principal=audit@CONTOSO.TEST \
  --configfile="$live_dir/etc/smb.conf" >"$live_tmp/kt" 2>&1; then
  chmod 600 "$live_tmp/audit.keytab"
  cat >"$conf" <<END
domains = ( { name = "contoso.test"; uri = "ldap://$DC_HOST"; sasl_mech = "GSSAPI";
              sasl_nocanon = true; keytab = "$live_tmp/audit.keytab"; } );
users = "$live_tmp/keytab.csv";
END
  bare "$WBA" audit -c "$conf" 2>"$live_tmp/err"
  is 'GSSAPI from a keytab: exit status' $? 3
  like 'bound as the principal of the keytab' "$(cat "$live_tmp/err")" 'read from .* as audit@contoso.test'
  wba_as audit@contoso.test audit --users "$live_tmp/simple.csv" 2>/dev/null
  is 'and it reads the same as with a password over TLS' \
    "$(cmp "$live_tmp/keytab.csv" "$live_tmp/simple.csv" 2>&1)" ''
else
  not_ok 'a keytab from the domain controller' <"$live_tmp/kt"
fi
plan
