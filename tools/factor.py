"""Rows to groups: finds what rows have in common, to say it once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from migrator.catalog.objects import CrmObject, Objects, by_spelling
from migrator.catalog.rows import ATTRIBUTES, VERSION, Row, derived_access
from migrator.catalog.sources import Sources

_TYPE_AT = 3  # in a path without its version: /area/api/type
_LARGE_AREA = 1_000  # rows, above which each API of an area has a file of its own

Values = Mapping[str, str]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What the endpoints of a group share."""

    area: str
    spec: str
    paths: Pairs
    defaults: Pairs
    versions: tuple[tuple[str, Pairs], ...]


@dataclass(frozen=True, slots=True)
class Payload:
    """What an endpoint says; ``only`` is empty when it is there in every version of its group."""

    values: Pairs
    only: tuple[str, ...]
    exceptions: tuple[tuple[str, Pairs], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A header with its endpoints: path below the base, method and payload, and the object types that have them."""

    header: Header
    types: tuple[str, ...]
    endpoints: tuple[tuple[str, str, Payload, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A row taken apart: which unit, version and endpoint it belongs to."""

    unit: tuple[str, ...]
    kind: str
    version: str
    base: str
    rest: str
    row: Row


Guess = Callable[[_Cell, str], str]


def factor(rows: Iterable[Row], objects: Objects, sources: Sources) -> list[Group]:
    """Returns groups that expand to these rows."""
    names = by_spelling(objects.kinds.values())
    units: dict[tuple[str, ...], dict[str, list[_Cell]]] = defaultdict(lambda: defaultdict(list))
    ordered = sorted(rows, key=lambda row: (row.host, row.path, row.method))
    for cell in _cells([_generalise(row, names) for row in ordered]):
        units[cell.unit][cell.kind].append(cell)
    alike: dict[Header, dict[tuple[str, str], dict[Payload, list[str]]]] = {}
    for _, kinds in sorted(units.items()):
        for kind, cells in sorted(kinds.items()):
            header, endpoints = _group(_referring(cells), sources)
            found = alike.setdefault(header, defaultdict(lambda: defaultdict(list)))
            for key, payload in endpoints.items():
                found[key][payload].append(kind)
    return [group for header, endpoints in alike.items() for group in _layers(header, endpoints)]


def _layers(header: Header, endpoints: Mapping[tuple[str, str], Mapping[Payload, Sequence[str]]]) -> list[Group]:
    """Returns the group with what most object types say of each endpoint, then groups with what the others say."""
    groups = []
    ranked = {
        key: sorted(payloads.items(), key=lambda item: (-len(item[1]), item[1])) for key, payloads in endpoints.items()
    }
    for layer in range(max(map(len, ranked.values()))):
        members = [(key, found[layer]) for key, found in sorted(ranked.items()) if len(found) > layer]
        types = tuple(sorted({kind for _, (_, kinds) in members for kind in kinds}))
        lines = tuple(
            (*key, payload, () if set(kinds) == set(types) else tuple(kinds)) for key, (payload, kinds) in members
        )
        groups.append(Group(header, types, lines))
    return groups


def _referring(cells: Sequence[_Cell]) -> list[_Cell]:
    """Returns the cells with a replacement that is the same endpoint in another version written as ``@version``."""
    bases = {cell.version: cell.base.replace("{version}", cell.version) for cell in cells}
    out = []
    for cell in cells:
        hits = [version for version, base in bases.items() if cell.row.replacement == base + cell.rest]
        out.append(replace(cell, row=replace(cell.row, replacement=f"@{hits[0]}")) if hits else cell)
    return out


def _generalise(row: Row, names: Mapping[str, CrmObject]) -> tuple[str, Row]:
    """Returns the object type that a row's path names, and the row with macros in its place."""
    segments = row.path.split("/")
    bare = [segment for segment in segments if not VERSION.match(segment)]
    kind = bare[_TYPE_AT] if len(bare) > _TYPE_AT else ""
    known = names.get(kind)
    area, _, title = row.spec.partition("/")
    if known is None or title != known.title:
        return "", row  # a segment that only happens to be called like an object

    def general(path: str) -> str:
        named = "/".join("<type>" if part == kind else part for part in path.split("/"))
        return named.replace("{" + known.parameter + "}", "{<type>Id}")

    scopes = row.scopes
    for macro, text in (("<type>.read", known.read), ("<type>.write", known.write)):
        if text and set(text.split(" | ")) == set(scopes.split(" | ")):
            scopes = macro
    spec = f"{area}/<Type>"
    return kind, replace(row, path=general(row.path), replacement=general(row.replacement), scopes=scopes, spec=spec)


def _cells(rows: Sequence[tuple[str, Row]]) -> list[_Cell]:
    """Returns the rows with their group and base path; groups are drawn so that each version has one base."""
    depth: dict[tuple[str, str, str], int] = defaultdict(int)
    for _, row in rows:
        key = (row.method, row.host, _bare(row.path))
        depth[key] = max(depth[key], _position(row) - 1)
    sizes = Counter(row.path.split("/")[1] for _, row in rows)
    keyed = []
    for kind, row in rows:
        at = depth[row.method, row.host, _bare(row.path)]
        segments = _bare(row.path).split("/")[1:]
        stem = segments[: max(at, 1)]
        if len(segments) > len(stem) and not segments[len(stem)].startswith(("{", "<")) and len(stem) < 2:
            stem = segments[: len(stem) + 1]
        keyed.append((kind, row, (_area(row, sizes), row.host, "/".join(stem), row.spec), at))
    positions: dict[tuple[tuple[str, ...], str, str], Counter[int]] = defaultdict(Counter)
    for kind, row, unit, _ in keyed:
        positions[unit, kind, row.version][_position(row)] += 1
    cells = []
    for kind, row, unit, _ in keyed:
        main = positions[unit, kind, row.version].most_common(1)[0][0]
        place = "" if _position(row) == main else str(_position(row))
        length = len(unit[2].split("/"))
        segments = row.path.split("/")
        base = "/".join(segments[: length + 2]).replace(f"/{row.version}", "/{version}")
        rest = "/".join(["", *segments[length + 2 :]]) if len(segments) > length + 2 else ""
        host = f"https://{row.host}" if row.host else ""
        cells.append(_Cell(unit=(*unit, place), kind=kind, version=row.version, base=host + base, rest=rest, row=row))
    return cells


def _bare(path: str) -> str:
    return "/".join(part for part in path.split("/") if not VERSION.match(part))


def _position(row: Row) -> int:
    return row.path.split("/").index(row.version)


def _area(row: Row, sizes: Mapping[str, int]) -> str:
    """Returns the name of the file that a row goes into."""
    if row.host:
        return row.host.split(".")[-2]
    first, *rest = _bare(row.path).split("/")[1:]
    if sizes[first] > _LARGE_AREA and rest and not rest[0].startswith(("{", "<")):
        return f"{first}-{rest[0]}"
    return first


def _group(cells: Sequence[_Cell], sources: Sources) -> tuple[Header, dict[tuple[str, str], Payload]]:
    versions = sorted({cell.version for cell in cells}, key=newest)
    defaults = _overrides(cells, _guess({}, {}, sources))
    by_version = {
        version: _overrides([cell for cell in cells if cell.version == version], _guess(defaults, {}, sources))
        for version in versions
    }
    bases = sorted({(cell.base, cell.version) for cell in cells}, key=lambda pair: (pair[0], newest(pair[1])))
    header = Header(
        area=cells[0].unit[0],
        spec=cells[0].row.spec,
        paths=tuple(bases),
        defaults=tuple(defaults.items()),
        versions=tuple((version, tuple(values.items())) for version, values in by_version.items() if values),
    )
    guess = _guess(defaults, by_version, sources)
    endpoints: dict[tuple[str, str], list[_Cell]] = defaultdict(list)
    for cell in cells:
        endpoints[cell.rest, cell.row.method].append(cell)
    return header, {key: _payload(members, versions, guess) for key, members in endpoints.items()}


def _payload(members: Sequence[_Cell], versions: Sequence[str], guess: Guess) -> Payload:
    values = _overrides(members, guess)
    cells = sorted(members, key=lambda cell: newest(cell.version))
    exceptions = []
    for cell in cells:
        wrong = tuple(
            (name, _value(cell, name))
            for name in ATTRIBUTES
            if values.get(name, guess(cell, name)) != _value(cell, name)
        )
        if wrong:
            exceptions.append((cell.version, wrong))
    present = tuple(cell.version for cell in cells)
    return Payload(tuple(values.items()), () if present == tuple(versions) else present, tuple(exceptions))


def _overrides(cells: Sequence[_Cell], guess: Guess) -> dict[str, str]:
    found = ((name, _gain(cells, name, guess)) for name in ATTRIBUTES)
    return {name: value for name, value in found if value is not None}


def _gain(cells: Sequence[_Cell], name: str, guess: Guess) -> str | None:
    """Returns the value that, said once for all cells, makes more of them right than the guess does; None when none."""
    right = sum(guess(cell, name) == _value(cell, name) for cell in cells)
    value, count = Counter(_value(cell, name) for cell in cells).most_common(1)[0]
    return value if count > right else None


def _guess(defaults: Values, by_version: Mapping[str, Values], sources: Sources) -> Guess:
    def guess(cell: _Cell, name: str) -> str:
        said = {**defaults, **by_version.get(cell.version, {})}
        return said[name] if name in said else _builtin(cell, name, sources)

    return guess


def _builtin(cell: _Cell, name: str, sources: Sources) -> str:
    derived = {
        "auth": "private_app",
        "scopes": "none",
        "status": "current",
        "access": derived_access(cell.row.method),
        "sure": sources.citations[cell.row.source].sure,
        "commit": sources.head if cell.row.spec else "",
    }
    return derived.get(name, "")


def _value(cell: _Cell, name: str) -> str:
    return str(getattr(cell.row, name))


def newest(version: str) -> tuple[bool, str]:
    """Returns what sorts versions: numbered ones first, then dates."""
    return not version.startswith("v"), version
