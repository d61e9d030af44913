"""What changed in HubSpot's API specifications since the rules were compared with them, as a change to ``rules/``.

``python -m tools.specification CHECKOUT [--at=REVISION] [--write]`` reads a git checkout (bare or not) of HubSpot's
collection of OpenAPI specifications twice: at the commit that ``sources.yaml`` names, and at its newest one. What an
operation needs is derived at both by the rules in tools/README.md; operations that are new become rows, and rows
change where what is derived changed. Everything else stays: hand-made order, notes, sources, and corrections. The
change is printed as a diff, and written with ``--write``; a second run finds nothing.
"""

from __future__ import annotations

import difflib
import io
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrator.catalog.facts import facts
from migrator.catalog.objects import Objects, by_spelling
from migrator.catalog.requirement import NONE, parse
from migrator.catalog.rows import VERSION, Row, derived_access
from migrator.catalog.sources import FILE as SOURCES
from migrator.catalog.sources import Sources
from migrator.catalog.store import shipped
from tools.table import days, laid_out, read_folder

BEFORE = "2026-04-10"
"""The day from which specifications name OAuth alone, which says nothing of private apps."""
_METHODS = ("get", "post", "put", "patch", "delete")
_PRIVATE, _DEVELOPER = ("private_apps", "private_apps_legacy"), "developer_hapikey"
_INNER = re.compile(r"sensitive|ACCEPTANCE_TEST|^developers-|^private-apps-")
_SPECIFICATION = re.compile(r"PublicApiSpecs/(?!Test/)[^/]+/[^/]+/.+\.json$")
_MOST = 8  # alternatives beyond which a list is the union over all objects


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path of a specification: its schemes, and the scopes that each list of alternatives names."""

    method: str
    path: str
    spec: str
    schemes: frozenset[str]
    scopes: tuple[tuple[str, ...], ...]

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same operation: its method, and its path whatever the names of parameters."""
        return self.method, _bare(self.path)


def _bare(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path.rstrip("/"))


def _unversioned(path: str) -> str:
    return "/".join(part for part in _bare(path).split("/") if not VERSION.match(part))


def revision(checkout: Path, *arguments: str) -> str:
    """Returns the commit that ``git rev-list -1`` names. Raises CalledProcessError when there is none."""
    return _git(checkout, "rev-list", "-1", *arguments).decode().strip()


def _git(checkout: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(checkout), *arguments], check=True, capture_output=True).stdout  # noqa: S603, S607


def operations(checkout: Path, commit: str) -> dict[tuple[str, str], Operation]:
    """Returns the operations of all specifications at a commit; of two that are the same the later file's."""
    archive = tarfile.open(fileobj=io.BytesIO(_git(checkout, "archive", commit)))  # noqa: SIM115
    found: dict[tuple[str, str], Operation] = {}
    for member in sorted(archive.getmembers(), key=lambda one: one.name):
        if not (member.isfile() and _SPECIFICATION.match(member.name)):
            continue
        parts = member.name.split("/")
        file = archive.extractfile(member)
        data = json.load(file) if file else {}
        for one in _read(data, f"{parts[1]}/{parts[2]}"):
            found[one.key] = one
    return found


def _read(data: Mapping[str, object], spec: str) -> Iterator[Operation]:
    paths = data.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in (name for name in _METHODS if name in item):
            entries = item[method].get("security") or []
            lists = [tuple(names) for entry in entries for scheme, names in entry.items() if scheme != _DEVELOPER]
            yield Operation(
                method=method.upper(),
                path=path.rstrip("/"),
                spec=spec,
                schemes=frozenset(scheme for entry in entries for scheme in entry),
                scopes=tuple(dict.fromkeys(names for names in lists if names)),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What an operation needs by the rules: the credential, the scopes, and the source that says why."""

    auth: str
    scopes: str
    source: str


class Rules:
    """The rules by which rows are derived, over the specifications of two days."""

    def __init__(
        self,
        now: Mapping[tuple[str, str], Operation],
        before: Mapping[tuple[str, str], Operation],
        objects: Objects,
        offered: frozenset[str],
    ) -> None:
        """Takes the operations now, those of the last day that told private apps apart, and what an app can pick."""
        self.now, self.before, self.offered = now, before, offered
        self.objects = by_spelling(objects.kinds.values())
        self.siblings: dict[tuple[str, str], Operation] = {}
        for one in (*now.values(), *before.values()):
            if not one.schemes.isdisjoint((*_PRIVATE, _DEVELOPER)):
                self.siblings[one.method, _unversioned(one.path)] = one

    def derived(self, one: Operation) -> Derived:
        """Returns what an operation needs."""
        auth, source = self._credential(one)
        return Derived(auth=auth, scopes=self._scopes(one) if auth == "private_app" else NONE, source=source)

    def _credential(self, one: Operation) -> tuple[str, str]:
        if not one.schemes:
            return "none", "any-token"
        for found, suffix in ((one, "head"), (self.before.get(one.key), "before"), (self._sibling(one), "sibling")):
            if found is not None and not found.schemes.isdisjoint(_PRIVATE):
                return "private_app", suffix
            if found is not None and _DEVELOPER in found.schemes:
                return "developer_key", f"{suffix}-key"
        return ("developer_key", "sibling-key") if "{appId}" in one.path else ("private_app", "pipeline")

    def _sibling(self, one: Operation) -> Operation | None:
        return self.siblings.get((one.method, _unversioned(one.path)))

    def _scopes(self, one: Operation) -> str:
        kept = [names for names in one.scopes if not any(map(_INNER.search, names)) and names != ("oauth",)]
        picked = [names for names in kept if self.offered.issuperset(names)] or kept
        if len(kept) <= _MOST:
            return " | ".join(" + ".join(sorted(names)) for names in dict.fromkeys(picked)) or NONE
        access = "read" if one.method == "GET" or one.path.endswith(("/search", "/batch/read")) else "write"
        kind = next((part for part in _unversioned(one.path).split("/") if part in self.objects), None)
        if kind is not None:
            return self.objects[kind].needs("objects", access)
        return f"crm.objects.{{objectType}}.{access}" if "{objectType}" in one.path else "unknown"


def changed_rows(
    rows: Sequence[Row],
    old: Mapping[tuple[str, str], Derived],
    new: Mapping[tuple[str, str], tuple[Operation, Derived]],
) -> Iterator[Row]:
    """Yields the rows as they are to be: changed where what is derived changed, and a row for what is new."""
    known = {(row.method, _bare(row.path)) for row in rows}
    for row in rows:
        key = (row.method, _bare(row.path))
        now = new.get(key)
        same = now is None or key not in old or row.host or not _differs(old[key], now[1])
        yield (
            row
            if same or now is None
            else replace(row, auth=now[1].auth, scopes=now[1].scopes, source=now[1].source, sure="", commit="")
        )
    for key, (one, now_derived) in sorted(new.items()):
        if key not in known and key not in old and any(map(VERSION.match, one.path.split("/"))):
            yield _row(one, now_derived)


def _differs(old: Derived, new: Derived) -> bool:
    """Whether what is needed changed, not only where that is known from."""
    return (old.auth, old.scopes) != (new.auth, new.scopes)


def _row(one: Operation, found: Derived) -> Row:
    version = next(part for part in one.path.split("/") if VERSION.match(part))
    reads = one.method == "POST" and one.path.endswith(("/search", "/batch/read", "/batch-read"))
    numbered = version.startswith("v")
    return Row(
        method=one.method,
        host="",
        path=re.sub(r"\{path\}$", "{path...}", one.path),
        version=version,
        spec=one.spec,
        auth=found.auth,
        scopes=found.scopes,
        status="legacy" if numbered else "current",
        sunset="",
        unsupported="2027-09" if numbered else "",
        replacement="",
        access="read" if reads else derived_access(one.method),
        sure="",
        source=found.source,
        commit="",
        note="beta" if version.endswith("-beta") else "",
        file="",
        line=0,
    )


def changes(checkout: Path, to: str) -> tuple[dict[Path, str], list[str]]:
    """Returns the rule files that change, whole, and what a person should look at, between two states of a checkout."""
    folder = shipped()
    rows, objects, sources = read_folder(folder)
    start = _git(checkout, "rev-parse", sources.head).decode().strip()
    end = _git(checkout, "rev-parse", to).decode().strip()
    last = revision(checkout, f"--before={BEFORE}", end)
    before = operations(checkout, last) if last else {}
    offered = frozenset(name for name, scope in facts().scopes.items() if scope.selectable == "true")
    now, then = operations(checkout, end), operations(checkout, start)
    old = {key: Rules(then, before, objects, offered).derived(one) for key, one in then.items()} if start != end else {}
    rules = Rules(now, before, objects, offered)
    new = {key: (one, rules.derived(one)) for key, one in now.items()}
    if start == end:
        return {}, list(_remarks(rows, new, sources))
    wanted = [_sure(row, sources) for row in changed_rows(rows, old, new)]
    day = _git(checkout, "show", "-s", "--format=%cs", end).decode().strip()
    compared = days(folder) | {Path(row.file).name: day for row in rows if row.spec}
    files = laid_out(wanted, objects, sources, {**dict.fromkeys(_areas(wanted), day), **compared})
    made = {folder.path / "endpoints" / name: text for name, text in files.items()}
    text = (folder.path / SOURCES).read_text(encoding="utf-8")
    made[folder.path / SOURCES] = re.sub(r"(?m)^  head: .*$", f"  head: '{end[:10]}'", text, count=1)
    changed = {path: content for path, content in made.items() if not path.exists() or path.read_text() != content}
    return changed, list(_remarks(rows, new, sources))


def _areas(rows: Iterable[Row]) -> Iterator[str]:
    """Yields the names that files of new areas can have."""
    for row in rows:
        first, *rest = _unversioned(row.path).split("/")[1:]
        yield from (f"{first}.yaml", *(f"{first}-{word}.yaml" for word in rest[:1]))


def _sure(row: Row, sources: Sources) -> Row:
    cited = sources.citations.get(row.source)
    sure = row.sure or (cited.sure if cited else "medium")
    return replace(row, sure=sure, commit=row.commit or (sources.head if row.spec else ""))


def _remarks(
    rows: Sequence[Row], new: Mapping[tuple[str, str], tuple[Operation, Derived]], sources: Sources
) -> Iterator[str]:
    """Yields how the rules and what is derived compare, where no change follows."""
    same = differs = 0
    for row in rows:
        found = new.get((row.method, _bare(row.path)))
        if found is None or not row.spec:
            continue
        mine, theirs = (_alternatives(text, sources) for text in (row.scopes, found[1].scopes))
        if row.auth == found[1].auth and (mine == theirs or row.auth != "private_app"):
            same += 1
        else:
            differs += 1
    yield f"{same} rows are as derived, {differs} are narrowed or corrected by hand and stay as they are"


def _alternatives(text: str, sources: Sources) -> frozenset[frozenset[str]] | None:
    found = parse(text, sources.requirements)
    return None if found is None else frozenset(map(frozenset, found))


def diff(files: Mapping[Path, str], root: Path) -> Iterator[str]:
    """Yields the change to some files as unified diffs."""
    for path, text in sorted(files.items()):
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        name = path.relative_to(root).as_posix()
        yield from difflib.unified_diff(
            old.splitlines(keepends=True), text.splitlines(keepends=True), f"a/{name}", f"b/{name}"
        )


def main(arguments: Sequence[str]) -> int:
    """Prints the change, and writes it with ``--write``; 0 when there is none, 1 when there is one, 2 on bad usage."""
    options = [argument for argument in arguments if argument.startswith("--")]
    places = [argument for argument in arguments if not argument.startswith("--")]
    at = next((option.removeprefix("--at=") for option in options if option.startswith("--at=")), "HEAD")
    if len(places) != 1 or any(option != "--write" and not option.startswith("--at=") for option in options):
        sys.stderr.write("usage: python -m tools.specification CHECKOUT [--at=REVISION] [--write]\n")
        return 2
    files, remarks = changes(Path(places[0]), at)
    sys.stdout.writelines(diff(files, shipped().path.parent))
    sys.stderr.writelines(f"{remark}\n" for remark in remarks)
    if "--write" in options:
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    return 1 if files else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
