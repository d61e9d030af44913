"""What maintainers run: rules follow the specifications, keep what is hand-made, and labels are right."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from migrator.catalog.catalog import load
from migrator.catalog.sources import read_sources
from migrator.catalog.store import Folder, shipped
from tools import score, specification

RULES = """# crm: how to read this is in migrator/catalog/rows.py, what the sources stand for in rules/sources.yaml.
# Compared: 2026-01-01

- spec: CRM/Things
  paths:
    /crm/{version}/things: v3
  scopes: tickets
  status: legacy
  unsupported: 2027-09
  access: read
  source: before
  endpoints:
    GET: {note: kept by hand}
    POST /search: {}
"""


def _security(*scopes: str, scheme: str = "private_apps") -> dict[str, object]:
    return {"security": [{"oauth2": [scope]} for scope in scopes] + [{scheme: [scope]} for scope in scopes]}


class Collection:
    """A git checkout of specifications, and a folder of rules that was compared with its first commit."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.rules = place / "specs", place / "rules"
        self.place.mkdir()
        self.git("init", "-q")
        self.commit("2026-01-01", {"/crm/v3/things": {"get": _security("tickets")}})
        head = self.git("rev-parse", "HEAD").strip()
        (self.rules / "endpoints").mkdir(parents=True)
        (self.rules / "endpoints/crm.yaml").write_text(RULES)
        for name in ("objects.yaml", "sources.yaml"):
            text = (shipped().path / name).read_text()
            (self.rules / name).write_text(re.sub(r"(?m)^  head: .*$", f"  head: '{head[:10]}'", text))
        monkeypatch.setattr(specification, "shipped", lambda: Folder(self.rules, "rules", True))

    def git(self, *arguments: str, **environment: str) -> str:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        command = ["git", "-C", str(self.place), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment or None).stdout

    def commit(self, day: str, paths: dict[str, object]) -> None:
        file = self.place / "PublicApiSpecs/CRM/Things/Rollouts/1/v3/things.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"paths": paths}))
        self.git("add", "-A")
        when = f"{day}T12:00:00Z"
        self.git("commit", "-q", "-m", day, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when, PATH="/usr/bin:/bin")

    def run(self, *options: str) -> int:
        return specification.main([str(self.place), *options])

    def text(self) -> str:
        return (self.rules / "endpoints/crm.yaml").read_text()


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    return Collection(tmp_path, monkeypatch)


def test_a_state_that_was_compared_changes_nothing(collection: Collection, capsys) -> None:
    assert collection.run("--write") == 0
    assert capsys.readouterr().out == ""
    assert collection.text() == RULES


def test_what_is_new_becomes_a_row_and_a_second_run_changes_nothing(collection: Collection, capsys) -> None:
    collection.commit(
        "2026-06-01",
        {
            "/crm/v3/things": {"get": {"security": [{"oauth2": ["tickets"]}]}},
            "/crm/v3/things/{thingId}": {"patch": {"security": [{"oauth2": ["automation"]}]}},
            "/crm/v3/things/{appId}/settings": {"get": _security("x.read", scheme="developer_hapikey")},
        },
    )
    assert collection.run() == 1
    shown = capsys.readouterr().out
    assert "+    PATCH /{thingId}:" in shown
    assert collection.text() == RULES
    assert collection.run("--write") == 1
    assert "GET: {note: kept by hand}" in collection.text()
    assert "automation" in collection.text()
    assert "developer_key" in collection.text()
    assert "POST /search" in collection.text()
    sources = read_sources(Folder(collection.rules, "", shipped=False))
    assert collection.git("rev-parse", "HEAD").startswith(sources.head)
    capsys.readouterr()
    assert collection.run("--write") == 0
    assert capsys.readouterr().out == ""


def test_what_changed_changes_its_row_and_keeps_its_note(collection: Collection) -> None:
    collection.commit("2026-02-01", {"/crm/v3/things": {"get": _security("automation")}})
    assert collection.run("--write") == 1
    assert "  scopes: automation" in collection.text()
    assert "GET: {note: kept by hand}" in collection.text()
    assert "POST /search: {scopes: tickets, source: before}" in collection.text()


def test_an_operation_that_names_oauth_alone_is_no_news(collection: Collection) -> None:
    collection.commit("2026-06-01", {"/crm/v3/things": {"get": {"security": [{"oauth2": ["tickets"]}]}}})
    collection.run("--write")
    assert collection.text() == RULES.replace("2026-01-01", "2026-06-01")


def test_bad_usage_is_told(capsys) -> None:
    assert specification.main([]) == 2
    assert "usage" in capsys.readouterr().err


# -- labels ---------------------------------------------------------------------------------------------------------


def test_labelled_requests_are_answered_right() -> None:
    found = list(score.verdicts(load(), score.labels()))
    assert len(found) == 300
    assert [f"{row['method']} {row['path']}: {said}" for row, verdict, said in found if verdict == "wrong"] == []
    assert sum(verdict == "right" for _, verdict, _ in found) >= 0.97 * len(found)
