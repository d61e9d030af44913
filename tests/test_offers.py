"""What a migration offers beyond moving keys, through the command line: names, versions, tests, notes, many roots."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from migrator import cli

CLIENT = '''\
"""Set HUBSPOT_API_KEY first."""
import os
import requests
from hubspot import HubSpot

HUBSPOT_API_KEY = os.environ["HUBSPOT_API_KEY"]


def contact(vid):
    return requests.get(f"https://api.hubapi.com/contacts/v1/contact/vid/{vid}/profile?hapikey={HUBSPOT_API_KEY}")


def lists():
    return requests.get("https://api.hubapi.com/contacts/v1/lists?hapikey=" + os.environ["HUBSPOT_API_KEY"])


def proxied():
    return requests.get("https://api.hubapi.com/contacts/v1/lists?hapikey=" + HUBSPOT_API_KEY, auth=("me", "secret"))


def sdk():
    return HubSpot(api_key=HUBSPOT_API_KEY).communication_preferences.definition_api.get_page()
'''
TEST = """\
import responses
from app import client

@responses.activate
def test_contact():
    responses.add(responses.GET, "https://api.hubapi.com/contacts/v1/contact/vid/1/profile?hapikey=abc&a=1", json={})
    client.contact(1)
    assert "hapikey=" in responses.calls[0].request.url
"""
FILES = {
    "app/__init__.py": "",
    "app/client.py": CLIENT,
    "tests/test_client.py": TEST,
    "requirements.txt": "hubspot-api-client==3.4.0\n",
    ".env.sample": "HUBSPOT_API_KEY=\nHUBSPOT_API_KEY_OLD=1\n",
    "docker-compose.yml": "services:\n  app:\n    environment: [HUBSPOT_API_KEY]\n",
    ".github/workflows/ci.yml": "env:\n  HUBSPOT_API_KEY: ${{ secrets.HUBSPOT_API_KEY }}\n",
}
ACCOUNT = "import os\nimport requests\n\nKEY = os.environ['HUBSPOT_API_KEY']\n"
DEVELOPER = ACCOUNT + (
    "requests.get('https://api.hubapi.com/contacts/v1/lists', params={'hapikey': KEY})\n"
    "requests.get('https://api.hubapi.com/webhooks/v3/1/settings', params={'hapikey': KEY})\n"
)
TWO = ACCOUNT + (
    "requests.get('https://api.hubapi.com/contacts/v1/lists', params={'hapikey': KEY})\n"
    "requests.get('https://api.hubapi.com/contacts/v1/lists', params={'hapikey': os.environ['OTHER_KEY']})\n"
)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns an empty working folder, with a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Returns the exit status and what was printed."""
    status = cli.run(arguments)
    printed = capfd.readouterr()
    return status, printed.out, printed.err


def test_a_safe_migration_leaves_names_versions_and_tests(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put(repository, FILES)
    assert run(capfd, "migrate", "--write")[0] == 1
    changed = {name for name, text in FILES.items() if (repository / name).read_text() != text}
    assert changed == {"app/client.py"}
    assert "TODO" not in (repository / "app/client.py").read_text()


def test_what_was_written_is_told_as_data(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put(repository, FILES)
    planned = json.loads(run(capfd, "migrate", "--format", "json")[1])
    assert not any(change["written"] for change in planned["changes"] if "written" in change)
    status, shown, _ = run(capfd, "migrate", "--write", "--format", "json", "--output", "sarif=../a.sarif")
    assert status == 1  # of what is left
    told = json.loads(shown)
    assert [finding["id"] for finding in told["findings"]] == [finding["id"] for finding in planned["findings"]]
    written = {change["id"] for change in told["changes"] if change.get("written")}
    assert written == {change["id"] for change in planned["changes"] if change["safety"] == "safe"} != set()
    results = json.loads((repository.parent / "a.sarif").read_text())["runs"][0]["results"]
    marked = [one for one in results if one["properties"].get("written")]
    assert marked
    assert all(one["fixes"] for one in marked)
    again = json.loads(run(capfd, "migrate", "--write", "--format", "json")[1])
    assert not any(change.get("written") for change in again["changes"])


def test_a_finding_names_the_change_that_settles_it(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put(repository, FILES)
    told = json.loads(run(capfd, "migrate", "--format", "json")[1])
    changes = {change["id"]: change for change in told["changes"]}
    (found,) = [finding for finding in told["findings"] if finding["kind"] == "dependency"]
    change = changes[found["change"]]
    assert found["fix"] == change["safety"] == "unsafe"
    assert found["id"] in change["findings"]
    assert any(edit["path"] == "requirements.txt" for edit in change["edits"])


def test_a_complete_migration_is_told_as_data_and_ends_with_0(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    put(
        repository,
        {"a.py": ACCOUNT + "requests.get('https://api.hubapi.com/contacts/v1/lists', params={'hapikey': KEY})\n"},
    )
    status, shown, _ = run(capfd, "migrate", "--write", "--format", "json")
    assert status == 0
    assert [change["written"] for change in json.loads(shown)["changes"]] == [True]


def test_an_unsafe_migration_renames_raises_and_updates(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put(repository, FILES)
    flags = ("migrate", "--unsafe", "--aliases", "--annotate", "--token-env", "HUBSPOT_ACCESS_TOKEN")
    assert run(capfd, *flags, "--write")[0] == 1  # the request with another authentication is left
    text = {name: (repository / name).read_text() for name in FILES}
    assert text[".env.sample"] == "HUBSPOT_ACCESS_TOKEN=\nHUBSPOT_API_KEY_OLD=1\n"
    assert text["docker-compose.yml"] == FILES["docker-compose.yml"].replace("HUBSPOT_API_KEY", "HUBSPOT_ACCESS_TOKEN")
    assert "HUBSPOT_API_KEY" not in text[".github/workflows/ci.yml"]
    assert text["requirements.txt"] == "hubspot-api-client==8.1.0\n"
    assert '"""Set HUBSPOT_ACCESS_TOKEN first."""' in text["app/client.py"]
    assert 'HUBSPOT_API_KEY = os.environ["HUBSPOT_ACCESS_TOKEN"]' in text["app/client.py"]
    assert "HubSpot(access_token=HUBSPOT_API_KEY)" in text["app/client.py"]
    assert text["app/client.py"].count("    # TODO(hapikey-migrator): ") == 1
    assert "profile?a=1" in text["tests/test_client.py"]
    assert "    # TODO(hapikey-migrator): " in text["tests/test_client.py"].splitlines()[-2]
    assert run(capfd, *flags)[:2] == (0, "")
    assert run(capfd, "migrate", "--undo")[0] == 0
    assert {name: (repository / name).read_text() for name in FILES} == FILES


@pytest.mark.parametrize(
    ("code", "why"),
    [(DEVELOPER, "also holds a developer key"), (TWO, "several keys (HUBSPOT_API_KEY, OTHER_KEY)")],
)
def test_a_name_that_is_not_the_key_s_alone_stays(
    repository: Path, capfd: pytest.CaptureFixture[str], code: str, why: str
) -> None:
    put(repository, {"a.py": code, ".env": "HUBSPOT_API_KEY=\n"})
    _, shown, said = run(capfd, "migrate", "--unsafe", "--aliases", "--token-env", "NEW_NAME")
    assert why in said
    assert "NEW_NAME" not in shown


def test_a_patch_over_several_folders_applies(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = ACCOUNT + "requests.get('https://api.hubapi.com/contacts/v1/lists', params={'hapikey': KEY})\n"
    put(repository, {"one/a.py": code, "two/a.py": code, "three/a.py": code})
    status, shown, _ = run(capfd, "migrate", "one", "two", "--patch", "all.patch")
    assert status == 1
    assert (repository / "all.patch").stat().st_mode & 0o777 == 0o600
    assert shown.encode() == (repository / "all.patch").read_bytes()
    subprocess.run(("git", "apply", "all.patch"), check=True, cwd=repository)
    assert "hapikey" not in (repository / "one/a.py").read_text() + (repository / "two/a.py").read_text()
    assert (repository / "three/a.py").read_text() == code


def test_a_file_without_lines_of_bytes_is_written_all_the_same(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = ACCOUNT + "requests.get('https://api.hubapi.com/contacts/v1/lists', params={'hapikey': KEY})\n"
    (repository / "wide.py").write_bytes(code.encode("utf-16"))
    put(repository, {"plain.py": code})
    status, shown, said = run(capfd, "migrate")
    assert status == 1
    assert "plain.py" in shown
    assert "wide.py" not in shown
    assert "wide.py: its encoding has no place in a diff" in said
    assert run(capfd, "migrate", "--write")[0] == 0
    assert "hapikey" not in (repository / "wide.py").read_bytes().decode("utf-16")


def test_a_flag_gets_a_second_name_and_keeps_its_own(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = (
        "import argparse\nimport requests\n\nparser = argparse.ArgumentParser()\n"
        'parser.add_argument("--hapikey", required=True)\nkey = parser.parse_args().hapikey\n'
        'requests.get("https://api.hubapi.com/contacts/v1/lists", params={"hapikey": key})\n'
    )
    put(repository, {"a.py": code})
    assert "--access-token" not in run(capfd, "migrate")[1]
    assert run(capfd, "migrate", "--unsafe", "--aliases", "--write")[0] == 0
    assert 'add_argument("--hapikey", "--access-token", required=True)' in (repository / "a.py").read_text()
    assert run(capfd, "migrate", "--unsafe", "--aliases")[:2] == (0, "")


def test_a_parameter_of_a_library_gets_a_second_name_that_its_finding_offers(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = (
        "import requests\n\ndef lists(hapikey):\n"
        '    return requests.get("https://api.hubapi.com/contacts/v1/lists", params={"hapikey": hapikey})\n'
    )
    put(repository, {"a.py": code})
    told = json.loads(run(capfd, "migrate", "--aliases", "--format", "json")[1])
    (found,) = [finding for finding in told["findings"] if finding["kind"] == "key_source"]
    assert found["fix"] == "unsafe"
    assert "The parameter hapikey keeps its name" in found["reason"]
    assert run(capfd, "migrate", "--unsafe", "--aliases", "--write")[0] == 0
    assert (
        "def lists(hapikey=None, access_token=None):\n    hapikey = access_token or hapikey\n"
        in (repository / "a.py").read_text()
    )
    assert run(capfd, "migrate", "--unsafe", "--aliases")[:2] == (0, "")
