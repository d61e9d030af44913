"""Reads TOML and HCL by their tokens alone: what is half written, or a template, is read as far as it goes."""

from __future__ import annotations

import re

from migrator.carriers.json_tree import string
from migrator.carriers.tree import DEEPEST, Mapping, Node, Pair, Scalar, Sequence, sectioned
from migrator.carriers.view import View
from migrator.model.text import Span

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<triple>\"\"\".*?\"\"\"|'''.*?''')
    |(?P<heredoc><<[-~]?[ \t]*(?P<tag>\w+)[^\n]*\n.*?^[ \t]*(?P=tag)[ \t\r]*$)
    |(?P<double>"(?:[^"\\\n]|\\.)*")|(?P<single>'[^'\n]*')
    |(?P<sign>[\[\]{}=:,]|\n)
    |(?P<bare>[^\s\[\]{}=:,"'\#]+)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_SECTION = re.compile(r"^[ \t]*\[{1,2}([^\[\]\n]+)\]{1,2}[ \t]*(?:#[^\n]*)?$", re.MULTILINE)


def read_toml(view: View) -> Mapping:
    """Returns the entries of a TOML text; a table is a mapping under the name that its header gives."""
    return sectioned(view, _SECTION, lambda start, end: _BraceReader(view, start, end).entries("", 0))


def read_hcl(view: View) -> Mapping:
    """Returns the entries of an HCL text; a block is a mapping under its name and labels."""
    return Mapping(tuple(_BraceReader(view, 0, len(view.text)).entries("", 0)), view.whole, flow=False)


class _BraceReader:
    def __init__(self, view: View, start: int, end: int) -> None:
        self.view = view
        found = (match for match in _TOKEN.finditer(view.text, start, end) if match.lastgroup != "blank")
        self.tokens = [match for match in found if match["blank"] is None]
        self.at = 0

    def _peek(self) -> str:
        return self.tokens[self.at]["sign"] or "" if self.at < len(self.tokens) else "end"

    def _lines(self) -> None:
        while self._peek() in ("\n", ","):
            self.at += 1

    def entries(self, closing: str, depth: int) -> list[Pair]:
        """Returns the entries up to a closing brace; a word that begins none is passed over."""
        found: list[Pair] = []
        names: list[Scalar] = []
        while self.at < len(self.tokens) and self._peek() != (closing or "end"):
            sign = self._peek()
            if not sign:
                names.append(self._scalar())
            elif sign in "=:" and names:
                self.at += 1
                value = self._value(depth)
                if value is not None:
                    found.append(_entry(names, value))
                names = []
            elif sign == "{" and depth < DEEPEST:
                value = self._block(depth)
                found.append(_entry(names, value)) if names else found.extend(value.entries)
                names = []
            else:
                names = [] if sign in "\n,}]" else names
                self.at += 1
        return found

    def _value(self, depth: int) -> Node | None:
        match self._peek():
            case "{" if depth < DEEPEST:
                return self._block(depth)
            case "[" if depth < DEEPEST:
                return self._list(depth)
            case "":
                return self._expression()
            case _:
                return None

    def _block(self, depth: int) -> Mapping:
        start = self.tokens[self.at].start()
        self.at += 1
        inner = self.entries("}", depth + 1)
        return Mapping(tuple(inner), self._closed(start))

    def _list(self, depth: int) -> Sequence:
        start = self.tokens[self.at].start()
        self.at += 1
        items: list[Node] = []
        while self._peek() not in ("]", "end"):
            value = self._value(depth + 1)
            if value is None:
                self.at += 1
            else:
                items.append(value)
        return Sequence(tuple(items), self._closed(start))

    def _closed(self, start: int) -> Span:
        end = self.tokens[min(self.at, len(self.tokens) - 1)].end()
        self.at += 1
        return self.view.span(start, end)

    def _expression(self) -> Scalar:
        """Returns one literal, or all of a longer expression as it is written."""
        begin = self.at
        first = self._scalar()
        while self._peek() == "":
            self.at += 1
        if self.at == begin + 1:
            return first
        text = self.view.cut(self.tokens[begin].start(), self.tokens[self.at - 1].end())
        return Scalar(text, text.whole, plain=True)

    def _scalar(self) -> Scalar:
        token = self.tokens[self.at]
        self.at += 1
        start, end = token.span()
        if token["double"]:
            return string(self.view, start, end)
        if token["triple"]:
            return Scalar(self.view.cut(start + 3, end - 3), self.view.span(start, end))
        if token["single"]:
            return Scalar(self.view.cut(start + 1, end - 1), self.view.span(start, end))
        if token["heredoc"]:
            first = self.view.text.index("\n", start) + 1
            last = max(self.view.text.rindex("\n", start, end), first)
            return Scalar(self.view.cut(first, last), self.view.span(start, end))
        return Scalar(self.view.cut(start, end), self.view.span(start, end), plain=True)


def _entry(names: list[Scalar], value: Node) -> Pair:
    """Returns an entry under the last name; further names are mappings around it."""
    entry = Pair(names[-1], value, Span(names[-1].at.start, value.at.end))
    for name in reversed(names[:-1]):
        entry = Pair(name, Mapping((entry,), entry.at), Span(name.at.start, entry.at.end))
    return entry
