"""Names, operators, calls and the like in lowered form."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migrator.languages.python.cursor import Lowerings, Walk, expression, optional, take
from migrator.languages.python.displays import DISPLAYS
from migrator.languages.python.strings import is_string, string
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
    Slice,
    Sub,
    Walrus,
    Wrap,
)


def _name(walk: Walk, node: ast.Name) -> Expr:
    return Name(walk.take(), node.id)


def _constant(walk: Walk, node: ast.Constant) -> Expr:
    word = walk.words[walk.at]
    if is_string(word):
        return string(walk, node)
    span = walk.take()
    if word in _CONSTANTS:
        return Lit(span, _CONSTANTS[word])
    if word == "...":
        return Opaque(span, "...")
    return _number(word, span)


_CONSTANTS = {"None": None, "True": True, "False": False}


def _number(word: str, span: Span) -> Expr:
    based = word[:2].lower() in ("0x", "0o", "0b")
    if not based and word[-1] in "jJ":
        return Lit(span, complex(word))
    if not based and not word.replace("_", "").isdecimal():
        return Lit(span, float(word))
    try:
        return Lit(span, int(word, 0))
    except ValueError:
        return Opaque(span, "a number too long to convert")


def _attribute(walk: Walk, node: ast.Attribute) -> Expr:
    first = walk.at
    value = expression(walk, node.value)
    walk.at += 2
    return Attr(walk.since(first), value, node.attr)


def _call(walk: Walk, node: ast.Call) -> Expr:
    first = walk.at
    func = expression(walk, node.func)
    walk.at += 1
    args = arguments(walk, node.args, node.keywords)
    walk.at += 1
    return Call(walk.since(first), func, args)


def arguments(walk: Walk, plain: Sequence[ast.expr], named: Sequence[ast.keyword]) -> tuple[Arg, ...]:
    """Returns the arguments of a call or bases of a class in the order of the source, which the tree does not keep."""
    if not named:
        return tuple([_argument(walk, node) for node in plain])
    out: list[Arg] = []
    positions, names = iter(plain), iter(named)
    while len(out) < len(plain) + len(named):
        is_named = walk.words[walk.at] == "**" or walk.words[walk.at + 1] == "="
        out.append(_keyword(walk, next(names)) if is_named else _argument(walk, next(positions)))
    return tuple(out)


def _argument(walk: Walk, node: ast.expr) -> Arg:
    first = walk.at
    star = ""
    if isinstance(node, ast.Starred):
        star = "*"
        walk.at += 1
        node = node.value
    value = expression(walk, node)
    span = walk.since(first)
    take(walk, ",")
    return Arg(span, value, None, star)


def _keyword(walk: Walk, node: ast.keyword) -> Arg:
    first = walk.at
    name = node.arg
    walk.at += 1 if name is None else 2
    value = expression(walk, node.value)
    if name is not None:
        value = walk.secrets.held(name, value)
    span = walk.since(first)
    take(walk, ",")
    return Arg(span, value, name, "**" if name is None else "")


def _subscript(walk: Walk, node: ast.Subscript) -> Expr:
    first = walk.at
    value = expression(walk, node.value)
    walk.at += 1
    index = expression(walk, node.slice)
    walk.at += 1
    return Sub(walk.since(first), value, index)


def _slice(walk: Walk, node: ast.Slice) -> Expr:
    first = walk.at
    lower = optional(walk, node.lower)
    walk.at += 1
    upper = optional(walk, node.upper)
    if walk.words[walk.at] == ":":
        walk.at += 1
    step = optional(walk, node.step)
    return Slice(walk.since(first), lower, upper, step)


def _binary(walk: Walk, node: ast.BinOp) -> Expr:
    first = walk.at
    left = expression(walk, node.left)
    op = walk.words[walk.at]
    walk.at += 1
    right = expression(walk, node.right)
    return Bin(walk.since(first), op, left, right)


def _boolean(walk: Walk, node: ast.BoolOp) -> Expr:
    first = walk.at
    chained = len(node.values) - 2  # levels that the tree does not show
    walk.deepen(chained)
    left = expression(walk, node.values[0])
    for each in node.values[1:]:
        op = walk.words[walk.at]
        walk.at += 1
        right = expression(walk, each)
        left = BoolOp(walk.since(first), op, left, right)
    walk.deepen(-chained)
    return left


def _unary(walk: Walk, node: ast.UnaryOp) -> Expr:
    first = walk.at
    walk.at += 1
    value = expression(walk, node.operand)
    return Wrap(walk.since(first), walk.words[first], value)


def _comparison(walk: Walk, node: ast.Compare) -> Expr:
    first = walk.at
    left = expression(walk, node.left)
    ops = []
    rights = []
    for each in node.comparators:
        two = walk.words[walk.at : walk.at + 2]
        size = 2 if two in _TWO_WORDS else 1
        ops.append(" ".join(two[:size]))
        walk.at += size
        rights.append(expression(walk, each))
    return Compare(walk.since(first), left, tuple(ops), tuple(rights))


_TWO_WORDS = (["is", "not"], ["not", "in"])


def _conditional(walk: Walk, node: ast.IfExp) -> Expr:
    first = walk.at
    body = expression(walk, node.body)
    walk.at += 1
    test = expression(walk, node.test)
    walk.at += 1
    orelse = expression(walk, node.orelse)
    return IfExp(walk.since(first), test, body, orelse)


def _await(walk: Walk, node: ast.Await) -> Expr:
    first = walk.at
    walk.at += 1
    value = expression(walk, node.value)
    return Wrap(walk.since(first), "await", value)


def _yield(walk: Walk, node: ast.Yield | ast.YieldFrom) -> Expr:
    first = walk.at
    walk.yields = True
    words = 2 if isinstance(node, ast.YieldFrom) else 1
    walk.at += words
    value = optional(walk, node.value)
    return Wrap(walk.since(first), " ".join(walk.words[first : first + words]), value)


def _walrus(walk: Walk, node: ast.NamedExpr) -> Expr:
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
    **DISPLAYS,
    ast.Attribute: _attribute,
    ast.Await: _await,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.IfExp: _conditional,
    ast.JoinedStr: _constant,
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.UnaryOp: _unary,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    getattr(ast, "TemplateStr", ast.JoinedStr): _constant,  # of Python 3.14
}
