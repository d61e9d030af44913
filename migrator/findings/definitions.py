"""The definition and the statement that a place stands in."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.evaluate.visit import nested
from migrator.model.text import Span
from migrator.model.unit import ClassDef, Def, Stmt, Unit


def enclosing(unit: Unit, span: Span) -> str:
    """Returns the qualified name of the innermost function or class around a place; empty at module level."""
    return ".".join(one.name for one in _path(unit.body, span) if isinstance(one, (Def, ClassDef)))


def statement(unit: Unit, span: Span) -> Span | None:
    """Returns the innermost statement around a place, None where there is none; of a compound one its first line."""
    path = _path(unit.body, span)
    if not path:
        return None
    inner = path[-1]
    inside = nested(inner)
    return Span(inner.span.start, min(one.span.start for one in inside)) if inside else inner.span


def _path(body: Sequence[Stmt], span: Span) -> list[Stmt]:
    found: list[Stmt] = []
    while True:
        inner = next((one for one in body if one.span.contains(span)), None)
        if inner is None:
            return found
        found.append(inner)
        body = nested(inner)
