#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the program foretells of changes against what the controller makes of them
# (tests/truth/whatif.py): the sample company, what was worked out by hand, and random
# domains.
#   SEEDS=1 USERS=50 ROUNDS=3   how many domains, users in each, changes in turn
#   SEED='company nasty 3'      those alone
. "$WBA_SRC/tests/live/lib.sh"
live_dc whatif "$WBA_SRC/ldif/company.ldif"
live_proof whatif.py 'all of it was foretold, done and compared'
plan
