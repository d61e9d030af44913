"""Reads SQL and tables of text: the name of a column, or the text beside another, names a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from migrator.carriers.view import View

_NAMING = frozenset({"name", "key", "variable", "setting", "parameter", "option", "secret"})
_HOLDING = frozenset({"value", "content", "data", "secret_value"})
"""What the two columns of a table of names and values are called."""
_LITERAL = r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_INSERT = re.compile(
    r"\b(?:insert|replace)\b[^;(]{0,200}?\binto\s+[\w.`\"\[\]]+\s*\((?P<columns>[^()]*)\)\s*values", re.I
)
_ROW = re.compile(rf"\((?P<row>(?:{_LITERAL}|[^()'\"]|\([^()]*\))*)\)")
_CELL = re.compile(rf"\s*(?P<cell>(?:{_LITERAL}|[^,'\"]|\([^()]*\))*)\s*(?:,|$)")
_WHERE = re.compile(
    rf"\bset\b[^;]*?=\s*(?P<value>{_LITERAL})[^;]*?\bwhere\b[^;]*?=\s*(?P<name>{_LITERAL})", re.IGNORECASE
)
_SERIALIZED = re.compile(r"""s:\d+:\\?"(?P<name>[\w.-]{1,80})\\?";s:\d+:\\?"(?P<value>[^"\\]{1,400})\\?";""")
"""An entry of what PHP's ``serialize`` makes of a mapping."""
_SET = re.compile(rf"(?P<quote>[`\"\[]?)(?P<name>[A-Za-z_]\w*)[`\"\]]?\s*=\s*(?P<value>{_LITERAL})")


Cell: TypeAlias = tuple[View, View, Sequence[str]]
"""A name, its value, and what else stands in the row."""


def statements(view: View) -> Iterator[Cell]:
    """Yields the name and the value of each literal of an SQL text that a column or its neighbour names."""
    text = view.text
    for found in _INSERT.finditer(text):
        names = [view.cut(*span) for span in _cells(text, *found.span("columns"))]
        at = found.end()
        while row := _ROW.match(text, at + len(text[at:]) - len(text[at:].lstrip(" \t\r\n,"))):
            values = [view.cut(*span) for span in _cells(text, *row.span("row"))]
            yield from _row(names, values)
            at = row.end()
    for found in _SET.finditer(text):
        yield view.cut(*found.span("name")), _bare(view, *found.span("value")), ()
    for found in _WHERE.finditer(text):
        yield _bare(view, *found.span("name")), _bare(view, *found.span("value")), ()
    yield from ((name, value, ()) for name, value in serialized(view))
    for row in _ROW.finditer(text):
        cells = list(_cells(text, *row.span("row")))
        for (start, end), following in pairwise(cells):
            if _is_literal(text, start) and _is_literal(text, following[0]):
                yield view.cut(start, end), view.cut(*following), ()


def _row(names: Sequence[View], values: Sequence[View]) -> Iterator[Cell]:
    said = [value.text.strip() for value in values]
    yield from ((name, value, said) for name, value in zip(names, values, strict=False))


def serialized(view: View) -> Iterator[tuple[View, View]]:
    """Yields the name and the value of each text entry of a mapping as PHP writes it down."""
    for found in _SERIALIZED.finditer(view.text) if ":{s:" in view.text else ():
        yield view.cut(*found.span("name")), view.cut(*found.span("value"))


def _is_literal(text: str, start: int) -> bool:
    return text[start - 1 : start] in ("'", '"')


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yields the range of each part between commas, without blanks and quotes."""
    at = start
    while at <= end and (found := _CELL.match(text, at, end)):
        yield _stripped(text, *found.span("cell"))
        if found.end() == at or found.end() >= end:
            return
        at = found.end()


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    cell = text[start:end]
    start, end = start + len(cell) - len(cell.lstrip()), start + len(cell.rstrip())
    if end - start >= 2 and text[start] in "'\"`[" and text[end - 1] in "'\"`]":
        return start + 1, end - 1
    return start, end


def _bare(view: View, start: int, end: int) -> View:
    return view.cut(*_stripped(view.text, start, end))


def columns(view: View) -> Iterator[Cell]:
    """Yields the name of each value of a table: that of its column, or the cell beside it in a table of names."""
    rows = list(_rows(view.text))
    if not rows:
        return
    head = view.text[rows[0][0] : rows[0][1]]
    delimiter = max("\t;|,", key=head.count)
    names = [view.cut(*span) for span in _split(view.text, *rows[0], delimiter)]
    called = [name.text.strip().lower() for name in names]
    pair = [next((at for at, name in enumerate(called) if name in words), -1) for words in (_NAMING, _HOLDING)]
    for row in rows[1:]:
        cells = [view.cut(*span) for span in _split(view.text, *row, delimiter)]
        yield from _row(names, cells)
        if min(pair) >= 0 and max(pair) < len(cells):
            yield cells[pair[0]], cells[pair[1]], ()


def _rows(text: str) -> Iterator[tuple[int, int]]:
    """Yields the range of each row; a line end in quotes ends none."""
    start, quoted = 0, False
    for at, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char in "\r\n" and not quoted:
            if at > start:
                yield start, at
            start = at + 1
    if start < len(text):
        yield start, len(text)


def _split(text: str, start: int, end: int, delimiter: str) -> Iterator[tuple[int, int]]:
    first, quoted = start, False
    for at in range(start, end):
        if text[at] == '"':
            quoted = not quoted
        elif text[at] == delimiter and not quoted:
            yield _stripped(text, first, at)
            first = at + 1
    yield _stripped(text, first, end)
