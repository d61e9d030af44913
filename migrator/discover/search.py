"""Finds the files that contain one of several words, over bytes and fast."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, groupby
from os.path import commonprefix
from types import MappingProxyType
from typing import TypeAlias

from migrator.discover.files import File, Listing
from migrator.discover.git import GitError, Process, finish, start
from migrator.disk import content

MARKS = (b"\xff\xfe", b"\xfe\xff")
"""What UTF-16 and UTF-32 text begins with; such text is looked at decoded."""

_FEW = 400  # below this, reading files is faster than starting git
_SNIFFED = 512  # how much of a file tells its encoding
_ALIKE = 3  # how many letters words begin with that git looks for as one
_LETTERS = 4  # how many characters it takes to tell
_FORKED = 4000  # above this, a second process pays

Test: TypeAlias = Callable[[bytes], bool]


def search(
    listings: Iterable[Listing],
    needles: Sequence[str],
    *,
    words: bool = False,
    suffixes: tuple[str, ...] = (),
    begun: Mapping[bytes, Process] = MappingProxyType({}),
) -> tuple[File, ...]:
    """Returns the files in which one of the needles stands.

    Needles match in any case (ASCII); with ``words`` they match as they are and as whole words. ``suffixes`` limits the
    files that are looked at. ``begun`` is what `begin` returned for the same needles.
    """
    test = matcher(needles, words=words)
    found: list[File] = []
    for listing in listings:
        wanted = _only(listing, suffixes)
        process = begun.get(listing.folder)
        if process is None or _on_disk(listing) or len(listing) < _FEW:
            process = _grep(wanted, needles, words=words, suffixes=suffixes)
        found += _found(wanted, process, test)
    return tuple(found)


@contextmanager
def begin(folders: Iterable[bytes], needles: Sequence[str]) -> Iterator[dict[bytes, Process]]:
    """Lets git search what it tracks in the folders while the caller lists them."""
    begun: dict[bytes, Process] = {}
    try:
        with suppress(GitError):
            for folder in folders:
                begun[folder] = start(os.fsdecode(folder), "grep", *_options(needles, words=False))
        yield begun
    finally:
        for process in begun.values():
            with process:  # closes its pipes, and waits
                process.kill()


def _only(listing: Listing, suffixes: tuple[str, ...]) -> Listing:
    if not suffixes:
        return listing
    ends = tuple(os.fsencode(suffix) for suffix in suffixes)
    return listing.only(name for name in listing.names if name.endswith(ends))


def _found(listing: Listing, process: Process | None, test: Test) -> list[File]:
    hits = _grepped(process)
    if hits is None:
        return [listing.file(name) for name in _containing(listing.folder, listing.names, test)]
    if not _on_disk(listing):
        hits |= listing.loose or set()
    # Git's answer is a sieve: it takes any file with a mark of UTF-16, as it cannot look into all such text.
    return [listing.file(name) for name in _containing(listing.folder, sorted(hits.intersection(listing.names)), test)]


def _on_disk(listing: Listing) -> bool:
    """Returns whether git is to search what is on disk rather than what it tracks."""
    return listing.loose is None or len(listing.loose) > _FEW


def _grep(listing: Listing, needles: Sequence[str], *, words: bool, suffixes: tuple[str, ...]) -> Process | None:
    if len(listing) < _FEW:
        return None
    place = ["--no-index"] if _on_disk(listing) else []
    globs = [f":(glob)**/*{suffix}" for suffix in suffixes]
    try:
        return start(os.fsdecode(listing.folder), "grep", *place, *_options(needles, words=words), "--", *globs)
    except GitError:
        return None


def _options(needles: Sequence[str], *, words: bool) -> Iterator[str | bytes]:
    """Yields what tells git what to look for: most of its time goes by opening files, so it is to do that once."""
    yield from ("-alzP", "--no-textconv", "--color=never", "--no-recurse-submodules")
    if not words:
        yield "-i"
    for pattern in [word_pattern(needles)] if words else _patterns(_sieve(needles)):
        yield from ("-e", pattern)


def _patterns(words: Sequence[str]) -> list[bytes]:
    """Returns expressions, one of which matches whatever holds one of the words.

    Git looks for one after another, and fast for a row of letters where each place leaves few: an alternation takes ten
    times as long.
    """
    alike: dict[str, list[str]] = {}
    for word in words:
        alike.setdefault(word[:_ALIKE], []).append(word)
    rows = [b"".join(_places(group)) for group in alike.values()]
    # UTF-16 has a zero between any two letters; what begins with a mark is looked at whatever is in it
    return [*rows, rb"\x00".join(_places(words)), rb"\A(?:" + b"|".join(map(re.escape, MARKS)) + rb")"]


def _places(words: Iterable[str]) -> Iterator[bytes]:
    """Yields what may stand in each place of the words, as far as all of them go."""
    for letters in zip(*(word.encode() for word in words), strict=False):
        yield b"[" + b"".join(re.escape(bytes([letter])) for letter in sorted(set(letters))) + b"]"


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


def _grepped(process: Process | None) -> set[bytes] | None:
    """Returns the names that git gives, None where it does not answer: some are built without its expressions."""
    if process is None:
        return None
    try:
        return set(finish(process, fine=(0, 1), quiet=True).split(b"\0"))
    except GitError:
        return None


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


def word_pattern(words: Iterable[str]) -> bytes:
    """Returns what matches any of the words as a whole one, in the syntax that Python and PCRE share."""
    choice = _choice(sorted({word.encode() for word in words}))
    return rb"(?<![0-9A-Za-z_])(?:" + choice + rb")(?![0-9A-Za-z_])"


def _choice(words: Sequence[bytes]) -> bytes:
    """Returns an alternation of sorted words, in which what several begin with is written once."""
    shared = len(commonprefix(words))  # noqa: RUF071 - it is characters that are compared, not paths
    rests = [word[shared:] for word in words]
    branches = [_choice(list(group)) for start, group in groupby(rests, lambda rest: rest[:1]) if start]
    tail = rb"(?:" + b"|".join(branches) + rb")" if branches else b""
    return re.escape(words[0][:shared]) + (tail + b"?" if tail and not rests[0] else tail)
