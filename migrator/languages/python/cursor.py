"""A walk over a syntax tree in the order of its tokens. Each lowering takes exactly the tokens of its node."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from migrator.languages.python.depth import DEEPEST
from migrator.languages.python.lexer import Tokens
from migrator.languages.python.syntax import Grouped, Reader
from migrator.languages.shared.secrets import Secrets
from migrator.model.text import line_starts
from migrator.model.unit import Expr


class Walk(Tokens):
    """A walk over one file, the lowering of each kind of expression, and what is known along the way."""

    __slots__ = ("_lines", "_narrow", "_wide", "depth", "expressions", "read", "secrets", "yields")

    def __init__(self, text: str, secrets: Secrets, expressions: Lowerings) -> None:
        """Starts before the first token."""
        super().__init__(text)
        self.secrets = secrets
        self.expressions = expressions
        self.yields = False  # whether the function body being walked yields
        self.depth = 0  # of the expression being walked
        self.read: Reader
        self._lines = line_starts(text)
        self._narrow = text.isascii()
        self._wide: dict[int, tuple[Sequence[int], Sequence[int]]] = {}  # by the start of a line

    def here(self) -> int:
        """Returns the offset of the token that comes next, or of the last one."""
        return self.starts[min(self.at, len(self.starts) - 1)] if self.starts else 0

    def deepen(self, levels: int) -> None:
        """Goes so many levels deeper, or back. Raises `RecursionError` where evaluation would not survive it."""
        self.depth += levels
        if self.depth > DEEPEST:
            raise RecursionError

    def field(self, offset: int) -> Expr:
        """Returns the expression of the replacement field whose inside starts at *offset*; its tokens are taken."""
        self.enter(offset)
        start = self.starts[0]
        text = self.text[start : self.ends[-1]]
        outer = self._lines
        self._lines = (start - 1, *(start + line for line in line_starts(text)[1:]))
        lowered = expression(self, self.read(text))
        self._lines = outer
        return lowered

    def around(self, node: Grouped) -> int:
        """Returns how many of the parentheses that come next are around a node, and not the node's own."""
        known: int | None = getattr(node, "around", None)
        if known is not None:
            return known
        start = self._offset(node.lineno, node.col_offset)
        at = self.at
        while self.words[at] == "(" and self.starts[at] < start:
            at += 1
        return at - self.at

    def owned(self, node: Grouped, first: Grouped | None) -> int:
        """Returns 1 when the bracket that comes next is the node's own, 0 when it is one of its *first* part's."""
        if self.words[self.at] not in _OPENING:
            return 0
        known: int | None = getattr(node, "own", None)
        if known is not None:
            return known
        start = self._offset(node.lineno, node.col_offset)
        if self.starts[self.at] != start:
            return 0  # the call's own, which an only argument shares
        if first is None:
            return 1
        inner = self._offset(first.lineno, first.col_offset)
        if inner == start:
            return 0
        opened = closed = 0
        while self.starts[self.at + opened] < inner:
            opened += 1
        behind = bisect_left(self.starts, self._offset(first.end_lineno or 0, first.end_col_offset or 0))
        while self.words[behind + closed] == ")":
            closed += 1
        return 1 if opened > closed else 0

    def goes_on(self, node: ast.expr, parts: int) -> bool:
        """Returns whether the string that comes next belongs to a node of which that many parts were taken."""
        known: int | None = getattr(node, "parts", None)
        if known is not None:
            return parts < known
        return self.starts[self.at] < self._offset(node.end_lineno or 0, node.end_col_offset or 0)

    def _offset(self, line: int, column: int) -> int:
        """Returns the place in code points of one that is told in lines and bytes of UTF-8."""
        start = self._lines[line - 1]
        if self._narrow:
            return start + column
        if start not in self._wide:
            self._wide[start] = _extra_bytes(self.text, start)
        ends, extra = self._wide[start]
        return start + column - extra[bisect_right(ends, column)]


def _extra_bytes(text: str, start: int) -> tuple[Sequence[int], Sequence[int]]:
    """Returns where, in bytes, the wide characters of a line end, and how many more bytes than characters are before.

    The second has one number more than the first: for what stands before all of them.
    """
    ends, extra = [], [0]
    end = text.find("\n", start)
    for found in _WIDE.finditer(text, start, end if end >= 0 else len(text)):
        extra.append(extra[-1] + len(found[0].encode("utf-8")) - 1)
        ends.append(found.end() - start + extra[-1])
    return ends, extra


_WIDE = re.compile(r"[^\x00-\x7f]")
_OPENING = ("(", "[")


Lowerings: TypeAlias = Mapping[type[ast.AST], Callable[[Walk, Any], Expr]]


def expression(walk: Walk, node: ast.expr) -> Expr:
    """Returns an expression, the parentheses around it taken."""
    walk.deepen(1)
    around = walk.around(node) if walk.words[walk.at] == "(" else 0
    walk.at += around
    lowered = walk.expressions[type(node)](walk, node)
    walk.at += around
    walk.deepen(-1)
    return lowered


def optional(walk: Walk, node: ast.expr | None) -> Expr | None:
    """Returns an expression that need not be there."""
    return None if node is None else expression(walk, node)


def take(walk: Walk, word: str) -> bool:
    """Takes a token if it is the next. Returns whether it was."""
    if walk.at < len(walk.words) and walk.words[walk.at] == word:
        walk.at += 1
        return True
    return False
