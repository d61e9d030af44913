"""Which expression gives which object: who else uses a mapping, a function, or a text that names a credential."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Bound, Class, Function, Instance, Items, Module, Table, Value, options
from migrator.model.text import Location, Span
from migrator.model.unit import Alias, Expr, From
from migrator.model.value import Text

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


class ObjectUse(NamedTuple):
    """An expression, with where what it gives was made; ``alone`` says that it gives nothing else.

    A container, function, class or object of a library is made where it is written, a module where its file begins; a
    text that names a credential is told by the literal that does.
    """

    of: Location
    at: Location
    alone: bool


def used(m: Interpreter, found: Value, node: Expr | Alias | From, frame: Frame) -> None:
    """Notes what an expression, or a name that is imported, gives."""
    if not m.noting:
        return
    for one in options(found):
        made = _made(m, one)
        if made:
            noted = m.results.uses.get(id(node))
            if noted is None:
                noted = m.results.uses[id(node)] = (frame.at(node.span), set())
            noted[1].update(made)
        else:
            m.results.others.add(id(node))


def read(m: Interpreter, getter: Function, at: Location) -> None:
    """Notes that a property is read, as if the expression gave its function."""
    if m.noting:
        m.results.uses.setdefault(at, (at, set()))[1].update(_made(m, getter))


def _made(m: Interpreter, found: Value) -> Iterable[Location]:
    match found:
        case Text(pieces=pieces):
            naming = m.state.naming
            return [naming[id(piece.origin)].location for piece in pieces if id(piece.origin) in naming]
        case Function(unit=unit, node=node) | Bound(func=Function(unit=unit, node=node)):
            return (Location(unit.path, node.span),)
        case Module(unit=unit):
            return (Location(unit.path, Span(0, 0)),)
        case Table() | Items() | Class() | Instance(kind=str()):
            return (found.location,)
        case _:
            return ()


def uses(m: Interpreter) -> Iterator[ObjectUse]:
    """Yields what was noted."""
    for node, (at, made) in m.results.uses.items():
        alone = len(made) == 1 and node not in m.results.others
        yield from (ObjectUse(of, at, alone) for of in made)
