#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Cures on a real domain controller: random domains, audited, mended by the commands
# that the audit prints, tried and audited again (tests/truth/cures.py).
#   SEEDS=2 USERS=60     how many domains, and users in each
#   SEED=n USERS=n       one of them again (SEED='3 7': those two)
. "$WBA_SRC/tests/live/lib.sh"
[ "$(id -u)" != 0 ] || "$WBA_SRC/contrib/dc" wipe "$WBA_BUILD/check-dc/cures" >/dev/null 2>&1
live_dc cures
python=/usr/bin/python3
"$python" -c 'import samba.samdb' 2>/dev/null || skip_all 'python3-samba is not installed'
export live_preload PYTHONDONTWRITEBYTECODE=1
"$python" "$WBA_SRC/tests/truth/cures.py" >"$live_tmp/compared" 2>"$live_tmp/figures"
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
