"""Rows of HTTP clients: what is wrong in them is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrator.catalog.clientrows import compile_clients
from migrator.catalog.store import Folder
from migrator.errors import RulesError

GOOD = """\
client: fetcher
sources: [https://example.com]
senders:
  - of: [fetcher, fetcher.Session]
    names: [get, post]
    url: 0 url
    headers: [1.headers, headers]
sessions:
  - of: [fetcher.Session]
    holds: {base_url: 0 base}
"""


def compiled(folder: Path, text: str) -> object:
    (folder / "clients" / "toy").mkdir(parents=True)
    (folder / "clients" / "toy" / "fetcher.yaml").write_text(text, encoding="utf-8")
    return compile_clients(Folder(folder, "rules", False))


def test_places_of_arguments(tmp_path: Path) -> None:
    assert compiled(tmp_path, GOOD) == {
        "toy": [
            {
                "client": "fetcher",
                "aliases": {},
                "senders": [
                    {
                        "callees": ["fetcher.get", "fetcher.post", "fetcher.Session.get", "fetcher.Session.post"],
                        "url": [(0, "url", [])],
                        "headers": [(1, "", ["headers"]), (-1, "headers", [])],
                    }
                ],
                "sessions": [{"classes": ["fetcher.Session"], "holds": {"base_url": [(0, "base", [])]}}],
                "objects": [],
                "caveat": "",
                "replaces_query": False,
            }
        ]
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("url: 0 url", "url: url 0", "fetcher.yaml:6: no place of an argument: 'url 0'"),
        ("    url: 0 url\n", "", "fetcher.yaml:4: missing key 'url'"),
        ("headers: [1", "header: [1", "fetcher.yaml:7: unknown key 'header'"),
        ("sources: [https://example.com]\n", "", "fetcher.yaml:1: missing key 'sources'"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(RulesError) as error:
        compiled(tmp_path, GOOD.replace(old, new))
    assert message in str(error.value)
