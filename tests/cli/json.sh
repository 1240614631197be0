#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every line of --json is what contrib/audit.schema.json says, and no more.
. "$(dirname "$0")/tap.inc"
if ! python3 -c 'import jsonschema' 2>/dev/null; then
	echo "1..0 # SKIP python3-jsonschema is not there"
	exit 0
fi
file=$top/ldif/company.snapshot.ldif

# The order of the types, and the lines that are not as the schema has them.
valid()	# WHAT TYPES [LINES ADDED IN PYTHON]
{
	python3 - "$top/contrib/audit.schema.json" "$work/json" "${3-}" \
		>"$work/said" 2>"$work/err" <<-'END'
		import itertools, json, sys
		from jsonschema import Draft202012Validator as Validator
		schema = json.load(open(sys.argv[1], encoding="utf-8"))
		Validator.check_schema(schema)
		# The line of a type against the schema of that type: it says what is wrong.
		of = {n: Validator(dict(schema["$defs"][n], **{"$defs": schema["$defs"]}))
		      for n in ("run", "domain", "finding", "user", "cause", "end")}
		whole = Validator(schema)
		lines = [json.loads(l) for l in open(sys.argv[2], encoding="utf-8")]
		open(sys.argv[2] + ".all", "a", encoding="utf-8").writelines(
		    json.dumps(l) + "\n" for l in lines)
		if sys.argv[3]:
		    exec(sys.argv[3])
		for i, l in enumerate(lines):
		    for e in of[l["type"]].iter_errors(l):
		        print("wrong:", i + 1, l["type"], e.json_path, e.message[:200])
		    if i % 97 == 0 and not whole.is_valid(l):
		        print("wrong:", i + 1, "is none of the types")
		print(*(k for k, _ in itertools.groupby(
		    "line" if l["type"] in ("finding", "user") else l["type"] for l in lines)))
	END
	check "$1" test "$(cat "$work/said" "$work/err")" = "$2"
}
all='run line domain cause end'

json()	# OPTION...
{
	run audit -c /dev/null --ldif "$file" --now 2026-01-10T12:00Z --json "$work/json" \
		--fail-on never "$@"
}

json
is_status 0 'an audit'
valid 'is as the schema says' "$all"
check 'the numbers of the domain are those of the summary' grep -q \
	'^{"type":"domain",.*"users":257,"complete":true,"reset":{"ok":187,' "$work/json"
check 'its end says that it is complete' test \
	"$(tail -1 "$work/json")" = '{"type":"end","complete":true}'
# The test fails where it should.
valid 'a field that nobody knows is wrong' \
	"wrong: 1 run $ Additional properties are not allowed ('more' was unexpected)
wrong: 1 is none of the types
$all" 'lines[0]["more"] = 1'
valid 'so is one that is missing' "wrong: 1 run $ 'version' is a required property
wrong: 1 is none of the types
$all" 'del lines[0]["version"]'

json --history "$work/history"
valid 'with a history' "$all"
json --history "$work/history" --filter '(!(sn=zzz))'
json --history "$work/history"
check 'what is known is said' grep -q '"status":"known","first_seen":"2026-01-10T12:00:00Z"' \
	"$work/json"
valid 'and as the schema says' "$all"

# What somebody has answered for, and what is over.
cat >"$work/list" <<'END'
suppressions = (
  { rule = 403; object = "OU=Contoso,DC=contoso,DC=test"; reason = "the \"vault\""; owner = "jane"; },
  { rule = 301; object = "DC=contoso,DC=test"; reason = "until then"; owner = "joe";
    expires = "2026-01-09"; },
  { rule = 314; object = "DC=contoso,DC=test"; reason = "later"; owner = "joe";
    expires = "2026-12-31"; } );
END
sed '/^dn: CN=Oliver Nagy,/,/^$/s/^userAccountControl: .*/userAccountControl: 514/' "$file" >"$work/b.ldif"
was=$file file=$work/b.ldif
json --history "$work/history" -q
file=$was
json --history "$work/history" -q --suppressions "$work/list" --show-suppressed
valid 'with suppressions, expired ones, and what is resolved, at the end' 'run line domain line cause end'
for what in '"suppressed":{"holds":true,"reason":"the \"vault\"","owner":"jane","expires":null}' \
	'"suppressed":{"holds":false,"reason":"until then","owner":"joe","expires":"2026-01-09"}' \
	'"suppressed":{"holds":true,"reason":"later","owner":"joe","expires":"2026-12-31"}' \
	'"status":"resolved"'; do
	check "there is $what" grep -qF "$what" "$work/json"
done
json --assume-unblock 'OU=Board,OU=Contoso,DC=contoso,DC=test'
valid 'with what is assumed' "$all"
check 'which the domain names' grep -q '"assumptions":\["' "$work/json"

# What is new alone.
python3 - "$file" "$work/changed.ldif" <<-'END'
	import re, sys
	records = open(sys.argv[1], encoding="utf-8").read().split("\n\n")
	for i, r in enumerate(records):
	    for sam, uac in (("oliver.nagy", 514), ("edgar.nunez", 512)):
	        if f"\nsAMAccountName: {sam}\n" in r + "\n":
	            records[i] = re.sub("(?m)^userAccountControl: .*", f"userAccountControl: {uac}", r)
	open(sys.argv[2], "w", encoding="utf-8").write("\n\n".join(records))
END
whole=$file
file=$work/changed.ldif
json --history "$work/history"
file=$whole
json --history "$work/history" --new-only
valid 'with what is new alone' 'run line domain line cause end'
check 'which is what was disabled for a day' test "$(sed -n 's/^{"type":"finding",.*"status":"\([a-z]*\)".*/\1/p' \
	"$work/json" | sort | uniq -c | tr -s ' \n' ' ')" = ' 1 new 1 resolved '

python3 "$top/tests/cli/html_page.py" hostile <"$file" >"$work/hostile.ldif"
file=$work/hostile.ldif
json
valid 'with names that mean something' "$all"

# Something that could not be read.
sed '/^userAccountControl: /d' "$top/ldif/company.snapshot.ldif" >"$work/lost.ldif"
file=$work/lost.ldif
json
is_status 3 'an audit that is not complete'
valid 'is as the schema says' "$all"
check 'and says so' test "$(tail -1 "$work/json")" = '{"type":"end","complete":false}'

# Every field of the schema stood in one of these with a value, and so did every word that
# it lists, but for what only a directory keeps from being read.
python3 -c '
import json, sys
defs = json.load(open(sys.argv[1], encoding="utf-8"))["$defs"]
seen = {}
def note(at, value):
    if isinstance(value, dict):
        for k, v in value.items():
            note(at + (k,), v)
    elif isinstance(value, list):
        for v in value:
            note(at + ("*",), v)
    elif value is not None:
        seen.setdefault(at, set()).add(value)
for line in open(sys.argv[2], encoding="utf-8"):
    line = json.loads(line)
    note((line["type"],), line)
    for k, v in line.items():
        if v is not None and v != []:
            seen.setdefault((line["type"], k), set())
missing = []
def want(at, schema):
    if "$ref" in schema:
        schema = defs[schema["$ref"].rsplit("/", 1)[1]]
    for way in schema.get("anyOf", schema.get("oneOf", [])):
        want(at, way)
    for k, v in schema.get("properties", {}).items():
        if (at + (k,)) not in seen and not any(s[:len(at) + 1] == at + (k,) for s in seen):
            missing.append(".".join(at + (k,)))
        want(at + (k,), v)
    for word in schema.get("enum", []):
        if word not in (None, "unknown", "forest") and word not in seen.get(at, ()):
            missing.append(".".join(at) + "=" + str(word))
for name in ("run", "domain", "finding", "user", "cause", "end"):
    want((name,), defs[name])
print(*missing, sep="\n")
sys.exit(bool(missing))
' "$top/contrib/audit.schema.json" "$work/json.all" >"$work/out" 2>"$work/err"
check 'nothing of the schema went untried' test $? -eq 0
finish
