"""In which order files are given, listed or found changes nothing in a report."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from migrator.pipeline import scan
from migrator.report import json
from migrator.settings import Settings

NAMES = ("contacts", "companies", "deals", "tickets", "owners", "forms")
SETTINGS = 'import os\n\nBASE = "https://api.hubapi.com"\nKEY = os.environ["HUBSPOT_API_KEY"]\n'
CLIENT = """import requests

from settings import BASE, KEY


class Client:
    def __init__(self):
        self.session = requests.Session()

    def send(self, path, **more):
        return self.session.get(BASE + path, params={"hapikey": KEY, **more})


shared = Client()
"""
USER = """import requests

from client import Client, shared
from settings import BASE, KEY


def all_{name}():
    shared.send("/crm/v3/objects/{name}", limit=1)
    Client().send("/crm/v3/objects/{name}/1")
    return requests.get(f"{{BASE}}/{name}/v1/things?hapikey={{KEY}}")


def unlike(hapikey, url):
    return requests.post(url, params={{"hapikey": hapikey}})
"""


@pytest.fixture(name="root")
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.chdir(tmp_path)
    files = {"settings.py": SETTINGS, "client.py": CLIENT, ".env": "HUBSPOT_API_KEY=x\n", "README.md": "?hapikey=\n"}
    files |= {f"use_{name}.py": USER.format(name=name) for name in NAMES}
    files["broken.py"] = "import requests\nhapikey = (1\n"
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def told(*paths: str) -> str:
    report = scan(Settings(paths=paths))
    return json.render([replace(report, files=tuple(sorted(report.files)))])  # which says what was asked for


@pytest.mark.parametrize("seed", range(4))
def test_files_may_be_given_in_any_order(root: Path, seed: int) -> None:
    names = sorted(path.name for path in root.iterdir())
    expected = told(*names)
    random.Random(seed).shuffle(names)  # noqa: S311 - an order, no secret
    assert told(*names) == expected
    assert "/deals/v1/things" in expected


@pytest.mark.parametrize("seed", range(4))
def test_a_folder_may_list_its_files_in_any_order(root: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    expected = told(".")
    scandir = os.scandir

    def shuffled(path: object) -> Iterable[os.DirEntry[bytes]]:
        if not isinstance(path, bytes):
            return scandir(path)  # not of the tree that is scanned: those are bytes
        entries = list(scandir(path))
        random.Random(seed).shuffle(entries)  # noqa: S311 - an order, no secret
        return entries

    monkeypatch.setattr(os, "scandir", shuffled)
    assert told(".") == expected
    assert "/deals/v1/things" in expected
