"""Decodes a file so that it can be written back byte for byte."""

from __future__ import annotations

import codecs
import io
from hashlib import sha256

from migrator.discover.files import File
from migrator.discover.search import unmarked
from migrator.disk import content
from migrator.errors import ReadError
from migrator.model.text import Source

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read(file: File) -> Source:
    """Returns the file decoded by its byte order mark, its coding comment, as UTF-8, or else as Latin-1.

    Latin-1 gives every byte back unchanged, whatever it was meant to be. Raises `ReadError` when the file is gone or
    cannot be read.
    """
    return decode(_bytes(file), path=file.path, root=file.root)


def decode(data: bytes, *, path: str, root: int = 0) -> Source:
    """Returns bytes as the text of a file."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", ""))
    digest = sha256(data).hexdigest()
    encoding = encoding or unmarked(data) or _declared(data)
    text = _text(data[len(mark) :], encoding)
    if text is None:
        return Source(path=path, text=data.decode("latin-1"), encoding="latin-1", digest=digest, root=root)
    return Source(path=path, text=text, encoding=encoding, bom=bool(mark), digest=digest, root=root)


def _bytes(file: File) -> bytes:
    if file.data is not None:
        return file.data
    try:
        data = content(file.disk)
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror})", where=file.path) from error
    if data is None:
        raise ReadError("is gone, or is no longer a regular file", where=file.path, advice="Run again.")
    return data


def _declared(body: bytes) -> str:
    from tokenize import detect_encoding  # only files that matter pay for it

    try:
        return detect_encoding(io.BytesIO(body).readline)[0]
    except SyntaxError:
        return "utf-8"


def _text(body: bytes, encoding: str) -> str | None:
    try:
        text = body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return text if text.encode(encoding) == body else None
