"""What lies around a folder that was asked for: the rest of its project, where its imports may lead."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from migrator.discover.files import Listing
from migrator.discover.listing import list_folder, walk

_MARKS = (
    *("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "manage.py", "Pipfile", "package.json"),
    *("composer.json", "Gemfile", "go.mod", "hapikey-migrator.toml"),
)
_MOST = 5000
"""How many files a folder may hold that only its place tells to be a project."""


def project(folder: Path) -> str:
    """Returns the folder around one that was asked for that is its project, empty where there is none.

    That is its work tree, else the nearest that holds what projects hold; never one because a command is started there.
    """
    for place in (folder, *folder.parents):
        if (place / ".git").exists():
            return str(place) if place not in (folder, Path.home()) else ""
    return next((str(place) for place in folder.parents if _is_marked(place)), "")


def holding(folder: Path) -> str:
    """Returns the project that a folder is in, the folder itself where nothing tells of one."""
    return project(folder) or str(folder)


def _is_marked(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in _MARKS)


def around(project: str, inside: str, *, root: int) -> Iterator[Listing]:
    """Yields the files of a project outside of the folder *inside* it; their paths lead up from that folder."""
    for listing in _listings(os.fsencode(project), root):
        own = os.fsencode(f"{inside}/".removeprefix(listing.prefix).replace("/", os.sep))
        names = tuple(name for name in listing.names if not name.startswith(own))
        yield replace(listing, names=names, inside=inside)


def _listings(project: bytes, root: int) -> Sequence[Listing]:
    if (Path(os.fsdecode(project)) / ".git").exists():
        return list_folder(project, root=root).listings
    names = [name for name, kind in islice(walk(project), _MOST + 1) if kind == "file"]
    return [Listing(root=root, folder=project, names=tuple(sorted(names)))] if len(names) <= _MOST else []
