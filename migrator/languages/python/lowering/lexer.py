"""Where each token of a file stands, whether or not it can be parsed."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate, chain

# No possessive group holds a lookahead: Python 3.11.2 gets that wrong.
_GAP = r"(?:[ \t\f\r\n\ufeff]++|\#[^\r\n]*+|\\(?:\r\n?|\n))*+"
_TEXT = r"""
    (?:[rRbBuUfFtT]{0,2})
    (?: \"\"\"[^"\\]*+(?:(?:\\.|"{1,2}(?!"))[^"\\]*+)*\"\"\" | "(?:[^"\\\r\n]++|\\(?:\r\n|.))*+"
      | '''[^'\\]*+(?:(?:\\.|'{1,2}(?!'))[^'\\]*+)*''' | '(?:[^'\\\r\n]++|\\(?:\r\n|.))*+' )
"""
_NUMBER = (
    r"0[xX][0-9a-fA-F_]++|0[oObB][0-9_]++|(?:[0-9][0-9_]*+\.?[0-9_]*+|\.[0-9][0-9_]*+)(?:[eE][+-]?[0-9][0-9_]*+)?[jJ]?"
)
_OPERATOR = r"->|\*\*=?|//=?|<<=?|>>=?|[<>!=]=|<>|\.\.\.|[-+*/%@&|^]=?|."
_NAME = r"[A-Za-z_\x80-\U0010ffff][0-9A-Za-z_\x80-\U0010ffff]*+"  # outside text only names are not ASCII
_TOKEN = rf"{_NAME}(?!['\"])|[()\[\]{{}},]|:=?|{_TEXT}|{_NAME}|{_NUMBER}|{_OPERATOR}"

_PAIRS = re.compile(rf"({_GAP})({_TOKEN}|\Z)", re.VERBOSE | re.DOTALL)

DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Tokens:
    """The tokens of a text, without white space and comments. What is no token is one of a single character."""

    __slots__ = ("ends", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        """Reads all tokens of *text*. Never raises."""
        self.text = text
        pairs = _PAIRS.findall(text)
        while pairs and not pairs[-1][1]:
            pairs.pop()  # the end of the text
        offsets = list(accumulate(map(len, chain.from_iterable(pairs))))
        self.words: list[str] = [word for _, word in pairs]
        self.starts: list[int] = offsets[0::2]
        self.ends: list[int] = offsets[1::2]

    def respaced(self, change: Callable[[str], str]) -> str:
        """Returns the text with everything between its tokens changed."""
        behind = [0, *self.ends]
        gaps = (change(self.text[end:start]) for end, start in zip(behind, [*self.starts, len(self.text)], strict=True))
        return "".join(chain.from_iterable(zip(gaps, [*self.words, ""], strict=True)))
