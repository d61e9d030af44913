"""What the lowerings of one file share: its text, the credential patterns, and what is known along the way.

Lowering reads the parser's own nodes: to make others of them takes as long as all the rest. Comments may stand between
any two of them, so children are taken by their number only where there are exactly as many as there must be.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from migrator.languages.python.lowering.depth import DEEPEST
from migrator.languages.python.lowering.dialect import CLASSIC, OLD_NAMES, Signs
from migrator.languages.python.lowering.grammar import GRAMMAR
from migrator.languages.shared.secrets import Secrets
from migrator.languages.syntax.grammar import ERROR_KIND, TOO_DEEP, by_kind, parts_of
from migrator.model.text import Span, Trouble
from migrator.model.unit import Attr, Bin, BoolOp, Call, Compare, Expr, IfExp, Name, Opaque, Stmt, Sub, Wrap

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode as Node

_span = tuple.__new__  # half the cost of the class's own, and a file has thousands

_MOST = 1 << 15
_NUMBERS = list(range(_MOST))
"""Offsets as objects that all files share: spans, and what they are made of, are most of a lowered file."""

_STARRED = (
    *("list_splat", "list_splat_pattern", "dictionary_splat", "splat_type", "type"),
    *("expression_list", "pattern_list"),
)  # what may start with a star
_LEAVES = ("ellipsis", "false", "float", "integer", "none", "true")
MISSING = "a part that the grammar misses"


class Tables(NamedTuple):
    """What there is to know of the kinds of nodes, by their numbers."""

    expressions: Mapping[int, Callable[[Lowering, Node], Expr]]
    statements: Mapping[int, Callable[[Lowering, Node], Stmt]]
    named: frozenset[int]
    parts: frozenset[int]
    leaves: frozenset[int]
    simple: frozenset[int]
    starred: frozenset[int]
    name: int
    parentheses: int


def tables(expressions: Lowerings, statements: Mapping[str, Callable[[Lowering, Node], Stmt]]) -> Tables:
    """Returns the tables for the lowering of each kind of node: they are mutually recursive."""
    named = parts_of(GRAMMAR)
    return Tables(
        expressions=by_kind(GRAMMAR, expressions),
        statements=by_kind(GRAMMAR, statements),
        named=named,
        parts=named - {ERROR_KIND},
        leaves=frozenset(by_kind(GRAMMAR, dict.fromkeys(_LEAVES))),
        simple=frozenset(by_kind(GRAMMAR, dict.fromkeys((*_LEAVES, "identifier", "string")))),
        starred=frozenset(by_kind(GRAMMAR, dict.fromkeys(_STARRED))),
        name=next(iter(by_kind(GRAMMAR, {"identifier": None}))),
        parentheses=next(iter(by_kind(GRAMMAR, {"parenthesized_expression": None}))),
    )


class Lowering:
    """The lowering of one file."""

    __slots__ = (
        "classic", "depth", "divides", "evidence", "expressions", "leaves", "name", "named", "parentheses", "parts",
        "secrets", "simple", "star", "starred", "statements", "text", "troubles", "yields",
    )  # fmt: skip

    def __init__(self, text: str, secrets: Secrets, tables: Tables, *, classic: bool = False) -> None:
        """Takes what is the same for all files besides the text. *classic* says that ``/`` is the one of Python 2."""
        self.classic = classic
        self.divides = False  # whether there is a ``/``
        self.text = text
        self.secrets = secrets
        self.expressions, self.statements = tables.expressions, tables.statements
        self.named, self.parts, self.leaves = tables.named, tables.parts, tables.leaves
        self.simple, self.starred = tables.simple, tables.starred
        self.name, self.parentheses = tables.name, tables.parentheses
        self.evidence = Signs()  # of the version that the file is written in
        self.yields = False  # whether the function body that is lowered yields
        self.depth = 0  # of the expression or block that is lowered
        self.star = -1  # where the star stands that is taken off what is lowered
        self.troubles: list[Trouble] = []

    def word(self, node: Node) -> str:
        """Returns a name as Python knows it, or any other token as it is written."""
        return _word(self.text[node.start_byte : node.end_byte])

    def operator(self, written: str) -> str:
        """Returns a binary operator by what it means in this file."""
        if written != "/":
            return written
        self.divides = True
        return CLASSIC if self.classic else written

    def fits(self, node: Node, levels: int) -> bool:
        """Returns whether so many levels more can be evaluated; a node of which they cannot is told."""
        if self.depth + levels <= DEEPEST:
            return True
        self.troubles.append(Trouble(span_of(node), TOO_DEEP))
        return False


Lowerings: TypeAlias = "Mapping[str, Callable[[Lowering, Node], Expr]]"


def span_of(node: Node) -> Span:
    """Returns where a node stands."""
    start, end = node.byte_range
    if end < _MOST:
        return _span(Span, (_NUMBERS[start], _NUMBERS[end]))
    return _span(Span, (start, end))


def _word(written: str) -> str:
    """Returns a name as Python knows it, the same object each time: a program says few names, and often."""
    return sys.intern(written if written.isascii() else unicodedata.normalize("NFKC", written))


def whole_span(low: Lowering, node: Node) -> Span:
    """Returns where a compound statement stands: a comment behind its last block is none of it."""
    start, end = node.byte_range
    line = max(start, low.text.rfind("\n", start, end))
    if low.text.find("#", line, end) < 0:
        return _span(Span, (start, end))
    last = node
    while found := last.children:
        last = found[-1]
        if not last.is_named or last.kind_id in low.named:
            continue
        own = [child for child in found if not child.is_named or child.kind_id in low.named]
        if not own:
            break
        last = own[-1]
        end = last.end_byte
    return Span(start, end)


def expression(low: Lowering, node: Node) -> Expr:
    """Returns an expression, without the parentheses around it. One that nests too deeply is cut, and told."""
    kind = node.kind_id
    if kind == low.name:
        span = span_of(node)
        word = _word(low.text[span[0] : span[1]])
        if word in OLD_NAMES:
            low.evidence.names = True
        return Name(span, word) if word else Opaque(span, MISSING)
    while kind == low.parentheses:
        inner = named(low, node)
        if not inner:
            return Opaque(span_of(node), MISSING)
        node = inner[0]
        kind = node.kind_id
        if kind == low.name:
            return expression(low, node)
    lowering = low.expressions.get(kind)
    start = node.start_byte
    if lowering is None or start == node.end_byte:
        return Opaque(span_of(node), MISSING)
    if kind in low.leaves:
        return lowering(low, node)
    if low.depth >= DEEPEST and not low.fits(node, 1):
        return Opaque(span_of(node), TOO_DEEP)
    if low.text[start] == "*" and start != low.star and kind not in low.starred:
        return Wrap(span_of(node), "*", unstarred(low, node))
    low.depth += 1
    lowered = lowering(low, node)
    low.depth -= 1
    return lowered


_LEFT: Mapping[type, str] = {
    Attr: "value", Call: "func", Sub: "value", Bin: "left", BoolOp: "left", Compare: "left", IfExp: "body"
}  # fmt: skip


def unstarred(low: Lowering, node: Node) -> Expr:
    """Returns ``b.c()`` of ``*b.c()``, whose star the grammar takes for a part of ``b`` alone."""
    outer, low.star = low.star, node.start_byte
    lowered = expression(low, node)
    low.star = outer
    above = []
    inner = lowered
    while type(inner) in _LEFT:
        above.append(inner)
        inner = getattr(inner, _LEFT[type(inner)])
    if not isinstance(inner, Wrap) or inner.kind != "*" or inner.value is None:
        return lowered
    inner = inner.value
    for each in reversed(above):
        each.span = Span(inner.span.start, each.span.end)  # type: ignore[misc]  # only known now
        setattr(each, _LEFT[type(each)], inner)
        inner = each
    return inner


def named(low: Lowering, node: Node) -> list[Node]:
    """Returns the children that have a name in the grammar, but for comments."""
    return [child for child in node.children if child.kind_id in low.named]


def parts(low: Lowering, node: Node) -> list[Node]:
    """Returns the children that have a name, but for comments and what the grammar does not take."""
    return [child for child in node.children if child.kind_id in low.parts]


def code(low: Lowering, node: Node) -> list[Node]:
    """Returns the children but for comments."""
    return [child for child in node.children if child.kind_id in low.named or not child.is_named]


def roles(low: Lowering, node: Node, field: str) -> list[Node]:
    """Returns the named children with a role."""
    return [child for child in node.children_by_field_name(field) if child.kind_id in low.named]


def clause(node: Node, kind: str) -> Node | None:
    """Returns the first child of a kind, None when there is none."""
    return next((child for child in node.children if child.type == kind), None)


def part(low: Lowering, node: Node, field: str) -> Expr:
    """Returns the expression with a role in a node; where an error took it away, it is not known."""
    child = node.child_by_field_name(field)
    return Opaque(span_of(node), MISSING) if child is None else expression(low, child)


def optional(low: Lowering, node: Node | None) -> Expr | None:
    """Returns an expression that need not be there."""
    return None if node is None else expression(low, node)


def first(low: Lowering, node: Node) -> Expr:
    """Returns the first expression in a node."""
    for child in node.children:
        if child.kind_id in low.named:
            return expression(low, child)
    return Opaque(span_of(node), MISSING)
