"""Functions that fill the object they are called on, as constructors do, and that nothing in the program calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from migrator.evaluate.attributes import class_of, takes_receiver
from migrator.evaluate.calls import call_symbolic
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Function, Instance, options
from migrator.evaluate.visit import statements
from migrator.model.text import Location
from migrator.model.unit import Assign, Attr, Def, Lambda, Name
from migrator.model.value import NOWHERE

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def run_initializers(m: Interpreter, function: Function, frame: Frame, leads: Callable[[Def | Lambda], bool]) -> None:
    """Runs a function on arguments that only its callers know: one that fills an object on a new one.

    What it puts there is called on that object, by whoever makes one.
    """
    at = Location(function.unit.path, function.node.span)
    made = Instance(class_of(m, function), at) if _fills(function) else None
    call_symbolic(m, function, frame, NOWHERE, made)
    for held in list(made.cells.values()) if made is not None else ():
        for one in options(held):
            if isinstance(one, Function) and takes_receiver(one) and leads(one.node):
                m.results.entered.add(one)
                call_symbolic(m, one, one.frame or frame, NOWHERE, made)


def _fills(function: Function) -> bool:
    body = function.node.body
    if not takes_receiver(function) or not isinstance(body, tuple):
        return False
    own = function.node.params[0].name
    targets = (target for one in statements(body) if isinstance(one, Assign) for target in one.targets)
    return any(isinstance(one, Attr) and isinstance(one.value, Name) and one.value.id == own for one in targets)
