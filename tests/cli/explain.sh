#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The exit status of explanations: what could not be read is not hidden by what is
# no user.
. "$(dirname "$0")/tap.inc"
snapshot=$top/ldif/company.snapshot.ldif

explain()
{
	run explain -c /dev/null --ldif "$@"
}

explain "$snapshot" nobody.there yoko.mori
is_status 2 "no such user"
has_err "'nobody.there': there is no such user" "is named"
has_out "CN=Yoko Mori," "the other is explained all the same"
explain "$snapshot" "CN=Domain Admins,CN=Users,DC=contoso,DC=test"
is_status 2 "a group"
has_err "is no normal user account" "is no user"

# The head names a connector account that the file does not have.
sed 's/^# connector: CN=MSOL_0123456789ab,/# connector: CN=MSOL_gone,/' "$snapshot" >"$work/gone.ldif"
run audit -c /dev/null --ldif "$work/gone.ldif"
is_status 3 "an audit whose connector cannot be read"
explain "$work/gone.ldif" yoko.mori
is_status 3 "and an explanation"
has_err "CN=MSOL_gone," "which is named"

# One of two connectors is read: its explanation is there, and the status says the rest.
sed 's/^# connector: \(CN=MSOL_\)0123456789ab\(,.*\)$/&\n# connector: \1gone\2/' "$snapshot" >"$work/two.ldif"
explain "$work/two.ldif" nobody.there yoko.mori
is_status 3 "one of two connectors, and no such user"
has_out "CN=Yoko Mori," "what could be read is explained"
finish
