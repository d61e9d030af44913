"""Reads regular files, and nothing else: in a scanned repository a pipe, device or link may have any name.

What is written replaces a file whole.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

LARGEST = 10_000_000
"""How many bytes a file may have that steers the tool: a configuration, a baseline, an ignore file."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class TooLargeError(OSError):
    """A file is larger than it may be."""


def content(path: bytes | str | os.PathLike[str], *, largest: int | None = None) -> bytes | None:
    """Returns the bytes of a regular file, or None when there is none; links are not followed.

    Raises `OSError` when it cannot be read, `TooLargeError` when it has more than ``largest`` bytes.
    """
    try:
        handle = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link, a socket
            return None
        raise
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None
        if largest is not None and status.st_size > largest:
            raise TooLargeError(errno.EFBIG, f"larger than {largest:,} bytes", os.fsdecode(path))
        return _all(handle, status.st_size)
    finally:
        os.close(handle)


def text(path: Path) -> str:
    """Returns the UTF-8 text of a file that steers the tool; a link is followed.

    Raises `OSError` when there is none, or it cannot be read or is too large, and `UnicodeDecodeError`.
    """
    data = content(path.resolve(), largest=LARGEST)
    if data is None:
        code = errno.EINVAL if path.exists() else errno.ENOENT
        raise OSError(code, "not a regular file" if path.exists() else os.strerror(code), str(path))
    return data.decode("utf-8").replace("\r\n", "\n")


def replace(path: Path, data: bytes, *, mode: int) -> None:
    """Writes a file whole or not at all. Raises `OSError`."""
    import tempfile  # slow to import, and seldom needed

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, mode)  # noqa: PTH101 - beside its siblings
        os.replace(name, path)  # noqa: PTH105
    except BaseException:  # an interrupt too must not leave the file behind
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise


def _all(handle: int, size: int) -> bytes:
    data = os.read(handle, size + 1)
    while len(data) > size:  # it grew, or is one whose size is not known
        more = os.read(handle, 1 << 20)
        if not more:
            break
        size, data = len(data), data + more
    return data
