"""Code that nests so deeply that libcst would not survive it, told by its tokens."""

from __future__ import annotations

from typing import NoReturn

from migrator.errors import UnparsableError
from migrator.languages.python.lowering.lexer import Tokens
from migrator.model.text import Source

# Measured with libcst 1.9: 4 MiB hold an expression of the depths below, and parsing one takes up to a second; the
# time grows with the square of the depth.
_BRACKETS = 200
DEEPEST = 500
ARMS = 10_000  # of one `if`

TOO_DEEP = "Split the expression or exclude the file; its requests have to be checked by hand."


def reject(source: Source, offset: int, what: str, advice: str) -> NoReturn:
    """Raises `UnparsableError` for a place in a file."""
    line, column = source.position(offset)
    raise UnparsableError(what, line=line, column=column, where=f"{source.path}:{line}", advice=advice)


def check_depth(source: Source, tokens: Tokens) -> None:
    """Raises `UnparsableError` for code that the parser would recurse into too deeply."""
    levels: list[tuple[int, int, int]] = []
    depth = deepest = lambdas = 0  # of the part since the last separator, of all parts, parameters not yet ended
    behind = 0
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        if not levels and start > behind and _ends_statement(tokens.text, behind, start):
            depth = deepest = lambdas = 0
        behind = end
        kind = _KINDS.get(word)
        if kind is None:
            continue
        if kind == _OPENS:
            levels.append((depth, deepest, lambdas))
            depth = deepest = lambdas = 0
        elif kind == _CLOSES and levels:
            inner = max(depth, deepest)
            depth, deepest, lambdas = levels.pop()
            depth = max(depth, inner) + 1
        elif kind == _SEPARATES and not lambdas:
            depth, deepest = 0, max(depth, deepest)
        elif kind == _CHAINS:
            depth += 1
            lambdas += word == "lambda"
        elif word == ":" and lambdas:
            lambdas -= 1
        if depth > DEEPEST or len(levels) > _BRACKETS:
            reject(source, start, "the code nests too deeply to be parsed", TOO_DEEP)
    if tokens.words.count("elif") > ARMS:
        reject(source, 0, f"there are more than {ARMS:,} elif branches", TOO_DEEP)


def _ends_statement(text: str, start: int, end: int) -> bool:
    """Returns whether a gap outside brackets holds the end of a line that is not continued."""
    gap = text[start:end]
    return ("\n" in gap or "\r" in gap) and "\\" not in gap


_OPENS, _CLOSES, _SEPARATES, _CHAINS, _COLON = range(5)
_KINDS = {
    **dict.fromkeys("([{", _OPENS),
    **dict.fromkeys(")]}", _CLOSES),
    **dict.fromkeys(",;", _SEPARATES),
    **dict.fromkeys((*"+-*/%@&|^~<>.=", "//", "**", "<<", ">>", "<=", ">=", "==", "!=", ":="), _CHAINS),
    **dict.fromkeys(("and", "or", "not", "in", "is", "if", "lambda", "await", "yield"), _CHAINS),
    ":": _COLON,
}
