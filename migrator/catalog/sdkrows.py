"""The files of ``rules/sdks`` as checked, plain data: one part describes the library, the other holds its methods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from packaging.version import InvalidVersion, Version

from migrator.catalog.store import Folder, file_of
from migrator.catalog.vocabulary import SURE

if TYPE_CHECKING:
    from migrator.catalog.reading import RuleValue

PATTERN = "sdks/*.yaml"
SCHEMES = frozenset({"key", "token", "developer", "none"})
SENT = frozenset({"key", "bearer", "query", "nothing"})
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_LOWEST = frozenset({"bearer", "bearer_everywhere", "bearer_and_developer_key"})
_REQUIRED = ("package", "imports", "sources", "sure", "measured", "releases", "key", "token", "lowest")
_MAPPINGS = ("attributes", "configuration", "credentials", "config", "classes", "constants", "fields")
_RANGED = ("since", "until")
_PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "clients": (("name", *_RANGED, "key", "token", "credential"), ("name",)),
    "setters": (("name", *_RANGED, "as", "keyword", "position"), ("name", "as", "keyword")),
    "requests": (
        ("name", *_RANGED, "method", "path", "options", "keys", "through", "prefers", "verb", "query", "body"),
        ("name", "method"),
    ),
    "key": ((*_RANGED, "account", "developer"), ("account", "developer")),
    "token": ((*_RANGED, "account", "developer"), ("account", "developer")),
}
_ARGUMENTS = frozenset({"key", "token", "credential", "path", "options", "verb", "query", "body"})
_KNOWN = (*_REQUIRED, *_MAPPINGS, *_PARTS, "also", "instead", "wraps", "schemes", "module", "methods")
_METHOD = re.compile(r"(?P<verb>[A-Z]+) (?P<path>/\S*) \((?P<takes>[^)]*)\)(?: (?P<eras>.+))?$")


def compile_libraries(folder: Folder) -> Mapping[str, Any]:
    """Returns what the rules say about each library but its methods, by package. Raises `RulesError`."""
    from migrator.catalog.reading import read

    found: dict[str, Any] = {}
    for path in folder.files((PATTERN,)):
        top = read(path, folder.label(path.relative_to(folder.path).as_posix()))
        data = _library(top)
        if path.stem != file_of(data["package"]):
            name = f"{file_of(data['package'])}.yaml"
            raise top.error(f"the package is called {data['package']!r}", f"Name the file {name}.")
        found[data["package"]] = data
    return found


def compile_methods(folder: Folder, package: str) -> Mapping[str, Any]:
    """Returns the methods of a library by attribute path. Raises `RulesError` when a row is wrong."""
    from migrator.catalog.reading import read

    file = f"sdks/{file_of(package)}.yaml"
    if not (folder.path / file).is_file():
        return {}
    fields = read(folder.path / file, folder.label(file)).fields(_KNOWN, _REQUIRED)
    measured = _versions(fields["measured"])
    default = fields["schemes"].text() if "schemes" in fields else ""
    if "methods" not in fields:
        return {}
    return {
        f"{group.text()}.{name.text()}": [_operation(row, measured, default) for row in _rows(rows)]
        for group, methods in fields["methods"].pairs()
        for name, rows in methods.pairs()
    }


def _rows(entry: RuleValue) -> list[RuleValue]:
    return [entry] if entry.node.id == "scalar" else entry.items()


def _library(top: RuleValue) -> dict[str, Any]:
    fields = top.fields(_KNOWN, _REQUIRED)
    fields["sure"].choice(SURE)
    releases = _versions(fields["releases"])
    lowest = _texts(fields["lowest"], _LOWEST)
    return {
        "package": fields["package"].text(),
        "releases": releases,
        "measured": [_release(fields["measured"], releases, version) for version in _versions(fields["measured"])],
        "lowest": {name: _release(fields["lowest"], releases, version) for name, version in lowest.items()},
        **{name: fields[name].texts() if name in fields else () for name in ("also", "imports", "sources")},
        **{name: fields[name].text() if name in fields else "" for name in ("instead", "wraps", "module", "sure")},
        **{name: _texts(fields[name]) if name in fields else {} for name in _MAPPINGS},
        **{name: _each(fields, name, releases) for name in _PARTS},
    }


def _each(fields: Mapping[str, RuleValue], name: str, releases: list[str]) -> list[dict[str, Any]]:
    return [_part(item, name, releases) for item in fields[name].items()] if name in fields else []


def _part(item: RuleValue, name: str, releases: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, entry in item.fields(*_PARTS[name]).items():
        if key in _RANGED:
            row[key] = _release(entry, releases, entry.text())
        elif key in _ARGUMENTS:
            row[key] = _argument(entry)
        elif key in ("account", "developer"):
            row[key] = entry.choice(SENT)
        elif key == "keys":
            row[key] = _texts(entry)
        else:
            row[key] = entry.number() if key == "position" else entry.text()
    return row


def _argument(entry: RuleValue) -> list[Any]:
    fields = entry.fields(("keyword", "position"), ("keyword",))
    return [fields["keyword"].text(), fields["position"].number() if "position" in fields else None]


def _texts(entry: RuleValue, known: frozenset[str] | None = None) -> dict[str, str]:
    found = {}
    for key, item in entry.pairs():
        found[key.choice(known) if known else key.text()] = item.text()
    return found


def _versions(entry: RuleValue) -> list[str]:
    """Returns versions written one after the other, which have to rise."""
    names = entry.text().split()
    try:
        parsed = [Version(name) for name in names]
    except InvalidVersion as error:
        raise entry.error(f"not a version: {error}") from error
    if parsed != sorted(set(parsed)):
        raise entry.error("the versions do not rise", "List each once, the oldest first.")
    return names


def _release(entry: RuleValue, releases: list[str], version: str) -> str:
    if version not in releases:
        raise entry.error(f"{version!r} is not among the releases", "Add it to them or correct it.")
    return version


def _operation(entry: RuleValue, measured: list[str], default: str) -> list[Any]:
    """Returns a method row as verb, path, parameters, and the eras of its schemes as indexes of measured versions."""
    match = _METHOD.match(entry.text())
    if match is None or match["verb"] not in _METHODS:
        raise entry.error(
            "not a method row", "Write: GET /path/{name} (parameters) 1.0.0..2.0.0 key|token, 3.0.0.. token"
        )
    takes = [part.strip() for part in match["takes"].split(",") if part.strip()]
    eras = [_era(entry, part.strip(), measured) for part in (match["eras"] or default).split(",")]
    return [match["verb"], match["path"], takes, eras]


def _era(entry: RuleValue, text: str, measured: list[str]) -> list[Any]:
    span, _, schemes = text.rpartition(" ")
    if not schemes or not SCHEMES.issuperset(schemes.split("|")):
        raise entry.error(f"unknown schemes {schemes!r}", f"Known: {', '.join(sorted(SCHEMES))}.")
    since, dots, until = span.partition("..")
    first = _index(entry, since, measured) if since else 0
    last = _index(entry, until, measured) if until else len(measured) - 1 if dots or not since else first
    return [first, last, schemes]


def _index(entry: RuleValue, version: str, measured: list[str]) -> int:
    if version not in measured:
        raise entry.error(f"{version!r} is not among the measured versions", f"Measured: {' '.join(measured)}.")
    return measured.index(version)
