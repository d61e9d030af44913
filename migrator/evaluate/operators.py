"""What operators and slices give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import member
from migrator.evaluate.contents import iterate, merged
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Choice, Class, Function, Instance, Items, Table, Value, choose, options
from migrator.evaluate.strings import HOLE, concat, cut, flat, known
from migrator.model.text import Location
from migrator.model.value import Chunk, Const, Hole, Origin, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def operate(m: Interpreter, op: str, left: Value, right: Value, frame: Frame, at: Location) -> Value:
    """Returns the result of a binary operator."""
    if any(isinstance(one, (Instance, Choice)) for one in (left, right)):
        names = m.semantics.roles.operators.get(op, ())
        sides = zip((left, right), names, strict=False)
        if any(_own(one, name) for side, name in sides for one in options(side)):
            return _of_objects(m, op, left, right, frame, at)
    if op == "%":
        right = spelled(m, right, frame, at)
    result = m.semantics.operate(op, left, right, at)
    if result is not None:
        return result
    if op == "+":
        return _plus(left, right, at)
    if op == "|" and isinstance(left, Table):
        return merged(m, left, right, at)
    if isinstance(left, Const) and isinstance(right, Const):
        return _arithmetic(op, left.value, right.value, at)
    return Unknown("the result of an operator", "value", Origin("operator", op, at))


def _own(found: Value, name: str) -> Function | None:
    """Returns the method that an object of the project has for what the language does with it, or None."""
    if not name or not isinstance(found, Instance) or not isinstance(found.kind, Class):
        return None
    method = member(found.kind, name)
    return method if isinstance(method, Function) else None


def _of_objects(m: Interpreter, op: str, left: Value, right: Value, frame: Frame, at: Location) -> Value:
    """Returns what an operator gives that classes of the project define."""
    straight, reflected = m.semantics.roles.operators[op]
    found = []
    for one in options(left):
        for other in options(right):
            if method := _own(one, straight):
                found.append(m.invoke(method, Args([one, other]), frame, at))
            elif method := _own(other, reflected):
                found.append(m.invoke(method, Args([other, one]), frame, at))
            else:
                found.append(operate(m, op, one, other, frame, at))
    return choose(found)


def spelled(m: Interpreter, found: Value, frame: Frame, at: Location) -> Value:
    """Returns a value as a text is made of it: an object of the project says itself what it is then."""
    if isinstance(found, Items) and any(isinstance(one, Instance) for one in found.items):
        return Items(found.kind, [spelled(m, one, frame, at) for one in found.items], found.location, found.rest)
    if not any(isinstance(one, Instance) for one in options(found)):
        return found
    return choose(_spelled(m, one, frame, at) for one in options(found))


def _spelled(m: Interpreter, found: Value, frame: Frame, at: Location) -> Value:
    methods = (_own(found, name) for name in m.semantics.roles.spelled)
    method = next((one for one in methods if one is not None), None)
    return found if method is None else m.invoke(method, Args([found]), frame, at)


def _plus(left: Value, right: Value, at: Location) -> Value:
    if isinstance(left, Const) and isinstance(right, Const):
        return _arithmetic("+", left.value, right.value, at)
    if isinstance(left, Items) and isinstance(right, Items):
        (items, rest), (more, others) = iterate(left, at), iterate(right, at)
        unsure = [one for one in (rest, others) if one is not None]
        return Items(left.kind, (*items, *more), at, choose(unsure) if unsure else None)
    if isinstance(left, Items):
        return Items(left.kind, left.items, at, right)
    if any(isinstance(one, Text) for one in (*options(left), *options(right))):
        return concat([left, right])
    if any(isinstance(one, (Const, Items, Table)) for one in (left, right)):
        return Unknown("the result of an addition", "value", Origin("operator", "+", at))
    return concat([left, right])


def _arithmetic(op: str, left: Any, right: Any, at: Location) -> Value:
    if isinstance(left, bytes) and isinstance(right, bytes) and op == "+":
        return Const(left + right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        bounded = abs(left) < 1e9 and abs(right) < 1e9
        match op:
            case "+" if bounded:
                return Const(left + right)
            case "-" if bounded:
                return Const(left - right)
            case "*" if bounded:
                return Const(left * right)
    return Unknown("the result of arithmetic", "number", Origin("operator", op, at))


def slice_of(found: Value, taken: slice | None, at: Location) -> Value:
    """Returns what a slice takes out of a text or sequence; *taken* is None where its bounds are not known."""
    if taken is not None:
        written = known(found)
        if written is not None:
            return Text((Chunk(written[taken]),))
        if isinstance(found, Items) and found.least == len(found.items):
            return Items(found.kind, found.items[taken], found.location, found.rest)
    if isinstance(found, Items):
        return Items(found.kind, (), found.location, choose(found.every))
    if isinstance(found, Text):
        rest = _trimmed(found, taken) if taken is not None else None
        return rest or Text((Hole("slice", Origin("operator", f"slice of {found.pattern()[:60]}", at)),))
    return found


def _trimmed(found: Text, taken: slice) -> Text | None:
    """Returns the text without known characters at its beginning and end, None for any other slice."""
    whole = flat(found)
    low, high = taken.start or 0, taken.stop or 0
    if taken.step is not None or low < 0 or high > 0 or taken.stop == 0:
        return None
    if HOLE in whole[:low] or HOLE in whole[len(whole) + high :] or low - high > len(whole):
        return None
    return cut(found, low, len(whole) + high)


def window(*bounds: Value) -> slice | None:
    """Returns the slice that some bounds are, None where one of them is not known."""
    found: list[int | None] = []
    for bound in bounds:
        if not isinstance(bound, Const) or not (bound.value is None or isinstance(bound.value, int)):
            return None
        found.append(bound.value)
    return slice(*found)
