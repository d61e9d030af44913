"""Displays, comprehensions, and functions without a name."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Literal

from migrator.languages.python.cursor import Lowerings, Walk, expression, take
from migrator.model.unit import Comp, Entry, Expr, Lambda, Lit, Loop, Map, Opaque, Param, Seq, Wrap


def _elements(walk: Walk, nodes: Sequence[ast.expr]) -> tuple[Expr, ...]:
    items = []
    for node in nodes:
        items.append(expression(walk, node))
        take(walk, ",")
    if len(items) == 2:
        items[1] = _valued(walk, items[0], items[1])
    return tuple(items)


def _valued(walk: Walk, key: Expr, value: Expr) -> Expr:
    """Returns the value that stands beside *key*, a literal key replaced."""
    if isinstance(key, Lit) and isinstance(key.value, str):
        return walk.secrets.held(key.value, value)
    return value


def _starred(walk: Walk, node: ast.Starred) -> Expr:
    first = walk.at
    walk.at += 1
    value = expression(walk, node.value)
    return Wrap(walk.since(first), "*", value)


def _tuple(walk: Walk, node: ast.Tuple) -> Expr:
    first = walk.at
    own = walk.owned(node, node.elts[0] if node.elts else None)
    walk.at += own
    items = _elements(walk, node.elts)
    walk.at += own
    return Seq(walk.since(first), "tuple", items)


def _list(walk: Walk, node: ast.List) -> Expr:
    return _bracketed(walk, "list", node.elts)


def _set(walk: Walk, node: ast.Set) -> Expr:
    return _bracketed(walk, "set", node.elts)


def _bracketed(walk: Walk, kind: Literal["list", "set"], nodes: Sequence[ast.expr]) -> Expr:
    first = walk.at
    walk.at += 1
    items = _elements(walk, nodes)
    walk.at += 1
    return Seq(walk.since(first), kind, items)


def _dict(walk: Walk, node: ast.Dict) -> Expr:
    first = walk.at
    walk.at += 1
    entries = []
    for key, value in zip(node.keys, node.values, strict=True):
        entries.append(_entry(walk, key, value))
        take(walk, ",")
    walk.at += 1
    return Map(walk.since(first), tuple(entries))


def _entry(walk: Walk, node: ast.expr | None, content: ast.expr) -> Entry:
    first = walk.at
    if node is None:
        walk.at += 1
        value = expression(walk, content)
        return Entry(walk.since(first), None, value)
    key = expression(walk, node)
    walk.at += 1
    value = _valued(walk, key, expression(walk, content))
    return Entry(walk.since(first), key, value)


def _generator(walk: Walk, node: ast.GeneratorExp) -> Expr:
    first = walk.at
    own = walk.owned(node, None)
    walk.at += own
    element = expression(walk, node.elt)
    loops = _loops(walk, node.generators)
    walk.at += own
    return Comp(walk.since(first), "generator", element, None, loops)


def _list_comp(walk: Walk, node: ast.ListComp) -> Expr:
    return _comprehension(walk, "list", node)


def _set_comp(walk: Walk, node: ast.SetComp) -> Expr:
    return _comprehension(walk, "set", node)


def _comprehension(walk: Walk, kind: Literal["list", "set"], node: ast.ListComp | ast.SetComp) -> Expr:
    first = walk.at
    walk.at += 1
    element = expression(walk, node.elt)
    loops = _loops(walk, node.generators)
    walk.at += 1
    return Comp(walk.since(first), kind, element, None, loops)


def _dict_comp(walk: Walk, node: ast.DictComp) -> Expr:
    first = walk.at
    walk.at += 1
    if walk.words[walk.at] == "**":
        walk.at += 1
        expression(walk, node.key)
        _loops(walk, node.generators)
        walk.at += 1
        return Opaque(walk.since(first), "a comprehension that unpacks mappings")
    key = expression(walk, node.key)
    walk.at += 1
    value = expression(walk, node.value)
    loops = _loops(walk, node.generators)
    walk.at += 1
    return Comp(walk.since(first), "dict", key, value, loops)


def _loops(walk: Walk, nodes: Sequence[ast.comprehension]) -> tuple[Loop, ...]:
    walk.deepen(len(nodes))
    loops = []
    for node in nodes:
        first = walk.at
        walk.at += 2 if node.is_async else 1
        target = expression(walk, node.target)
        walk.at += 1
        iterable = expression(walk, node.iter)
        tests = []
        for test in node.ifs:
            walk.at += 1
            tests.append(expression(walk, test))
        loops.append(Loop(walk.since(first), target, iterable, tuple(tests)))
    walk.deepen(-len(nodes))
    return tuple(loops)


def _lambda(walk: Walk, node: ast.Lambda) -> Expr:
    first = walk.at
    outer = walk.yields
    walk.at += 1
    params = parameters(walk, node.args)
    walk.at += 1
    body = expression(walk, node.body)
    walk.yields = outer
    return Lambda(walk.since(first), params, body)


def parameters(walk: Walk, node: ast.arguments) -> tuple[Param, ...]:
    """Returns the parameters of a function."""
    plain = [*node.posonlyargs, *node.args]
    defaults = [*[None] * (len(plain) - len(node.defaults)), *node.defaults]
    params: list[Param] = []
    for number, (each, default) in enumerate(zip(plain, defaults, strict=True)):
        if number and number == len(node.posonlyargs):
            _mark(walk)
        params.append(_parameter(walk, each, "positional" if number < len(node.posonlyargs) else "normal", default))
    if plain and len(plain) == len(node.posonlyargs):
        _mark(walk)
    if node.vararg is not None:
        params.append(_parameter(walk, node.vararg, "*", None))
    elif node.kwonlyargs:
        _mark(walk)
    for each, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        params.append(_parameter(walk, each, "keyword", default))
    if node.kwarg is not None:
        params.append(_parameter(walk, node.kwarg, "**", None))
    return tuple(params)


def _mark(walk: Walk) -> None:
    """Takes the ``/`` or ``*`` between parameters of two kinds."""
    walk.at += 1
    take(walk, ",")


def _parameter(walk: Walk, node: ast.arg, kind: str, value: ast.expr | None) -> Param:
    first = walk.at
    walk.at += 2 if kind in ("*", "**") else 1
    annotation: Expr | None = None
    default: Expr | None = None
    if node.annotation is not None:
        walk.at += 1
        annotation = expression(walk, node.annotation)
    if value is not None:
        walk.at += 1
        default = walk.secrets.held(node.arg, expression(walk, value))
    span = walk.since(first)
    take(walk, ",")
    return Param(span, node.arg, kind, default, annotation)


DISPLAYS: Lowerings = {
    ast.Dict: _dict,
    ast.DictComp: _dict_comp,
    ast.GeneratorExp: _generator,
    ast.Lambda: _lambda,
    ast.List: _list,
    ast.ListComp: _list_comp,
    ast.Set: _set,
    ast.SetComp: _set_comp,
    ast.Starred: _starred,
    ast.Tuple: _tuple,
}
