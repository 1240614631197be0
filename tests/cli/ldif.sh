#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# audit, explain and snapshot from a file: what is wrong with it, by line.
. "$(dirname "$0")/tap.inc"

ldif() { # writes $work/f.ldif: printf's arguments
	# shellcheck disable=SC2059
	printf "$@" >"$work/f.ldif"
}

bad() { # MESSAGE WHAT: an audit of $work/f.ldif does not begin
	run audit -c /dev/null --ldif "$work/f.ldif" --connector a
	is_status 2 "$2: exit status"
	has_err "$1" "$2: message"
	no_out "$2: no findings"
}

run audit -c /dev/null --ldif "$work/none"
is_status 2 "a file that is not there"
has_err "$work/none: No such file or directory" "is named"
run audit -c /dev/null --ldif "$work"
has_err "$work: Is a directory" "a directory"
run audit -c /dev/null --ldif /dev/null
has_err "/dev/null: there is no entry in it" "an empty file"
run audit -c /dev/null --ldif "$work/none" -H ldap://x
is_status 2 "a file and a server"
ldif 'dn: DC=x\nfoo\n'
bad "f.ldif:2: line without a colon" "not LDIF"
ldif 'dn: DC=x\ncn:< file:///etc/passwd\n'
bad "f.ldif:2: value by URL" "a value by URL"
ldif 'include: file:///etc/passwd\n'
bad "f.ldif:1: include" "an include"
ldif 'dn: DC=x\nchangetype: delete\n'
bad "f.ldif:2: change record" "a change"
ldif 'dn: DC=x\ncn: a\n\ndn: CN=b,DC=x\ncn:: =\n'
bad "f.ldif:5: base64" "bad base64"
ldif 'dn: DC=x\ncn: a'
bad "f.ldif:2: line without an end: the file was cut short" "cut short"
ldif 'dn: DC=x\ncn: a\n\nsearch: 2\nresult: 4 Size limit exceeded\n'
bad "f.ldif:5: result of a search that did not succeed" "a search that failed"
ldif 'dn: CN=a\ncn: a\n\n'
bad "not from an Active Directory" "no domain"
ldif 'dn: CN=a,DC=x\ncn: a\n\ndn: CN=a,DC=x\nsn: a\n\n'
bad "the entry at line 4 stands at line 1 too" "an entry twice"
ldif 'version: 1\n# writeback-audit snapshot, format 1\n\ndn:\ndefaultNamingContext: DC=x\n\n'
bad "it ends before the users begin: it was cut short" "a snapshot without users"
ldif 'dn: CN=u,DC=x\nobjectClass: user\nsAMAccountName: u\n\n'
bad "connector account 'a': there is no such account" "no connector"
printf '\050\265\057\375\000\000\000' >"$work/f.ldif"
bad "f.ldif: " "no zstd after all"

# A file with one user, who is the connector too: all is unknown, nothing is wrong.
ldif 'dn: CN=a,DC=x\nobjectClass: user\nsAMAccountName: a\n\n'
run audit -c /dev/null --ldif "$work/f.ldif" --connector a --users -
is_status 3 "a file with one user: not all could be read"
has_out "x,\"CN=a,DC=x\",a,,,unknown,unknown,unknown," "and nothing is known"
run explain -c /dev/null --ldif "$work/f.ldif" --connector a a
has_out "CN=a,DC=x" "explain too"
run audit -c /dev/null --ldif "$work/f.ldif" --connector a --filter '(department=x)'
has_err "no entry has the attribute department" "a filter that the file cannot answer"
run audit -c /dev/null --ldif "$work/f.ldif" --connector a --filter '(a:caseExactMatch:=x)'
has_err "matching rule that only a server can evaluate" "nor this one"
run audit -c /dev/null --ldif "$work/f.ldif" --self-check
is_status 2 "--self-check of a file"

# snapshot
run snapshot -c /dev/null --ldif "$work/f.ldif"
is_status 2 "snapshot without a file to write"
has_err "which file? snapshot -o FILE writes it" "asks for one"
run snapshot -c /dev/null
is_status 2 "snapshot without a server"
has_err "writeback-audit snapshot -H ldap://dc1.example.com -o FILE" "shows the shortest command"
run snapshot -c /dev/null --ldif "$work/f.ldif" -o "$work/f.ldif"
is_status 2 "snapshot onto its own input"
has_err "would replace the snapshot" "is refused"
run snapshot -c /dev/null --ldif "$work/f.ldif" -o "$work/a" --output "$work/b"
is_status 2 "two files"
has_err "is given twice" "are refused"
run snapshot -c /dev/null --ldif "$work/f.ldif" --connector a -o "$work/no/such"
is_status 2 "a folder that is not there"
has_err "no/such: cannot be written" "is named"
run snapshot -c /dev/null --ldif "$work/f.ldif" --connector a -o NetTimeout=5 -o "$work/s.ldif"
is_status 3 "a snapshot of what is no complete snapshot"
has_err "the snapshot is not complete, and says so" "says so"
check "-o nettimeout=5 stays an option" test ! -e NetTimeout=5
check "the file was written" grep -q '^# complete: no' "$work/s.ldif"
run audit -c /dev/null --ldif "$work/s.ldif" --users -
is_status 3 "it can be read"
has_err "is not complete" "with the reason"
run snapshot -c /dev/null --ldif "$work/f.ldif" --connector a -o -
has_out "# writeback-audit snapshot, format 1" "-o -: stdout"
if test -c /dev/full; then
	run snapshot -c /dev/null --ldif "$work/f.ldif" --connector a -o /dev/full
	is_status 3 "a full disk"
	has_err "/dev/full: No space left on device" "is noticed"
fi
check "nothing is left behind" test "$(ls "$work" | tr '\n' ' ')" = "err f.ldif out s.ldif "
finish
