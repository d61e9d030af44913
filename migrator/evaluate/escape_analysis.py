"""Whether an object that a function makes stays in it: only there can anything call it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrator.evaluate.visit import expressions, nested, statements
from migrator.model.unit import Assign, BoolOp, ClassDef, Def, Expr, ExprS, IfExp, Map, Name, Return, Seq, Stmt, Walrus


def stays(body: Sequence[Stmt], made: Expr) -> bool:
    """Returns whether an object made in a body is bound to plain names that are neither returned nor stored.

    It may be given to functions; those that keep what they are given are seen to by the caller.
    """
    names: set[str] = set()
    every = list(statements(body))
    for statement in every:
        if isinstance(statement, (Def, ClassDef)) or not _has([statement], made) or _has(nested(statement), made):
            continue
        match statement:
            case ExprS(value=value) if not _is_given(value, made):
                continue
            case Assign(targets=targets, value=value) if value is not None and _is_given(value, made):
                bound = [item for target in targets for item in _given(target)]
                if not all(isinstance(item, Name) for item in bound):
                    return False
                names.update(item.id for item in bound if isinstance(item, Name))
            case _:
                return False
    return not any(_passes(statement, names) for statement in every)


def _has(body: Sequence[Stmt], made: Expr) -> bool:
    return any(one is made for one in expressions(body))


def _is_given(value: Expr, made: Expr) -> bool:
    return any(one is made for one in _given(value))


def _passes(statement: Stmt, names: set[str]) -> bool:
    """Returns whether a statement hands one of the names out: to its caller, to an object, or to a function in it."""
    match statement:
        case Return(value=value) if value is not None:
            return any(isinstance(one, Name) and one.id in names for one in _given(value))
        case Assign(targets=targets, value=value) if value is not None:
            kept = any(isinstance(one, Name) and one.id in names for one in _given(value))
            return kept and not all(isinstance(target, Name) for target in targets)
        case Def() | ClassDef():
            return any(isinstance(one, Name) and one.id in names for one in expressions([statement]))
        case _:
            return False


def _given(value: Expr) -> Iterator[Expr]:
    """Yields what an expression gives as it is: itself, its arms, the items of a display."""
    match value:
        case IfExp(body=body, orelse=orelse):
            yield from (*_given(body), *_given(orelse))
        case BoolOp(left=left, right=right):
            yield from (*_given(left), *_given(right))
        case Seq(items=items):
            for item in items:
                yield from _given(item)
        case Map(entries=entries):
            for entry in entries:
                yield from _given(entry.value)
        case Walrus(value=inner):
            yield from _given(inner)
        case _:
            yield value
