"""What is kept in the user's state folder about a run that writes, so that it can be taken back.

Each run is a folder: ``journal.json`` is there while files are being replaced, ``done.json`` once all are. A journal
holds names and digests, never content. A file whose old content is a blob of its git repository is kept as that blob's
id alone; of any other file a copy is kept, readable by the user only.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path

from migrator.errors import WriteError

_PENDING = "journal.json"
_DONE = "done.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One file of a run, with the digests of its old and new content.

    ``path`` is absolute, ``temporary`` the name beside it under which content is written before it takes the file's
    place. ``blob`` is the old content in the git repository at ``top``; where it is empty, ``copy`` names the copy.
    """

    path: str
    temporary: str
    before: str
    after: str
    top: str = ""
    blob: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run that writes, and the folder that remembers it."""

    folder: Path
    entries: tuple[FileRecord, ...]

    @property
    def done(self) -> bool:
        """Whether every file was replaced."""
        return (self.folder / _DONE).exists()

    @property
    def copies(self) -> Path | None:
        """The folder that holds copies of old content, if any was made."""
        return self.folder if any(entry.copy for entry in self.entries) else None


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Returns the folder for what outlives a run: https://specifications.freedesktop.org/basedir-spec/latest/."""
    given = Path(environ.get("XDG_STATE_HOME", ""))
    return (given if given.is_absolute() else Path.home() / ".local" / "state") / "hapikey-migrator"


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Keeps other runs of this user from writing. Raises `WriteError` when the state folder cannot be used."""
    with _explained(state):
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        (state / "runs").mkdir(mode=0o700, exist_ok=True)
        lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with _explained(state):
            _wait_for(lock)
            _sweep(state)
        yield
    finally:
        os.close(lock)


@contextmanager
def _explained(state: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"no journal can be kept: {error.strerror}",
            where=str(state),
            advice="Set XDG_STATE_HOME to a folder that can be written",
        ) from error


def begin(state: Path, entries: Sequence[FileRecord], copies: Mapping[str, bytes]) -> Run:
    """Returns a new run, on disk with the copies (by name) before it comes back. Raises `OSError`."""
    number = max((int(folder.name.partition("-")[0]) for folder in _folders(state)), default=0) + 1
    run = Run(folder=state / "runs" / f"{number:06d}-{secrets.token_hex(4)}", entries=tuple(entries))
    text = json.dumps(
        [{field.name: getattr(entry, field.name) for field in fields(entry)} for entry in entries], indent=1
    )
    try:
        run.folder.mkdir(mode=0o700)
        for name, content in copies.items():
            write_new(run.folder / name, content)
        write_new(run.folder / "new", text.encode())
        (run.folder / "new").rename(run.folder / _PENDING)
        sync_folders((run.folder, run.folder.parent))
    except BaseException:  # an interrupt too must not leave copies behind
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return run


def finish(run: Run) -> None:
    """Marks a run as written. Raises `OSError`, and then it is not."""
    (run.folder / _PENDING).rename(run.folder / _DONE)
    with suppress(OSError):  # all is written; at worst a power failure now makes the next run take it back
        sync_folders((run.folder,))


def reopen(run: Run) -> None:
    """Marks a written run as one that is to be taken back."""
    (run.folder / _DONE).rename(run.folder / _PENDING)
    sync_folders((run.folder,))


def forget(run: Run) -> None:
    """Deletes a run, its journal first, so that what a kill leaves behind is only swept."""
    for name in (_PENDING, _DONE):
        (run.folder / name).unlink(missing_ok=True)
    shutil.rmtree(run.folder)


def runs(state: Path, *, done: bool) -> Iterator[Run]:
    """Yields the runs that were finished, or those that were not, the latest first. Raises `WriteError`."""
    name = _DONE if done else _PENDING
    for journal in sorted((folder / name for folder in _folders(state) if (folder / name).exists()), reverse=True):
        try:
            entries = tuple(FileRecord(**entry) for entry in json.loads(journal.read_bytes()))
        except (OSError, ValueError, TypeError) as error:
            raise WriteError(
                "the journal of an earlier run cannot be read", where=str(journal), advice="Delete its folder to go on"
            ) from error
        yield Run(folder=journal.parent, entries=entries)


def write_new(path: Path, content: bytes, *, like: os.stat_result | None = None) -> None:
    """Writes a file that is not there yet through to the disk, for the user only or with mode and owner of another.

    Raises `OSError`.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        if like is not None:
            _take_after(file.fileno(), like)
        os.fsync(file.fileno())


def sync_folders(folders: Sequence[Path]) -> None:
    """Makes renames in these folders durable, where the system can."""
    if sys.platform == "win32":
        return
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest(content: bytes) -> str:
    """Returns the SHA-256 of a file's content, as `Source` has it."""
    return sha256(content).hexdigest()


def _take_after(handle: int, like: os.stat_result) -> None:
    if sys.platform == "win32":
        return
    if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(PermissionError):  # only root can give files away
            os.fchown(handle, like.st_uid, like.st_gid)
    os.fchmod(handle, like.st_mode & 0o7777)


def _wait_for(lock: int) -> None:
    """Waits until no other process holds the lock; the system releases it when its holder dies."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(lock, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)


def _sweep(state: Path) -> None:
    """Deletes what a run left that was killed before its journal began or while it was being forgotten."""
    for folder in _folders(state):
        if not any((folder / name).exists() for name in (_PENDING, _DONE)):
            shutil.rmtree(folder)


def _folders(state: Path) -> Sequence[Path]:
    return [*(state / "runs").glob("[0-9]*-*")]
