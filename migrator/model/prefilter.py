"""What a text has to hold for an expression to match in it: looking for that first is many times as fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from re import _constants as ops  # type: ignore[attr-defined] # the only parser of expressions that there is
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_DIGITS = re.compile(r"[0-9A-Fa-f]{8,}")
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


@lru_cache(maxsize=256)
def needed_digits(regex: str) -> int:
    """Returns how many hexadecimal digits in a row every match has in it, in any case."""
    return max(_rows(parser.parse(regex)), default=0)


def _rows(items: Any) -> Iterator[int]:
    """Yields the lengths of rows of digits that stand in every match."""
    for op, value in items:
        if op is ops.SUBPATTERN:
            yield from _rows(value[3])
        elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[0]:
            if len(value[2]) == 1 and value[2][0][0] is ops.IN and all(map(_is_digits, value[2][0][1])):
                yield value[0]
            yield from _rows(value[2])


def _is_digits(item: tuple[Any, Any]) -> bool:
    """Whether all that a part of a set stands for is a hexadecimal digit."""
    op, value = item
    ends = value if op is ops.RANGE else (value,)
    return op in (ops.RANGE, ops.LITERAL) and any(
        all(first <= chr(end) <= last for end in ends) for first, last in ("09", "af", "AF")
    )


class Sieve:
    """A text, and what tells that an expression has no match in it without looking for one."""

    def __init__(self, text: str) -> None:
        """Takes the text; nothing is looked for before it is asked."""
        self._text = text

    def may_match(self, regex: str) -> bool:
        """Returns whether an expression can match in the text; none of its letters may need to be of one case."""
        digits = needed_digits(regex)
        if digits and digits > self._digits:
            return False
        return self._lowered is None or needed(regex) in self._lowered

    @cached_property
    def _lowered(self) -> str | None:
        """The text in small letters; None where other letters than those of ASCII can stand for them."""
        return self._text.lower() if self._text.isascii() else None

    @cached_property
    def _digits(self) -> int:
        return max((len(run) for run in _DIGITS.findall(self._text)), default=7)
