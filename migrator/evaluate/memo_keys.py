"""What values look like, so that what was run on one need not be run on another that is like it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from migrator.evaluate.store import Bound, Choice, Class, Function, Instance, Items, Located, Module, Slot, Value
from migrator.model.value import Chunk, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_DEPTH = 6
_MOST = 2_000  # parts of a key: behind them, what holds others is told apart by its identity


def unless_silent(
    m: Interpreter, silent: dict[Hashable, int], looks: Hashable, go: Callable[[], object], *, times: int = 1
) -> bool:
    """Runs something, unless it said nothing so many times in a row on what looks the same. Returns whether it ran.

    *silent* keeps how often that was.
    """
    before = silent.get(looks, 0)
    if before >= times:
        return False
    told = m.results.told
    go()
    if m.now.recording:
        silent[looks] = before + 1 if m.results.told == told else 0
    return True


def memo_key(*found: Value) -> Hashable:
    """Returns what tells values apart: what they hold; of what is not known, how it came about and by what name."""
    parts: list[Any] = []
    for one in found:
        _draw(one, (), parts)
    return tuple(parts)


def _draw(found: Any, seen: tuple[int, ...], parts: list[Any]) -> None:
    """Adds the parts of a value, or of a cell: how many follow, wherever that can differ, and each."""
    kind = type(found)
    if kind is Text:
        parts += [len(found.pieces), *[piece.text if type(piece) is Chunk else piece for piece in found.pieces]]
    elif kind is Unknown:
        parts += [kind, found.hint, found.origin.how]
    elif kind is Slot:
        parts.append(found.maybe)
        _draw(found.value, seen, parts)
    elif kind is Choice:
        parts += [kind, len(found.options)]
        for one in found.options:
            _draw(one, seen, parts)
    elif kind is Function:
        _draw_function(found, seen, parts)
    elif kind is Bound:
        parts.append(kind)
        _draw(found.func, seen, parts)
        _draw(found.receiver, seen, parts)
    elif isinstance(found, tuple):
        parts += [tuple, len(found)]
        for one in found:
            _draw(one, seen, parts)
    elif isinstance(found, Located):
        _draw_located(found, seen, parts)
    else:
        parts.append(found)


def _draw_function(found: Function, seen: tuple[int, ...], parts: list[Any]) -> None:
    frame = found.frame
    if len(parts) > _MOST:
        parts.append(id(found))
        return
    made = frame is not None and frame.function is not None and id(frame) not in seen and len(seen) < _DEPTH
    around = frame.variables if made and frame is not None else {}
    parts += [Function, id(found.node), len(around)]
    inside = (*seen, id(frame))
    for name, one in around.items():
        parts.append(name)
        if type(one) is Function and one.frame is frame:  # one beside it: a library has hundreds
            parts += (Function, id(one.node), 0)
        else:
            _draw(one, inside, parts)


def _draw_located(found: Located, seen: tuple[int, ...], parts: list[Any]) -> None:
    parts.append(found.kind if isinstance(found, (Instance, Items)) else type(found))
    if isinstance(found, (Class, Module)) or (id(found) not in seen and (len(seen) > _DEPTH or len(parts) > _MOST)):
        parts.append(id(found))
    elif id(found) in seen:
        parts.append(-1 - seen.index(id(found)))
    else:
        parts.append(len(found.cells))
        inside = (*seen, id(found))
        for key, one in found.cells.items():
            parts.append(key)
            _draw(one, inside, parts)
