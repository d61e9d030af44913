"""The endpoints in memory: what `migrator.scopes.match` walks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from migrator.catalog.index import FIELDS, PATTERNS, Node, compile_endpoints, graft
from migrator.catalog.objects import Objects
from migrator.catalog.requirement import Alternatives
from migrator.catalog.schema import made
from migrator.catalog.store import layers

_T = TypeVar("_T")
_AT = {name: place for place, name in enumerate(FIELDS)}
_TABLES = {"scopes": "scopes", "source": "sources", "note": "notes", "file": "files"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One row: a method and path, what it needs, and where that is known from.

    ``scopes`` is None when nobody knows them; they may hold facets of the objects that the path names.
    """

    method: str
    host: str
    path: str
    auth: str
    scopes: Alternatives | None
    status: str
    sunset: str
    unsupported: str
    replacement: str
    access: str
    sure: str
    source: str
    note: str
    optional: str
    file: str
    line: int

    @property
    def id(self) -> str:
        """A name that is stable while the row's method and path are."""
        host = [self.host] if self.host else []
        words = [segment.replace("{", "by-").replace("}", "").strip(".") for segment in self.path.split("/")[1:]]
        return ".".join([*host, *words, self.method.lower()])

    @property
    def origin(self) -> str:
        """The rule file and line of the row."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All endpoints. ``memo`` is room for answers that callers have worked out; it never changes what they are."""

    rows: Sequence[Sequence[Any]]
    tables: Mapping[str, Sequence[Any]]
    trees: Mapping[str, Node]
    objects: Objects
    spellings: Mapping[str, str]
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def remembered(self, key: object, make: Callable[[], _T]) -> _T:
        """Returns what *make* gives, which is asked once for each key."""
        if key not in self.memo:
            self.memo[key] = make()
        found: _T = self.memo[key]
        return found

    def endpoint(self, number: int) -> Endpoint:
        """Returns a row."""
        row = self.rows[number]
        values = {name: self.tables[name][row[place]] if name in _TABLES else row[place] for name, place in _AT.items()}
        return Endpoint(**values)

    def requirement_id(self, number: int) -> int:
        """Returns a number that rows share exactly when they need the same."""
        shared: int = self.rows[number][_AT["scopes"]]
        return shared

    def named(self, number: int) -> str:
        """Returns a row's method and path."""
        row = self.rows[number]
        return f"{row[0]} {'https://' + row[1] if row[1] else ''}{row[2]}"


def load(overlays: Sequence[Path] = ()) -> Catalog:
    """Returns the shipped endpoints with the user's own, which win.

    Raises `RulesError` when a rule file is wrong.
    """
    base, *more = layers("endpoints", overlays, PATTERNS, compile_endpoints)
    rows = list(base["rows"])
    tables = {name: list(base[key]) for name, key in _TABLES.items()}
    trees = base["trees"]
    latest = base
    for data in more:
        start = len(rows)
        shift = {_AT[name]: len(table) for name, table in tables.items()}
        rows += [
            [value + shift.get(place, 0) if place in shift else value for place, value in enumerate(row)]
            for row in data["rows"]
        ]
        for name, key in _TABLES.items():
            tables[name] += data[key]
        parameters = frozenset(data["objects"]["parameters"])
        graft(trees, [(row[0], row[1], row[2]) for row in data["rows"]], parameters, start)
        latest = data
    return Catalog(
        rows=rows,
        tables=tables,
        trees=trees,
        objects=made(Objects, latest["objects"]),
        spellings=latest["spellings"],
    )
