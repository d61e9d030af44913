"""Strings, templates and numbers, and the credentials in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.languages.javascript.lowering.walk import Walk
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import Expr, Field, Join, Lit, Name, Opaque

_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}


def cook(raw: str) -> str:
    """Returns the text that the inside of a string or template stands for."""
    return _ESCAPE.sub(_unescape, raw) if "\\" in raw else raw


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] in "ux" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number < 0x110000 else found[0]
    return code


def piece(span: Span, raw: str, body: int) -> Lit:
    """Returns the literal for text that is written *raw* from *body* on."""
    return Lit(span, cook(raw), body if "\\" not in raw else -1)


def string(walk: Walk, node: Node) -> Expr:
    """Returns a string literal, a credential in it replaced."""
    lit = piece(node.span, walk.text[node.start + 1 : node.end - 1], node.start + 1)
    return walk.secrets.masked(node.span, [lit]) or lit


def _pieces(walk: Walk, node: Node, *, raw: bool = False) -> Iterator[tuple[Expr, Node | None]]:
    """Yields each text of a template, a credential in it replaced, with what stands behind it."""
    at = node.start + 1
    for child in [*(one for one in node.children if one.kind == "template_substitution"), None]:
        end = child.start if child is not None else node.end - 1
        span = Span(at, end)
        lit = Lit(span, walk.text[at:end], at) if raw else piece(span, walk.text[at:end], at)
        yield walk.secrets.masked(lit.span, [lit]) or lit, child
        at = child.end if child is not None else end


def apart(walk: Walk, node: Node, *, raw: bool) -> tuple[list[Expr], list[Expr]]:
    """Returns the texts of a template, as they are written where they are *raw*, and the values between them."""
    pairs = list(_pieces(walk, node, raw=raw))
    values = [child.named_children[:1] for _, child in pairs if child is not None]
    return [one for one, _ in pairs], [walk.expression(one[0] if one else None) for one in values]


def template(walk: Walk, node: Node) -> Expr:
    """Returns a template literal."""
    parts: list[Expr] = []
    for found, child in _pieces(walk, node):
        if found.span.start < found.span.end:
            parts += found.parts if isinstance(found, Join) else [found]
        inner = next(iter(child.named_children), None) if child is not None else None
        if child is not None and inner is not None:
            parts.append(Field(child.span, walk.expression(inner)))
    if not parts:
        return Lit(node.span, "", node.start + 1)
    if len(parts) == 1 and isinstance(parts[0], Lit):
        return Lit(node.span, parts[0].value, parts[0].body)
    return Join(node.span, tuple(parts))


def number(walk: Walk, node: Node) -> Expr:
    """Returns a number."""
    written = walk.code(node).replace("_", "").rstrip("n")
    try:
        return Lit(node.span, int(written, 0))
    except ValueError:
        pass
    try:
        found = float(written)
    except ValueError:  # octal as it was
        return Lit(node.span, 0)
    return Lit(node.span, int(found) if found.is_integer() and abs(found) < 1e15 else found)


def meta(walk: Walk, node: Node) -> Expr:
    """Returns what a module says of itself, or what a constructor is called for."""
    is_import = walk.code(node).startswith("import")
    return Name(node.span, "import.meta") if is_import else Opaque(node.span, "new.target")
