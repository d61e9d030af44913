"""``match`` as a chain of `If`. What a pattern tests of a value beyond equality is `Opaque`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from migrator.languages.python.cursor import Walk, expression, take
from migrator.model.text import Span
from migrator.model.unit import Assign, Attr, BoolOp, Compare, Expr, If, Lit, Name, Opaque, Stmt, Sub


class _Matched(NamedTuple):
    """What must hold for a pattern to match (None: it always does), and what it binds."""

    test: Expr | None
    bound: tuple[Stmt, ...] = ()


Block: TypeAlias = Callable[[Walk, Sequence[ast.stmt]], tuple[Stmt, ...]]


def match(walk: Walk, node: ast.Match, block: Block) -> list[Stmt]:
    """Returns the chain; a subject that could have an effect is given a name first, so that it is evaluated once."""
    first = walk.at
    walk.at += 1
    subject = expression(walk, node.subject)
    walk.at += 1
    before: list[Stmt] = []
    if not isinstance(subject, (Name, Attr, Sub)):
        name = Name(subject.span, f"match at {subject.span.start}")
        before.append(Assign(subject.span, (name,), subject))
        subject = name
    arms = [_case(walk, case, subject, block) for case in node.cases]
    end = walk.since(first).end
    orelse: tuple[Stmt, ...] = ()
    for span, test, body in reversed(arms):
        orelse = (If(Span(span.start, end), test, body, orelse),)
    return [*before, *orelse]


def _case(walk: Walk, node: ast.match_case, subject: Expr, block: Block) -> tuple[Span, Expr, tuple[Stmt, ...]]:
    first = walk.at
    walk.at += 1
    start = walk.at
    matched = _pattern(walk, node.pattern, subject)
    span = walk.since(start)
    test = matched.test or Lit(span, True)
    bound = matched.bound
    if node.guard is not None:
        walk.at += 1
        guard = expression(walk, node.guard)
        test = BoolOp(walk.since(start), "and", test, _guarded(guard, bound))
    body = block(walk, node.body)
    return walk.since(first), test, bound + body


def _guarded(guard: Expr, bound: tuple[Stmt, ...]) -> Expr:
    """A guard may read what the pattern binds, which a test cannot do first: then it is not known."""
    return Opaque(guard.span, "a guard on what a pattern binds") if bound else guard


def _pattern(walk: Walk, node: ast.pattern, subject: Expr) -> _Matched:
    parentheses = walk.around(node) if walk.words[walk.at] == "(" else 0
    walk.at += parentheses
    matched = _PATTERNS[type(node)](walk, node, subject)
    walk.at += parentheses
    return matched


def _value(walk: Walk, node: ast.MatchValue, subject: Expr) -> _Matched:
    value = expression(walk, node.value)
    return _Matched(Compare(value.span, subject, ("==",), (value,)))


def _singleton(walk: Walk, node: ast.MatchSingleton, subject: Expr) -> _Matched:
    value = Lit(walk.take(), node.value)
    return _Matched(Compare(value.span, subject, ("is",), (value,)))


def _as(walk: Walk, node: ast.MatchAs, subject: Expr) -> _Matched:
    matched = _Matched(None)
    if node.pattern is not None:
        matched = _pattern(walk, node.pattern, subject)
        walk.at += 1
    walk.at += 1
    if node.name is None:
        return matched
    return _Matched(matched.test, (*matched.bound, _bind(walk, node.name, subject)))


def _bind(walk: Walk, name: str, value: Expr) -> Stmt:
    """Binds the name whose token was taken last."""
    span = walk.since(walk.at - 1)
    return Assign(span, (Name(span, name),), value)


def _or(walk: Walk, node: ast.MatchOr, subject: Expr) -> _Matched:
    first = walk.at
    test: Expr | None = None
    bound: list[Stmt] = []
    certain = False
    walk.deepen(len(node.patterns))
    for number, part in enumerate(node.patterns):
        walk.at += 1 if number else 0
        matched = _pattern(walk, part, subject)
        bound += matched.bound
        certain = certain or matched.test is None
        if matched.test is not None:
            test = matched.test if test is None else BoolOp(walk.since(first), "or", test, matched.test)
    walk.deepen(-len(node.patterns))
    names = [target for stmt in bound if isinstance(stmt, Assign) for target in stmt.targets]
    unsure = tuple(Assign(name.span, (name,), Opaque(name.span, "bound by one of several patterns")) for name in names)
    return _Matched(None if certain else test, unsure)


def _sequence(walk: Walk, node: ast.MatchSequence, subject: Expr) -> _Matched:
    first = walk.at
    own = walk.owned(node, node.patterns[0] if node.patterns else None)
    walk.at += own
    starred = False
    parts = []
    for number, part in enumerate(node.patterns):
        if isinstance(part, ast.MatchStar):
            starred = True
            parts.append(_rest(walk, part.name))
        else:
            parts.append(_pattern(walk, part, _element(_here(walk), subject, -1 if starred else number)))
        take(walk, ",")
    walk.at += own
    return _all(walk, first, "a sequence pattern", parts)


def _here(walk: Walk) -> Span:
    start = walk.starts[walk.at]
    return Span(start, start)


def _element(span: Span, subject: Expr, number: int) -> Expr:
    if number < 0:
        return Opaque(span, "an element after a starred pattern")
    return Sub(span, subject, Lit(span, number))


def _rest(walk: Walk, name: str | None) -> _Matched:
    """Takes ``*name`` or ``**name``."""
    walk.at += 2
    if name is None:
        return _Matched(None)
    return _Matched(None, (_bind(walk, name, Opaque(walk.since(walk.at - 1), "the rest of a pattern")),))


def _mapping(walk: Walk, node: ast.MatchMapping, subject: Expr) -> _Matched:
    first = walk.at
    walk.at += 1
    parts = []
    for item, part in zip(node.keys, node.patterns, strict=True):
        key = expression(walk, item)
        walk.at += 1
        parts.append(_pattern(walk, part, Sub(key.span, subject, key)))
        take(walk, ",")
    if node.rest is not None:
        parts.append(_rest(walk, node.rest))
        take(walk, ",")
    walk.at += 1
    return _all(walk, first, "a mapping pattern", parts)


def _class(walk: Walk, node: ast.MatchClass, subject: Expr) -> _Matched:
    first = walk.at
    expression(walk, node.cls)
    walk.at += 1
    parts = []
    for part in node.patterns:
        parts.append(_pattern(walk, part, Opaque(_here(walk), "a positional part of a class pattern")))
        take(walk, ",")
    for name, part in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
        start = walk.at
        walk.at += 2
        parts.append(_pattern(walk, part, Attr(walk.since(start), subject, name)))
        take(walk, ",")
    walk.at += 1
    return _all(walk, first, "a class pattern", parts)


def _all(walk: Walk, first: int, reason: str, parts: list[_Matched]) -> _Matched:
    span = walk.since(first)
    walk.deepen(len(parts))
    walk.deepen(-len(parts))
    test: Expr = Opaque(span, reason)
    bound: tuple[Stmt, ...] = ()
    for part in parts:
        bound += part.bound
        if part.test is not None:
            test = BoolOp(span, "and", test, part.test)
    return _Matched(test, bound)


_PATTERNS: dict[type[ast.pattern], Callable[[Walk, Any, Expr], _Matched]] = {
    ast.MatchAs: _as,
    ast.MatchClass: _class,
    ast.MatchMapping: _mapping,
    ast.MatchOr: _or,
    ast.MatchSequence: _sequence,
    ast.MatchSingleton: _singleton,
    ast.MatchValue: _value,
}
