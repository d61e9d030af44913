"""Reads XML: elements and attributes as entries, each with the place of its text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.parsers import expat

from migrator.carriers.tree import Mapping, Node, Pair, Scalar
from migrator.carriers.view import View, opaque
from migrator.errors import UnparsableError
from migrator.model.text import Span

_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_OPENING = re.compile(r"<[^\s/>]+(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")


def read_xml(view: View) -> Node:
    """Returns the root element. Raises `UnparsableError` where the text is no XML."""
    return _XmlReader(view).root()


class _XmlReader:
    def __init__(self, view: View) -> None:
        self.view = view
        self.data = view.text.encode("utf-8", "surrogatepass")
        self.plain = len(self.data) == len(view.text)
        self.open: list[tuple[Scalar, int, list[Pair], list[View]]] = []
        self.found: Node | None = None
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.buffer_text = False

    def root(self) -> Node:
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise UnparsableError("is not XML", line=error.lineno) from error
        assert self.found is not None
        return self.found

    def _here(self) -> int:
        """Returns the code point that the parser is at."""
        index = self.parser.CurrentByteIndex
        return index if self.plain else len(self.data[:index].decode("utf-8", "surrogatepass"))

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        start = self._here()
        tag = _OPENING.match(self.view.text, start)
        label = self.view.cut(start + 1, start + 1 + len(name))
        entries = list(self._attributes(start + 1 + len(name), tag.end())) if tag else []
        self.open.append((Scalar(label, label.whole, plain=True), start, entries, []))

    def _attributes(self, start: int, end: int) -> Iterator[Pair]:
        for found in _ATTRIBUTE.finditer(self.view.text, start, end):
            name, value = self.view.cut(*found.span(1)), self.view.cut(found.start(2) + 1, found.end(2) - 1)
            text = value.decoded(_ENTITY, lambda match: html.unescape(match[0]), "xml")
            yield Pair(Scalar(name, name.whole, plain=True), Scalar(text, value.whole), self.view.span(*found.span()))

    def _characters(self, text: str) -> None:
        if self.open and text.strip():
            start = self._here()
            end = self.view.text.find("<", start)
            taken = self.open[-1][3]
            if not taken:
                taken.append(self.view.cut(start, len(self.view.text) if end < 0 else end))

    def _end(self, _name: str) -> None:
        label, start, entries, texts = self.open.pop()
        end = self.view.text.find(">", self._here()) + 1
        at = self.view.span(start, max(end, start))
        value: Node = Mapping(tuple(entries), at)
        if texts and not any(isinstance(one.value, Mapping) for one in entries):
            bare = texts[0].decoded(_ENTITY, lambda match: html.unescape(match[0]), "xml")
            bare = bare.cut(len(bare.text) - len(bare.text.lstrip()), len(bare.text.rstrip()))
            content = Scalar(bare, bare.whole)
            named = [*entries, Pair(Scalar(opaque("text", content.at), content.at), content, content.at)]
            value = Mapping(tuple(named), at) if entries else content
        if self.open:
            self.open[-1][2].append(Pair(label, value, Span(at.start, at.end)))
        else:
            self.found = Mapping((Pair(label, value, at),), at)
