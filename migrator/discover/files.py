"""What discovery finds: files of one folder, what was left out, and why."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple


class File(NamedTuple):
    """One file: the path reports call it by, the index of its root, where it is, and its bytes when it was piped in."""

    path: str
    root: int
    disk: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of a folder that are to be looked at, sorted by name.

    ``names`` are as on disk, relative to ``folder``; ``prefix`` leads from the root to the folder. Of a git work tree,
    ``loose`` are those whose content git does not watch (untracked, assumed unchanged); elsewhere it is None.
    ``single`` says that each file was asked for by name. Where the folder is around the root, ``inside`` is the path of
    the root in it. What is in a ``submodule`` is reported and never written: another repository has to change.
    """

    root: int
    folder: bytes
    prefix: str = ""
    names: tuple[bytes, ...] = ()
    loose: frozenset[bytes] | None = None
    single: bool = False
    inside: str = ""
    submodule: bool = False

    def __len__(self) -> int:
        """Returns how many files there are."""
        return len(self.names)

    def __iter__(self) -> Iterator[File]:
        """Yields the files in order."""
        return map(self.file, self.names)

    def only(self, names: Iterable[bytes]) -> Listing:
        """Returns the listing with these of its names."""
        return replace(self, names=tuple(names))

    def path(self, name: bytes) -> str:
        """Returns the path that reports call the file of that name by."""
        return _up(self.prefix + shown(name), self.inside) if self.inside else self.prefix + shown(name)

    def file(self, name: bytes) -> File:
        """Returns the file of that name."""
        return File(self.path(name), self.root, os.fsdecode(os.path.join(self.folder, name)))  # noqa: PTH118


class Index(Mapping[str, File]):
    """The files of some listings by their path. Each is made when it is asked for: few of very many are."""

    def __init__(self, listings: Iterable[Listing], files: Iterable[File]) -> None:
        """Takes the listings, later ones before earlier ones, and files that come before all of them."""
        self._names = {listing.path(name): (listing, name) for listing in listings for name in listing.names}
        self._files = {file.path: file for file in files}
        self._paths = self._names | dict.fromkeys(self._files)

    def __getitem__(self, path: str) -> File:
        """Returns the file of a path. Raises `KeyError`."""
        if path in self._files:
            return self._files[path]
        listing, name = self._names[path]
        return listing.file(name)

    def __contains__(self, path: object) -> bool:
        """Returns whether there is a file of that path."""
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        """Yields the paths."""
        return iter(self._paths)

    def __len__(self) -> int:
        """Returns how many files there are."""
        return len(self._paths)


def _up(path: str, inside: str) -> str:
    """Returns a path as it is from a folder that has none of its own in it."""
    folders = inside.split("/") if inside else []
    for depth, folder in enumerate(folders):
        if not path.startswith(f"{folder}/"):
            return "../" * (len(folders) - depth) + path
        path = path[len(folder) + 1 :]
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A file, or a folder with ``count`` files in it, that is not looked at; ``hides`` says that it may hold a key."""

    path: str
    reason: str
    root: int = 0
    count: int = 1
    hides: bool = False


def shown(name: bytes) -> str:
    """Returns a file name as reports write it: with ``/``, and percent-encoded where it is not UTF-8."""
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.replace(b"%", b"%25").decode("utf-8", "surrogateescape")
        text = re.sub("[\udc80-\udcff]", lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text)
    return text.replace(os.sep, "/")


_VENDORED = frozenset(
    {
        *(b"node_modules", b"bower_components", b"jspm_packages", b".yarn", b".pnpm-store"),
        *(b"site-packages", b"dist-packages", b"__pypackages__", b"_vendor", b".eggs"),
        *(b".venv", b".virtualenv", b".tox", b".nox", b".terraform", b"Pods", b".ipynb_checkpoints"),
    }
)
_AMBIGUOUS = frozenset({b"vendor", b"third_party"})


def part_vendored(names: Sequence[bytes]) -> tuple[list[bytes], dict[bytes, int]]:
    """Returns the names that are the project's own, and how many files each folder of other people's code holds.

    A folder called ``vendor`` that is a Python package is the project's own: many programs have vendors. ``names`` are
    sorted.
    """
    outer: dict[bytes, bytes] = {b"": b""}
    own: list[bytes] = []
    counts: dict[bytes, int] = {}
    for name in names:
        folder = name.rpartition(b"/")[0]
        vendored = outer[folder] if folder in outer else _outer(folder, outer, names)
        if vendored:
            counts[vendored] = counts.get(vendored, 0) + 1
        else:
            own.append(name)
    return own, counts


def _outer(folder: bytes, outer: dict[bytes, bytes], names: Sequence[bytes]) -> bytes:
    """Returns the outermost folder of other people's code that a folder is in, or nothing; ``outer`` remembers it."""
    above, _, last = folder.rpartition(b"/")
    answer = outer[above] if above in outer else _outer(above, outer, names)
    if not answer and (last in _VENDORED or (last in _AMBIGUOUS and not _has(names, folder + b"/__init__.py"))):
        answer = folder
    outer[folder] = answer
    return answer


def _has(names: Sequence[bytes], name: bytes) -> bool:
    at = bisect_left(names, name)
    return at < len(names) and names[at] == name
