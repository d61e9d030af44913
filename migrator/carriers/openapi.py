"""Descriptions of an interface (OpenAPI, Swagger): how they say that a key is sent, and the requests they list."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from migrator.carriers.requests import METHODS, Parts
from migrator.carriers.tree import Mapping, Node, Pair, Scalar, Sequence, each, walk
from migrator.carriers.tree_edits import Change, index_of, replaced, without
from migrator.model.text import Span

_MOST = 1000


@dataclass(slots=True, eq=False)
class Described:
    """One entry that says that a key travels in the query, with the edits by which it says Bearer.

    ``values`` are what stands there as an example or a default.
    """

    path: str
    name: Scalar
    at: Span
    edits: list[Change]
    values: list[Scalar]


def is_description(node: Node) -> bool:
    """Returns whether a document is a description of an interface."""
    return isinstance(node, Mapping) and node.get("openapi", "swagger") is not None and node.get("paths") is not None


def schemes(root: Mapping, names: Collection[str], text: str) -> Iterator[Described]:
    """Yields each security scheme and parameter that is a key in the query."""
    for visit in walk(root):
        node = visit.node
        if not isinstance(node, Mapping) or node.text("in") != "query":
            continue
        name = node.get("name")
        if isinstance(name, Scalar) and name.text.lower() in names:
            edits = _as_bearer(root, node, text) if node.text("type").lower() == "apikey" else []
            values = [one.node for one in walk(node) if isinstance(one.node, Scalar) and one.node is not name]
            yield Described(visit.path, name, node.at, edits, values)


def _as_bearer(root: Mapping, node: Mapping, text: str) -> list[Change]:
    """Returns the edits by which a scheme is a Bearer token; the older format knows only a key in a header."""
    kind, place, name = (node.get(one) for one in ("type", "in", "name"))
    if not (isinstance(kind, Scalar) and isinstance(place, Scalar) and isinstance(name, Scalar)):
        return []
    if root.get("swagger") is not None:
        return [replaced(place, "header"), replaced(name, "Authorization")]
    entry = next(one for one in node.entries if one.value is name)
    gone = without(text, node, index_of(node.entries, entry))
    label = next(one.key for one in node.entries if one.value is place)
    return [replaced(kind, "http"), replaced(label, "scheme"), replaced(place, "bearer"), *gone] if gone else []


def operations(root: Mapping, found: list[Described]) -> Iterator[tuple[Pair, Parts]]:
    """Yields each operation that takes the key, as a request."""
    servers = [node.get("url") for node in each(root.get("servers")) if isinstance(node, Mapping)]
    base = next((one for one in servers if isinstance(one, Scalar)), root.get("host"))
    paths = root.get("paths")
    secured = {one.path.rpartition(".")[2] for one in found}
    everywhere = _takes(root.get("security"), secured)
    count = 0
    for path in paths.entries if isinstance(paths, Mapping) else ():
        shared = path.value
        for entry in shared.entries if isinstance(shared, Mapping) else ():
            operation = entry.value
            if entry.key.text.upper() not in METHODS or not isinstance(operation, Mapping) or count >= _MOST:
                continue
            own = operation.get("security")
            inside = any(operation.at.start <= one.at.start < operation.at.end for one in found)
            if inside or _takes(own, secured) or (own is None and everywhere):
                count += 1
                parts = Parts(client="openapi", url=path.key.view, method=entry.key.text.upper())
                parts.fields = [(one.name.view, one.name.view.cut(0, 0)) for one in found[:1]]
                if isinstance(base, Scalar):
                    parts.base = base.view
                yield entry, parts


def _takes(security: Node | None, secured: Collection[str]) -> bool:
    items = security.items if isinstance(security, Sequence) else ()
    return any(isinstance(one, Mapping) and any(e.key.text in secured for e in one.entries) for one in items)
