"""Displays, comprehensions, and functions without a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from migrator.languages.python.lowering import MISSING, Lowering, Lowerings, expression, first, optional, part, span_of
from migrator.languages.syntax.tree import ERROR, Node
from migrator.model.text import Span
from migrator.model.unit import Comp, Entry, Expr, Lambda, Lit, Loop, Map, Opaque, Param, Seq, Wrap


def elements(low: Lowering, nodes: Sequence[Node]) -> tuple[Expr, ...]:
    """Returns the items of a display; of a pair the second may be a key that the first names."""
    items = [expression(low, node) for node in nodes if node.named and node.kind != ERROR]
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


def _tuple(low: Lowering, node: Node) -> Expr:
    return Seq(span_of(node), "tuple", elements(low, node.children))


def _tuple_pattern(low: Lowering, node: Node) -> Expr:
    """Returns a target in parentheses, which are not its own around a single one."""
    if len(node.children) == 3 and node.children[1].named:
        return expression(low, node.children[1])
    return _tuple(low, node)


def _list(low: Lowering, node: Node) -> Expr:
    return Seq(span_of(node), "list", elements(low, node.children))


def _set(low: Lowering, node: Node) -> Expr:
    return Seq(span_of(node), "set", elements(low, node.children))


def _dict(low: Lowering, node: Node) -> Expr:
    entries = [_entry(low, child) for child in node.children if child.named and child.kind != ERROR]
    return Map(span_of(node), tuple(entries))


def _entry(low: Lowering, node: Node) -> Entry:
    if node.kind != "pair":
        return Entry(span_of(node), None, first(low, node))
    key = part(low, node, "key")
    value = part(low, node, "value")
    return Entry(span_of(node), key, _valued(low, key, value))


def _generator(low: Lowering, node: Node) -> Expr:
    return _comprehension(low, "generator", node)


def only_argument(low: Lowering, node: Node) -> Expr:
    """Returns a generator in the parentheses of a call, which are not its own."""
    span = Span(node.children[1].start, node.children[-2].end) if len(node.children) > 2 else span_of(node)
    return Comp(span, "generator", part(low, node, "body"), None, _loops(low, node))


def _list_comp(low: Lowering, node: Node) -> Expr:
    return _comprehension(low, "list", node)


def _set_comp(low: Lowering, node: Node) -> Expr:
    return _comprehension(low, "set", node)


def _comprehension(low: Lowering, kind: Literal["list", "set", "generator"], node: Node) -> Expr:
    return Comp(span_of(node), kind, part(low, node, "body"), None, _loops(low, node))


def _dict_comp(low: Lowering, node: Node) -> Expr:
    pair = node.child("body")
    if pair is None or pair.kind != "pair":
        return Opaque(span_of(node), MISSING)
    key = part(low, pair, "key")
    value = part(low, pair, "value")
    return Comp(span_of(node), "dict", key, value, _loops(low, node))


def _loops(low: Lowering, node: Node) -> tuple[Loop, ...]:
    loops: list[tuple[Node, Expr, Expr, list[Expr]]] = []
    ends: list[int] = []
    outer = low.depth
    for child in node.children:
        if child.kind == "for_in_clause":
            if not low.fits(child, 1):
                break
            low.depth += 1  # loops are nested in one another
            loops.append((child, part(low, child, "left"), _source(low, child), []))
            ends.append(child.end)
        elif child.kind == "if_clause" and loops:
            loops[-1][3].append(first(low, child))
            ends[-1] = child.end
    low.depth = outer
    return tuple(
        Loop(Span(start.start, end), target, source, tuple(tests))
        for (start, target, source, tests), end in zip(loops, ends, strict=True)
    )


def _source(low: Lowering, node: Node) -> Expr:
    """Returns what a loop goes over: Python 2 takes several values without parentheses."""
    found = node.all("right")
    if len(found) < 2:
        return part(low, node, "right")
    return Seq(Span(found[0].start, found[-1].end), "tuple", elements(low, found))


def _lambda(low: Lowering, node: Node) -> Expr:
    outer = low.yields
    given = node.child("parameters")
    params = parameters(low, given) if given else ()
    body = part(low, node, "body")
    low.yields = outer
    return Lambda(span_of(node), params, body)


def parameters(low: Lowering, node: Node) -> tuple[Param, ...]:
    """Returns the parameters of a function."""
    params: list[Param] = []
    kind = "normal"
    for child in node.children:
        if not child.named or child.kind == ERROR:
            continue
        if child.kind == "positional_separator":
            low.evidence.new = True
            for param in params:
                param.kind = "positional"  # type: ignore[misc]  # only known now
        elif child.kind == "keyword_separator":
            low.evidence.new = True
            kind = "keyword"
        else:
            params.append(_parameter(low, child, kind))
            kind = "keyword" if params[-1].kind == "*" else kind
    return tuple(params)


def _parameter(low: Lowering, node: Node, kind: str) -> Param:
    named: Node | None = node
    annotation = default = None
    if node.kind in ("default_parameter", "typed_default_parameter", "typed_parameter"):
        named = node.child("name") or (node.children[0] if node.children else None)
        annotation = optional(low, node.child("type"))
        low.evidence.new |= annotation is not None
        default = optional(low, node.child("value"))
    low.evidence.old |= named is not None and named.kind == "tuple_pattern"
    if named is not None and named.kind in _STARS:
        kind = _STARS[named.kind]
        named = named.children[-1]
    name = low.word(named) if named is not None and named.kind == "identifier" else unpacked(node)
    if default is not None:
        default = low.secrets.held(name, default)
    return Param(span_of(node), name, kind, default, annotation)


_STARS = {"list_splat_pattern": "*", "dictionary_splat_pattern": "**"}


def unpacked(node: Node) -> str:
    """Returns the name of the parameter that Python 2 unpacks into several: no program can say it."""
    return f"parameter at {node.start}"


DISPLAYS: Lowerings = {
    "dictionary": _dict,
    "dictionary_comprehension": _dict_comp,
    "expression_list": _tuple,
    "generator_expression": _generator,
    "lambda": _lambda,
    "list": _list,
    "list_comprehension": _list_comp,
    "list_pattern": _list,
    "list_splat": _starred,
    "list_splat_pattern": _starred,
    "pattern_list": _tuple,
    "set": _set,
    "set_comprehension": _set_comp,
    "splat_type": _starred,
    "tuple": _tuple,
    "tuple_pattern": _tuple_pattern,
}
