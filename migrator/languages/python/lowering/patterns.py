"""``match`` as a chain of `If`. What a pattern tests of a value beyond equality is `Opaque`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from migrator.languages.python.lowering.displays import elements
from migrator.languages.python.lowering.lowering import (
    MISSING,
    Lowering,
    code,
    expression,
    first,
    named,
    part,
    roles,
    span_of,
    whole_span,
)
from migrator.languages.syntax.grammar import TOO_DEEP
from migrator.model.text import Span
from migrator.model.unit import (
    Arg,
    Assign,
    Attr,
    Bin,
    BoolOp,
    Call,
    Compare,
    Expr,
    If,
    Lit,
    Name,
    Opaque,
    Seq,
    Stmt,
    Sub,
    Wrap,
)

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode as Node


class _Matched(NamedTuple):
    """What must hold for a pattern to match (None: it always does), and what it binds."""

    test: Expr | None
    bound: tuple[Stmt, ...] = ()


Block: TypeAlias = "Callable[[Lowering, Node | None], tuple[Stmt, ...]]"


def match(low: Lowering, node: Node, block: Block) -> list[Stmt]:
    """Returns the chain; a subject that could have an effect is given a name first, so that it is evaluated once."""
    subject = _subject(low, node)
    before: list[Stmt] = []
    if not isinstance(subject, (Name, Attr, Sub)):
        name = Name(subject.span, f"match at {subject.span.start}")
        before.append(Assign(subject.span, (name,), subject))
        subject = name
    body = node.child_by_field_name("body")
    cases = [child for child in body.children if child.type == "case_clause"] if body else []
    arms = [_case(low, case, subject, block) for case in cases]
    orelse: tuple[Stmt, ...] = ()
    for start, test, found in reversed(arms):
        orelse = (If(Span(start, whole_span(low, node).end), test, found, orelse),)
    return [*before, *orelse]


def _subject(low: Lowering, node: Node) -> Expr:
    found = roles(low, node, "subject")
    commas = [child for child in node.children if child.type == ","]
    if not commas:
        return part(low, node, "subject")
    return Seq(Span(found[0].start_byte, max(found[-1].end_byte, commas[-1].end_byte)), "tuple", elements(low, found))


def _case(low: Lowering, node: Node, subject: Expr, block: Block) -> tuple[int, Expr, tuple[Stmt, ...]]:
    patterns = [child for child in node.children if child.type == "case_pattern"]
    ends = [child.end_byte for child in node.children if child.type in ("case_pattern", ",")]
    span = Span(patterns[0].start_byte, ends[-1]) if patterns else span_of(node)
    if len(patterns) == 1 and ends[-1] == patterns[0].end_byte:
        matched = _pattern(low, patterns[0], subject)
    else:
        matched = _sequence(low, span, patterns, subject)
    test = matched.test or Lit(span, True)
    guarded = node.child_by_field_name("guard")
    if guarded is not None:
        guard = first(low, guarded)
        test = BoolOp(Span(span.start, guarded.end_byte), "and", test, _guarded(guard, matched.bound))
    return node.start_byte, test, matched.bound + block(low, node.child_by_field_name("consequence"))


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
    while node.type == "case_pattern":
        found = code(low, node)
        if len(found) != 1:
            return _number(low, node, subject)
        node = found[0]
    found = code(low, node)
    if node.type == "tuple_pattern" and [child.is_named for child in found] == [False, True, False]:
        return _pattern(low, found[1], subject)
    if not low.fits(node, len(found)):  # the tests of its parts are nested in one another
        return _Matched(Opaque(span_of(node), TOO_DEEP))
    return _PATTERNS.get(node.type, _value)(low, node, subject)


def _value(low: Lowering, node: Node, subject: Expr) -> _Matched:
    if node.type == "_":
        return _Matched(None)
    value = expression(low, node)
    op = "is" if node.type in ("none", "true", "false") else "=="
    return _Matched(Compare(value.span, subject, (op,), (value,)))


def _number(low: Lowering, node: Node, subject: Expr) -> _Matched:
    return _equal(_signed(low, node, code(low, node)), subject)


def _equal(value: Expr, subject: Expr) -> _Matched:
    return _Matched(Compare(value.span, subject, ("==",), (value,)))


def _signed(low: Lowering, node: Node, children: Sequence[Node]) -> Expr:
    """Returns a number with a sign, or a complex one, which is a sum."""
    value: Expr | None = None
    sign = op = None
    for child in children:
        if not child.is_named and value is None:
            sign = child
        elif not child.is_named:
            op = child
        elif value is None:
            value = expression(low, child)
            if sign is not None:
                value = Wrap(Span(sign.start_byte, child.end_byte), sign.type, value)
        elif op is not None:
            value = Bin(Span(value.span.start, child.end_byte), op.type, value, expression(low, child))
    return value or Opaque(span_of(node), MISSING)


def _named(low: Lowering, node: Node, subject: Expr) -> _Matched:
    """Returns a name that is bound, or a dotted one that is compared with."""
    words = [child for child in node.children if child.type == "identifier"]
    if not words:
        return _Matched(Opaque(span_of(node), MISSING))
    if len(words) == 1:
        return _Matched(None, () if low.word(words[0]) == "_" else (_bind(low, words[0], subject),))
    return _equal(_dotted(low, words), subject)


def _dotted(low: Lowering, words: Sequence[Node]) -> Expr:
    value: Expr = Name(span_of(words[0]), low.word(words[0]))
    for word in words[1:]:
        value = Attr(Span(words[0].start_byte, word.end_byte), value, low.word(word))
    return value


def _bind(low: Lowering, node: Node, value: Expr) -> Stmt:
    return Assign(span_of(node), (Name(span_of(node), low.word(node)),), value)


def _as(low: Lowering, node: Node, subject: Expr) -> _Matched:
    found = code(low, node)
    matched = _pattern(low, found[0], subject)
    bound = found[-1]
    return _Matched(matched.test, (*matched.bound, _bind(low, bound, subject)))


def _or(low: Lowering, node: Node, subject: Expr) -> _Matched:
    test: Expr | None = None
    bound: list[Stmt] = []
    certain = False
    outer = low.depth
    for child in named(low, node):
        low.depth += 1  # the tests are nested in one another
        matched = _pattern(low, child, subject)
        bound += matched.bound
        certain = certain or matched.test is None
        if matched.test is not None:
            here = Span(node.start_byte, child.end_byte)
            test = matched.test if test is None else BoolOp(here, "or", test, matched.test)
    low.depth = outer
    names = [target for stmt in bound if isinstance(stmt, Assign) for target in stmt.targets]
    unsure = tuple(Assign(name.span, (name,), Opaque(name.span, "bound by one of several patterns")) for name in names)
    return _Matched(None if certain else test, unsure)


def _items(low: Lowering, node: Node, subject: Expr) -> _Matched:
    return _sequence(low, span_of(node), named(low, node), subject)


def _sequence(low: Lowering, span: Span, nodes: Sequence[Node], subject: Expr) -> _Matched:
    starred = False
    parts = []
    for number, node in enumerate(nodes):
        inner = _bare(low, node)
        if inner.type == "splat_pattern":
            starred = True
            parts.append(_rest(low, inner))
        else:
            here = Span(node.start_byte, node.start_byte)
            parts.append(_pattern(low, node, _element(here, subject, -1 if starred else number)))
    return _all(span, "a sequence pattern", parts)


def _element(span: Span, subject: Expr, number: int) -> Expr:
    if number < 0:
        return Opaque(span, "an element after a starred pattern")
    return Sub(span, subject, Lit(span, number))


def _rest(low: Lowering, node: Node) -> _Matched:
    """Returns what ``*name`` or ``**name`` binds."""
    name = code(low, node)[-1]
    if name.type != "identifier" or low.word(name) == "_":
        return _Matched(None)
    return _Matched(None, (_bind(low, name, Opaque(span_of(name), "the rest of a pattern")),))


def _mapping(low: Lowering, node: Node, subject: Expr) -> _Matched:
    parts = []
    key: Expr | None = None
    for number, child in enumerate(node.children):
        field = node.field_name_for_child(number)
        if child.type == "splat_pattern":
            parts.append(_rest(low, child))
        elif field == "key" and child.is_named:
            key = _key(low, child)
            parts.append(_Matched(Compare(key.span, key, ("in",), (subject,))))
        elif field == "value" and key is not None:
            parts.append(_pattern(low, child, Sub(key.span, subject, key)))
    return _all(span_of(node), "a mapping pattern", parts)


def _key(low: Lowering, node: Node) -> Expr:
    matched = _named(low, node, Opaque(span_of(node), MISSING)) if node.type == "dotted_name" else None
    if matched is not None and isinstance(matched.test, Compare):
        return matched.test.rights[0]
    return _signed(low, node, code(low, node)) if node.type == "complex_pattern" else expression(low, node)


def _class(low: Lowering, node: Node, subject: Expr) -> _Matched:
    kind, *given = named(low, node)
    words = [child for child in kind.children if child.type == "identifier"]
    cls = _dotted(low, words) if words else expression(low, kind)
    called = Name(cls.span, "isinstance")
    parts = [_Matched(Call(cls.span, called, (Arg(cls.span, subject), Arg(cls.span, cls))))]
    itself = isinstance(cls, Name) and cls.id in _TAKEN_WHOLE
    for child in given:
        inner = _bare(low, child)
        here = Span(child.start_byte, child.start_byte)
        if inner.type == "keyword_pattern":
            name, *rest = code(low, inner)
            if len(rest) > 1:
                field = Attr(Span(name.start_byte, rest[0].end_byte), subject, low.word(name))
                parts.append(_valued(low, inner, rest[1:], field))
        elif not child.is_error:
            whole = subject if itself else Opaque(here, "a positional part of a class pattern")
            parts.append(_pattern(low, child, whole))
    return _all(span_of(node), "a class pattern", parts)


_TAKEN_WHOLE = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})
"""Classes of which the first part of a pattern is what is matched itself."""


def _valued(low: Lowering, node: Node, behind: Sequence[Node], subject: Expr) -> _Matched:
    """Returns what stands behind the ``=`` of a pattern: a pattern of one token or several."""
    return _pattern(low, behind[0], subject) if len(behind) == 1 else _equal(_signed(low, node, behind), subject)


def _bare(low: Lowering, node: Node) -> Node:
    """Returns a pattern without what is around it alone."""
    while node.type == "case_pattern" and len(found := code(low, node)) == 1:
        node = found[0]
    return node


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
    "splat_pattern": lambda low, node, _: _rest(low, node),
    "tuple_pattern": _items,
    "union_pattern": _or,
}
