"""Writes edits into the user's files, and takes them back. Nothing else in the tool writes there.

Either every file of a run has its new content or none has. Before a file is touched a journal is on disk; a run that is
killed is taken back by the next one. Taking a written run back is the same act.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrator.discover.git import GitError, blobs
from migrator.errors import WriteError
from migrator.model.edit import Edit
from migrator.model.text import Source
from migrator.rewrite import journal
from migrator.rewrite.git_status import Standing, standing, work_trees
from migrator.rewrite.journal import FileRecord, Run, digest, state_folder
from migrator.rewrite.splice import encode, on_disk, splice

_AGAIN = "Nothing was written. Run again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The files that have another content now.

    ``copies`` is the folder that keeps old content which git does not. ``linked`` are those of the files that have
    further names (hard links), which keep the old content.
    """

    files: tuple[Path, ...] = ()
    copies: Path | None = None
    linked: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    path: Path
    old: bytes
    new: bytes
    like: os.stat_result


def apply(
    edits: Iterable[Edit],
    sources: Iterable[Source],
    *,
    place: Callable[[Source], Path],
    roots: Sequence[Path],
    allow_dirty: bool = False,
    state: Path | None = None,
) -> Applied:
    """Makes the edits in all their files, or in none; returns the files written.

    ``place`` gives where a source is on disk. A run over ``roots`` that was killed is taken back first. Raises
    `WriteError`, with nothing written, when a file is not the one that was read, has uncommitted changes (unless
    ``allow_dirty``), or cannot be replaced.
    """
    own: dict[tuple[int, str], list[Edit]] = defaultdict(list)
    for edit in edits:
        own[edit.root, edit.path].append(edit)
    known = {(source.root, source.path): source for source in sources}
    state = state or state_folder()
    with journal.locked(state):
        _recover(state, roots)
        writes = _distinct(_prepare(known[key], own[key], place(known[key])) for key in sorted(own))
        if not writes:
            return Applied()
        return _write(state, writes, _standing(writes, allow_dirty=allow_dirty))


def recover(roots: Sequence[Path], *, state: Path | None = None) -> Applied:
    """Takes back a run over these folders or files that was killed while it wrote; returns its files, if there was one.

    Raises `WriteError` when one of them was changed since; nothing is put back then.
    """
    state = state or state_folder()
    with journal.locked(state):
        return Applied(files=_recover(state, roots))


def undo(roots: Sequence[Path], *, state: Path | None = None) -> Applied:
    """Takes back the last run over these folders or files, killed or not; returns its files, if there was one.

    Raises `WriteError` when one of them was changed since; nothing is put back then.
    """
    state = state or state_folder()
    with journal.locked(state):
        if interrupted := _recover(state, roots):
            return Applied(files=interrupted)
        last = next((run for run in journal.runs(state, done=True) if _touches(run, roots)), None)
        return Applied(files=_take_back(last) if last else ())


def _prepare(source: Source, edits: Sequence[Edit], path: Path) -> _Write:
    """Returns the content that a file is to have. Raises `WriteError` when it must not be touched."""
    path = path.parent.resolve() / path.name
    try:
        like = path.lstat()
        _check_kind(path, like)
        old = path.read_bytes()
    except OSError as error:
        raise WriteError(f"cannot be read: {error.strerror}", where=str(path), advice=_AGAIN) from error
    if digest(old) != source.digest or any(edit.digest not in ("", source.digest) for edit in edits):
        raise WriteError("the file was changed since it was read", where=str(path), advice=_AGAIN)
    source, edits = on_disk(source, edits)
    if encode(source, source.text) != old:
        raise WriteError(
            "the text that was read is not the whole content of the file",
            where=str(path),
            advice="Nothing was written. Leave the file out with --exclude, and change it by hand",
        )
    return _Write(path=path, old=old, new=encode(source, splice(source.text, edits)), like=like)


def _distinct(writes: Iterable[_Write]) -> Sequence[_Write]:
    """Returns the writes that change something, one for each file, which may have been reached from two roots."""
    found: dict[Path, _Write] = {}
    for write in writes:
        if found.setdefault(write.path, write).new != write.new:
            raise WriteError(
                "the file is in two of the given folders, which need different edits",
                where=str(write.path),
                advice="Nothing was written. Run on one of them at a time",
            )
    return [write for write in found.values() if write.old != write.new]


def _check_kind(path: Path, found: os.stat_result) -> None:
    advice = "Nothing was written. Leave the file out with --exclude, or change that"
    if stat.S_ISLNK(found.st_mode):
        raise WriteError("is a symbolic link", where=str(path), advice=advice)
    if not stat.S_ISREG(found.st_mode):
        raise WriteError("is not a regular file", where=str(path), advice=advice)
    if not os.access(path, os.W_OK):  # root may write what its mode forbids, as with any program
        raise WriteError("is read-only", where=str(path), advice=advice)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise WriteError("is a folder that cannot be written", where=str(path.parent), advice=advice)


def _standing(writes: Sequence[_Write], *, allow_dirty: bool) -> Mapping[Path, Standing]:
    """Returns how tracked files stand. Raises `WriteError` when one has uncommitted changes or git cannot tell."""
    contents = {write.path: write.old for write in writes}
    found: dict[Path, Standing] = {}
    for top, files in work_trees(tuple(contents)).items():
        try:
            found |= standing(top, {file: contents[file] for file in files})
        except GitError as error:
            if not allow_dirty:
                raise WriteError(
                    f"git does not tell whether files have uncommitted changes ({error.what})",
                    where=str(top),
                    advice="Nothing was written. See to that, or pass --allow-dirty",
                ) from error
    dirty = sorted(str(file) for file, stand in found.items() if stand.dirty)
    if dirty and not allow_dirty:
        others = f" (and {len(dirty) - 1} more)" if len(dirty) > 1 else ""
        raise WriteError(
            f"the file has uncommitted changes{others}",
            where=dirty[0],
            advice="Nothing was written. Commit or stash them first, or pass --allow-dirty",
        )
    return found


def _write(state: Path, writes: Sequence[_Write], stands: Mapping[Path, Standing]) -> Applied:
    entries = tuple(_entry(write, str(number), stands.get(write.path)) for number, write in enumerate(writes))
    copies = {entry.copy: write.old for entry, write in zip(entries, writes, strict=True) if entry.copy}
    try:
        run = journal.begin(state, entries, copies)
    except OSError as error:
        raise _failed(error) from error
    try:
        for entry, write in zip(entries, writes, strict=True):
            journal.write_new(Path(entry.temporary), write.new, like=write.like)
        for entry in entries:
            _replace(entry)
        journal.sync_folders(_folders(entries))
        journal.finish(run)
    except OSError as error:
        raise _failed(error) from error
    finally:
        if not run.done:
            _put_back(run)
    linked = tuple(write.path for write in writes if write.like.st_nlink > 1)
    return Applied(files=tuple(write.path for write in writes), copies=run.copies, linked=linked)


def _entry(write: _Write, number: str, stand: Standing | None) -> FileRecord:
    kept = stand is not None and stand.blob != ""
    return FileRecord(
        path=str(write.path),
        temporary=str(write.path.with_name(f".hapikey-migrator-{os.urandom(4).hex()}-{number}.tmp")),
        before=digest(write.old),
        after=digest(write.new),
        top=str(stand.top) if stand and kept else "",
        blob=stand.blob if stand and kept else "",
        copy="" if kept else number,
    )


def _replace(entry: FileRecord) -> None:
    if digest(Path(entry.path).read_bytes()) != entry.before:
        raise WriteError("the file was changed while this run wrote", where=entry.path, advice=_AGAIN)
    Path(entry.temporary).replace(entry.path)


def _failed(error: OSError) -> WriteError:
    return WriteError(
        f"writing failed: {error.strerror}",
        where=str(error.filename or ""),
        advice="Nothing was written. Make room or give permission, and run again",
    )


def _recover(state: Path, roots: Sequence[Path]) -> tuple[Path, ...]:
    interrupted = [run for run in journal.runs(state, done=False) if _touches(run, roots)]
    return tuple(path for run in interrupted for path in _take_back(run))


def _touches(run: Run, roots: Sequence[Path]) -> bool:
    tops = {root.resolve() for root in roots}
    return any(not tops.isdisjoint((Path(entry.path), *Path(entry.path).parents)) for entry in run.entries)


def _take_back(run: Run) -> tuple[Path, ...]:
    """Puts the old content of a run back into every file. Raises `WriteError` when a file has neither content."""
    for entry in run.entries:
        if _digest(entry) not in (entry.before, entry.after):
            raise WriteError(
                "the file was changed since the run that is to be taken back",
                where=entry.path,
                advice=f"Nothing was put back. Undo that change, or delete {run.folder} to keep all files as they are",
            )
    _put_back(run)
    return tuple(Path(entry.path) for entry in run.entries)


def _put_back(run: Run) -> None:
    """Puts the old content back where the new one is, deletes temporary files, and forgets the run."""
    try:
        if run.done:
            journal.reopen(run)
        for entry in run.entries:
            Path(entry.temporary).unlink(missing_ok=True)
        changed = [entry for entry in run.entries if _digest(entry) == entry.after]
        for entry, content in zip(changed, _old_contents(run, changed), strict=True):
            journal.write_new(Path(entry.temporary), content, like=Path(entry.path).lstat())
            Path(entry.temporary).replace(entry.path)
        journal.sync_folders(_folders(changed))
        journal.forget(run)
    except OSError as error:
        raise WriteError(
            f"putting files back failed: {error.strerror}",
            where=str(error.filename or ""),
            advice="Some files may have their new content. Make room or give permission, and run --undo",
        ) from error


def _old_contents(run: Run, entries: Sequence[FileRecord]) -> Sequence[bytes]:
    """Returns what these files held before a run. Raises `WriteError` when that of one is lost."""
    named: dict[str, bytes] = {}
    try:
        for top in {entry.top for entry in entries if entry.blob}:
            named |= blobs(Path(top), [entry.blob for entry in entries if entry.top == top])
    except GitError as error:
        raise _lost(run, entries[0], f"cannot be had from git: {error.what}") from error
    return [_old_content(run, entry, named) for entry in entries]


def _old_content(run: Run, entry: FileRecord, named: Mapping[str, bytes]) -> bytes:
    try:
        content = named[entry.blob] if entry.blob else (run.folder / entry.copy).read_bytes()
    except (KeyError, FileNotFoundError) as error:
        raise _lost(run, entry, "is no longer there") from error
    if digest(content) != entry.before:
        raise _lost(run, entry, "is damaged")
    return content


def _lost(run: Run, entry: FileRecord, why: str) -> WriteError:
    return WriteError(
        f"the old content {why}",
        where=entry.path,
        advice=f"Nothing was put back. Delete {run.folder} to keep all files as they are",
    )


def _digest(entry: FileRecord) -> str:
    path = Path(entry.path)
    return digest(path.read_bytes()) if path.is_file() and not path.is_symlink() else ""


def _folders(entries: Iterable[FileRecord]) -> Sequence[Path]:
    return sorted({Path(entry.path).parent for entry in entries})
