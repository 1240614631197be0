# SPDX-License-Identifier: BSD-2-Clause
"""Reads the page of --html on stdin and says, in TAP without numbers, what holds of it.

structure          well-formed, nothing loaded, the policy and its hashes, what a
                   screen reader needs
users CSV LIMIT    the table of users against the rows of --users
trend N            the drawing and the figures of N runs
lists NEW RESOLVED SUPPRESSED  rows of each list of findings; 0: there is no such table
names LDIF         every name of the LDIF that should be there is text, and is whole
hostile            no page: makes LDIF on stdin into LDIF with names that mean something
"""
import base64
import csv
import hashlib
import re
import sys
from html.parser import HTMLParser

EVIL = [
    b'<script>document.title="pwned"</script>',
    b'"><img src=x onerror=document.title="pwned">',
    b"' onmouseover='document.title=1' x='",
    b"</table></main></body><!--",
    b"</script></style><script>document.title='pwned'//",
    "abc\u202egpj.exe\u2066".encode(),
    b"nul\0\xff\x1b[31m\xc2\x9b\r\n\t",
    b"&lt;b&gt;&#60;&amp;&#x3c;&copy",
    b"\xc0\xbcscript\xc0\xbe",
    ("Z" + "\u0300\u0301\u0302\u0303" * 30).encode(),
    b"W" * 256,
    "\u0645\u0631\u062d\u0628\u0627".encode(),
    b"javascript:alert(1)",
    b"]]><![CDATA[<svg onload=alert(1)>",
    b"{{7*7}}${7*7}`",
]
VOID = {"meta", "input", "link", "br", "img"}
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def say(good, what):
    print(("ok " if good else "not ok ") + what)


class Page(HTMLParser):
    """The elements, each (tag, attributes, own text, parent), and what is wrong."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.all, self.wrong = [], [], []
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append(f"{self.open[-1]['tag']} is not closed")

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.wrong.append(f"{tag}: an attribute twice")
        e = {"tag": tag, "attrs": dict(attrs), "text": "", "in": self.open[-1] if self.open else None}
        self.all.append(e)
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(e)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1]["tag"] != tag:
            self.wrong.append(f"</{tag}> closes nothing")
        else:
            self.open.pop()

    def handle_data(self, data):
        for e in self.open:
            e["text"] += data

    def handle_comment(self, data):
        self.wrong.append("a comment")

    def handle_decl(self, decl):
        if decl != "DOCTYPE html":
            self.wrong.append("a declaration")

    def unknown_decl(self, data):
        self.wrong.append("a declaration")

    def handle_pi(self, data):
        self.wrong.append("an instruction")

    def tags(self, tag, **attrs):
        return [e for e in self.all if e["tag"] == tag and
                all(e["attrs"].get(k) == v for k, v in attrs.items())]


def rows(page, table):
    """Rows of cells; a cell is (own element, text before any <small>)."""
    found = []
    for tr in page.tags("tr"):
        up = tr
        while up and up is not table:
            up = up["in"]
        if up:
            found.append([e for e in page.all if e["in"] is tr])
    return found


def structure(page):
    say(not page.wrong, f"well-formed {page.wrong[:3] or ''}")
    policy = page.tags("meta", **{"http-equiv": "Content-Security-Policy"})
    say(len(policy) == 1, "one policy")
    first = [e["tag"] for e in page.all[:4]]
    say(first == ["html", "head", "meta", "meta"] and page.all[3] is policy[0],
        "before anything it could apply to")
    parts = {p.split()[0]: p.split()[1:] for p in policy[0]["attrs"]["content"].split(";")}

    def digest(tag):
        whole, = page.tags(tag)
        return ["'sha256-" + base64.b64encode(
            hashlib.sha256(whole["text"].encode()).digest()).decode() + "'"]
    say(parts == {"default-src": ["'none'"], "style-src": digest("style"),
                  "script-src": digest("script"), "base-uri": ["'none'"],
                  "form-action": ["'none'"]},
        f"nothing but its own style and script: {digest('style')} {digest('script')}")
    bad = [e for e in page.all if e["tag"] in ("link", "img", "iframe", "object", "embed", "base",
                                               "a") and
           not (e["tag"] == "a" and e["attrs"].get("href", "").startswith("#"))]
    bad += [e for e in page.all for name in e["attrs"]
            if name.startswith("on") or name in ("style", "src", "srcset", "action")]
    say(not bad, f"nothing is loaded, no handlers {[e['tag'] for e in bad[:3]] or ''}")
    ids = [e["attrs"]["id"] for e in page.all if "id" in e["attrs"]]
    say(len(ids) == len(set(ids)), "ids are unique")
    refs = [e["attrs"]["href"][1:] for e in page.tags("a")]
    refs += [e["attrs"]["aria-labelledby"] for e in page.all if "aria-labelledby" in e["attrs"]]
    say(set(refs) <= set(ids), f"links lead somewhere {set(refs) - set(ids) or ''}")
    say(page.tags("html")[0]["attrs"].get("lang") == "en" and len(page.tags("title")) >= 1,
        "a language and a title")
    tables = page.tags("table")
    say(len(page.tags("caption")) == len(tables) > 3, "every table has a caption")
    say(all(e["attrs"].get("scope") in ("row", "col") for e in page.tags("th")),
        "every heading of a table has its scope")
    say(all(e["attrs"].get("aria-hidden") == "true" or e["attrs"].get("role") == "img"
            for e in page.tags("svg")), "drawings have names or are left out")
    say(not HIDDEN.search(re.sub("[\n\t]", "", "".join(e["text"] for e in page.all[:1]))),
        "no character that is not seen")


def shown(cell, page):
    small = [e for e in page.all if e["in"] is cell and e["tag"] == "small"]
    return cell["text"][:len(cell["text"]) - sum(len(e["text"]) for e in small)]


RANK = {"ok": 0, "risk": 1, "unknown": 2, "fail": 3}


def verdicts(row):
    return [row["reset"], row["change"], row["unlock"]]


def rank(row):
    v = verdicts(row)
    worst = max(v, key=RANK.get)
    return RANK[worst], v.count(worst)


def visible(text):
    """As --html shows a text."""
    out = ""
    for c in text:
        n = ord(c)
        if 0xdc80 <= n <= 0xdcff:
            out += f"\\x{n - 0xdc00:02x}"
        elif HIDDEN.match(c):
            out += f"\\x{n:02x}" if n < 0x80 else f"\\u{{{n:04x}}}"
        else:
            out += c
    return out


def users(page, path, limit):
    with open(path, newline="", encoding="utf-8") as f:
        want = [r for r in csv.DictReader(f) if rank(r)[0]]
    want = sorted(want, key=rank, reverse=True)[:limit]
    table, = page.tags("table", id="users")
    got = rows(page, table)[1:]
    say(len(got) == len(want) > 0, f"{len(want)} users: {len(got)}")
    say([[shown(c, page) for c in r[2:5]] for r in got] == [verdicts(r) for r in want],
        "worst first, with their verdicts")
    say([r[6]["text"] for r in got] == [r["rules"] for r in want], "and their rules")
    say([len(r) for r in got] == [7] * len(got), "seven cells each")
    defused = [r["dn"].removeprefix("'") for r in want]
    same = [w for r, w in zip(got, defused)
            if r[0]["text"].endswith(visible(w)) or "\ufffd" in w]
    say(len(same) == len(got), "and who they are")


def trend(page, n):
    svg, = page.tags("svg", role="img")
    lines = [e for e in page.tags("polyline") if e["in"] is svg]
    say([len(e["attrs"]["points"].split()) for e in lines] == [n] * 3, f"{n} points, three lines")
    table, = [t for t in page.tags("table") if "by run" in t["text"]]
    say(len(rows(page, table)) == n + 1, "and their figures")


def lists(page, *counts):
    for name, want in zip(("new", "resolved", "suppressed"), counts):
        tables = page.tags("table", id=name)
        got = len(rows(page, tables[0])) - 1 if tables else 0
        say(got == int(want), f"{want} findings in the list {name}: {got}")


def records(data):
    return data.split(b"\n\n")


def names_of(data):
    for record in records(data.replace(b"\n ", b"")):
        for line in record.split(b"\n"):
            if line.startswith(b"sAMAccountName:: "):
                yield base64.b64decode(line.split(b" ")[1])


def names(page, path):
    table, = page.tags("table", id="users")
    got = {shown(r[0], page) for r in rows(page, table)[1:]}
    with open(path, "rb") as f:
        want = {n for n in names_of(f.read()) if n in EVIL}
    for name in EVIL:
        text = visible(name.decode("utf-8", "surrogateescape"))
        say(name in want and text in got, f"a name: {text[:30]!a}".replace("#", "."))


def hostile(data, out):
    """Every other user who has something against them gets a name, in turn."""
    i = 0
    result = []
    for record in records(data.replace(b"\n ", b"")):
        lines = record.split(b"\n")
        if b"objectClass: user" in lines and b"objectClass: computer" not in lines and \
                not any(b"MSOL_" in line for line in lines):
            name = base64.b64encode(EVIL[i % len(EVIL)])
            lines = [b"sAMAccountName:: " + name if line.startswith(b"sAMAccountName:") and i % 2
                     else line for line in lines]
            i += 1
        result.append(b"\n".join(lines))
    out.write(b"\n\n".join(result))


def main():
    what, *args = sys.argv[1:]
    if what == "hostile":
        return hostile(sys.stdin.buffer.read(), sys.stdout.buffer)
    page = Page(sys.stdin.buffer.read().decode("utf-8"))
    if what == "structure":
        structure(page)
    elif what == "users":
        users(page, args[0], int(args[1]))
    elif what == "trend":
        trend(page, int(args[0]))
    elif what == "lists":
        lists(page, *args)
    else:
        names(page, args[0])


if __name__ == "__main__":
    main()
