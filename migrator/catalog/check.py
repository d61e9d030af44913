"""Checks of rule files, shipped or a user's own: format, names, and rows that get in each other's way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from migrator.catalog import (
    checklist,
    clients,
    commands,
    facts,
    findings,
    languages,
    objects,
    project,
    refusals,
    releases,
    requirement,
    sdkrows,
    sources,
    vocabulary,
)
from migrator.catalog.index import CORRECTIONS, context
from migrator.catalog.objects import CrmObject
from migrator.catalog.reading import read
from migrator.catalog.rows import Reader, Row
from migrator.catalog.sources import Sources
from migrator.catalog.store import CLIENTS, Folder, shipped, unread_clients
from migrator.errors import RulesError, nearest

_PARAMETER = re.compile(r"\{[^}]*\}")
_FILES: Mapping[str, Callable[[Folder], Any]] = {
    vocabulary.FILE: vocabulary.compile_vocabulary,
    findings.FILE: findings.compile_findings,
    commands.FILE: commands.compile_commands,
    languages.FILE: languages.compile_languages,
    checklist.FILE: checklist.compile_checklist,
    project.FILE: project.compile_project,
    refusals.FILE: refusals.compile_refusals,
    **{file: partial(facts.compile_facts, files=(file,)) for file in facts.PATTERNS},
    objects.FILE: objects.read_objects,
    releases.FILE: releases.read_releases,
    sources.FILE: sources.read_sources,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was checked and what is wrong, in the order of files and lines."""

    files: tuple[str, ...]
    rows: int
    problems: tuple[RulesError, ...]

    def text(self) -> str:
        """Returns the problems one a line, and a line that sums up."""
        files = f"{len(self.files)} rule file{'s' * (len(self.files) != 1)}"
        wrong = f"{len(self.problems)} problem{'s' * (len(self.problems) != 1)}" if self.problems else "nothing wrong"
        rows = f"{self.rows:,} endpoint{'s' * (self.rows != 1)}"
        return "\n".join([*map(str, self.problems), f"{files}, {rows}: {wrong}"])


def check(paths: Sequence[Path] = ()) -> Checked:
    """Returns what is wrong with rule files or folders of them; without any, with the shipped rules.

    Raises `RulesError` when a path is not there, or when the shipped rules that a user's files build on are broken.
    """
    for path in paths:
        if not path.exists():
            raise RulesError("no such rule file", where=str(path), advice="Give existing files or folders.")
    wanted = [(_folder(path), _chosen(path)) for path in paths] or [(shipped(), None)]
    names: list[str] = []
    rows: list[Row] = []
    problems: list[RulesError] = []
    for folder, chosen in wanted:
        patterns = ("*.yaml", "endpoints/*.yaml", "sdks/*.yaml", CLIENTS)
        files = [path for path in folder.files(patterns) if chosen in (None, path)]
        files = files or ([chosen] if chosen else [])
        names += [folder.label(_relative(path, folder)) for path in files]
        strays = [path for path in files if _is_stray(path, folder) and (chosen is None or _resembles(path))]
        problems += [_stray(path, folder) for path in strays]
        found, wrong = _check_folder(folder, [path for path in files if path not in strays])
        rows += found
        problems += wrong
    unique = {str(problem): problem for problem in problems}
    return Checked(files=tuple(names), rows=len(rows), problems=tuple(sorted(unique.values(), key=_order)))


def _folder(path: Path) -> Folder:
    root = path if path.is_dir() else path.parent
    if root.name in ("endpoints", "sdks"):
        root = root.parent
    elif root.parent.name == "clients":
        root = root.parent.parent
    base = shipped()
    return base if root.resolve() == base.path.resolve() else Folder(root, root.as_posix(), False)


def _chosen(path: Path) -> Path | None:
    if path.is_dir():
        return None
    return (
        _folder(path).path / path.relative_to(_folder(path).path) if path.is_relative_to(_folder(path).path) else path
    )


def _is_stray(path: Path, folder: Folder) -> bool:
    return path.parent == folder.path and path.name not in (*_FILES, CORRECTIONS)


def _resembles(path: Path) -> bool:
    return nearest(path.name, {*_FILES, CORRECTIONS}).startswith("Did you mean")


def _stray(path: Path, folder: Folder) -> RulesError:
    advice = nearest(path.name, {*_FILES, CORRECTIONS}) + " Files of endpoints go into the folder endpoints/."
    return RulesError("nothing reads a rule file of this name", where=folder.label(path.name), advice=advice)


def _relative(path: Path, folder: Folder) -> str:
    return path.relative_to(folder.path).as_posix() if path.is_relative_to(folder.path) else path.as_posix()


def _order(error: RulesError) -> tuple[str, int]:
    file, _, line = error.where.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (error.where, 0)


def _check_folder(folder: Folder, files: Sequence[Path]) -> tuple[list[Row], list[RulesError]]:
    problems = [problem for path in files if path.name in _FILES for problem in _tried(_FILES[path.name], folder)]
    if any(path.parent.name == "sdks" for path in files):
        problems += _tried(_compile_sdks, folder)
    of_clients = [path for path in files if path.parent.parent.name == "clients"]
    if of_clients and folder.shipped:
        problems += _tried(clients.compile_clients, folder)
    elif of_clients:
        problems += [unread_clients(folder.label(_relative(path, folder))) for path in of_clients]
    endpoints = [path for path in files if path.name not in _FILES and path.parent.name != "sdks"]
    endpoints = [path for path in endpoints if path not in of_clients]
    try:
        kinds, names = context(folder)
    except RulesError as error:
        return [], [*problems, error]
    reader = Reader(kinds, names)
    rows: list[Row] = []
    for path in endpoints:
        found, wrong = _check_endpoints(path, folder, reader)
        rows += found
        problems += wrong
    problems += _clashes(rows)
    problems += _strange_scopes(rows, kinds.kinds.values(), names, _known_scopes(folder))
    return rows, problems


def _tried(compile_one: Callable[[Folder], Any], folder: Folder) -> list[RulesError]:
    try:
        compile_one(folder)
    except RulesError as error:
        return [error]
    return []


def _compile_sdks(folder: Folder) -> None:
    for package in sdkrows.compile_libraries(folder):
        sdkrows.compile_methods(folder, package)


def _known_scopes(folder: Folder) -> set[str]:
    scopes = set(facts.compile_facts(shipped())["scopes"])
    if not folder.shipped and not _tried(facts.compile_facts, folder):
        scopes |= set(facts.compile_facts(folder)["scopes"])
    return scopes


def _check_endpoints(path: Path, folder: Folder, reader: Reader) -> tuple[list[Row], list[RulesError]]:
    """Returns the rows of a file, and the first error of each of its groups."""
    rows: list[Row] = []
    problems: list[RulesError] = []
    try:
        groups = read(path, folder.label(_relative(path, folder))).items()
    except RulesError as error:
        return [], [error]
    for group in groups:
        try:
            rows += reader.group(group)
        except RulesError as error:
            problems.append(error)
    return rows, problems


def _clashes(rows: Iterable[Row]) -> Iterator[RulesError]:
    """Yields rows that claim the same requests; corrections stand above the rows that they correct.

    Of two paths that a request fits, the one is more specific that is literal where they first differ, so nothing but
    equal paths can clash.
    """
    seen: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = (row.file.endswith(CORRECTIONS), row.method, row.host, _PARAMETER.sub("{}", row.path))
        first = seen.setdefault(key, row)
        if first is not row:
            what = f"{row.method} {row.path} is claimed twice"
            yield RulesError(what, where=f"{row.file}:{row.line}", advice=f"The other is {first.file}:{first.line}.")


def _strange_scopes(
    rows: Iterable[Row], kinds: Iterable[CrmObject], names: Sources, known: set[str]
) -> Iterator[RulesError]:
    told: set[tuple[str, str]] = set()
    for row in rows:
        for scope in (*_named(row.scopes, names), *row.optional.split()):
            if scope not in known and (scope, row.file) not in told:
                told.add((scope, row.file))
                yield RulesError(
                    f"unknown scope {scope!r}", where=f"{row.file}:{row.line}", advice=nearest(scope, known)
                )
    for kind in kinds:
        for text in filter(None, (kind.read, kind.write, kind.schema_read, kind.schema_write)):
            for scope in _named(text, names):
                if scope not in known:
                    where = f"{objects.FILE}: {kind.name}"
                    yield RulesError(f"unknown scope {scope!r}", where=where, advice=nearest(scope, known))


def _named(text: str, names: Sources) -> list[str]:
    alternatives = requirement.parse(text, names.requirements) or ()
    return [scope for scopes in alternatives for scope in scopes if not requirement.FACET.match(scope)]
