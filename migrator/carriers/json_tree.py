"""Reads JSON, comments and trailing commas included, with the place of every part."""

from __future__ import annotations

import re

from migrator.carriers.tree import DEEPEST, Mapping, Node, Pair, Scalar, Sequence
from migrator.carriers.view import View
from migrator.errors import UnparsableError
from migrator.model.text import Span

_SPACE = re.compile(r"(?:[\s\ufeff]+|//[^\r\n]*|/\*.*?\*/|\#[^\r\n]*)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\r\n]|\\.)*"|\'(?:[^\'\\\r\n]|\\.)*\'', re.DOTALL)
_BARE = re.compile(r"[^\s,:\[\]{}\"']+")
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_NAMED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def read_json(view: View) -> Node:
    """Returns the value that a text holds. Raises `UnparsableError` where it holds none."""
    reader = _JsonReader(view)
    node = reader.value(0)
    reader.skip()
    if reader.at < len(view.text):
        raise reader.error("more than one value")
    return node


def _meaning(match: re.Match[str]) -> str:
    text = match[0]
    if text.startswith("\\u") and text != "\\u":
        units = [int(part, 16) for part in text.split("\\u")[1:]]
        if len(units) == 2:
            return chr(0x10000 + ((units[0] - 0xD800) << 10) + (units[1] - 0xDC00))
        return chr(units[0])
    return _NAMED.get(text[1], text[1])


def string(view: View, start: int, end: int) -> Scalar:
    """Returns the string literal at a range of a text, its quotes included."""
    content = view.cut(start + 1, end - 1).decoded(_ESCAPE, _meaning, "json")
    return Scalar(content, view.span(start, end))


class _JsonReader:
    def __init__(self, view: View) -> None:
        self.view, self.text, self.at = view, view.text, 0

    def error(self, what: str) -> UnparsableError:
        return UnparsableError(what, line=self.text.count("\n", 0, self.at) + 1)

    def skip(self) -> str:
        """Passes over blanks and comments, and returns the next character."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise self.error("nested too deeply")
        first = self.skip()
        if first == "{":
            return self._mapping(depth)
        if first == "[":
            return self._sequence(depth)
        return self._scalar()

    def _scalar(self) -> Scalar:
        start = self.at
        found = _STRING.match(self.text, start)
        if found is not None:
            self.at = found.end()
            return string(self.view, start, self.at)
        bare = _BARE.match(self.text, start)
        if bare is None:
            raise self.error("a value is missing")
        self.at = bare.end()
        return Scalar(self.view.cut(start, self.at), self.view.span(start, self.at), plain=True)

    def _mapping(self, depth: int) -> Mapping:
        start = self.at
        self.at += 1
        entries: list[Pair] = []
        while self.skip() != "}":
            key = self._scalar()
            if self.skip() != ":":
                raise self.error("a colon is missing")
            self.at += 1
            value = self.value(depth + 1)
            entries.append(Pair(key, value, Span(key.at.start, value.at.end)))
            self._separated("}")
        self.at += 1
        return Mapping(tuple(entries), self.view.span(start, self.at))

    def _sequence(self, depth: int) -> Sequence:
        start = self.at
        self.at += 1
        items: list[Node] = []
        while self.skip() != "]":
            items.append(self.value(depth + 1))
            self._separated("]")
        self.at += 1
        return Sequence(tuple(items), self.view.span(start, self.at))

    def _separated(self, end: str) -> None:
        after = self.skip()
        if after == ",":
            self.at += 1
        elif after != end:
            raise self.error("a comma is missing")
