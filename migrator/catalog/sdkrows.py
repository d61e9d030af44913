"""The files of ``rules/sdks`` as checked, plain data: one part describes the library, the other holds its methods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from migrator.catalog.reading import RuleValue, read, read_from
from migrator.catalog.schema import made, plain
from migrator.catalog.sdk import PATTERN, Argument, Client, Sdk, Sender, Sends, Setter
from migrator.catalog.store import Folder, file_of, layers

SCHEMES = frozenset({"key", "token", "developer", "none"})
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_LOWEST = frozenset({"bearer", "bearer_everywhere", "bearer_and_developer_key"})
_METHOD = re.compile(r"(?P<verb>[A-Z]+) (?P<path>/\S*) \((?P<takes>[^)]*)\)(?: (?P<eras>.+))?$")


def compile_libraries(folder: Folder) -> Mapping[str, Any]:
    """Returns what the rules say about each library but its methods, by package. Raises `RulesError`."""
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
    top = read_from(folder, f"sdks/{file_of(package)}.yaml")
    fields = _fields(top) if top else {}
    if "methods" not in fields:
        return {}
    measured = _versions(fields["measured"])
    default = fields["schemes"].text() if "schemes" in fields else ""
    return {
        f"{group.text()}.{name.text()}".lstrip("."): [_operation(row, measured, default) for row in _rows(rows)]
        for group, methods in fields["methods"].pairs()
        for name, rows in methods.pairs()
    }


def _rows(entry: RuleValue) -> list[RuleValue]:
    return [entry] if entry.node.id == "scalar" else entry.items()


def _fields(top: RuleValue) -> dict[str, RuleValue]:
    return top.fields(dict(_named(top)), ("package", "measured", "releases"))


def _library(top: RuleValue) -> dict[str, Any]:
    fields = _fields(top)
    releases = _versions(fields["releases"])
    classes = {key.text(): item.text() for key, item in fields["classes"].pairs()} if "classes" in fields else {}

    def release(entry: RuleValue) -> str:
        return _release(entry, releases, entry.text())

    def rows(entry: RuleValue, kind: type, **more: Any) -> list[dict[str, Any]]:
        return [plain(item, kind, since=release, until=release, **more) for item in entry.items()]

    def setter(item: RuleValue) -> dict[str, Any]:
        argument = plain(item, Argument, needs=("name", "as"), allows=("since", "until"))
        given, needs = ("kind", "argument"), ("as", "keyword")
        row = plain(item, Setter, given=given, needs=needs, allows=("position",), since=release, until=release)
        return {**row, "kind": dict(_named(item))["as"].text(), "argument": argument}

    found = plain(
        top, Sdk, given=("senders",), allows=("requests", "schemes", "methods"),
        releases=lambda _: releases,
        measured=lambda entry: [_release(entry, releases, version) for version in _versions(entry)],
        lowest=lambda entry: {key.choice(_LOWEST): release(item) for key, item in entry.pairs()},
        key=lambda entry: rows(entry, Sends),
        token=lambda entry: rows(entry, Sends),
        clients=lambda entry: list(_clients(rows(entry, Client, given=("root",)), classes)),
        setters=lambda entry: list(map(setter, entry.items())),
    )  # fmt: skip
    if "requests" in fields:
        found["senders"] = rows(fields["requests"], Sender, keys=lambda entry: list(_pairs(entry)))
    return found


def _clients(rows: Iterable[dict[str, Any]], classes: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yields the clients of rows; one named ``*`` stands for every class."""
    for row in rows:
        if row["name"] != "*":
            yield row
        else:
            yield from ({**row, "name": name, "root": root} for root, name in classes.items())


def _named(entry: RuleValue) -> Iterator[tuple[str, RuleValue]]:
    return ((key.text(), item) for key, item in entry.pairs())


def _pairs(entry: RuleValue) -> Iterator[tuple[str, str]]:
    return ((key.text(), item.text()) for key, item in entry.pairs())


def _versions(entry: RuleValue) -> list[str]:
    """Returns versions written one after the other, which have to rise."""
    from packaging.version import InvalidVersion, Version  # only a run that has to compile rules pays for it

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


def sdks(overlays: Sequence[Path] = ()) -> Mapping[str, Sdk]:
    """Returns the libraries by package name; a user's file replaces the shipped one.

    Raises `RulesError` when a rule file is wrong.
    """
    return _loaded(tuple(overlays))


@cache
def _loaded(overlays: tuple[Path, ...]) -> Mapping[str, Sdk]:
    rows: dict[str, Any] = {}
    for layer in layers("sdks", overlays, (PATTERN,), compile_libraries):
        rows |= layer
    return {package: made(Sdk, row) for package, row in rows.items()}
