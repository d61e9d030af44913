"""``match`` as a chain of `If`. What a pattern tests of a value beyond equality is `Opaque`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from migrator.languages.python.displays import elements
from migrator.languages.python.lowering import MISSING, Lowering, expression, first, part, span_of
from migrator.languages.syntax.grammar import TOO_DEEP
from migrator.languages.syntax.tree import ERROR, Node
from migrator.model.text import Span
from migrator.model.unit import Assign, Attr, Bin, BoolOp, Compare, Expr, If, Lit, Name, Opaque, Seq, Stmt, Sub, Wrap


class _Matched(NamedTuple):
    """What must hold for a pattern to match (None: it always does), and what it binds."""

    test: Expr | None
    bound: tuple[Stmt, ...] = ()


Block: TypeAlias = Callable[[Lowering, Node | None], tuple[Stmt, ...]]


def match(low: Lowering, node: Node, block: Block) -> list[Stmt]:
    """Returns the chain; a subject that could have an effect is given a name first, so that it is evaluated once."""
    subject = _subject(low, node)
    before: list[Stmt] = []
    if not isinstance(subject, (Name, Attr, Sub)):
        name = Name(subject.span, f"match at {subject.span.start}")
        before.append(Assign(subject.span, (name,), subject))
        subject = name
    body = node.child("body")
    cases = [child for child in body.children if child.kind == "case_clause"] if body else []
    arms = [_case(low, case, subject, block) for case in cases]
    orelse: tuple[Stmt, ...] = ()
    for start, test, found in reversed(arms):
        orelse = (If(Span(start, node.end), test, found, orelse),)
    return [*before, *orelse]


def _subject(low: Lowering, node: Node) -> Expr:
    found = node.all("subject")
    commas = [child for child in node.children if child.kind == ","]
    if not commas:
        return part(low, node, "subject")
    return Seq(Span(found[0].start, max(found[-1].end, commas[-1].end)), "tuple", elements(low, found))


def _case(low: Lowering, node: Node, subject: Expr, block: Block) -> tuple[int, Expr, tuple[Stmt, ...]]:
    patterns = [child for child in node.children if child.kind == "case_pattern"]
    ends = [child.end for child in node.children if child.kind in ("case_pattern", ",")]
    span = Span(patterns[0].start, ends[-1]) if patterns else span_of(node)
    if len(patterns) == 1 and ends[-1] == patterns[0].end:
        matched = _pattern(low, patterns[0], subject)
    else:
        matched = _sequence(low, span, patterns, subject)
    test = matched.test or Lit(span, True)
    guarded = node.child("guard")
    if guarded is not None:
        guard = first(low, guarded)
        test = BoolOp(Span(span.start, guarded.end), "and", test, _guarded(guard, matched.bound))
    return node.start, test, matched.bound + block(low, node.child("consequence"))


def _guarded(guard: Expr, bound: tuple[Stmt, ...]) -> Expr:
    """A guard may read what the pattern binds, which a test cannot do first: then it is not known."""
    return Opaque(guard.span, "a guard on what a pattern binds") if bound else guard


def _pattern(low: Lowering, node: Node, subject: Expr) -> _Matched:
    """Returns what one pattern asks; parentheses around it are not its own."""
    if not low.fits(node, 1):
        return _Matched(Opaque(span_of(node), TOO_DEEP))
    low.depth += 1
    matched = _asked(low, node, subject)
    low.depth -= 1
    return matched


def _asked(low: Lowering, node: Node, subject: Expr) -> _Matched:
    while node.kind == "case_pattern":
        if len(node.children) != 1:
            return _number(low, node, subject)
        node = node.children[0]
    if node.kind == "tuple_pattern" and [child.named for child in node.children] == [False, True, False]:
        return _pattern(low, node.children[1], subject)
    if not low.fits(node, len(node.children)):  # the tests of its parts are nested in one another
        return _Matched(Opaque(span_of(node), TOO_DEEP))
    return _PATTERNS.get(node.kind, _value)(low, node, subject)


def _value(low: Lowering, node: Node, subject: Expr) -> _Matched:
    if node.kind == "_":
        return _Matched(None)
    value = expression(low, node)
    op = "is" if node.kind in ("none", "true", "false") else "=="
    return _Matched(Compare(value.span, subject, (op,), (value,)))


def _number(low: Lowering, node: Node, subject: Expr) -> _Matched:
    value = _signed(low, node)
    return _Matched(Compare(value.span, subject, ("==",), (value,)))


def _signed(low: Lowering, node: Node) -> Expr:
    """Returns a number with a sign, or a complex one, which is a sum."""
    value: Expr | None = None
    sign = op = None
    for child in node.children:
        if not child.named and value is None:
            sign = child
        elif not child.named:
            op = child
        elif value is None:
            value = expression(low, child)
            if sign is not None:
                value = Wrap(Span(sign.start, child.end), sign.kind, value)
        elif op is not None:
            value = Bin(Span(value.span.start, child.end), op.kind, value, expression(low, child))
    return value or Opaque(span_of(node), MISSING)


def _named(low: Lowering, node: Node, subject: Expr) -> _Matched:
    """Returns a name that is bound, or a dotted one that is compared with."""
    words = [child for child in node.children if child.kind == "identifier"]
    if not words:
        return _Matched(Opaque(span_of(node), MISSING))
    if len(words) == 1:
        return _Matched(None, () if low.word(words[0]) == "_" else (_bind(low, words[0], subject),))
    value: Expr = Name(span_of(words[0]), low.word(words[0]))
    for word in words[1:]:
        value = Attr(Span(node.start, word.end), value, low.word(word))
    return _Matched(Compare(value.span, subject, ("==",), (value,)))


def _bind(low: Lowering, node: Node, value: Expr) -> Stmt:
    return Assign(span_of(node), (Name(span_of(node), low.word(node)),), value)


def _as(low: Lowering, node: Node, subject: Expr) -> _Matched:
    matched = _pattern(low, node.children[0], subject)
    bound = node.children[-1]
    return _Matched(matched.test, (*matched.bound, _bind(low, bound, subject)))


def _or(low: Lowering, node: Node, subject: Expr) -> _Matched:
    test: Expr | None = None
    bound: list[Stmt] = []
    certain = False
    outer = low.depth
    for child in node.named_children:
        low.depth += 1  # the tests are nested in one another
        matched = _pattern(low, child, subject)
        bound += matched.bound
        certain = certain or matched.test is None
        if matched.test is not None:
            test = matched.test if test is None else BoolOp(Span(node.start, child.end), "or", test, matched.test)
    low.depth = outer
    names = [target for stmt in bound if isinstance(stmt, Assign) for target in stmt.targets]
    unsure = tuple(Assign(name.span, (name,), Opaque(name.span, "bound by one of several patterns")) for name in names)
    return _Matched(None if certain else test, unsure)


def _items(low: Lowering, node: Node, subject: Expr) -> _Matched:
    return _sequence(low, span_of(node), node.named_children, subject)


def _sequence(low: Lowering, span: Span, nodes: Sequence[Node], subject: Expr) -> _Matched:
    starred = False
    parts = []
    for number, node in enumerate(nodes):
        inner = node
        while inner.kind == "case_pattern" and len(inner.children) == 1:
            inner = inner.children[0]
        if inner.kind == "splat_pattern":
            starred = True
            parts.append(_rest(low, inner))
        else:
            here = Span(node.start, node.start)
            parts.append(_pattern(low, node, _element(here, subject, -1 if starred else number)))
    return _all(span, "a sequence pattern", parts)


def _element(span: Span, subject: Expr, number: int) -> Expr:
    if number < 0:
        return Opaque(span, "an element after a starred pattern")
    return Sub(span, subject, Lit(span, number))


def _star(low: Lowering, node: Node, _subject: Expr) -> _Matched:
    return _rest(low, node)


def _rest(low: Lowering, node: Node) -> _Matched:
    """Returns what ``*name`` or ``**name`` binds."""
    name = node.children[-1]
    if name.kind != "identifier" or low.word(name) == "_":
        return _Matched(None)
    return _Matched(None, (_bind(low, name, Opaque(span_of(name), "the rest of a pattern")),))


def _mapping(low: Lowering, node: Node, subject: Expr) -> _Matched:
    parts = []
    key: Expr | None = None
    for child in node.children:
        if child.kind == "splat_pattern":
            parts.append(_rest(low, child))
        elif child.field == "key" and child.named:
            key = _key(low, child)
        elif child.field == "value" and key is not None:
            parts.append(_pattern(low, child, Sub(key.span, subject, key)))
    return _all(span_of(node), "a mapping pattern", parts)


def _key(low: Lowering, node: Node) -> Expr:
    matched = _named(low, node, Opaque(span_of(node), MISSING)) if node.kind == "dotted_name" else None
    if matched is not None and isinstance(matched.test, Compare):
        return matched.test.rights[0]
    return _signed(low, node) if node.kind == "complex_pattern" else expression(low, node)


def _class(low: Lowering, node: Node, subject: Expr) -> _Matched:
    parts = []
    for child in node.named_children[1:]:
        inner = child
        while inner.kind == "case_pattern" and len(inner.children) == 1:
            inner = inner.children[0]
        here = Span(child.start, child.start)
        if inner.kind == "keyword_pattern":
            name = inner.children[0]
            if len(inner.children) > 2:
                field = Attr(Span(name.start, inner.children[1].end), subject, low.word(name))
                parts.append(_valued(low, inner, field))
        elif child.kind != ERROR:
            parts.append(_pattern(low, child, Opaque(here, "a positional part of a class pattern")))
    return _all(span_of(node), "a class pattern", parts)


def _valued(low: Lowering, node: Node, subject: Expr) -> _Matched:
    """Returns what stands behind the ``=`` of a pattern: a pattern of one token or several."""
    if len(node.children) == 3:
        return _pattern(low, node.children[2], subject)
    return _number(low, Node("case_pattern", True, "", node.children[2].start, node.end, node.children[2:]), subject)


def _all(span: Span, reason: str, parts: list[_Matched]) -> _Matched:
    test: Expr = Opaque(span, reason)
    bound: tuple[Stmt, ...] = ()
    for each in parts:
        bound += each.bound
        if each.test is not None:
            test = BoolOp(span, "and", test, each.test)
    return _Matched(test, bound)


_PATTERNS: dict[str, Callable[[Lowering, Node, Expr], _Matched]] = {
    "as_pattern": _as,
    "class_pattern": _class,
    "complex_pattern": _number,
    "dict_pattern": _mapping,
    "dotted_name": _named,
    "list_pattern": _items,
    "splat_pattern": _star,
    "tuple_pattern": _items,
    "union_pattern": _or,
}
