"""How files stand in their git work trees, told from blob ids alone: git never looks at the work tree itself."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrator.discover.git import git


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A tracked file. ``blob`` is the id of the blob that holds its very bytes, empty if none is known to."""

    top: Path
    blob: str
    dirty: bool


def work_trees(files: Sequence[Path]) -> Mapping[Path, tuple[Path, ...]]:
    """Returns the files that lie in a git work tree, by the top of it."""
    tops: dict[Path, list[Path]] = defaultdict(list)
    for file in files:
        top = next((folder for folder in file.parents if (folder / ".git").exists()), None)
        if top is not None:
            tops[top].append(file)
    return {top: tuple(own) for top, own in tops.items()}


def standing(top: Path, contents: Mapping[Path, bytes]) -> Mapping[Path, Standing]:
    """Returns how the tracked ones of these files stand, given their content. Raises `GitError` if git refuses.

    A file is dirty when its content is not what the index has, or the index not what the last commit has of it. Line
    endings that differ are git's own conversion; a file new to the index is not dirty, as the index has it.
    """
    names = [os.fsencode(file.relative_to(top).as_posix()) for file in contents]
    staged = _ids(top, [b":0:" + name for name in names])
    committed = _ids(top, [b"HEAD:" + name for name in names])
    return {
        file: _stand(top, content, index, head)
        for (file, content), index, head in zip(contents.items(), staged, committed, strict=True)
        if index or head
    }


def _stand(top: Path, content: bytes, index: str, head: str) -> Standing:
    exact = _blob_id(content, index) == index
    same = exact or _blob_id(content.replace(b"\r\n", b"\n"), index) == index
    return Standing(top=top, blob=index if exact else "", dirty=not same or head not in ("", index))


def _blob_id(content: bytes, like: str) -> str:
    algorithm = "sha256" if len(like) == 64 else "sha1"
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _ids(top: Path, names: Sequence[bytes]) -> Iterator[str]:
    """Yields the ids of blobs asked for by name, empty where there is none."""
    odd = any(b"\n" in name for name in names)  # -z needs git 2.38
    asked = b"".join(name + (b"\0" if odd else b"\n") for name in names)
    options = ("--batch-check=%(objectname) %(objecttype)", *(("-z",) if odd else ()))
    answer = git(str(top), "cat-file", *options, stdin=asked)
    at = 0
    for name in names:
        missing = name + b" missing\n"
        if answer.startswith(missing, at):
            at += len(missing)
            yield ""
            continue
        end = answer.index(b"\n", at)
        found, _, kind = answer[at:end].decode("ascii").partition(" ")
        at = end + 1
        yield found if kind == "blob" else ""
