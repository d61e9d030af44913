"""A command that nobody knows and that is given a credential is asked about, in whatever file it stands."""

# ruff: noqa: E501 - commands read best on one line each

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from migrator import cli

FILES = {
    "sync.sh": "#!/bin/sh\n{}\n",
    "Makefile": "sync:\n\t{}\n",
    "Procfile": "worker: {}\n",
    "crontab": "0 1 * * * {}\n",
    "Dockerfile": "FROM vendor/crm\nCMD {}\n",
    "sync.service": "[Service]\nExecStart={}\n",
    ".github/workflows/sync.yml": "jobs:\n  sync:\n    steps:\n      - run: |\n          set -e\n          {}\n",
    ".gitlab-ci.yml": "sync:\n  script:\n    - {}\n",
    "docker-compose.yml": "services:\n  sync:\n    image: vendor/crm\n    command: {}\n",
    "playbook.yml": "- tasks:\n    - name: sync\n      shell: {}\n",
    "package.json": '{{"scripts": {{"sync": "{}"}}}}\n',
    "Jenkinsfile": "pipeline {{ stages {{ stage('sync') {{ steps {{ sh '{}' }} }} }} }}\n",
}
GIVEN = (
    "crm-sync --key $HUBSPOT_API_KEY",
    "crm-sync --key=${HUBSPOT_API_KEY} --all",
    "crm-sync $HUBSPOT_API_KEY",
    "OTHER=1 ./vendor/bin/sync -k $HUBSPOT_API_KEY",
    "echo $HUBSPOT_API_KEY | crm-sync --stdin",
    "docker run vendor/crm sync --hapikey $HUBSPOT_API_KEY",
)
SET = (
    "gh secret set HUBSPOT_API_KEY --body $OTHER",
    "aws ssm put-parameter --name /crm/HUBSPOT_API_KEY --value $OTHER",
    "export HUBSPOT_API_KEY=$OTHER",
    "HUBSPOT_API_KEY=$OTHER crm-sync",
    "docker run -e HUBSPOT_API_KEY=$HUBSPOT_API_KEY vendor/crm",
    "docker build --build-arg HUBSPOT_API_KEY=$HUBSPOT_API_KEY .",
    "make deploy HUBSPOT_API_KEY=$HUBSPOT_API_KEY",
)
KEPT = (
    "test -n $HUBSPOT_API_KEY",
    "echo $HUBSPOT_API_KEY | base64",
    "rake db:drop_hubspot_tokens",
)


def scanned(here: Path, capfd: pytest.CaptureFixture[str], **files: str) -> dict[str, Any]:
    for name, text in files.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text)
    assert cli.run(("scan", str(here), "--format", "json", "--exit-zero")) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


@pytest.mark.parametrize("name", FILES)
def test_what_a_command_nobody_knows_is_given_is_asked_about(name: str, tmp_path: Path, capfd) -> None:
    for number, command in enumerate(GIVEN):
        report = scanned(tmp_path / str(number), capfd, **{name: FILES[name].format(command)})
        asked = [gap["reason"] for gap in report["gaps"]]
        assert len(asked) == 1, command
        assert asked[0].startswith("`HUBSPOT_API_KEY` is given to `"), command
        assert not report["scopes"]["complete"]
        assert [one["kind"] for one in report["findings"]] == ["undecided"], command


@pytest.mark.parametrize("name", FILES)
def test_what_keeps_or_tests_a_credential_is_not_asked_about(name: str, tmp_path: Path, capfd) -> None:
    for number, command in enumerate(KEPT):
        report = scanned(tmp_path / str(number), capfd, **{name: FILES[name].format(command)})
        assert report["gaps"] == [], command


@pytest.mark.parametrize("name", [name for name in FILES if name != "Jenkinsfile"])
def test_what_sets_a_name_for_a_program_that_is_not_there_is_asked_about(name: str, tmp_path: Path, capfd) -> None:
    reader = "import os, requests\nH = {'Authorization': 'Bearer ' + os.environ['HUBSPOT_API_KEY']}\n"
    reader += "requests.get('https://api.hubapi.com/crm/v3/objects/contacts', headers=H)\n"
    for number, command in enumerate(SET):
        files = {name: FILES[name].format(command)}
        report = scanned(tmp_path / str(number), capfd, **files)
        reasons = [gap["reason"] for gap in report["gaps"]]
        assert reasons == ["`HUBSPOT_API_KEY` is named here, and nothing in the project reads it"], command
        assert scanned(tmp_path / f"{number}r", capfd, **files, **{"crm.py": reader})["gaps"] == [], command


@pytest.mark.parametrize(
    "files",
    [
        {"deploy.yaml": "containers:\n- image: vendor/crm\n  args: ['--hapikey=$(HUBSPOT_API_KEY)']\n"},
        {
            "deploy.yaml": "containers:\n- image: vendor/crm\n  command: [sync]\n  args:\n  - --key\n  - $(HUBSPOT_API_KEY)\n"
        },
        {"docker-compose.yml": 'services:\n  sync:\n    command: ["sh", "-c", "crm-sync --key $$HUBSPOT_API_KEY"]\n'},
        {"Dockerfile": 'FROM vendor/crm\nENTRYPOINT ["crm-sync", "--hapikey", "$HUBSPOT_API_KEY"]\n'},
    ],
)
def test_a_list_of_words_is_a_command_too(files: dict[str, str], tmp_path: Path, capfd) -> None:
    assert [gap["kind"] for gap in scanned(tmp_path, capfd, **files)["gaps"]] == ["unexplained_place"]


@pytest.mark.parametrize(
    "files",
    [
        {"run.ps1": "if ($env:HUBSPOT_API_KEY -eq $HUBSPOT_API_KEY) { exit 1 }\n"},
        {"app.yml": "description: Set --hapikey to ${HUBSPOT_API_KEY}.\n"},
    ],
)
def test_what_is_no_command_is_not_asked_about(files: dict[str, str], tmp_path: Path, capfd) -> None:
    assert scanned(tmp_path, capfd, **files)["gaps"] == []


def test_a_command_that_runs_what_is_analysed_is_not_asked_about(tmp_path: Path, capfd) -> None:
    program = "import sys, requests\nrequests.get('https://api.hubapi.com/crm/v3/objects/contacts', params={'hapikey': sys.argv[1]})\n"
    report = scanned(tmp_path, capfd, **{"jobs/sync.py": program, "run.sh": "python jobs/sync.py $HUBSPOT_API_KEY\n"})
    assert report["gaps"] == []
    assert len(report["calls"]) == 1


def test_a_comment_of_a_script_mentions_the_key_and_is_asked_nothing(tmp_path: Path, capfd) -> None:
    report = scanned(
        tmp_path, capfd, **{"old.sh": "#!/bin/sh\n# was: GET /contacts/v1/lists?hapikey=\nls # ?hapikey=KEY\n"}
    )
    assert report["gaps"] == []
    assert {one["kind"] for one in report["findings"]} == {"doc_mention"}


def test_a_file_that_is_not_what_its_name_says_is_asked_about(tmp_path: Path, capfd) -> None:
    report = scanned(tmp_path, capfd, **{"jobs.json": '{"scripts": {"sync": "crm-sync --hapikey $HUBSPOT_API_KEY"'})
    assert [gap["reason"] for gap in report["gaps"]] == [
        "this file cannot be read (a comma is missing (line 1)) and mentions the key (line 1)"
    ]
    assert scanned(tmp_path, capfd, **{"jobs.json": '{"about": "the HUBSPOT_API_KEY of old"}'})["gaps"] == []


KEY = "7c1d9e2f-4b3a-4d5e-8f60-a1b2c3d4e5f6"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("config/config.exs", f'config :shop, :hubspot,\n  api_key: "{KEY}"\n', 2),
        ("page.txt", f"next=https%3A%2F%2Fapi.hubapi.com%2Fowners%2Fv2%2Fowners%3Fhapikey%3D{KEY}\n", 1),
        ("owners.sh", f'curl "https://api.hubapi.com/owners/v2/owners?hapikey=${{HUBSPOT_API_KEY:-{KEY}}}"\n', 1),
    ],
)
def test_a_key_is_told_in_whatever_way_it_is_written(name: str, text: str, line: int, tmp_path: Path, capfd) -> None:
    found = scanned(tmp_path, capfd, **{name: text})["findings"]
    assert ("hardcoded_key", name, line) in {(one["kind"], one["path"], one["line"]) for one in found}


def test_another_setting_of_such_a_statement_is_no_key(tmp_path: Path, capfd) -> None:
    text = f'config :shop, :stripe,\n  api_key: "{KEY}"\n\nconfig :shop, :hubspot, portal: 1\n'
    report = scanned(tmp_path, capfd, **{"config/config.exs": text})
    assert not any(one["kind"] == "hardcoded_key" for one in report["findings"])


@pytest.mark.parametrize(
    "text",
    [
        'export DB_PASSWORD=Zq9xW7vT5rB3\ncurl "https://api.hubapi.com/owners/v2/owners?hapikey=$K"\n',
        "crm-sync --key $HUBSPOT_API_KEY --password Zq9xW7vT5rB3\n",
    ],
)
def test_no_excerpt_and_no_diff_of_a_script_holds_a_secret_of_others(text: str, tmp_path: Path, capfd) -> None:
    (tmp_path / "owners.sh").write_text(text)
    page = tmp_path.parent / "page.html"
    assert cli.run(("scan", str(tmp_path), "--format", "json", "--output", f"html={page}", "--exit-zero")) == 0
    assert cli.run(("migrate", str(tmp_path))) in (0, 1)
    shown = page.read_text() + "".join(capfd.readouterr())
    assert "Zq9xW7vT" not in shown


def test_a_suppressed_line_of_code_that_is_not_read_leaves_no_question(tmp_path: Path, capfd) -> None:
    kept = "<?php\n// hapikey: ignore[] ours\nf('hapikey=' . $k);\n"
    assert scanned(tmp_path, capfd, **{"a.php": kept})["gaps"] == []
    assert len(scanned(tmp_path, capfd, **{"a.php": kept + "g('hapikey=' . $k);\n"})["gaps"]) == 1


def test_a_gem_that_cannot_be_looked_into_is_named_as_skipped(tmp_path: Path, capfd) -> None:
    (tmp_path / "crm.gem").write_bytes(b"\x1f\x8b\x08\x00")
    assert [one["path"] for one in scanned(tmp_path, capfd)["skipped"]] == ["crm.gem"]


def test_an_address_that_such_a_command_is_given_is_asked_about_once(tmp_path: Path, capfd) -> None:
    text = 'address() {\n  out "https://api.hubapi.com/contacts/v1/lists?hapikey=$HUBSPOT_API_KEY&count=$1"\n}\ncurl -s "$(address 5)"\n'
    assert len(scanned(tmp_path, capfd, **{"lists.sh": text})["gaps"]) == 1
