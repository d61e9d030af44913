"""Source text and places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.model.embedding import Embedding


class Span(NamedTuple):
    """A half-open range of code points, ``[start, end)``, in the text of one `Source`."""

    start: int
    end: int

    def contains(self, other: Span) -> bool:
        """Returns whether *other* lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


class Location(NamedTuple):
    """A span in a file; ``path`` is relative to its root, with ``/``."""

    path: str
    span: Span


class Position(NamedTuple):
    """A 1-based line and a 1-based column in code points."""

    line: int
    column: int


class Mention(NamedTuple):
    """One occurrence of a key word in a file.

    ``context`` is ``comment``, ``docstring``, ``string``, ``name`` (a part of an identifier), ``key`` (the name a
    value is put into an object under), ``variable`` (one of the environment), or ``code`` where the text is none of
    these or could not be told apart.
    """

    span: Span
    word: str
    context: str


class Trouble(NamedTuple):
    """A place of a file that a parser or lowering does not hold as it is written, and why."""

    span: Span
    reason: str


class Suppression(NamedTuple):
    """A comment that keeps findings of the given codes from being reported on its line."""

    span: Span
    line: int
    codes: tuple[str, ...]
    reason: str


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

    def excerpt(self, span: Span) -> str:
        """Returns the text of a span."""
        return self.text[span.start : span.end]


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
