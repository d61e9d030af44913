"""What the methods of a class store in the fields of its objects, where a method is followed that they may precede."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrator.evaluate.cloning import Copies
from migrator.evaluate.frame import Frame
from migrator.evaluate.state import holding
from migrator.evaluate.store import NONE, Class, Function, Instance, Value, ancestors, choose
from migrator.evaluate.visit import places, statements
from migrator.model.text import Location
from migrator.model.unit import Assign, Attr, Def, Name

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def filled_in(m: Interpreter, instance: Instance, name: str, frame: Frame, at: Location) -> Value | None:
    """Returns what another method of the object stores in a field that its constructor leaves empty."""
    probe = (id(instance), name)
    if probe in m.state.filled:
        return m.state.filled[probe][1]
    if is_probed(m, instance, name) or len(m.state.probes) > 3:
        return None
    from migrator.evaluate.calls import call_symbolic  # which asks for attributes

    found: list[Value] = []
    with holding(m.state, probes=m.state.probes | {probe}), holding(m.now, recording=False):
        for function in _writers(m, instance, name):
            mark = m.heap.mark()
            call_symbolic(m, function, frame, at, instance)
            value = instance.cells.get(name)
            if value is not None and value != NONE:
                found.append(Copies().of(value))  # undoing empties what the method makes
            m.heap.undo(mark)
    m.state.filled[probe] = (instance, choose(found) if found else None)
    return m.state.filled[probe][1]


def is_probed(m: Interpreter, instance: Instance, name: str) -> bool:
    """Returns whether it is being found out what the methods of an object store in a field."""
    return (id(instance), name) in m.state.probes


def fills(m: Interpreter, frame: Frame, name: str) -> bool:
    """Returns whether the active function stores the field of its own object itself."""
    node = frame.function.node if frame.function is not None else None
    return isinstance(node, Def) and name in _stored(m, node)


def _writers(m: Interpreter, instance: Instance, name: str) -> Iterator[Function]:
    for cls in ancestors(instance.kind):  # type: ignore[arg-type] # the caller has told it apart
        if not isinstance(cls, Class):
            continue
        for method in list(cls.cells.values()):
            if isinstance(method, Function) and isinstance(method.node, Def) and name in _stored(m, method.node):
                yield method


def _stored(m: Interpreter, node: Def) -> frozenset[str]:
    """Returns the fields that a method assigns on its first parameter."""
    if not node.params or node.name == m.semantics.roles.constructor:
        return frozenset()
    found = m.state.stored.get(node)
    if found is None:
        receiver = node.params[0].name
        found = frozenset(
            target.name
            for statement in statements(node.body)
            if isinstance(statement, Assign)
            for whole in statement.targets
            for target in places(whole)
            if isinstance(target, Attr) and isinstance(target.value, Name) and target.value.id == receiver
        )
        m.state.stored[node] = found
    return found
