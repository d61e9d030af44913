"""Displays, comprehensions, and functions without a name."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrator.languages.python.walk import Lowerings, Walk, comma, expression
from migrator.model.text import Span
from migrator.model.unit import Comp, Entry, Expr, Lambda, Lit, Loop, Map, Opaque, Param, Seq, Wrap


def _elements(walk: Walk, nodes: Sequence[cst.BaseElement]) -> tuple[Expr, ...]:
    items = []
    for node in nodes:
        if isinstance(node, cst.StarredElement):
            items.append(expression(walk, node))
        else:
            items.append(expression(walk, node.value))
        comma(walk)
    if len(items) == 2:
        items[1] = _valued(walk, items[0], items[1])
    return tuple(items)


def _valued(walk: Walk, key: Expr, value: Expr) -> Expr:
    """Returns the value that stands beside *key*, a literal key replaced."""
    if isinstance(key, Lit) and isinstance(key.value, str):
        return walk.secrets.held(key.value, value)
    return value


def _starred(walk: Walk, node: cst.StarredElement) -> Expr:
    first = walk.at
    walk.at += 1
    value = expression(walk, node.value)
    return Wrap(walk.since(first), "*", value)


def _tuple(walk: Walk, node: cst.Tuple) -> Expr:
    inner = 1 if node.lpar else 0
    first = walk.at - inner
    items = _elements(walk, node.elements)
    return Seq(Span(walk.starts[first], walk.ends[walk.at - 1 + inner]), "tuple", items)


def _sequence(walk: Walk, node: cst.List | cst.Set) -> Expr:
    first = walk.at
    walk.at += 1
    items = _elements(walk, node.elements)
    walk.at += 1
    return Seq(walk.since(first), "list" if isinstance(node, cst.List) else "set", items)


def _dict(walk: Walk, node: cst.Dict) -> Expr:
    first = walk.at
    walk.at += 1
    entries = []
    for element in node.elements:
        entries.append(_entry(walk, element))
        comma(walk)
    walk.at += 1
    return Map(walk.since(first), tuple(entries))


def _entry(walk: Walk, node: cst.BaseDictElement) -> Entry:
    first = walk.at
    if not isinstance(node, cst.DictElement):
        walk.at += 1
        value = expression(walk, node.value)
        return Entry(walk.since(first), None, value)
    key = expression(walk, node.key)
    walk.at += 1
    value = _valued(walk, key, expression(walk, node.value))
    return Entry(walk.since(first), key, value)


def _generator(walk: Walk, node: cst.GeneratorExp) -> Expr:
    inner = 1 if node.lpar else 0
    first = walk.at - inner
    element = expression(walk, node.elt)
    loops = _loops(walk, node.for_in)
    return Comp(Span(walk.starts[first], walk.ends[walk.at - 1 + inner]), "generator", element, None, loops)


def _comprehension(walk: Walk, node: cst.ListComp | cst.SetComp) -> Expr:
    first = walk.at
    walk.at += 1
    element = expression(walk, node.elt)
    loops = _loops(walk, node.for_in)
    walk.at += 1
    return Comp(walk.since(first), "list" if isinstance(node, cst.ListComp) else "set", element, None, loops)


def _dict_comp(walk: Walk, node: cst.DictComp) -> Expr:
    first = walk.at
    walk.at += 1
    key = expression(walk, node.key)
    walk.at += 1
    value = expression(walk, node.value)
    loops = _loops(walk, node.for_in)
    walk.at += 1
    return Comp(walk.since(first), "dict", key, value, loops)


def _unpacking(walk: Walk, node: cst.StarredDictComp) -> Expr:
    first = walk.at
    walk.at += 2
    expression(walk, node.value)
    _loops(walk, node.for_in)
    walk.at += 1
    return Opaque(walk.since(first), "a comprehension that unpacks mappings")


def _loops(walk: Walk, node: cst.CompFor | None) -> tuple[Loop, ...]:
    loops = []
    while node is not None:
        first = walk.at
        walk.at += 2 if node.asynchronous is not None else 1
        target = expression(walk, node.target)
        walk.at += 1
        iterable = expression(walk, node.iter)
        tests = []
        for test in node.ifs:
            walk.at += 1
            tests.append(expression(walk, test.test))
        loops.append(Loop(walk.since(first), target, iterable, tuple(tests)))
        node = node.inner_for_in
    return tuple(loops)


def _lambda(walk: Walk, node: cst.Lambda) -> Expr:
    first = walk.at
    outer = walk.yields
    walk.at += 1
    params = parameters(walk, node.params)
    walk.at += 1
    body = expression(walk, node.body)
    walk.yields = outer
    return Lambda(walk.since(first), params, body)


def parameters(walk: Walk, node: cst.Parameters) -> tuple[Param, ...]:
    """Returns the parameters of a function."""
    params = [_parameter(walk, param, "positional") for param in node.posonly_params]
    if isinstance(node.posonly_ind, cst.ParamSlash):
        walk.at += 1
        comma(walk)
    params += [_parameter(walk, param, "normal") for param in node.params]
    if isinstance(node.star_arg, cst.Param):
        params.append(_parameter(walk, node.star_arg, "*"))
    elif isinstance(node.star_arg, cst.ParamStar):
        walk.at += 1
        comma(walk)
    params += [_parameter(walk, param, "keyword") for param in node.kwonly_params]
    if node.star_kwarg is not None:
        params.append(_parameter(walk, node.star_kwarg, "**"))
    return tuple(params)


def _parameter(walk: Walk, node: cst.Param, kind: str) -> Param:
    first = walk.at
    walk.at += 2 if node.star else 1
    name = node.name.value
    annotation: Expr | None = None
    default: Expr | None = None
    if node.annotation is not None:
        walk.at += 1
        annotation = expression(walk, node.annotation.annotation)
    if node.default is not None:
        walk.at += 1
        default = walk.secrets.held(name, expression(walk, node.default))
    span = walk.since(first)
    comma(walk)
    return Param(span, name, kind, default, annotation)


DISPLAYS: Lowerings = {
    cst.Dict: _dict,
    cst.DictComp: _dict_comp,
    cst.GeneratorExp: _generator,
    cst.Lambda: _lambda,
    cst.List: _sequence,
    cst.ListComp: _comprehension,
    cst.Set: _sequence,
    cst.SetComp: _comprehension,
    cst.StarredDictComp: _unpacking,
    cst.StarredElement: _starred,
    cst.Tuple: _tuple,
}
