"""The one undo trail that isolates branches, loops and roots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from migrator.evaluate.store import MISSING, NONE, Located, Slot, join_cells

Captured: TypeAlias = dict[tuple[int, Any], tuple[dict[Any, Any], Any]]
"""Cells, by whose they are and under what, with their contents."""


@dataclass(slots=True)
class Heap:
    """The undo trail over every cell and variable."""

    trail: list[tuple[dict[Any, Any], Any, Any]]
    fixed: dict[Any, Slot] = field(default_factory=dict)

    def fix(self, owner: Located, key: Any = MISSING) -> None:
        """Keeps the cells of an object as they are from now on: writes are lost. Without a key, all that there are."""
        self._write(self.fixed, (id(owner.cells), key), Slot(NONE, owner))

    def put(self, cells: dict[Any, Any], key: Any, new: Any) -> None:
        """Writes one cell so that it can be undone."""
        old = cells.get(key, MISSING)
        if self.fixed and (held := self._held(cells, key)) is not None:
            if not held.maybe:
                return
            new = join_cells(old, new)
        self.trail.append((cells, key, old))
        cells[key] = new

    def drop(self, cells: dict[Any, Any], key: Any) -> None:
        """Removes one cell, if it is there, so that it can be undone."""
        held = self._held(cells, key) if self.fixed else None
        if held is None or held.maybe:
            self._write(cells, key, MISSING if held is None else join_cells(cells.get(key, MISSING), MISSING))

    def _held(self, cells: dict[Any, Any], key: Any) -> Slot | None:
        """Returns what says that a cell stays as it is, on some of the ways that lead here if it is ``maybe``."""
        found = [self.fixed[at] for at in ((id(cells), MISSING), (id(cells), key)) if at in self.fixed]
        return min(found, key=lambda one: one.maybe, default=None)

    def _write(self, cells: dict[Any, Any], key: Any, new: Any) -> None:
        old = cells.get(key, MISSING)
        if new is not MISSING:
            cells[key] = new
        elif old is not MISSING:
            del cells[key]
        if old is not MISSING or new is not MISSING:
            self.trail.append((cells, key, old))

    def mark(self) -> int:
        """Returns a point to go back to."""
        return len(self.trail)

    def capture(self, mark: int) -> Captured:
        """Returns the present contents of every cell written since *mark*."""
        return {(id(cells), key): (cells, cells.get(key, MISSING)) for cells, key, _ in self.trail[mark:]}

    def undo(self, mark: int) -> None:
        """Restores every cell to what it held at *mark*."""
        trail = self.trail
        while len(trail) > mark:
            cells, key, old = trail.pop()
            if old is MISSING:
                cells.pop(key, None)
            else:
                cells[key] = old

    def redo(self, state: Captured) -> None:
        """Writes what was captured."""
        for (_, key), (cells, found) in state.items():
            self._write(cells, key, found)

    def merge(self, states: list[Captured]) -> None:
        """Writes the join of several captured states, each relative to what the cells hold now."""
        written: dict[tuple[int, Any], dict[Any, Any]] = {}
        for state in states:
            for at, (cells, _) in state.items():
                written[at] = cells
        for at, cells in written.items():
            key = at[1]
            now = cells.get(key, MISSING)
            merged = MISSING
            first = True
            for state in states:
                found = state.get(at)
                arm = now if found is None else found[1]
                if first:
                    merged, first = arm, False
                elif arm is not merged:
                    merged = join_cells(merged, arm)
            if merged is not now:
                self._write(cells, key, merged)
