"""Whether what an ``if`` decides has to be kept together: a path for each arm keeps what a join takes apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Choice, Items, Table, Value
from migrator.evaluate.visit import expressions, statements, targets
from migrator.model.unit import Assign, Attr, Aug, Call, Compare, Expr, ExprS, If, Lit, Name, Seq, Stmt, Sub, Wrap

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

MAX_FORKS = 4
MAX_FORKS_IN_ALL = 6
"""How many forks can be open at once, over all functions that are active: the paths are two to that power."""


def forks_in(paths: int) -> int:
    """Returns as how many forks one into so many paths counts: into two as one, into four as two."""
    return (paths - 1).bit_length()


def may_fork(m: Interpreter, frame: Frame, paths: int = 2) -> bool:
    """Returns whether so many paths more can be followed."""
    forks, limit = forks_in(paths), MAX_FORKS if frame.function else 2
    return frame.forks + forks <= limit and m.budget.forks + forks <= MAX_FORKS_IN_ALL


def correlates(node: If, rest: Sequence[Stmt], words: Collection[str]) -> bool:
    """Returns whether what follows a condition reads two variables that depend on how it came out.

    Items that it sets count where one of the *words* is written: they are names of credentials.
    """
    decided = _told(node.test)
    arms = (node.body, node.orelse)
    if not decided and all(len(_assigned(body)) < 2 for body in arms) and not _speaks(arms, words):
        return False
    decided = decided.union(*map(_changed, arms))
    read = {one.id for one in expressions(rest) if isinstance(one, Name)}
    return len(decided & read) >= 2


def apart(found: Choice, node: Assign, rest: Sequence[Stmt]) -> bool:
    """Returns whether one of several values is stored whose parts belong together, and is taken apart."""
    return _parts_differ(found) and _takes_apart(node, rest)


def _parts_differ(found: Choice) -> bool:
    """Returns whether a value is one of several collections that have more than one part different."""
    first, *others = map(_parts, found.options)
    if len({type(one) for one in found.options}) > 1 or any(one.keys() != first.keys() for one in others):
        return False
    return sum(any(one[name] != part for one in others) for name, part in first.items()) > 1


def _parts(found: Value) -> Mapping[Any, Any]:
    """Returns the parts of a collection by their names or numbers, nothing for any other value."""
    match found:
        case Items(items=items):
            return dict(enumerate(items))
        case Table(cells=cells):
            return cells
        case _:
            return {}


def _takes_apart(node: Assign, rest: Sequence[Stmt]) -> bool:
    """Returns whether an assignment, or what follows it, reads several parts of the value that it stores."""
    match node.targets:
        case (Seq(items=items),):
            return len(items) > 1
        case (Name(id=name),):
            parts = (one.value for one in expressions(rest) if isinstance(one, (Attr, Sub)))
            return sum(isinstance(one, Name) and one.id == name for one in parts) > 1
        case _:
            return False


def _speaks(arms: Sequence[Sequence[Stmt]], words: Collection[str]) -> bool:
    texts = (one.value for arm in arms for one in expressions(arm) if isinstance(one, Lit))
    return any(isinstance(text, str) and text.lower() in words for text in texts)


def _told(test: Expr) -> frozenset[str]:
    """Returns the variable that a condition compares with a literal."""
    match test:
        case Compare(left=Name(id=name), rights=(Lit(), *_)):
            return frozenset({name})
        case _:
            return frozenset()


def _assigned(body: Sequence[Stmt]) -> frozenset[str]:
    stored = (target for one in statements(body) if isinstance(one, Assign) for target in one.targets)
    items = (item for target in stored for item in (target.items if isinstance(target, Seq) else (target,)))
    return frozenset(item.id for item in items if isinstance(item, Name))


def _changed(body: Sequence[Stmt]) -> frozenset[str]:
    """Returns the variables that statements bind, or whose objects they may change."""
    return frozenset(name for statement in statements(body) for name in _roots(_reached(statement)))


def _reached(statement: Stmt) -> Iterable[Expr]:
    match statement:
        case Aug(target=target):
            return (target,)
        case ExprS(value=Call(func=func, args=args)):
            return (func, *(arg.value for arg in args))
        case _:
            return targets(statement)


def _roots(parts: Iterable[Expr]) -> Iterator[str]:
    """Yields the variables through which expressions reach what they stand for."""
    for part in parts:
        match part:
            case Name(id=name):
                yield name
            case Attr(value=value) | Sub(value=value) | Call(func=value):
                yield from _roots((value,))
            case Wrap(value=value) if value is not None:
                yield from _roots((value,))
            case Seq(items=items):
                yield from _roots(items)
