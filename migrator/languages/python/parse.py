"""Parsing that survives any input. libcst recurses on the C stack and crashes the process where it runs out."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import libcst as cst

from migrator.errors import UnparsableError

_T = TypeVar("_T")

_STACK = 256 << 20
_FRAMES = 20_000
_DEEPEST = 200  # brackets; the parser takes seconds at 800 and the time grows with the square

_AT = re.compile(r"error at (\d+):(\d+)")


def on_deep_stack(work: Callable[[], _T]) -> _T:
    """Returns what *work* returns, or raises what it raises, run where recursion has room."""
    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    try:
        sys.setrecursionlimit(max(limit, _FRAMES))
        with ThreadPoolExecutor(1, "lowering") as thread:
            return thread.submit(work).result()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)


def parse(text: str) -> cst.Module:
    """Returns the syntax tree of a file. Raises `UnparsableError` with the place the parser gave up at."""
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        found = _AT.search(error.message)
        line, column = (int(found[1]), int(found[2])) if found else (error.editor_line, error.editor_column)
        what = error.message.split("\n")[0].partition("error: ")[2]
        raise UnparsableError(f"this is not Python: {what}", line=line, column=column) from None
