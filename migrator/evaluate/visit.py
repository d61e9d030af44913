"""Plain walks over statements and expressions of a unit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, get_args

from migrator.model.unit import (
    Alias,
    Arg,
    Assign,
    Attr,
    ClassDef,
    Def,
    Entry,
    Expr,
    For,
    Handler,
    If,
    Item,
    Lambda,
    Lit,
    Loop,
    Name,
    Param,
    Seq,
    Stmt,
    Sub,
    Try,
    While,
    With,
)  # fmt: skip


def statements(body: Sequence[Stmt]) -> Iterator[Stmt]:
    """Yields every statement of a body in order, those of nested blocks too, but not of nested definitions."""
    stack = list(reversed(body))
    while stack:
        statement = stack.pop()
        yield statement
        if not isinstance(statement, (Def, ClassDef)):
            for block in reversed(blocks(statement)):
                stack.extend(reversed(block))


def split_main(body: tuple[Stmt, ...], is_main: Callable[[Expr], bool]) -> tuple[tuple[Stmt, ...], tuple[Stmt, ...]]:
    """Returns a module body without the blocks that run in a program only, and what stands in those.

    *is_main* tells their conditions.
    """
    main: list[Stmt] = []
    rest: list[Stmt] = []
    for statement in body:
        if isinstance(statement, If) and is_main(statement.test):
            main += statement.body
            rest += statement.orelse
        else:
            rest.append(statement)
    return tuple(rest), tuple(main)


def blocks(statement: Stmt) -> tuple[Sequence[Stmt], ...]:
    """Returns the blocks of a compound statement; none for a simple one or a definition."""
    match statement:
        case If(body=body, orelse=orelse) | While(body=body, orelse=orelse) | For(body=body, orelse=orelse):
            return (body, orelse)
        case With(body=body):
            return (body,)
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            return (body, *(handler.body for handler in handlers), orelse, final)
        case _:
            return ()


def targets(statement: Stmt) -> Sequence[Expr]:
    """Returns what a statement gives a value anew; none for one that changes a value, or defines or imports a name."""
    match statement:
        case Assign(targets=found):
            return found
        case For(target=target):
            return (target,)
        case With(items=items):
            return [item.target for item in items if item.target is not None]
        case _:
            return ()


def places(target: Expr) -> Iterator[Name | Attr | Sub]:
    """Yields the variables, attributes and items that a target stands for, those of a sequence one by one."""
    match target:
        case Name() | Attr() | Sub():
            yield target
        case Seq(items=items):
            for one in items:
                yield from places(one)


def nested(statement: Stmt) -> list[Stmt]:
    """Returns the statements directly under a compound statement or a definition; none under a simple one."""
    inside = (statement.body,) if isinstance(statement, (Def, ClassDef)) else blocks(statement)
    return [one for block in inside for one in block]


def expressions(body: Sequence[Stmt | Expr]) -> Iterator[Expr]:
    """Yields every expression in a body, those of nested definitions too, in no particular order."""
    stack: list[object] = list(body)
    while stack:
        found: Any = stack.pop()
        kind = type(found)
        if kind is tuple:
            stack += found
        elif kind in CHILDREN:
            if kind in _EXPRESSIONS:
                yield found
            if kind not in LEAVES:
                stack += CHILDREN[kind](found)


def around(body: Sequence[Stmt], wanted: Collection[int]) -> set[int]:
    """Returns the functions in which one of the wanted functions stands, all by the identity of their nodes."""
    found: set[int] = set()
    stack: list[tuple[Any, tuple[int, ...]]] = [(one, ()) for one in body]
    while stack:
        one, above = stack.pop()
        if type(one) is tuple:
            stack += [(each, above) for each in one]
        elif type(one) in CHILDREN and type(one) not in LEAVES:
            if id(one) in wanted:
                found.update(above)
            inside = (*above, id(one)) if isinstance(one, (Def, Lambda)) else above
            stack += [(each, inside) for each in CHILDREN[type(one)](one)]
    return found


_EXPRESSIONS = frozenset(get_args(Expr))
LEAVES = frozenset({Name, Lit})
"""The kinds of nodes without parts: most are of these."""
_NODES = (*_EXPRESSIONS, *get_args(Stmt), Alias, Arg, Entry, Handler, Item, Loop, Param)
_LEAF = {"Role", "str", "int", "bool", "Span", "str | None", "tuple[str, ...]"}


def _getter(names: Sequence[str]) -> attrgetter[tuple[object, ...]]:
    """Returns what reads attributes as a tuple; for that it needs two of them, and a span is no child."""
    return attrgetter(*names, *["span"] * (2 - len(names)))


CHILDREN = {
    cls: _getter(
        [
            f.name
            for f in fields(cls)
            if f.name != "span" and f.type not in _LEAF and not str(f.type).startswith("Literal")
        ]
    )
    for cls in _NODES
}
"""What reads the parts of a node of each kind; texts, places and the like are none."""
