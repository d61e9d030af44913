"""What a text has to hold for an expression to match in it: looking for that first is many times as fast."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined] # the only parser of expressions that there is
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_WIDTHLESS = frozenset({ops.AT, ops.ASSERT, ops.ASSERT_NOT})


@lru_cache(maxsize=256)
def needed(regex: str) -> str:
    """Returns the longest text in small letters that every match has in it, in any case; empty if none is known."""
    return max(_runs(parser.parse(regex)), key=len)


def _runs(items: Any) -> Iterator[str]:
    """Yields each row of characters that stands in every match."""
    run = ""
    for op, value in items:
        if op is ops.LITERAL:
            run += chr(value).lower()
        elif op not in _WIDTHLESS:
            yield run
            run = ""
            if op is ops.SUBPATTERN:
                yield from _runs(value[3])
            elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[0]:
                yield from _runs(value[2])
    yield run
