"""Names, operators, calls and the like in lowered form."""

from __future__ import annotations

from typing import Any

import libcst as cst

from migrator.languages.python.displays import DISPLAYS
from migrator.languages.python.strings import STRINGS
from migrator.languages.python.walk import Lowerings, Walk, comma, expression, optional
from migrator.model.text import Span
from migrator.model.unit import (
    Arg,
    Attr,
    Bin,
    BoolOp,
    Call,
    Compare,
    Expr,
    IfExp,
    Lit,
    Name,
    Opaque,
    Seq,
    Slice,
    Sub,
    Walrus,
    Wrap,
)


def _name(walk: Walk, node: cst.Name) -> Expr:
    span, name = walk.take(), node.value
    return Lit(span, _CONSTANTS[name]) if name in _CONSTANTS else Name(span, name)


_CONSTANTS = {"None": None, "True": True, "False": False}


def _integer(walk: Walk, node: cst.Integer) -> Expr:
    span = walk.take()
    try:
        return Lit(span, int(node.value, 0))
    except ValueError:
        return Opaque(span, "a number too long to convert")


def _float(walk: Walk, node: cst.Float) -> Expr:
    return Lit(walk.take(), float(node.value))


def _imaginary(walk: Walk, node: cst.Imaginary) -> Expr:
    return Lit(walk.take(), complex(node.value))


def _ellipsis(walk: Walk, _node: cst.Ellipsis) -> Expr:
    return Opaque(walk.take(), "...")


def _attribute(walk: Walk, node: cst.Attribute) -> Expr:
    first = walk.at
    value = expression(walk, node.value)
    walk.at += 2
    return Attr(walk.since(first), value, node.attr.value)


def _call(walk: Walk, node: cst.Call) -> Expr:
    first = walk.at
    func = expression(walk, node.func)
    walk.at += 1
    args = tuple([argument(walk, arg) for arg in node.args])
    walk.at += 1
    return Call(walk.since(first), func, args)


def argument(walk: Walk, node: cst.Arg) -> Arg:
    """Returns one argument of a call or base of a class, the comma behind it taken."""
    first = walk.at
    name = None
    if node.star:
        walk.at += 1
    elif node.keyword is not None:
        name = node.keyword.value
        walk.at += 2
    value = expression(walk, node.value)
    if name is not None:
        value = walk.secrets.held(name, value)
    span = walk.since(first)
    comma(walk)
    return Arg(span, value, name, node.star)


def _subscript(walk: Walk, node: cst.Subscript) -> Expr:
    first = walk.at
    value = expression(walk, node.value)
    walk.at += 1
    inside = walk.at
    trailing = False
    items: list[Expr] = []
    for element in node.slice:
        items.append(_slice(walk, element.slice))
        end = walk.at
        trailing = comma(walk)
    index = items[0]
    if len(items) > 1 or trailing or (isinstance(index, Wrap) and index.kind == "*"):
        index = Seq(Span(walk.starts[inside], walk.ends[end - 1]), "tuple", tuple(items))
    walk.at += 1
    return Sub(walk.since(first), value, index)


def _slice(walk: Walk, node: Any) -> Expr:
    first = walk.at
    if type(node) is cst.Index:
        if not node.star:
            return expression(walk, node.value)
        walk.at += 1
        value = expression(walk, node.value)
        return Wrap(walk.since(first), "*", value)
    lower = optional(walk, node.lower)
    walk.at += 1
    upper = optional(walk, node.upper)
    if isinstance(node.second_colon, cst.Colon):
        walk.at += 1
    step = optional(walk, node.step)
    return Slice(walk.since(first), lower, upper, step)


def _binary(walk: Walk, node: cst.BinaryOperation) -> Expr:
    first = walk.at
    left = expression(walk, node.left)
    op = walk.words[walk.at]
    walk.at += 1
    right = expression(walk, node.right)
    return Bin(walk.since(first), op, left, right)


def _boolean(walk: Walk, node: cst.BooleanOperation) -> Expr:
    first = walk.at
    left = expression(walk, node.left)
    op = walk.words[walk.at]
    walk.at += 1
    right = expression(walk, node.right)
    return BoolOp(walk.since(first), op, left, right)


def _unary(walk: Walk, node: cst.UnaryOperation) -> Expr:
    first = walk.at
    kind = walk.words[first]
    walk.at += 1
    value = expression(walk, node.expression)
    return Wrap(walk.since(first), kind, value)


def _comparison(walk: Walk, node: cst.Comparison) -> Expr:
    first = walk.at
    left = expression(walk, node.left)
    ops = []
    rights = []
    for target in node.comparisons:
        size = 2 if isinstance(target.operator, cst.IsNot | cst.NotIn) else 1
        ops.append(" ".join(walk.words[walk.at : walk.at + size]))
        walk.at += size
        rights.append(expression(walk, target.comparator))
    return Compare(walk.since(first), left, tuple(ops), tuple(rights))


def _conditional(walk: Walk, node: cst.IfExp) -> Expr:
    first = walk.at
    body = expression(walk, node.body)
    walk.at += 1
    test = expression(walk, node.test)
    walk.at += 1
    orelse = expression(walk, node.orelse)
    return IfExp(walk.since(first), test, body, orelse)


def _await(walk: Walk, node: cst.Await) -> Expr:
    first = walk.at
    walk.at += 1
    value = expression(walk, node.expression)
    return Wrap(walk.since(first), "await", value)


def _yield(walk: Walk, node: cst.Yield) -> Expr:
    first = walk.at
    walk.yields = True
    walk.at += 1
    if isinstance(node.value, cst.From):
        walk.at += 1
        value = optional(walk, node.value.item)
        return Wrap(walk.since(first), "yield from", value)
    value = optional(walk, node.value)
    return Wrap(walk.since(first), "yield", value)


def _walrus(walk: Walk, node: cst.NamedExpr) -> Expr:
    first = walk.at
    target = expression(walk, node.target)
    walk.at += 1
    value = expression(walk, node.value)
    if not isinstance(target, Name):
        return Opaque(walk.since(first), "an assignment expression to something else than a name")
    return Walrus(walk.since(first), target, held(walk, target, value))


def held(walk: Walk, target: Expr, value: Expr) -> Expr:
    """Returns what is assigned to *target*, a literal key replaced."""
    match target:
        case Name(id=name) | Attr(name=name) | Sub(index=Lit(value=str() as name)):
            return walk.secrets.held(name, value)
    return value


EXPRESSIONS: Lowerings = {
    **STRINGS,
    **DISPLAYS,
    cst.Attribute: _attribute,
    cst.Await: _await,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.Call: _call,
    cst.Comparison: _comparison,
    cst.Ellipsis: _ellipsis,
    cst.Float: _float,
    cst.IfExp: _conditional,
    cst.Imaginary: _imaginary,
    cst.Integer: _integer,
    cst.Name: _name,
    cst.NamedExpr: _walrus,
    cst.Subscript: _subscript,
    cst.UnaryOperation: _unary,
    cst.Yield: _yield,
}
