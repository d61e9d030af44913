"""Values that stand for what is not known: a default beside it. They are what is sent, and decide no condition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from migrator.evaluate.store import NONE, Choice, Items, Table, Value, choose, options
from migrator.evaluate.strings import flat
from migrator.model.value import Const, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def guess(m: Interpreter, found: Value) -> Value:
    """Returns a known value as one that something else may be given instead of."""
    made = found
    match found:
        case Text():
            made = Text(found.pieces)
        case Const(value=str() | int() | float()):
            made = Const(found.value, found.origin)
        case Items() if found.rest is None:
            return Items(found.kind, [guess(m, one) for one in found.items], found.location)
        case Table():
            return unsure(m, found)
    return unsure(m, made) if made is not found else found


def unsure(m: Interpreter, found: Value) -> Value:
    """Notes that a value itself only stands for what is not known, and returns it."""
    m.state.guesses[id(found)] = found
    return found


def is_guess(m: Interpreter, found: Value | None) -> bool:
    """Returns whether a value only stands for one that is not known."""
    return id(found) in m.state.guesses


def read_from(m: Interpreter, holder: Value, found: Value) -> Value:
    """Returns what is read from an object or a mapping: a guess where code out of sight may have written to that."""
    if not is_guess(m, holder) or not isinstance(found, (Text, Const, Choice)):
        return found
    every = (guess(m, one) if isinstance(one, (Text, Const)) else one for one in options(found))
    return choose(unsure(m, Const(None)) if one == NONE else one for one in every)


def guessed_from(m: Interpreter, found: Value, *given: Iterable[Value | None]) -> Value:
    """Returns what is made of values: a guess where one of them is."""
    guesses = m.state.guesses
    for part in given:
        for one in part:
            if id(one) in guesses:
                return guess(m, found)
    return found


def either(m: Interpreter, old: Value, new: Value) -> Value:
    """Returns what is one of two values, by what else has run. An address is not what nobody knows."""
    every = [one for value in (old, new) for one in options(value)]
    if any(isinstance(one, Text) and "://" in flat(one) for one in options(old)):
        every = [one for one in every if not isinstance(one, Unknown)] or every
    return choose(guess(m, one) if isinstance(one, (Text, Const)) else one for one in every)
