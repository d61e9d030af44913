"""The syntax tree of a file that is edited, its nodes found by where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import TypeVar

import libcst as cst
from libcst._nodes.internal import CodegenState

from migrator.errors import UnparsableError
from migrator.languages.python.lowering.lexer import DEPTH, Tokens
from migrator.languages.python.rewriting.parse import parse
from migrator.languages.python.rewriting.python2 import modernised
from migrator.model.draft import NotMovedError
from migrator.model.text import Location, Source, Span, line_starts

_N = TypeVar("_N", bound=cst.CSTNode)
_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
_UNPARSED = cst.SimpleStatementLine(body=())
"""What stands for the statements of a piece that nobody asked about."""


class Tree:
    """The statements of one file, each parsed when it is asked about; positions are code points of the source's text.

    Whatever parses raises `NotMovedError` when a statement cannot be parsed, or not be reproduced byte for byte.
    """

    def __init__(self, source: Source) -> None:
        """Cuts the source into pieces and parses none."""
        self.source = source
        self.text = source.text
        self._modern = modernised(source.text)
        self.is_legacy = self._modern != source.text
        """Whether it has syntax of Python 2."""
        self._pieces = pieces(self._modern)
        self._bodies: list[list[_Statement]] = [[_UNPARSED] for _ in self._pieces]
        self._whole = cst.Module(body=[_UNPARSED])
        self._parsed: set[int] = set()
        self._spans: dict[cst.CSTNode, Span] = {}
        self._parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._by_start: dict[int, list[cst.CSTNode]] = {}
        self._names: dict[str, list[cst.Name]] = {}

    # -- what is parsed -------------------------------------------------------------------------------------------

    @property
    def module(self) -> cst.Module:
        """The whole file, all of it parsed."""
        return self.naming("")

    @property
    def newline(self) -> str:
        """What ends the first line."""
        starts = line_starts(self.text)
        first = self.text[: starts[1]] if len(starts) > 1 else "\n"
        return first[len(first.rstrip("\r\n")) :]

    def naming(self, name: str) -> cst.Module:
        """Returns the module with every statement that holds a name parsed, and the others left out."""
        for number, piece in enumerate(self._pieces):
            if number not in self._parsed and self.text.find(name, piece.start, piece.end) >= 0:
                self._parse(number)
        return self._whole

    def named(self, name: str) -> Sequence[cst.Name]:
        """Returns every node of that name in the whole file, in no particular order."""
        self.naming(name)
        return self._names.get(name, ())

    def body(self) -> Iterator[_Statement]:
        """Returns the top-level statements in their order, parsed as far as they are fetched."""
        for number in range(len(self._pieces)):
            self._parse(number)
            yield from self._bodies[number]

    def _parse_at(self, offset: int) -> None:
        self._parse(max(bisect_right(self._pieces, offset, key=lambda piece: piece.start) - 1, 0))

    def _parse(self, number: int) -> None:
        if number in self._parsed:
            return
        piece = self._pieces[number]
        text = _without_blank_end(self._modern[piece.start : piece.end])
        try:
            module = parse(replace(self.source, text=text), Tokens(text))
        except UnparsableError as error:
            raise NotMovedError(f"`{self.source.path}` cannot be parsed") from error
        spans: dict[cst.CSTNode, Span] = {}
        state = _Recorder(
            default_indent=module.default_indent,
            default_newline=module.default_newline,
            spans=spans,
            position=0,
        )
        module._codegen(state)
        places = _aligned("".join(state.tokens), text)
        if places is None:
            raise NotMovedError(f"`{self.source.path}` cannot be reproduced byte for byte, so it is not edited")
        first, last = piece.start, len(places) - 1  # a text may end without the line end that the parser counts
        self._spans |= {
            node: Span(first + places[min(at.start, last)], first + places[min(at.end, last)])
            for node, at in spans.items()
        }
        self._parsed.add(number)
        self._bodies[number] = list(module.body)
        self._whole.body[:] = chain.from_iterable(self._bodies)  # type: ignore[index]
        self._connect(module.body)

    def _connect(self, body: Sequence[_Statement]) -> None:
        """Notes the parents of the nodes of some top-level statements, and the nodes by where they start."""
        self._parents |= dict.fromkeys(body, self._whole)
        stack: list[cst.CSTNode] = list(body)
        while stack:
            node = stack.pop()
            if node in self._spans:
                self._by_start.setdefault(self._spans[node].start, []).append(node)
            if isinstance(node, cst.Name):
                self._names.setdefault(node.value, []).append(node)
            for child in children(node):
                self._parents[child] = node
                stack.append(child)

    # -- where its nodes stand ------------------------------------------------------------------------------------

    def span(self, node: cst.CSTNode) -> Span:
        """Returns where a node stands, without parentheses around it."""
        return self._spans[node]

    def location(self, node: cst.CSTNode) -> Location:
        """Returns where a node stands, and in which file."""
        return Location(self.source.path, self._spans[node])

    def outer(self, node: cst.CSTNode) -> Span:
        """Returns where a node stands, with the parentheses around it."""
        span = self.span(node)
        if not isinstance(node, cst.BaseExpression) or not node.lpar:
            return span
        return Span(self.span(node.lpar[0]).start, self.span(node.rpar[-1]).end)

    def code(self, node: cst.CSTNode) -> str:
        """Returns the source text of a node, without parentheses around it."""
        return self.source.excerpt(self.span(node))

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Returns the node that a node is part of, None for the module."""
        return self._parents.get(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Returns the nodes that a node is inside of, innermost first."""
        while (above := self._parents.get(node)) is not None:
            yield above
            node = above

    def above(self, node: cst.CSTNode, *kinds: type[_N]) -> _N | None:
        """Returns the innermost enclosing node of one of the kinds, None when there is none."""
        return next((each for each in self.ancestors(node) if isinstance(each, kinds)), None)

    def statement(self, node: cst.CSTNode) -> cst.BaseSmallStatement | None:
        """Returns the small statement that a node is part of, None when it is in the head of a compound one."""
        return next((each for each in self.ancestors(node) if isinstance(each, cst.BaseSmallStatement)), None)

    def find(self, span: Span, *kinds: type[_N]) -> _N | None:
        """Returns the node of one of the kinds that stands exactly at *span*, None when there is none."""
        self._parse_at(span.start)
        for node in self._by_start.get(span.start, ()):
            if isinstance(node, kinds) and span in (self.span(node), self.outer(node)):
                return node
        return None

    def innermost(self, span: Span, *kinds: type[_N]) -> _N | None:
        """Returns the smallest node of one of the kinds that *span* lies in, None when there is none."""
        self._parse_at(span.start)
        for start in range(span.start, -1, -1):
            here = [node for node in self._by_start.get(start, ()) if isinstance(node, kinds)]
            around = [node for node in here if self.span(node).contains(span)]
            if around:
                return min(around, key=lambda node: self.span(node).end)
        return None

    def walk(self, node: cst.CSTNode | None = None, *kinds: type[_N]) -> Iterator[_N]:
        """Returns all nodes of the kinds inside a node (the whole file by default), in no particular order."""
        stack: list[cst.CSTNode] = [node if node is not None else self.module]
        while stack:
            each = stack.pop()
            if isinstance(each, kinds):
                yield each
            stack.extend(children(each))

    def line_of(self, offset: int) -> tuple[int, int]:
        """Returns the offsets at which the line of *offset* starts and at which the next one starts."""
        starts = line_starts(self.text)
        index = bisect_right(starts, offset)
        return starts[index - 1], starts[index] if index < len(starts) else len(self.text)

    def indent_of(self, offset: int) -> str:
        """Returns the white space at the start of the line of *offset*."""
        line = self.text[self.line_of(offset)[0] : offset]
        return line[: len(line) - len(line.lstrip(" \t\f"))]


def _aligned(written: str, text: str) -> Sequence[int] | None:
    """Returns where each place of a text stands in another that differs in blanks alone, None where more differs.

    The parser takes tabs mixed with blanks, as Python 2 has them, only as the blanks that they stand for.
    """
    if written == text:
        return range(len(text) + 1)
    solid = [at for at, char in enumerate(text) if char not in " \t"]
    places: list[int] = []
    done = 0
    for char in written:
        if char in " \t":
            behind = solid[done - 1] + 1 if done else 0
            limit = solid[done] if done < len(solid) else len(text)
            places.append(min(max(behind, places[-1] + 1 if places else 0), limit))
        elif done < len(solid) and text[solid[done]] == char:
            places.append(solid[done])
            done += 1
        else:
            return None
    return [*places, len(text)] if done == len(solid) else None


def _without_blank_end(text: str) -> str:
    """Returns a text without the blank lines at its end, not all of which the parser reproduces."""
    end = text.find("\n", len(text.rstrip()))
    return text if end < 0 else text[: end + 1]


@dataclass(slots=True, kw_only=True)
class _Recorder(CodegenState):
    """Notes where each node is written. libcst's own recorder comes with all of its metadata, slow to import."""

    spans: dict[cst.CSTNode, Span]
    position: int
    _open: list[int] = field(default_factory=list)

    def add_indent_tokens(self) -> None:
        CodegenState.add_indent_tokens(self)
        self.position += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.position += len(value)

    def before_codegen(self, _node: cst.CSTNode) -> None:
        self._open.append(self.position)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.spans.setdefault(node, Span(self._open.pop(), self.position))

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        """Notes where a node stands without the white space that it owns."""
        start = self.position
        yield
        self.spans[node] = Span(
            self.spans[start_node].start if start_node else start,
            self.spans[end_node].end if end_node else self.position,
        )


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Returns the nodes right inside a node, but for white space and comments, far faster than libcst's own way."""
    for name in _fields(type(node)):
        found = getattr(node, name)
        if isinstance(found, (list, tuple)):
            yield from found
        elif isinstance(found, cst.CSTNode):
            yield found


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if not _SPACE.search(each.name))


_SPACE = re.compile("whitespace|lines|header|footer")


_CONTINUES = frozenset({"else", "elif", "except", "finally"})
_BEFORE = ("", "\n", "\r")
_CONTINUED = ("\\\n", "\\\r", "\\\r\n")
_INTERPOLATED = re.compile(r"[rR]?[fFtT][rR]?['\"]")
_BRACE = re.compile("[{}]")


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[Span, ...]:
    """Returns the span of each top-level statement with all that follows it up to the next; together they are the text.

    Text that is no Python may be cut anywhere. A string that may hold strings keeps it in one piece: only a parser
    tells where such a string ends.
    """
    tokens = Tokens(text)
    if not all(map(_is_plain, tokens.words)):
        return (Span(0, len(text)),)
    cuts: list[int] = []
    depth, decorated = 0, False
    for word, start in zip(tokens.words, tokens.starts, strict=True):
        if depth == 0 and text[start - 1 : start] in _BEFORE and word not in _CONTINUES:
            if not decorated and not text.endswith(_CONTINUED, 0, start):
                cuts.append(start)
            decorated = word == "@"
        depth += DEPTH.get(word, 0)
    return tuple(Span(*pair) for pair in pairwise([0, *cuts[1:], len(text)]))


def _is_plain(word: str) -> bool:
    """Returns whether a token is not a quote by itself, nor a string that ends within a replacement field."""
    if word[-1] not in "'\"":
        return True
    if not _INTERPOLATED.match(word):
        return len(word) > 1
    depth = at = 0
    while found := _BRACE.search(word, at):
        at = found.end()
        if depth == 0 and word.startswith(found[0], at):
            at += 1
        else:
            depth += 1 if found[0] == "{" else -1
    return depth == 0
