"""Edits as they are made together, and put into the text of one file, in memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from migrator.errors import WriteError
from migrator.model.edit import Change, Edit
from migrator.model.text import Source, Span, line_starts

_REPLAN = "Plan again; if it happens again, please report it"
_MARKS: Mapping[str, bytes] = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
_SCRIPTED = frozenset({"move_written"})
"""Kinds of change to text in which the name of a variable stands without quotes."""


def combined(changes: Iterable[Change]) -> tuple[Edit, ...]:
    """Returns the edits of the changes. A renaming reaches into what other changes put where the old name stood."""
    every = list(changes)
    made = [(edit, change.kind in _SCRIPTED) for change in every if not change.renames for edit in change.edits]
    for change in every:
        if change.renames:
            made = [
                (replace(edit, replacement=change.renamed(edit.replacement, bare=scripted)), scripted)
                for edit, scripted in made
            ]
            taken = [edit for edit, _ in made]
            made += [(edit, False) for edit in change.edits if not _covered(edit, taken)]
    return tuple(edit for edit, _ in made)


def _covered(edit: Edit, others: Sequence[Edit]) -> bool:
    here = (edit.root, edit.path)
    return any((other.root, other.path) == here and other.span.meets(edit.span) for other in others)


def on_disk(source: Source, edits: Iterable[Edit]) -> tuple[Source, list[Edit]]:
    """Returns a source as its file, and the edits as edits of that. Raises `WriteError` where they are none."""
    if source.embedded is None:
        return source, list(edits)
    found = []
    for edit in edits:
        place = source.embedded.edited(edit.span, edit.replacement)
        if place is None:
            where = f"{source.path}:{source.position(edit.span.start).line}"
            raise WriteError("an edit is not within one cell", where=where, advice=_REPLAN)
        found.append(replace(edit, span=place[0], replacement=place[1]))
    return replace(source, text=source.embedded.raw, embedded=None), found


def splice(text: str, edits: Iterable[Edit]) -> str:
    """Returns the text with the edits of this one file made. Raises `WriteError` as `ordered` does."""
    pieces: list[str] = []
    at = 0
    for edit in ordered(text, edits):
        pieces += (text[at : edit.span.start], edit.replacement)
        at = edit.span.end
    pieces.append(text[at:])
    return "".join(pieces)


def ordered(text: str, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Returns the edits of one file in the order of their places, of identical ones the first alone.

    Raises `WriteError` when one lies outside the text, or when two change the same text, or insert at the same place,
    in different ways: the order of two insertions would be a guess.
    """
    distinct: dict[tuple[Span, str], Edit] = {}
    for edit in edits:
        distinct.setdefault((edit.span, edit.replacement), edit)
    found = tuple(distinct[key] for key in sorted(distinct))
    for edit in found:
        if not 0 <= edit.span.start <= edit.span.end <= len(text):
            raise WriteError("an edit lies outside the file", where=edit.path, advice=_REPLAN)
    for edit, following in pairwise(found):
        if edit.span.end > following.span.start or edit.span == following.span:
            line = Source(path=edit.path, text=text).position(following.span.start).line
            raise WriteError("two edits change the same text differently", where=f"{edit.path}:{line}", advice=_REPLAN)
    return found


def encode(source: Source, text: str) -> bytes:
    """Returns a text in the encoding of a source, with its byte order mark. Raises `WriteError` where it cannot be."""
    try:
        return (_mark(source) if source.bom else b"") + text.encode(source.encoding)
    except UnicodeEncodeError as error:
        raise WriteError(
            f"a character of the new text does not exist in {source.encoding}",
            where=f"{source.path}:{len(line_starts(text[: error.start]))}",
            advice="Store the file as UTF-8, or change this place by hand",
        ) from error


def _mark(source: Source) -> bytes:
    return _MARKS.get(codecs.lookup(source.encoding).name.removesuffix("-sig"), b"")
