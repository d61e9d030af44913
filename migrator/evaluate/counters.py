"""Numbers that a loop carries from round to round: the value before the first holds for that round alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from migrator.evaluate.arms import arms
from migrator.evaluate.assignments import assign
from migrator.evaluate.frame import FALL, Frame
from migrator.evaluate.store import MISSING, NONE, Instance, Module, Slot, Table, Value, options
from migrator.evaluate.store import Class as ClassValue
from migrator.evaluate.strings import flat
from migrator.evaluate.visit import expressions, places, statements
from migrator.model.text import Location
from migrator.model.unit import Assign, Attr, Aug, Expr, For, Lit, Name, Sub, Walrus, While
from migrator.model.value import Const, Text, Unknown

_CHANGING = "a number that a loop changes"

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def forget_counters(m: Interpreter, loop: While | For, frame: Frame) -> None:
    """Makes unknown, before the rounds of a loop, each number that they change."""
    if loop not in m.state.changed:
        m.state.changed[loop] = tuple(_changed(loop))
    for target in m.state.changed[loop]:
        found = _held(m, target, frame)
        if found is not None and all(map(_is_number, options(found))):
            name = target.id if isinstance(target, Name) else _key(target)
            assign(m, target, m.unknown(_CHANGING, name, frame.at(target.span)), frame)


def often(m: Interpreter, go: Callable[[], Value], frame: Frame, at: Location) -> Value:
    """Returns the result of what is done as often as nobody knows, perhaps never.

    Numbers that it changes are any after that, and what it adds to a list is there or not.
    """
    results: list[Value] = []

    def once() -> int:
        results.append(go())
        return FALL

    mark = m.heap.mark()
    arms(m, frame, [once, lambda: FALL])
    _forget_numbers(m, mark, at)
    return results[0]


def _forget_numbers(m: Interpreter, mark: int, at: Location) -> None:
    """Makes unknown each number that is another one than at a mark."""
    for cells, key, old in m.heap.trail[mark:]:
        held = old.value if isinstance(old, Slot) else old
        if held is not MISSING and _is_number(held) and (now := cells.get(key, old)) is not old:
            made = m.unknown(_CHANGING, str(key), at)
            m.heap.put(cells, key, Slot(now.key, made, now.maybe) if isinstance(now, Slot) else made)


def _changed(loop: While | For) -> Iterator[Name | Attr | Sub]:
    """Yields the places that the rounds of a loop write to, but for those that they only write a literal to."""
    for one in statements(loop.body):
        match one:
            case Aug(target=target):
                yield from places(target)
            case Assign(targets=stored, value=value) if not isinstance(value, Lit):
                for target in stored:
                    yield from places(target)
    for inner in expressions([*loop.body, *([loop.test] if isinstance(loop, While) else [])]):
        if isinstance(inner, Walrus) and not isinstance(inner.value, Lit):
            yield from places(inner.target)


def _key(target: Attr | Sub) -> str:
    match target:
        case Attr(name=name) | Sub(index=Lit(value=str() as name)):
            return name
    return ""


def _held(m: Interpreter, target: Expr, frame: Frame) -> Value | None:
    """Returns what a place holds that a variable leads to, asking nothing of the program."""
    match target:
        case Name():
            return m.eval(target, frame)
        case Attr(value=Name() as base) | Sub(value=Name() as base):
            owner = m.eval(base, frame)
            held = owner.cells.get(_key(target)) if isinstance(owner, (Instance, Module, ClassValue, Table)) else None
            return held.value if isinstance(held, Slot) else held
    return None


def _is_number(found: Value) -> bool:
    return isinstance(found, Const) and isinstance(found.value, (int, float)) and not isinstance(found.value, bool)


def carried_over(m: Interpreter, mark: int) -> bool:
    """Returns whether a round left something in a place that was there before, which the next round could send."""
    first: dict[tuple[int, Any], Any] = {}
    for cells, key, old in m.heap.trail[mark:]:
        before = first.setdefault((id(cells), key), old)
        if before is not MISSING and not _says_nothing(cells.get(key, NONE), before):
            return True
    return False


def _says_nothing(found: Any, before: Any) -> bool:
    """Returns whether a value is nothing new that can be sent: a number, or unknown.

    An unknown one is something in the place of an address, but for that of the next page: its endpoint is the same.
    """
    if isinstance(found, Unknown) and not _NEXT_PAGE.search(found.origin.name):
        return not any(isinstance(one, Text) and _ADDRESS.search(flat(one)) for one in options(before))
    return isinstance(found, Unknown) or all(map(_counts, options(found)))


_ADDRESS = re.compile("^/|://")
_NEXT_PAGE = re.compile(r"(?<![A-Za-z])next(?![a-z])|Next(?![a-z])|paging")


def _counts(found: Value) -> bool:
    changed = isinstance(found, Unknown) and (found.origin.how == "operator" or found.reason == _CHANGING)
    return changed or isinstance(found, Const)
