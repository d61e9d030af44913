"""A project with every kind of file that is no program: its report as people read it, line by line.

UPDATE_GOLDEN=1 writes what the tool says now into ``golden/carriers.txt``; review the difference.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cases import command, scan, tree

PROJECT = Path(__file__).parents[1] / "fixtures/projects/carriers"
GOLDEN = Path(__file__).parent / "golden/carriers.txt"
SECRETS = (
    "4b1f6c0e-93d7-4a52-8f10-6e2d5c9ab874",
    "NGIxZjZjMGUtOTNkNy00YTUyLThmMTAtNmUyZDVjOWFiODc0",
    "not-shown-anywhere",
)

READS_A_FILE = """import requests, yaml
KEY = yaml.safe_load(open("hub.yml"))["hubspot"]["key"]
requests.get("https://api.hubapi.com/crm/v3/owners", params={"hapikey": KEY})
"""


def lines(report: dict[str, Any]) -> list[str]:
    """What a report says, a line for each finding, request, gap and place of a name."""
    said = [f"{one['path']}:{one['line']} {one['kind']} [{one['fix']}]{_name(one)}" for one in report["findings"]]
    said += [
        f"{one['path']}:{one['line']} {one['client']} {one['method']} {one['endpoint']} {one['context']} {one['auth']}"
        for one in report["calls"]
    ]
    said += [f"{one['path']}:{one['line']} open: {one['reason']}" for one in report["gaps"]]
    for one in report["cutover"]:
        said += [f"{one['name']} set {at['path']}:{at['line']} {at['kind']} {at['given']}" for at in one["set_at"]]
        said += [f"{one['name']} read {at['path']}:{at['line']} {at['kind']}" for at in one["read_at"]]
    said += [f"scope {one['scope']}" for one in report["scopes"]["required"]]
    return [line.rstrip() for line in [*said, f"occurrences {report['occurrences']}"]]


def _name(finding: dict[str, Any]) -> str:
    """The dotted path that a finding about a setting names; other words are the rules' to choose."""
    return " " + finding["message"].split("`")[1] if finding["kind"] == "config_source" else ""


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return scan(PROJECT)


def test_the_report_is_as_it_was_reviewed(report: dict[str, Any]) -> None:
    said = "\n".join(lines(report)) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(said, encoding="utf-8")
    assert said == GOLDEN.read_text(encoding="utf-8")


def test_every_occurrence_ends_somewhere_and_nothing_is_open(report: dict[str, Any]) -> None:
    counts = dict(report["occurrences"])
    assert counts.pop("total") == sum(counts.values())
    assert report["gaps"] == []


def test_requests_that_are_written_down_ask_for_no_scope_unless_asked(report: dict[str, Any]) -> None:
    required = [one["scope"] for one in report["scopes"]["required"]]
    assert required == ["crm.objects.companies.read", "crm.objects.deals.read"]
    _, output = command("scan", str(PROJECT), "--format", "json", "--include-recorded")
    wider = [one["scope"] for one in json.loads(output)["scopes"]["required"]]
    assert {*required, "crm.objects.deals.write", "crm.objects.contacts.read"} <= set(wider)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "html", "markdown", "gitlab"])
def test_no_output_holds_a_secret(form: str) -> None:
    _, output = command("scan", str(PROJECT), "--format", form)
    assert output
    assert [one for one in SECRETS if one in output] == []


def test_the_rewrite_is_as_it_was_reviewed_and_leaves_nothing_for_a_second_run(tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(PROJECT, work)
    flags = ("--unsafe", "--token-env", "HUBSPOT_ACCESS_TOKEN")
    status, _ = command("migrate", str(work), "--write", *flags)
    assert status in (0, 1)
    diff = "".join(
        f"--- {path}\n{text.decode()}" for path, text in sorted(tree(work).items()) if tree(PROJECT).get(path) != text
    )
    golden = GOLDEN.with_name("carriers-migrated.txt")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(diff, encoding="utf-8")
    assert diff == golden.read_text(encoding="utf-8")
    assert command("migrate", str(work), *flags)[1] == ""


def test_a_submodule_is_reported_and_never_written(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    script = 'curl "https://api.hubapi.com/owners/v2/owners?hapikey=$K"\n'
    (tmp_path / "inner/run.sh").write_text(script)
    (tmp_path / "outer").mkdir()
    git(tmp_path / "inner")
    git(tmp_path / "outer", "submodule", "add", "-q", str(tmp_path / "inner"), "lib")
    (one,) = scan(tmp_path / "outer")["calls"]
    assert (one["path"], one["fix"]) == ("lib/run.sh", "manual")
    assert command("migrate", "--write", "--unsafe", str(tmp_path / "outer"))[0] == 1
    assert (tmp_path / "outer/lib/run.sh").read_text() == script


def git(folder: Path, *arguments: str) -> None:
    """Makes a repository of a folder, runs a command of git in it, and commits all."""
    name = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
    for line in (["init", "-q"], list(arguments), ["add", "-A"], ["commit", "-qm", "x"]):
        if line:
            subprocess.run(["git", "-C", str(folder), *name, *line], check=True, capture_output=True)


def test_a_key_that_a_program_reads_from_a_file_is_one_secret(tmp_path: Path) -> None:
    (tmp_path / "hub.yml").write_text(f"hubspot:\n  key: {SECRETS[0]}\n", encoding="utf-8")
    (tmp_path / "sync.py").write_text(READS_A_FILE, encoding="utf-8")
    assert [(one["path"], one["line"]) for one in scan(tmp_path)["secrets"]] == [("hub.yml", 2)]
