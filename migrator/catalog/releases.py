"""The dated releases of HubSpot's APIs: when each ends, and which one a replacement is shown in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.rows import VERSION, Row
from migrator.catalog.store import Folder
from migrator.catalog.vocabulary import SURE

FILE = "releases.yaml"
_BETA = "-beta"
_MONTH = re.compile(r"^\d{4}-\d{2}$")
_JOIN = " ; "


@dataclass(frozen=True, slots=True)
class Carried:
    """What a release is known to have because the one before has it: beginnings of paths, and those left out."""

    release: str
    before: str
    source: str
    sure: str
    paths: Sequence[tuple[str, ...]]
    without: Sequence[tuple[str, ...]]

    def has(self, row: Row) -> bool:
        """Whether the release carries on a row of the one before."""
        segments = _segments(row.path)
        return not row.host and row.version == self.before and _under(segments, self.paths, self.without)


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The general releases by name, with the month from which each is no longer supported.

    ``moved`` are beginnings of paths, without versions, that dated releases name otherwise; ``carried`` are paths that
    a release is known to have although no row says so.
    """

    until: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    carried: Sequence[Carried] = ()

    def renamed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """Returns the segments of a path as dated releases name them."""
        starts = (segments[:count] for count in range(len(segments), 0, -1))
        start = next((start for start in starts if start in self.moved), ())
        return (*self.moved.get(start, ()), *segments[len(start) :])

    def past_beta(self, version: str) -> bool:
        """Whether a version is the beta of a release that is general by now."""
        return version.endswith(_BETA) and version.removesuffix(_BETA) in self.until

    def coming(self, version: str) -> bool:
        """Whether a version is the beta of a release that is still to come."""
        return version.endswith(_BETA) and version.removesuffix(_BETA) not in self.until


def read_releases(folder: Folder) -> Releases:
    """Returns the content of ``releases.yaml``, empty when there is none. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    if top is None:
        return Releases()
    known = ("sources", "sure", "releases", "moved", "carried")
    fields = top.fields(known, ("sources", "sure", "releases"))
    until = {}
    for name, item in fields["releases"].pairs():
        said = item.fields(("general", "until"), ("general", "until"))
        for date in (name, *said.values()):
            if not _MONTH.match(date.text()):
                raise date.error(f"{date.text()!r} is not a month", "Write 2026-09.")
        until[name.text()] = said["until"].text()
    moved = fields["moved"].pairs() if "moved" in fields else ()
    return Releases(
        until=until,
        moved={_segments(old.text()): _segments(new.text()) for old, new in moved},
        carried=tuple(_carried(fields["carried"])) if "carried" in fields else (),
    )


def _carried(entry: RuleValue) -> Iterator[Carried]:
    names = ("before", "source", "sure", "paths", "without")
    for release, item in entry.pairs():
        said = item.fields(names, names)
        paths, without = (tuple(_segments(one.text()) for one in said[name].items()) for name in names[3:])
        yield Carried(
            release.text(), said["before"].text(), said["source"].text(), said["sure"].choice(SURE), paths, without
        )


def dated(rows: Sequence[Row], releases: Releases, parameters: Iterable[str]) -> list[Row]:
    """Returns the rows with the end of their release, and with replacements in the release to move to.

    ``parameters`` are those that stand for a kind of object, whose name a replacement may have in their place.
    """
    rows = [*rows, *_carried_on(rows, releases)]
    places = _Places(rows, releases, frozenset(f"{{{name}}}" for name in parameters))
    return [_dated(row, places, releases) for row in rows]


def _carried_on(rows: Sequence[Row], releases: Releases) -> Iterator[Row]:
    """Yields the rows that releases carry on, where they have none of their own."""
    known = {(row.method, row.path) for row in rows}
    for carried in releases.carried:
        for row in filter(carried.has, rows):
            path = row.path.replace(f"/{carried.before}", f"/{carried.release}", 1)
            if (row.method, path) not in known:
                yield replace(
                    row, path=path, version=carried.release, source=carried.source, sure=carried.sure, replacement=""
                )


def _dated(row: Row, places: _Places, releases: Releases) -> Row:
    if row.host or releases.coming(row.version):
        return row
    ends = row.unsupported or releases.until.get(row.version, "")
    if releases.past_beta(row.version) and row.status == "current":
        row, ends = replace(row, status="legacy"), row.version.removesuffix(_BETA)
    after = "" if row.status == "sunset" else ends
    own = places.best(row.path, after=after, but=row)
    found = [own or places.best(goal, after=after, but=row) for goal in row.replacement.split(_JOIN) if own or goal]
    return replace(row, unsupported=ends, replacement=_JOIN.join(dict.fromkeys(path for path in found if path)))


@dataclass(frozen=True)
class _Places:
    """Where each endpoint is in each version."""

    rows: Sequence[Row]
    releases: Releases
    objects: frozenset[str]

    @cached_property
    def versions(self) -> Mapping[tuple[str, ...], Mapping[str, Row]]:
        """The rows of each path, whatever its version and the names of its parameters, by version."""
        found: dict[tuple[str, ...], dict[str, Row]] = defaultdict(dict)
        for row in self.rows:
            if not row.host:
                found[_bare(_segments(row.path))][row.version] = row  # corrections come last
        return found

    @cached_property
    def of_objects(self) -> Mapping[int, Mapping[tuple[str, ...], tuple[str, ...]]]:
        """The paths with a parameter for a kind of object, which is empty there, by their number of segments."""
        found: dict[int, dict[tuple[str, ...], tuple[str, ...]]] = defaultdict(dict)
        for path in dict.fromkeys(_segments(row.path) for row in self.rows if not row.host):
            if not self.objects.isdisjoint(path):
                open_path = _bare("" if part in self.objects else part for part in path)
                found[len(path)][open_path] = _bare(path)
        return found

    def best(self, goal: str, *, after: str, but: Row) -> str:
        """Returns a path in the newest general release that has it and ends no sooner than *after*, else in a beta."""
        for segments in dict.fromkeys((_segments(goal), self.releases.renamed(_segments(goal)))):
            shaped = [row for shape in self._shapes(_bare(segments)) for row in self.versions[shape].values()]
            known = [row for row in shaped if row.status == "current"]
            general = [row for row in known if self.releases.until.get(row.version, "") >= (after or "0")]
            coming = [row for row in known if self.releases.coming(row.version)]
            for rows in (general, coming, [row for row in known if row.version.startswith("v")]):
                if rows:
                    newest = max(rows, key=lambda row: row.version)
                    return "" if newest.version == but.version else _moved(segments, newest)
        return ""

    def _shapes(self, bare: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yields the known path that a path is, and those that it is with values for parameters."""
        if bare in self.versions:
            yield bare
        for shape, known in self.of_objects.get(len(bare), {}).items():
            if known != bare and all(mine in ("", theirs) for mine, theirs in zip(shape, bare, strict=True)):
                yield known


def _under(path: Sequence[str], starts: Iterable[Sequence[str]], without: Iterable[Sequence[str]]) -> bool:
    def begins(start: Sequence[str]) -> bool:
        return tuple(path[: len(start)]) == tuple(start)

    return any(map(begins, starts)) and not any(map(begins, without))


def _bare(segments: Iterable[str]) -> tuple[str, ...]:
    return tuple("{}" if part.startswith("{") else part for part in segments)


def _segments(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/")[1:] if not VERSION.match(part))


def _moved(segments: Iterable[str], row: Row) -> str:
    """Returns a path in a row's version, with its own values and names of parameters."""
    parts = list(segments)
    parts.insert(row.path.split("/")[1:].index(row.version), row.version)
    return "/" + "/".join(parts)
