"""Rows compiled to plain data: tables that rows point into, and a tree of path segments for each host.

A node of the tree maps literal segments to nodes; the empty key holds the row of each method that ends here. The key
``{`` holds what is open: ``{}`` leads on under a parameter, ``{o}`` under one that stands for a kind of object, ``{*}``
ends a path that takes any further segments, ``{~}`` lists segments that are literal in part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from migrator.catalog import requirement
from migrator.catalog.objects import FILE as OBJECTS
from migrator.catalog.objects import Objects, by_spelling, read_objects
from migrator.catalog.reading import read
from migrator.catalog.releases import FILE as RELEASES
from migrator.catalog.releases import dated, read_releases
from migrator.catalog.rows import Reader, Row
from migrator.catalog.sources import FILE as SOURCES
from migrator.catalog.sources import Sources, read_sources
from migrator.catalog.store import Folder, shipped

LEAF, OPEN = "", "{"
ANY, OBJECT, REST, PARTLY = "{}", "{o}", "{*}", "{~}"
CORRECTIONS = "corrections.yaml"
PATTERNS = ("endpoints/*.yaml", CORRECTIONS, OBJECTS, RELEASES, SOURCES)
FIELDS = tuple(one.name for one in fields(Row) if one.name not in ("version", "spec", "commit"))
_PARAMETER = re.compile(r"\{([^}]*)\}")

Node = dict[str, Any]


def context(folder: Folder) -> tuple[Objects, Sources]:
    """Returns the objects and sources that a folder's endpoint files may name: the shipped ones and its own.

    Raises `RulesError` when a file is wrong.
    """
    base = shipped()
    objects, sources = read_objects(base), read_sources(base)
    if folder.shipped:
        return objects, sources
    return objects.extended(read_objects(folder)), sources.extended(read_sources(folder))


def read_rows(folder: Folder, objects: Objects, sources: Sources) -> list[Row]:
    """Returns the rows of a folder's endpoint files and then its corrections.

    Raises `RulesError` at the first thing that is wrong.
    """
    reader = Reader(objects, sources)
    files = [*folder.files(("endpoints/*.yaml",)), *folder.files((CORRECTIONS,))]
    contents = (read(path, folder.label(path.relative_to(folder.path).as_posix())) for path in files)
    return [row for content in contents for row in reader.rows(content)]


def compile_endpoints(folder: Folder) -> Mapping[str, Any]:
    """Returns a folder's endpoints, objects and tree as plain data. Raises `RulesError` when a file is wrong."""
    objects, sources = context(folder)
    rows = dated(read_rows(folder, objects, sources), read_releases(shipped()), objects.parameters)
    tables: dict[str, dict[str, int]] = {"scopes": {}, "source": {}, "note": {}, "file": {}}
    packed = [_packed(row, sources, tables) for row in rows]
    return {
        "rows": packed,
        "scopes": [requirement.parse(text, sources.requirements) for text in tables["scopes"]],
        "sources": list(tables["source"]),
        "notes": list(tables["note"]),
        "files": list(tables["file"]),
        "objects": asdict(objects),
        "spellings": {word: kind.name for word, kind in by_spelling(objects.kinds.values()).items()},
        "trees": trees(((row.method, row.host, row.path) for row in rows), objects.parameters),
    }


def _packed(row: Row, sources: Sources, tables: Mapping[str, dict[str, int]]) -> list[Any]:
    values = {name: getattr(row, name) for name in FIELDS}
    values["source"] = sources.cite(row.source, row.spec, row.version)
    values["note"] = sources.explained(row.note)
    for name, table in tables.items():
        values[name] = table.setdefault(values[name], len(table))
    return list(values.values())


def trees(paths: Iterable[tuple[str, str, str]], parameters: Iterable[str], start: int = 0) -> dict[str, Node]:
    """Returns a tree for each host over methods, hosts and paths, which are numbered from ``start``."""
    found: dict[str, Node] = {}
    graft(found, paths, frozenset(parameters), start)
    return found


def graft(into: dict[str, Node], paths: Iterable[tuple[str, str, str]], parameters: frozenset[str], start: int) -> None:
    """Adds paths to trees; a path that is already there gives way."""
    for number, (method, host, path) in enumerate(paths, start=start):
        node = into.setdefault(host, {})
        for segment in path.split("/")[1:]:
            node = _step(node, segment, parameters)
        node.setdefault(LEAF, {})[method] = number


def _step(node: Node, segment: str, parameters: frozenset[str]) -> Node:
    hit = _PARAMETER.search(segment)
    if hit is None:
        return _child(node, segment)
    name, ways = hit[1], _child(node, OPEN)
    if name.endswith("..."):
        return _child(ways, REST)
    if hit[0] == segment:
        return _child(ways, OBJECT if name in parameters else ANY)
    before, after = segment[: hit.start()], segment[hit.end() :]
    for known in ways.setdefault(PARTLY, []):
        if known[:2] == [before, after]:
            return _node(known[2])
    ways[PARTLY].append([before, after, {}])
    return _node(ways[PARTLY][-1][2])


def _child(node: Node, key: str) -> Node:
    return _node(node.setdefault(key, {}))


def _node(found: Any) -> Node:
    node: Node = found
    return node
