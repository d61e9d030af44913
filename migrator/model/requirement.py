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
    part. ``locked`` marks a lock file, which says what is installed rather than what would do.
    """

    package: str
    specifier: str
    version: str | None
    path: str
    span: Span
    version_span: Span | None = None
    locked: bool = False


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

    They are those of the nearest folder above that names the package, of all folders when there is none. A lock file
    among them says what is installed.
    """
    names = frozenset(map(normal, packages))
    asked = [item for item in requirements if item.package in names]
    folders = {_project(item.path) for item in asked}
    above = [folder for folder in folders if not folder or path.startswith(f"{folder}/")]
    if above:
        nearest = max(above, key=len)
        asked = [item for item in asked if _project(item.path) == nearest]
    return tuple(asked)


def _project(path: str) -> str:
    """Returns the folder of the project that a file describes."""
    folder = PurePosixPath(path).parent
    inner = folder.name in ("requirements", "constraints")
    name = (folder.parent if inner else folder).as_posix()
    return "" if name == "." else name
