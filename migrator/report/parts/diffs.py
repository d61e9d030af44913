"""A unified diff as a page shows it: hunks of numbered lines, with the words that changed marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_KINDS = {"+": "add", "-": "del", " ": "same", "": "same"}
_ALIKE = 0.4
"""How alike two lines have to be for their words to be compared."""
_LONGEST = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a hunk: ``kind`` is add, del or same; the number is None on the side that lacks it.

    ``words`` are the ranges of its text that changed.
    """

    kind: str
    old: int | None
    new: int | None
    text: str
    words: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """The lines of one place of a file."""

    path: str
    lines: tuple[Line, ...]


def hunks(diff: str, *, compared: bool = True) -> tuple[Hunk, ...]:
    """Returns the hunks of a unified diff, by the counts in their heads: a line can look like any head.

    What changed within a line is marked where they are *compared*.
    """
    found = []
    path = ""
    lines = iter(diff.split("\n"))
    for text in lines:
        if text.startswith("+++ "):
            path = text[4:].removeprefix("b/").rstrip("\t")
        elif match := _HUNK.match(text):
            old, many, new, more = (int(group or 1) for group in match.groups())
            numbered = _numbered(lines, old, old + many, new, new + more)
            found.append(Hunk(path=path, lines=tuple(_marked(numbered) if compared else numbered)))
    return tuple(found)


def _numbered(lines: Iterator[str], old: int, old_end: int, new: int, new_end: int) -> Iterator[Line]:
    while old < old_end or new < new_end:
        text = next(lines, None)
        if text is None:
            return
        kind = _KINDS.get(text[:1])
        if kind is None:  # "\ No newline at end of file"
            continue
        yield Line(kind=kind, old=None if kind == "add" else old, new=None if kind == "del" else new, text=text[1:])
        old += kind != "add"
        new += kind != "del"


def _marked(lines: Iterable[Line]) -> Iterator[Line]:
    """Yields the lines with the changed words of those that stand for each other."""
    runs = [(kind, list(run)) for kind, run in groupby(lines, lambda line: line.kind)]
    at = 0
    while at < len(runs):
        kind, run = runs[at]
        following = runs[at + 1] if at + 1 < len(runs) else ("", [])
        if kind == "del" and following[0] == "add":
            pairs = [_compared(a, b) for a, b in zip(run, following[1], strict=False)]
            yield from (a for a, _ in pairs)
            yield from run[len(pairs) :]
            yield from (b for _, b in pairs)
            yield from following[1][len(pairs) :]
            at += 2
        else:
            yield from run
            at += 1


def _compared(before: Line, after: Line) -> tuple[Line, Line]:
    if max(len(before.text), len(after.text)) > _LONGEST:
        return before, after
    old, new = _WORD.findall(before.text), _WORD.findall(after.text)
    match = SequenceMatcher(None, old, new, autojunk=False)
    if match.ratio() < _ALIKE:
        return before, after
    blocks = [code for code in match.get_opcodes() if code[0] != "equal"]
    return (
        replace(before, words=_ranges(old, [(first, last) for _, first, last, _, _ in blocks])),
        replace(after, words=_ranges(new, [(first, last) for _, _, _, first, last in blocks])),
    )


def _ranges(words: Sequence[str], spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return tuple((starts[first], starts[last]) for first, last in spans if first < last)
