"""Edits of structured text by spans: an item, an entry or a value is taken out or put in, and nothing else moves."""

from __future__ import annotations

import re
from collections.abc import Sequence as Listed

from migrator.carriers.tree import Mapping, Node, Pair, Scalar, Sequence
from migrator.model.text import Span

Change = tuple[Span, str]


def without(text: str, whole: Mapping | Sequence, index: int) -> list[Change] | None:
    """Returns the edit that takes a member out of a sequence or mapping, None where nothing would be left of it."""
    places = [_place(one) for one in (whole.items if isinstance(whole, Sequence) else whole.entries)]
    if whole.flow:
        if index + 1 < len(places):
            return [(Span(places[index].start, places[index + 1].start), "")]
        if index:
            return [(Span(places[index - 1].end, places[index].end), "")]
        return [(Span(whole.at.start + 1, whole.at.end - 1), "")]
    if len(places) == 1:
        return None
    start = _line(text, places[index].start)
    end = _line(text, places[index + 1].start) if index + 1 < len(places) else _after(text, places[index].end)
    if start < whole.at.start:  # the first member stands behind what opens the mapping, as in "- name: x"
        if index + 1 == len(places):
            return None
        return [(Span(places[index].start, places[index + 1].start), "")]
    return [(Span(start, end), "")]


def only(text: str, whole: Mapping | Sequence, kept: Listed[int], inner: Listed[Change]) -> Change:
    """Returns the edit that leaves some members of a sequence or mapping, with edits made inside of them."""
    places = [_place(one) for one in (whole.items if isinstance(whole, Sequence) else whole.entries)]
    parts = [_edited(text, places[number], inner) for number in kept]
    between = text[places[0].end : places[1].start] if len(places) > 1 else ", "
    return Span(places[0].start, places[-1].end), between.join(parts)


def _edited(text: str, place: Span, edits: Listed[Change]) -> str:
    found, at = "", place.start
    for span, new in sorted(edits):
        if place.contains(span):
            found, at = found + text[at : span.start] + new, span.end
    return found + text[at : place.end]


def with_first(text: str, whole: Mapping | Sequence, member: str) -> list[Change]:
    """Returns the edit that puts a member before all others; it is one line, or lines with no margin of their own."""
    members = whole.items if isinstance(whole, Sequence) else whole.entries
    if whole.flow:
        start = whole.at.start + 1
        if not members:
            return [(Span(start, start), member)]
        first = _place(members[0]).start
        return [(Span(first, first), f"{member},{text[start:first] or ' '}")]
    first = _place(members[0]).start
    if isinstance(whole, Sequence):
        first = text.rindex("-", 0, first)
    margin = _margin(text, first)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = member.split("\n")
    return [(Span(first, first), newline.join([lines[0], *(margin + line for line in lines[1:])]) + newline + margin)]


def _place(member: Node | Pair) -> Span:
    """Returns what a member covers; of a block, which is marked up to what follows it, up to its last value."""
    return Span(member.at.start, _end(member))


def _end(member: Node | Pair) -> int:
    match member:
        case Pair(value=value, key=key):
            return max(_end(value), key.at.end)
        case Mapping(flow=False, entries=entries) if entries:
            return _end(entries[-1])
        case Sequence(flow=False, items=items) if items:
            return _end(items[-1])
        case _:
            return member.at.end


def _line(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _after(text: str, place: int) -> int:
    if text[place - 1 : place] == "\n":
        return place
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def _margin(text: str, place: int) -> str:
    """Returns the blanks that a line needs to stand where a member begins; dashes before it count as blanks."""
    return re.sub(r"\S", " ", text[_line(text, place) : place])


def replaced(scalar: Scalar, text: str) -> Change:
    """Returns the edit that puts another text in the place of a scalar's."""
    return scalar.view.whole, scalar.view.written(text)


def index_of(members: Listed[object], one: object) -> int:
    """Returns where a member stands among others."""
    return next(number for number, member in enumerate(members) if member is one)
