"""Program text that is taken out of a file, and where each part of it stands there."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from migrator.model.text import Span, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A stretch of the program text that is one part of the file, such as a cell of a notebook.

    ``name`` is what people call it. ``joint`` is what stands between two of its lines in the file, where each line is a
    text of its own; it is empty where all of them are one.
    """

    span: Span
    name: str
    joint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Embedding:
    """The file around a program text: its own text, and where in it each code point of the program stands.

    ``starts`` and ``ends`` have one number for each code point of the program; what is not in the file has the place
    that comes before it. ``commands`` are the places of what a shell runs. ``plain`` says that the file writes what is
    not ASCII as it is. ``language`` is the name of the one that the program is in, empty for one that is not known.
    """

    raw: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    cells: tuple[Cell, ...]
    troubles: tuple[Trouble, ...] = ()
    commands: tuple[tuple[Span, ...], ...] = ()
    plain: bool = True
    language: str = ""

    def place(self, offset: int) -> int:
        """Returns where in the file an offset of the program stands."""
        if offset < len(self.starts):
            return self.starts[offset]
        return self.ends[-1] if self.ends else 0

    def cell(self, offset: int) -> Cell | None:
        """Returns the cell that an offset is in or right behind, None where there is none."""
        number = bisect_right(self.cells, offset, key=lambda cell: cell.span.start) - 1
        return self.cells[number] if number >= 0 else None

    def within(self, offset: int) -> str:
        """Returns the cell and the line in it of an offset, as people say them."""
        cell = self.cell(offset)
        return f"{cell.name}, line {self.text.count(chr(10), cell.span.start, offset) + 1}" if cell else ""

    def edited(self, span: Span, new: str) -> tuple[Span, str] | None:
        """Returns an edit of the program as one of the file, None where it is more than a cell or not in the file."""
        cell = self.cell(span.start)
        if cell is None or span.start > cell.span.end:
            return None
        start, end = span.start, min(span.end, cell.span.end)
        if self.text[end : span.end].strip():
            return None
        if any(self.starts[at] == self.ends[at] for at in range(start, end)):
            return None  # it is written for the program alone
        last = end == cell.span.end
        first = self.ends[start - 1] if start == end == cell.span.end and start > cell.span.start else self.place(start)
        if not new and last and cell.joint and start > cell.span.start and self.text[start - 1] == "\n":
            first = self.ends[start - 1]  # the line before becomes the last
        behind = (self.ends[end - 1] if end > start else first) if last else self.starts[end]
        lines = [json.dumps(line, ensure_ascii=not self.plain)[1:-1] for line in new.split("\n")]
        if new and start == end == cell.span.end > cell.span.start and self.text[start - 1] == "\n":
            lines[0] = cell.joint + lines[0]
        if last and new.endswith("\n"):
            return Span(first, behind), f"\\n{cell.joint}".join(lines[:-1]) + "\\n"
        return Span(first, behind), f"\\n{cell.joint}".join(lines)
