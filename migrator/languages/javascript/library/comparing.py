"""How values compare: strictly, loosely, and by order.

https://developer.mozilla.org/docs/Web/JavaScript/Guide/Equality_comparisons_and_sameness
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from migrator.evaluate.conditions import compare
from migrator.evaluate.store import Bound, Class, Function, Instance, Items, Partial, Table, Value
from migrator.evaluate.strings import known
from migrator.languages.javascript.library import arithmetic
from migrator.model.value import Const, Text

_ORDER: Mapping[str, Callable[[str, str], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_OBJECTS = (Table, Items, Instance, Function, Bound, Partial, Class)


def compared(op: str, left: Value, right: Value) -> bool | None:
    """Returns the outcome of a comparison of values that are no choices, or None when it is not decided."""
    match op:
        case "==":
            return _strictly(left, right)
        case "like":
            return _loosely(left, right)
        case "!=" | "not like":
            found = compared("==" if op == "!=" else "like", left, right)
            return None if found is None else not found
        case "in" if isinstance(right, Items):
            return _has_place(right, left)
        case _ if op in _ORDER:
            return _ordered(op, left, right)
        case _:
            return compare(op, left, right)


def is_undefined(found: Const) -> bool:
    """Returns whether a value that is nothing is ``undefined``, not ``null``."""
    return found.origin is None or found.origin.name == "undefined"


def _strictly(left: Value, right: Value) -> bool | None:
    if isinstance(left, Const) and isinstance(right, Const):
        if left.value is None and right.value is None:
            return True if is_undefined(left) == is_undefined(right) else None  # which one is not always kept
        return _kind(left) is _kind(right) and left.value == right.value
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Const) and isinstance(other, _OBJECTS):
            return False
    return compare("==", left, right)


def _loosely(left: Value, right: Value) -> bool | None:
    if isinstance(left, Const) and isinstance(right, Const) and (left.value is None or right.value is None):
        return left.value is None and right.value is None
    if isinstance(left, Text) and isinstance(right, Text):
        return compare("==", left, right)
    one, other = arithmetic.of(left), arithmetic.of(right)
    if one is not None and other is not None:
        return one == other  # nothing equals what is no number
    if isinstance(left, _OBJECTS) and isinstance(right, _OBJECTS):
        return compare("==", left, right)
    for this, that in ((left, right), (right, left)):
        if isinstance(this, Const) and this.value is None:
            return compare("is", that, this)
    return None


def _kind(found: Const) -> type:
    return bool if isinstance(found.value, bool) else float if isinstance(found.value, (int, float)) else type(None)


def _ordered(op: str, left: Value, right: Value) -> bool | None:
    if isinstance(left, Text) and isinstance(right, Text):
        one, other = known(left), known(right)
        return _ORDER[op](one, other) if one is not None and other is not None else None
    low, high = arithmetic.of(left), arithmetic.of(right)
    return compare(op, Const(low), Const(high)) if low is not None and high is not None else None


def _has_place(items: Items, key: Value) -> bool | None:
    """Returns whether a list has an item at a place."""
    written = known(key)
    if written is not None and not written.isdigit():
        return written == "length"
    if not isinstance(key, Const) or not isinstance(key.value, int) or isinstance(key.value, bool):
        return None
    if 0 <= key.value < items.least:
        return True
    return None if items.rest is not None or key.value < len(items.every) else False
