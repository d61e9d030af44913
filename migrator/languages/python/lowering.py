"""What the lowerings of one file share: its text, the credential patterns, and what is known along the way."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeAlias

from migrator.languages.python.depth import DEEPEST
from migrator.languages.python.dialect import CLASSIC, Signs
from migrator.languages.shared.secrets import Secrets
from migrator.languages.syntax.grammar import TOO_DEEP
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span, Trouble
from migrator.model.unit import Expr, Opaque, Wrap

_span = tuple.__new__  # half the cost of the class's own, and a file has thousands

_STARRED = frozenset(
    {"list_splat", "list_splat_pattern", "dictionary_splat", "splat_type", "type", "expression_list", "pattern_list"}
)  # what may start with a star
PARENTHESES = "parenthesized_expression"
MISSING = "a part that the grammar misses"


class Lowering:
    """The lowering of one file."""

    __slots__ = ("classic", "depth", "divides", "evidence", "expressions", "secrets", "text", "troubles", "yields")

    def __init__(self, text: str, secrets: Secrets, expressions: Lowerings, *, classic: bool = False) -> None:
        """Takes the lowering of each kind of expression: they are mutually recursive.

        *classic* says that ``/`` is the one of Python 2.
        """
        self.classic = classic
        self.divides = False  # whether there is a ``/``
        self.text = text
        self.secrets = secrets
        self.expressions = expressions
        self.evidence = Signs()  # of the version that the file is written in
        self.yields = False  # whether the function body that is lowered yields
        self.depth = 0  # of the expression or block that is lowered
        self.troubles: list[Trouble] = []

    def word(self, node: Node) -> str:
        """Returns a name as Python knows it, or any other token as it is written."""
        word = self.text[node.start : node.end]
        return word if word.isascii() else unicodedata.normalize("NFKC", word)

    def operator(self, written: str) -> str:
        """Returns a binary operator by what it means in this file."""
        self.divides |= written == "/"
        return CLASSIC if self.classic and written == "/" else written

    def fits(self, node: Node, levels: int) -> bool:
        """Returns whether so many levels more can be evaluated; a node of which they cannot is told."""
        if self.depth + levels <= DEEPEST:
            return True
        self.troubles.append(Trouble(Span(node.start, node.end), TOO_DEEP))
        return False


Lowerings: TypeAlias = Mapping[str, Callable[[Lowering, Node], Expr]]


def span_of(node: Node) -> Span:
    """Returns where a node stands."""
    return _span(Span, (node.start, node.end))


def expression(low: Lowering, node: Node) -> Expr:
    """Returns an expression, without the parentheses around it. One that nests too deeply is cut, and told."""
    while node.kind == PARENTHESES:
        inner = node.named_children
        if not inner:
            return Opaque(span_of(node), MISSING)
        node = inner[0]
    lowering = low.expressions.get(node.kind)
    if lowering is None or node.start == node.end:
        return Opaque(span_of(node), MISSING)
    if not low.fits(node, 1):
        return Opaque(span_of(node), TOO_DEEP)
    if low.text[node.start] == "*" and node.kind not in _STARRED:
        return Wrap(span_of(node), "*", expression(low, unstarred(node)))
    low.depth += 1
    lowered = lowering(low, node)
    low.depth -= 1
    return lowered


def unstarred(node: Node) -> Node:
    """Returns ``b.c()`` of ``*b.c()``, whose star the grammar takes for a part of ``b`` alone."""
    whole = node.children[0]
    inner = whole.children[-1] if whole.kind == "list_splat" else unstarred(whole) if whole.children else whole
    return node._replace(start=inner.start, children=[inner._replace(field=whole.field), *node.children[1:]])


def part(low: Lowering, node: Node, field: str) -> Expr:
    """Returns the expression with a role in a node; where an error took it away, it is not known."""
    child = node.child(field)
    return Opaque(span_of(node), MISSING) if child is None else expression(low, child)


def optional(low: Lowering, node: Node | None) -> Expr | None:
    """Returns an expression that need not be there."""
    return None if node is None else expression(low, node)


def first(low: Lowering, node: Node) -> Expr:
    """Returns the first expression in a node."""
    for child in node.children:
        if child.named:
            return expression(low, child)
    return Opaque(span_of(node), MISSING)
