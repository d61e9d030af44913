"""A language is one folder: a toy one is added by the tests, and nothing else of the tool knows of it.

Its folder, ``tests/languages/toy``, is the specification of the contract: all that a language has to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator import languages as language_folders
from migrator import pipeline
from migrator.languages import registry
from migrator.model.report import Report
from migrator.settings import Settings

PROGRAM = """\
// reads contacts
let base = "https://api.hubapi.com"
let key = env HUBSPOT_API_KEY
get base + "/contacts/v1/lists/all/contacts/all" with hapikey = key
post base + "/crm/v3/objects/deals"
"""
PYTHON = 'import requests\nrequests.get("https://api.hubapi.com/owners/v2/owners", params={"hapikey": KEY})\n'


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    caches = (registry.languages, registry._by_suffix, registry._by_interpreter)
    monkeypatch.setattr(
        language_folders, "__path__", [*language_folders.__path__, str(Path(__file__).parent / "languages")]
    )
    for one in caches:
        one.cache_clear()
    yield
    for one in caches:
        one.cache_clear()


def scan(folder: Path, files: dict[str, str]) -> Report:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return pipeline.scan(Settings(paths=(folder,)))


def test_its_files_are_told_by_suffix_and_first_line() -> None:
    assert [one.name for one in registry.languages() if one.name in ("python", "toy")] == ["python", "toy"]
    for path, text in (("a.toy", ""), ("run", "#!/usr/bin/env toy\n")):
        language = registry.language_of(path, text)
        assert language is not None
        assert language.title == "Toy"


def test_its_requests_are_found_beside_those_of_other_languages(tmp_path: Path) -> None:
    report = scan(tmp_path, {"sync.toy": PROGRAM, "sync.py": PYTHON, "run": f"#!/usr/bin/env toy\n{PROGRAM}"})
    found = {(call.method, call.endpoint, tuple(call.auth), call.path, call.line) for call in report.calls}
    assert {one for one in found if one[3] != "run"} == {
        ("GET", "/owners/v2/owners", ("api_key",), "sync.py", 2),
        ("GET", "/contacts/v1/lists/all/contacts/all", ("api_key",), "sync.toy", 4),
        ("POST", "/crm/v3/objects/deals", ("none",), "sync.toy", 5),
    }
    assert {one[1:3] for one in found if one[3] == "run"} == {one[1:3] for one in found if one[3] == "sync.toy"}
    assert {"crm.objects.contacts.read"} <= {one.scope for one in report.scopes.required}


def test_its_keys_are_findings_that_a_comment_suppresses(tmp_path: Path) -> None:
    line = 'get "https://api.hubapi.com/owners/v2/owners" with hapikey = "7f3c1a92-5b8e-4d06-9e27-c41d8a6b03f5"\n'
    told = scan(tmp_path, {"a.toy": line})
    assert {"key_in_params", "hardcoded_key"} <= {one.kind for one in told.findings}
    assert "7f3c1a92" not in repr(told)
    kept = scan(tmp_path, {"a.toy": line.replace("\n", " // hapikey: ignore[hardcoded_key] a test account\n")})
    assert "hardcoded_key" not in {one.kind for one in kept.findings}


def test_what_it_does_not_take_is_a_gap(tmp_path: Path) -> None:
    report = scan(tmp_path, {"a.toy": f"{PROGRAM}dance hapikey\n"})
    assert [(gap.kind, gap.line) for gap in report.gaps if gap.kind == "syntax_error"] == [("syntax_error", 6)]
    assert not report.summary.complete
