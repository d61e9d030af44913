"""The syntax tree of a file: what the running Python's own parser reads, ten times as fast as one that keeps all."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeAlias

from migrator.languages.python.lexer import Tokens
from migrator.model.text import Source


class _TypeStatement(ast.stmt):
    """``type name = value``, where this Python's grammar does not have it."""

    _fields = ("name", "value")
    name: ast.expr
    value: ast.expr


TypeStatement: type[Any] = getattr(ast, "TypeAlias", _TypeStatement)
"""``type name = value``, of Python 3.12."""

Grouped: TypeAlias = ast.expr | ast.pattern
"""What may stand in parentheses."""

Reader: TypeAlias = Callable[[str], ast.expr]
"""Reads the expression of a replacement field."""


def syntax(source: Source, tokens: Tokens) -> tuple[list[ast.stmt], Reader]:
    """Returns the statements of a file, and what reads the fields of its strings: their places are not to be relied on.

    What the running Python does not take, such as the grammar of a later one, the parser of the rewriting reads.
    Raises `UnparsableError` with the place and what to do.
    """
    try:
        return ast.parse(source.text).body, _read
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        from migrator.languages.python.concrete import module, read  # only few files need it, and it costs much

        return module(source, tokens), read


def _read(text: str) -> ast.expr:
    return ast.parse(f"({text}\n)", mode="eval").body
