"""Raises the version of a client library that does not send every request with a Bearer token."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkmethods import Difference, Methods, methods
from migrator.catalog.sdkrows import sdks
from migrator.model.edit import Change, Safety, edited
from migrator.model.requirement import Requirement, deciding
from migrator.model.text import Location, Source, Span

KIND = "bump_dependency"
_VERSION = re.compile(r"\d+(?:\.\d+)*(?:[a-z]+\d*)?")
_LOWEST = re.compile(r"(?:===?|>=|~=|\^|~(?!=))?\s*(?P<version>\d[\w.]*)$")


def bumps(
    asked: Iterable[Requirement],
    sources: Mapping[str, Source],
    used: Mapping[str, Collection[tuple[str, str]]],
    overlays: tuple[Path, ...] = (),
) -> Iterator[tuple[str, Change]]:
    """Yields library and change for each requirement that lets it be too old for the methods that the program calls.

    ``used`` gives those methods by package, each with the file that calls it: only those of the requirement's own
    project count. A lock file is left to the program that writes it.
    """
    known, asked = sdks(overlays), tuple(asked)
    for one in asked:
        sdk = next((s for s in known.values() if one.package in (s.package, *s.also)), None)
        lowest = sdk.lowest.get("bearer_everywhere", "") if sdk else ""
        if sdk is None or not lowest or sdk.package not in used or not one.specifier or one.locked:
            continue
        old = sdk.installable(one.specifier)
        older = [version for version in old if sdk.releases.index(version) < sdk.releases.index(lowest)]
        table = methods(sdk.package, overlays)
        names = (sdk.package, *sdk.also)
        called = {name for name, path in used[sdk.package] if one in deciding(asked, names, path)}
        called = {name for name in called if table.operations(name, older)}  # what it lacks, it does not send
        if older and not all(_takes_token(table, name, older) for name in called):
            changed = table.differences(called, older[-1], lowest)
            yield sdk.package, _bump(one, sdk, lowest, sources[one.path], changed)


def _takes_token(table: Methods, path: str, versions: Sequence[str]) -> bool:
    found = table.operations(path, versions)
    return bool(found) and all("token" in one.schemes for one in found)


def _bump(one: Requirement, sdk: Sdk, lowest: str, source: Source, changed: Iterable[Difference]) -> Change:
    span = _version_place(one, source)
    named = "; ".join(map(_said, changed))
    effect = f"of the methods called here it changes: {named}" if named else "the methods called here stay as they are"
    problem = "" if span else " The requirement has other bounds too, so it is not edited."
    at = Location(one.path, span or one.version_span or one.span)
    edit = span and edited(source, span, lowest)
    return Change(
        id=f"bump-{sdk.package}-{one.path}-{at.span.start}",
        kind=KIND,
        safety=Safety.UNSAFE if edit else Safety.MANUAL,
        edits=(edit,) if edit else (),
        at=at,
        reason=f"Below {lowest}, {sdk.package} sends some requests without the token; {effect}.{problem}",
        advice=None if edit else f"Ask for {sdk.package} {lowest} or later, and update the lock file.",
    )


def _version_place(one: Requirement, source: Source) -> Span | None:
    """Returns where the one version of a requirement stands, None when it has several or an upper bound."""
    if one.version_span is None:
        return None
    found = _LOWEST.fullmatch(source.excerpt(one.version_span).strip())
    if found is None or not _VERSION.fullmatch(found["version"]):
        return None
    start = source.text.index(found["version"], one.version_span.start)
    return Span(start, start + len(found["version"]))


def _said(one: Difference) -> str:
    what = {"removed": "is removed", "renamed": f"is {one.to} there", "moved": "sends another request"}
    return f"{one.path} {what.get(one.kind, 'takes other parameters')}"
