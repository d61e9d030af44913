"""A changed file in lowered form, made from what it was lowered to before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any, TypeVar

from migrator.languages.python.lower import lower
from migrator.languages.python.pieces import pieces
from migrator.model.text import Source, Span
from migrator.model.unit import Lit, Stmt, Unit
from migrator.model.vocabulary import Vocabulary

_T = TypeVar("_T")


def relower(
    source: Source,
    vocabulary: Vocabulary,
    *,
    before: Source,
    unit: Unit,
    known: MutableMapping[tuple[str, str], Unit],
) -> Unit:
    """Returns a file in lowered form, of which only the statements that it did not have *before* are lowered.

    *unit* is what *before* was lowered to; *known*, by path and text, what was lowered by itself so far. Raises
    `UnparsableError`.
    """
    kept = _kept(before, unit)
    body: list[Stmt] = []
    faithful = unit.faithful
    for piece in pieces(source.text):
        text = source.excerpt(piece)
        if text in kept:
            start, statements = kept[text]
        else:
            fresh = known.get((source.path, text))
            if fresh is None:
                fresh = known[source.path, text] = lower(replace(source, text=text), vocabulary)
            start, statements = 0, fresh.body
            faithful = faithful and fresh.faithful
        body += _moved(statements, piece.start - start)
    return replace(unit, digest=source.digest, body=tuple(body), faithful=faithful)


def _kept(before: Source, unit: Unit) -> dict[str, tuple[int, tuple[Stmt, ...]]]:
    """Returns where a piece of text begins and what it was lowered to."""
    parts = pieces(before.text)
    starts = [part.start for part in parts]
    bodies: list[list[Stmt]] = [[] for _ in parts]
    for statement in unit.body:
        bodies[bisect_right(starts, statement.span.start) - 1].append(statement)
    return {before.excerpt(part): (part.start, tuple(body)) for part, body in zip(parts, bodies, strict=True)}


def _moved(node: _T, by: int) -> _T:
    """Returns a part of a lowered file with every place in it moved."""
    return _move(node, by) if by else node


def _move(node: Any, by: int) -> Any:
    kind = type(node)
    if kind is tuple:
        return tuple([_move(each, by) for each in node])
    if kind is Span:
        return Span(node.start + by, node.end + by)
    if kind is Lit:
        return Lit(_move(node.span, by), node.value, node.body if node.body < 0 else node.body + by)
    if kind in _PLAIN:
        return node
    return kind(*[_move(getattr(node, name), by) for name in kind.__slots__])


_PLAIN = frozenset({str, bytes, int, float, complex, bool, type(None)})
