"""Where output goes: standard output for the report alone, standard error for the rest, files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from migrator.errors import WriteError

NAME = "hapikey-migrator"


@dataclass(slots=True)
class Terminal:
    """How to print, as the general options say; the command line fills it in while it is read."""

    debug: bool = False
    quiet: bool = False
    color: str = "auto"

    @property
    def colors(self) -> bool:
        """Whether standard output gets colours; https://no-color.org and https://force-color.org when not told."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
            return True
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, text: str) -> None:
        """Prints what was asked for: UTF-8 and the same bytes everywhere."""
        if not self.quiet:
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))

    def remark(self, text: str) -> None:
        """Prints a line about the run to standard error."""
        click.echo(text, err=True)

    def progress(self, done: int, total: int) -> None:
        """Shows how far the run is, on a terminal only; the last step wipes the line."""
        if self.quiet or not sys.stderr.isatty():
            return
        line = f"analysed {done} of {total} files" if done < total else ""
        click.echo(f"\r\x1b[K{line}", err=True, nl=False, color=True)


def write_file(path: Path, data: bytes, *, mode: int | None = None, parents: bool = False) -> None:
    """Writes a file whole or not at all, with its folders where ``parents`` says so.

    ``mode`` is by default that of the file it replaces, or as the process creates files. What is no regular file, such
    as a pipe, is written to as it is. Raises `WriteError` when that fails.
    """
    try:
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data, mode)
    except OSError as error:
        raise WriteError(
            f"cannot be written ({error.strerror})", where=str(path), advice="Give another file."
        ) from error


def _replace(path: Path, data: bytes, mode: int | None) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, _mode(path) if mode is None else mode)  # noqa: PTH101 - beside its siblings
        os.replace(name, path)  # noqa: PTH105
    except BaseException:  # an interrupt too must not leave the file behind
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise


def _mode(path: Path) -> int:
    with contextlib.suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
