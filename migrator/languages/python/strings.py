"""String expressions: plain, adjacent and interpolated."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrator.languages.python.literals import cook, text_literal
from migrator.languages.python.spans import GAP
from migrator.languages.python.walk import Lowerings, Walk, expression
from migrator.model.text import Span
from migrator.model.unit import Expr, Field, Join, Lit


def _string(walk: Walk, node: cst.SimpleString) -> Expr:
    span = walk.take()
    lit = text_literal(node.value, span)
    return walk.secrets.masked(span, (lit,)) or lit


def _adjacent(walk: Walk, node: cst.ConcatenatedString) -> Expr:
    first = walk.at
    parts: list[Expr] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        parts += _adjacent_part(walk, rest.left)
        rest = rest.right
    parts += _adjacent_part(walk, rest)
    lits = [part for part in parts if isinstance(part, Lit)]
    span = walk.since(first)
    whole = walk.secrets.masked(span, lits) if len(lits) == len(parts) else None
    return whole or Join(span, tuple(parts))


def _adjacent_part(walk: Walk, node: cst.BaseExpression) -> tuple[Expr, ...]:
    walk.at += len(node.lpar)
    if isinstance(node, cst.SimpleString):
        part: Expr = text_literal(node.value, walk.take())
    else:
        part = _interpolated(walk, node)  # type: ignore[arg-type]  # nothing else can stand here
    walk.at += len(node.rpar)
    return (part,)


def _interpolated(walk: Walk, node: cst.FormattedString | cst.TemplatedString) -> Expr:
    first = walk.at
    start = walk.starts[first] + len(node.start)
    parts, end = _parts(walk, node.parts, start, node.start.rstrip("'\"").lower())
    walk.take_to(end + len(node.end))
    return Join(walk.since(first), tuple(parts))


def _parts(walk: Walk, nodes: Sequence[cst.CSTNode], offset: int, prefix: str) -> tuple[list[Expr], int]:
    """Returns the parts of an interpolated string that start at *offset*, and where they end."""
    parts: list[Expr] = []
    for node in nodes:
        if isinstance(node, cst.FormattedStringText | cst.TemplatedStringText):
            lit = _stretch(node.value, offset, prefix)
            parts += _unjoined(walk.secrets.masked(lit.span, (lit,)) or lit)
            offset = lit.span.end
        else:
            offset = _field(walk, node, offset, parts, prefix)  # type: ignore[arg-type]  # the one other kind of part
    return parts, offset


def _unjoined(part: Expr) -> tuple[Expr, ...]:
    return part.parts if isinstance(part, Join) else (part,)


def _stretch(raw: str, offset: int, prefix: str) -> Lit:
    value = cook(raw.replace("{{", "{").replace("}}", "}"), prefix)
    return Lit(Span(offset, offset + len(raw)), value, offset if value == raw else -1)


def _field(
    walk: Walk,
    node: cst.FormattedStringExpression | cst.TemplatedStringExpression,
    offset: int,
    parts: list[Expr],
    prefix: str,
) -> int:
    """Adds the replacement field whose brace is at *offset* to *parts*. Returns where it ends."""
    start = offset
    walk.enter(offset + 1)
    value = expression(walk, node.expression)
    end = _gap(walk, walk.leave())
    conversion = node.conversion or ""
    if node.equal is not None:
        end = _gap(walk, end + 1)
        said = Span(start + 1, end)
        parts.append(Lit(said, walk.text[start + 1 : end], start + 1))
        conversion = conversion or ("" if node.format_spec else "r")
    if node.conversion:
        end = _gap(walk, end + 1) + len(node.conversion)
        end = _gap(walk, end)
    spec: Expr | None = None
    if node.format_spec is not None:
        inner, stop = _parts(walk, node.format_spec, end + 1, prefix)
        spec = Join(Span(end + 1, stop), tuple(inner))
        end = stop
    parts.append(Field(Span(start, end + 1), value, conversion, spec))
    return end + 1


def _gap(walk: Walk, offset: int) -> int:
    found = GAP.match(walk.text, offset)
    return found.end() if found else offset


STRINGS: Lowerings = {
    cst.ConcatenatedString: _adjacent,
    cst.FormattedString: _interpolated,
    cst.SimpleString: _string,
    cst.TemplatedString: _interpolated,
}
