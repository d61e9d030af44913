"""Reads YAML with the place of every part: PyYAML composes, and each scalar is decoded once more by its own marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from migrator.carriers.json_tree import string
from migrator.carriers.tree import DEEPEST, Mapping, Node, Pair, Scalar, Sequence
from migrator.carriers.view import View, opaque
from migrator.errors import UnparsableError
from migrator.model.text import Span

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE = re.compile(r"[^\n]*\n?")
_HEADER = re.compile(r"[|>][0-9+-]*[^\n]*\n")
_QUOTE = re.compile("''")
_MOST = 200_000
"""How many nodes are read: aliases can stand for very many."""


def read_yaml(view: View) -> Iterator[Node]:
    """Yields the document of each part. Raises `UnparsableError` at the first that is none."""
    reader = _YamlReader(view)
    try:
        for document in yaml.compose_all(view.text, Loader=_LOADER):
            if document is not None:
                yield reader.node(document, 0)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise UnparsableError(
            str(getattr(error, "problem", "") or "is not YAML"), line=mark.line + 1 if mark else 1
        ) from error
    except (RecursionError, ValueError) as error:
        raise UnparsableError("is not YAML that can be read", line=1) from error


class _YamlReader:
    def __init__(self, view: View) -> None:
        self.view, self.text, self.left = view, view.text, _MOST

    def node(self, node: Any, depth: int) -> Node:
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            raise ValueError("nested too deeply")
        at = self.view.span(node.start_mark.index, node.end_mark.index)
        if isinstance(node, yaml.MappingNode):
            entries = [self._entry(key, value, depth) for key, value in node.value]
            return Mapping(tuple(filter(None, entries)), at, flow=bool(node.flow_style))
        if isinstance(node, yaml.SequenceNode):
            return Sequence(tuple(self.node(item, depth + 1) for item in node.value), at, flow=bool(node.flow_style))
        return self._scalar(node, at)

    def _entry(self, key: Any, value: Any, depth: int) -> Pair | None:
        if not isinstance(key, yaml.ScalarNode):
            return None
        name, found = self.node(key, depth + 1), self.node(value, depth + 1)
        assert isinstance(name, Scalar)
        return Pair(name, found, Span(name.at.start, max(found.at.end, name.at.end)))

    def _scalar(self, node: Any, at: Span) -> Scalar:
        start, end = node.start_mark.index, node.end_mark.index
        made: View | None = None
        match node.style:
            case None | "":
                made = self.view.cut(start, end)
            case "'":
                made = self.view.cut(start + 1, end - 1).decoded(_QUOTE, lambda _: "'", "single")
            case '"':
                made = string(self.view, start, end).view
            case "|" | ">":
                made = self._block(start, end, folded=node.style == ">")
        if made is None or made.text.rstrip() != node.value.rstrip():
            made = opaque(node.value, at)
        return Scalar(made, at, plain=not node.style)

    def _block(self, start: int, end: int, *, folded: bool) -> View | None:
        """Returns the lines of a block without their indentation; a folded one has blanks for its single line ends."""
        header = _HEADER.match(self.text, start)
        if header is None:
            return None
        lines = [match for match in _LINE.finditer(self.text, header.end(), end) if match[0]]
        margins = [len(line[0]) - len(line[0].lstrip(" ")) for line in lines if line[0].strip()]
        if not margins:
            return None
        margin = margins[0]
        cuts = []
        for number, line in enumerate(lines):
            stop = line.end()
            if line[0].endswith("\r\n"):
                stop -= 1  # the text of a line ends with \n alone, whatever the file has
            first = min(line.start() + margin, line.end() - len(line[0]) + len(line[0].rstrip("\r\n")))
            cuts.append((first, stop, number))
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for first, stop, number in cuts:
            own = self.text[first:stop].replace("\r", "\n")
            following = lines[number + 1][0] if number + 1 < len(lines) else ""
            joins = folded and own.strip() and following.strip() and not following[margin:].startswith((" ", "\t"))
            if joins and own.endswith("\n") and not own.startswith((" ", "\t")):
                own = own[:-1] + " "
            text.append(own)
            starts += self.view.starts[first:stop]
            ends += self.view.ends[first:stop]
        return View("".join(text), starts, ends, self.view.forms, self.view.known)
