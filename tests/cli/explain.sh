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

# The first ACE grants Change Password to a group that the user is in; so does a later
# one, to SELF. With or without the group, it is granted: the first decides.
change=ab721a53-1e2f-11d0-9819-00aa0040529b
factory=S-1-5-21-1004336348-1177238915-682003330-1368
first="(OA;;CR;$change;;$factory)(OA;;CR;$change;;PS)"
sd=$(echo "O:DAG:DAD:$first" | "$WBA" sd --base64 --domain-sid "${factory%-*}")
python3 - "$snapshot" "$sd" >"$work/first.ldif" <<'END'
import sys
text = open(sys.argv[1], encoding="utf-8").read().replace("\n ", "")
head, name, rest = text.partition("\ndn: CN=Gerd Ziegler,")
user, end, rest = rest.partition("\n\n")
user = "\n".join(f"nTSecurityDescriptor:: {sys.argv[2]}" if line.startswith("nTSecurityDescriptor")
                 else line for line in user.split("\n"))
print(head + name + user + end + rest, end="")
END
explain "$work/first.ldif" gerd.ziegler
has_out "Change Password of the user itself: yes: by ACE 0 of 2" \
	"a group's ACE before that of SELF decides"
has_out "Gerd Ziegler -> Factory" "for the user is in it"

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
