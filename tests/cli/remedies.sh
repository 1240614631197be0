#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# --remedies on the snapshot of the sample company, in each dialect, against
# tests/golden/remedies (GOLDEN=write refreshes them: read the diff); and what the
# files are made of, line by line, whatever the names are.
. "$(dirname "$0")/tap.inc"
file=$top/ldif/company.snapshot.ldif
golden=$top/tests/golden/remedies

audit() { # DIALECT [SNAPSHOT]
	run audit -q -c /dev/null --ldif "${2:-$file}" --now 2026-11-22T15:00Z \
		--remedies "$work/$1" --dialect "$1"
}

for dialect in dsacls adsyncconfig samba-tool; do
	audit $dialect
	is_status 1 "$dialect: exit status"
	no_out "$dialect: no findings on stdout beside it"
	sed 's/by writeback-audit [^ ]* of/by writeback-audit VERSION of/' "$work/$dialect" \
		>"$work/$dialect.told"
	if [ "${GOLDEN:-}" = write ]; then
		mkdir -p "$golden" && cp "$work/$dialect.told" "$golden/$dialect"
	fi
	check "$dialect: as before" cmp "$work/$dialect.told" "$golden/$dialect"
done

# The table in README: what it shows of commands ("..." is what it leaves out) is there.
python3 - "$top/README" "$work/adsyncconfig" <<'END' >"$work/table"
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
table = text[text.index("    users  cause "):].split("\n\n")[0]
column = table.index("in remedies")
cells = []
for line in table.splitlines()[1:]:
    if re.match(r" +\d+  ", line):
        cells.append("")
    cells[-1] = f"{cells[-1]} {line[column:].strip()}".strip()
told = open(sys.argv[2], encoding="utf-8").read().splitlines()
for cell in cells:
    form = ".*".join(re.escape(part) for part in cell.split("..."))
    found = any(re.match(form, line) for line in told)
    print("ok" if found or cell.startswith("nothing to grant: ") else f"not there: {cell}")
END
check "README: each cause has a command that is printed, or what to do instead" \
	test "$(sort -u "$work/table")" = ok
check "README: eight causes" test "$(wc -l <"$work/table")" -eq 8

# A line is a comment, empty, or one command of the form that is meant. Nothing else.
lines() { # DIALECT: every kind of line that it may have
	case $1 in
	dsacls) cat <<'END'
^rem [ -~]*$
^@echo off$
^dsacls "[A-Za-z0-9 _.:/@()=#,+;\\-]*" /G "S-1-[0-9-]*:(CA|WP);[A-Za-z ]*(;[A-Za-z]*)?"( /I:S)?$
END
	;;
	adsyncconfig) cat <<'END'
^# [ -~]*$
^Edit-Ace (Add|Remove) '[A-Za-z0-9 _.:/@()=#,+;\\-]*' S-1-[0-9-]* (Allow|Deny) [0-9]* [0-9a-f-]* [A-Za-z]* [0-9a-f-]*$
^Set-ADSyncPasswordWritebackPermissions -ADConnectorAccountDN '[A-Za-z0-9 ,=_.-]*' -ADobjectDN '[A-Za-z0-9 ,=_.-]*'$
END
	;;
	samba-tool) cat <<'END'
^# .*$
^samba-tool dsacl (set|delete) --objectdn='([^']|'\\'')*' --sddl='(\([A-Z]*;[A-Z]*;[A-Z]*;[0-9a-f-]*;[0-9a-f-]*;[A-Z0-9-]*\))+'$
END
	;;
	esac
}
strange() { # DIALECT: lines that are none of these, less the function of the preamble
	lines "$1" >"$work/forms"
	tr -d '\r' <"$work/$1" | sed '/^function /,/^}/d' | grep -avEf "$work/forms" |
		grep -v '^$' | head -3
}
for dialect in dsacls adsyncconfig samba-tool; do
	check "$dialect: comments and commands of its form alone" test -z "$(strange $dialect)"
done
check "samba-tool: sh finds nothing wrong with it" sh -n "$work/samba-tool"

# The same company, with names that mean something to a shell.
hostile() { # NAME: "Board", the OU whose inheritance is blocked, as NAME in LDIF's base64
	python3 - "$file" "$work/hostile.ldif" "$1" <<'END'
import base64, re, sys
text = open(sys.argv[1], encoding="utf-8").read().replace("\n ", "")
lines = []
for line in text.split("\n"):
    name, colon, value = line.partition(": ")
    if name.endswith(":"):
        name = name[:-1]
        try:
            value = base64.b64decode(value).decode()
        except UnicodeDecodeError:
            lines.append(line)
            continue
    if "OU=Board," in value:
        value = value.replace("OU=Board,", "OU=" + sys.argv[3] + ",").encode()
        line = f"{name}:: {base64.b64encode(value).decode()}"
    lines.append(line)
open(sys.argv[2], "w", encoding="utf-8").write("\n".join(lines))
END
}
# Names as the directory prints them; each makes the file ran if it is run.
for name in "'\\;touch ran\\;'" '$(touch ran)' '`touch ran`' '\"&touch ran&\"' '%COMSPEC%' \
	'a^' 'a\\' 'Büro’\;touch ran\;’' '株式会社' '!ran!' "$(printf 'a\ntouch ran')" \
	"$(printf 'a\r\ntouch ran')" '\<\>|touch ran' '*' '-e'; do
	hostile "$name"
	label=$(printf %s "$name" | tr '\r\n' '  ')
	for dialect in dsacls adsyncconfig samba-tool; do
		audit $dialect "$work/hostile.ldif"
		check "$label: $dialect: read" test $status -eq 1
		check "$label: $dialect: comments and commands of its form alone" \
			test -z "$(strange $dialect)"
	done
	mkdir -p "$work/bin"
	printf '#!/bin/sh\nfor w; do printf "%%s\\0" "$w"; done >>args\n' >"$work/bin/samba-tool"
	chmod +x "$work/bin/samba-tool"
	(cd "$work" && rm -f args ran && PATH=$work/bin:$PATH sh -eu ./samba-tool)
	check "$label: sh: nothing else ran" test ! -e "$work/ran"
	check "$label: sh: four words a command" test "$(tr -cd '\0' <"$work/args" | wc -c)" -eq \
		"$((4 * $(grep -c '^samba-tool' "$work/samba-tool")))"
	check "$label: sh: it is in them" python3 - "$work/args" "$name" <<'END'
import sys
sys.path.insert(0, "")
words = open(sys.argv[1], "rb").read().split(b"\0")
def plain(dn):
    """The value of the first RDN, unescaped (RFC 4514 3)."""
    out, i = b"", 3
    while i < len(dn) and dn[i:i + 1] != b",":
        if dn[i:i + 1] == b"\\":
            try:
                out += bytes([int(dn[i + 1:i + 3], 16)])
                i += 3
            except ValueError:
                out += dn[i + 1:i + 2]
                i += 2
        else:
            out += dn[i:i + 1]
            i += 1
    return out
want = plain(b"OU=" + sys.argv[2].encode())
got = [plain(w[len(b"--objectdn="):]) for w in words if w.startswith(b"--objectdn=OU=")]
sys.exit(0 if want in got else f"{want} not in {got}")
END
done

run audit -c /dev/null --ldif "$file" --remedies - --dialect csh
is_status 2 "a dialect that there is not"
has_err "dsacls adsyncconfig samba-tool" "the message names those there are"
run audit -c /dev/null --ldif "$file" --remedies - --users -
is_status 2 "two reports to stdout"
finish
