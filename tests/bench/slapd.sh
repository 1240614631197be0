# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# An OpenLDAP server on a loopback address that carries Active Directory's
# attributes, for contrib/bench and tests/live/limits.sh. Source it in the tree.
#   slapd_load DIR BASE ADMIN PASSWORD <LDIF    a new directory below DIR; what is in
#                                               the variable slapd_limits goes into its configuration
#   slapd_start DIR                             sets slapd_uri and slapd_pid
#   slapd_stop

slapd_pid='' slapd_uri='' slapd_limits=''

slapd_stop() {
  [ -z "$slapd_pid" ] || { kill "$slapd_pid" && wait "$slapd_pid"; } 2>/dev/null || true
  slapd_pid=
}

# Runs a command of slapd as nobody, where that can reach DIR.
slapd_as_nobody() { # DIR COMMAND...
  local db=$1
  shift
  if [ "$(id -u)" = 0 ] && setpriv --reuid=nobody --regid=nogroup --clear-groups test -w "$db"; then
    exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
  fi
  exec "$@"
}

# slapd's schema for Active Directory has no matching rules and lacks what is no user.
slapd_configure() { # DIR BASE ADMIN PASSWORD
  local db=$1 name n=1
  sed -e "/NAME 'objectCategory'/{n;s/.*/\tEQUALITY caseIgnoreMatch SYNTAX '1.3.6.1.4.1.1466.115.121.1.15'/}" \
    -e "/NAME 'objectSid'/s/$/ EQUALITY octetStringMatch/" \
    -e "/NAME '\(primaryGroupID\|sAMAccountType\|groupType\)'/s/$/ EQUALITY integerMatch/" \
    -e "/NAME 'memberOf'$/s/$/ EQUALITY distinguishedNameMatch/" \
    -e "/NAME 'lDAPDisplayName'/s/$/ EQUALITY caseIgnoreMatch/" \
    -e "/NAME 'sAMAccountName'/s/$/ EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch/" \
    /etc/ldap/schema/msuser.schema >"$db/msuser.schema"
  {
    for name in msDS-PasswordSettingsPrecedence msDS-MinimumPasswordAge msDS-MaximumPasswordAge \
      msDS-MinimumPasswordLength msDS-PasswordHistoryLength msDS-PasswordComplexityEnabled \
      msDS-LockoutThreshold msDS-LockoutDuration msDS-LockoutObservationWindow msDS-PSOAppliesTo \
      defaultNamingContext rootDomainNamingContext configurationNamingContext schemaNamingContext \
      supportedCapabilities isSynchronized domainFunctionality forestFunctionality \
      domainControllerFunctionality currentTime; do
      echo "attributetype ( 1.3.6.1.4.1.4203.666.77.1.$n NAME '$name'" \
        "SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )"
      n=$((n + 1))
    done
    for name in domainDNS container msDS-PasswordSettings attributeSchema classSchema; do
      echo "objectclass ( 1.3.6.1.4.1.4203.666.77.2.$n NAME '$name' SUP top STRUCTURAL )"
      n=$((n + 1))
    done
  } >"$db/bench.schema"
  python3 "$(dirname "${BASH_SOURCE[0]}")/make-ldif.py" rootdse >"$db/rootdse"
  {
    for name in core cosine inetorgperson nis; do echo "include /etc/ldap/schema/$name.schema"; done
    cat <<END
include $db/msuser.schema
include $db/bench.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $db/pid
rootDSE $db/rootdse
sizelimit unlimited
timelimit unlimited
database mdb
suffix "$2"
rootdn "$3"
rootpw $4
directory $db/data
maxsize 34359738368
index objectClass,objectCategory,objectSid,primaryGroupID,member eq
index sAMAccountName eq,sub
$slapd_limits
END
  } >"$db/slapd.conf"
}

slapd_load() { # DIR BASE ADMIN PASSWORD <LDIF
  rm -rf "$1"
  mkdir -p "$1/data"
  [ "$(id -u)" != 0 ] || chown -R nobody "$1"
  slapd_configure "$@"
  (slapd_as_nobody "$1" slapadd -s -q -f "$1/slapd.conf") >"$1/log" 2>&1 ||
    { tail -5 "$1/log" >&2; return 1; }
}

slapd_start() { # DIR
  local port tries=0
  port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
  slapd_uri=ldap://127.0.0.1:$port
  (slapd_as_nobody "$1" slapd -d 0 -f "$1/slapd.conf" -h "$slapd_uri") >"$1/log" 2>&1 &
  slapd_pid=$!
  until ldapsearch -x -H "$slapd_uri" -s base -b '' >/dev/null 2>&1; do
    tries=$((tries + 1))
    { [ $tries -lt 100 ] && kill -0 "$slapd_pid"; } || { cat "$1/log" >&2; return 1; }
    sleep 0.1
  done
}
