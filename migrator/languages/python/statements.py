"""Statements of the syntax tree in lowered form. Each function takes exactly the tokens of the node it lowers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import libcst as cst

from migrator.languages.python.displays import parameters
from migrator.languages.python.expressions import argument, held
from migrator.languages.python.patterns import match
from migrator.languages.python.walk import Walk, comma, expression, optional
from migrator.model.unit import (
    Alias,
    Arg,
    Assign,
    Aug,
    Class,
    Def,
    Del,
    Expr,
    ExprS,
    For,
    From,
    Handler,
    If,
    Import,
    Item,
    Jump,
    Name,
    Return,
    Scope,
    Seq,
    Stmt,
    Try,
    While,
    With,
)

_Body: TypeAlias = tuple[Stmt, ...]


def statements(walk: Walk, nodes: Sequence[cst.CSTNode]) -> _Body:
    """Returns the statements of a block or file."""
    out: list[Stmt] = []
    for node in nodes:
        if type(node) is cst.SimpleStatementLine:
            for small in node.body:
                out.append(STATEMENTS[type(small)](walk, small))
                if walk.at < len(walk.words) and walk.words[walk.at] == ";":
                    walk.at += 1
        elif type(node) is cst.Match:
            out += match(walk, node, block)
        else:
            out.append(STATEMENTS[type(node)](walk, node))
    return tuple(out)


def block(walk: Walk, node: cst.BaseSuite) -> _Body:
    """Returns the statements under a compound statement, the colon before them taken."""
    walk.at += 1
    if isinstance(node, cst.SimpleStatementSuite):
        return statements(walk, (cst.SimpleStatementLine(node.body),))
    return statements(walk, node.body)


def _orelse(walk: Walk, node: cst.Else | cst.Finally | None) -> _Body:
    if node is None:
        return ()
    walk.at += 1
    return block(walk, node.body)


def _expression(walk: Walk, node: cst.Expr) -> Stmt:
    first = walk.at
    value = expression(walk, node.value)
    return ExprS(walk.since(first), value)


def _assign(walk: Walk, node: cst.Assign) -> Stmt:
    first = walk.at
    targets = []
    for target in node.targets:
        targets.append(expression(walk, target.target))
        walk.at += 1
    value = expression(walk, node.value)
    for known in targets:
        value = held(walk, known, value)
    return Assign(walk.since(first), tuple(targets), value)


def _annotated(walk: Walk, node: cst.AnnAssign) -> Stmt:
    first = walk.at
    target = expression(walk, node.target)
    walk.at += 1
    annotation = expression(walk, node.annotation.annotation)
    value: Expr | None = None
    if node.value is not None:
        walk.at += 1
        value = held(walk, target, expression(walk, node.value))
    return Assign(walk.since(first), (target,), value, annotation)


def _augmented(walk: Walk, node: cst.AugAssign) -> Stmt:
    first = walk.at
    target = expression(walk, node.target)
    op = walk.words[walk.at][:-1]
    walk.at += 1
    value = expression(walk, node.value)
    return Aug(walk.since(first), target, op, held(walk, target, value))


def _return(walk: Walk, node: cst.Return) -> Stmt:
    first = walk.at
    walk.at += 1
    value = optional(walk, node.value)
    return Return(walk.since(first), value)


def _assert(walk: Walk, node: cst.Assert) -> Stmt:
    first = walk.at
    walk.at += 1
    test = expression(walk, node.test)
    if node.msg is not None:
        walk.at += 1
        expression(walk, node.msg)
    return ExprS(walk.since(first), test)


def _del(walk: Walk, node: cst.Del) -> Stmt:
    first = walk.at
    walk.at += 1
    target = expression(walk, node.target)
    targets = target.items if isinstance(target, Seq) else (target,)
    return Del(walk.since(first), targets)


def _raise(walk: Walk, node: cst.Raise) -> Stmt:
    first = walk.at
    walk.at += 1
    value = optional(walk, node.exc)
    if node.cause is not None:
        walk.at += 1
        expression(walk, node.cause.item)
    return Jump(walk.since(first), "raise", value)


def _jump(walk: Walk, node: cst.CSTNode) -> Stmt:
    return Jump(walk.take(), _JUMPS[type(node)])


_JUMPS: dict[type[cst.CSTNode], Literal["break", "continue", "pass"]] = {
    cst.Break: "break",
    cst.Continue: "continue",
    cst.Pass: "pass",
}


def _scope(walk: Walk, node: cst.Global | cst.Nonlocal) -> Stmt:
    first = walk.at
    walk.at += 2 * len(node.names)
    names = tuple([item.name.value for item in node.names])
    return Scope(walk.since(first), "global" if isinstance(node, cst.Global) else "nonlocal", names)


def _import(walk: Walk, node: cst.Import | cst.LazyImport) -> Stmt:
    first = walk.at
    walk.at += 2 if isinstance(node, cst.LazyImport) else 1
    names = tuple([_alias(walk, alias) for alias in node.names])
    return Import(walk.since(first), names)


def _from(walk: Walk, node: cst.ImportFrom | cst.LazyImportFrom) -> Stmt:
    first = walk.at
    walk.at += 2 if isinstance(node, cst.LazyImportFrom) else 1
    while walk.words[walk.at] in (".", "..."):
        walk.at += 1
    module = _dotted(walk, node.module)
    walk.at += 1
    if isinstance(node.names, cst.ImportStar):
        walk.at += 1
        names: tuple[Alias, ...] = (Alias(walk.since(walk.at - 1), "*", None),)
    else:
        walk.at += 1 if node.lpar else 0
        names = tuple([_alias(walk, alias) for alias in node.names])
        walk.at += 1 if node.rpar else 0
    return From(walk.since(first), module, len(node.relative), names)


def _dotted(walk: Walk, node: cst.BaseExpression | None) -> str:
    first = walk.at
    if node is not None:
        expression(walk, node)
    return "".join(walk.words[first : walk.at])


def _alias(walk: Walk, node: cst.ImportAlias) -> Alias:
    first = walk.at
    name = _dotted(walk, node.name)
    bound = None
    if node.asname is not None:
        bound = walk.words[walk.at + 1]
        walk.at += 2
    span = walk.since(first)
    comma(walk)
    return Alias(span, name, bound)


def _type_alias(walk: Walk, node: cst.TypeAlias) -> Stmt:
    first = walk.at
    walk.at += 1
    name = expression(walk, node.name)
    _type_parameters(walk, node.type_parameters)
    walk.at += 1
    value = expression(walk, node.value)
    return Assign(walk.since(first), (name,), value)


def _type_parameters(walk: Walk, node: cst.TypeParameters | None) -> None:
    """Takes ``[T: bound = default, ...]``, which says nothing about values."""
    if node is None:
        return
    open_brackets = 1
    while open_brackets:
        walk.at += 1
        open_brackets += _BRACKETS.get(walk.words[walk.at], 0)
    walk.at += 1


_BRACKETS = {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}


def _if(walk: Walk, node: cst.If) -> Stmt:
    """Lowers a chain of ``elif`` without recursion: there is no limit to its length."""
    arms: list[tuple[int, Expr, _Body]] = []
    rest: cst.If | cst.Else | None = node
    while isinstance(rest, cst.If):
        first = walk.at
        walk.at += 1
        test = expression(walk, rest.test)
        arms.append((first, test, block(walk, rest.body)))
        rest = rest.orelse
    orelse = _orelse(walk, rest)
    for first, test, body in reversed(arms):
        lowered = If(walk.since(first), test, body, orelse)
        orelse = (lowered,)
    return lowered


def _while(walk: Walk, node: cst.While) -> Stmt:
    first = walk.at
    walk.at += 1
    test = expression(walk, node.test)
    body = block(walk, node.body)
    orelse = _orelse(walk, node.orelse)
    return While(walk.since(first), test, body, orelse)


def _for(walk: Walk, node: cst.For) -> Stmt:
    first = walk.at
    walk.at += 2 if node.asynchronous is not None else 1
    target = expression(walk, node.target)
    walk.at += 1
    iterable = expression(walk, node.iter)
    body = block(walk, node.body)
    orelse = _orelse(walk, node.orelse)
    return For(walk.since(first), target, iterable, body, orelse)


def _with(walk: Walk, node: cst.With) -> Stmt:
    first = walk.at
    walk.at += 2 if node.asynchronous is not None else 1
    walk.at += 1 if isinstance(node.lpar, cst.LeftParen) else 0
    items = tuple([_item(walk, item) for item in node.items])
    walk.at += 1 if isinstance(node.rpar, cst.RightParen) else 0
    body = block(walk, node.body)
    return With(walk.since(first), items, body)


def _item(walk: Walk, node: cst.WithItem) -> Item:
    first = walk.at
    value = expression(walk, node.item)
    target: Expr | None = None
    if node.asname is not None:
        walk.at += 1
        target = expression(walk, node.asname.name)
    span = walk.since(first)
    comma(walk)
    return Item(span, value, target)


def _try(walk: Walk, node: cst.Try | cst.TryStar) -> Stmt:
    first = walk.at
    walk.at += 1
    body = block(walk, node.body)
    handlers = tuple([_handler(walk, handler) for handler in node.handlers])
    orelse = _orelse(walk, node.orelse)
    final = _orelse(walk, node.finalbody)
    return Try(walk.since(first), body, handlers, orelse, final)


def _handler(walk: Walk, node: cst.ExceptHandler | cst.ExceptStarHandler) -> Handler:
    first = walk.at
    walk.at += 2 if isinstance(node, cst.ExceptStarHandler) else 1
    kind = optional(walk, node.type)
    name: str | None = None
    if node.name is not None:
        walk.at += 1
        target = expression(walk, node.name.name)
        name = target.id if isinstance(target, Name) else None
    body = block(walk, node.body)
    return Handler(walk.since(first), kind, name, body)


def _function(walk: Walk, node: cst.FunctionDef) -> Stmt:
    first = walk.at
    decorators = _decorators(walk, node.decorators)
    walk.at += 3 if node.asynchronous is not None else 2
    _type_parameters(walk, node.type_parameters)
    walk.at += 1
    params = parameters(walk, node.params)
    walk.at += 1
    if node.returns is not None:
        walk.at += 1
        expression(walk, node.returns.annotation)
    outer, walk.yields = walk.yields, False
    body = block(walk, node.body)
    generator, walk.yields = walk.yields, outer
    is_async = node.asynchronous is not None
    return Def(walk.since(first), node.name.value, params, body, decorators, is_async, generator)


def _decorators(walk: Walk, nodes: Sequence[cst.Decorator]) -> tuple[Expr, ...]:
    out = []
    for node in nodes:
        walk.at += 1
        out.append(expression(walk, node.decorator))
    return tuple(out)


def _class(walk: Walk, node: cst.ClassDef) -> Stmt:
    first = walk.at
    decorators = _decorators(walk, node.decorators)
    walk.at += 2
    _type_parameters(walk, node.type_parameters)
    bases: tuple[Arg, ...] = ()
    if isinstance(node.lpar, cst.LeftParen):
        walk.at += 1
        bases = _bases(walk, node)
        walk.at += 1
    body = block(walk, node.body)
    return Class(walk.since(first), node.name.value, bases, body, decorators)


def _bases(walk: Walk, node: cst.ClassDef) -> tuple[Arg, ...]:
    """Lowers bases and keywords in the order of the source, which the tree does not keep."""
    plain, named = list(node.bases), list(node.keywords)
    out = []
    while plain or named:
        is_named = walk.words[walk.at] == "**" or walk.words[walk.at + 1] == "="
        queue = named if named and (is_named or not plain) else plain
        out.append(argument(walk, queue.pop(0)))
    return tuple(out)


_Lowering: TypeAlias = Callable[[Walk, Any], Stmt]

STATEMENTS: dict[type[cst.CSTNode], _Lowering] = {
    cst.AnnAssign: _annotated,
    cst.Assert: _assert,
    cst.Assign: _assign,
    cst.AugAssign: _augmented,
    cst.Break: _jump,
    cst.ClassDef: _class,
    cst.Continue: _jump,
    cst.Del: _del,
    cst.Expr: _expression,
    cst.For: _for,
    cst.FunctionDef: _function,
    cst.Global: _scope,
    cst.If: _if,
    cst.Import: _import,
    cst.ImportFrom: _from,
    cst.LazyImport: _import,
    cst.LazyImportFrom: _from,
    cst.Nonlocal: _scope,
    cst.Pass: _jump,
    cst.Raise: _raise,
    cst.Return: _return,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.TypeAlias: _type_alias,
    cst.While: _while,
    cst.With: _with,
}
