"""The objects that are followed. Classes that make objects of others come first, so that those are followed on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from migrator.evaluate.arguments import Args
from migrator.evaluate.frame import Frame
from migrator.evaluate.rounds import called_in
from migrator.evaluate.state import holding
from migrator.evaluate.store import Bound, Class, Function, Instance, Method, Partial, Value, options
from migrator.model.text import Location
from migrator.model.unit import Def, Expr, Lambda

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_FEW = 3
"""How many classes may have a method of a name for it to be what an object that nobody knows is asked for."""
Asked: TypeAlias = tuple[Args, Frame, Expr]
"""How a method is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An object whose methods are followed; ``location`` is where the program makes it, None for a symbolic one.

    ``inside`` says that it stays in the function that makes it, where alone it can be called.
    """

    label: str
    make: Callable[[], Instance]
    location: Location | None
    inside: bool = False


def makers_first(classes: Sequence[Class]) -> list[Class]:
    """Returns classes in their order, but each before those that it makes objects of."""
    named: dict[str, list[Class]] = {}
    for cls in classes:
        named.setdefault(cls.name, []).append(cls)
    order: list[Class] = []
    seen: set[Class] = set()

    def visit(cls: Class) -> None:
        if cls not in seen:
            seen.add(cls)
            called, texts = called_in([cls.node.body])
            for name in sorted((called | texts) & named.keys(), reverse=True):
                for one in named[name]:
                    visit(one)
            order.append(cls)

    for cls in reversed(classes):
        visit(cls)
    return order[::-1]


def wraps(method: Function, leads: Callable[[Def | Lambda], bool]) -> bool:
    """Returns whether a method may call a function by a name of its own that can lead to a request."""
    frame = method.frame
    while frame is not None and frame.function is not None:
        if any(_may_lead(one, leads) for value in frame.variables.values() for one in options(value)):
            return True
        frame = frame.outer
    return False


def _may_lead(found: Value, leads: Callable[[Def | Lambda], bool]) -> bool:
    match found:
        case Function(node=node) | Bound(func=Function(node=node)):
            return leads(node)
        case _:
            return isinstance(found, (Method, Partial))


def asked_methods(m: Interpreter, leads: Callable[[Def | Lambda], bool]) -> Iterator[tuple[Function, Class, Asked]]:
    """Yields the methods that an object nobody knows may be asked for, each with its class and with how it is called.

    Few classes have one of the name. What nothing else calls is followed on arguments that nobody knows.
    """
    seen, asked = set[tuple[str, int]](), m.results.asked
    while calls := [(name, one) for name, every in asked.items() for one in every if (name, id(one[2])) not in seen]:
        for name, call in calls:
            seen.add((name, id(call[2])))
            owners = [cls for cls in m.state.methods[name] if not m.is_test(cls.unit.path)]
            for cls in sorted(owners, key=lambda one: one.location) if len(owners) <= _FEW else ():
                method = cls.cells.get(name)
                if isinstance(method, Function) and method in m.results.entered and leads(method.node):
                    yield method, cls, call


def ask(m: Interpreter, method: Function, make: Callable[[], Instance], call: Asked) -> None:
    """Calls a method on an object that is made for it."""
    with holding(m.now, guesses=m.now.guesses + 1):
        m.apply(Bound(method, make()), *call)
