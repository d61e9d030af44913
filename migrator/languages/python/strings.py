"""String expressions: plain, adjacent and interpolated. Their tokens say all there is to know, and exactly where."""

from __future__ import annotations

import ast
import re
from functools import cache

from migrator.languages.python.cursor import Walk
from migrator.languages.python.lexer import GAP
from migrator.languages.python.literals import cook, text_literal
from migrator.model.text import Span
from migrator.model.unit import Expr, Field, Join, Lit

_OPENING = re.compile(r"([rRbBuUfFtT]{0,2})('''|\"\"\"|'|\")")


def is_string(word: str) -> bool:
    """Returns whether a token is a string literal, or the beginning of one."""
    return word[-1] in "'\"" or _OPENING.match(word) is not None


def string(walk: Walk, node: ast.expr) -> Expr:
    """Returns the string that starts at the next token, with all adjacent ones that are the same expression."""
    first = walk.at
    parts = [_literal(walk)]
    while walk.at < len(walk.words) and is_string(walk.words[walk.at]) and walk.goes_on(node, len(parts)):
        parts.append(_literal(walk))
    lits = [part for part in parts if isinstance(part, Lit)]
    span = walk.since(first)
    whole = walk.secrets.masked(span, lits) if len(lits) == len(parts) else None
    return whole or (parts[0] if len(parts) == 1 else Join(span, tuple(parts)))


def _literal(walk: Walk) -> Expr:
    word = walk.words[walk.at]
    opening = _OPENING.match(word)
    if opening is None:
        raise LookupError(walk.at)
    prefix, quote = opening[1].lower(), opening[2]
    if "f" not in prefix and "t" not in prefix:
        return text_literal(word, walk.take())
    first = walk.at
    parts, end = _parts(walk, walk.starts[first] + opening.end(), prefix, quote)
    walk.take_to(end + len(quote))
    return Join(walk.since(first), tuple(parts))


def _parts(walk: Walk, offset: int, prefix: str, quote: str, *, spec: bool = False) -> tuple[list[Expr], int]:
    """Returns the parts of an interpolated string, or of a format in it, that start at *offset*, and where they end."""
    parts: list[Expr] = []
    stretch = _stretch("r" in prefix, quote, spec)
    while True:
        found = stretch.match(walk.text, offset)
        if found is not None and found.end() > offset:
            parts += _text(walk, found[0], offset, prefix)
            offset = found.end()
        if not walk.text.startswith("{", offset):
            return parts, offset
        offset = _field(walk, offset, parts, prefix, quote)


@cache
def _stretch(raw: bool, quote: str, spec: bool) -> re.Pattern[str]:
    """Returns what matches the text between two fields."""
    kinds = [rf"[^{{}}\\{quote[0]}]++", r"\\(?:\r\n|[^{}])", r"\\(?=[{}])"]
    if not raw:
        kinds.insert(0, r"\\N\{[^{}]*\}")
    if not spec:
        kinds.append(r"\{\{|\}\}")
    if len(quote) == 3:
        kinds.append(f"{quote[0]}(?!{quote[:2]})")
    return re.compile(f"(?:{'|'.join(kinds)})*+", re.DOTALL)


def _text(walk: Walk, raw: str, offset: int, prefix: str) -> tuple[Expr, ...]:
    value = cook(raw.replace("{{", "{").replace("}}", "}"), prefix)
    lit = Lit(Span(offset, offset + len(raw)), value, offset if value == raw else -1)
    masked = walk.secrets.masked(lit.span, (lit,))
    return masked.parts if isinstance(masked, Join) else (lit,)


def _field(walk: Walk, start: int, parts: list[Expr], prefix: str, quote: str) -> int:
    """Adds the replacement field whose brace is at *start* to *parts*. Returns where it ends."""
    text = walk.text
    value = walk.field(start + 1)
    end = _gap(walk, walk.leave())
    conversion = ""
    said = text[end] == "="
    if said:
        end = _gap(walk, end + 1)
        parts.append(Lit(Span(start + 1, end), text[start + 1 : end], start + 1))
    if text[end] == "!":
        end = _gap(walk, end + 1)
        conversion = text[end]
        end = _gap(walk, end + 1)
    spec: Join | None = None
    if text[end] == ":":
        inner, stop = _parts(walk, end + 1, prefix, quote, spec=True)
        spec = Join(Span(end + 1, stop), tuple(inner))
        end = stop
    if said and not conversion and (spec is None or not spec.parts):
        conversion = "r"
    if text[end] != "}":
        raise LookupError(end)
    parts.append(Field(Span(start, end + 1), value, conversion, spec))
    return end + 1


def _gap(walk: Walk, offset: int) -> int:
    found = GAP.match(walk.text, offset)
    return found.end() if found else offset
