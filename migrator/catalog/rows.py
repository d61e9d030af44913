"""The files of ``rules/endpoints``, expanded to one row for each method and path.

A file is a list of groups. A group has the paths its endpoints start with, for each version of the API, and what most
of its rows say; a version, an endpoint, and an exception at an endpoint say otherwise, the later of these winning::

    - spec: CRM/Lists                        # the specification file, where there is one
      paths:
        /crm/{version}/lists: v3
        /crm/lists/{version}: 2025-09 2026-03
      source: before
      versions:
        v3: {status: legacy, unsupported: 2027-09}
      endpoints:
        GET /{listId}: crm.lists.read        # short for {scopes: crm.lists.read}
        POST /search: {scopes: crm.lists.read, access: read, only: 2026-03}
        DELETE PUT /{listId}/memberships: {scopes: crm.lists.read + crm.lists.write, except: {v3: {sure: low}}}

``types`` makes one row for each kind of object named: ``<type>`` is its name or id, ``<type>Id`` its id parameter,
``<Type>`` its title, and ``<type>.read`` what reading it needs; an endpoint's own ``types`` are those that have it.
A ``source`` is a name in ``sources.yaml`` or an address. ``{path...}`` at the end takes any number of segments. A
replacement ``@2026-03`` is the same endpoint in that version; users are shown each replacement in the newest release
that has it (`releases`). The version of a path without one is ``-``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrator.catalog import requirement
from migrator.catalog.objects import Objects, by_spelling
from migrator.catalog.reading import RuleValue
from migrator.catalog.sources import Sources
from migrator.catalog.vocabulary import SURE

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
VERSION = re.compile(r"^(v\d+|\d{4}-\d{2}(-beta)?)$")
AUTHS = ("private_app", "developer_key", "oauth_only", "none", "unknown")
STATUSES = ("current", "legacy", "sunset", "unknown")
ACCESSES = ("read", "write")
UNVERSIONED = "-"
"""The version of a path that names none."""
_CHOICES = {"auth": AUTHS, "status": STATUSES, "access": ACCESSES, "sure": SURE}
_DATE = re.compile(r"^$|^\d{4}-\d{2}(-\d{2})?$")
_PATH = re.compile(r"^(/([\w.\-<>]+|[\w.\-]*\{[\w\-<>]+\}[\w.\-]*|\{\w+\.\.\.\}))+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One method and path, what it needs, and where that is known from.

    ``source`` and ``note`` name entries of ``sources.yaml``; ``scopes`` is text of the requirement language; ``host``
    is set where the path is not one of the main API host. ``optional`` names scopes that only make the answer fuller.
    """

    method: str
    host: str
    path: str
    version: str
    spec: str
    auth: str
    scopes: str
    status: str
    sunset: str
    unsupported: str
    replacement: str
    access: str
    sure: str
    source: str
    commit: str
    note: str
    optional: str = ""
    file: str
    line: int


_OWN = frozenset({"method", "host", "path", "version", "spec", "file", "line"})
ATTRIBUTES = tuple(one.name for one in dataclasses.fields(Row) if one.name not in _OWN)
_DEFAULTS = dict.fromkeys(ATTRIBUTES, "") | {"auth": "private_app", "scopes": "none", "status": "current"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _PathGroup:
    spec: str
    paths: Mapping[str, str]
    types: tuple[str, ...]
    defaults: Mapping[str, str]
    versions: Mapping[str, Mapping[str, str]]


class Reader:
    """Expands endpoint files with the objects and sources that they name."""

    def __init__(self, objects: Objects, sources: Sources) -> None:
        """Takes what the files may refer to."""
        self.objects = by_spelling(objects.kinds.values())
        self.sources = sources

    def rows(self, content: RuleValue) -> Iterator[Row]:
        """Yields the rows of a file. Raises `RulesError` at the first thing that is wrong."""
        for entry in content.items():
            yield from self.group(entry)

    def group(self, entry: RuleValue) -> list[Row]:
        """Returns the rows of one group. Raises `RulesError` at the first thing that is wrong."""
        fields = entry.fields(("spec", "paths", "types", "versions", "endpoints", *ATTRIBUTES), ("paths", "endpoints"))
        group = self._group(fields)
        return [row for key, item in fields["endpoints"].pairs() for row in self._endpoint(group, key, item)]

    def _group(self, fields: Mapping[str, RuleValue]) -> _PathGroup:
        paths: dict[str, str] = {}
        for base, versions in fields["paths"].pairs():
            for version in versions.text().split():
                if version in paths:
                    raise versions.error(
                        f"version {version!r} has two paths", "Make a second group for the other path."
                    )
                paths[version] = _base(base, version)
        types = tuple(fields["types"].text().split()) if "types" in fields else ()
        for name in types:
            if name not in self.objects:
                raise fields["types"].error(f"unknown object type {name!r}", "Add it to objects.yaml.")
        return _PathGroup(
            spec=fields["spec"].text() if "spec" in fields else "",
            paths=paths,
            types=types,
            defaults=self._attributes({name: fields[name] for name in ATTRIBUTES if name in fields}),
            versions=self._overrides(fields.get("versions"), paths),
        )

    def _endpoint(self, group: _PathGroup, key: RuleValue, item: RuleValue) -> Iterator[Row]:
        methods, path = _key(key)
        fields = {"scopes": item} if item.node.id == "scalar" else item.fields((*ATTRIBUTES, "only", "types", "except"))
        only = _subset(fields["only"], tuple(group.paths)) if "only" in fields else tuple(group.paths)
        kinds = _subset(fields["types"], group.types) if "types" in fields else group.types
        values = self._attributes({name: fields[name] for name in ATTRIBUTES if name in fields})
        exceptions = self._overrides(fields.get("except"), group.paths)
        for version in only:
            said = {**group.defaults, **group.versions.get(version, {}), **values, **exceptions.get(version, {})}
            for method in methods:
                for kind in kinds or ("",):
                    yield self._row(group, method, version, path, said, kind, key)

    def _overrides(self, entry: RuleValue | None, paths: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
        found: dict[str, Mapping[str, str]] = {}
        for key, item in entry.pairs() if entry else ():
            values = self._attributes(item.fields(ATTRIBUTES))
            for version in _subset(key, tuple(paths)):
                found[version] = {**found.get(version, {}), **values}
        return found

    def _attributes(self, fields: Mapping[str, RuleValue]) -> dict[str, str]:
        return {name: self._attribute(name, entry) for name, entry in fields.items()}

    def _attribute(self, name: str, entry: RuleValue) -> str:
        if name in _CHOICES:
            return entry.choice(_CHOICES[name])
        text = entry.text()
        if name == "source" and "://" not in text:
            return entry.choice(self.sources.citations.keys())
        if name in ("sunset", "unsupported") and not _DATE.match(text):
            raise entry.error(f"{text!r} is not a date", "Write 2027-09 or 2027-03-30.")
        if name == "scopes":
            self._requirement(entry)
        return text

    def _requirement(self, entry: RuleValue) -> None:
        text = re.sub(r"<type>\.(schema_)?(read|write)", "macro", entry.text())
        try:
            requirement.parse(text, self.sources.requirements)
        except ValueError as error:
            raise entry.error(str(error)) from error

    def _row(
        self,
        group: _PathGroup,
        method: str,
        version: str,
        path: str,
        said: Mapping[str, str],
        kind: str,
        key: RuleValue,
    ) -> Row:
        values: dict[str, Any] = {**_DEFAULTS, **said}
        if not values["source"]:
            raise key.error("this endpoint has no source", "Add source: to it, to its version or to its group.")
        values["access"] = values["access"] or derived_access(method)
        cited = self.sources.citations.get(values["source"])
        values["sure"] = values["sure"] or (cited.sure if cited else "medium")
        values["commit"] = values["commit"] or (self.sources.head if group.spec else "")
        host, base = split_host(group.paths[version])
        if values["replacement"].startswith("@"):
            values["replacement"] = self._sibling(group, values["replacement"][1:], key) + path
        values |= {"path": base + path, "spec": group.spec}
        if kind:
            values |= {
                name: self._typed(values[name], kind) for name in ("path", "spec", "scopes", "replacement", "note")
            }
        return Row(method=method, host=host, version=version, file=key.file, line=key.line, **values)

    def _sibling(self, group: _PathGroup, version: str, key: RuleValue) -> str:
        if version not in group.paths:
            raise key.error(f"the replacement names version {version!r}, which this group has not")
        return group.paths[version]

    def _typed(self, text: str, kind: str) -> str:
        known = self.objects[kind]

        def needs(hit: re.Match[str]) -> str:
            return known.needs("schemas" if hit[1] else "objects", hit[2]) or requirement.UNKNOWN

        text = re.sub(r"<type>\.(schema_)?(read|write)", needs, text)
        return text.replace("<type>Id", known.parameter).replace("<type>", kind).replace("<Type>", known.title)


def derived_access(method: str) -> str:
    """Returns whether a method reads or writes when its row does not say."""
    return "read" if method == "GET" else "write"


def split_host(base: str) -> tuple[str, str]:
    """Returns the host that a base path begins with, empty for the main API host, and the rest."""
    hit = re.match(r"https://([^/]+)(/.*)?$", base)
    return (hit[1], hit[2] or "") if hit else ("", base)


def _base(entry: RuleValue, version: str) -> str:
    text = entry.text().replace("{version}", version)
    if not _PATH.match(split_host(text)[1]):
        raise entry.error(f"{text!r} is not a path", "Write /segment/{parameter}.")
    if version != UNVERSIONED and version not in text.split("/"):
        raise entry.error(f"the path has no segment {version!r}", "Write {version} where it stands.")
    return text


def _subset(entry: RuleValue, known: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(entry.text().split())
    for name in names:
        if name not in known:
            raise entry.error(f"{name!r} is not one of this group's", f"Known: {' '.join(known) or 'none'}.")
    return names


def _key(entry: RuleValue) -> tuple[tuple[str, ...], str]:
    *methods, last = entry.text().split()
    path = last if last.startswith("/") else ""
    methods = methods if path else [*methods, last]
    if not methods or not set(methods) <= set(METHODS) or (path and not _PATH.match(path)):
        raise entry.error(f"{entry.text()!r} is not a method and path", f"Methods: {', '.join(METHODS)}.")
    return tuple(methods), path
