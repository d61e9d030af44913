"""What a project asks for of other people's packages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from migrator.model.text import Span

_SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What one line of one file asks for.

    ``package`` is the normalised name, ``specifier`` PEP 440, empty for any version, and ``version`` the one version
    that it admits, if it is one. ``span`` covers the requirement as it is written and ``version_span`` its version
    part. ``locked`` marks a lock file, which says what is installed rather than what would do. ``alone`` marks what a
    program says of itself: it holds for no other file, and for this one nothing else does.
    """

    package: str
    specifier: str
    version: str | None
    path: str
    span: Span
    version_span: Span | None = None
    locked: bool = False
    alone: bool = False


def normal(package: str) -> str:
    """Returns the name of a package in the form by which names are compared (PEP 503)."""
    return _SEPARATORS.sub("-", package).lower()


def specifiers(requirements: Iterable[Requirement], packages: Collection[str], path: str = "") -> tuple[str, ...]:
    """Returns what is asked for of a package (by any of its names) where the file at ``path`` runs, as PEP 440.

    Empty when nothing is asked for; an empty text in it means any version.
    """
    asked = deciding(requirements, packages, path)
    locked = [item for item in asked if item.locked]
    return tuple(sorted({item.specifier for item in locked or asked}))


def deciding(requirements: Iterable[Requirement], packages: Collection[str], path: str = "") -> tuple[Requirement, ...]:
    """Returns the requirements of a package (by any of its names) that hold where the file at ``path`` runs.

    They are those that the file states itself; else those of the nearest folder above that names the package, of all
    folders when there is none. A lock file among them says what is installed.
    """
    names = frozenset(map(normal, packages))
    asked = [item for item in requirements if item.package in names]
    if own := [item for item in asked if item.alone and item.path == path]:
        return tuple(own)
    asked = [item for item in asked if not item.alone]
    above = [folder for folder in {described(item.path) for item in asked} if is_above(folder, path)]
    if above:
        nearest = max(above, key=_depth)
        asked = [item for item in asked if described(item.path) == nearest]
    return tuple(asked)


def is_above(folder: str, path: str) -> bool:
    """Returns whether a file is in a folder, which may lie around the folder that both paths are relative to."""
    return not folder or set(folder.split("/")) == {".."} or path.startswith(f"{folder}/")


def _depth(folder: str) -> int:
    return -len(folder) if folder.startswith("..") else len(folder)


def described(path: str) -> str:
    """Returns the folder of the project that a file describes."""
    folder = PurePosixPath(path).parent
    inner = folder.name in ("requirements", "constraints")
    name = (folder.parent if inner else folder).as_posix()
    return "" if name == "." else name
