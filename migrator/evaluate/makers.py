"""Which classes make objects of which: those are followed first, so that the others are followed on these objects."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.evaluate.rounds import called_in
from migrator.evaluate.store import Class


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
