"""The objects that are followed. Classes that make objects of others come first, so that those are followed on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from migrator.evaluate.rounds import called_in
from migrator.evaluate.store import Class, Instance
from migrator.model.text import Location


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
