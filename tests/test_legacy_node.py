"""A repository of JavaScript, TypeScript and Python that sends one key: one scope set, one cut-over, one rewrite."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from migrator import cli

LEGACY = Path(__file__).parents[1] / "fixtures/projects/legacy-node"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "legacy-node"
    shutil.copytree(LEGACY, folder)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def scan(folder: Path, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    cli.run(["scan", "--isolated", "--exit-zero", "--format", "json", str(folder)])
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


def test_the_requests_of_both_languages_ask_for_one_set_of_scopes(copy: Path, capfd) -> None:
    report = scan(copy, capfd)
    requests = {(call["path"], call["method"], call["endpoint"], *call["auth"]) for call in report["calls"]}
    assert requests == {
        ("etl/report.py", "GET", "/crm/v3/objects/companies", "api_key"),
        ("functions/ticket.js", "POST", "/crm/v3/objects/tickets", "api_key"),
        ("public/signup.js", "POST", "/crm/v3/objects/contacts", "api_key"),
        ("src/client.js", "GET", "/crm/v3/objects/contacts", "api_key"),
        ("src/client.js", "PATCH", "/crm/v3/objects/contacts/{id}", "api_key"),
        ("src/deals.js", "POST", "/crm/v3/objects/deals", "api_key"),
        ("src/deals.js", "GET", "/crm/v3/objects/deals/{id}", "api_key"),
        ("src/owners.ts", "GET", "/crm/v3/owners/", "api_key"),
        ("src/products.js", "GET", "/crm/v3/objects/products", "api_key"),
        ("src/products.js", "GET", "/crm/v3/properties/products", "api_key"),
    }
    assert report["scopes"]["complete"]
    needed = {scope["scope"] for scope in report["scopes"]["required"]}
    assert {"crm.objects.companies.read", "crm.objects.deals.write", "crm.objects.owners.read", "tickets"} <= needed


def test_the_cutover_names_the_variable_once_with_the_readers_of_both_languages(copy: Path, capfd) -> None:
    report = scan(copy, capfd)
    [entry] = [one for one in report["cutover"] if one["name"] == "HUBSPOT_API_KEY"]
    told = json.dumps(entry)
    assert all(path in told for path in (".env.example", "src/config.js", "src/owners.ts", "etl/report.py"))


def test_all_but_the_page_is_rewritten_and_nothing_is_left_to_do(copy: Path, capfd) -> None:
    cli.run(["migrate", "--write", str(copy)])
    capfd.readouterr()
    text = {path.name: path.read_text() for path in copy.rglob("*.*s") if path.is_file()}
    assert "headers: { Authorization: `Bearer ${config.hubspot.key}` }," in text["client.js"]
    assert "headers: { Authorization: 'Bearer ' + config.hubspot.key }" in text["deals.js"]
    assert "new Client({ accessToken: process.env.HUBSPOT_API_KEY })" in text["owners.ts"]
    assert "  address.search = `limit=100`;\n" in text["products.js"]
    assert "  headers.append('Authorization', `Bearer ${config.hubspot.key}`);\n" in text["products.js"]
    assert "fetch(STOCK + '?archived=false', { headers: { Authorization: " in text["products.js"]
    assert text["signup.js"] == (LEGACY / "public/signup.js").read_text()
    assert '"Authorization": f"Bearer {KEY}"' in (copy / "etl/report.py").read_text()
    report = scan(copy, capfd)
    assert {call["path"] for call in report["calls"] if "api_key" in call["auth"]} == {"public/signup.js"}
    [left] = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert (left["path"], left["fix"]) == ("public/signup.js", "manual")


def test_no_token_is_asked_for_in_place_of_a_key_that_users_can_read(copy: Path, capfd) -> None:
    cli.run(["migrate", str(copy)])
    told = "".join(capfd.readouterr())
    assert "To create for HUBSPOT_API_KEY: " in told
    assert "To create for window" not in told
    assert "Put no token in the place of window.SETTINGS.key, which users can read: a server" in told


def test_a_new_name_for_the_variable_reaches_all_languages(copy: Path, capfd) -> None:
    cli.run(["migrate", "--write", "--unsafe", "--token-env", "HUBSPOT_TOKEN", str(copy)])
    capfd.readouterr()
    for path in (".env.example", "src/config.js", "src/owners.ts", "functions/ticket.js", "etl/report.py"):
        text = (copy / path).read_text()
        assert "HUBSPOT_TOKEN" in text, path
        assert "HUBSPOT_API_KEY" not in text, path
