"""Finds the files that contain one of several words, over bytes and fast."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from types import MappingProxyType
from typing import TypeAlias

from migrator.discover.files import File, Listing
from migrator.discover.git import GitError, Process, finish, start
from migrator.discover.words import word_pattern
from migrator.disk import content

MARKS = (b"\xff\xfe", b"\xfe\xff")
"""What UTF-16 and UTF-32 text begins with; such text is looked at decoded."""

_FEW = 400  # below this, reading files is faster than starting git
_SNIFFED = 512  # how much of a file tells its encoding
_LETTERS = 4  # how many characters it takes to tell
_FORKED = 4000  # above this, a second process pays

Test: TypeAlias = Callable[[bytes], bool]


def search(
    listings: Iterable[Listing],
    needles: Sequence[str],
    *,
    words: bool = False,
    suffixes: tuple[str, ...] = (),
    begun: Mapping[bytes, Sequence[Process]] = MappingProxyType({}),
) -> tuple[File, ...]:
    """Returns the files in which one of the needles stands.

    Needles match in any case (ASCII); with ``words`` they match as they are and as whole words. ``suffixes`` limits the
    files that are looked at. ``begun`` is what `begin` returned for the same needles.
    """
    test = matcher(needles, words=words)
    found: list[File] = []
    for listing in listings:
        wanted = _only(listing, suffixes)
        processes = begun.get(listing.folder)
        if processes is None or _on_disk(listing) or len(listing) < _FEW:
            processes = _grep(wanted, needles, words=words, suffixes=suffixes)
        found += _found(wanted, processes, test)
    return tuple(found)


@contextmanager
def begin(folders: Iterable[bytes], needles: Sequence[str]) -> Iterator[dict[bytes, list[Process]]]:
    """Lets git search what it tracks in the folders while the caller lists them."""
    begun: dict[bytes, list[Process]] = {}
    try:
        with suppress(GitError):
            for folder in folders:
                begun[folder] = []
                for options in _searches(needles, words=False):
                    begun[folder].append(start(os.fsdecode(folder), "grep", *options))
        yield begun
    finally:
        for process in chain.from_iterable(begun.values()):
            with process:  # closes its pipes, and waits
                process.kill()


def _only(listing: Listing, suffixes: tuple[str, ...]) -> Listing:
    if not suffixes:
        return listing
    ends = tuple(os.fsencode(suffix) for suffix in suffixes)
    return listing.only(name for name in listing.names if name.endswith(ends))


def _found(listing: Listing, processes: Sequence[Process], test: Test) -> list[File]:
    hits = _grepped(processes)
    if hits is None:
        return [listing.file(name) for name in _containing(listing.folder, listing.names, test)]
    if not _on_disk(listing):
        hits |= listing.loose or set()
    # Git's answer is a sieve: it takes any file with the mark of UTF-16 in it, as it cannot look into such text.
    return [listing.file(name) for name in _containing(listing.folder, sorted(hits.intersection(listing.names)), test)]


def _on_disk(listing: Listing) -> bool:
    """Returns whether git is to search what is on disk rather than what it tracks."""
    return listing.loose is None or len(listing.loose) > _FEW


def _grep(listing: Listing, needles: Sequence[str], *, words: bool, suffixes: tuple[str, ...]) -> list[Process]:
    found: list[Process] = []
    if len(listing) < _FEW:
        return found
    place = ["--no-index"] if _on_disk(listing) else []
    globs = [f":(glob)**/*{suffix}" for suffix in suffixes]
    with suppress(GitError):
        found += (
            start(os.fsdecode(listing.folder), "grep", *place, *options, "--", *globs)
            for options in _searches(needles, words=words)
        )
    return found


def _searches(needles: Sequence[str], *, words: bool) -> Iterator[list[str | bytes]]:
    """Yields the options of each search, the one that has to succeed first."""
    quiet = ["--no-textconv", "--color=never", "--no-recurse-submodules"]
    if words:  # as one expression, where git has the library for it: it looks for many fixed words one after another
        yield ["-alzP", *quiet, "-e", word_pattern(needles)]
        return
    sought = (*map(str.encode, _sieve(needles)), *MARKS)
    yield ["-aFlz", "-i", *quiet, *(part for needle in sought for part in (b"-e", needle))]
    # UTF-16 has a zero between any two letters; only where it begins with a mark does the first search see it
    apart = (r"\x00".join(map(re.escape, word)) for word in _sieve(needles))
    yield ["-alzP", *quiet, "-e", f"(?i){'|'.join(apart)}"]


def _sieve(needles: Iterable[str]) -> list[str]:
    """Returns fewer words, one of which is in whatever holds a needle: git's time grows with their number."""
    words: list[str] = []
    for needle in needles:
        at, part = next(((at, part) for at, word in enumerate(words) if (part := _shared(needle, word))), (-1, ""))
        if part:
            words[at] = part
        else:
            words.append(needle)
    return words


def _shared(one: str, other: str) -> str:
    """Returns the longest part of both that few files hold by chance: four characters, not all of them letters."""
    for size in range(min(len(one), len(other)), 3, -1):
        for at in range(len(one) - size + 1):
            part = one[at : at + size]
            if part in other and not part.isalpha():
                return part
    return ""


def _grepped(processes: Sequence[Process]) -> set[bytes] | None:
    """Returns the names that any of the searches gives, None where the first one does not succeed."""
    found: set[bytes] | None = None
    for process in processes:
        try:
            names = set(finish(process, fine=(0, 1), quiet=True).split(b"\0"))
        except GitError:
            if found is None:
                return None
        else:
            found = names | (found or set())
    return found


def matcher(needles: Sequence[str], *, words: bool = False) -> Test:
    """Returns a test whether bytes hold one of the needles, as `search` understands them."""
    if words:
        find = re.compile(word_pattern(needles)).search
        return lambda data: find(data) is not None
    # One after another: three times as fast as an alternation.
    lowered = [needle.lower().encode() for needle in needles]
    sieve = [word.lower().encode() for word in _sieve(needles)]

    def holds(data: bytes) -> bool:
        text = _readable(data).lower()
        return any(word in text for word in sieve) and any(needle in text for needle in lowered)

    return holds


def unmarked(data: bytes) -> str:
    """Returns the encoding of UTF-16 text without a mark, known by the zeros between its letters, or nothing."""
    head = data[:_SNIFFED]
    first, second = head[::2], head[1::2]
    if len(second) < _LETTERS or b"\0" not in head:
        return ""
    if 0 not in first and second.count(0) * 4 > len(second) * 3:
        return "utf-16-le"
    return "utf-16-be" if 0 not in second and first.count(0) * 4 > len(first) * 3 else ""


def _readable(data: bytes) -> bytes:
    if data[:2] not in MARKS:
        codec = unmarked(data)
        return data.decode(codec, "replace").encode("utf-8", "replace") if codec else data
    codec = "utf-32" if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff") else "utf-16"
    return data.decode(codec, "replace").encode("utf-8", "replace")


def _containing(folder: bytes, names: Sequence[bytes], test: Test) -> list[bytes]:
    if len(names) < _FORKED:
        return _tested(folder, names, test)
    from migrator.model.workers import shared  # which most trees are too small for

    half = len(names) // 2
    parts = (names[:half], names[half:])
    found = shared(lambda number: _tested(folder, parts[number], test), list(map(len, parts)), jobs=2)
    return list(chain.from_iterable(found))


def _tested(folder: bytes, names: Sequence[bytes], test: Test) -> list[bytes]:
    return [name for name in names if _holds(os.path.join(folder, name), test)]  # noqa: PTH118 - names are bytes


def _holds(path: bytes, test: Test) -> bool:
    try:
        data = content(path)
    except OSError:
        return True  # what cannot be read cannot be ruled out; reading it says why
    return data is not None and test(data)
