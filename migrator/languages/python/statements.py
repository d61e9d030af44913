"""Statements of the syntax tree in lowered form. Each function takes exactly the tokens of the node it lowers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from migrator.languages.python.cursor import Walk, expression, optional, take
from migrator.languages.python.depth import ARMS
from migrator.languages.python.displays import parameters
from migrator.languages.python.expressions import arguments, held
from migrator.languages.python.lexer import DEPTH
from migrator.languages.python.patterns import match
from migrator.languages.python.syntax import TypeStatement
from migrator.model.unit import (
    Alias,
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
    Return,
    Scope,
    Seq,
    Stmt,
    Try,
    While,
    With,
)

_Body: TypeAlias = tuple[Stmt, ...]


def statements(walk: Walk, nodes: Sequence[ast.stmt]) -> _Body:
    """Returns the statements of a block or file."""
    out: list[Stmt] = []
    for node in nodes:
        if type(node) is ast.Match:
            out += match(walk, node, _block)
        else:
            out.append(STATEMENTS[type(node)](walk, node))
        take(walk, ";")
    return tuple(out)


def _block(walk: Walk, nodes: Sequence[ast.stmt]) -> _Body:
    """Returns the statements under a compound statement, the colon before them taken."""
    walk.at += 1
    return statements(walk, nodes)


def _orelse(walk: Walk, nodes: Sequence[ast.stmt]) -> _Body:
    """Returns what stands under ``else`` or ``finally``."""
    if not nodes:
        return ()
    walk.at += 1
    return _block(walk, nodes)


def _expression(walk: Walk, node: ast.Expr) -> Stmt:
    first = walk.at
    value = expression(walk, node.value)
    return ExprS(walk.since(first), value)


def _assign(walk: Walk, node: ast.Assign) -> Stmt:
    first = walk.at
    targets = []
    for target in node.targets:
        targets.append(expression(walk, target))
        walk.at += 1
    value = expression(walk, node.value)
    for known in targets:
        value = held(walk, known, value)
    return Assign(walk.since(first), tuple(targets), value)


def _annotated(walk: Walk, node: ast.AnnAssign) -> Stmt:
    first = walk.at
    target = expression(walk, node.target)
    walk.at += 1
    annotation = expression(walk, node.annotation)
    value: Expr | None = None
    if node.value is not None:
        walk.at += 1
        value = held(walk, target, expression(walk, node.value))
    return Assign(walk.since(first), (target,), value, annotation)


def _augmented(walk: Walk, node: ast.AugAssign) -> Stmt:
    first = walk.at
    target = expression(walk, node.target)
    op = walk.words[walk.at][:-1]
    walk.at += 1
    value = expression(walk, node.value)
    return Aug(walk.since(first), target, op, held(walk, target, value))


def _return(walk: Walk, node: ast.Return) -> Stmt:
    first = walk.at
    walk.at += 1
    value = optional(walk, node.value)
    return Return(walk.since(first), value)


def _assert(walk: Walk, node: ast.Assert) -> Stmt:
    first = walk.at
    walk.at += 1
    test = expression(walk, node.test)
    if node.msg is not None:
        walk.at += 1
        expression(walk, node.msg)
    return ExprS(walk.since(first), test)


def _del(walk: Walk, node: ast.Delete) -> Stmt:
    first = walk.at
    walk.at += 1
    targets = []
    for each in node.targets:
        targets.append(expression(walk, each))
        take(walk, ",")
    if len(targets) == 1 and isinstance(targets[0], Seq):
        return Del(walk.since(first), targets[0].items)
    return Del(walk.since(first), tuple(targets))


def _raise(walk: Walk, node: ast.Raise) -> Stmt:
    first = walk.at
    walk.at += 1
    value = optional(walk, node.exc)
    if node.cause is not None:
        walk.at += 1
        expression(walk, node.cause)
    return Jump(walk.since(first), "raise", value)


def _jump(walk: Walk, node: ast.stmt) -> Stmt:
    return Jump(walk.take(), _JUMPS[type(node)])


_JUMPS: dict[type[ast.stmt], Literal["break", "continue", "pass"]] = {
    ast.Break: "break",
    ast.Continue: "continue",
    ast.Pass: "pass",
}


def _scope(walk: Walk, node: ast.Global | ast.Nonlocal) -> Stmt:
    first = walk.at
    walk.at += 2 * len(node.names)
    kind: Literal["global", "nonlocal"] = "global" if isinstance(node, ast.Global) else "nonlocal"
    return Scope(walk.since(first), kind, tuple(node.names))


def _import(walk: Walk, node: ast.Import) -> Stmt:
    first = walk.at
    take(walk, "lazy")
    walk.at += 1
    names = tuple([_alias(walk, alias) for alias in node.names])
    return Import(walk.since(first), names)


def _from(walk: Walk, node: ast.ImportFrom) -> Stmt:
    first = walk.at
    take(walk, "lazy")
    walk.at += 1
    while walk.words[walk.at] in (".", "..."):
        walk.at += 1
    module = node.module or ""
    walk.at += _words(module) + 1
    in_parentheses = take(walk, "(")
    names = tuple([_alias(walk, alias) for alias in node.names])
    walk.at += in_parentheses
    return From(walk.since(first), module, node.level, names)


def _words(dotted: str) -> int:
    return 2 * dotted.count(".") + 1 if dotted else 0


def _alias(walk: Walk, node: ast.alias) -> Alias:
    first = walk.at
    walk.at += _words(node.name)
    if node.asname is not None:
        walk.at += 2
    span = walk.since(first)
    take(walk, ",")
    return Alias(span, node.name, node.asname)


def _type_alias(walk: Walk, node: Any) -> Stmt:
    first = walk.at
    walk.at += 1
    name = expression(walk, node.name)
    _type_parameters(walk)
    walk.at += 1
    value = expression(walk, node.value)
    return Assign(walk.since(first), (name,), value)


def _type_parameters(walk: Walk) -> None:
    """Takes ``[T: bound = default, ...]`` if it is next; it says nothing about values."""
    open_brackets = 1 if take(walk, "[") else 0
    while open_brackets:
        open_brackets += DEPTH.get(walk.words[walk.at], 0)
        walk.at += 1


def _if(walk: Walk, node: ast.If) -> Stmt:
    """Lowers a chain of ``elif`` without recursion, which could not follow one of any length."""
    arms: list[tuple[int, Expr, _Body]] = []
    rest: list[ast.stmt] = [node]
    while rest and isinstance(rest[0], ast.If) and (not arms or walk.words[walk.at] == "elif"):
        first = walk.at
        walk.at += 1
        test = expression(walk, rest[0].test)
        arms.append((first, test, _block(walk, rest[0].body)))
        rest = rest[0].orelse
    if len(arms) > ARMS:
        raise RecursionError
    orelse = _orelse(walk, rest)
    for first, test, body in reversed(arms):
        lowered = If(walk.since(first), test, body, orelse)
        orelse = (lowered,)
    return lowered


def _while(walk: Walk, node: ast.While) -> Stmt:
    first = walk.at
    walk.at += 1
    test = expression(walk, node.test)
    body = _block(walk, node.body)
    orelse = _orelse(walk, node.orelse)
    return While(walk.since(first), test, body, orelse)


def _for(walk: Walk, node: ast.For | ast.AsyncFor) -> Stmt:
    first = walk.at
    take(walk, "async")
    walk.at += 1
    target = expression(walk, node.target)
    walk.at += 1
    iterable = expression(walk, node.iter)
    body = _block(walk, node.body)
    orelse = _orelse(walk, node.orelse)
    return For(walk.since(first), target, iterable, body, orelse)


def _with(walk: Walk, node: ast.With | ast.AsyncWith) -> Stmt:
    first = walk.at
    take(walk, "async")
    walk.at += 1
    own = _is_around_all(walk)
    walk.at += own
    items = tuple([_item(walk, item) for item in node.items])
    walk.at += own
    body = _block(walk, node.body)
    return With(walk.since(first), items, body)


def _is_around_all(walk: Walk) -> bool:
    """Returns whether the next token is a parenthesis around all managers of a ``with``."""
    depth = 0
    for at in range(walk.at, len(walk.words)):
        depth += DEPTH.get(walk.words[at], 0)
        if depth == 0:
            return at > walk.at and walk.words[at + 1] == ":"
    return False


def _item(walk: Walk, node: ast.withitem) -> Item:
    first = walk.at
    value = expression(walk, node.context_expr)
    target: Expr | None = None
    if node.optional_vars is not None:
        walk.at += 1
        target = expression(walk, node.optional_vars)
    span = walk.since(first)
    take(walk, ",")
    return Item(span, value, target)


def _try(walk: Walk, node: ast.Try | ast.TryStar) -> Stmt:
    first = walk.at
    walk.at += 1
    body = _block(walk, node.body)
    handlers = tuple([_handler(walk, handler) for handler in node.handlers])
    orelse = _orelse(walk, node.orelse)
    final = _orelse(walk, node.finalbody)
    return Try(walk.since(first), body, handlers, orelse, final)


def _handler(walk: Walk, node: ast.ExceptHandler) -> Handler:
    first = walk.at
    walk.at += 1
    take(walk, "*")
    kind = optional(walk, node.type)
    walk.at += 2 if node.name is not None else 0
    body = _block(walk, node.body)
    return Handler(walk.since(first), kind, node.name, body)


def _function(walk: Walk, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Stmt:
    first = walk.at
    decorators = _decorators(walk, node.decorator_list)
    is_async = take(walk, "async")
    walk.at += 2
    _type_parameters(walk)
    walk.at += 1
    params = parameters(walk, node.args)
    walk.at += 1
    if node.returns is not None:
        walk.at += 1
        expression(walk, node.returns)
    outer, walk.yields = walk.yields, False
    body = _block(walk, node.body)
    generator, walk.yields = walk.yields, outer
    return Def(walk.since(first), node.name, params, body, decorators, is_async, generator)


def _decorators(walk: Walk, nodes: Sequence[ast.expr]) -> tuple[Expr, ...]:
    out = []
    for node in nodes:
        walk.at += 1
        out.append(expression(walk, node))
    return tuple(out)


def _class(walk: Walk, node: ast.ClassDef) -> Stmt:
    first = walk.at
    decorators = _decorators(walk, node.decorator_list)
    walk.at += 2
    _type_parameters(walk)
    in_parentheses = take(walk, "(")
    bases = arguments(walk, node.bases, node.keywords)
    walk.at += in_parentheses
    body = _block(walk, node.body)
    return Class(walk.since(first), node.name, bases, body, decorators)


_Lowering: TypeAlias = Callable[[Walk, Any], Stmt]

STATEMENTS: dict[type[ast.stmt], _Lowering] = {
    ast.AnnAssign: _annotated,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AsyncFor: _for,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.AugAssign: _augmented,
    ast.Break: _jump,
    ast.ClassDef: _class,
    ast.Continue: _jump,
    ast.Delete: _del,
    ast.Expr: _expression,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.Global: _scope,
    ast.If: _if,
    ast.Import: _import,
    ast.ImportFrom: _from,
    ast.Nonlocal: _scope,
    ast.Pass: _jump,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.Try: _try,
    ast.TryStar: _try,
    TypeStatement: _type_alias,
    ast.While: _while,
    ast.With: _with,
}
