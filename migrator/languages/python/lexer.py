"""Where each token of a file stands. The syntax tree has no offsets; its tokens come in the order of these lists."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate, chain

from migrator.model.text import Span

_GAP = r"(?:[ \t\f\r\n\ufeff]++|\#[^\r\n]*+|\\(?:\r\n?|\n))*+"
_TEXT = r"""
    (?:[rRbBuUfFtT]{0,2})
    (?: \"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\" | "(?:[^"\\\r\n]++|\\(?:\r\n|.))*+"
      | '''(?:[^'\\]++|\\.|'(?!''))*+''' | '(?:[^'\\\r\n]++|\\(?:\r\n|.))*+' )
"""
_NUMBER = (
    r"0[xX][0-9a-fA-F_]++|0[oObB][0-9_]++|(?:[0-9][0-9_]*+\.?[0-9_]*+|\.[0-9][0-9_]*+)(?:[eE][+-]?[0-9][0-9_]*+)?[jJ]?"
)
_OPERATOR = r"->|\*\*=?|//=?|<<=?|>>=?|[<>!=]=|<>|\.\.\.|[-+*/%@&|^]=?|."
_NAME = r"[A-Za-z_\x80-\U0010ffff][0-9A-Za-z_\x80-\U0010ffff]*+"  # outside text only names are not ASCII
_TOKEN = rf"{_NAME}(?!['\"])|[()\[\]{{}},]|:=?|{_TEXT}|{_NAME}|{_NUMBER}|{_OPERATOR}"

_PAIRS = re.compile(rf"({_GAP})({_TOKEN}|\Z)", re.VERBOSE | re.DOTALL)
GAP = re.compile(_GAP, re.VERBOSE)

_span = tuple.__new__  # half the cost of the class's own, and a file has thousands

DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Tokens:
    """The tokens of a text, without white space and comments, and how far a walk over the tree has come.

    The expressions inside an interpolated string are tokens of their own, which `enter` and `leave` switch to.
    """

    __slots__ = ("_lost", "_outer", "at", "ends", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        """Reads all tokens of *text*. Never raises: what is no token is one of a single character."""
        self.text = text
        self.at = 0
        self._lost = False
        pairs = _PAIRS.findall(text)
        while pairs and not pairs[-1][1]:
            pairs.pop()  # the end of the text
        offsets = list(accumulate(map(len, chain.from_iterable(pairs))))
        self.words: list[str] = [word for _, word in pairs]
        self.starts: list[int] = offsets[0::2]
        self.ends: list[int] = offsets[1::2]
        self._outer: list[tuple[list[str], list[int], list[int], int]] = []

    def since(self, first: int) -> Span:
        """Returns the span from token number *first* to the last one that was taken."""
        return _span(Span, (self.starts[first], self.ends[self.at - 1]))

    def take(self) -> Span:
        """Takes one token and returns its span."""
        at = self.at
        self.at = at + 1
        return _span(Span, (self.starts[at], self.ends[at]))

    def complete(self) -> bool:
        """Returns whether the walk took every token."""
        return self.at == len(self.words) and not self._lost

    def respaced(self, change: Callable[[str], str]) -> str:
        """Returns the text with everything between its tokens changed."""
        behind = [0, *self.ends]
        gaps = (change(self.text[end:start]) for end, start in zip(behind, [*self.starts, len(self.text)], strict=True))
        return "".join(chain.from_iterable(zip(gaps, [*self.words, ""], strict=True)))

    def take_to(self, offset: int) -> None:
        """Takes everything up to *offset* as one token, which only the tree knows the end of."""
        if self.ends[self.at] != offset:
            self._reread(offset)
        self.at += 1

    def _reread(self, offset: int) -> None:
        """Reads on from *offset* until the tokens are again those already known: they depend on nothing before them."""
        first = self.at + 1
        balance = sum(DEPTH.get(word, 0) for word in self.words[:first])
        found = _field(self.text, offset, balance) if self._outer else _tokens(self.text, offset)
        fresh: list[tuple[str, int, int]] = []
        known = len(self.starts)
        for token in found:
            place = bisect_left(self.starts, token[1], first)
            if not self._outer and place < len(self.starts) and self.starts[place] == token[1]:
                known = place
                break
            fresh.append(token)
        self.words[first:known] = [word for word, _, _ in fresh]
        self.starts[first:known] = [start for _, start, _ in fresh]
        self.ends[first:known] = [end for _, _, end in fresh]
        self.ends[self.at] = offset

    def enter(self, offset: int) -> None:
        """Goes on with the tokens of the replacement field whose expression starts at *offset*."""
        self._outer.append((self.words, self.starts, self.ends, self.at))
        found = list(_field(self.text, offset, 0))
        self.words = [word for word, _, _ in found]
        self.starts = [start for _, start, _ in found]
        self.ends = [end for _, _, end in found]
        self.at = 0

    def leave(self) -> int:
        """Goes back to the tokens before `enter`. Returns the offset at which the last inner token ends."""
        end = self.ends[self.at - 1]
        self._lost = self._lost or self.at != len(self.words)
        self.words, self.starts, self.ends, self.at = self._outer.pop()
        return end


def _tokens(text: str, offset: int) -> Iterator[tuple[str, int, int]]:
    while (found := _PAIRS.match(text, offset)) and found[2]:
        offset = found.end()
        yield found[2], found.start(2), offset


def _field(text: str, offset: int, depth: int) -> Iterator[tuple[str, int, int]]:
    for word, start, end in _tokens(text, offset):
        if depth == 0 and word in _FIELD_ENDS:
            return
        depth += DEPTH.get(word, 0)
        yield word, start, end


_FIELD_ENDS = frozenset({"}", ":", ":=", "!", "="})
