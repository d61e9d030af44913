"""What is told about small programs: each kind of finding with a twin that must not bring it, and where it all ends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

import migrator.report
from migrator import migration, pipeline
from migrator.errors import ConfigurationError
from migrator.model.report import Finding, Gap, Report
from migrator.project import Project
from migrator.report.json import render
from migrator.report.parts.facts import alike, answer_line, named, reason
from migrator.scopes.granted import needs
from migrator.settings import Settings

SCHEMA = json.loads((Path(migrator.report.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))
UUID = "1a2b3c4d-1234-4abc-8def-0123456789af"
HEAD = 'import os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nHOST = "https://api.hubapi.com"\n'
LISTS = 'requests.get(HOST + "/contacts/v1/lists", params={"hapikey": KEY})\n'
OWNERS = 'requests.get(HOST + "/crm/v3/owners", params={"hapikey": KEY})\n'


def scanned(folder: Path, files: Mapping[str, str] | str, **settings: object) -> Report:
    """Returns the report of a program, having checked what must hold of every report."""
    for name, text in ({"app.py": files} if isinstance(files, str) else files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    report = pipeline.scan(replace(Settings(paths=(str(folder),)), **settings))  # type: ignore[arg-type]
    check(report)
    return report


def check(report: Report) -> None:
    text = render([report])
    jsonschema.validate(json.loads(text), SCHEMA)
    assert UUID not in text
    ends = report.occurrences
    assert ends.total == ends.in_call + ends.finding + ends.gap + ends.suppressed + ends.own_name
    assert not any(one.kind == "internal_error" for one in report.findings), report.errors
    ids = {call.id for call in report.calls}
    assert all(set(one.calls) <= ids for one in report.findings)
    assert all(one.reason for one in report.findings if one.fix in ("unsafe", "manual"))
    assert len({one.id for one in report.findings}) == len(report.findings)
    assert len({one.id for one in report.gaps}) == len(report.gaps)


def of(report: Report, kind: str) -> list[Finding]:
    return [one for one in report.findings if one.kind == kind]


OAUTH_ONLY = (
    'requests.get("https://api.hubapi.com/webhooks/v3/7/subscriptions", headers={"Authorization": f"Bearer {KEY}"})\n'
)
AUTHORIZE = 'URL = "https://app.hubspot.com/oauth/authorize?client_id=1&scope=%s%%20oauth"\n'
PROXY = 'requests.get(HOST + "/crm/v3/owners", params={"hapikey": KEY}, headers={"Authorization": "Basic abc"})\n'
SESSION = 'session = requests.Session()\nsession.params = {"hapikey": KEY}\nsession.get(HOST + "/crm/v3/owners")\n'
UNCHECKED = "import httpx\nsession = requests.Session(%s)\n%s\n" + SESSION.partition("\n")[2]
SHARED_TOKEN = (
    'session = requests.Session()\nsession.headers["Authorization"] = "Bearer " + os.environ["TOKEN"]\n'
    + 'HEADERS = {"Authorization": os.environ["OTHER"]}\n'
    + 'session.get(HOST + "/crm/v3/owners", params={"hapikey": KEY}%s)\n'
)
SDK = "import hubspot\n\nclient = hubspot.Client.create(api_key=KEY)\nclient.crm.contacts.basic_api.get_page()\n"
DOMAINS = "import hubspot\n\nclient = hubspot.Client.create(api_key=KEY)\nclient.cms.domains.domains_api.get_page()\n"
OLD = "from hapi.owners import OwnersClient\n\nOwnersClient(api_key=KEY).get_owners()\n"
SHARED = 'requests.get(HOST + "/webhooks/v3/7/subscriptions", params={"hapikey": KEY})\n'

BEARER = 'requests.get(HOST + "/crm/v3/owners", headers={"Authorization": %s})\n'
BOTH = OWNERS.replace("})", '}, headers={"Authorization": "Bearer " + os.environ["TOKEN"]})')
EITHER = """params, headers = {}, {}
if os.environ.get("OLD"):
    params["hapikey"] = KEY
else:
    headers["Authorization"] = "Bearer " + os.environ["TOKEN"]
requests.get(HOST + "/crm/v3/owners", params=params, headers=headers)
"""
EITHER_URL = """old = os.environ.get("OLD")
headers = None if old else {"Authorization": "Bearer " + os.environ["TOKEN"]}
requests.get(HOST + "/crm/v3/owners" + ("?hapikey=" + KEY if old else ""), headers=headers)
"""

KINDS: list[tuple[str, Mapping[str, str] | str, Mapping[str, str] | str]] = [
    ("key_in_params", HEAD + OWNERS, HEAD + 'requests.get("https://example.com/", params={"hapikey": KEY})\n'),
    ("key_in_url", HEAD + 'requests.get(f"{HOST}/crm/v3/owners?hapikey={KEY}")\n', HEAD + OWNERS),
    ("key_in_session", HEAD + SESSION, HEAD + OWNERS),
    ("key_in_sdk", HEAD + SDK, HEAD + SDK.replace("api_key=", "access_token=")),
    (
        "oauth_query",
        HEAD + OWNERS.replace("hapikey", "access_token"),
        HEAD + 'requests.get(HOST + "/crm/v3/owners", headers={"Authorization": f"Bearer {KEY}"})\n',
    ),
    ("developer_key", HEAD + SHARED, HEAD + OWNERS),
    ("key_source", HEAD + OWNERS, HEAD + 'requests.get(HOST + "/crm/v3/owners")\n'),
    (
        "hardcoded_key",
        HEAD.replace('os.environ["HUBSPOT_API_KEY"]', f'"{UUID}"') + OWNERS,
        HEAD.replace('os.environ["HUBSPOT_API_KEY"]', '"your-api-key"') + f'FORM = "{UUID}"\n' + OWNERS,
    ),
    ("demo_key", HEAD + 'requests.get(f"{HOST}/crm/v3/owners?hapikey=demo")\n', HEAD + OWNERS),
    ("unresolved_call", HEAD + 'requests.get(HOST + os.environ["WHERE"], params={"hapikey": KEY})\n', HEAD + OWNERS),
    ("unknown_endpoint", HEAD + OWNERS.replace("owners", "nonsense/at/all"), HEAD + OWNERS),
    ("wrong_method", HEAD + OWNERS.replace("get", "delete"), HEAD + OWNERS),
    ("blocked_endpoint", HEAD + OAUTH_ONLY, HEAD + SHARED),
    ("sunset_endpoint", HEAD + LISTS, HEAD + OWNERS),
    ("legacy_scope", HEAD + AUTHORIZE % "contacts", HEAD + AUTHORIZE % "crm.objects.contacts.read"),
    ("legacy_scope", HEAD + 'SCOPES = ["contacts", "oauth"]  # hubspot\n', HEAD + 'TABLES = ["contacts"]  # hubspot\n'),
    ("mixed_hosts", HEAD + SESSION + 'session.get("https://example.com/")\n', HEAD + SESSION),
    ("insecure_transport", HEAD.replace("https:", "http:") + OWNERS, HEAD + OWNERS),
    (
        "insecure_transport",
        HEAD + OWNERS.replace("params", "verify=False, params"),
        HEAD + OWNERS.replace("params", "verify=CA, params"),
    ),
    ("insecure_transport", HEAD + UNCHECKED % ("", "session.verify = False"), HEAD + UNCHECKED % ("", "")),
    ("insecure_transport", HEAD + UNCHECKED.replace("requests.Session", "httpx.Client") % ("verify=False", ""), HEAD),
    ("conflicting_authorization", HEAD + SHARED_TOKEN % "", HEAD + SHARED_TOKEN % ", headers=HEADERS"),
    ("conflicting_authorization", HEAD + PROXY, HEAD + OWNERS),
    ("conflicting_authorization", HEAD + BOTH, HEAD + EITHER),
    ("conflicting_authorization", HEAD + BOTH, HEAD + EITHER_URL),
    ("malformed_authorization", HEAD + BEARER % 'f"Bearer{KEY}"', HEAD + BEARER % 'f"Bearer {KEY}"'),
    ("malformed_authorization", HEAD + BEARER % '"bearer" + KEY', HEAD + BEARER % '"bearer" + " " + KEY'),
    ("malformed_authorization", HEAD + BEARER % '"Bearer: %s" % KEY', HEAD + BEARER % '"Bearer  %s" % KEY'),
    ("malformed_authorization", HEAD + BEARER % "KEY", HEAD + BEARER % 'os.environ["PROXY_HEADER"]'),
    ("malformed_authorization", HEAD + BEARER % "KEY", HEAD.replace("api.hubapi.com", "example.com") + BEARER % "KEY"),
    (
        "hardcoded_key",
        f'import hubspot of\n\nACCESS_KEY = "{UUID}"\n',
        f'import hubspot of\n\nFORM_ID = "{UUID}"\n',
    ),
    ("hardcoded_key", f'def of(hubspot:\n    return go(api_key="{UUID}"\n', f'def of(:\n    api_key = "{UUID}"\n'),
    ("shared_key_source", HEAD + OWNERS + SHARED, HEAD + OWNERS),
    ("credential_logged", HEAD + 'print(f"{HOST}/crm/v3/owners?hapikey={KEY}")\n', HEAD + OWNERS + "print(HOST)\n"),
    (
        "credential_logged",
        HEAD + 'import sys\nsys.stderr.write(f"{HOST}/crm/v3/owners?hapikey={KEY}")\n',
        HEAD + OWNERS + 'open("a", "w").write(f"{HOST}/crm/v3/owners?hapikey={KEY}")\n',
    ),
    (
        "credential_logged",
        "import logging\n" + HEAD + OWNERS + 'logging.info("sent %s", {"hapikey": KEY})\n',
        "import logging\n" + HEAD + OWNERS + 'logging.info("sent %s", KEY[-4:])\n',
    ),
    (
        "credential_logged",
        HEAD + OWNERS + 'params = {"hapikey": KEY}\nprint(f"sent {params}")\n',
        HEAD + OWNERS + 'params = {"count": 1}\nprint(f"sent {params}")\n',
    ),
    (
        "credential_logged",
        HEAD + f'MINE = "{UUID}"\nrequests.get(HOST + "/crm/v3/owners?hapikey=" + MINE)\nprint("sent", MINE)\n',
        HEAD + OWNERS + f'FORM = "{UUID}"\nprint("sent", FORM)\n',
    ),
    (
        "dependency",
        {"app.py": HEAD + OLD, "requirements.txt": "hapipy==2.10.0\n"},
        {"app.py": HEAD + SDK, "requirements.txt": "hubspot-api-client==8.2.1\n"},
    ),
    (
        "dependency",
        {"app.py": HEAD + DOMAINS, "requirements.txt": "hubspot-api-client==4.0.6\n"},
        {"app.py": HEAD + SDK, "requirements.txt": "hubspot-api-client==4.0.6\n"},
    ),
    (
        "test_or_fixture",
        {"app.py": HEAD + OWNERS, "tests/test_app.py": 'def test_url():\n    assert "hapikey=x" in last_url()\n'},
        HEAD + OWNERS,
    ),
    ("test_or_fixture", {"tests/cassettes/a.yaml": "uri: https://api.hubapi.com/a?hapikey=x\n"}, HEAD + OWNERS),
    ("doc_mention", {"README.md": "Append `hapikey` to each URL.\n"}, HEAD + OWNERS),
    ("doc_mention", HEAD + OWNERS + "# the hapikey goes into the URL\n", HEAD + OWNERS),
    ("unparsable", "def broken(:\n    hapikey = 1\n", "def broken(:\n    other = 1\n"),
    ("unused_suppression", HEAD + OWNERS + "print(1)  # hapikey: ignore[HK101] done\n", HEAD + OWNERS),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "files", "twin"), KINDS, ids=[f"{n}-{k[0]}" for n, k in enumerate(KINDS)])
def test_a_kind_is_told_where_it_is_and_not_where_it_is_not(
    tmp_path: Path, kind: str, files: Mapping[str, str] | str, twin: Mapping[str, str] | str
) -> None:
    assert of(scanned(tmp_path / "it", files), kind)
    assert not of(scanned(tmp_path / "twin", twin), kind)


def test_what_replaces_a_blocked_endpoint_and_a_gone_one_is_said(tmp_path: Path) -> None:
    report = scanned(tmp_path, HEAD + OAUTH_ONLY + LISTS)
    assert "webhooks component" in of(report, "blocked_endpoint")[0].message
    assert "/crm/lists/2026-09 replaces it and needs crm.lists.read" in of(report, "sunset_endpoint")[0].message
    assert any(call.blocked and "webhooks component" in call.blocked for call in report.calls)


EITHER_HEADER = 'for sent in ({"Authorization": "Bearerabc"}, {"Authorization": os.environ["HUBSPOT_TOKEN"]}):\n'
WRONG_HEADERS = f"{EITHER_HEADER}    requests.get(HOST + '/crm/v3/owners', headers=sent)\n"


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (
            "insecure_transport",
            HEAD.replace("https:", "http:") + OWNERS.replace("params", "verify=False, params"),
            ["Plain HTTP in GET /crm/v3/owners"],
        ),
        (
            "malformed_authorization",
            HEAD + WRONG_HEADERS,
            ["/crm/v3/owners has no `Bearer ` in front of the token", "/crm/v3/owners has no space after `Bearer`"],
        ),
    ],
)
def test_each_thing_that_is_wrong_at_one_place_is_told_once(
    tmp_path: Path, kind: str, text: str, told: list[str]
) -> None:
    report = scanned(tmp_path, text)
    found = sorted(of(report, kind), key=lambda one: one.message)
    assert len(found) == len(told)
    assert all(said in one.message for said, one in zip(told, found, strict=True))
    assert all(one.calls == tuple(call.id for call in report.calls) for one in found)


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("print(url)", "unsafe"),
        ("print('calls ' + url)", "unsafe"),
        ("print(url, KEY)", "manual"),
        ("print(KEY)", "manual"),
    ],
)
def test_what_is_printed_is_mended_by_the_change_that_takes_the_key_out_of_it(
    line: str, fix: str, tmp_path: Path
) -> None:
    text = f'{HEAD}url = f"{{HOST}}/crm/v3/owners?hapikey={{KEY}}"\n{line}\nrequests.get(url)\n'
    assert min(one.fix for one in of(scanned(tmp_path, text), "credential_logged")) == fix


def test_a_change_that_encrypts_mends_plain_http(tmp_path: Path) -> None:
    (found,) = of(scanned(tmp_path, HEAD.replace("https:", "http:") + OWNERS), "insecure_transport")
    assert found.fix == "unsafe"


def test_a_dependency_names_the_release_and_what_it_changes(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"app.py": HEAD + OLD, "requirements.txt": "hapipy==2.10.0\n"})
    (found,) = of(report, "dependency")
    assert (found.path, found.line, found.fix) == ("requirements.txt", 1, "manual")
    assert "cannot send a Bearer token" in found.message
    assert found.calls == tuple(call.id for call in report.calls)


def test_suppressed_occurrences_are_counted_as_such(tmp_path: Path) -> None:
    plain = scanned(tmp_path / "a", HEAD + OWNERS).occurrences
    quiet = scanned(tmp_path / "b", HEAD + OWNERS.rstrip() + "  # hapikey: ignore[HK101] next month\n").occurrences
    assert (plain.in_call, plain.suppressed, plain.own_name) == (1, 0, 0)
    assert (quiet.in_call, quiet.suppressed, quiet.own_name) == (0, 1, 1)


def test_own_reports_and_settings_are_no_findings(tmp_path: Path) -> None:
    first = scanned(tmp_path, HEAD + OWNERS)
    (tmp_path / "report.json").write_text(render([first]), encoding="utf-8")
    (tmp_path / "hapikey-migrator.toml").write_text('select = ["key_in_params"]  # hapikey\n', encoding="utf-8")
    again = pipeline.scan(Settings(paths=(str(tmp_path),)))
    check(again)
    assert [one.id for one in again.findings] == [one.id for one in first.findings]
    assert again.occurrences.own_name == again.occurrences.total - first.occurrences.total > 0


def test_code_of_other_languages_is_a_gap_and_configuration_is_not(tmp_path: Path) -> None:
    files = {"send.rb": 'get("/crm/v3/owners?hapikey=" + key)\n', ".env.sample": "HAPIKEY=\n", "app.py": HEAD + OWNERS}
    report = scanned(tmp_path, files)
    (gap,) = report.gaps
    assert (gap.kind, gap.path, gap.line) == ("unread", "send.rb", 1)
    assert "Ruby is not analysed" in gap.reason
    assert [one.path for one in of(report, "unread_key")] == ["send.rb"]
    assert not report.scopes.complete


def test_a_name_that_sends_nothing_is_a_note_that_leaves_nothing_open(tmp_path: Path) -> None:
    helper = "from other import hide_hapikey\n\n\ndef hide_hapikey(text):\n    return text\n\n\nshow = hide_hapikey\n"
    report = scanned(tmp_path, helper)
    (note,) = of(report, "idle_mention")
    assert "3 times" in note.message
    assert (report.gaps, report.scopes.complete, report.occurrences.finding) == ((), True, 3)


@pytest.mark.parametrize(
    ("line", "complete"),
    [
        ('HIDDEN = re.compile(r"([?&]hapikey=)[^&]+")\n', True),
        ('parser.add_argument("--hapikey")\n', True),
        ('PARAMS = {"hapikey": KEY}\n', False),
        ('WHERE = "/crm/v3/owners?hapikey=" + KEY\n', False),
        ('options["hapikey"] = KEY\n', False),
        ("options.params.hapikey = KEY\n", False),
        ("assert options.hapikey == KEY\n", True),
        ("class Own:\n    def keep(self):\n        self.hapikey = KEY\n", True),
    ],
)
def test_only_a_mention_that_hands_the_key_on_can_hide_a_request(tmp_path: Path, line: str, complete: bool) -> None:
    report = scanned(tmp_path, "import re\nfrom cli import options, parser, KEY\n" + line)
    assert (bool(of(report, "idle_mention")), not report.gaps, report.scopes.complete) == (complete,) * 3


@pytest.mark.parametrize(
    ("line", "complete"),
    [
        ('def ask(url):\n    return url + "?hapikey=" + KEY\n', False),
        ('if "x" == "y":\n    HOST += "?hapikey=" + KEY\n', False),
        ('SUFFIX = "/profile?hapikey="\n', False),
        ('def has(url):\n    return "hapikey=" in url\n', True),
        ('def hide(url):\n    return url.replace("hapikey=", "")\n', True),
    ],
)
def test_a_text_with_the_key_that_no_request_takes_is_not_explained_by_others(
    tmp_path: Path, line: str, complete: bool
) -> None:
    report = scanned(tmp_path, HEAD + OWNERS + line)
    assert (not report.gaps, report.scopes.complete) == (complete,) * 2


def test_ids_and_fingerprints_stay_when_code_moves(tmp_path: Path) -> None:
    body = HEAD + OWNERS + LISTS + 'requests.get(HOST + os.environ["WHERE"], params={"hapikey": KEY})\n'
    before, after = scanned(tmp_path / "a", body), scanned(tmp_path / "b", "# moved\n\n\n" + body)
    assert [one.line + 3 for one in before.findings] == [one.line for one in after.findings]
    for name in ("findings", "calls", "gaps", "changes"):
        assert [one.id for one in getattr(before, name)] == [one.id for one in getattr(after, name)]
    assert [one.fingerprint for one in before.findings] == [one.fingerprint for one in after.findings]


@pytest.mark.parametrize(
    ("name", "program"),
    [
        (
            "a.py",
            "import sys\nimport requests\n\nKEY = ''\nif len(sys.argv) > 1:\n    KEY = sys.argv[1]\n"
            "requests.get('https://api.hubapi.com/owners/v2/owners', params={'hapikey': KEY})\n",
        ),
        (
            "a.js",
            "let key = '';\nif (process.argv.length > 2) key = process.argv[2];\n"
            "fetch('https://api.hubapi.com/owners/v2/owners?hapikey=' + key);\n",
        ),
    ],
)
def test_a_key_that_is_empty_until_the_command_line_says_it_is_one(tmp_path: Path, name: str, program: str) -> None:
    (one,) = scanned(tmp_path, {name: program}).credentials
    assert one.sources[-1].how == "argument"


@pytest.mark.parametrize(
    ("name", "program"),
    [
        (
            "a.py",
            "import boto3, requests\nstore = boto3.client('ssm')\n"
            "for_url = lambda name: store.get_parameter(Name=name)['Parameter']['Value']\n"
            "requests.get('https://api.hubapi.com/owners/v2/owners', params={'hapikey': for_url('/a')})\n"
            "requests.get('https://api.hubapi.com/crm/v3/owners', params={'hapikey': for_url('/b')})\n",
        ),
        (
            "a.js",
            "const keeper = new (require('aws-sdk').SecretsManager)();\n"
            "const kept = n => keeper.getSecretValue({SecretId: n}).promise();\n"
            "const get = async n => JSON.parse((await kept(n)).SecretString).key;\n"
            "(async () => { await fetch('https://api.hubapi.com/owners/v2/owners?hapikey=' + await get('/a'));\n"
            "await fetch('https://api.hubapi.com/crm/v3/owners?hapikey=' + await get('/b')); })();\n",
        ),
    ],
)
def test_two_secrets_of_a_secret_manager_are_two_credentials(tmp_path: Path, name: str, program: str) -> None:
    first, second = scanned(tmp_path, {name: program}).credentials
    assert [one.sources[0].how for one in (first, second)] == ["secret_manager"] * 2
    assert (first.sources[0].name[:2], second.sources[0].name[:2]) == ("/a", "/b")


def test_two_accounts_are_two_credentials_and_a_default_is_none_of_its_own(tmp_path: Path) -> None:
    two = HEAD + 'OTHER = os.environ["OTHER_API_KEY"]\n' + OWNERS + OWNERS.replace("KEY", "OTHER")
    assert len(scanned(tmp_path / "two", two).credentials) == 2
    one = HEAD + f"\n\ndef owners(key=KEY):\n    return {OWNERS.replace('KEY', 'key')}"
    (held,) = scanned(tmp_path / "one", one).credentials
    assert (held.tenancy, {source.how for source in held.sources}) == ("single", {"environment", "parameter"})


@pytest.mark.parametrize(
    "loop",
    [
        "for account in Account.objects.all():\n    key = account.hubspot_key\n    ",
        "for row in csv.DictReader(open('accounts.csv')):\n    key = row['key']\n    ",
        "for row in cursor.fetchall():\n    key = row[0]\n    ",
        "def view(request):\n    key = request.GET['hapikey']\n    ",
    ],
)
def test_a_key_for_each_customer_needs_an_oauth_app(tmp_path: Path, loop: str) -> None:
    program = "import csv\nfrom shop import Account, cursor\n" + HEAD + loop + OWNERS.replace("KEY", "key")
    (held,) = scanned(tmp_path, program).credentials
    assert held.tenancy == "multi"
    assert {one.credential for one in held.targets if one.usable} == {"oauth_app"}


def test_what_tests_send_asks_for_nothing_and_is_listed(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"tests/test_live.py": HEAD + "\n\ndef test_owners():\n    assert " + OWNERS})
    assert [call.context for call in report.calls] == ["test"]
    assert report.scopes.required == ()
    assert report.scopes.left_out == (report.calls[0].id,)


ANY_OBJECT = (
    HEAD + 'KIND = os.environ["KIND"]\nrequests.get(f"{HOST}/crm/v3/objects/{KIND}", params={"hapikey": KEY})\n'
)
ANY_URL = HEAD + 'requests.get(HOST + os.environ["WHERE"], params={"hapikey": KEY})\n'


@pytest.mark.parametrize(
    ("program", "answer", "scopes"),
    [
        (ANY_OBJECT, ("contacts", "deals"), {"crm.objects.contacts.read", "crm.objects.deals.read"}),
        (ANY_URL, ("/crm/v3/objects/deals",), {"crm.objects.deals.read"}),
    ],
)
def test_an_answer_completes_the_scopes(
    tmp_path: Path, program: str, answer: tuple[str, ...], scopes: set[str]
) -> None:
    asked = scanned(tmp_path, program)
    (gap,) = asked.gaps
    assert not asked.scopes.complete
    told = scanned(tmp_path, program, answers={gap.id: answer})
    assert told.gaps == ()
    assert told.scopes.complete
    assert {one.scope for one in told.scopes.required} == scopes


TWO_PARTS = (
    HEAD
    + """
def link(left, right):
    return requests.put(f"{HOST}/crm/v4/objects/{left}/1/associations/default/{right}/2", params={"hapikey": KEY})
"""
)


def test_each_part_of_a_path_has_a_question_of_its_own(tmp_path: Path) -> None:
    left, right = sorted(scanned(tmp_path, TWO_PARTS).gaps, key=lambda gap: gap.reason)
    assert ("`left` (app.py:" in left.reason, "`right` (app.py:" in right.reason) == (True, True)
    assert {"deals", "tickets"} <= set(left.choices)
    one = scanned(tmp_path, TWO_PARTS, answers={left.id: ("deals",)})
    assert len(one.gaps) == 1
    both = scanned(tmp_path, TWO_PARTS, answers={left.id: ("deals",), right.id: ("0-5", "p_cars")})
    assert (both.gaps, both.scopes.complete) == ((), True)
    assert {item.scope for item in both.scopes.required} == {
        "crm.objects.deals.write",
        "tickets",
        "crm.objects.custom.write",
    }


@pytest.mark.parametrize("program", [ANY_OBJECT, TWO_PARTS])
def test_an_answer_that_cannot_be_is_refused(tmp_path: Path, program: str) -> None:
    gap = scanned(tmp_path, program).gaps[0]
    with pytest.raises(ConfigurationError, match="'dealz' is no answer to") as caught:
        scanned(tmp_path, program, answers={gap.id: ("deals", "dealz")})
    assert "contacts" in caught.value.advice


def test_an_answer_to_nothing_is_reported(tmp_path: Path) -> None:
    report = scanned(tmp_path, HEAD + OWNERS, answers={"g0123": ("contacts",)})
    assert [(gap.kind, "g0123" in gap.reason) for gap in report.gaps] == [("stale_answer", True)]


def test_an_answer_says_that_nothing_is_behind_a_mention(tmp_path: Path) -> None:
    files = {"app.py": HEAD + OWNERS, "send.rb": "hapikey\n"}
    (gap,) = scanned(tmp_path, files).gaps
    told = scanned(tmp_path, files, answers={gap.id: ("no request",)})
    assert (told.gaps, told.scopes.complete) == ((), True)


@pytest.mark.parametrize("secret", ["s3cr3t-value-of-ours", UUID, "CJSP5qf1KhICAQEYs-gDIIGOBii1hQ"])
@pytest.mark.parametrize(
    "program",
    [
        'requests.get(HOST + os.environ["WHERE"] + "?hapikey=%s")\n',
        'requests.get(HOST + "/crm/v3/owners", headers={"Authorization": "Bearer %s"})\n',
        'KEY = "%s"\n' + SDK + OWNERS,
        'KEY = os.getenv("HUBSPOT_API_KEY", "%s")\n' + OWNERS + "print(KEY)\n",
    ],
)
def test_a_written_credential_is_told_and_never_shown(tmp_path: Path, secret: str, program: str) -> None:
    report = scanned(tmp_path, HEAD + program % secret)
    assert secret not in render([report])
    assert of(report, "hardcoded_key")
    assert report.secrets
    changed = migration.migrate(Settings(paths=(str(tmp_path),), unsafe=True))
    assert secret not in changed.diff
    assert secret not in "".join(changed.remarks)


def test_names_are_cut_over_where_they_are_set_and_read(tmp_path: Path) -> None:
    files = {
        "app.py": HEAD + OWNERS,
        "deploy/docker-compose.yml": "services:\n  a:\n    environment:\n      HUBSPOT_API_KEY: x\n",
        "main.tf": 'env {\n  name  = "HUBSPOT_API_KEY"\n}\n',
        "other.py": 'import os\n\nprint(bool(os.environ.get("HUBSPOT_API_KEY")))\n',
        "README.md": "Set HUBSPOT_API_KEY.\n",
    }
    (found,) = scanned(tmp_path, files).cutover
    assert [(one.kind, one.path, one.line) for one in found.set_at] == [
        ("compose", "deploy/docker-compose.yml", 4),
        ("terraform", "main.tf", 2),
    ]
    assert [(one.path, one.line) for one in found.read_at] == [("app.py", 5), ("other.py", 3)]


def test_texts_and_files_come_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763683200")
    report = scanned(tmp_path / "crm-sync", HEAD + OWNERS)
    assert (report.project, report.date, report.token_env) == ("crm-sync", "2025-11-21", "HUBSPOT_ACCESS_TOKEN")
    assert set(report.guide.scopes) == {one.scope for one in report.scopes.required} != set()
    assert "hsproject.json" in report.guide.files
    assert {one.code for one in report.findings} <= set(report.guide.findings)
    assert report.tool.rules
    assert any("hapikey" in one.text for one in report.excerpts)


def test_a_failing_root_is_a_finding_and_not_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Project, changed: Mapping[str, str] | None = None) -> None:
        raise ZeroDivisionError(UUID)

    monkeypatch.setattr(Project, "evaluate", fail)
    (tmp_path / "app.py").write_text(HEAD + OWNERS, encoding="utf-8")
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    (found,) = report.findings
    assert (found.kind, report.scopes.complete) == ("internal_error", False)
    assert "ZeroDivisionError" in found.message
    assert UUID not in render([report])


def test_every_finding_and_request_names_the_rule_file_of_its_row(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "endpoints").mkdir(parents=True)
    row = (
        "- paths: {'/lab/{version}/things': v1}\n  scopes: none\n  source: seen\n  sure: low\n  endpoints: {GET: {}}\n"
    )
    (own / "endpoints" / "lab.yaml").write_text(row, encoding="utf-8")
    report = scanned(
        tmp_path / "code", HEAD + OWNERS + LISTS + OWNERS.replace("/crm/v3/owners", "/lab/v1/things"), rules=(own,)
    )
    assert {one.rule for one in report.findings} == {"rules/findings.yaml"}
    assert {call.endpoint: call.rule for call in report.calls} == {
        "/crm/v3/owners": "rules/corrections.yaml",
        "/contacts/v1/lists": "rules/endpoints/contacts.yaml",
        "/lab/v1/things": f"{own.as_posix()}/endpoints/lab.yaml",
    }


def test_a_request_that_no_row_tells_names_no_rule_file(tmp_path: Path) -> None:
    report = scanned(tmp_path, HEAD + OWNERS.replace("/crm/v3/owners", "/no/such/thing"))
    assert [call.rule for call in report.calls] == [""]


def test_what_a_query_and_a_body_tell_counts_for_a_comparison_with_what_is_granted(tmp_path: Path) -> None:
    get = 'requests.get(HOST + "/crm/v3/objects/contacts/1", params={"hapikey": KEY, "associations": "deals"})\n'
    url = 'f"{HOST}/crm-associations/v1/associations?hapikey={KEY}"'
    put = f'requests.put({url}, json={{"definitionId": 15}})\n'
    report = scanned(tmp_path, HEAD + get + put)
    asked = {need.call: need.match.scopes for need in needs(report, ()) if need.match}
    assert asked == {call.id: tuple(map(frozenset, call.scopes or ())) for call in report.calls}
    names = {"crm.objects.contacts.read", "crm.objects.deals.read", "crm.objects.contacts.write", "tickets"}
    assert {scope.scope for scope in report.scopes.required} == names


def test_a_json_web_token_is_hidden_and_is_none_of_hubspot(tmp_path: Path) -> None:
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiSiJ9.hqWGSaFpvbrXkOWc6lrnff"
    text = f'{HEAD}{OWNERS}HEADERS = {{"Authorization": "Bearer {jwt}"}}\nMARK = "hapikey"\n'
    report = scanned(tmp_path, text)
    assert not of(report, "hardcoded_key")
    assert jwt not in render([report])
    other = scanned(tmp_path, text.replace(jwt, "CJSP5qf1KhICAQEYs0gDIIGOBii1hQIyGQAf3xBKmlwHjX7"))
    assert of(other, "hardcoded_key")


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ('os.environ["BASE"] + "/email/a@b.c/profile"', None),
        ("f\"https://api.hubapi.com/{os.environ['AREA']}/email/{who}\"", None),
        ('os.environ["BASE"] + "/contacts/v1/lists"', "/contacts/v1/lists"),
        ('f"https://api.hubapi.com/nowhere/{who}"', "/nowhere/{who}"),
    ],
)
def test_a_path_that_begins_with_something_unknown_is_known_where_the_rules_know_the_rest(
    tmp_path: Path, url: str, endpoint: str | None
) -> None:
    program = f"""import os
import requests
def go(who):
    return requests.get({url}, params={{"hapikey": os.environ["K"]}})
"""
    report = scanned(tmp_path, program)
    assert [call.endpoint for call in report.calls] == [endpoint]
    kinds = {gap.kind for gap in report.gaps}
    assert ("dynamic_url" in kinds) is (endpoint is None)
    assert not of(report, "unknown_endpoint") or endpoint is not None


@pytest.mark.parametrize(("more", "context"), [("", "program"), ("def test_it():\n    pass\n", "test")])
def test_a_file_is_no_test_by_its_name_alone(tmp_path: Path, more: str, context: str) -> None:
    report = scanned(tmp_path, {"test_hubspot_api.py": HEAD + OWNERS + more})
    assert [call.context for call in report.calls] == [context]


def test_one_placeholder_in_two_urls_is_one_credential(tmp_path: Path) -> None:
    urls = ("/contacts/v1/lists?hapikey=YOUR API KEY", "/crm/v3/owners?hapikey=YOUR API KEY")
    program = "import requests\n" + "".join(f'requests.get("https://api.hubapi.com{url}")\n' for url in urls)
    report = scanned(tmp_path, program)
    assert [[source.name for source in one.sources] for one in report.credentials] == [["'YOUR API KEY'"] * 2]


@pytest.mark.parametrize(("item", "gap"), [("one", True), ("'lists'", False)])
def test_a_long_loop_is_a_gap_only_where_its_items_decide_what_is_sent(tmp_path: Path, item: str, gap: bool) -> None:
    names = [f"a{number}" for number in range(60)]
    program = f"""{HEAD}
for one in {names}:
    requests.post(f"{{HOST}}/crm/v3/objects/{{{item}}}", json={{"name": one}}, params={{"hapikey": KEY}})
"""
    report = scanned(tmp_path, program)
    assert any(each.kind == "budget" for each in report.gaps) is gap


def test_what_only_a_test_sends_does_not_explain_the_program(tmp_path: Path) -> None:
    client = 'def send(get, path):\n    return get(path + "?hapikey=" + key())\n'
    test = 'import requests\nfrom client import send\n\ndef test_it():\n    send(requests.get, "https://api.hubapi.com/a/b")\n'
    report = scanned(tmp_path, {"client.py": client, "tests/test_client.py": test})
    (own,) = [call for call in report.calls if call.context == "program"]
    assert (own.path, own.auth, own.resolved) == ("client.py", ("api_key",), False)
    assert not report.scopes.complete


def test_a_page_for_people_is_no_request_to_the_api(tmp_path: Path) -> None:
    report = scanned(tmp_path, 'import requests\nrequests.get("https://app.hubspot.com/login-api/v1/login")\n')
    assert not report.calls


WRAPPED = {
    "crm.py": HEAD
    + "\n\ndef send(path):\n    return fetch(HOST + path)\n\n\ndef fetch(url):\n"
    + '    return requests.get(url, params={"hapikey": KEY})\n',
    "jobs.py": 'from crm import send\n\nPATH = "/contacts/v1/lists"\n\n\ndef lists():\n    return send(PATH)\n\n\n'
    'def owners():\n    return send(\n        "/owners/v2/owners"\n    )\n\n\nlists()\nowners()\n',
}


def test_what_is_said_of_an_endpoint_stands_where_the_code_names_it(tmp_path: Path) -> None:
    report = scanned(tmp_path, WRAPPED)
    found = of(report, "sunset_endpoint")
    assert [(one.path, one.line) for one in found] == [("jobs.py", 7), ("jobs.py", 11)]
    log = json.loads(migrator.report.render("sarif", [report]))
    for result in (one for one in log["runs"][0]["results"] if one["ruleId"] == found[0].code):
        (sent,) = result["relatedLocations"]
        assert sent["physicalLocation"]["artifactLocation"]["uri"].endswith("crm.py")
        assert sent["physicalLocation"]["region"]["startLine"] == 14


def test_what_is_said_of_an_endpoint_that_is_named_where_it_is_sent_stands_there(tmp_path: Path) -> None:
    body = "\n\ndef lists():\n    return " + LISTS + "\n\ndef main():\n    lists()\n\n\nmain()\n"
    (found,) = of(scanned(tmp_path, HEAD + body), "sunset_endpoint")
    assert found.line == 10


def test_a_report_says_what_was_checked_out(tmp_path: Path) -> None:
    assert scanned(tmp_path, HEAD + LISTS).revisions == ()
    (tmp_path / "app").mkdir()
    (tmp_path / "app/a.py").write_text(HEAD)
    for command in (
        ("init", "-q", "-b", "trunk"),
        ("add", "."),
        ("-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-qm", "x"),
    ):
        subprocess.run(("git", *command), cwd=tmp_path, check=True)
    (found,) = scanned(tmp_path / "app", HEAD).revisions
    assert (len(found.commit), found.branch, found.prefix) == (40, "trunk", "app/")


def test_a_question_about_objects_lists_them_and_what_to_write(tmp_path: Path) -> None:
    body = 'def page(kind):\n    return requests.get(HOST + "/crm/v3/objects/" + kind, params={"hapikey": KEY})\n'
    (gap,) = (one for one in scanned(tmp_path, HEAD + body).gaps if one.kind == "dynamic_path")
    assert {"contacts", "deals"} <= set(gap.choices)
    assert answer_line(gap).startswith(f'{gap.id} = ["')


def test_a_token_that_stands_where_the_key_should_is_not_called_a_key(tmp_path: Path) -> None:
    token = "-".join(("pat", "na1", UUID))
    body = f'PAT = "{token}"\nrequests.get(HOST + "/crm/v3/owners?hapikey=" + PAT)\n'
    (found,) = of(scanned(tmp_path, HEAD + body), "key_in_url")
    assert found.message == "The private app token is in the URL of GET /crm/v3/owners."
    (found,) = of(scanned(tmp_path, HEAD + OWNERS), "key_in_params")
    assert "account API key" in found.message


def test_a_patch_that_takes_the_key_out_sends_none(tmp_path: Path) -> None:
    report = scanned(tmp_path, {"a.patch": "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-" + LISTS + "+pass\n"})
    assert [one.kind for one in report.findings] == ["doc_mention"]
    assert report.gaps == ()


def test_a_request_is_counted_as_what_its_finding_says(tmp_path: Path) -> None:
    literal = HEAD.replace('os.environ["HUBSPOT_API_KEY"]', f'"{UUID}"')
    report = scanned(tmp_path, literal + 'requests.get(f"{HOST}/crm/v3/owners?hapikey={KEY}")\n')
    (sent,), (call,) = of(report, "key_in_url"), report.calls
    assert sent.fix == call.fix == "safe"
    assert of(report, "hardcoded_key")


def test_endpoints_without_documented_scopes_are_one_question_of_their_file(tmp_path: Path) -> None:
    call = 'requests.get(HOST + "%s", headers={"Authorization": f"Bearer {KEY}"})\n'
    paths = ("/blog/v1/list.json", "/blog/v1/7/posts.json", "/blog/v1/7")
    files = {f"{name}.py": HEAD + "".join(call % path for path in paths) for name in ("one", "two")}
    gaps = [gap for gap in scanned(tmp_path, files).gaps if gap.kind == "undocumented_scope"]
    assert [gap.path for gap in gaps] == ["one.py", "two.py"]
    assert all("lines 7, 8, 9" in gap.reason for gap in gaps)


def test_a_key_that_a_function_which_nothing_leads_to_puts_there_may_be_missing(tmp_path: Path) -> None:
    shared = HEAD + "SHARED = {}\n\n\ndef sign(key):\n    SHARED['hapikey'] = key\n\n\n"
    send = "def owners():\n    return requests.get(HOST + '/crm/v3/owners', params=SHARED)\n"
    (call,) = scanned(tmp_path / "left", shared + send).calls
    assert call.auth == ("api_key", "none")
    (call,) = scanned(tmp_path / "led", shared + send + "\n\nsign(KEY)\nowners()\n").calls
    assert call.auth == ("api_key",)


def test_questions_that_differ_only_in_their_lines_are_one() -> None:
    plain = "an address stands here, and no request uses it"
    said = (plain.replace(",", " (lines 1, 7),"), plain)
    gaps = [
        Gap(id=f"g{n}", kind="unexplained_place", path=f"{n}.js", line=1, column=1, reason=one, resolve="Look.")
        for n, one in enumerate((*said, "a name stands here (lines 1, 7), and no request uses it"))
    ]
    groups = alike(gaps)
    assert [[gap.id for gap in group] for group in groups] == [["g0", "g1"], ["g2"]]
    assert [reason(group) for group in groups] == [said[1], gaps[2].reason]
    assert [named(group, gap) for group in groups for gap in group] == ["lines 1, 7", "", ""]
