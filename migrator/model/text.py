"""Source text and places in it."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\n|\r")


class Span(NamedTuple):
    """A half-open range of code points, ``[start, end)``, in the text of one `Source`."""

    start: int
    end: int

    def contains(self, other: Span) -> bool:
        """Returns whether *other* lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Returns whether the two have a code point in common."""
        return self.start < other.end and other.start < self.end


class SpanCover:
    """Some spans, asked whether one of them contains another."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        """Takes the spans in any order."""
        every = sorted(spans)
        self._starts = [span.start for span in every]
        self._reached = list(accumulate((span.end for span in every), max))

    def contains(self, span: Span) -> bool:
        """Returns whether one of the spans contains this one."""
        before = bisect_right(self._starts, span.start)
        return before > 0 and self._reached[before - 1] >= span.end


class Location(NamedTuple):
    """A span in a file; ``path`` is relative to its root, with ``/``."""

    path: str
    span: Span

    def contains(self, other: Location) -> bool:
        """Returns whether *other* lies wholly inside this place."""
        return self.path == other.path and self.span.contains(other.span)


class Position(NamedTuple):
    """A 1-based line and a 1-based column in code points."""

    line: int
    column: int


class Mention(NamedTuple):
    """One occurrence of a key word in a file.

    ``context`` is ``comment``, ``docstring``, ``string``, ``name`` (a part of an identifier), ``key`` (the name a
    value is put into an object under), ``variable`` (one of the environment), or ``code`` where the text is none of
    these or could not be told apart. ``form`` is how another name would be written in its place.
    """

    span: Span
    word: str
    context: str
    form: str = "{}"


class Trouble(NamedTuple):
    """A place of a file that a parser or lowering does not hold as it is written, and why."""

    span: Span
    reason: str


class Suppression(NamedTuple):
    """A comment that keeps findings of the given codes from being reported on its line.

    One that stands alone on its line speaks of the ``following`` one that holds code; 0 for any other.
    """

    span: Span
    line: int
    codes: tuple[str, ...]
    reason: str
    following: int = 0

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that it speaks of."""
        return (self.line, self.following) if self.following else (self.line,)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One decoded file. ``text`` keeps the file's own line endings and has no byte order mark.

    ``digest`` is the SHA-256 of the bytes on disk, in hexadecimal; ``encoding`` and ``bom`` are what is needed to
    write the text back as it was read. A program that is taken out of a file, such as a notebook, says how it is
    ``embedded``; its positions are those of the file.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bool = False
    digest: str = ""
    root: int = 0
    embedded: Embedding | None = None

    def position(self, offset: int) -> Position:
        """Returns the line and column of a code point offset, in the file where the text is a part of one."""
        if self.embedded is not None:
            offset = self.embedded.place(offset)
        starts = line_starts(self.content)
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def position_behind(self, span: Span) -> Position:
        """Returns the line and column behind the last code point of a span."""
        if self.embedded is None or span.start == span.end:
            return self.position(span.end)
        starts = line_starts(self.content)
        behind = self.embedded.ends[span.end - 1]
        line = bisect_right(starts, behind)
        return Position(line, behind - starts[line - 1] + 1)

    @property
    def content(self) -> str:
        """The text of the whole file."""
        return self.text if self.embedded is None else self.embedded.raw

    def line(self, number: int) -> Span:
        """Returns where a line stands, without what ends it; the nearest one where there is no such line."""
        starts = line_starts(self.text)
        number = min(max(number, 1), len(starts))
        end = starts[number] if number < len(starts) else len(self.text)
        return Span(starts[number - 1], starts[number - 1] + len(self.text[starts[number - 1] : end].rstrip("\r\n")))

    def before(self, offset: int) -> str:
        """Returns what stands before a code point offset in its line."""
        return self.text[self.text.rfind("\n", 0, offset) + 1 : offset]

    def excerpt(self, span: Span) -> str:
        """Returns the text of a span."""
        return self.text[span.start : span.end]


def lines_of(text: str) -> list[str]:
    """Returns the lines of a text without what ends them."""
    return _LINE_END.split(text)


@lru_cache(maxsize=4096)
def line_starts(text: str) -> tuple[int, ...]:
    """Returns the offset at which each line starts; ``\\n``, ``\\r\\n`` and a lone ``\\r`` end one, as in Python."""
    starts = [0]
    at = 0
    while True:
        newline = text.find("\n", at)
        carriage = text.find("\r", at, newline if newline >= 0 else len(text))
        if carriage >= 0 and carriage + 1 != newline:
            at = carriage + 1
        elif newline >= 0:
            at = newline + 1
        else:
            return tuple(starts)
        starts.append(at)


def word_around(text: str, span: Span) -> str:
    """Returns the whole word around a place of a text."""
    start, end = span
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return text[start:end]
