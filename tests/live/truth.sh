#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Random domains on a real domain controller: what the audit says of every user
# against what the controller did when it was tried (tests/truth/).
#   SEEDS=8 USERS=250    how many domains, and users in each
#   SEED=n USERS=n       one of them again (SEED='3 7': those two)
# and at the end two more, in two forests, read in one run.
. "$WBA_SRC/tests/live/lib.sh"
for name in truth truth2; do
  [ "$(id -u)" != 0 ] || "$WBA_SRC/contrib/dc" wipe "$WBA_BUILD/check-dc/$name" >/dev/null 2>&1
done
live_dc truth
live_other truth2 --realm FABRIKAM.TEST --host DC5 --ip 127.0.0.51
python=/usr/bin/python3
"$python" -c 'import samba.samdb' 2>/dev/null || skip_all 'python3-samba is not installed'
export live_preload PYTHONDONTWRITEBYTECODE=1
"$python" "$WBA_SRC/tests/truth/truth.py" >"$live_tmp/compared" 2>"$live_tmp/figures"
status=$?
while IFS= read -r line; do
  case $line in
  ok*) ok "${line#ok }" ;;
  *) not_ok "${line%%|*}" < <(tr '\037' '\n' <<<"${line#*|}") ;;
  esac
done < <(sed 's/^not ok //' "$live_tmp/compared")
sed 's/^/# /' "$live_tmp/figures"
is 'all of it was tried' "$status" 0
plan
