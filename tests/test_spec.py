"""Runs the specification of the evaluator: the pages ``tests/spec/*.md``.

A section of a page is one project: its fenced blocks, each a file (``python file=name.py``; ``app.py`` by default).
A comment on the line of the sink, or of a call site that leads to it, says what is requested:

    requests.get(url)  # call: GET /contacts/v1/lists auth=query_key

``{}`` stands for a dynamic segment and ``?`` for an unknown method or path; several requests are separated by ``;``.
``auth`` lists the carriers (default ``none``); ``client``, ``host`` and ``key`` (``how:name``, where a credential
enters the program) are checked where given. A request that no comment announces is an error, so a section without
comments says that nothing is requested. ``reveal(x)  # revealed: text`` says what the text of a value is, with ``{}``
for what is not known, ``(a|b)`` for a choice, and `` or `` between texts that it can have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from evaluating import calls_of

from migrator.model.call import ApiCall
from migrator.model.text import Location, Source
from migrator.model.value import Chunk, Text

PAGES = Path(__file__).parent / "spec"
FENCE = re.compile(r"^```(\w*)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"# call: (.*)$")
REVEAL = re.compile(r"^(\s*)reveal\((.*)\)  # revealed: (.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One project of a page."""

    page: str
    title: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One announced request."""

    at: tuple[str, int]
    method: str
    path: str
    auth: frozenset[str]
    client: str | None
    host: str | None
    key: str | None

    def matches(self, request: Found) -> bool:
        return (
            self.at in request.sites
            and (self.method, self.path, self.auth) == (request.method, request.path, request.auth)
            and self.client in (None, request.client)
            and self.host in (None, request.host)
            and (self.key is None or self.key in request.keys)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One reported request in the same terms."""

    sites: tuple[tuple[str, int], ...]
    method: str
    path: str
    auth: frozenset[str]
    client: str
    host: str | None
    keys: frozenset[str]


def sections() -> Iterator[Section]:
    """Yields every section that has code."""
    for page in sorted(PAGES.glob("*.md")):
        for part in re.split(r"^#+ ", page.read_text(), flags=re.MULTILINE)[1:]:
            title, _, body = part.partition("\n")
            files = {name or "app.py": text for _, name, text in FENCE.findall(body)}
            if files:
                yield Section(page=page.stem, title=title.strip(), files=files)


SECTIONS = list(sections())


def wanted(files: dict[str, str]) -> list[Wanted]:
    """Returns the requests that the comments announce."""
    found = []
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            announced = CALL.search(line)
            for one in announced[1].split(";") if announced else ():
                method, route, *options = one.split()
                given = dict(option.split("=", 1) for option in options)
                found.append(
                    Wanted(
                        at=(path, number),
                        method=method,
                        path=route,
                        auth=frozenset(given.get("auth", "none").split(",")),
                        client=given.get("client"),
                        host=given.get("host"),
                        key=given.get("key"),
                    )
                )
    return found


def reported(files: dict[str, str]) -> list[tuple[ApiCall, Found]]:
    """Returns what the evaluator finds, reveals apart from requests by their path."""
    sources = {path: Source(path=path, text=text) for path, text in files.items()}

    def place(location: Location) -> tuple[str, int]:
        return location.path, sources[location.path].position(location.span.start).line

    return [
        (
            call,
            Found(
                sites=tuple(place(site) for site in (call.location, *call.via)),
                method=call.method or "?",
                path=re.sub(r"\{[^{}]*\}", "{}", call.endpoint) if call.endpoint else "?",
                auth=frozenset(auth.carrier.value for auth in call.auth) or frozenset({"none"}),
                client=call.client,
                host=call.host,
                keys=frozenset(f"{source.how}:{source.name}" for auth in call.auth for source in auth.sources),
            ),
        )
        for call in calls_of(files)
    ]


def spelled(text: Text | None) -> str:
    """Returns a value in the notation of the pages."""
    if text is None:
        return "{}"
    return "".join(
        piece.text if isinstance(piece, Chunk) else f"({'|'.join(sorted(piece.options))})" if piece.options else "{}"
        for piece in text.pieces
    )


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: f"{one.page}: {one.title}")
def test_requests(section: Section) -> None:
    files = {path: REVEAL.sub(r"\1pass", text) for path, text in section.files.items()}
    announced = wanted(files)
    found = [one for _, one in reported(files)]
    assert [one for one in announced if not any(one.matches(request) for request in found)] == [], found
    assert [request for request in found if not any(one.matches(request) for one in announced)] == []


REVEALS = [
    (section, path, number, match)
    for section in SECTIONS
    for path, text in section.files.items()
    for number, line in enumerate(text.splitlines(), 1)
    if (match := REVEAL.match(line))
]


@pytest.mark.parametrize(
    ("section", "path", "number", "match"),
    REVEALS,
    ids=[f"{section.page}: {section.title}:{number}" for section, _, number, _ in REVEALS],
)
def test_values(section: Section, path: str, number: int, match: re.Match[str]) -> None:
    lines = section.files[path].splitlines()
    probe = f'__import__("requests").get("https://api.hubapi.com/revealed", headers={{"X-Revealed": str({match[2]})}})'
    lines[number - 1] = match[1] + probe.replace('__import__("requests")', "_revealing")
    files = section.files | {path: "\n".join(["import requests as _revealing", *lines, ""])}
    values = {
        spelled(header.value)
        for call, found in reported(files)
        if found.path == "/revealed"
        for header in call.headers
        if header.name == "X-Revealed"
    }
    assert values == set(match[3].strip().split(" or "))


def test_every_page_has_sections() -> None:
    assert {section.page for section in SECTIONS} == {page.stem for page in PAGES.glob("*.md")}
    assert len(SECTIONS) > 100
