"""Lists the files of a folder: as git sees them in a work tree, by walking elsewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from migrator.discover.files import Listing, Skip, part_vendored, shown
from migrator.discover.git import GitError, git
from migrator.discover.patterns import ignore_spec
from migrator.disk import LARGEST, content

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The listings of one folder (its own and those of repositories inside it), and what was left out."""

    listings: tuple[Listing, ...]
    skipped: tuple[Skip, ...] = ()


def list_folder(folder: bytes, *, root: int, prefix: str = "") -> Listed:
    """Returns the files below a folder that are not ignored, vendored, or links.

    Where git refuses or fails, the folder is walked, and an entry among the skipped says so.
    """
    refusal: tuple[Skip, ...] = ()
    try:
        entries = git(os.fsdecode(folder), "ls-files", "-coszv", "--exclude-standard").split(b"\0")
    except GitError as error:
        entries = []
        refusal = _refusal(error, root=root, prefix=prefix)
    if len(entries) > 1:
        return _of_git(folder, entries, root=root, prefix=prefix)
    # An ignored folder that was asked for is walked too: git lists nothing in it.
    walked = _walked(folder, root=root, prefix=prefix)
    return replace(walked, skipped=(*refusal, *walked.skipped))


def _refusal(error: GitError, *, root: int, prefix: str) -> tuple[Skip, ...]:
    if "not a git repository" in error.what or "work tree" in error.what or "cannot be started" in error.what:
        return ()
    reason = f"git refused to list it ({error.what}), so it was walked"
    return (Skip(path=prefix or ".", reason=reason, root=root, count=0),)


_TRACKED = re.compile(rb"[A-Za-z] (\d{6}) [0-9a-f]+ \d\t")


def _of_git(folder: bytes, entries: Sequence[bytes], *, root: int, prefix: str) -> Listed:
    names = [entry[entry.index(b"\t") + 1 :] for entry in entries if entry.startswith(b"H 100")]
    loose, links, nested, modules = _irregular(folder, [entry for entry in entries if not entry.startswith(b"H 100")])
    own, vendored = part_vendored(sorted([*names, *loose]))
    listing = Listing(root=root, folder=folder, prefix=prefix, names=tuple(own), loose=loose)
    inner = [_inside(folder, name, root=root, prefix=prefix) for name in nested]
    inner += [_submodule(_inside(folder, name, root=root, prefix=prefix)) for name in modules]
    return Listed(
        listings=(listing, *(part for listed in inner for part in listed.listings)),
        skipped=(
            *_skips(vendored, links, root=root, prefix=prefix),
            *(skip for listed in inner for skip in listed.skipped),
        ),
    )


def _irregular(
    folder: bytes, entries: Sequence[bytes]
) -> tuple[frozenset[bytes], list[bytes], list[bytes], list[bytes]]:
    """Returns the files whose content git does not watch, the links, and the repositories inside this one."""
    loose: list[bytes] = []
    links: list[bytes] = []
    nested: list[bytes] = []
    modules: list[bytes] = []
    kinds = {b"120000": links, b"160000": modules}
    for entry in entries:
        if entry.startswith(b"? "):
            (nested if entry.endswith(b"/") else loose).append(entry[2:].rstrip(b"/"))
        elif match := _TRACKED.match(entry):
            kinds.get(match[1], loose).append(entry[match.end() :])
    links += [name for name in loose if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118
    return frozenset(loose).difference(links), links, nested, modules


def _submodule(listed: Listed) -> Listed:
    return replace(listed, listings=tuple(replace(one, submodule=True) for one in listed.listings))


def _inside(folder: bytes, name: bytes, *, root: int, prefix: str) -> Listed:
    path = os.path.join(folder, name)  # noqa: PTH118 - names are bytes
    if os.path.islink(path) or not os.path.isdir(path):  # noqa: PTH112, PTH114 - names are bytes
        return Listed(listings=())
    if part_vendored([name + b"/x"])[1]:
        return Listed(listings=(), skipped=(Skip(path=prefix + shown(name), reason="vendored", root=root),))
    below = f"{prefix}{shown(name)}/"
    if not os.path.lexists(os.path.join(path, b".git")):  # noqa: PTH118 - names are bytes
        return _walked(path, root=root, prefix=below)  # a submodule that is not there: git would list this repository
    return list_folder(path, root=root, prefix=below)


def _walked(folder: bytes, *, root: int, prefix: str) -> Listed:
    names: list[bytes] = []
    links: list[bytes] = []
    vendored: dict[bytes, int] = {}
    closed: list[Skip] = []
    for name, kind in walk(folder):
        if kind == "unreadable":
            closed.append(
                Skip(path=prefix + shown(name), reason="a folder that cannot be read", root=root, count=0, hides=True)
            )
        elif kind == "vendored":
            vendored[name] = _count(os.path.join(folder, name))  # noqa: PTH118 - names are bytes
        else:
            (links if kind == "link" else names).append(name)
    listing = Listing(root=root, folder=folder, prefix=prefix, names=tuple(sorted(names)))
    return Listed(listings=(listing,), skipped=(*closed, *_skips(vendored, links, root=root, prefix=prefix)))


_Ignores: TypeAlias = "tuple[tuple[int, GitIgnoreSpec], ...]"  # each with the length of its folder's name
_CONTROL = frozenset({b".git", b".hg", b".svn", b".jj"})


def walk(folder: bytes) -> Iterator[tuple[bytes, str]]:
    """Yields what a folder holds and does not ignore: each name, and whether it is a file or a link.

    A folder is yielded too where it is left out, as ``vendored`` or ``unreadable``.
    """
    pending: list[tuple[bytes, _Ignores]] = [(b"", ())]
    while pending:
        inner, rules = pending.pop()
        path = os.path.join(folder, inner)  # noqa: PTH118 - names are bytes
        rules = _with_own(path, len(os.fsdecode(inner)), rules)
        entries = _entries(path)
        if entries is None:
            yield inner.rstrip(b"/") or b".", "unreadable"
        for entry in entries or ():
            full = inner + entry.name
            if entry.name in _CONTROL or _ignored(os.fsdecode(full), entry.is_dir(follow_symlinks=False), rules):
                continue
            if entry.is_symlink():
                yield full, "link"
            elif entry.is_file(follow_symlinks=False):
                yield full, "file"
            elif entry.is_dir(follow_symlinks=False):
                if _vendored(path, entry):
                    yield full, "vendored"
                else:
                    pending.append((full + b"/", rules))


def _entries(path: bytes) -> list[os.DirEntry[bytes]] | None:
    try:
        return sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError:
        return None


def _vendored(path: bytes, entry: os.DirEntry[bytes]) -> bool:
    first = b"/__init__.py"
    is_package = os.path.exists(os.path.join(path, entry.name, b"__init__.py"))  # noqa: PTH110, PTH118
    return bool(part_vendored([entry.name + (first if is_package else b"/x")])[1])


def _with_own(path: bytes, depth: int, ignores: _Ignores) -> _Ignores:
    try:
        data = content(os.path.join(path, b".gitignore"), largest=LARGEST)  # noqa: PTH118 - names are bytes
    except OSError:
        return ignores
    if data is None:
        return ignores
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    return (*ignores, (depth, ignore_spec(lines)))


def _ignored(name: str, is_folder: bool, ignores: _Ignores) -> bool:
    for depth, spec in reversed(ignores):  # the deepest .gitignore that says anything decides
        verdict = spec.check_file(name[depth:] + ("/" if is_folder else "")).include
        if verdict is not None:
            return verdict
    return False


def _count(path: bytes) -> int:
    return sum(len(files) for _, _, files in os.walk(path))


def _skips(vendored: dict[bytes, int], links: Sequence[bytes], *, root: int, prefix: str) -> tuple[Skip, ...]:
    folders = (
        Skip(path=prefix + shown(name), reason="vendored", root=root, count=count) for name, count in vendored.items()
    )
    return (*folders, *(Skip(path=prefix + shown(name), reason="symbolic link", root=root) for name in sorted(links)))
