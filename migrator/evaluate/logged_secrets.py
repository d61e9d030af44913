"""Credentials that are printed, logged, put into the message of an error, or given to code that nobody has seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.evaluate.arguments import Args
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Items, Slot, Table, Value, options
from migrator.evaluate.strings import origins as origins_of
from migrator.model.call import AUTHORIZATION, Context
from migrator.model.text import Location
from migrator.model.unit import Attr, Call, Expr, New, Slice, Sub
from migrator.model.value import Chunk, Hole, Text, Unknown
from migrator.model.vocabulary import SHAPELESS

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_DEEP = 2
_SENT = re.compile(r"\.(?:request|config)\.headers(?:\W+authorization\W*)?$|\)\.config$", re.IGNORECASE)
"""What an answer holds of its request that has the credential in it: the headers, and all options of some clients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Something that is told to people: where it stands, and how and by what names what is in it entered the program.

    ``plain`` says that it holds a credential for sure: the key's parameter with a value, or the header. What is
    given to a function of a library that nobody knows has its name as ``taker``, what is written to a file is
    ``stored``. ``names`` are texts that name what stands behind them as a key, where a text is told and no more
    than that, and ``loose`` is what else has come into it.
    """

    location: Location
    origins: frozenset[tuple[str, str]]
    plain: bool
    taker: str = ""
    stored: bool = False
    names: frozenset[Location] = frozenset()
    loose: frozenset[tuple[str, str]] = frozenset()


def watch(m: Interpreter, args: Args, frame: Frame, node: Expr) -> None:
    """Keeps what a call of a function that tells people something is given."""
    if not m.now.recording or m.now.context is not Context.PROGRAM or not isinstance(node, (Call, New)):
        return
    tells = m.library.tells(node)
    if not tells and not (isinstance(node.func, Attr) and node.func.name in m.library.stores):
        return
    places = iter(args.positional)
    for one in node.args:
        if one.star:
            return
        slot = args.keywords.get(one.name) if one.name else next(places, None)
        found = slot.value if isinstance(slot, Slot) else slot
        cut = isinstance(one.value, Sub) and isinstance(one.value.index, Slice)  # a part of it is what redaction leaves
        if found is not None and not cut:
            _keep(m, frame.at(one.value.span), found, stored=not tells)


def hand(m: Interpreter, taker: str, args: Args, frame: Frame, node: Expr) -> None:
    """Keeps what a call of a function that nobody has seen is given, of any other nothing: it has no name then."""
    if taker and m.now.recording and m.now.context is Context.PROGRAM:
        for found in args.values():
            _keep(m, frame.at(node.span), found, taker)


def _keep(m: Interpreter, at: Location, found: Value, taker: str = "", *, stored: bool = False) -> None:
    parts = list(_parts(found, m.vocabulary.key_parameters, 0))
    names = frozenset((how, name) for how, name, _ in parts if name)
    if names or any(plain for _, _, plain in parts):
        old = m.results.leaks.get(at)
        plain = any(plain for _, _, plain in parts) or bool(old and old.plain)
        origins = names | (old.origins if old else frozenset())
        held, loose = _named(found, m.vocabulary.key_parameters)
        held, loose = (held | old.names, loose | old.loose) if old else (held, loose)
        m.results.leaks[at] = Leak(
            location=at, origins=origins, plain=plain, taker=taker, stored=stored, names=held, loose=loose
        )


def _parts(found: Value, keys: frozenset[str], depth: int) -> Iterator[tuple[str, str, bool]]:
    """Yields the origins of what a value holds, and whether each is a credential by what stands before it."""
    for one in options(found):
        match one:
            case Text(pieces=pieces):
                yield from _of_text(pieces, keys)
            case Unknown(origin=origin):
                yield (
                    origin.how,
                    origin.name,
                    one.reason.startswith("the result of ") and bool(_SENT.search(origin.name)),
                )
            case Table() if depth < _DEEP:
                for key, slot in one.slots():
                    sent = isinstance(key, str) and (key in keys or key.lower() == AUTHORIZATION)
                    for how, name, plain in _parts(slot.value, keys, depth + 1):
                        yield how, name, plain or sent
            case Items() if depth < _DEEP:
                for item in one.items:
                    yield from _parts(item, keys, depth + 1)


def _named(found: Value, keys: frozenset[str]) -> tuple[frozenset[Location], frozenset[tuple[str, str]]]:
    """Returns the texts that name what follows them as a key, and the origins of what follows no such text."""
    names, loose = set(), set()
    for one in options(found):
        if not isinstance(one, Text):
            return frozenset(), frozenset()
        for before, piece in zip((None, *one.pieces), one.pieces, strict=False):
            if isinstance(before, Chunk) and before.origin is not None and _names(before.text, keys):
                names.add(before.origin.location)
            else:
                loose |= {(each.how, each.name) for each in origins_of(piece)} if isinstance(piece, Hole) else set()
    return frozenset(names), frozenset(loose)


def _names(before: str, keys: frozenset[str]) -> bool:
    """Returns whether what follows a text is the value of a key's parameter."""
    return any(before.endswith(f"{mark}{key}=") for key in keys for mark in "?&")


def _of_text(pieces: tuple[Chunk | Hole, ...], keys: frozenset[str]) -> Iterator[tuple[str, str, bool]]:
    before = ""
    for piece in pieces:
        if isinstance(piece, Chunk):
            before += piece.text
            if piece.origin is not None:
                yield piece.origin.how, piece.origin.name, False
            continue
        sent = _names(before, keys)
        for origin in origins_of(piece):
            yield origin.how, origin.name, sent or bool(piece.secret and piece.hint != SHAPELESS)
        before = ""
