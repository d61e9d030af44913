"""Which endpoints a request that is none of them is nearest to, and what those around it take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import chain, islice, takewhile

from migrator.catalog.catalog import Catalog
from migrator.catalog.rows import VERSION

_MOST = 3
_WORTH_COMPARING = 40
_ALIKE = 0.5


def nearest(catalog: Catalog, method: str | None, segments: Sequence[str]) -> tuple[str, ...]:
    """Returns up to three rows (``METHOD /path``) that a path is most like, the most alike first."""
    path = "/" + "/".join(segments)
    close = []
    for number in _likely(catalog, _words(segments)):
        row = catalog.rows[number]
        ratio = SequenceMatcher(None, path, row[2]).ratio() + (0.05 if row[0] == method else 0)
        close.append((-ratio, number))
    return tuple(catalog.named(number) for ratio, number in sorted(close)[:_MOST] if -ratio >= _ALIKE)


def _likely(catalog: Catalog, wanted: frozenset[str]) -> list[int]:
    """Returns the rows that share the most with these words; the first ones come last where few share any."""
    table, rows = catalog.remembered("words", lambda: _table(catalog))
    sharing = {number for word in wanted for number in rows.get(word, ())}
    scored = sorted(sharing, key=lambda one: (-len(wanted & table[one]) / len(wanted | table[one]), one))
    others = (number for number in range(len(table)) if number not in sharing)
    return list(islice(chain(scored, others), _WORTH_COMPARING))


def _table(catalog: Catalog) -> tuple[list[frozenset[str]], Mapping[str, list[int]]]:
    """Returns the words of each row, and the rows of each word."""
    words = [_words(row[2].split("/")) for row in catalog.rows]
    rows = defaultdict(list)
    for number, own in enumerate(words):
        for word in own:
            rows[word].append(number)
    return words, dict(rows)


def _words(segments: Sequence[str]) -> frozenset[str]:
    return frozenset(
        piece
        for segment in segments
        if segment and "{" not in segment and not VERSION.match(segment)
        for piece in (segment.lower(), segment.lower()[:4])
    )


def around(catalog: Catalog, segments: Sequence[str]) -> frozenset[str]:
    """Returns the credentials of the endpoints that begin as a path does, whatever their version."""
    known = catalog.remembered("areas", lambda: _known(catalog))
    return next((frozenset(known[area]) for area in reversed(_areas(segments)) if area in known), frozenset())


def _known(catalog: Catalog) -> Mapping[tuple[str, ...], set[str]]:
    areas: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for number, row in enumerate(catalog.rows):
        for area in _areas(row[2].strip("/").split("/")):
            areas[area].add(catalog.endpoint(number).auth)
    return dict(areas)


def _areas(segments: Sequence[str]) -> list[tuple[str, ...]]:
    """Returns the beginnings of a path, without its version, up to where it varies."""
    fixed = [segment for segment in takewhile(lambda one: "{" not in one, segments) if not VERSION.match(segment)]
    return [tuple(fixed[: place + 1]) for place in range(len(fixed))]
