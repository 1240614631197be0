#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Random domains on a real domain controller: what the audit says of every user
# against what the controller did when it was tried (tests/truth/).
#   SEEDS=8 USERS=250    how many domains, and users in each
#   SEED=n USERS=n       one of them again (SEED='3 7': those two)
# and at the end two more, in two forests, read in one run.
. "$WBA_SRC/tests/live/lib.sh"
live_dc truth
live_other truth2 --realm FABRIKAM.TEST --host DC5 --ip 127.0.0.41 \
  --domain-sid S-1-5-21-1111111111-2222222222-333333333
live_proof truth.py 'all of it was tried'
plan
