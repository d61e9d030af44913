"""Discovers the files of a run, and those among them that can matter."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrator.discover.around import around, holding, project
from migrator.discover.files import File, Index, Listing, Skip, shown
from migrator.discover.listing import Listed, list_folder
from migrator.discover.outputs import MARK, size_without
from migrator.discover.patterns import ignore_spec, is_pattern
from migrator.discover.search import MARKS, begin, matcher, search, unmarked
from migrator.disk import content
from migrator.errors import ConfigurationError, ReadError
from migrator.model.vocabulary import Vocabulary
from migrator.settings import Patterns, Settings, Stdin

_SNIFFED = 8192
_MOST_OUTPUT = 20
"""How many times as large as other files a notebook may be with what its cells gave."""
_COMPILED = "__pycache__/"
"""The folder of files that are made of others, which are looked at."""
_PACKED = (
    *(b".zip", b".tar", b".tgz", b".tar.gz", b".tar.bz2", b".tar.xz", b".7z", b".rar"),
    *(b".jar", b".war", b".ear", b".aar", b".apk", b".whl", b".egg", b".gem", b".nupkg", b".crate", b".phar", b".vsix"),
    *(b".gz", b".bz2", b".xz", b".zst"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder that the paths of a report are relative to: what it was called by who asked for it, and where it is.

    ``project`` is the folder around it that imports may lead to, empty where there is none; ``inside`` is its path in
    there, its own name where there is none: the files of a package call it by that.
    """

    name: str
    folder: str
    project: str = ""
    inside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The files of a run.

    ``listings`` are all that was asked for, ``relevant`` the files among them that hold a needle and can be analysed.
    ``context`` are the files around single files and folders that were asked for: an import may lead there, a report
    does not. ``nearby`` are those around folders that hold a needle.
    """

    roots: tuple[Root, ...]
    listings: tuple[Listing, ...]
    context: tuple[Listing, ...]
    relevant: tuple[File, ...]
    skipped: tuple[Skip, ...]
    nearby: tuple[File, ...] = ()

    @property
    def matters(self) -> bool:
        """Whether any file can matter, or what is around one that was asked for."""
        return bool(self.relevant or self.nearby)

    @property
    def count(self) -> int:
        """How many files were looked at."""
        return sum(map(len, self.listings))

    def widened(self, paths: Collection[str]) -> Discovery:
        """Returns the same with some files of the roots counted among those that can matter."""
        known = {(file.root, file.path) for file in self.relevant}
        indexes = [self.index(root) for root in range(len(self.roots))]
        more = [index[path] for index in indexes for path in paths if path in index]
        fresh = [file for file in more if (file.root, file.path) not in known]
        found = sorted((*self.relevant, *fresh), key=lambda file: (file.root, file.path))
        return replace(self, relevant=tuple(found)) if fresh else self

    def index(self, root: int) -> Index:
        """Returns every file of a root, the context included, by its path."""
        return self._index(root, (*self.context, *self.listings))

    def outside(self, root: int) -> frozenset[str]:
        """Returns the files of a root that were not asked for."""
        if not any(listing.root == root for listing in self.context):
            return frozenset()
        return frozenset(self.index(root)) - frozenset(self._index(root, self.listings))

    def _index(self, root: int, listings: Iterable[Listing]) -> Index:
        own = (listing for listing in listings if listing.root == root)
        return Index(own, (file for file in self.relevant if file.root == root))


def discover(settings: Settings, vocabulary: Vocabulary) -> Discovery:
    """Returns the files below the paths of the settings, and which of them can matter.

    Raises `ReadError` when a path that was asked for does not exist or cannot be read.
    """
    folders, singles = _asked(settings.paths)
    asked = [_rooted(name, folder, settings.stands_for.get(folder, folder)) for name, folder in folders]
    with begin(map(os.fsencode, _searched(asked)), vocabulary.needles) as begun:
        roots, listed = _listed(asked, singles, settings)
        listings, excluded = _permitted(listed.listings, settings)
        found = search(listings, vocabulary.needles, begun=begun)
        outer = tuple(_around_folders(roots))
        nearby = search(outer, vocabulary.needles, begun=begun)
    piped = _piped(settings.stdin, roots)
    telling = matcher(vocabulary.needles)
    hits = {(file.root, file.path): file for file in found}
    hits |= {(file.root, file.path): file for file in piped if telling(file.data or b"")}
    relevant, unfit = _fit((hits[key] for key in sorted(hits)), settings, vocabulary)
    return Discovery(
        roots=roots,
        listings=listings,
        context=(*outer, *_around({file.root for file in relevant}, roots, listings)),
        relevant=relevant,
        skipped=(*listed.skipped, *excluded, *unfit, *_archives(listings, {(one.root, one.path) for one in unfit})),
        nearby=_fit(nearby, settings, vocabulary)[0],
    )


def _searched(roots: Sequence[Root]) -> list[str]:
    """Returns the folders in which git can search ahead: each of the roots, and projects that only one root is in."""
    projects = [root.project for root in roots if root.project]
    return [*(root.folder for root in roots), *(place for place in projects if projects.count(place) == 1)]


def _around_folders(roots: Sequence[Root]) -> Iterator[Listing]:
    for index, root in enumerate(roots):
        if root.project:
            yield from around(root.project, root.inside, root=index)


def _listed(folders: Sequence[Root], singles: Sequence[Path], settings: Settings) -> tuple[tuple[Root, ...], Listed]:
    roots = list(folders)
    parts = [list_folder(os.fsencode(root.folder), root=index) for index, root in enumerate(roots)]
    homes: dict[Root, list[bytes]] = {}
    for path in singles:
        home = _home(path)
        homes.setdefault(home, []).append(os.fsencode(os.path.relpath(path, home.folder)))
    if settings.stdin:
        homes.setdefault(_home(Path(settings.stdin.name).absolute()), [])
    for root, names in homes.items():
        folder = os.fsencode(root.folder)
        parts.append(
            Listed(listings=(Listing(root=len(roots), folder=folder, names=tuple(sorted(names)), single=True),))
        )
        roots.append(root)
    listings = tuple(listing for part in parts for listing in part.listings)
    return tuple(roots), Listed(listings=listings, skipped=tuple(skip for part in parts for skip in part.skipped))


def _rooted(name: str, folder: str, place: str) -> Root:
    outer = project(Path(place))
    inside = os.path.relpath(place, outer).replace(os.sep, "/") if outer else Path(place).name
    return Root(name=name, folder=folder, project=outer, inside=inside)


def _asked(paths: Sequence[str]) -> tuple[list[tuple[str, str]], list[Path]]:
    """Returns the folders (name, place) and the single files that were asked for, none of them inside another."""
    found: dict[Path, str] = {}
    for name in paths:
        try:
            place = Path(name).resolve(strict=True)
            place.stat()
        except (OSError, RuntimeError) as error:
            reason = "no such file or folder" if isinstance(error, FileNotFoundError) else "cannot be read"
            raise ReadError(reason, where=name, advice="Give paths that exist.") from error
        found.setdefault(place, name)
    outer = {place: name for place, name in found.items() if not any(parent in found for parent in place.parents)}
    for place, name in outer.items():
        if not (place.is_dir() or place.is_file()) or not os.access(place, os.R_OK):
            raise ReadError("cannot be read", where=name, advice="Give readable files and folders.")
    folders = [(_tidy(name), str(place)) for place, name in outer.items() if place.is_dir()]
    return folders, [place for place in outer if place.is_file()]


def _tidy(name: str) -> str:
    """Returns the name of a folder, relative where it lies in the working folder."""
    here = Path.cwd()
    if Path(name).is_absolute() and Path(name).is_relative_to(here):
        name = os.path.relpath(name, here)
    return shown(os.fsencode(os.path.normpath(name)))


def _home(path: Path) -> Root:
    """Returns the folder that a single file is told from: the working folder if that is of its project, else that."""
    here = Path.cwd().resolve()
    own = Path(holding(path.parent))
    if path.is_relative_to(here) and here.is_relative_to(own):
        return _rooted(".", str(here), str(here))
    name = os.path.relpath(own, here) if own.is_relative_to(here) else str(own)
    return Root(name=_tidy(name), folder=str(own))


def _permitted(listings: Iterable[Listing], settings: Settings) -> tuple[tuple[Listing, ...], list[Skip]]:
    kept, skipped = [], []
    for listing in listings:
        names = listing.names
        if not listing.single or settings.force_exclude:
            names = _without(names, listing.folder, settings)
        kept.append(listing.only(names))
        if len(names) < len(listing):
            count = len(listing) - len(names)
            skipped.append(Skip(path=listing.prefix or ".", reason="excluded", root=listing.root, count=count))
    return tuple(kept), skipped


def _without(names: Iterable[bytes], folder: bytes, settings: Settings) -> tuple[bytes, ...]:
    kept = list(names)
    if settings.include.lines:
        included = chooser(settings.include, os.fsdecode(folder))
        kept = [name for name in kept if included(os.fsdecode(name))]
    if settings.exclude.lines:
        excluded = chooser(settings.exclude, os.fsdecode(folder))
        kept = [name for name in kept if not excluded(os.fsdecode(name))]
    return tuple(kept)


def chooser(patterns: Patterns, folder: str) -> Callable[[str], bool]:
    """Returns a test whether the patterns choose a name in a folder, as a ``.gitignore`` would.

    Raises `ConfigurationError` when one is no pattern.
    """
    for line in patterns.lines:
        if line.strip() and not is_pattern(line):
            raise ConfigurationError(f"{line[:80]!r} cannot be used as a file pattern", advice="Write a simpler one.")
    spec = ignore_spec(patterns.lines)
    below = os.path.relpath(folder, patterns.base)
    above = "" if below == "." or below.startswith("..") else below + "/"
    return lambda name: spec.match_file(above + name)


def _piped(stdin: Stdin | None, roots: Sequence[Root]) -> tuple[File, ...]:
    if stdin is None:
        return ()
    path = Path(stdin.name).absolute()
    home = _home(path)
    name = shown(os.fsencode(os.path.relpath(path, home.folder)))
    return (File(name, roots.index(home), str(path), stdin.data),)


def _archives(listings: Iterable[Listing], told: Collection[tuple[int, str]]) -> Iterator[Skip]:
    """Yields what is not unpacked, but for what is told to be left out already."""
    for listing in listings:
        for name in listing.names:
            if name.lower().endswith(_PACKED) and (listing.root, listing.path(name)) not in told:
                yield Skip(path=listing.path(name), reason="archive, which is not unpacked", root=listing.root)


def _fit(files: Iterable[File], settings: Settings, vocabulary: Vocabulary) -> tuple[tuple[File, ...], list[Skip]]:
    """Returns the files that can be analysed, and the others with the reason; an unreadable one says so when read.

    What is too large holds a needle; what is binary may hold a key if it holds the name of one.
    """
    fit, unfit = [], []
    telling = matcher(vocabulary.key_words)
    for file in files:
        reason = _unfit(file, settings.max_file_size, vocabulary.needles)
        if reason is None:
            fit.append(file)
        else:
            hides = reason.startswith("larger") or (reason == "binary" and telling(_data(file) or b""))
            hides = hides and _COMPILED not in file.path
            unfit.append(Skip(path=file.path, reason=reason, root=file.root, hides=hides))
    return tuple(fit), unfit


def _data(file: File) -> bytes | None:
    return content(file.disk) if file.data is None else file.data


def _unfit(file: File, limit: int, needles: Sequence[str]) -> str | None:
    try:
        data = _data(file)
    except OSError:
        return None
    if data is None:
        return "not a regular file"
    if len(data) > limit and not _is_mostly_output(data, limit, needles):
        return f"larger than {limit} bytes"
    head = data[:_SNIFFED]
    return "binary" if b"\0" in head and head[:2] not in MARKS and not unmarked(head) else None


def _is_mostly_output(data: bytes, limit: int, needles: Sequence[str]) -> bool:
    """Returns whether a file is a notebook that fits without what its cells gave."""
    if MARK not in data or len(data) > limit * _MOST_OUTPUT:
        return False
    return size_without(data.decode("utf-8", "replace"), [needle.lower() for needle in needles]) <= limit


def _around(discovered: Iterable[int], roots: Sequence[Root], listings: Sequence[Listing]) -> Iterator[Listing]:
    single = {listing.root for listing in listings if listing.single}
    for index in sorted(single.intersection(discovered)):
        yield from list_folder(os.fsencode(roots[index].folder), root=index).listings
