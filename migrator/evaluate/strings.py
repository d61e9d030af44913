"""Strings as known and unknown pieces: conversion and concatenation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from migrator.evaluate.store import (
    MAX_OPTIONS,
    Bound,
    Class,
    Function,
    Instance,
    Items,
    Method,
    Table,
    Value,
    choose,
    options,
)  # fmt: skip
from migrator.model.value import Chunk, Const, Hole, Origin, Piece, Ref, Text, Unknown

MAX_PRODUCT = 24
MAX_PIECES = 160
MAX_TOLD = 40
MAPPING = "mapping"
"""What a mapping as text is called; its origin names its keys."""
LISTED = "object"
"""What a list as text is called; its origin says the texts in it."""


def text(literal: str, origin: Origin | None = None, offset: int = 0) -> Text:
    """Returns known text."""
    return Text((Chunk(literal, origin, offset),))


def known(found: Value | None) -> str | None:
    """Returns the text that a value is known to be, or None."""
    return found.known() if isinstance(found, Text) else None


def hole(hint: str, origin: Origin, alternatives: Iterable[str] | None = None) -> Text:
    """Returns wholly unknown text."""
    return Text((Hole(hint, origin, None if alternatives is None else tuple(sorted(set(alternatives)))),))


def as_text(found: Value) -> Text:
    """Returns the text of one value that is not a choice; what has no known text is a hole."""
    match found:
        case Text():
            return found
        case Const(value=bytes() as raw):
            return text(raw.decode("latin-1"), found.origin)
        case Const(value=constant):
            return text(str(constant), found.origin)
        case Unknown(hint=hint, origin=origin):
            return hole(hint, origin)
        case Ref(name=name, origin=origin):
            tail = name.rpartition(".")[2]
            return hole(tail, Origin("import", name, origin.location) if origin else Origin("import", name))
        case Instance(kind=Class(name=name)) | Function(name=name) | Class(name=name):
            return hole(name, Origin("unknown", f"object {name}"))
        case Bound(func=func):
            return hole(func.name, Origin("unknown", f"method {func.name}"))
        case Method(name=name):
            return hole(name.rpartition(".")[2], Origin("unknown", f"method {name}"))
        case Table():
            values = [slot.value for _, slot in found.slots()]
            inside = [piece for one in values for piece in _pieces(one)]
            others = tuple(dict.fromkeys(origin for piece in inside for origin in origins(piece)))
            return Text((Hole(MAPPING, Origin("unknown", f"mapping of {_told(found)}"), None, "", others),))
        case Items() if told := _told(found):
            return Text((Hole(LISTED, Origin("unknown", f"list of {told}")),))
        case _:
            return hole(LISTED, Origin("unknown", type(found).__name__.lower()))


def _told(found: Value, deep: int = 3) -> str:
    """Returns the texts that are written in a list or mapping, and the names of its mappings."""
    match found:
        case Items(items=items, rest=rest):
            inside = list(items if rest is None else (*items, rest))
        case Table():
            inside = [slot.value for _, slot in found.slots()]
        case _:
            return "; ".join(piece.text for piece in _pieces(found) if isinstance(piece, Chunk))
    keys = [key for key, _ in found.slots() if isinstance(key, str)] if isinstance(found, Table) else []
    held = [_told(one, deep - 1) for value in inside[:MAX_TOLD] for one in options(value)] if deep else []
    return "; ".join(filter(None, [*keys, *held]))


def _pieces(found: Value) -> tuple[Piece, ...]:
    """Returns the pieces of a value that is text or nothing but unknown."""
    return as_text(found).pieces if isinstance(found, (Text, Unknown, Ref)) else ()


def texts(found: Value) -> tuple[Text, ...]:
    """Returns every text that a value can be; ``None`` and truth values are left out when there is something else."""
    if isinstance(found, Text):
        return (found,)
    every = options(found)
    real = [one for one in every if not (isinstance(one, Const) and (one.value is None or isinstance(one.value, bool)))]
    return tuple(dict.fromkeys(as_text(one) for one in real or every))


def join_pieces(pieces: Iterable[Piece]) -> Text:
    """Returns the concatenation, without empty chunks; the tail of a very long one is a hole."""
    kept = tuple(piece for piece in pieces if not (isinstance(piece, Chunk) and not piece.text))
    if len(kept) > MAX_PIECES:
        kept = (*kept[:MAX_PIECES], Hole("value", Origin("operator", "long text")))
    return Text(kept or (Chunk(""),))


def concat(parts: Sequence[Value]) -> Value:
    """Returns the concatenation of values as text, in all the `ways` that there are."""
    return choose(map(join_texts, ways(parts)))


def join_texts(parts: Iterable[Text]) -> Text:
    """Returns texts as one."""
    return join_pieces(piece for part in parts for piece in part.pieces)


def ways(parts: Sequence[Value]) -> Iterator[tuple[Text, ...]]:
    """Yields the texts that values can be together, at most `MAX_PRODUCT` ways; behind that, one text stands for some.

    A value that stands in several places is the same in all of them.
    """
    every = {id(part): texts(part) for part in parts}
    many = prod(map(len, every.values())) > MAX_OPTIONS
    size = 1
    for which, alternatives in every.items():
        if (many and all(map(_is_open, alternatives))) or size * len(alternatives) > MAX_PRODUCT:
            every[which] = (one_of(alternatives),)
        size *= len(every[which])
    for way in product(*every.values()):
        found = dict(zip(every, way, strict=True))
        yield tuple(found[id(part)] for part in parts)


def _is_open(found: Text) -> bool:
    """Returns whether nothing of a text is known."""
    return all(isinstance(piece, Hole) and piece.options is None for piece in found.pieces)


def one_of(alternatives: tuple[Text, ...]) -> Text:
    """Returns one text for several: itself, or a hole that keeps their origins and, where known, all they can be."""
    if len(alternatives) == 1:
        return alternatives[0]
    every = [one.known() for one in alternatives]
    closed = None if None in every else tuple(sorted({one for one in every if one is not None}))
    pieces = [piece for one in alternatives for piece in one.pieces]
    holes = [piece for piece in pieces if isinstance(piece, Hole)]
    found = [origin for piece in pieces for origin in origins(piece)]
    if not holes:
        return Text((Hole("value", found[0] if found else Origin("operator", "choice"), closed, "", tuple(found[1:])),))
    first = holes[0]
    others = tuple(origin for origin in dict.fromkeys(found) if origin != first.origin)
    return Text((Hole(first.hint, first.origin, closed, first.secret, others),))


def origins(piece: Piece) -> tuple[Origin, ...]:
    """Returns every origin a piece can have."""
    if isinstance(piece, Hole):
        return (piece.origin, *piece.others)
    return (piece.origin,) if piece.origin is not None else ()


def cut(found: Text, start: int, end: int | None = None) -> Text:
    """Returns the slice of a text, counting each hole as one character."""
    out: list[Piece] = []
    at = 0
    for piece in found.pieces:
        if end is not None and at >= end:
            break
        if isinstance(piece, Hole):
            at += 1
            if at > start:
                out.append(piece)
            continue
        text, after = piece.text, at + len(piece.text)
        if after > start and text:
            if start <= at and (end is None or after <= end):
                out.append(piece)
            else:
                low = max(start - at, 0)
                part = text[low:] if end is None else text[low : end - at]
                if part:
                    out.append(Chunk(part, piece.origin, piece.offset + low))
        at = after
    return Text(tuple(out) or (Chunk(""),))


HOLE = "\ufffc"


def flat(found: Text) -> str:
    """Returns the text with every hole as one `HOLE` character, so that offsets are those of `cut`."""
    return "".join(piece.text if isinstance(piece, Chunk) else HOLE for piece in found.pieces)


def formed(found: Text, form: str) -> Text:
    """Returns the text with the form of its holes, as `Hole.form` says it."""
    return Text(tuple(dataclasses.replace(one, form=form) if isinstance(one, Hole) else one for one in found.pieces))


def strip(found: Text, characters: str | None, *, left: bool, right: bool) -> Text:
    """Returns the text without leading or trailing *characters* (white space when None); holes stop it."""
    last = found.pieces[-1] if found.pieces else None
    if right and isinstance(last, Hole) and last.form.endswith("line"):
        found = formed(found, last.form.removesuffix("line").rstrip())
    whole = flat(found)
    start, end = 0, len(whole)
    while left and start < end and _strippable(whole[start], characters):
        start += 1
    while right and end > start and _strippable(whole[end - 1], characters):
        end -= 1
    return found if (start, end) == (0, len(whole)) else cut(found, start, end)


def _strippable(character: str, characters: str | None) -> bool:
    return character.isspace() if characters is None else character in characters


def split(found: Text, separator: str, limit: int = -1) -> tuple[Text, ...]:
    """Returns the parts between separators, at most *limit* cuts; a hole is taken not to hold the separator."""
    whole = flat(found)
    parts: list[Text] = []
    start = 0
    while limit < 0 or len(parts) < limit:
        at = whole.find(separator, start)
        if at < 0:
            break
        parts.append(cut(found, start, at))
        start = at + len(separator)
    parts.append(cut(found, start))
    return tuple(parts)


def replace(found: Text, old: str, new: Text, count: int = -1) -> Text:
    """Returns the text with known occurrences of *old* replaced: the first *count*, all of them when negative."""
    if not old:
        return found
    parts = split(found, old, count)
    out: list[Piece] = list(parts[0].pieces)
    for part in parts[1:]:
        out += new.pieces
        out += part.pieces
    return join_pieces(out)


def map_known(found: Text, change: str) -> Text:
    """Returns the text with a method of `str` applied to its known parts (``lower``, ``upper``, ``title`` ...)."""
    return join_pieces(
        Chunk(getattr(piece.text, change)(), piece.origin, piece.offset)
        if isinstance(piece, Chunk)
        else Hole(
            piece.hint,
            piece.origin,
            None if piece.options is None else tuple(sorted(getattr(one, change)() for one in piece.options)),
            piece.secret,
        )
        for piece in found.pieces
    )


def starts(found: Text, prefix: str) -> bool | None:
    """Returns whether the text begins with *prefix*; None when a hole decides."""
    whole = flat(found)
    for at, character in enumerate(prefix):
        if at >= len(whole):
            return False
        if whole[at] == HOLE:
            return None
        if whole[at] != character:
            return False
    return True


def ends(found: Text, suffix: str) -> bool | None:
    """Returns whether the text ends with *suffix*; None when a hole decides."""
    whole = flat(found)
    for at in range(1, len(suffix) + 1):
        if at > len(whole):
            return False
        if whole[-at] == HOLE:
            return None
        if whole[-at] != suffix[-at]:
            return False
    return True


def holds(found: Text, part: str) -> bool | None:
    """Returns whether the text contains *part*; None when a hole decides."""
    if part in flat(found):
        return True
    return False if found.known() is not None else None


def position(found: Iterable[Text], part: str | None, find: Callable[[str, str], int] = str.find) -> int | None:
    """Returns where *part* stands in each of some texts, a hole counting as one sign; None when that is not known."""
    if part is None:
        return None
    places = {find(flat(one), part) if holds(one, part) is not None else None for one in found}
    return places.pop() if len(places) == 1 else None


def equal(left: Text, right: Text) -> bool | None:
    """Returns whether two texts are equal; None when a hole decides."""
    one, other = left.known(), right.known()
    if one is not None and other is not None:
        return one == other
    if other is None:
        one, other, left = other, one, right
    if other is None:
        return None
    head = flat(left).partition(HOLE)[0]
    tail = flat(left).rpartition(HOLE)[2]
    if not (other.startswith(head) and other.endswith(tail)):
        return False
    holes = [piece for piece in left.pieces if isinstance(piece, Hole)]
    if len(holes) == 1 and holes[0].options is not None and all(head + o + tail != other for o in holes[0].options):
        return False
    return None


def key_of(key: Value) -> tuple[Any] | None:
    """Returns a known mapping key in a tuple, or None when the key is not known."""
    written = known(key)
    if written is not None:
        return (written,)
    if isinstance(key, Const):
        return (key.value,)
    if isinstance(key, Ref):
        return (key.name,)
    return None
