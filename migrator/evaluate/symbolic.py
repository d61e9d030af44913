"""Objects that stand for any that the program could make of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import library_base, member
from migrator.evaluate.calls import call_symbolic
from migrator.evaluate.contracts import Site
from migrator.evaluate.state import OutOfBudgetError, holding
from migrator.evaluate.store import Class, Function, Instance
from migrator.model.unit import Name
from migrator.model.value import NOWHERE

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def symbolic_object(m: Interpreter, cls: Class) -> Instance:
    """Returns an object of a class, its constructor run on what only its callers know."""
    instance = Instance(cls, cls.location, symbolic=True)
    frame = m.state.frames[cls.unit.path]
    base = library_base(m, cls)
    if base is not None:
        m.library.construct(base, instance, Site(m, base, Args(), frame, Name(cls.node.span, cls.name), instance))
    constructor = member(cls, m.semantics.roles.constructor)
    if isinstance(constructor, Function):
        call_symbolic(m, constructor, frame, NOWHERE, instance)
    return instance


def shared_object(m: Interpreter, cls: Class) -> Instance:
    """Returns the one object of a class for all that is called on objects nobody knows; what makes it stays made."""
    found = m.state.symbols.get(cls)
    if found is None:
        m.state.symbols[cls] = Instance(cls, cls.location, symbolic=True)  # while its constructor asks for one
        with holding(m.heap, trail=[]), holding(m.now, recording=False), holding(m.budget, steps=0, forks=0):
            try:
                found = symbolic_object(m, cls)
            except OutOfBudgetError:
                m.heap.undo(0)
                found = Instance(cls, cls.location, symbolic=True)
        m.state.symbols[cls] = found
    return found
