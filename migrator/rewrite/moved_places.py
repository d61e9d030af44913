"""Where the places of a program are once it is changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate

from migrator.model.edit import Edit
from migrator.model.text import Location

Shift = Callable[[Location], tuple[str, int]]
"""Says in which file a place begins, and where."""

_UNCHANGED: tuple[list[int], list[int]] = ([], [0])


def as_is(place: Location) -> tuple[str, int]:
    """Is the `Shift` of a program that nothing is changed in."""
    return place.path, place.span.start


def shift(edits: Iterable[Edit]) -> Shift:
    """Returns what says where a place of the unchanged program begins in the changed one."""
    by_path: dict[str, set[tuple[int, int, str]]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, set()).add((edit.span.end, edit.span.start, edit.replacement))
    grown: dict[str, tuple[list[int], list[int]]] = {}
    """By path the ends of the edits in their order, and by how much the text has grown before and behind each."""
    for path, own in by_path.items():
        found = sorted(own)
        growth = accumulate(len(text) - (end - start) for end, start, text in found)
        grown[path] = [end for end, _, _ in found], [0, *growth]

    def moved(place: Location) -> tuple[str, int]:
        ends, growth = grown.get(place.path, _UNCHANGED)
        return place.path, place.span.start + growth[bisect_right(ends, place.span.start)]

    return moved
