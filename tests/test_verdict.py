"""The verdict: a run is clean only when every place that may send a key, or need a scope, has an end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from migrator import cli, pipeline
from migrator.findings.verdict import exit_status
from migrator.model.report import Report
from migrator.settings import Settings

BEARER = """\
import os, requests
requests.get("https://api.hubapi.com/crm/v3/owners/", headers={"Authorization": "Bearer " + os.environ["TOKEN"]})
"""


def scanned(folder: Path, files: dict[str, str]) -> Report:
    """Returns the report of a folder with these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return pipeline.scan(Settings(paths=(str(folder),)))


def clean(report: Report) -> bool:
    """Returns whether the verdict is green, having checked that its parts agree."""
    assert report.summary.complete == report.scopes.complete
    status = exit_status(report, "warning")
    assert status in (0, 1)
    if not report.scopes.complete:
        assert status == 1
    return status == 0


UNREAD = {
    "lib/sync.rb": 'require "hubspot-api-client"\n',
    "src/Sync.php": "<?php\nuse SevenShores\\Hubspot\\Factory;\n",
    "cmd/main.go": 'package main\nimport "github.com/belong-inc/go-hubspot"\n',
    "Sync.cs": "using HubSpot.NET.Core;\n",
    "web/a.php": '<?php $u = "https://api.hubapi.com/contacts/v1/lists?hapikey=" . $key;\n',
    "web/b.rb": 'get("https://api-eu1.hubapi.com/crm/v3/owners")\n',
    "a.swift": 'let key = env["HUBSPOT_API_KEY"]\n',
    "tag/template.tpl": "___INFO___\n{}\n___SANDBOXED_JS_FOR_SERVER___\nconst send = require('sendHttpRequest');\n"
    "send('https://api.hubapi.com/events/v3/send', {headers: {Authorization: 'Bearer ' + data.token}});\n",
}


@pytest.mark.parametrize("name", UNREAD)
def test_code_in_a_language_that_is_not_read_leaves_the_verdict_open(tmp_path: Path, name: str) -> None:
    report = scanned(tmp_path, {name: UNREAD[name], "app.py": BEARER})
    assert not clean(report)
    assert not report.scopes.complete
    told = [one for one in report.findings if one.kind in ("unread_key", "unread_code")]
    assert {one.path for one in told} == {name}
    assert [gap.path for gap in report.gaps if "not analysed" in gap.reason] == [name]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": BEARER},
        {"src/app.php": "<?php // leads come from the HubSpot page https://www.hubspot.com\n", "app.py": BEARER},
        {"lib/a.rb": "require './hubspot_form'\n", "app.py": BEARER},
        {"tests/sync_test.rb": 'stub("https://api.hubapi.com/x?hapikey=a")\n', "app.py": BEARER},
        {"README.md": "curl https://api.hubapi.com/crm/v3/owners?hapikey=KEY\n"},
        {"app.py": "print('hello hubspot')\n"},
        {"PKG-INFO": "Give it the <HUBSPOT_ACCESS_TOKEN>.\n", "app.py": BEARER},
    ],
)
def test_what_sends_no_key_and_needs_no_more_scope_is_clean(tmp_path: Path, files: dict[str, str]) -> None:
    assert clean(scanned(tmp_path, files))


def test_each_line_with_the_key_is_told_in_code_that_is_not_read(tmp_path: Path) -> None:
    text = 'get("/a?hapikey=" + k)\n\nother()\nget("/b?hapikey=" + k + "&hapikey=")\n'
    report = scanned(tmp_path, {"a.cs": text})
    assert [(one.kind, one.line) for one in report.findings] == [("unread_key", 1), ("unread_key", 4)]
    assert "lines 1, 4" in report.gaps[0].reason


def test_a_suppressed_question_leaves_nothing_open(tmp_path: Path) -> None:
    text = "import requests\nfrom x import KEY\nPARAMS = {'hapikey': KEY}%s\n"
    assert not clean(scanned(tmp_path, {"a.py": text % ""}))
    report = scanned(tmp_path, {"a.py": text % "  # hapikey: ignore[undecided] nobody sends this"})
    assert clean(report)
    assert (report.gaps, report.occurrences.suppressed) == ((), 1)


def test_a_question_is_known_to_a_baseline(tmp_path: Path) -> None:
    source = tmp_path / "code" / "a.py"
    scanned(source.parent, {"a.py": "from x import KEY\nPARAMS = {'hapikey': KEY}\n"})
    known = str(tmp_path / "known.json")
    assert cli.run(["baseline", str(source.parent), "--baseline", known]) == 0
    assert cli.run(["scan", str(source.parent), "--baseline", known]) == 0
    assert cli.run(["scan", str(source.parent)]) == 1


def test_a_migration_that_leaves_a_key_in_another_language_does_not_end_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    where = "https://api.hubapi.com/crm/v3/owners/"
    keyed = f'import os, requests\nrequests.get("{where}", params={{"hapikey": os.environ["K"]}})\n'
    scanned(tmp_path / "a", {"app.py": keyed})
    assert cli.run(["migrate", "--write", str(tmp_path / "a")]) == 0
    scanned(tmp_path / "b", {"app.py": keyed, "web.php": "<?php get($url . '?hapikey=' . $key);\n"})
    assert cli.run(["migrate", "--write", str(tmp_path / "b")]) == 1


def test_a_scan_of_nothing_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert cli.run(["scan", str(tmp_path / "empty")]) == 0
    assert "no file to look at" in capfd.readouterr().err
    assert cli.run(["scan", "--require-files", str(tmp_path / "empty")]) == 2
    assert "--require-files" in capfd.readouterr().err
    (tmp_path / "full").mkdir()
    scanned(tmp_path / "full", {"a.py": "print(1)\n"})
    capfd.readouterr()
    assert cli.run(["scan", "--require-files", str(tmp_path / "full")]) == 0
    assert "no file" not in capfd.readouterr().err


@pytest.mark.parametrize(("name", "limit"), [("a.py", "40"), ("data.bin", "5000000")])
def test_a_file_that_nobody_looked_into_leaves_the_verdict_open(tmp_path: Path, name: str, limit: str) -> None:
    text = "KEY = '?hapikey=abc'  # HubSpot, longer than forty bytes\n"
    (tmp_path / name).write_bytes(text.encode() + (b"\0\1" if name.endswith("bin") else b""))
    (tmp_path / "other.bin").write_bytes(b"hubspot\0\1")
    report = pipeline.scan(Settings(paths=(str(tmp_path),), max_file_size=int(limit)))
    assert not clean(report)
    assert [(gap.kind, gap.path) for gap in report.gaps] == [("skipped", name)]
    assert {one.path for one in report.skipped} == {name, "other.bin"}


def test_a_folder_that_cannot_be_read_leaves_the_verdict_open(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.py").write_text("print(1)\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert clean(pipeline.scan(Settings(paths=(str(tmp_path),))))
    opened = os.scandir

    def refuse(path):
        if os.fsencode(path).rstrip(b"/").endswith(b"/closed"):
            raise PermissionError(13, "Permission denied")
        return opened(path)

    monkeypatch.setattr("migrator.discover.listing.os.scandir", refuse)
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    assert not clean(report)
    assert [one.path for one in report.skipped] == ["closed"]
    assert [(gap.kind, gap.path) for gap in report.gaps] == [("skipped", "closed")]


def test_archives_are_skipped_by_name(tmp_path: Path) -> None:
    for name in ("a.zip", "b.tar.gz"):
        (tmp_path / name).write_bytes(b"PK")
    report = scanned(tmp_path, {"a.py": "print(1)\n"})
    assert clean(report)
    assert [one.path for one in report.skipped] == ["a.zip", "b.tar.gz"]


APART = {
    "conf.py": 'BASE_URL = "https://api.hubapi.com/crm/v3"\nclass Settings:\n    base = "https://api.hubapi.com/crm/v3"\n',
    "owners.py": "import os, requests\nfrom conf import BASE_URL, Settings\n"
    'bearer = {"Authorization": "Bearer " + os.environ["TOKEN"]}\n'
    'requests.get(BASE_URL + "/owners/", headers=bearer)\nrequests.get(Settings.base + "/owners/", headers=bearer)\n',
}
SHARED = {
    "from a file": "from conf import BASE_URL\n\n"
    "def go(dry):\n    if not dry:\n        client.post(BASE_URL)\n\ngo(True)",
    "of a class": "import conf\n\ndef go(dry):\n    if not dry:\n        client.post(conf.Settings.base)\n\ngo(True)",
}
OWN = {
    "a parameter": "def go(dry, BASE_URL):\n    if not dry:\n        client.post(BASE_URL)\n\ngo(True, 'x')\n",
    "a variable": "def go(dry):\n    BASE_URL = other()\n    if not dry:\n        client.post(BASE_URL)\n\ngo(True)\n",
    "one at its top": "BASE_URL = other()\ndef go(dry):\n    if not dry:\n        client.post(BASE_URL)\n\ngo(True)\n",
    "a member": "class C:\n    def __init__(self):\n        self.BASE_URL = other()\n\n    def go(self, dry):\n"
    "        if not dry:\n            client.post(self.BASE_URL)\n\nC().go(True)\n",
    "constants of a script": "import sys\nBASE_URL = 'https://api.hubapi.com/a'\nprint(sys.argv)\n",
}


@pytest.mark.parametrize("name", SHARED)
def test_code_that_never_runs_and_takes_what_requests_are_made_of_leaves_the_verdict_open(
    tmp_path: Path, name: str
) -> None:
    report = scanned(tmp_path, {**APART, "late.py": f"from elsewhere import client\n{SHARED[name]}"})
    assert [(gap.path, gap.kind) for gap in report.gaps] == [("late.py", "unreached")]
    assert not clean(report)


@pytest.mark.parametrize("name", OWN)
def test_code_that_has_its_own_of_the_name_takes_nothing_of_a_request(tmp_path: Path, name: str) -> None:
    report = scanned(tmp_path, {**APART, "late.py": f"from elsewhere import client, other\n{OWN[name]}"})
    assert clean(report), [(one.path, one.line, one.message) for one in report.findings]


REACH = 'import os, requests\nKEY = os.environ["KEY"]\nBASE = "https://api.hubapi.com/crm/v3"\n'
MOVED = 'requests.get(BASE + "/owners/", headers={"Authorization": f"Bearer {KEY}"})\n'
HIDDEN = {
    "an arm that is switched off": "def go(dry):\n    if not dry:\n        requests.post(BASE + '/a')\n\ngo(True)\n",
    "a name that others take": "import elsewhere\nelsewhere.start(os.environ['HUBSPOT_API_KEY'])\n",
    "an address that others take": "import elsewhere\nelsewhere.start('https://api.hubapi.com/x')\n",
    "a command that nobody knows": "import subprocess\nsubprocess.run(['fetch-all', 'https://api.hubapi.com/crm/v3/objects/deals'])\n",
    "a setting of others": "import conf, elsewhere\nelsewhere.start(conf.settings.HUBSPOT_API_KEY)\n",
    "a key in a mapping": "import elsewhere\nelsewhere.start({'hapikey': KEY})\n",
    "the key to another host": "requests.get('https://gate.example.com/lists', params={'hapikey': KEY})\n",
    "a wrapper that a stranger is given": "import jobs\ndef go(path):\n"
    "    return requests.get('https://api.hubapi.com' + path, params={'hapikey': KEY})\n\njobs.later(go, 'lists')\n",
    "the same with a token": "import jobs\ndef go(path):\n"
    "    return requests.get(f'https://api.hubapi.com{path}', headers={'Authorization': KEY})\n\njobs.later(go, 3)\n",
    "a token to a link": "def follow(a):\n    return requests.get(a, headers={'Authorization': f'Bearer {KEY}'})\n",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_evaluation_does_not_reach_leaves_the_verdict_open(tmp_path: Path, name: str) -> None:
    report = scanned(tmp_path, {"app.py": REACH + MOVED + HIDDEN[name]})
    assert not clean(report)
    assert any(gap.line > 4 for gap in report.gaps) or any(call.line > 4 for call in report.calls)


IDLE = {
    "a base that is joined with a doubled slash": "import urllib.parse\nROOT = 'https://api.hubapi.com'\n"
    "def go(path):\n    url = urllib.parse.urljoin(f'{ROOT}/', f'{path}/lists')\n"
    "    return requests.get(url, headers={'Authorization': f'Bearer {KEY}'})\n\ngo('crm/v3//')\n",
    "a constant nobody reads": "UNUSED = 'https://api.hubapi.com/contacts/v1'\n",
    "a key nobody reads that a library looks up": "import conflib\nUNUSED = conflib.config('HUBSPOT_API_KEY')\n",
    "a key nobody reads": "UNUSED = os.environ.get('HUBSPOT_API_KEY')\n",
    "a header of the host": "H = {'Host': 'api.hubapi.com'}\nprint(H)\n",
    "a comment": "# was https://api.hubapi.com/contacts/v1?hapikey=\n",
    "a docstring": 'def f():\n    """Reads HUBSPOT_API_KEY for https://api.hubapi.com."""\n',
    "a request to others": "requests.get('https://example.com/a', params={'q': 1})\n",
    "a URL of a function that it does not read": "def f():\n    url = 'https://api.hubapi.com/a'\n    g('b')\n\n"
    "def g(url):\n    return url\n",
    "a token of others to a link": "T = os.environ['TRACKER_TOKEN']\n"
    "def follow(link):  # HubSpot is told later\n"
    "    return requests.get(link, headers={'Authorization': 'Token ' + T})\n",
    "a batch that is sent again at the end": "def put(batch):\n    " + MOVED + "\n"
    "def run():\n    batch = []\n    for one in range(3):\n        batch.append(one)\n        if len(batch) == 100:\n"
    "            put(batch)\n            batch = []\n    put(batch)\n\nrun()\n",
    "another vendor's key": "requests.get('https://maps.example.com/a', params={'key': settings.MAPS_KEY})\n",
    "another file's URL": "def f(a):\n    url = 'https://example.com/'\n    return url\n",
    "an arm of other things": "def f(dry):\n    if not dry:\n        print({'a': 1}.get('a'))\n\nf(True)\n",
}


@pytest.mark.parametrize("name", IDLE)
def test_what_reaches_nothing_leaves_the_verdict_green(tmp_path: Path, name: str) -> None:
    report = scanned(tmp_path, {"app.py": REACH + MOVED + IDLE[name]})
    assert clean(report), [(one.line, one.message) for one in report.findings]


def test_a_key_that_the_release_of_an_sdk_drops_is_told_and_its_scopes_are_asked_for(tmp_path: Path) -> None:
    client = "import os\nfrom hubspot import HubSpot\n\nclient = HubSpot(%s=os.environ['K'])\n"
    client += "client.crm.owners.owners_api.get_page()\n"
    pin = {"requirements.txt": "hubspot-api-client==9.0.0\n"}
    report = scanned(tmp_path / "key", {"app.py": client % "api_key", **pin})
    (told,) = [one for one in report.findings if one.kind == "key_in_sdk"]
    assert "answered with 401" in told.message
    assert [one.scope for one in report.scopes.required] == ["crm.objects.owners.read"]
    assert clean(scanned(tmp_path / "token", {"app.py": client % "access_token", **pin}))


@pytest.mark.parametrize("name, sends", [("%68apikey", True), ("hapi%6Bey", True), ("%73howkey", False)])
def test_the_name_of_a_parameter_is_read_as_the_server_reads_it(tmp_path: Path, name: str, sends: bool) -> None:
    url = f"https://api.hubapi.com/crm/v3/owners/?limit=1&{name}="
    app = f'import os, requests\nrequests.get("{url}" + os.environ["K"], headers={{"Authorization": "Bearer x"}})\n'
    report = scanned(tmp_path, {"app.py": app})
    assert ("hapikey" in report.calls[0].query) is sends
    assert clean(report) is not sends


def test_a_request_without_a_method_is_told_in_a_sentence(tmp_path: Path) -> None:
    app = 'import os, frames\nframes.exchange("https://api.hubapi.com/crm/v3/owners?hapikey=" + os.environ["K"])\n'
    told = [one.message for one in scanned(tmp_path, {"app.py": app}).findings]
    assert "The account API key is in the URL of a request with an unknown method to /crm/v3/owners." in told
    assert any(one.startswith("Cannot tell the method of this HubSpot request: ") for one in told)


def test_a_credential_that_another_file_hands_to_others_leaves_the_verdict_open(tmp_path: Path) -> None:
    moved = BEARER.replace('"TOKEN"', '"HUBSPOT_API_KEY"')
    hands = "import os, elsewhere\nKEY = os.environ['HUBSPOT_API_KEY']\nelsewhere.Client(KEY).sync()\n"
    checks = (
        "import os\nif not os.environ.get('HUBSPOT_API_KEY'):\n    raise SystemExit('HUBSPOT_API_KEY is missing')\n"
    )
    assert clean(scanned(tmp_path, {"app.py": moved, "check.py": checks}))
    report = scanned(tmp_path, {"late.py": hands})
    assert [gap.path for gap in report.gaps] == ["late.py"]
    assert not clean(report)


API = "https://api.hubapi.com/contacts/v1"
MEMBERS = {
    "a class": ("py", f"class Settings:\n    base = '{API}'\n"),
    "a class that has it from another": (
        "py",
        f"class Base:\n    base = '{API}'\n\nclass Settings(Base):\n    pass\n",
    ),
    "an object": (
        "py",
        f"class Base:\n    def __init__(self):\n        self.base = '{API}'\n\nSettings = Base()\n",
    ),
    "a function": ("py function", f"def root():\n    return '{API}'\n"),
    "a function of JavaScript, which may be taken with its module": ("js function", f"exports.root = () => '{API}';\n"),
    "a class of JavaScript": ("js", f"class Settings {{ static base = '{API}'; }}\nmodule.exports = {{ Settings }};\n"),
}
USES = {
    "py function": "import requests\nfrom conf import root\nrequests.get(root() + '/lists', headers={'X': '1'})\n",
    "js function": "const { root } = require('./conf');\nfetch(root() + '/lists', {headers: {X: '1'}});\n",
    "py": "import requests\nfrom conf import Settings\nrequests.get(Settings.base + '/lists', headers={'X': '1'})\n",
    "js": "const { Settings } = require('./conf');\nfetch(Settings.base + '/lists', {headers: {X: '1'}});\n",
}


@pytest.mark.parametrize("what", MEMBERS)
def test_a_file_that_reads_a_member_of_what_another_holds_is_read(tmp_path: Path, what: str) -> None:
    kind, holder = MEMBERS[what]
    language = kind.split()[0]
    other = USES[kind].replace("Settings.base", "Settings.x").replace("root", "other")
    files = {f"conf.{language}": holder, f"a.{language}": USES[kind], f"b.{language}": other}
    report = scanned(tmp_path, files)
    assert [(call.path, call.endpoint) for call in report.calls] == [(f"a.{language}", "/contacts/v1/lists")]
    assert report.summary.files_analysed == (3 if "with its module" in what else 2)


GIVEN = {
    "a.py": (
        "def q(k): return dict(hapikey=k)\n",
        "def q(d, k): d.update(hapikey=k)\n",
        "import elsewhere\ndef q(k): return elsewhere.Client(hapikey=k)\n",
        "def q(d, k): d['hapikey'] = k\n",
        "def q(k): return {'count': 1, 'hapikey': k}\n",
        "def q(k): return [('hapikey', k)]\n",
        "def q(d, k): d.setdefault('hapikey', k)\n",
        "def q(k): return 'hapikey=' + k\n",
        "def q(k): return 'count=1&hapikey=%s' % k\n",
        "def q(k): return 'hapikey={}'.format(k)\n",
        "def q(k): return f'hapikey={k}'\n",
        "NAME = 'hapikey'\ndef q(k): return {NAME: k}\n",
        "NAME = 'hapikey'\ndef q(d, k): d[NAME] = k\n",
    ),
    "a.js": (
        "export const q = hapikey => ({ hapikey });\n",
        "export const q = k => ({ count: 1, 'hapikey': k });\n",
        "export const q = (o, k) => { o['hapikey'] = k; };\n",
        "export const q = (p, k) => p.set('hapikey', k);\n",
        "export const q = k => `hapikey=${k}`;\n",
        "export const q = k => 'hapikey=' + k;\n",
        "const NAME = 'hapikey';\nexport const q = k => ({ [NAME]: k });\n",
    ),
}
LOOKED_AT = {
    "a.py": (
        "KEYS = ['hapikey', 'token']\ndef q(d): return {k: v for k, v in d.items() if k not in KEYS}\n",
        "def q(d): d.pop('hapikey', None)\n",
        "import re\ndef q(s): return re.sub('hapikey=[^&]+', 'hapikey=***', s)\n",
        "def q(d): return d.get('hapikey', None) or d['hapikey']\n",
        "def q(hapikey=None): return hapikey\n",
        "def f(hapikey=None): return hapikey\ndef g(k): return f(hapikey=k)\n",
        "import argparse\nargparse.ArgumentParser().add_argument('--hapikey', help='the hapikey=KEY to send')\n",
        "NAME = 'hapikey'\ndef q(d): return NAME in d\n",
        "URL = 'https://api.hubapi.com/crm/v3/imports?hapikey=aaaa'\nprint('not sent')\n",
    ),
    "a.js": (
        "export const q = o => o.hapikey === undefined ? delete o.hapikey : 0;\n",
        "export const q = s => s.replace(/hapikey=[^&]+/, 'hapikey=***');\n",
        "export const q = o => ['hapikey', 'token'].every(k => k in o);\n",
        "export const q = p => p.has('hapikey', 1) || p.delete('hapikey', 1);\n",
    ),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in GIVEN.items() for text in texts])
def test_a_query_that_no_request_takes_leaves_the_verdict_open(tmp_path: Path, name: str, text: str) -> None:
    report = scanned(tmp_path, {name: text})
    assert not clean(report)
    assert {gap.kind for gap in report.gaps} == {"unexplained_mention"}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in LOOKED_AT.items() for text in texts])
def test_code_that_only_looks_for_the_key_leaves_the_verdict_green(tmp_path: Path, name: str, text: str) -> None:
    report = scanned(tmp_path, {name: text})
    assert clean(report), [(one.line, one.message) for one in report.findings]
    assert report.findings


PAGE = """<html><script src="//js.hs-scripts.com/1.js"></script><script>
function send(form) { %s }
</script></html>
"""


@pytest.mark.parametrize("sends", ["fetch('/', {method: 'POST', body: form})", "$.post('/api/vote', form)"])
def test_a_page_that_sends_to_its_own_server_leaves_the_verdict_green(tmp_path: Path, sends: str) -> None:
    assert clean(scanned(tmp_path, {"page.html": PAGE % sends}))


@pytest.mark.parametrize("sends", ["fetch(form.action)", "$.post(form.action, form)", "axios.create(form).get('/a')"])
def test_a_page_that_sends_anywhere_leaves_the_verdict_open(tmp_path: Path, sends: str) -> None:
    head = "import axios from 'axios';\n// for HubSpot\nexport "
    body = PAGE.split("<script>\n")[1].split("</script>")[0]
    report = scanned(tmp_path, {"page.js": head + body % sends})
    assert not clean(report)


STRANGERS = {
    "a function": "crmlib.send('/lists', token=os.environ['KEY'])\n",
    "what gives a name that nothing reads": "out = crmlib.sync(os.environ['HUBSPOT_API_KEY'])\n",
    "an address for a name that nothing reads": "out = crmlib.source({'base': 'https://api.hubapi.com'}, KEY)\n",
    "a client": "print(crmlib.Client(KEY).lists())\n",
    "in a mapping": "crmlib.start({'token': KEY})\n",
    "in a header": "crmlib.start(headers={'Authorization': f'Bearer {KEY}'})\n",
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_credential_that_a_library_nobody_knows_is_given_leaves_the_verdict_open(tmp_path: Path, name: str) -> None:
    report = scanned(tmp_path, {"app.py": f"import crmlib\n{REACH}{MOVED}{STRANGERS[name]}"})
    assert [(one.line, one.kind) for one in report.gaps] == [(6, "unexplained_place")]


@pytest.mark.parametrize(
    "looks",
    [
        "import base64, hashlib\nprint(hashlib.sha256(KEY.encode()).hexdigest(), base64.b64encode(KEY.encode()))\n",
        "import jwt\nprint(jwt.encode({'iss': 'us'}, KEY))\n",
    ],
)
def test_a_credential_that_known_code_looks_at_is_no_question(tmp_path: Path, looks: str) -> None:
    assert scanned(tmp_path, {"app.py": REACH + MOVED + looks}).gaps == ()


HEADED = "`Bearer ${process.env.HUBSPOT_TOKEN}`"
CONFIGURED = {
    "base.js": "fetch(`${process.env.HUBSPOT_URL}/objects/deals`, { headers: { Authorization: token } });\n",
    "fallback.ts": "const base = process.env.HUBSPOT_URL || '';\nfetch(`${base}/objects/deals`);\n",
    "token.js": f"fetch(`${{process.env.CRM_URL}}/objects/deals`, {{ headers: {{ Authorization: {HEADED} }} }});\n",
    "base.py": 'import os, requests\nrequests.get(os.environ["HUBSPOT_URL"] + "/objects/deals", headers=given())\n',
    "base.sh": 'curl "$HUBSPOT_URL/objects/deals" -H "Authorization: Bearer $CRM_TOKEN"\n',
}


@pytest.mark.parametrize("name", CONFIGURED)
def test_an_address_or_token_that_is_configured_as_hubspots_is_hubspots(tmp_path: Path, name: str) -> None:
    report = scanned(tmp_path, {name: CONFIGURED[name]})
    assert len(report.calls) == 1
    assert report.calls[0].line == CONFIGURED[name].count("\n")
    if not name.endswith(".sh"):  # what scripts send asks for scopes where that is wanted
        assert not clean(report)
        assert "/objects/deals" in report.gaps[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "fetch(`/objects/deals`, { headers: { Authorization: `Bearer ${token}` } });\n// for HubSpot's page\n",
        "fetch(`${process.env.STRIPE_URL}/charges`); // not HubSpot\n",
    ],
)
def test_an_own_page_or_another_service_is_not(tmp_path: Path, text: str) -> None:
    assert not scanned(tmp_path, {"a.js": text}).calls


def test_a_namespace_of_the_program_itself_is_no_library(tmp_path: Path) -> None:
    files = {
        f"src/{name}.cs": f"using HubSpot.Model;\nnamespace HubSpot.Model\n{{ class {name} {{}} }}\n"
        for name in ("Deal", "Owner", "Line")
    }
    alone = scanned(tmp_path / "alone", files)
    assert [one.kind for one in alone.findings] == ["unread_code"]
    assert not clean(alone)
    files["src/Client.cs"] = 'namespace HubSpot { class Client { string url = "https://api.hubapi.com"; } }\n'
    told = scanned(tmp_path / "told", files)
    assert {one.path for one in told.findings} == {"src/Client.cs"}
    files = {"src/Deal.cs": "using HubSpot.NET.Core;\nnamespace Crm { class Deal {} }\n"}
    assert {one.path for one in scanned(tmp_path / "library", files).findings} == {"src/Deal.cs"}


@pytest.mark.parametrize(("package", "asked"), [("lodash", 0), ("crmlib", 1)])
def test_a_package_of_javascript_is_asked_about_unless_it_sends_nothing(
    tmp_path: Path, package: str, asked: int
) -> None:
    call = "fetch('https://api.hubapi.com/crm/v3/owners', { headers: { Authorization: `Bearer ${KEY}` } });\n"
    program = f"const it = require('{package}');\nconst KEY = process.env.HUBSPOT_KEY;\nit.isNil(KEY);\n{call}"
    assert len(scanned(tmp_path, {"app.js": program}).gaps) == asked


JS_CLIENT = (
    "const { Client } = require('@hubspot/api-client');\nconst client = new Client({ accessToken: lib.token() });\n"
)
PY_CLIENT = "import sys\nimport lib\nfrom hubspot import HubSpot\nclient = HubSpot(access_token=lib.token())\n"
PASSED_BY = {
    "a name of the environment": ("a.js", "lib.run(process.env.HUBSPOT_TOKEN);\n"),
    "a name taken from the environment": ("a.js", "const { HUBSPOT_TOKEN } = process.env;\nlib.run(HUBSPOT_TOKEN);\n"),
    "a client of JavaScript": ("a.js", JS_CLIENT + "lib.run(client);\n"),
    "a client of Python": ("a.py", PY_CLIENT + "lib.run(client)\n"),
    "a method by a name, in JavaScript": ("a.js", JS_CLIENT + "client.crm.deals.basicApi[process.argv[2]]('1');\n"),
    "a part by a name, in JavaScript": ("a.js", JS_CLIENT + "client.crm[process.argv[2]].basicApi.getPage();\n"),
    "a method by a name, in Python": ("a.py", PY_CLIENT + "getattr(client.crm.deals.basic_api, sys.argv[1])('1')\n"),
    "a part by a name, in Python": ("a.py", PY_CLIENT + "getattr(client.crm, sys.argv[1]).basic_api.get_page()\n"),
}


@pytest.mark.parametrize("name", PASSED_BY)
def test_a_credential_or_client_of_which_no_request_is_seen_leaves_the_verdict_open(tmp_path: Path, name: str) -> None:
    path, text = PASSED_BY[name]
    report = scanned(tmp_path, {path: text})
    assert not clean(report)
    assert not report.scopes.complete


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", JS_CLIENT + "client.crm.deals.basicApi.getById('1');\n"),
        ("a.py", PY_CLIENT + "client.crm.owners.get_all()\n"),
    ],
)
def test_a_client_whose_requests_are_seen_is_no_question(tmp_path: Path, path: str, text: str) -> None:
    assert scanned(tmp_path, {path: text}).gaps == ()


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("return crmlib.Client(KEY).lists()", True),
        ("return crmlib.start({'token': KEY})", True),
        ("return crmlib.start(other)", False),
        ("return os.path.join(KEY, 'a')", False),
    ],
)
def test_a_function_that_gives_a_credential_to_code_nobody_knows_is_asked_about(
    tmp_path: Path, body: str, asked: bool
) -> None:
    program = f"{BEARER.replace('os, requests', 'os, requests, crmlib')}".replace('os.environ["TOKEN"]', "KEY")
    program = program.replace("requests.get", 'KEY = os.environ["TOKEN"]\nrequests.get')
    report = scanned(tmp_path, {"app.py": f"{program}\n\ndef lists(other):\n    {body}\n"})
    assert clean(report) != asked
    assert [gap.line for gap in report.gaps] == ([7] if asked else [])


IN_NODE = "process.env.HUBSPOT_TOKEN"
IN_PYTHON = "os.environ['HUBSPOT_TOKEN']"
TAKEN_IN = {
    "app.js": [
        "const crm = require('{}');\nBODY",
        "const {{ Client: C, ...rest }} = require('{}');\nconst crm = C;\nBODY",
        "const crm = require('{}').default;\nBODY",
        "let crm;\ncrm = require('{}').Client;\nBODY",
        "const _crm = require('{}');\nconst crm = _interopRequireDefault(_crm);\nBODY",
        "async function main() {{\n  const crm = require('{}');\n  BODY\n}}\nmain();",
    ],
    "app.mjs": [
        "import crm from '{}';\nBODY",
        "import * as crm from '{}';\nBODY",
        "import {{ Client as crm }} from '{}';\nBODY",
        "const {{ default: crm }} = await import('{}');\nBODY",
    ],
    "app.ts": ["import crm = require('{}');\nBODY"],
    "App.vue": ["<script>\nimport crm from '{}';\nBODY\n</script>"],
    "app.py": [
        "import os\nimport {} as crm\nBODY",
        "import os\nfrom {} import Client as crm\nBODY",
        "import os\ndef main():\n    import {} as crm\n    BODY\nmain()",
        "import importlib, os\ncrm = importlib.import_module('{}')\nBODY",
    ],
}
"""How files take in a library that they call ``crm``."""


def gaps_of(folder: Path, name: str, text: str) -> list[str]:
    return [gap.reason for gap in scanned(folder, {name: text}).gaps]


@pytest.mark.parametrize(("name", "form"), [(name, form) for name, forms in TAKEN_IN.items() for form in forms])
def test_a_library_that_nobody_knows_is_one_however_it_is_taken_in(tmp_path: Path, name: str, form: str) -> None:
    is_python = name.endswith(".py")
    token = IN_PYTHON if is_python else IN_NODE
    made = "c = crm.Session({{'token': {}}})" if is_python else "const c = new crm.Session({{ token: {} }});"

    def asked(library: str, body: str) -> list[str]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return gaps_of(folder, name, form.format(library).replace("BODY", body))

    assert "`HUBSPOT_TOKEN` is read here, and no request was found that uses it" in asked("crmlib", made.format(token))
    assert not asked("crmlib", made.format(token.replace("HUBSPOT", "OTHER")))
    assert any(
        "is a library for HubSpot that this tool does not know" in one for one in asked("hubspotter", "crm.go()")
    )
    assert not asked("hubspotter", "")
    assert not asked("otherlib", "crm.go()")


@pytest.mark.parametrize(
    ("name", "text", "asked"),
    [
        ("app.js", "require('hubspotter').go();", 1),
        ("app.js", "const c = require('hubspotter')('x');\nc.go();", 1),
        ("app.js", "import('@acme/hubspot').then((crm) => crm.go());", 1),
        ("app.js", "require('hubspotter');", 0),
        ("app.js", "require('./hubspotter').go();", 0),
        ("app.js", "require('hubspot-forms').go();", 0),
        ("card.jsx", "import { hubspot } from '@hubspot/ui-extensions';\nhubspot.extend(() => <Card />);", 0),
        ("app.js", "require('node:fs').readFileSync('hubspot');", 0),
        ("app.py", "__import__('hubspotter').go()", 1),
        ("app.py", "__import__('hubspot_forms').go()", 0),
    ],
)
def test_a_library_for_hubspot_that_is_used_where_it_is_loaded_is_asked_about(
    tmp_path: Path, name: str, text: str, asked: int
) -> None:
    assert len(gaps_of(tmp_path, name, text)) == asked


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("return crmlib.start({ token: KEY })", True),
        ("return new crmlib.Client(KEY)", True),
        ("return crmlib.start(other)", False),
        ("return path.join(KEY, 'a')", False),
    ],
)
def test_a_function_of_javascript_that_gives_a_credential_to_code_nobody_knows_is_asked_about(
    tmp_path: Path, body: str, asked: bool
) -> None:
    head = "const crmlib = require('crmlib');\nconst path = require('path');\nconst KEY = process.env.TOKEN;\n"
    call = "fetch('https://api.hubapi.com/crm/v3/owners', { headers: { Authorization: `Bearer ${KEY}` } });\n"
    report = scanned(tmp_path, {"app.js": f"{head}{call}function lists(other) {{\n  {body};\n}}\n"})
    assert [gap.line for gap in report.gaps] == ([6] if asked else [])


@pytest.mark.parametrize(
    ("taken", "asked"),
    [
        ("const { HUBSPOT_API_KEY = '' } = process.env;", True),
        ("const { A, HUBSPOT_API_KEY: key } = env;", True),
        ("const kept = { HUBSPOT_API_KEY: key };", False),
        ("const { OTHER_KEY: key } = env;", False),
    ],
)
def test_a_credential_that_is_taken_out_of_an_object_is_read(tmp_path: Path, taken: str, asked: bool) -> None:
    assert bool(gaps_of(tmp_path, "app.js", f"const env = process.env;\n{taken}\nconsole.log('hubspot');")) == asked


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sync.sh", "{}\n"),
        ("crontab", "* * * * * {}\n"),
        ("Dockerfile", "FROM node\nRUN {}\n"),
        ("Procfile", "web: {}\n"),
        ("Jenkinsfile", "pipeline {{ stages {{ stage('a') {{ steps {{ sh '{}' }} }} }} }}\n"),
        (".gitlab-ci.yml", "sync:\n  script:\n    - {}\n"),
    ],
)
def test_an_address_in_a_command_that_nobody_knows_is_asked_about(tmp_path: Path, name: str, text: str) -> None:
    def asked(command: str) -> int:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return len(scanned(folder, {name: text.format(command)}).gaps)

    assert asked("mytool https://api.hubapi.com/crm/v3/owners") == 1
    assert asked("mytool https://example.com/crm/v3/owners") == 0
    assert asked("curl https://api.hubapi.com/crm/v3/owners") == 0
    if name != "crontab":
        assert asked("echo https://api.hubapi.com/crm/v3/owners") == 0


def test_an_address_that_a_container_is_given_is_asked_about_where_nothing_is_there_to_read_it(tmp_path: Path) -> None:
    file = "FROM node\n# https://api.hubapi.com/a\nENV BASE=https://api.hubapi.com\nRUN test -n $BASE\n"
    assert [gap.line for gap in scanned(tmp_path / "alone", {"Dockerfile": file}).gaps] == [3]
    reader = "const base = process.env.BASE; // of hubspot\nconsole.log(base);\n"
    assert not scanned(tmp_path / "read", {"Dockerfile": file, "app.js": reader}).gaps


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("!mytool https://api.hubapi.com/crm/v3/owners", ["unexplained_place"]),
        ("%%bash\nmytool '/owners?hapikey=$KEY'", ["unexplained_mention"]),
        ("%%bash\n# mytool 'https://api.hubapi.com/owners?hapikey=$KEY'", []),
        ("!echo https://api.hubapi.com/crm/v3/owners", []),
        ("!curl -H 'Authorization: Bearer $T' https://api.hubapi.com/crm/v3/owners", []),
        ("# !mytool https://api.hubapi.com/crm/v3/owners", []),
    ],
)
def test_what_a_notebook_gives_to_the_shell_is_no_comment(tmp_path: Path, line: str, kinds: list[str]) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": [line]}
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python"}}
    notebook = json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    assert [gap.kind for gap in scanned(tmp_path, {"sync.ipynb": notebook}).gaps] == kinds


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("app.js", "throw new Error('no answer to ' + KEY);", True),
        ("app.js", "throw new Error('no answer');", False),
        ("app.js", "new Map([['a', KEY]]);", False),
    ],
)
def test_a_credential_in_the_message_of_an_error_is_told(tmp_path: Path, name: str, text: str, found: bool) -> None:
    call = "fetch('https://api.hubapi.com/crm/v3/owners', { headers: { Authorization: `Bearer ${KEY}` } });\n"
    report = scanned(tmp_path, {name: f"const KEY = process.env.TOKEN;\n{call}{text}\n"})
    assert any(one.code == "HK404" for one in report.findings) == found


CLIENT = """\
const { Client } = require("@hubspot/api-client");
async function find(kind) {
  const c = new Client({ accessToken: process.env.TOKEN });
  if (kind === "owners") return c.crm.owners.ownersApi.getPage();
  return OTHER;
}
find("owners");
"""


@pytest.mark.parametrize(
    ("other", "is_clean"),
    [("c.crm.deals.basicApi.create({ properties: {} })", False), ("c.cache.get({ kind })", True)],
)
def test_what_a_client_library_is_asked_for_where_nothing_leads_leaves_the_verdict_open(
    tmp_path: Path, other: str, is_clean: bool
) -> None:
    manifest = {"package.json": '{"dependencies": {"@hubspot/api-client": "11.0.0"}}'}
    report = scanned(tmp_path, {**manifest, "a.js": CLIENT.replace("OTHER", other)})
    assert clean(report) == is_clean, [(one.path, one.line, one.message) for one in report.findings]


def test_a_file_that_only_takes_what_makes_a_client_is_read(tmp_path: Path) -> None:
    sends = """\
import os, requests
class Client:
    def __init__(self, key): self.key = key
    def send(self, path): return requests.get("https://api.hubapi.com" + path, params={"hapikey": self.key})
class Service:
    def __init__(self): self.client = Client(os.environ["HUBSPOT_API_KEY"])
def connect(): return Client(os.environ["HUBSPOT_API_KEY"])
def again(): return connect()
"""
    files = {
        "api.py": sends,
        "one.py": "from api import connect\ndef run(): connect().send('/contacts/v1/lists')\n",
        "two.py": "import api\ndef run(): api.again().send('/deals/v1/pipelines')\n",
        "three.py": "from api import Service\ndef run(): Service().client.send('/owners/v2/owners')\n",
    }
    found = {call.endpoint for call in scanned(tmp_path, files).calls}
    assert found >= {"/contacts/v1/lists", "/deals/v1/pipelines", "/owners/v2/owners"}
