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
live_proof truth.py 'all of it was tried'
plan
