"""The activation of one function or module body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from migrator.evaluate.store import Class, Function, Value, choose
from migrator.model.text import Location, Span
from migrator.model.unit import Unit

_location = tuple.__new__  # half the cost of the class's own, and evaluation makes many

FALL, BREAK, CONTINUE = 1, 2, 4


class Frame:
    """Variables of one activation, where it was called from, and what it returns.

    ``variables`` is written through `Heap.put` only. ``via`` are the call sites that led here, outermost first;
    ``chain`` the definitions that are active, ``depth`` how many those are without closures; ``again`` says that one of
    them calls itself. ``exits`` are the captured states at each return, ``keepers`` what functions see that keep the
    variables of the round of a loop that they were made in. ``blanks`` are the names that the module leaves to people.
    """

    __slots__ = (
        "again", "arms", "blanks", "chain", "class_body", "depth", "ended", "exits", "forks", "function", "globals",
        "keepers", "label", "mark", "nonlocals", "outer", "owner", "receiver", "returns",
        "unit", "variables", "via", "yields",
    )  # fmt: skip

    def __init__(
        self,
        unit: Unit,
        variables: dict[str, Any],
        *,
        outer: Frame | None = None,
        function: Function | None = None,
        via: tuple[Location, ...] = (),
        chain: tuple[int, ...] = (),
        owner: Class | None = None,
    ) -> None:
        """Makes the activation of *function*, or of a module or class body when there is none."""
        self.unit, self.variables, self.outer, self.function = unit, variables, outer, function
        self.via, self.chain, self.owner = via, chain, owner
        self.receiver: Value | None = None
        self.globals: frozenset[str] = frozenset()
        self.nonlocals: frozenset[str] = frozenset()
        self.class_body = False
        self.returns: list[Value] = []
        self.yields: list[Value] = []
        self.exits: list[Any] = []
        self.depth: int = outer.depth if outer is not None else 0
        self.blanks: frozenset[str] = outer.blanks if outer is not None else frozenset()
        self.again: bool = outer is not None and outer.again
        self.keepers: Sequence[tuple[Frame, tuple[str, ...]]] = ()
        self.forks = 0
        self.arms = 0
        self.ended = False
        self.mark = 0
        self.label = function.name if function else unit.module

    def keeping(self, names: tuple[str, ...]) -> Frame:
        """Returns what a function that is made here sees: this frame, but some variables as a round leaves them."""
        inner = Frame(self.unit, {}, outer=self, function=self.function, via=self.via, chain=self.chain)
        inner.owner, inner.receiver, inner.label = self.owner, self.receiver, self.label
        self.keepers = [*self.keepers, (inner, names)]
        return inner

    def kept(self, before: int, names: tuple[str, ...]) -> Iterator[tuple[dict[str, Any], str]]:
        """Yields what each function made behind the first so many keepers has of some variables, and their names."""
        for inner, own in self.keepers[before:] if names else ():
            yield from ((inner.variables, name) for name in own if name in names and name in self.variables)

    def open_yields(self) -> Value | None:
        """Returns what a generator may yield beyond the known items."""
        return choose(self.yields) if self.yields and self.function else None

    def at(self, span: Span) -> Location:
        """Returns the place of a node of this frame's unit."""
        return _location(Location, (self.unit.path, span))
