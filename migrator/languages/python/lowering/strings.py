"""String expressions, plain, adjacent and interpolated: what they say, and where it stands in the source."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from migrator.languages.python.lowering.grammar import within
from migrator.languages.python.lowering.lowering import MISSING, Lowering, code, first, part, span_of
from migrator.model.text import Span
from migrator.model.unit import Arg, Call, Expr, Field, Join, Lit, Name, Opaque

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode as Node


def string(low: Lowering, node: Node) -> Expr:
    """Returns one string literal."""
    if low.text[node.start_byte] == "`":
        return _repr(low, node)
    literal = _literal(low, node)
    if not isinstance(literal, Lit):
        return literal
    return low.secrets.masked(literal.span, (literal,)) or literal


def _repr(low: Lowering, node: Node) -> Expr:
    """Returns what Python 2 writes in backticks, quotes to the grammar, as the call that it is."""
    low.evidence.old = True
    tree = within(low.text, Span(node.start_byte + 1, node.end_byte - 1))
    low.troubles += tree.troubles
    value = first(low, tree.nodes[0]) if tree.nodes else Opaque(span_of(node), MISSING)
    return Call(span_of(node), Name(Span(node.start_byte, node.start_byte + 1), "repr"), (Arg(value.span, value),))


def concatenated(low: Lowering, node: Node) -> Expr:
    """Returns adjacent string literals."""
    parts = [_literal(low, child) for child in node.children if child.type == "string"]
    lits = [part for part in parts if isinstance(part, Lit)]
    whole = low.secrets.masked(span_of(node), lits) if lits and len(lits) == len(parts) else None
    return whole or Join(span_of(node), tuple(parts))


def _literal(low: Lowering, node: Node) -> Expr:
    word = low.text[node.start_byte : node.end_byte]
    if word[0] in "'\"":
        return text_literal(word, span_of(node))
    children = code(low, node)
    opening = children[0]
    prefix = low.text[opening.start_byte : opening.end_byte].rstrip("'\"").lower()
    if "f" not in prefix and "t" not in prefix:
        low.evidence.old |= prefix == "ur"
        return text_literal(word, span_of(node))
    low.evidence.new = True
    closing = children[-1]
    end = closing.start_byte if closing.type == "string_end" else node.end_byte
    return Join(span_of(node), tuple(_parts(low, node, Span(opening.end_byte, end), prefix)))


def _parts(low: Lowering, node: Node, inside: Span, prefix: str) -> list[Expr]:
    """Returns the parts of an interpolated string, or of a format in it."""
    parts: list[Expr] = []
    at = inside.start
    for child in node.children:
        if child.type in ("interpolation", "format_expression"):
            parts += _text(low, Span(at, child.start_byte), prefix)
            parts += _field(low, child, prefix)
            at = child.end_byte
    return parts + _text(low, Span(at, inside.end), prefix)


def _text(low: Lowering, span: Span, prefix: str) -> list[Expr]:
    if span.start >= span.end:
        return []
    raw = low.text[span.start : span.end]
    value = cook(raw.replace("{{", "{").replace("}}", "}"), prefix)
    lit = Lit(span, value, span.start if value == raw else -1)
    masked = low.secrets.masked(span, (lit,))
    return list(masked.parts) if isinstance(masked, Join) else [lit]


def _field(low: Lowering, node: Node, prefix: str) -> list[Expr]:
    """Returns a replacement field, behind its own text where that is asked for with ``=``."""
    inner = node.child_by_field_name("expression")
    if inner is not None and inner.type == "named_expression":
        return _aligned(low, node, inner)
    value = part(low, node, "expression")
    conversion = node.child_by_field_name("type_conversion")
    how = low.text[conversion.start_byte : conversion.end_byte].strip("! \t") if conversion else ""
    formatted = node.child_by_field_name("format_specifier")
    spec: Join | None = None
    if formatted is not None:
        inside = Span(formatted.start_byte + 1, formatted.end_byte)
        spec = Join(inside, tuple(_parts(low, formatted, inside, prefix)))
    said = _said(low, node)
    if said and not how and (spec is None or not spec.parts):
        how = "r"
    return [*said, Field(span_of(node), value, how, spec)]


def _aligned(low: Lowering, node: Node, inner: Node) -> list[Expr]:
    """Returns a field with a format that begins with ``=``, which the grammar takes for an assignment."""
    value = part(low, inner, "name")
    colon = low.text.index(":", value.span.end)
    inside = Span(colon + 1, node.end_byte - 1)
    return [Field(span_of(node), value, "", Join(inside, tuple(_text(low, inside, ""))))]


def _said(low: Lowering, node: Node) -> list[Expr]:
    children = code(low, node)
    for child, behind in pairwise(children):
        if child.type == "=":
            start, end = node.start_byte + 1, behind.start_byte
            return [Lit(Span(start, end), low.text[start:end], start)]
    return []


_QUOTED = re.compile(r"([a-zA-Z]*)('''|\"\"\"|'|\")", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^{}]*\}|.)|\r\n?", re.DOTALL
)
_BYTES_ESCAPE = re.compile(r"\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|.)|\r\n?", re.DOTALL)
_SIMPLE = {
    "\n": "", "\r\n": "", "\r": "", "\\": "\\", "'": "'", '"': '"',
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip


def text_literal(word: str, span: Span) -> Lit:
    """Returns the string or bytes literal written as *word* at *span*."""
    if "\\" not in word and "\r" not in word and word[0] == word[-1] and word[0] in "'\"" and len(word) > 1:
        size = 3 if word[:3] == 3 * word[0] and len(word) > 5 else 1
        return Lit(span, word[size:-size], span.start + size)
    quoted = _QUOTED.match(word)
    prefix, quote = quoted.groups() if quoted else ("", "")
    raw = word[len(prefix) + len(quote) : len(word) - len(quote)]
    body = span.start + len(prefix) + len(quote)
    prefix = prefix.lower()
    plain = "\r" not in raw and ("r" in prefix or "\\" not in raw)
    value = raw if plain else cook(raw, prefix)
    if "b" in prefix:
        return Lit(span, value.encode("latin-1", "replace"))
    return Lit(span, value, body if plain else -1)


def cook(raw: str, prefix: str) -> str:
    """Returns the text that the inside of a literal with this lower-case prefix stands for."""
    if "r" in prefix:
        return raw.replace("\r\n", "\n").replace("\r", "\n")
    return (_BYTES_ESCAPE if "b" in prefix else _ESCAPE).sub(_unescape, raw)


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code is None:
        return "\n"
    if code in _SIMPLE:
        return _SIMPLE[code]
    try:
        if code[0] in "01234567":
            return chr(int(code, 8))
        if code[0] in "xuU" and len(code) > 1:
            return chr(int(code[1:], 16))
        if code[0] == "N" and len(code) > 1:
            return unicodedata.lookup(code[2:-1])
    except (KeyError, ValueError, OverflowError):
        pass  # Python rejects the file; the text is kept as written
    return found[0]
