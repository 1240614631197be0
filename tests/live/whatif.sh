#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the program foretells of changes against what the controller makes of them
# (tests/truth/whatif.py): the sample company and random domains.
#   SEEDS=1 USERS=50 ROUNDS=3   how many domains, users in each, changes in turn
#   SEED='company 3'            those alone
. "$WBA_SRC/tests/live/lib.sh"
[ "$(id -u)" != 0 ] || "$WBA_SRC/contrib/dc" wipe "$WBA_BUILD/check-dc/whatif" >/dev/null 2>&1
live_dc whatif "$WBA_SRC/ldif/company.ldif"
python=/usr/bin/python3
"$python" -c 'import samba.samdb' 2>/dev/null || skip_all 'python3-samba is not installed'
export live_preload PYTHONDONTWRITEBYTECODE=1
"$python" "$WBA_SRC/tests/truth/whatif.py" >"$live_tmp/compared" 2>"$live_tmp/figures"
status=$?
while IFS= read -r line; do
  case $line in
  ok*) ok "${line#ok }" ;;
  *) not_ok "${line%%|*}" < <(tr '\037' '\n' <<<"${line#*|}") ;;
  esac
done < <(sed 's/^not ok //' "$live_tmp/compared")
sed 's/^/# /' "$live_tmp/figures"
is 'all of it was foretold, done and compared' "$status" 0
plan
