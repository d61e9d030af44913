"""The one undo trail that isolates branches, loops and roots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from migrator.evaluate.store import MISSING, join_cells

Captured: TypeAlias = dict[tuple[int, Any], tuple[dict[Any, Any], Any]]
"""Cells, by whose they are and under what, with their contents."""


@dataclass(slots=True)
class Heap:
    """The undo trail over every cell and variable."""

    trail: list[tuple[dict[Any, Any], Any, Any]]
    fixed: dict[int, tuple[dict[Any, Any], set[Any] | None]] = field(default_factory=dict)

    def fix(self, cells: dict[Any, Any], key: Any = MISSING) -> None:
        """Keeps cells as they are from now on: writes to them do nothing. Without a key, all that there are."""
        keys = self.fixed.get(id(cells), (cells, set()))[1]
        self.fixed[id(cells)] = (cells, None if key is MISSING or keys is None else keys | {key})

    def _stays(self, cells: dict[Any, Any], key: Any) -> bool:
        keys = self.fixed[id(cells)][1] if id(cells) in self.fixed else ()
        return keys is None or key in keys

    def put(self, cells: dict[Any, Any], key: Any, new: Any) -> None:
        """Writes one cell so that it can be undone."""
        if not (self.fixed and self._stays(cells, key)):
            self._write(cells, key, new)

    def drop(self, cells: dict[Any, Any], key: Any) -> None:
        """Removes one cell, if it is there, so that it can be undone."""
        if not (self.fixed and self._stays(cells, key)):
            self._write(cells, key, MISSING)

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
