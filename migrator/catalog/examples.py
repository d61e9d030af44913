"""Requests whose answer is known: what the rules are held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from migrator.catalog import requirement
from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.schema import made, of, plain
from migrator.catalog.store import Folder, shipped

FILE = "examples.yaml"
PROBLEMS = ("unknown_endpoint", "wrong_method")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request and what is right of its answer; what is None is not held to anything.

    ``row`` is the method and path of the row that has to match, ``unlike`` one that must not.
    """

    method: str | None
    host: str | None
    path: str
    why: str
    source: str
    sure: str
    holes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    row: str | None = None
    unlike: str | None = None
    problem: str | None = of(*PROBLEMS, default=None)
    scopes: frozenset[frozenset[str]] | None = None
    question: bool | None = None
    credential: str | None = None
    access: str | None = None
    status: str | None = None
    where: str


def examples(folder: Folder | None = None) -> tuple[Example, ...]:
    """Returns the examples of a rules folder, of the shipped one by default.

    Raises `RulesError` when the file is wrong.
    """
    top = read_from(folder or shipped(), FILE)
    return tuple(_example(key, item) for key, item in top.pairs()) if top else ()


def _example(key: RuleValue, entry: RuleValue) -> Example:
    words = key.text().split()
    if len(words) != 2:
        raise key.error(f"{key.text()!r} is not a method and path", "Write GET /segment, or ANY for no method.")
    host, _, path = (
        words[1].removeprefix("https://").partition("/") if words[1].startswith("https:") else ("", "", words[1][1:])
    )
    given = ("method", "host", "path", "unlike", "where")
    unlike = next((item.text() for name, item in entry.pairs() if name.text() == "not"), None)
    data = plain(entry, Example, given=given, allows=("not",), scopes=_scopes)
    method = None if words[0] == "ANY" else words[0]
    return made(Example, data, method=method, host=host or None, path=f"/{path}", unlike=unlike, where=key.where)


def _scopes(entry: RuleValue) -> frozenset[frozenset[str]]:
    try:
        alternatives = requirement.parse(entry.text())
    except ValueError as error:
        raise entry.error(str(error)) from error
    return frozenset(map(frozenset, alternatives or ()))
