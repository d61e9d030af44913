"""Where output goes: standard output for the report alone, standard error for the rest, files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import select
import stat
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from migrator import disk
from migrator.errors import WriteError
from migrator.report.parts.style import Style

NAME = "hapikey-migrator"


def masked(text: str) -> str:
    """Returns what a person typed as it may be shown again: a key can be pasted into any argument."""
    from migrator.catalog.vocabulary import vocabulary
    from migrator.model.mask import Mask  # only an error, and a page, pay for them

    return Mask(vocabulary())(text)


@dataclass(slots=True)
class Terminal:
    """How to print, as the general options say; the command line fills it in while it is read."""

    debug: bool = False
    quiet: bool = False
    color: str = "auto"
    command: str = ""

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
            write_all(sys.stdout.buffer, text.encode("utf-8", "replace"))

    def painted(self, diff: str) -> str:
        """Returns a diff with its lines coloured, where there are colours."""
        if not self.colors:
            return diff
        return "\n".join(_painted(line) for line in diff.split("\n"))

    def write(self, data: bytes) -> None:
        """Writes what was asked for as it is."""
        if not self.quiet:
            write_all(sys.stdout.buffer, data)

    def style(self, link: str) -> Style:
        """Returns how files of this run are written; the day is that of `SOURCE_DATE_EPOCH` where it is set."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        today = datetime.fromtimestamp(int(epoch), tz=UTC) if epoch.isdecimal() else datetime.now(tz=UTC)
        return Style(link=link, command=masked(self.command), date=today.date().isoformat())

    @property
    def width(self) -> int | None:
        """How many columns a line may have: those of the terminal, and any number where no terminal reads."""
        if not sys.stdout.isatty():
            return None
        import shutil

        return shutil.get_terminal_size().columns

    def remark(self, text: str) -> None:
        """Prints a line about the run to standard error."""
        click.echo(text, err=True)

    def progress(self, work: str, done: int = 0, total: int = 0) -> None:
        """Shows what the run is doing and how far it is, on a terminal only; no work wipes the line."""
        if self.quiet or not sys.stderr.isatty():
            return
        count = f" ({done:,} of {total:,} files)" if total else ""
        click.echo(f"\r\x1b[K{work}{count}", err=True, nl=False, color=True)


_COLORS = {"---": "bold", "+++": "bold", "diff": "bold", "@@": "cyan", "-": "red", "+": "green"}


def _painted(line: str) -> str:
    color = next((color for start, color in _COLORS.items() if line.startswith(start)), None)
    if color is None:
        return line
    return click.style(line, bold=True) if color == "bold" else click.style(line, fg=color)


def write_all(stream: IO[bytes], data: bytes) -> None:
    """Writes all of the data, however little the stream takes at a time.

    Without a buffer (``PYTHONUNBUFFERED=1``) a write can take a part, and a pipe that does not block can take nothing.
    """
    rest = memoryview(data)
    while rest:
        try:
            taken = stream.write(rest)
        except BlockingIOError as error:
            taken = error.characters_written
        rest = rest[taken or 0 :]
        if rest and not taken:
            select.select([], [stream], [])
    while True:
        try:
            return stream.flush()
        except BlockingIOError:
            select.select([], [stream], [])


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
            target = path.resolve()
            disk.replace(target, data, mode=_mode(target) if mode is None else mode)
    except OSError as error:
        raise WriteError(
            f"cannot be written ({error.strerror})", where=str(path), advice="Give another file."
        ) from error


def _mode(path: Path) -> int:
    with contextlib.suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
