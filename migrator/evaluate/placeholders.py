"""Texts that a program leaves empty for people to fill in: they are sent as they are, and decide no condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from migrator.evaluate.assumptions import guess
from migrator.evaluate.store import Slot, Table, Value
from migrator.evaluate.visit import CHILDREN, places
from migrator.model.unit import Assign, Attr, Aug, ClassDef, Expr, For, Lit, Map, Name, Stmt, Sub, Unit, Walrus

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def blanks(unit: Unit) -> frozenset[str]:
    """Returns the names of variables and entries that modules and classes leave empty, and the file fills nowhere."""
    left = {name for one in unit.body for name in _left_empty(one)}
    return frozenset(left).difference(_filled(unit)) if left else frozenset()


def opened_blanks(m: Interpreter, names: frozenset[str], node: Assign, found: Value) -> Value:
    """Returns what an assignment gives; what some names are given that is empty decides no condition."""
    if _is_empty(node.value):
        return guess(m, found) if names.issuperset(map(_name, node.targets)) else found
    if isinstance(node.value, Map) and isinstance(found, Table):
        _open_entries(m, names, node.value, found)
    return found


def _open_entries(m: Interpreter, names: frozenset[str], node: Map, table: Table) -> None:
    for entry in node.entries:
        name = entry.key.value if isinstance(entry.key, Lit) else None
        slot = table.cells.get(name)
        if not isinstance(slot, Slot):
            continue
        if _is_empty(entry.value) and name in names:
            m.heap.put(table.cells, name, Slot(slot.key, guess(m, slot.value), slot.maybe, slot.either))
        elif isinstance(entry.value, Map) and isinstance(slot.value, Table):
            _open_entries(m, names, entry.value, slot.value)


def _left_empty(statement: Stmt) -> Iterator[str]:
    match statement:
        case ClassDef(body=body):
            for one in body:
                yield from _left_empty(one)
        case Assign(targets=targets, value=Lit() as value) if _is_empty(value):
            yield from map(_name, targets)
        case Assign(value=Map() as value):
            yield from _empty_entries(value)


def _empty_entries(node: Map) -> Iterator[str]:
    for entry in node.entries:
        if isinstance(entry.value, Map):
            yield from _empty_entries(entry.value)
        elif _is_empty(entry.value) and isinstance(entry.key, Lit):
            yield str(entry.key.value)


def _filled(unit: Unit) -> Iterator[str]:
    """Yields the names that anything but one empty text is stored under."""
    stores: Counter[str] = Counter()
    stack: list[Any] = [unit.body]
    while stack:
        one = stack.pop()
        if type(one) is tuple:
            stack += one
            continue
        if type(one) not in CHILDREN:
            continue
        stack += CHILDREN[type(one)](one)
        match one:
            case Assign(targets=targets, value=value) if value is not None:
                stores.update(
                    {_name(place): 1 if _is_empty(value) else 2 for each in targets for place in places(each)}
                )
            case Aug(target=target) | Walrus(target=target) | For(target=target):
                stores.update({_name(place): 2 for place in places(target)})
    return (name for name, times in stores.items() if times > 1)


def _name(target: Expr) -> str:
    match target:
        case Name(id=name) | Attr(name=name) | Sub(index=Lit(value=str(name))):
            return name
        case _:
            return ""


def _is_empty(value: Expr | None) -> bool:
    return isinstance(value, Lit) and value.value == ""
