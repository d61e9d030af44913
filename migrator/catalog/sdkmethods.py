"""The methods of HubSpot client libraries: what each calls in which version, and what changes between two."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkrows import compile_methods, sdks
from migrator.catalog.store import file_of, layers
from migrator.model.record import value

ANY = "*"
"""Stands for a name in a path that nobody knows."""
KIND = "{}"
"""Stands for the segment of an endpoint that such a name decides."""
_NAMED = re.compile(r"\{\w+\}")


@value
class Operation:
    """A request that a method makes. ``takes`` are its positional parameters, with the defaults that the path needs.

    ``schemes`` are the ways the method can authenticate: ``key``, ``token``, ``developer``; empty when with none.
    """

    method: str
    path: str
    takes: tuple[tuple[str, str | None], ...] = ()
    schemes: frozenset[str] = frozenset()


@value
class Difference:
    """What another version makes of a method: ``removed``, ``renamed`` (to ``to``), ``moved`` or ``parameters``."""

    path: str
    kind: str
    before: Operation
    after: Operation | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class Methods:
    """The methods of a library by attribute path, as the releases that were looked at have them.

    ``groups`` are the attribute paths right above methods, ``prefixes`` all that lead on to them. ``roots`` gives
    the attribute path of an API class by the class's dotted name, in lower case without underscores.
    """

    releases: tuple[str, ...]
    measured: tuple[str, ...]
    rows: Mapping[str, Sequence[Any]]
    groups: frozenset[str]
    prefixes: frozenset[str]
    roots: Mapping[str, str]

    def operations(self, path: str, versions: Sequence[str] = ()) -> tuple[Operation, ...]:
        """Returns what a method calls in any of the releases; in any at all when none is given.

        A release that was not looked at counts as the ones next to it that were.
        """
        places = self._places(versions)
        found: dict[Operation, None] = {}
        for verb, url, takes, eras in self.rows.get(path, ()):
            for first, last, schemes in eras:
                if any(first <= place <= last for place in places):
                    names = tuple(_parameter(text) for text in takes)
                    found[Operation(verb, url, names, frozenset(schemes.split("|")) - {"none"})] = None
        return tuple(found)

    def shared(self, path: str, versions: Sequence[str] = ()) -> Operation | None:
        """Returns what the methods call that differ in one name, ``*`` in a path, where all call the same but for that.

        The differing segment of its path is `KIND`: it is kinds of objects that there is the same for.
        """
        like = re.compile(re.escape(path).replace(re.escape(ANY), r"[^.]+"))
        found = [one for name in self.rows if like.fullmatch(name) for one in self.operations(name, versions)]
        groups: dict[tuple[str, str], list[Operation]] = defaultdict(list)
        for one in found:
            segments = one.path.split("/")
            for at in (at for at, segment in enumerate(segments) if segment and not segment.startswith("{")):
                url = "/".join((*segments[:at], KIND, *segments[at + 1 :]))
                groups[one.method, _NAMED.sub("{}", url)].append(replace(one, path=url))
        alike = max(groups.values(), key=len, default=[])
        return alike[0] if len(alike) > 1 and len(alike) * 2 > len(found) else None

    @property
    def parts(self) -> frozenset[str]:
        """The names of the parts of a client that hold methods alone, as generators of clients call them."""
        last = (group.rpartition(".")[2] for group in self.groups)
        return frozenset(name for name in last if name.lower().endswith("api"))

    def is_prefix(self, path: str) -> bool:
        """Returns whether an attribute path leads on to methods."""
        return path in self.prefixes

    def root_of(self, name: str) -> str | None:
        """Returns the attribute path that an API class, by its dotted name, stands for; None for any other name."""
        return self.roots.get(_plain(name))

    def lacking(self, path: str, versions: Sequence[str], package: str) -> str:
        """Returns why a method is not known in some releases: which ones have it, and what does its work in these."""
        having = [version for version in self.measured if self.operations(path, (version,))]
        if not having:
            return (
                f"{path} is in no release of {package} that was looked at ({_span(self.measured)}); "
                "a row in the rules says what it requests"
            )
        told = f"{path} is not in {package} {_span(versions)}, which this project asks for, but in {_span(having)}"
        newest = versions[-1]
        (change, *_) = [*self.differences([path], having[-1], newest), None]
        return f"{told}; in {newest} it is {change.to}" if change is not None and change.to else told

    def differences(self, paths: Iterable[str], before: str, after: str) -> tuple[Difference, ...]:
        """Returns what changes for methods between two releases, sorted by path. Schemes are not compared."""
        found = []
        for path in sorted(set(paths)):
            news = self.operations(path, (after,))
            changes = (self._difference(path, old, news, after) for old in self.operations(path, (before,)))
            found += [change for change in changes if change][:1]
        return tuple(found)

    def _difference(self, path: str, old: Operation, news: Sequence[Operation], after: str) -> Difference | None:
        same = [new for new in news if (new.method, new.path) == (old.method, old.path)]
        if same:
            changed = all(new.takes != old.takes for new in same)
            return Difference(path, "parameters", old, same[0]) if changed else None
        if news:
            return Difference(path, "moved", old, news[0])
        for other in self._calling(old.method, old.path):
            for new in self.operations(other, (after,)):
                if (new.method, new.path) == (old.method, old.path):
                    return Difference(path, "renamed", old, new, other)
        return Difference(path, "removed", old)

    def _calling(self, method: str, url: str) -> list[str]:
        return sorted(path for path, rows in self.rows.items() if any(row[:2] == [method, url] for row in rows))

    def _places(self, versions: Sequence[str]) -> set[int]:
        if not versions:
            return set(range(len(self.measured)))
        looked = [self.releases.index(version) for version in self.measured]
        places: set[int] = set()
        for at in map(self.releases.index, versions):
            below = [place for place, other in enumerate(looked) if other <= at]
            above = [place for place, other in enumerate(looked) if other >= at]
            places.update(below[-1:], above[:1])
        return places


def _parameter(text: str) -> tuple[str, str | None]:
    name, equals, default = text.partition("=")
    return name, default if equals else None


def _span(versions: Sequence[str]) -> str:
    return versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


@cache
def methods(package: str, overlays: tuple[Path, ...] = ()) -> Methods:
    """Returns the methods of a library, which are read when they are first asked for.

    Raises `RulesError` when a rule file is wrong, `KeyError` for a library that the rules do not have.
    """
    sdk = sdks(overlays)[package]
    stem = file_of(package)
    found = layers(f"sdk-{stem}", overlays, (f"sdks/{stem}.yaml",), partial(compile_methods, package=package))
    rows: Mapping[str, Any] = next(filter(None, reversed(found)), {})
    groups = frozenset(path.rpartition(".")[0] for path in rows)
    prefixes = frozenset(prefix for group in groups for prefix in accumulate(group.split("."), "{}.{}".format))
    return Methods(sdk.releases, sdk.measured, rows, groups, prefixes, _roots(sdk, groups))


def _roots(sdk: Sdk, groups: Iterable[str]) -> Mapping[str, str]:
    listed = {_plain(name): root for root, name in sdk.classes.items()}
    return listed | ({_plain(f"{sdk.module}.{group}"): group for group in sorted(groups)} if sdk.module else {})
