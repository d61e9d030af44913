"""Edits as one unified diff: as bytes that apply, and as text that may be shown."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import AnyStr

from migrator.errors import WriteError
from migrator.model.edit import Edit
from migrator.model.mask import shown_lines
from migrator.model.text import Source
from migrator.rewrite.splice import encode, on_disk, ordered, splice

_AROUND = 3  # lines of context
_LETTERS = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]|\r(?!\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """A diff to show. ``inexact`` are the files whose part does not apply, because of what the text may not show."""

    text: str
    inexact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Lines ``[start, stop)`` of the old file that became lines ``[new_start, new_stop)`` of the new one."""

    start: int
    stop: int
    new_start: int
    new_stop: int


def _path(source: Source) -> str:
    return source.path


def patch(edits: Iterable[Edit], sources: Iterable[Source], *, name: Callable[[Source], str] = _path) -> bytes:
    """Returns the diff that ``git apply`` and ``patch -p1`` take, each file in its own encoding.

    ``name`` gives the path of a file from where the patch is applied, as `os.fsdecode` spells it. Raises `WriteError`
    when the edits do not fit the sources, or a file is in an encoding that has no lines of bytes.
    """
    return b"".join(
        _part(name(source), blocks, _byte_lines(source, source.text), _byte_lines(source, new))
        for source, new, blocks in _changed(edits, sources)
    )


def diff(
    edits: Iterable[Edit],
    sources: Iterable[Source],
    *,
    mask: Callable[[str], str],
    name: Callable[[Source], str] = _path,
    settings: Callable[[Source], Callable[[str], str] | None] = lambda _source: None,
) -> Diff:
    """Returns the diff as it may be shown: credentials through ``mask``, control characters as escapes.

    *settings* gives what hides the values of secret settings too, for a file that holds any.

    Raises `WriteError` as `patch` does.
    """
    texts = []
    inexact = []
    for source, new, blocks in _changed(edits, sources):
        own = name(source)
        exact = _part(own, blocks, _byte_lines(source, source.text), _byte_lines(source, new))
        hide = settings(source) or mask
        old_shown = _shown_lines(source, source.text, hide, [(block.start, block.stop) for block in blocks])
        new_shown = _shown_lines(source, new, hide, [(block.new_start, block.new_stop) for block in blocks])
        shown = _part(mask(own), blocks, old_shown, new_shown)
        texts.append(shown.decode())
        if shown != exact:
            inexact.append(source.path)
    return Diff(text="".join(texts), inexact=tuple(inexact))


def is_patchable(source: Source) -> bool:
    """Returns whether the file has lines of bytes, which a patch is made of: not so in UTF-16."""
    try:
        return bool(_byte_lines(source, source.content)) or not source.content
    except WriteError:
        return False


def _changed(edits: Iterable[Edit], sources: Iterable[Source]) -> Iterator[tuple[Source, str, tuple[_Block, ...]]]:
    known = {(source.root, source.path): source for source in sources}
    for key, group in groupby(sorted(edits, key=_file), key=_file):
        source, filed = on_disk(known[key], group)
        own = ordered(source.text, filed)
        new = splice(source.text, own)
        if blocks := tuple(_joined(_blocks(source.text, new, own))):
            yield source, new, blocks


def _file(edit: Edit) -> tuple[int, str]:
    return (edit.root, edit.path)


def _blocks(text: str, new: str, edits: Sequence[Edit]) -> Iterator[_Block]:
    """Yields the lines that differ, found from the edits alone: only the lines they touch are compared."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    shift = lines = 0
    for first, last, own in _touched(starts, edits):
        end = starts[last + 1] if last + 1 < len(starts) else len(text)
        grown = shift + sum(len(edit.replacement) - (edit.span.end - edit.span.start) for edit in own)
        old_lines = _lines(text[starts[first] : end], "\n")
        new_lines = _lines(new[starts[first] + shift : end + grown], "\n")
        head = _common(old_lines, new_lines)
        tail = _common(old_lines[head:][::-1], new_lines[head:][::-1])
        block = _Block(
            start=first + head,
            stop=first + len(old_lines) - tail,
            new_start=first + lines + head,
            new_stop=first + lines + len(new_lines) - tail,
        )
        shift = grown
        lines += len(new_lines) - len(old_lines)
        if block.start < block.stop or block.new_start < block.new_stop:
            yield block


def _joined(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """Yields the blocks, those without a line between them as one."""
    last: _Block | None = None
    for block in blocks:
        if last and last.stop == block.start:
            last = replace(last, stop=block.stop, new_stop=block.new_stop)
            continue
        if last:
            yield last
        last = block
    if last:
        yield last


def _touched(starts: Sequence[int], edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """Yields first and last line of each run of edits that share lines, with the edits."""
    first = last = -1
    own: list[Edit] = []
    for edit in edits:
        top, bottom = (bisect_right(starts, offset) - 1 for offset in edit.span)
        if own and top > last:
            yield first, last, own
            own = []
        first = top if not own else first
        last = bottom
        own.append(edit)
    if own:
        yield first, last, own


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    return sum(accumulate((int(a == b) for a, b in zip(left, right, strict=False)), min))


def _lines(text: AnyStr, newline: AnyStr) -> list[AnyStr]:
    pieces = text.split(newline)
    last = pieces.pop()
    return [piece + newline for piece in pieces] + ([last] if last else [])


def _byte_lines(source: Source, text: str) -> list[bytes]:
    """Returns the lines as they are on disk, which are the text's own lines in any encoding that extends ASCII."""
    lines = _lines(encode(source, text), b"\n")
    if len(lines) != text.count("\n") + (text[-1:] not in ("", "\n")):
        raise WriteError(
            f"a file in {source.encoding} cannot be part of a patch",
            where=source.path,
            advice="Leave it out, or use --write, which does not need a patch",
        )
    return lines


def _shown_lines(
    source: Source, text: str, mask: Callable[[str], str], changed: Iterable[tuple[int, int]]
) -> list[bytes]:
    """Returns the lines around those that are changed as they may be shown, and nothing in the place of all others."""
    lines = (("\ufeff" if source.bom else "") + text).split("\n")
    ended = len(lines) - 1  # what follows the last line end is no line where there is nothing
    shown = [b""] * (ended + bool(lines[-1]))
    for number, line in shown_lines(lines[: len(shown)], changed, mask).items():
        line += "\n" * (number < ended)
        shown[number] = _UNPRINTABLE.sub(_escape, line).encode("utf-8", "backslashreplace")
    return shown


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("ascii", "backslashreplace").decode() if found[0] > "\x7f" else f"\\x{ord(found[0]):02x}"


def _part(name: str, blocks: Sequence[_Block], old: Sequence[bytes], new: Sequence[bytes]) -> bytes:
    """Returns the part of the diff for one file."""
    tab = b"\t" if " " in name else b""  # as git ends a name that has a space
    left, right = _quote("a/" + name), _quote("b/" + name)
    lines = [b"diff --git %b %b\n" % (left, right), b"--- %b%b\n" % (left, tab), b"+++ %b%b\n" % (right, tab)]
    for hunk in _hunks(blocks):
        lines += _hunk(hunk, old, new)
    return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)


def _quote(name: str) -> bytes:
    """Returns a file name as git writes it: in quotes and with octal escapes when it has odd bytes."""
    raw = os.fsencode(name)
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in raw):
        return raw
    return b'"%b"' % b"".join(_quoted_byte(byte) for byte in raw)


def _quoted_byte(byte: int) -> bytes:
    if byte in _LETTERS:
        return b"\\" + _LETTERS[byte].encode()
    return bytes((byte,)) if 32 <= byte < 127 else b"\\%03o" % byte


def _hunks(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    """Yields the blocks whose context touches, together."""
    hunk = [blocks[0]]
    for block in blocks[1:]:
        if block.start - hunk[-1].stop > 2 * _AROUND:
            yield hunk
            hunk = []
        hunk.append(block)
    yield hunk


def _hunk(blocks: Sequence[_Block], old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    before = min(_AROUND, blocks[0].start)
    after = min(_AROUND, len(old) - blocks[-1].stop)
    start, stop = blocks[0].start - before, blocks[-1].stop + after
    new_start, new_stop = blocks[0].new_start - before, blocks[-1].new_stop + after
    yield b"@@ -%b +%b @@\n" % (_range(start, stop), _range(new_start, new_stop))
    at = start
    for block in blocks:
        yield from (b" " + line for line in old[at : block.start])
        yield from (b"-" + line for line in old[block.start : block.stop])
        yield from (b"+" + line for line in new[block.new_start : block.new_stop])
        at = block.stop
    yield from (b" " + line for line in old[at:stop])


def _range(start: int, stop: int) -> bytes:
    """Returns lines ``[start, stop)`` as a hunk header counts them; an empty range names the line before it."""
    if stop - start == 1:
        return b"%d" % (start + 1)
    return b"%d,%d" % (start + (stop > start), stop - start)
