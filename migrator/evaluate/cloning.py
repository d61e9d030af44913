"""Copies of objects that outlive the root that made them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from migrator.evaluate.store import REST, Bound, Choice, Instance, Items, Located, Method, Partial, Slot, Table, Value

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


@dataclass(slots=True)
class Copies:
    """One consistent copy: an object that is reached twice is copied once, so aliases stay aliases."""

    made: dict[int, Located] = field(default_factory=dict)

    def of(self, found: Value) -> Value:
        """Returns the copy of a value; what has no state of its own is itself."""
        match found:
            case Table() | Items() | Instance():
                return self._located(found)
            case Choice(options=options):
                return Choice(tuple(self.of(one) for one in options))
            case Bound(func=func, receiver=receiver):
                return Bound(func, self.of(receiver))
            case Method(name=name, receiver=receiver) if receiver is not None:
                return Method(name, self.of(receiver))
            case Partial(func=func, args=args, keywords=keywords):
                given = {name: self.of(one) for name, one in keywords.items()}
                return replace(found, func=self.of(func), args=tuple(self.of(one) for one in args), keywords=given)
            case _:
                return found

    def slot(self, slot: Slot) -> Slot:
        """Returns the copy of an entry."""
        return Slot(slot.key, self.of(slot.value), slot.maybe, slot.either, slot.left)

    def _located(self, found: Table | Items | Instance) -> Value:
        old = self.made.get(id(found))
        if isinstance(old, (Table, Items, Instance)):
            return old
        match found:
            case Table():
                copy: Table | Items | Instance = Table(found.location)
            case Items():
                copy = Items(found.kind, (), found.location)
            case Instance():
                copy = Instance(found.kind, found.location, symbolic=found.symbolic)
        self.made[id(found)] = copy
        copy.cells.update({key: self._cell(key, cell) for key, cell in found.cells.items()})
        return copy

    def _cell(self, key: Any, cell: Any) -> Any:
        if isinstance(cell, Slot):
            return self.slot(cell)
        if isinstance(cell, tuple) and key is not REST:
            return tuple(self.of(one) for one in cell)
        return self.of(cell)


def given(m: Interpreter, found: Value) -> Value:
    """Returns what a variable or parameter holds that is given a value: in some languages a copy."""
    return Copies().of(found) if m.semantics.copies and isinstance(found, (Table, Items, Choice)) else found
