"""A URL, known in part, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote_plus

from migrator.evaluate.strings import HOLE, cut, flat, join_pieces, split
from migrator.model.call import PathTemplate
from migrator.model.text import Location
from migrator.model.value import Chunk, Hole, Origin, Piece, Text
from migrator.model.vocabulary import Vocabulary

Placed: TypeAlias = tuple[tuple[Piece, Location | None, int], ...]

_ABSOLUTE = re.compile(r"\s*(?:([A-Za-z][A-Za-z+.-]*):)?//([^/?#]*)")
_END_OF_PATH = re.compile(r"[?#&]")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryItem:
    """One ``name=value`` of a query; ``name`` is None when it is not known. ``at`` and ``offset`` locate the name.

    ``always`` says that it is surely there, with this one value, ``maybe`` that its mapping may lack it, ``left`` that
    it does unless a function which nothing leads to has put it there.
    """

    name: str | None
    value: Text | None
    at: Location | None = None
    offset: int = 0
    always: bool = False
    maybe: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """The parts of a URL. ``host`` is None when it is not known; ``own`` says that it is HubSpot's all the same.

    ``broken`` says that ``&`` opens the query: what stands before it, if it is known, has no ``?``, or two of them.
    """

    scheme: str | None
    host: str | None
    own: bool
    path: PathTemplate | None
    query: tuple[QueryItem, ...]
    broken: bool


def placed(found: Text) -> Placed:
    """Returns a text together with where its pieces come from, which two equal texts need not share."""
    return tuple(
        (piece, piece.origin.location if piece.origin else None, piece.offset if isinstance(piece, Chunk) else 0)
        for piece in found.pieces
    )


def parse(found: Text, vocabulary: Vocabulary) -> Url:
    """Returns the parts of a URL text; a relative one has neither scheme nor host."""
    whole = flat(found)
    scheme, host, own, start = _authority(whole, vocabulary)
    tail = cut(found, start)
    rest = flat(tail)
    end = _END_OF_PATH.search(rest)
    stop = end.start() if end else len(rest)
    query: tuple[QueryItem, ...] = ()
    if end and end.group() in "?&":
        fragment = rest.find("#", stop)
        query = query_items(cut(tail, stop + 1, None if fragment < 0 else fragment))
    path = _path(cut(tail, 0, stop), rooted=start > 0 or not rest.startswith(HOLE), vocabulary=vocabulary)
    if path is not None and not rest.startswith("?", stop):
        path = path.without_end()
    return Url(scheme=scheme, host=host, own=own, path=path, query=query, broken=_opens_wrongly(rest[stop:]))


def _opens_wrongly(query: str) -> bool:
    return query.startswith(("&", "??"))


def _authority(whole: str, vocabulary: Vocabulary) -> tuple[str | None, str | None, bool, int]:
    absolute = _ABSOLUTE.match(whole)
    if absolute:
        raw = absolute.group(2).rpartition("@")[2]
        host = raw.partition(":")[0].lower()
        scheme = absolute.group(1)
        if HOLE in host:
            known = host.partition(HOLE)[0]
            if "." in known and not host.strip(HOLE).replace(known, "") and vocabulary.is_own_host(known):
                return scheme, known, True, absolute.start(2) + whole[absolute.start(2) :].index(HOLE)
            suffix = host.rpartition(HOLE)[2]
            own = bool(suffix) and vocabulary.is_own_host(f"x{suffix}")
            return scheme, None, own, absolute.end()
        return scheme, host, vocabulary.is_own_host(host), absolute.end()
    first = re.match(r"[\w.-]+", whole)
    if first and "." in first.group() and vocabulary.is_own_host(first.group()):
        return None, first.group().lower(), True, first.end()
    return None, None, False, 0


def _path(found: Text, *, rooted: bool, vocabulary: Vocabulary) -> PathTemplate | None:
    """Returns the path from its first slash; what stands before it in a text without a host is the unknown base."""
    written = flat(found)
    whole = written.rstrip()
    if len(whole) < len(written):
        found = cut(found, 0, len(whole))
    if not rooted:
        slash = whole.find("/")
        first = next((at for at, character in enumerate(whole) if character != HOLE), len(whole))
        if slash < 0 and first == len(whole):
            return None
        begin = slash if 0 <= slash == first else first
        found, whole = cut(found, begin), whole[begin:]
    segments = [segment for segment in split(found, "/") if flat(segment)]
    pieces: list[Piece] = []
    for segment in segments:
        pieces.append(Chunk("/"))
        pieces += _segment(segment, vocabulary)
    if whole.endswith("/"):
        pieces.append(Chunk("/"))
    if pieces and not any(isinstance(piece, Chunk) and piece.text.strip("/") for piece in pieces):
        return None
    return PathTemplate(join_pieces(pieces).pieces if pieces else (Chunk("/"),))


def _segment(segment: Text, vocabulary: Vocabulary) -> list[Piece]:
    """Returns a segment with neighbouring holes as one, and a placeholder or blank as a hole."""
    written = segment.known()
    if written is not None and (" " in written or any(re.fullmatch(p, written) for p in vocabulary.placeholders)):
        hint = re.sub(r"\W+", "_", written).strip("_").lower() or "value"
        return [Hole(hint, Origin("literal", written))]
    out: list[Piece] = []
    for piece in segment.pieces:
        if isinstance(piece, Hole) and out and isinstance(out[-1], Hole):
            continue
        out.append(piece)
    return out


def query_items(found: Text) -> tuple[QueryItem, ...]:
    """Returns the parameters of a query text."""
    items = []
    for part in split(found, "&"):
        written = flat(part)
        whole = written.lstrip("?")
        if not whole:
            continue
        if len(whole) < len(written):
            part = cut(part, len(written) - len(whole))
        name, equals, _ = whole.partition("=")
        if HOLE in name:
            items.append(QueryItem(name=None, value=part))
            continue
        at, offset = _place(part)
        value = cut(part, len(name) + 1) if equals else None
        items.append(QueryItem(name=unquote_plus(name).strip(), value=value, at=at, offset=offset))
    return tuple(items)


def _place(part: Text) -> tuple[Location | None, int]:
    piece = part.pieces[0]
    if isinstance(piece, Chunk) and piece.origin is not None:
        return piece.origin.location, piece.offset
    return None, 0
