"""The definition and the statement that a place stands in."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.evaluate.unreached import own_names
from migrator.evaluate.visit import nested, statements
from migrator.model.text import Span
from migrator.model.unit import Assign, ClassDef, Def, Name, Stmt, Unit


def enclosing(unit: Unit, span: Span) -> str:
    """Returns the qualified name of the innermost function or class around a place; empty at module level."""
    return ".".join(one.name for one in _path(unit.body, span) if isinstance(one, (Def, ClassDef)))


def outermost(unit: Unit, span: Span) -> Span | None:
    """Returns the function or class of the module that a place stands in; None where it is in none."""
    return next((one.span for one in unit.body if isinstance(one, (Def, ClassDef)) and one.span.contains(span)), None)


def functions(unit: Unit, span: Span) -> tuple[Def, ...]:
    """Returns the functions around a place, the outermost first; none where what is bound there is shared."""
    path = [one for one in _path(unit.body, span) if isinstance(one, (Def, ClassDef))]
    return tuple(one for one in path if isinstance(one, Def)) if path and isinstance(path[-1], Def) else ()


def own_of(unit: Unit, span: Span) -> tuple[frozenset[str], frozenset[str]]:
    """Returns the names of the functions around a place, and those that the file gives a value at its top."""
    inner = (name for one in functions(unit, span) for name in own_names(one))
    top = (target for one in statements(unit.body) if isinstance(one, Assign) for target in one.targets)
    return frozenset(inner), frozenset(one.id for one in top if isinstance(one, Name))


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
