"""What the program asks for where it is not: items that are missing, keys that a text does not hold, and stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.evaluate.arguments import Args
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Items, Method, Table, Value, options
from migrator.evaluate.strings import as_text, flat, key_of, known
from migrator.model.call import Context
from migrator.model.text import Location
from migrator.model.unit import Expr
from migrator.model.value import Const, Hole, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_PUTS = frozenset({"setdefault", "update", "format", "format_map", "join", "add", "append", "extend", "insert", "put"})


@dataclass(frozen=True, slots=True, order=True)
class MissingRead:
    """A place, reached through call sites, that asks for what is not certainly there, or where the program stops.

    ``what`` is ``item``, ``key`` or ``stop``.
    """

    location: Location
    via: tuple[Location, ...]
    what: str


def stopped(m: Interpreter, node: Expr, frame: Frame) -> None:
    """Notes that the program raises an error here, or that an assertion fails."""
    _note(m, frame.at(node.span), frame, "stop")


def read(m: Interpreter, holder: Value, key: Value, at: Location, frame: Frame) -> None:
    """Notes a read of an item, when the container certainly has none of that key or place."""
    for one in options(holder):
        if isinstance(one, Table) and one.rest is None:
            name = key_of(key)
            if name is not None and name[0] not in one.cells:
                _note(m, at, frame, "item")
        elif isinstance(one, Items) and one.rest is None and _is_beyond(len(one.items), key):
            _note(m, at, frame, "item")


def _is_beyond(length: int, key: Value) -> bool:
    return isinstance(key, Const) and isinstance(key.value, int) and not -length <= key.value < length


def asked(m: Interpreter, holder: Value, needle: Value, at: Location, frame: Frame) -> None:
    """Notes a question for a credential, by the name of its parameter or by its value, that is not surely answered."""
    for part in options(needle):
        if not isinstance(part, (Text, Unknown)):
            continue
        if any(_holds(m, one, as_text(part)) is False for one in options(holder)):
            _note(m, at, frame, "key")


def asked_by_method(m: Interpreter, method: Method, args: Args, at: Location, frame: Frame) -> None:
    """Notes such a question that is asked by a method of a text or a mapping."""
    needle = args.positional[0] if args.positional else None
    if needle is not None and known(needle) is not None and method.name.rpartition(".")[2] not in _PUTS:
        asked(m, method.receiver, needle, at, frame)


def _holds(m: Interpreter, holder: Value, part: Text) -> bool | None:
    """Returns whether a credential is surely held; None for what is no such question."""
    written = part.known()
    words = [word for word in m.vocabulary.key_parameters if written is not None and word in written.lower()]
    match holder:
        case Table() if words:
            slot = holder.cells.get(written)
            return slot is not None and not slot.maybe
        case Text() if words:
            return any(word in flat(holder).lower() for word in words)
        case Text() if len(part.pieces) == 1 and isinstance(part.pieces[0], Hole):
            origin = part.pieces[0].origin
            return any(isinstance(piece, Hole) and piece.origin == origin for piece in holder.pieces)
        case _:
            return None


def _note(m: Interpreter, at: Location, frame: Frame, what: str) -> None:
    if m.now.recording and m.now.context is Context.PROGRAM:
        m.results.lacks.add(MissingRead(at, frame.via, what))
