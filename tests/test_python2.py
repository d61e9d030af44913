"""Python 2: told from Python 3 by what a file says, read, rewritten with its own idiom, and executed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import libcst
import pytest
from units import nodes_of, source_of, unit_of, written

from migrator.languages.python.rewriting.parse import is_sound
from migrator.languages.python.rewriting.python2 import modernised
from migrator.model.unit import Handler

OLD = [
    "print 'a' % b,\n",
    "print >>f, x\n",
    "exec code in names\n",
    "try:\n  a\nexcept A, e:\n  b\n",
    "try:\n  a\nexcept (A, B), e:\n  b\n",
    "raise A, 'b'\n",
    "x = `a`\n",
    "x = 0777\n",
    "x = 10L\n",
    "x = ur'a'\n",
    "if a <> b: c\n",
    "def f(a, (b, c)=d): pass\n",
    "x = lambda (a, b): a\n",
    "import urllib2\n",
    "#!/usr/bin/env python2\nx = 1\n",
    "for a in b.iteritems(): pass\n",
    "x = raw_input()\n",
]
NEW = [
    "",
    "print('a' % b)\n",
    "print(a), b\n",
    "x = print\n",
    "exec('a')\n",
    "try:\n  a\nexcept A as e:\n  b\n",
    "try:\n  a\nexcept A, B:\n  b\n",  # of Python 3.14
    "raise A('b') from c\n",
    "x = 0o777, 0, 00, 0.7\n",
    "x = r'a', u'b'\n",
    "try:\n  import urllib2\nexcept ImportError:\n  import urllib.request as urllib2\n",
    "import urllib2\nx = f'{a}'\n",
    "#!/usr/bin/env python3\nimport StringIO\n",
    "x = '''\nprint 1\n'''  # print 2 `a` <>\n",
]


@pytest.mark.parametrize("text", OLD)
def test_python_2_is_told_by_what_it_says(text: str) -> None:
    unit = unit_of(text)
    assert unit.dialect == "2"
    assert not unit.troubles


@pytest.mark.parametrize("text", NEW)
def test_python_3_is_not_taken_for_python_2(text: str) -> None:
    assert unit_of(text).dialect == ""


@pytest.mark.parametrize("text", [*OLD, *NEW])
def test_the_form_that_python_3_takes_has_the_same_length_and_only_differs_where_it_must(text: str) -> None:
    modern = modernised(text)
    assert len(modern) == len(text)
    libcst.parse_module(modern)
    syntactic = unit_of(text).dialect == "2" and "import" not in text and "#!" not in text and "iter" not in text
    assert (modern != text) == ((syntactic and "raw_input" not in text) or "A, B:" in text)


def test_what_python_2_writes_otherwise_means_what_it_means_in_python_3() -> None:
    (statement,) = unit_of("print >>f, `a`\n").body
    call = "Call(print, [Arg(f, 'file', ''), Arg(Call(repr, [Arg(a, None, '')]), None, '')])"
    assert written(statement) == f"ExprS({call})"
    (handler,) = [node for node in nodes_of(unit_of("try: a\nexcept (A, B), e: b\n").body) if isinstance(node, Handler)]
    assert (written(handler.type), handler.name) == ("Seq('tuple', [A, B])", "e")
    assert written(unit_of("x = 0777, 010L\n").body) == "[Assign([x], Seq('tuple', [Lit(511), Lit(8)]), None)]"
    assert written(unit_of("def f((a, b)): pass\n").body[0].body[0]).startswith("Assign([Seq('tuple', [a, b])]")  # type: ignore[union-attr]


PROGRAM = """\
import json, os, urllib, urllib2, httplib
KEY = os.environ["HUBSPOT_KEY"]

def lists(**more):
    params = {"hapikey": KEY, "count": 010}
    params.update(more)
    try:
        return urllib2.urlopen("https://api.hubapi.com/contacts/v1/lists?" + urllib.urlencode(params)).read()
    except urllib2.HTTPError, error:
        print "failed", `error.code`
        raise ValueError, "no"

def contact(vid):
    request = urllib2.Request("https://api.hubapi.com/contacts/v1/contact/vid/%s/profile?hapikey=%s" % (vid, KEY))
    request.add_header("Accept", "application/json")
    return urllib2.urlopen(request).read()

def create((email, name)):
    connection = httplib.HTTPSConnection("api.hubapi.com")
    body = json.dumps({"email": email, "name": name})
    connection.request("POST", "/contacts/v1/contact?hapikey=" + KEY, body)
    print connection.getresponse().read(),

class Page(object):
    def __init__(self, size):
        self.size = size / 2
\tself.start = 0

    def read(self):
\tif not self.start:
            url = "https://api.hubapi.com/deals/v1/deal/paged?hapikey=%s&limit=%d" % (KEY, self.size)
\treturn urllib2.urlopen(url).read()

print lists(offset=3)
print contact(7)
create(("a@b.c", u"d"))
print Page(9).read()
"""
HARNESS = """\
import httplib, json, sys
sent = []
class Answer(object):
    status, reason, msg = 200, "OK", httplib.HTTPMessage(sys.stdin)
    def read(self, *size): return "" if size else "{}"
    def __getattr__(self, name): return lambda *rest, **more: None
def request(self, method, url, body=None, headers={}):
    kept = dict((name.lower(), value) for name, value in headers.items())
    url, _, query = url.partition("?")
    sent.append([self.host, method, url, sorted(query.split("&")), body, kept.get("authorization"), kept.get("accept")])
httplib.HTTPConnection.request = request
httplib.HTTPConnection.getresponse = lambda self, buffering=False: Answer()
out, sys.stdout = sys.stdout, sys.stderr
exec(compile(open("app.py").read(), "app.py", "exec"), {"__name__": "__main__"})
json.dump(sent, out)
"""


def python2() -> str | None:
    installed = sorted((Path.home() / ".pyenv/versions").glob("2.7*/bin/python2.7"))
    return next(map(str, installed), None) or shutil.which("python2.7")


def sent(folder: Path, interpreter: str) -> list[list[object]]:
    done = subprocess.run(
        [interpreter, "-c", HARNESS], cwd=folder, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    requests: list[list[object]] = json.loads(done.stdout)
    return requests


def test_a_rewritten_program_of_python_2_sends_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_KEY", "k-1")
    program = tmp_path / "app.py"
    program.write_text(PROGRAM)
    interpreter = python2()
    before = sent(tmp_path, interpreter) if interpreter else []
    command = [sys.executable, "-m", "migrator", "migrate", str(program), "--unsafe", "--write"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    text = program.read_text()
    assert "hapikey" not in text, done.stdout + done.stderr
    assert 'f"' not in text
    kept = [line for line in PROGRAM.splitlines() if "hapikey" not in line and "urlopen" not in line]
    assert [line for line in text.splitlines() if line in kept] == kept
    if interpreter is None:
        pytest.skip("there is no python2.7 to run the program with")
    after = sent(tmp_path, interpreter)
    assert len(before) == 4
    for old, new in zip(before, after, strict=True):
        assert old[5] is None
        assert new[5] == "Bearer k-1"
        query = [part for part in old[3] if "hapikey" not in part]  # type: ignore[attr-defined]
        assert [*old[:3], query or [""], old[4], old[6]] == [*new[:5], new[6]]


def test_an_edit_that_breaks_python_2_is_no_program() -> None:
    assert is_sound(source_of(PROGRAM))
    assert not is_sound(source_of(PROGRAM.replace('"count": 010}', '"count": 010, ,}')))
