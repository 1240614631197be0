#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Cures on a real domain controller: random domains, audited, mended by the commands
# that the audit prints, tried and audited again (tests/truth/cures.py).
#   SEEDS=2 USERS=60     how many domains, and users in each
#   SEED=n USERS=n       one of them again (SEED='3 7': those two)
. "$WBA_SRC/tests/live/lib.sh"
live_dc cures
live_proof cures.py 'all of it was tried'
plan
