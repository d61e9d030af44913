"""Small programs: the scopes of each credential are exactly those of the documents, and its app file is valid."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from migrator import cli
from migrator.catalog.facts import facts

PROGRAMS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "labels/programs.yaml").read_text())
HEAD = """import os
import requests

API = "https://api.hubapi.com"
KEY = os.environ["HUBSPOT_API_KEY"]
"""
VERB = """

def {name}(path, params=None, **more):
    return requests.{name}(API + path, params={{"hapikey": KEY, **(params or {{}})}}, **more)
"""


def written(code: str) -> str:
    """The program: what is before each, with the verbs that it calls."""
    verbs = [verb for verb in ("get", "post", "put", "patch") if re.search(rf"(?<![.\w]){verb}\(", code)]
    return HEAD + "".join(VERB.format(name=verb) for verb in verbs) + "\n\n" + code


APP = ("type", "requiredScopes", "optionalScopes", "conditionallyRequiredScopes")


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    return frozenset(name for name, scope in facts().scopes.items() if scope.selectable == "true")


def test_there_are_enough() -> None:
    assert len(PROGRAMS) == len({program["name"] for program in PROGRAMS}) == 56


@pytest.mark.parametrize("program", PROGRAMS, ids=[program["name"] for program in PROGRAMS])
def test_the_scopes_of_a_program(program: dict[str, Any], known: frozenset[str], tmp_path: Path, capfd) -> None:
    (tmp_path / "app.py").write_text(written(program["code"]))
    cli.run(("scan", str(tmp_path), "--format", "json", "--exit-zero"))
    report = json.loads(capfd.readouterr().out)
    found = {
        item["sources"][0]["name"]: [scope["scope"] for scope in item["scopes"]["required"]]
        for item in report["credentials"]
        if item["scopes"]["required"] or item["scopes"]["possible"] or item["scopes"]["unresolved"]
    }
    assert found == program["scopes"]
    assert report["scopes"]["complete"]
    if "later" in program:
        assert [item["scope"] for item in report["scopes"]["after_replacement"]] == program["later"]
    assert [item["scope"] for item in report["scopes"]["optional"]] == program.get("optional", [])
    for name in found:
        _valid_app(tmp_path, name, found[name], known)


def _valid_app(root: Path, credential: str, scopes: list[str], known: frozenset[str]) -> None:
    """An app with static authentication has required scopes alone, all of them known, and names HubSpot takes."""
    assert cli.run(("scopes", str(root), "--credential", credential, "--project", str(root / "made"))) == 0
    app = json.loads((root / "made/src/app/app-hsmeta.json").read_text())
    auth = app["config"]["auth"]
    assert tuple(auth) == APP
    assert auth["type"] == "static"
    assert auth["requiredScopes"] == ["oauth", *scopes]
    assert auth["optionalScopes"] == auth["conditionallyRequiredScopes"] == []
    assert set(scopes) <= known
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", app["uid"])
    assert app["config"]["distribution"] == "private"
    assert all(address.startswith("https://") for address in app["config"]["permittedUrls"]["fetch"])
    project = json.loads((root / "made/hsproject.json").read_text())
    assert re.fullmatch(r"20\d\d\.\d\d", project["platformVersion"])
