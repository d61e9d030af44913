"""A file cut at its top-level statements, so that what is not asked about need not be parsed."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from migrator.languages.python.lowering.lexer import DEPTH, Tokens
from migrator.model.text import Span

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
