"""What operators give for numbers that are known.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Operators
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from migrator.evaluate.store import Value
from migrator.evaluate.strings import known
from migrator.model.value import Const

_WIDE = 1 << 53
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|0x[\da-f]+)\s*", re.IGNORECASE)
_RARE = re.compile(r"^\s*(?:0[bo]|[+-]?Infinity|[+-]?\d+\.?\d*e-)", re.IGNORECASE)
"""Numbers that are written in ways that are not read here."""


def of(found: Value | None) -> float | None:
    """Returns the number that a value is taken for where one is needed; None where that is not known."""
    if isinstance(found, Const):
        value = found.value
        if value is None:
            return math.nan if found.origin is None or found.origin.name == "undefined" else 0.0
        return float(value) if isinstance(value, (int, float)) else None
    written = known(found)
    if written is None:
        return None
    if not _NUMBER.fullmatch(written):
        return 0.0 if not written.strip() else None if _RARE.search(written) else math.nan
    return float(int(written, 16)) if "x" in written.lower() else float(written)


def made(found: float) -> Value | None:
    """Returns a number as a value; None for one that is written otherwise than Python writes it."""
    if math.isnan(found) or math.isinf(found) or abs(found) >= _WIDE:
        return None
    return Const(int(found) if found == int(found) else found)


def _as_int(found: float) -> int:
    """Returns what an operator on bits takes a number for: 32 bits with a sign."""
    bits = int(found) & 0xFFFFFFFF
    return bits - (1 << 32) if bits >> 31 else bits


_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "-": lambda left, right: left - right, "*": lambda left, right: left * right,
    "/": lambda left, right: left / right, "%": math.fmod, "**": lambda left, right: left**right,
    "|": lambda left, right: _as_int(left) | _as_int(right), "&": lambda left, right: _as_int(left) & _as_int(right),
    "^": lambda left, right: _as_int(left) ^ _as_int(right),
    "<<": lambda left, right: _as_int(_as_int(left) << (int(right) & 31)),
    ">>": lambda left, right: _as_int(left) >> (int(right) & 31),
    ">>>": lambda left, right: (_as_int(left) & 0xFFFFFFFF) >> (int(right) & 31),
}  # fmt: skip


def operated(op: str, left: Value, right: Value) -> Value | None:
    """Returns the result of an operator on two numbers; None for ``+``, and where one of them is not known."""
    one, other = of(left), of(right)
    if op not in _OPERATORS or one is None or other is None or max(abs(one), abs(other)) >= _WIDE:
        return None
    try:
        found = _OPERATORS[op](one, other)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return made(found) if isinstance(found, (int, float)) else None
