"""Regular expressions that can take for ever: a repetition in a repetition, with nothing to tell the rounds apart."""

from __future__ import annotations

import re
from re import _constants as ops  # type: ignore[attr-defined] # the only parser of expressions that there is
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_LOOPS = frozenset({ops.MAX_REPEAT, ops.MIN_REPEAT})
_MANY = 16


def backtracks(regex: str) -> bool:
    """Returns whether an expression repeats something without end that itself repeats something without end.

    It may where each round begins or ends with a character that what is repeated within does not take.
    """
    return _loops(parser.parse(regex))


def _loops(items: Any) -> bool:
    for op, value in items:
        if op in _LOOPS and value[1] > _MANY and _runs(value[2]) and not _is_told_apart(list(value[2])):
            return True
        if any(_loops(inner) for inner in _inside(op, value)):
            return True
    return False


def _inside(op: Any, value: Any) -> list[Any]:
    """Returns the expressions within one."""
    if op in _LOOPS or op is ops.POSSESSIVE_REPEAT:
        return [value[2]]
    if op is ops.SUBPATTERN:
        return [value[3]]
    if op is ops.BRANCH:
        return list(value[1])
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        return [value[1]]
    if op is ops.ATOMIC_GROUP:
        return [value]
    if op is ops.GROUPREF_EXISTS:
        return [one for one in value[1:] if one is not None]
    return []


def _runs(items: Any) -> list[Any]:
    """Returns what is repeated without end in an expression."""
    found = []
    for op, value in items:
        if op in _LOOPS and value[1] > _MANY:
            found.append(value[2])
        for inner in _inside(op, value):
            found += _runs(inner)
    return found


def _is_told_apart(body: list[Any]) -> bool:
    while len(body) == 1 and body[0][0] is ops.SUBPATTERN:
        body = list(body[0][1][3])
    edges = [value for op, value in (body[0], body[-1]) if op is ops.LITERAL] if body else []
    return any(not any(_may_take(run, edge) for run in _runs(body)) for edge in edges)


def _may_take(items: Any, char: int) -> bool:
    """Returns whether a character can stand in what an expression matches, as far as can be told."""
    for op, value in items:
        if op is ops.LITERAL:
            taken = value == char or chr(value).lower() == chr(char).lower()
        elif op is ops.NOT_LITERAL:
            taken = value != char
        elif op is ops.IN:
            taken = bool(re.match(_written(value), chr(char), re.IGNORECASE))
        else:
            taken = True
        if taken:
            return True
    return False


def _written(members: Any) -> str:
    """Returns a set as it is written."""
    out = ""
    for op, value in members:
        if op is ops.NEGATE:
            out += "^"
        elif op is ops.LITERAL:
            out += re.escape(chr(value))
        elif op is ops.RANGE:
            out += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        else:
            out += {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}.get(str(value).rpartition("_")[2], "")
            if "_NOT_" in str(value):
                return r"[\s\S]"
    return f"[{out}]"
