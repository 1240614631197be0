#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Two controllers of one domain, and what happens to a search when one of them
# dies, hangs, or has its connections cut at random bytes: every user is there
# exactly once, or it is said how many are not.
#   SEED=7 RUNS=200   replays the cuts of a seed; RUNS as many as wanted
. "$WBA_SRC/tests/live/lib.sh"
probe=${WBA_PROBE:-$WBA_BUILD/tests/live/source_probe}
[ -x "$probe" ] || skip_all "$probe has not been built"
runs=${RUNS:-200}
seed=${SEED:-$RANDOM}

live_dc failover "$WBA_SRC/ldif/company.ldif"
live_passwords
second=$WBA_BUILD/check-dc/failover2
end() {
  local status=$?
  # A stopped process does not end.
  [ -z "${stopped:-}" ] || kill -CONT $stopped 2>/dev/null
  "$WBA_SRC/contrib/dc" stop "$second" >/dev/null 2>&1
  (exit $status)
  live_cleanup
}
trap end EXIT
live_do wipe "$second"
# An address that no other test takes while this one is down.
live_do join "$second" "$live_dir" --ip 127.0.0.71
live_do policy-hints "$second" on
read -r host2 ip2 ca2 < <(
  eval "$("$WBA_SRC/contrib/dc" env "$second" | grep -v LD_PRELOAD)"
  echo "$DC_HOST" "$DC_IP" "$DC_CA")
host1=$DC_HOST ip1=$DC_IP
# Names and authorities of both.
cat "$live_dir/etc/hosts" "$second/etc/hosts" >"$live_tmp/hosts"
export NSS_WRAPPER_HOSTS=$live_tmp/hosts
cat "$DC_CA" "$ca2" >"$live_tmp/ca.pem"
export KRB5CCNAME=FILE:$live_tmp/cc
with_dc kinit "${DC_ADMIN%@*}@$DC_REALM" <<<"$DC_ADMIN_PASSWORD" >/dev/null 2>&1

simple=(-D "$DC_ADMIN" -w "$DC_ADMIN_PASSWORD" -C "$live_tmp/ca.pem")
users=(-b "OU=Contoso,$DC_BASE" -f '(objectCategory=person)' -a objectGUID -a sAMAccountName
  -a nTSecurityDescriptor -s 7 -l)
some=(-b "OU=Sales,OU=Contoso,$DC_BASE" "${users[@]:2}" -p 5 -R 1 -t 60)
audit=("$WBA" audit -c /dev/null -D "$DC_ADMIN" -y "$live_tmp/admin" -o "tls_cacert=$live_tmp/ca.pem"
  -o retrydelay=1 -o retries=1 --page-size 20)

# Cuts of the same kind must not come one after the other: three at a time.
cut_runs() { # NAME RUNS SEED [OPTIONS] -- COMMAND
  local name=$1
  shift
  mkdir -p "$live_tmp/$name"
  with_dc python3 "$WBA_SRC/tests/live/failover.py" --server "$host1=$ip1" --server "$host2=$ip2" \
    --dir "$live_tmp/$name" --runs "$1" --seed "$2" "${@:3}" >"$live_tmp/$name.out" 2>&1
}
say() { # NAME DESCRIPTION: what came of the runs
  local last
  last=$(tail -n 1 "$live_tmp/$1.out")
  if grep -q '^runs [0-9]* wrong 0 ' <<<"$last"; then ok "$2 ($last)"
  else not_ok "$2" <"$live_tmp/$1.out"; fi
}
cut_runs ldaps $((runs / 2)) "$seed" -- "$probe" @TLS "${simple[@]}" "${some[@]}" &
cut_runs starttls $((runs / 5)) "$seed" -- "$probe" @PLAIN -ZZ "${simple[@]}" "${some[@]}" &
cut_runs sealed $((runs - runs / 2 - runs / 5)) "$seed" -- "$probe" @PLAIN -Y GSSAPI -N "${some[@]}" &
wait
say ldaps 'cut within TLS'
say starttls 'cut within and after StartTLS'
say sealed 'cut within sealed SASL'

# The program itself: also what it reads besides users, and from within users.
cut_runs audit $((runs / 20)) "$seed" --kind audit -- "${audit[@]}" @TLS
say audit 'audits with cut connections'

# What follows breaks one thing at a time, while users come slowly.
every=$(with_dc "$probe" -H "ldaps://$host1" "${simple[@]}" "${users[@]}" | grep -cE '^[0-9a-f]{32}$')
slow() { # [OPTIONS]: 5 ms a user, a page of 10; 2 s are silence
  with_dc timeout 300 "$probe" "${simple[@]}" "${users[@]}" -P 5000 -p 10 -t 2 -R 2 -d 100 "$@" \
    >"$live_tmp/out" 2>&1
}
until_some() { # waits until that many users have come
  for _ in $(seq 600); do
    [ "$(grep -cE '^[0-9a-f]{32}$' "$live_tmp/out")" -ge "$1" ] && return
    sleep 0.05
  done
}
once() { # description: all users are in the output, each once
  is "$1: every user once" "$(grep -E '^[0-9a-f]{32}$' "$live_tmp/out" | sort | uniq -c |
    awk '{ n[$1]++ } END { for (i in n) printf "%d times %d\n", n[i], i }')" "$every times 1"
}
group_of() { # the process group of a controller that contrib/dc started
  local run
  for run in "/tmp/dc-$(id -u)-"*; do
    [ "$(readlink "$run/d")" != "$1" ] || cut -d' ' -f1 "$run/pid"
  done
}

# One wrong password, once: not to the next controller, which would count it too.
bad_passwords() {
  for uri in "ldaps://$host1" "ldaps://$host2"; do
    with_dc env LDAPTLS_CACERT="$live_tmp/ca.pem" ldapsearch -LLL -x -H "$uri" -D "$DC_ADMIN" \
      -w "$DC_ADMIN_PASSWORD" -b "$DC_BASE" '(sAMAccountName=audit)' badPwdCount |
      awk '/^badPwdCount: / { n = $2 } END { print n + 0 }'
  done | paste -sd' '
}
before=$(bad_passwords)
with_dc "$WBA" audit -c /dev/null -H "ldaps://$host1" -H "ldaps://$host2" -D audit@contoso.test -w wrong \
  -o "tls_cacert=$live_tmp/ca.pem" >"$live_tmp/out" 2>&1
is 'a wrong password: exit status' $? 2
like 'and why' "$(cat "$live_tmp/out")" "^writeback-audit: $host1: .*password is wrong"
read -r one two <<<"$before"
is 'one controller has counted it, once' "$(bad_passwords)" "$((one + 1)) $two"

# Users who are moved while they are read: some before they were met, some after.
mover=$live_tmp/move.sh
cat >"$mover" <<END
here=OU=Tokyo,OU=Sales,OU=Contoso,$DC_BASE there=OU=Chicago,OU=Sales,OU=Contoso,$DC_BASE
names() {
  LDAPTLS_CACERT=$live_tmp/ca.pem ldapsearch -LLL -o ldif-wrap=no -x -H ldaps://$host1 -D '$DC_ADMIN' \\
    -w '$DC_ADMIN_PASSWORD' -s one -b "\$1" '(objectCategory=person)' dn | sed -n 's/^dn: //p'
}
moved=\$(names "\$here")
[ -n "\$moved" ] || { moved=\$(names "\$there") there=\$here; }
while read -r dn; do
  printf 'dn: %s\\nchangetype: modrdn\\nnewrdn: %s\\ndeleteoldrdn: 1\\nnewsuperior: %s\\n\\n' \\
    "\$dn" "\${dn%%,*}" "\$there"
done <<<"\$moved" | LDAPTLS_CACERT=$live_tmp/ca.pem ldapmodify -x -H ldaps://$host1 -D '$DC_ADMIN' \\
  -w '$DC_ADMIN_PASSWORD' >$live_tmp/moved.log 2>&1
END
second_ip=$ip2 second_host=$host2
ip2=$ip1 host2=$host1
cut_runs moved 2 1 --halfway "bash $mover" -- "$probe" @TLS "${simple[@]}" "${some[@]}"
ip2=$second_ip host2=$second_host
say moved 'moved while they were read'
like 'they were' "$(cat "$live_tmp/moved.log")" '^modifying rdn of entry'

: >"$live_tmp/out"
slow -H "ldaps://$host2" -H "ldaps://$host1" &
until_some 20
stopped=-$(group_of "$second")
kill -STOP -- "$stopped"
wait $!
once 'a controller that hangs'
like 'and it is said where it went on' "$(cat "$live_tmp/out")" \
  "^went on with ldaps://$host1 after [0-9]+: $host2: .*no answer in 2 s"
kill -CONT -- "$stopped"
stopped=

: >"$live_tmp/out"
slow -H "ldaps://$host2" -H "ldaps://$host1" &
until_some 20
kill -KILL -- "-$(group_of "$second")"
wait $!
once 'a controller that dies'
like 'and it is said where it went on' "$(cat "$live_tmp/out")" "^went on with ldaps://$host1 after [0-9]+: $host2: "
"$WBA_SRC/contrib/dc" stop "$second" >/dev/null 2>&1

# From here on the second controller is down.
: >"$live_tmp/out"
slow -H "ldaps://$host2" -H "ldaps://$host1"
once 'a controller that is down from the start'
whole() { with_dc "${audit[@]}" "$@" --users "$live_tmp/u.csv" --findings "$live_tmp/f.csv" 2>"$live_tmp/err"; }
whole -H "ldaps://$host1"
wanted=$? users=$(cat "$live_tmp/u.csv") findings=$(cat "$live_tmp/f.csv")
whole -H "ldaps://$host2" -H "ldaps://$host1"
is 'an audit with one controller down: the exit status of one without' $? "$wanted"
like 'and a warning' "$(cat "$live_tmp/err")" "^writeback-audit: (warning: )?$host2: cannot connect"
is 'the same users' "$(cat "$live_tmp/u.csv")" "$users"
is 'the same findings, and where it went on' \
  "$(diff <(echo "$findings") "$live_tmp/f.csv" | grep '^[<>]' | cut -d, -f1-5)" \
  "> 118,info,dc,contoso.test,ldaps://$host2"
plan
