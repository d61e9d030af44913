"""Parsing that survives any input. libcst recurses on the C stack, and crashes the process where that runs out."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from dataclasses import replace
from typing import NoReturn

import libcst as cst

from migrator.errors import UnparsableError
from migrator.languages.python.depth import check_depth, reject
from migrator.languages.python.lexer import Tokens
from migrator.languages.python.modern import modernised
from migrator.model.text import Source, line_starts

_CORRECT = "Correct the file, or check its requests by hand."
_OLD = "This looks like Python 2: convert it first (for example with 2to3), or check its requests by hand."

_AT = re.compile(r"error at (\d+):(\d+)")
_PYTHON_2 = re.compile(
    r"""^\s*print\s+[^\s(=.,\[]|^\s*print\s*>>|^\s*exec\s+\S|^\s*raise\s+[\w.]+\s*,|^\s*except\b.*,\s*\w+\s*:|<>|`
      |\b0[0-7]+\b|\b\d+[lL]\b|\b[uU][rR]['"]|^\s*def\s+\w+\s*\(.*\(|^\s*from\s+__future__""",
    re.VERBOSE,
)


_BLANK = re.compile(r"(?<=\n)[ \t]+(?=\r?\n)")


def parse(source: Source, tokens: Tokens) -> cst.Module:
    """Returns the syntax tree of a file. Raises `UnparsableError` with the place and what to do."""
    check_depth(source, tokens)
    try:
        return cst.parse_module(source.text)
    except cst.ParserSyntaxError as error:
        if "\t" in source.text:
            return _parse_expanded(source, tokens)
        _explain(source, tokens, error.message)
    except cst.CSTValidationError as error:  # what only the nodes check, such as text beside bytes
        _explain(source, tokens, str(error))
    except UnicodeEncodeError as error:
        reject(source, error.start, "a lone surrogate is no character of a source file", _CORRECT)


def is_sound(source: Source) -> bool:
    """Returns whether the running Python takes a file, or the parser of the rewriting, which may know a later one.

    Of Python 2, what they take is the form that Python 3 has of it.
    """
    source = replace(source, text=modernised(source.text))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the running Python says of the source is not for the user
            ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        try:
            parse(source, Tokens(source.text))
        except UnparsableError:
            return False
    return True


def _parse_expanded(source: Source, tokens: Tokens) -> cst.Module:
    """Parses the file with tabs written as up to eight spaces, as Python reads them, and blank lines left empty.

    The parser rejects tabs mixed with spaces, and some blank lines behind a block that is indented with tabs.
    """
    try:
        return cst.parse_module(tokens.respaced(lambda gap: _BLANK.sub("", gap.expandtabs(8))))
    except cst.ParserSyntaxError as error:
        _explain(source, tokens, error.message)


def _explain(source: Source, tokens: Tokens, problem: str) -> NoReturn:
    """Raises what the parser says in words that hold nothing of the source text, which may be a credential."""
    offset = _parser_offset(source, tokens, problem)
    if offset is None:
        offset = _host_offset(source)
    kind, _, reason = problem.partition("\n")[0].partition(": ")
    what = (
        f"the parser does not take this for Python: {reason}"
        if kind == "tokenizer error"
        else "the parser does not take this for Python 3"
    )
    starts = [*line_starts(source.text), len(source.text)]
    line = source.position(offset).line
    advice = _OLD if _PYTHON_2.search(source.text[starts[line - 1] : starts[line]]) else _CORRECT
    reject(source, offset, what, advice)


def _parser_offset(source: Source, tokens: Tokens, problem: str) -> int | None:
    """Returns where the token starts that the parser rejects: it names the place of the one behind it."""
    found = _AT.search(problem)
    if not found:
        return None
    behind = _offset(source, int(found[1]), int(found[2]))
    return tokens.starts[max(bisect_right(tokens.ends, behind) - 1, 0)]


def _host_offset(source: Source) -> int:
    """Returns where the running Python rejects a file: libcst's tokenizer does not say."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source.text, "<source>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return _offset(source, error.lineno or 1, max((error.offset or 1) - 1, 0))
    except (ValueError, RecursionError, MemoryError):
        return 0
    return 0


def _offset(source: Source, line: int, column: int) -> int:
    starts = line_starts(source.text)
    return min(starts[min(line, len(starts)) - 1] + column, len(source.text))
