"""Python as tree-sitter reads it. What its grammar does not take is given to it in another form of the same length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

from migrator.errors import UnparsableError
from migrator.languages.python.lowering.lexer import DEPTH, Tokens
from migrator.languages.syntax.grammar import TOO_DEEP, Grammar, Parsed, parsed
from migrator.model.text import Source, Span

GRAMMAR = Grammar("Python", "tree_sitter_python")

_LAZY = re.compile(r"^([ \t\f]*)lazy(?=[ \t]+(?:import|from)\b)", re.MULTILINE)  # of Python 3.15
_TYPE = re.compile(r"type(?=[ \t]*[(.\[])")
_MIXED = re.compile(r"^[ \f]*\t[ \t\f]*", re.MULTILINE)
_FAR_IN = re.compile(r"\n[ \t\f]{400}")  # the grammar keeps no more than about 500 levels
_LEVELS = 400
_TOP = re.compile(r"^(?=[^\s#)\]}'\"])(?!(?:else|elif|except|finally)\b)", re.MULTILINE)
_INK = re.compile(r"[^\r\n]")
_MOST_BROKEN = 20


def read(source: Source) -> Parsed:
    """Returns a Python file as the parser gives it. Raises `UnparsableError` where it gives nothing."""
    text = source.text
    _check_levels(source)
    if "lazy" in text:
        text = _LAZY.sub(r"\1    ", text)
    if "type" in text:
        text = _TYPE.sub(_no_statement, text)  # which the grammar takes for the statement
    if "\t" in text:
        text = _MIXED.sub(lambda found: _indented(found[0]), text)
    found = parsed(source, GRAMMAR, text)
    if found.troubles:
        joined = _joined(text)
        every = (found, parsed(source, GRAMMAR, joined), _apart(source, text, found))
        found = min(every, key=lambda one: sum(each.span.end - each.span.start + 1 for each in one.troubles))
    return found


def _no_statement(found: re.Match[str]) -> str:
    line = found.string.rfind("\n", 0, found.start()) + 1
    begins = line == found.start() or not found.string[line : found.start()].strip(" \t\f")
    return "Type" if begins else found[0]


def _apart(source: Source, text: str, whole: Parsed) -> Parsed:
    """Returns the trees of a text whose broken top-level statements are read by themselves, and harm no other."""
    every = ((span, replace(source, text=text[span.start : span.end])) for span in _statements(text))
    found = (span for span, one in every if parsed(one, GRAMMAR).troubles)
    broken = list(islice(found, _MOST_BROKEN + 1))
    if not broken or len(broken) > _MOST_BROKEN:
        return whole
    rest = text
    for span in broken:
        rest = rest[: span.start] + _blank(text[span.start : span.end]) + rest[span.end :]
    alone = [_blank(text[: span.start]) + text[span.start : span.end] + _blank(text[span.end :]) for span in broken]
    read = [parsed(source, GRAMMAR, each) for each in (rest, *alone)]
    troubles = sorted(trouble for each in read for trouble in each.troubles)
    return Parsed(source.text, tuple(each.trees[0] for each in read), tuple(troubles))


def _statements(text: str) -> Iterator[Span]:
    """Yields what each line that begins in the first column begins, as far as lines tell."""
    starts = [0]
    decorated = False
    for found in _TOP.finditer(text):
        if not decorated:
            starts.append(found.start())
        decorated = text[found.start()] == "@"
    yield from (Span(*pair) for pair in pairwise([*starts, len(text)]))


def _blank(text: str) -> str:
    return _INK.sub(" ", text)


def _joined(text: str) -> str:
    """Returns a text whose lines do not end within brackets.

    The grammar takes one that is indented less than its block for the end of the block, behind an operator.
    """
    tokens = Tokens(text)
    parts: list[str] = []
    at = depth = 0
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        parts += [" " * (start - at) if depth > 0 else text[at:start], word]
        depth = max(depth + DEPTH.get(word, 0), 0)
        at = end
    return "".join(parts) + text[at:]


def _indented(white: str) -> str:
    """Returns white space that the grammar, to which a tab is eight columns, reads as Python does: as up to eight.

    A form feed takes it back to the first column.
    """
    column = 0
    for char in white:
        column = 0 if char == "\f" else column + 1 if char == " " else column - column % 8 + 8
    tabs, spaces = divmod(column, 8)
    return "\f" * (len(white) - tabs - spaces) + "\t" * tabs + " " * spaces


def within(text: str, span: Span) -> Parsed:
    """Returns an expression in a text, the code point before and behind it taken for parentheses.

    A form feed takes the expression to the first column.
    """
    masked = "\f" * (span.start - 1) + f"({text[span.start : span.end]})"
    return parsed(Source(path="", text=masked), GRAMMAR)


def _check_levels(source: Source) -> None:
    """Raises `UnparsableError` for blocks in more blocks than the grammar can count."""
    if len(source.text) < _LEVELS * _LEVELS // 2 or not _FAR_IN.search(source.text):
        return
    levels = [0]
    for line in source.text.splitlines():
        white = len(line) - len(line.lstrip(" \t\f"))
        while levels[-1] > white:
            levels.pop()
        if levels[-1] < white < len(line):
            levels.append(white)
        if len(levels) > _LEVELS:
            where = f"{source.path}:1"
            raise UnparsableError(
                TOO_DEEP, line=1, column=1, where=where, advice="Exclude the file, or check it by hand."
            )
