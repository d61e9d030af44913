"""Every client is complete: a source, models, a page of the specification that shows it, and cases.

A case is a client's when the report on it has a request that this client sends. Each client has one that is rewritten
and executed, and one in which nothing may change; a library that cannot send Bearer has no other than that.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from cases import CASES, Case, scan

from migrator.catalog.clients import http_clients
from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkrows import sdks
from migrator.languages.python import clients
from migrator.languages.python import sdks as libraries
from migrator.languages.python.clients import hubspot_sdk

PAGES = "\n".join(page.read_text(encoding="utf-8") for page in sorted(Path(__file__).parent.glob("spec/*.md")))
NOT_CLIENTS = {"common"}  # what the models share
NAMES = [info.name for info in pkgutil.iter_modules(clients.__path__) if info.name not in NOT_CLIENTS]
ROWS = {client.client: client for client in http_clients("python")}
CODED = [name for name in NAMES if name != hubspot_sdk.__name__.rpartition(".")[2]]
MODULES = [importlib.import_module(f"{clients.__name__}.{name}") for name in CODED]
HTTP = sorted({*ROWS, *(module.CLIENT for module in MODULES if hasattr(module, "CLIENT"))})  # the others add to a row
NOT_EXECUTED = {"rpaframework-hubspot"}  # those of its releases that send a key ask for an older hubspot-api-client
LIBRARIES = [sdk for sdk in sdks().values() if sdk.clients and sdk.language == "python"]
"""The others are programs of their own, called by no code."""


def module_of(name: str) -> ModuleType:
    return importlib.import_module(f"{clients.__name__}.{name}")


def packages(module: ModuleType) -> set[str]:
    if module is hubspot_sdk:
        return set(libraries.packages())
    names = [*module.MODELS, *getattr(module, "CONSTRUCTORS", {}), *getattr(module, "ALIASES", {})]
    return {name.partition(".")[0] for name in names}


@cache
def cases_of(client: str) -> tuple[Case, ...]:
    return tuple(case for case in CASES if client in {call["client"] for call in scan(case.before)["calls"]})


@pytest.mark.parametrize("name", NAMES)
def test_a_client_names_its_source_and_is_specified(name: str) -> None:
    module = module_of(name)
    assert re.search(r"https?://\S+", module.__doc__ or ""), "say where the library is documented"
    assert packages(module), "a client without a model is none"
    shown = [package for package in packages(module) if re.search(rf"^\s*(import|from) {package}\b", PAGES, re.M)]
    assert shown, f"no page of tests/spec imports {' or '.join(sorted(packages(module)))}"


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.calls and row.names])
def test_a_client_of_rows_is_specified(name: str) -> None:
    row = ROWS[name]
    roots = {name.partition(".")[0] for name in (*row.names, *row.aliases)}
    shown = [root for root in roots if re.search(rf"^\s*(import|from) {root}\b", PAGES, re.M)]
    assert shown, f"no page of tests/spec imports {' or '.join(sorted(roots))}"


@pytest.mark.parametrize(
    ("client", "callee", "headers"),
    [
        ("requests", "request", 4),
        ("requests", "get", None),
        ("requests", "Request", 2),
        ("httpx", "build_request", None),
        ("urllib", "Request", 2),
        ("http.client", "request", 3),
        ("urllib3", "urlopen", 3),
        ("tornado", "HTTPRequest", 2),
        ("airflow", "run", 2),
    ],
)
def test_a_row_says_where_headers_are_given(client: str, callee: str, headers: int | None) -> None:
    assert ROWS[client].positions(callee).get("headers") == headers


def test_a_row_says_what_is_put_together_before_it_is_sent() -> None:
    words = ("send", "fetch", "urlopen", "open", "get")
    sends = {name: [word for word in words if row.sends(word)] for name, row in ROWS.items()}
    assert {name: found for name, found in sends.items() if found} == {
        "requests": ["send"],
        "httpx": ["send"],
        "tornado": ["fetch"],
        "urllib": ["urlopen", "open"],
    }
    assert "build_request" in ROWS["httpx"].spellings("Request")


@pytest.mark.parametrize("client", HTTP)
def test_a_client_has_cases(client: str) -> None:
    found = cases_of(client)
    assert any(case.run for case in found if not case.noop), f"no case rewrites a call of {client} and runs it"
    assert any(case.noop for case in found), f"no case leaves a call of {client} alone"


@pytest.mark.parametrize("sdk", LIBRARIES, ids=lambda sdk: sdk.package)
def test_a_library_is_specified_and_has_cases(sdk: Sdk) -> None:
    named = [name for name in sdk.imports if re.search(rf"^\s*(import|from) {re.escape(name)}\b", PAGES, re.M)]
    assert named, f"no page of tests/spec imports {' or '.join(sdk.imports)}"
    found = cases_of(sdk.package)
    assert any(case.noop for case in found), f"no case leaves a client of {sdk.package} alone"
    rewritten = [case for case in found if not case.noop]
    assert bool(rewritten) == bool(sdk.lowest), "a library is switched where it can send Bearer, and only there"
    if rewritten and sdk.package not in NOT_EXECUTED:
        assert any(case.run for case in rewritten), f"no case of {sdk.package} is executed"
