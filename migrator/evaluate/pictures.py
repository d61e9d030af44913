"""What values look like, so that what was run on one need not be run on another that is like it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from migrator.evaluate.store import Bound, Choice, Class, Function, Instance, Items, Located, Module, Slot, Value
from migrator.model.value import Unknown

_DEPTH = 6


def picture(found: Value, seen: tuple[int, ...] = ()) -> Hashable:
    """Returns what tells a value apart: what it holds; of what is not known, how it came about and by what name."""
    match found:
        case Unknown(hint=hint, origin=origin):
            return hint, origin.how
        case Choice(options=options):
            return tuple(picture(one, seen) for one in options)
        case Function(node=node, frame=frame):
            made = frame is not None and frame.function is not None and id(frame) not in seen and len(seen) < _DEPTH
            around = frame.variables if made and frame is not None else {}
            inside = (*seen, id(frame))
            return id(node), tuple((name, picture(one, inside)) for name, one in around.items())
        case Bound(func=func, receiver=receiver):
            return picture(func, seen), picture(receiver, seen)
        case Located():
            return _located(found, seen)
        case _:
            return found


def _located(found: Located, seen: tuple[int, ...]) -> Hashable:
    kind = found.kind if isinstance(found, (Instance, Items)) else type(found)
    if isinstance(found, (Class, Module)):
        return id(found)
    if id(found) in seen:
        return kind, seen.index(id(found))
    if len(seen) > _DEPTH:
        return kind, id(found)
    return kind, tuple((key, _cell(one, (*seen, id(found)))) for key, one in found.cells.items())


def _cell(found: Any, seen: tuple[int, ...]) -> Hashable:
    if isinstance(found, Slot):
        return picture(found.value, seen), found.maybe
    if isinstance(found, tuple):
        return tuple(picture(one, seen) for one in found)
    return picture(found, seen)
