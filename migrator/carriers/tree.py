"""Structured files as one small tree: mappings, sequences and scalars, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from migrator.carriers.view import View
from migrator.model.text import Span

DEEPEST = 150
"""How deep a file may be nested before it is read as text alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A text, number or other simple value: its content, and the place of it with its quotes.

    ``plain`` says that it stands without quotes.
    """

    view: View
    at: Span
    plain: bool = False

    @property
    def text(self) -> str:
        """The content with all quoting undone."""
        return self.view.text


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A key of a mapping and its value; ``at`` covers both."""

    key: Scalar
    value: Node
    at: Span


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """Entries in order. ``flow`` says that it stands in braces; ``names`` are the labels of a block."""

    entries: tuple[Pair, ...]
    at: Span
    flow: bool = True

    def get(self, *names: str) -> Node | None:
        """Returns the value of the first key that has one of the names, whatever its case."""
        wanted = {name.lower() for name in names}
        return next((entry.value for entry in self.entries if entry.key.text.lower() in wanted), None)

    def text(self, *names: str) -> str:
        """Returns the text under one of the names, empty where there is none."""
        found = self.get(*names)
        return found.text if isinstance(found, Scalar) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """Items in order. ``flow`` says that it stands in brackets."""

    items: tuple[Node, ...]
    at: Span
    flow: bool = True


Node: TypeAlias = Scalar | Mapping | Sequence


@dataclass(slots=True)
class Visit:
    """A node on the way through a tree: its dotted path, and the mappings it is in, the outermost first."""

    node: Node
    path: str
    above: tuple[Mapping, ...] = field(default=())


def walk(node: Node, path: str = "", above: tuple[Mapping, ...] = ()) -> Iterator[Visit]:
    """Yields a node and all that is below it, in order."""
    pending = [Visit(node, path, above)]
    while pending:
        visit = pending.pop()
        yield visit
        match visit.node:
            case Mapping(entries=entries):
                inner = (*visit.above, visit.node)
                pending += [
                    Visit(entry.value, dotted(visit.path, entry.key.text), inner) for entry in reversed(entries)
                ]
            case Sequence(items=items):
                pending += [
                    Visit(item, f"{visit.path}[{number}]", visit.above)
                    for number, item in reversed(list(enumerate(items)))
                ]


def sectioned(view: View, header: re.Pattern[str], inside: Callable[[int, int], Iterable[Pair]]) -> Mapping:
    """Returns the entries of a text, those behind each header in a mapping under the name that it gives.

    *inside* gives the entries of a range that has no header in it.
    """
    headers = list(header.finditer(view.text))
    ends = [*(one.start() for one in headers), len(view.text)]
    entries = list(inside(0, ends[0]))
    for one, end in zip(headers, ends[1:], strict=True):
        at = view.span(one.start(), end)
        name = Scalar(view.cut(*one.span(1)), view.span(*one.span(1)), plain=True)
        entries.append(Pair(name, Mapping(tuple(inside(one.end(), end)), at, flow=False), at))
    return Mapping(tuple(entries), view.whole, flow=False)


def dotted(path: str, name: str) -> str:
    """Returns the path of a name below another."""
    return f"{path}.{name}" if path else name


def each(node: Node | None) -> tuple[Node, ...]:
    """Returns the items of a sequence, or the one node that stands in its place."""
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)
