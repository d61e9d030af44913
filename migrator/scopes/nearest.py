"""Which endpoints a request that is none of them is nearest to, and what those around it take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from migrator.catalog.catalog import Catalog
from migrator.catalog.rows import VERSION

_MOST = 3
_WORTH_COMPARING = 40
_ALIKE = 0.5


def nearest(catalog: Catalog, method: str | None, segments: Sequence[str]) -> tuple[str, ...]:
    """Returns up to three rows (``METHOD /path``) that a path is most like, the most alike first."""
    wanted = _words(segments)
    scored = sorted(
        ((len(wanted & words) / (len(wanted | words) or 1), number) for number, words in enumerate(_table(catalog))),
        key=lambda pair: (-pair[0], pair[1]),
    )
    path = "/" + "/".join(segments)
    close = []
    for _, number in scored[:_WORTH_COMPARING]:
        row = catalog.rows[number]
        ratio = SequenceMatcher(None, path, row[2]).ratio() + (0.05 if row[0] == method else 0)
        close.append((-ratio, number))
    return tuple(catalog.named(number) for ratio, number in sorted(close)[:_MOST] if -ratio >= _ALIKE)


def _table(catalog: Catalog) -> list[frozenset[str]]:
    if "words" not in catalog.memo:
        catalog.memo["words"] = [_words(row[2].split("/")) for row in catalog.rows]
    table: list[frozenset[str]] = catalog.memo["words"]
    return table


def _words(segments: Sequence[str]) -> frozenset[str]:
    return frozenset(
        piece
        for segment in segments
        if segment and "{" not in segment and not VERSION.match(segment)
        for piece in (segment.lower(), segment.lower()[:4])
    )


def around(catalog: Catalog, segments: Sequence[str]) -> frozenset[str]:
    """Returns the credentials of the endpoints that begin as a path does, whatever their version."""
    if "areas" not in catalog.memo:
        areas: dict[tuple[str, ...], set[str]] = {}
        for number, row in enumerate(catalog.rows):
            for area in _areas(row[2].strip("/").split("/")):
                areas.setdefault(area, set()).add(catalog.endpoint(number).auth)
        catalog.memo["areas"] = areas
    known: Mapping[tuple[str, ...], set[str]] = catalog.memo["areas"]
    return next((frozenset(known[area]) for area in reversed(_areas(segments)) if area in known), frozenset())


def _areas(segments: Sequence[str]) -> list[tuple[str, ...]]:
    """Returns the beginnings of a path, without its version, up to where it varies."""
    fixed = [segment for segment in takewhile(lambda one: "{" not in one, segments) if not VERSION.match(segment)]
    return [tuple(fixed[: place + 1]) for place in range(len(fixed))]
