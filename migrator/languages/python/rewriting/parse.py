"""Parsing for rewriting that survives any input. libcst recurses on the C stack, and crashes where that runs out."""

from __future__ import annotations

import re
from dataclasses import replace

import libcst as cst

from migrator.errors import UnparsableError
from migrator.languages.python.lowering.depth import check_depth
from migrator.languages.python.lowering.lexer import Tokens
from migrator.languages.python.rewriting.python2 import compiles, modernised
from migrator.model.text import Source

_BLANK = re.compile(r"(?<=\n)[ \t]+(?=\r?\n)")
_NOT_TAKEN = (cst.ParserSyntaxError, cst.CSTValidationError, UnicodeEncodeError)  # the second: what only nodes check


def parse(source: Source, tokens: Tokens) -> cst.Module:
    """Returns the syntax tree of a file that is rewritten. Raises `UnparsableError` where there is none."""
    check_depth(source, tokens)
    try:
        return cst.parse_module(source.text)
    except _NOT_TAKEN as error:
        if "\t" not in source.text:
            raise _rejected(source) from error
        return _parse_expanded(source, tokens)


def is_sound(source: Source) -> bool:
    """Returns whether the running Python takes a file, or the parser of the rewriting, which may know a later one.

    Of Python 2, what they take is the form that Python 3 has of it.
    """
    if compiles(source.text) or compiles(text := modernised(source.text)):
        return True
    try:
        parse(replace(source, text=text), Tokens(text))
    except UnparsableError:
        return False
    return True


def _parse_expanded(source: Source, tokens: Tokens) -> cst.Module:
    """Parses the file with tabs written as up to eight spaces, as Python reads them, and blank lines left empty.

    The parser rejects tabs mixed with spaces, and some blank lines behind a block that is indented with tabs.
    """
    try:
        return cst.parse_module(tokens.respaced(lambda gap: _BLANK.sub("", gap.expandtabs(8))))
    except _NOT_TAKEN as error:
        raise _rejected(source) from error


def _rejected(source: Source) -> UnparsableError:
    """Returns the error in words that hold nothing of the source text, which may be a credential."""
    return UnparsableError("the parser does not take this", where=source.path)
