"""Which releases of a package a version specifier admits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version


def admitted(specifier: str, releases: Sequence[str]) -> tuple[str, ...]:
    """Returns the releases (in rising order) that a PEP 440 specifier admits, pre-releases included.

    When it admits none, the ones next to the version it names. Raises ValueError when it is no specifier.
    """
    try:
        wanted = SpecifierSet(specifier, prereleases=True)
    except InvalidSpecifier as error:
        raise ValueError(str(error)) from error
    found = tuple(release for release in releases if wanted.contains(release))
    if found:
        return found
    named = sorted(version for clause in wanted if (version := _version(clause.version)))
    return _around(named[-1], releases) if named else tuple(releases)


def _version(text: str) -> Version | None:
    try:
        return Version(text.removesuffix(".*"))
    except InvalidVersion:
        return None


def _around(version: Version, releases: Sequence[str]) -> tuple[str, ...]:
    at = bisect_left([Version(release) for release in releases], version)
    return tuple(releases[max(at - 1, 0) : at + 1])
