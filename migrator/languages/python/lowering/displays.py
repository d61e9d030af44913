"""Displays, comprehensions, and functions without a name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from migrator.languages.python.lowering.lowering import (
    MISSING,
    Lowering,
    Lowerings,
    code,
    expression,
    first,
    optional,
    part,
    roles,
    span_of,
)
from migrator.model.text import Span
from migrator.model.unit import (
    Attr,
    Call,
    Comp,
    Entry,
    Expr,
    Lambda,
    Lit,
    Loop,
    Map,
    Name,
    Opaque,
    Param,
    Seq,
    Sub,
    Wrap,
)  # fmt: skip

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode as Node


def elements(low: Lowering, nodes: Sequence[Node]) -> tuple[Expr, ...]:
    """Returns the items of a display; of a pair the second may be a key that the first names."""
    items = [expression(low, node) for node in nodes if node.kind_id in low.parts]
    if len(items) == 2:
        items[1] = _valued(low, items[0], items[1])
    return tuple(items)


def _valued(low: Lowering, key: Expr, value: Expr) -> Expr:
    """Returns the value that stands beside *key*, a literal key replaced."""
    if isinstance(key, Lit) and isinstance(key.value, str):
        return low.secrets.held(key.value, value)
    return value


def _starred(low: Lowering, node: Node) -> Expr:
    return Wrap(span_of(node), "*", first(low, node))


def _display(kind: Literal["tuple", "list", "set"], low: Lowering, node: Node) -> Expr:
    return Seq(span_of(node), kind, elements(low, node.children))


_tuple, _list = partial(_display, "tuple"), partial(_display, "list")


def _tuple_pattern(low: Lowering, node: Node) -> Expr:
    """Returns a target in parentheses, which are not its own around a single one."""
    found = code(low, node)
    if len(found) == 3 and found[1].is_named:
        return expression(low, found[1])
    return _tuple(low, node)


def _dict(low: Lowering, node: Node) -> Expr:
    entries = [_entry(low, child) for child in node.children if child.kind_id in low.parts]
    return Map(span_of(node), tuple(entries))


def _entry(low: Lowering, node: Node) -> Entry:
    if node.type != "pair":
        return Entry(span_of(node), None, first(low, node))
    found = node.children
    if len(found) == 3:
        key, value = expression(low, found[0]), expression(low, found[2])
    else:
        key, value = part(low, node, "key"), part(low, node, "value")
    return Entry(span_of(node), key, _valued(low, key, value))


def only_argument(low: Lowering, node: Node) -> Expr:
    """Returns a generator in the parentheses of a call, which are not its own."""
    found = code(low, node)
    span = Span(found[1].start_byte, found[-2].end_byte) if len(found) > 2 else span_of(node)
    return Comp(span, "generator", part(low, node, "body"), None, _loops(low, node))


def _comprehension(kind: Literal["list", "set", "generator"], low: Lowering, node: Node) -> Expr:
    return Comp(span_of(node), kind, part(low, node, "body"), None, _loops(low, node))


def _dict_comp(low: Lowering, node: Node) -> Expr:
    pair = node.child_by_field_name("body")
    if pair is None or pair.type != "pair":
        return Opaque(span_of(node), MISSING)
    key = part(low, pair, "key")
    value = part(low, pair, "value")
    return Comp(span_of(node), "dict", key, value, _loops(low, node))


def _loops(low: Lowering, node: Node) -> tuple[Loop, ...]:
    loops: list[tuple[Node, Expr, Expr, list[Expr]]] = []
    ends: list[int] = []
    outer = low.depth
    for child in node.children:
        if child.type == "for_in_clause":
            if not low.fits(child, 1):
                break
            low.depth += 1  # loops are nested in one another
            loops.append((child, part(low, child, "left"), _source(low, child), []))
            ends.append(child.end_byte)
        elif child.type == "if_clause" and loops:
            loops[-1][3].append(first(low, child))
            ends[-1] = child.end_byte
    low.depth = outer
    return tuple(
        Loop(Span(start.start_byte, end), target, source, tuple(tests))
        for (start, target, source, tests), end in zip(loops, ends, strict=True)
    )


def _source(low: Lowering, node: Node) -> Expr:
    """Returns what a loop goes over: Python 2 takes several values without parentheses."""
    found = roles(low, node, "right")
    if len(found) < 2:
        return part(low, node, "right")
    return Seq(Span(found[0].start_byte, found[-1].end_byte), "tuple", elements(low, found))


def _lambda(low: Lowering, node: Node) -> Expr:
    outer = low.yields
    given = node.child_by_field_name("parameters")
    params = parameters(low, given) if given else ()
    body = part(low, node, "body")
    low.yields = outer
    return Lambda(span_of(node), params, body)


def parameters(low: Lowering, node: Node) -> tuple[Param, ...]:
    """Returns the parameters of a function."""
    params: list[Param] = []
    kind = "normal"
    for child in node.children:
        if child.kind_id not in low.parts:
            continue
        if child.type == "positional_separator":
            low.evidence.new = True
            for param in params:
                param.kind = "positional"  # type: ignore[misc]  # only known now
        elif child.type == "keyword_separator":
            low.evidence.new = True
            kind = "keyword"
        else:
            params.append(_parameter(low, child, kind))
            kind = "keyword" if params[-1].kind == "*" else kind
    return tuple(params)


def _parameter(low: Lowering, node: Node, kind: str) -> Param:
    named: Node | None = node
    annotation = default = None
    if node.type in ("default_parameter", "typed_default_parameter", "typed_parameter"):
        named = node.child_by_field_name("name") or next(iter(code(low, node)), None)
        annotation = optional(low, node.child_by_field_name("type"))
        low.evidence.new |= annotation is not None
        default = optional(low, node.child_by_field_name("value"))
    low.evidence.old |= named is not None and named.type == "tuple_pattern"
    if named is not None and named.type in _STARS:
        kind = _STARS[named.type]
        named = code(low, named)[-1]
    name = low.word(named) if named is not None and named.type == "identifier" else unpacked(node)
    if default is not None:
        default = low.secrets.held(name, default)
    return Param(span_of(node), name, kind, default or _dependency(annotation), annotation)


def _dependency(annotation: Expr | None) -> Expr | None:
    """Returns the call by which an annotation says what a framework passes, which stands for a default."""
    match annotation:
        case Sub(value=Name(id="Annotated") | Attr(name="Annotated"), index=Seq(items=items)):
            return next((one for one in items if isinstance(one, Call) and _names_one(one.func)), None)
        case _:
            return None


def _names_one(func: Expr) -> bool:
    match func:
        case Name(id=name) | Attr(name=name):
            return name in ("Depends", "Security")
        case _:
            return False


_STARS = {"list_splat_pattern": "*", "dictionary_splat_pattern": "**"}


def unpacked(node: Node) -> str:
    """Returns the name of the parameter that Python 2 unpacks into several: no program can say it."""
    return f"parameter at {node.start_byte}"


DISPLAYS: Lowerings = {
    "dictionary": _dict,
    "dictionary_comprehension": _dict_comp,
    "expression_list": _tuple,
    "generator_expression": partial(_comprehension, "generator"),
    "lambda": _lambda,
    "list": _list,
    "list_comprehension": partial(_comprehension, "list"),
    "list_pattern": _list,
    "list_splat": _starred,
    "list_splat_pattern": _starred,
    "pattern_list": _tuple,
    "set": partial(_display, "set"),
    "set_comprehension": partial(_comprehension, "set"),
    "splat_type": _starred,
    "tuple": _tuple,
    "tuple_pattern": _tuple_pattern,
}
