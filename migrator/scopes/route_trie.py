"""Walks the tree of endpoints along the segments of a path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from migrator.catalog.catalog import Catalog
from migrator.catalog.index import ANY, LEAF, OBJECT, OPEN, PARTLY, REST, Node

HOLE = re.compile(r"\{([^{}]*)\}")


def trees(catalog: Catalog, host: str | None) -> list[Node]:
    """Returns the trees to look a path up in: that of its host, where it has one of its own, then all others."""
    order = sorted(catalog.trees, key=lambda name: (name != host, name != ""))
    return [catalog.trees[name] for name in order]


def walk(catalog: Catalog, node: Node, segments: Sequence[str], at: int, method: str) -> int | None:
    """Returns the most specific row for the segments, a dynamic one standing for a parameter alone.

    Of two rows the one is more specific that is literal where they first differ.
    """
    for place in range(at, len(segments)):
        ways = node.get(OPEN)
        child = node.get(segments[place])
        if ways is not None:
            if child is not None or len(ways) > 1 or ANY not in ways:
                return _choose(catalog, node, segments, place, method)
            child = ways[ANY]
        if child is None:
            return None
        node = child
    leaf = node.get(LEAF)
    return leaf.get(method) if leaf else None


def _choose(catalog: Catalog, node: Node, segments: Sequence[str], at: int, method: str) -> int | None:
    for child in _onward(catalog, node, segments[at]):
        number = walk(catalog, child, segments, at + 1, method)
        if number is not None:
            return number
    rest = node[OPEN].get(REST)
    return rest[LEAF].get(method) if rest else None


def _onward(catalog: Catalog, node: Node, segment: str) -> Iterator[Node]:
    """Yields what a segment can lead to, the most specific first."""
    if segment in node:
        yield node[segment]
    ways = node.get(OPEN, {})
    if OBJECT in ways:
        kind = catalog.spellings.get(segment.lower())
        if kind is not None:
            for spelling in (kind, catalog.objects.kinds[kind].id):
                if spelling != segment and spelling in node:
                    yield node[spelling]
    for before, after, child in ways.get(PARTLY, ()):
        if segment.startswith(before) and segment.endswith(after):
            yield child
    if OBJECT in ways:
        yield ways[OBJECT]
    if ANY in ways:
        yield ways[ANY]


def leaves(
    catalog: Catalog, node: Node, segments: Sequence[str], at: int, *, wide: bool
) -> Iterator[Mapping[str, int]]:
    """Yields the leaves (method to row) that the segments can end at.

    ``wide`` lets a dynamic segment be any literal one, and one that ends the path hold several segments.
    """
    if at == len(segments):
        if LEAF in node:
            yield node[LEAF]
        return
    segment = segments[at]
    if wide and "{" in segment:
        for child in _literals(node, segment):
            yield from leaves(catalog, child, segments, at + 1, wide=wide)
    for child in _onward(catalog, node, segment):
        yield from leaves(catalog, child, segments, at + 1, wide=wide)
    if REST in node.get(OPEN, ()):
        yield node[OPEN][REST][LEAF]
    if wide and at == len(segments) - 1 and segment.endswith("}"):
        for child in _children(node) if HOLE.fullmatch(segment) else _literals(node, segment):
            yield from _below(child)


def _literals(node: Node, segment: str) -> Iterator[Node]:
    before, after = segment[: segment.index("{")], segment[segment.rindex("}") + 1 :]
    for key, child in node.items():
        if key not in (LEAF, OPEN) and key.startswith(before) and key.endswith(after):
            yield child


def _below(node: Node) -> Iterator[Mapping[str, int]]:
    """Yields every leaf below a node: a dynamic end of a path may hold slashes."""
    for child in _children(node):
        if LEAF in child:
            yield child[LEAF]
        yield from _below(child)


def _children(node: Node) -> Iterator[Node]:
    yield from (child for key, child in node.items() if key not in (LEAF, OPEN))
    yield from (child for key, child in node.get(OPEN, {}).items() if key in (ANY, OBJECT))


def filled(path: str, segments: Sequence[str]) -> list[str]:
    """Returns the segments of a row, with those of a request where the row has a parameter and the request a text."""
    theirs = path.split("/")[1:]
    known = [mine if "{" in their and "{" not in mine else their for mine, their in zip(segments, theirs, strict=False)]
    return [*known, *theirs[len(known) :]]


def is_itself(catalog: Catalog, tree: Node, number: int, segments: Sequence[str]) -> bool:
    """Returns whether a row can be what a partly known request is: where it could, no more specific row takes it."""
    row = catalog.endpoint(number)
    path = filled(row.path, segments)
    return any("{" in segment for segment in path) or walk(catalog, tree, path, 0, row.method) == number


def siblings(version: str, known: Sequence[str]) -> list[str]:
    """Returns other versions, the nearest first: the latest before it, then the earliest after it."""
    alike = [name for name in known if name.startswith("v") == version.startswith("v") and name != version]
    before = sorted((name for name in alike if name < version), reverse=True)
    return [*before, *sorted(name for name in alike if name > version)]
