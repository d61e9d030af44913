"""Values that have identity in the program, and what covers several of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from migrator.evaluate.query_joins import further_parameters, shared_parameters, without
from migrator.model.record import node, value
from migrator.model.text import Location
from migrator.model.unit import ClassDef, Def, Lambda, Unit
from migrator.model.value import NOWHERE, Chunk, Const, Hole, Leaf, Origin, Piece, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.frame import Frame

Key: TypeAlias = str | int | float | bool | bytes | complex | None
MISSING: Any = object()
MAX_OPTIONS = 12


class _Rest:
    """The key under which a container keeps what is known only to be possibly in it."""

    def __repr__(self) -> str:
        return "REST"


REST: Any = _Rest()


@node
class Slot:
    """An entry of a `Table`: the key as a value (it keeps its origin), the value, and whether it may be absent.

    ``either`` says that it is absent only where another table was written to that the same expression can be, ``left``
    that a function which nothing leads to may have put it there.
    """

    key: Value
    value: Value
    maybe: bool = False
    either: bool = False
    left: bool = False


class Located:
    """A location in the store. ``cells`` is written through `Heap.put` only."""

    __slots__ = ("cells", "location")

    def __init__(self, location: Location = NOWHERE, cells: dict[Any, Any] | None = None) -> None:
        """Makes a location that was created at *location* in the program."""
        self.location = location
        self.cells: dict[Any, Any] = {} if cells is None else cells


class Table(Located):
    """A mapping: known keys to `Slot`s; ``cells[REST]``, when present, is any further value it can hold."""

    __slots__ = ()

    def slots(self) -> Iterator[tuple[Key, Slot]]:
        """Yields the known entries in order."""
        for key, slot in self.cells.items():
            if key is not REST:
                yield key, slot

    @property
    def rest(self) -> Value | None:
        """What else may be in it, or None when all entries are known."""
        found: Value | None = self.cells.get(REST)
        return found


class Joined(tuple[Any, ...]):
    """The items of a sequence that differs between the ways that lead here: there may be no more than ``least``."""

    least: int

    @classmethod
    def of(cls, items: Iterable[Value], least: int) -> Joined:
        """Returns the items, of which so many are there whatever happened."""
        made = cls(items)
        made.least = least
        return made


class Items(Located):
    """A list, tuple, set or generator: ``cells["items"]`` in order, and ``cells[REST]`` for what may follow."""

    __slots__ = ("kind",)

    def __init__(
        self, kind: str, items: Iterable[Value], location: Location = NOWHERE, rest: Value | None = None
    ) -> None:
        """Makes a sequence of the given kind."""
        super().__init__(location, {"items": items if isinstance(items, tuple) else tuple(items)})
        if rest is not None:
            self.cells[REST] = rest
        self.kind = kind

    @property
    def items(self) -> tuple[Value, ...]:
        """The known items."""
        found: tuple[Value, ...] = self.cells["items"]
        return found

    @property
    def least(self) -> int:
        """How many of the known items are there whatever happened."""
        found = self.cells["items"]
        return found.least if isinstance(found, Joined) else len(found)

    @property
    def every(self) -> tuple[Value, ...]:
        """What an item can be: those that are known, and what else may follow."""
        return self.items if self.rest is None else (*self.items, self.rest)

    def after(self, items: Iterable[Value], certain: int = 0) -> tuple[Value, ...]:
        """Returns what the items are after a change that adds so many certain ones, or takes some away."""
        made = tuple(items)
        sure = self.least + certain
        return made if self.least == len(self.items) else Joined.of(made, max(min(sure, len(made)), 0))

    @property
    def rest(self) -> Value | None:
        """What else may follow, or None when all items are known."""
        found: Value | None = self.cells.get(REST)
        return found


class Class(Located):
    """A class of the project: its node, the attributes of its body, and its bases in order."""

    __slots__ = ("bases", "frame", "name", "node", "unit")

    def __init__(self, node: ClassDef, unit: Unit, frame: Frame, bases: tuple[Value, ...], location: Location) -> None:
        """Makes a class whose body is evaluated into ``cells``."""
        super().__init__(location)
        self.node, self.unit, self.frame, self.bases, self.name = node, unit, frame, bases, node.name


ITEMS = "@items"
"""The cell of an object of a library that holds what iterating over it gives."""
RETURNED = "@returned"
"""The cell of what a generator yields that holds what it returns in the end."""


class Instance(Located):
    """An object: of a project class (`Class`), or of a library's, by its dotted name. ``cells`` are its attributes."""

    __slots__ = ("kind", "symbolic")

    def __init__(self, kind: Class | str, location: Location = NOWHERE, *, symbolic: bool = False) -> None:
        """Makes an object; a symbolic one stands for any that the program could make."""
        super().__init__(location)
        self.kind, self.symbolic = kind, symbolic


class Module(Located):
    """A module of the project; ``cells`` are its variables."""

    __slots__ = ("done", "unit")

    def __init__(self, unit: Unit) -> None:
        """Makes a module whose body is not evaluated yet."""
        super().__init__()
        self.unit, self.done = unit, False


@node
class Function:
    """A function with the frame it closes over. ``owner`` is the class whose body holds it.

    ``given`` are the arguments, by name, that a framework passes where the program passes none.
    """

    node: Def | Lambda
    unit: Unit
    frame: Frame | None
    name: str
    owner: Class | None
    defaults: dict[str, Value]
    kind: str = ""
    attributes: dict[str, Value] | None = None
    given: dict[str, Value] | None = None


@value
class Bound:
    """A callable with its receiver."""

    func: Function
    receiver: Any


@value
class Method:
    """A library callable by dotted name (``str.format``, ``requests.Session.get``) with its receiver."""

    name: str
    receiver: Any


@node
class Partial:
    """A callable with leading arguments already given; a ``method`` takes the object it is a member of before them."""

    func: Value
    args: tuple[Value, ...]
    keywords: dict[str, Value]
    method: bool = False


@value
class Choice:
    """One of several values; never nested, never empty, at most `MAX_OPTIONS`."""

    options: tuple[Any, ...]


@value
class Super:
    """``super()``: attribute look-up on *receiver* that starts after *owner*."""

    owner: Any
    receiver: Any


Value: TypeAlias = Leaf | Located | Function | Bound | Method | Partial | Choice | Super
NONE = Const(None)


def join_cells(left: Any, right: Any) -> Any:
    """Returns the join of two cells, either of which may be missing."""
    if left is right:
        return left
    if isinstance(left, Slot) or isinstance(right, Slot):
        if left is MISSING or right is MISSING:
            slot = right if left is MISSING else left
            return slot if slot.maybe and not slot.either else Slot(slot.key, slot.value, True)
        maybe = left.maybe or right.maybe
        either = maybe and all(slot.either or not slot.maybe for slot in (left, right))
        return Slot(left.key, join(left.value, right.value), maybe, either)
    if left is MISSING or right is MISSING:
        return right if left is MISSING else left
    if isinstance(left, tuple):
        return _join_items(left, right)
    return join(left, right)


def _join_items(left: tuple[Value, ...], right: tuple[Value, ...]) -> tuple[Value, ...]:
    least = min(one.least if isinstance(one, Joined) else len(one) for one in (left, right))
    if len(left) == len(right):
        both = tuple(join(one, other) for one, other in zip(left, right, strict=True))
        return both if least == len(both) else Joined.of(both, least)
    short, long = sorted((left, right), key=len)
    if long[: len(short)] == short:
        return Joined.of(long, least)
    return Joined.of((*short, *(item for item in long if item not in short)), least)


def join(left: Value, right: Value) -> Value:
    """Returns the least value that covers both."""
    if left is right or left == right:
        return left
    return choose((left, right))


def options(found: Value) -> tuple[Value, ...]:
    """Returns the values that *found* can be: its options, or itself."""
    return found.options if isinstance(found, Choice) else (found,)


def choose(values: Iterable[Value]) -> Value:
    """Returns one value for several possible ones, widened when they are too many; `NONE` for none at all."""
    every = [option for one in values for option in (one.options if type(one) is Choice else (one,))]
    flat: list[Value] = []
    if len(every) > MAX_OPTIONS:
        flat += dict.fromkeys(every)  # long lists take quadratic time otherwise; few are compared sooner than hashed
    else:
        flat += (one for place, one in enumerate(every) if one not in every[:place])
    if not flat:
        return NONE
    if len(flat) == 1:
        return flat[0]
    if len(flat) <= MAX_OPTIONS:
        return Choice(tuple(flat))
    return widen(flat)


def widen(values: list[Value]) -> Value:
    """Returns one value for too many: for texts their common beginning and a hole, else an unknown value."""
    alike = _alike(values)
    if len(alike) < len(values):
        return choose(alike)
    texts = [one for one in values if isinstance(one, Text)]
    if len(texts) < len(values):
        others = [one for one in values if not isinstance(one, Text)]
        if len(others) <= 2 and all(isinstance(one, (Const, Unknown)) for one in others):
            return choose([widen(list(texts)), *others]) if len(texts) > 1 else choose(values[:MAX_OPTIONS])
        return Unknown("too many possibilities", "value", Origin("operator", "choice"))
    if tail := shared_parameters(texts):
        heads = choose(without(text, tail) for text in texts)
        return choose(Text((*one.pieces, *tail)) for one in options(heads) if isinstance(one, Text))
    begun = [text for text in texts if text.pieces and isinstance(text.pieces[0], Chunk)]
    if 0 < len(begun) < len(texts):  # an address that comes from outside does not take what is known from the others
        groups = (begun, [text for text in texts if text not in begun])
        parts = [one for group in groups for one in options(widen(list(group)) if len(group) > 1 else group[0])]
        return choose(parts if len(parts) <= MAX_OPTIONS else map(_one_of, groups))
    first, shared = texts[0].pieces, _shared(texts)
    longer = [text for text in texts if text.pieces[shared:] and text.known() != ""]
    if len(longer) < len(texts) and (mark := _first_character(longer, shared)) is not None:
        # what goes on behind the same mark stays apart from what ends
        more = Hole("value", Origin("operator", "choice"))
        return Choice((Text(first[:shared] or (Chunk(""),)), Text((*first[:shared], mark, more))))
    return _one_of(texts)


def _shared(texts: list[Text]) -> int:
    """Returns how many pieces several texts begin with in common."""
    first, shared = texts[0].pieces, 0
    while all(len(text.pieces) > shared and text.pieces[shared] == first[shared] for text in texts):
        shared += 1
    return shared


def _one_of(texts: list[Text]) -> Text:
    """Returns one text for several: their common beginning, and a hole."""
    first, shared = texts[0].pieces, _shared(texts)
    known = [text.known() for text in texts]
    closed = tuple(sorted({one for one in known if one is not None})) if None not in known else None
    prefix = "".join(piece.text for piece in first[:shared] if isinstance(piece, Chunk))
    rest = None if closed is None else tuple(text.removeprefix(prefix) for text in closed)
    further = further_parameters(first[:shared], texts, shared) if closed is None else ()
    return Text((*first[:shared], Hole("value", Origin("operator", "choice"), rest), *further))


def _alike(values: list[Value]) -> list[Value]:
    """Returns the values, those texts joined that are the same but for the origins of what is unknown in them.

    Of the objects of a library that the same code has made, the first stands for all.
    """
    shapes: dict[object, Value] = {}
    for one in values:
        if not isinstance(one, Text):
            made = isinstance(one, Instance) and isinstance(one.kind, str)
            shapes.setdefault((one.kind, one.location) if made else id(one), one)  # type: ignore[union-attr] # made
            continue
        shape = tuple(p.text if isinstance(p, Chunk) else (p.options, p.secret) for p in one.pieces)
        old = shapes.get(shape)
        shapes[shape] = Text(tuple(map(_joined_pieces, old.pieces, one.pieces))) if isinstance(old, Text) else one
    return list(shapes.values())


def _joined_pieces(left: Piece, right: Piece) -> Piece:
    if not isinstance(left, Hole) or not isinstance(right, Hole) or left.origin == right.origin:
        return left
    others = tuple(dict.fromkeys((*left.others, right.origin, *right.others)))
    return Hole(left.hint, left.origin, left.options, left.secret, others, left.form)


def _first_character(texts: list[Text], at: int) -> Chunk | None:
    """Returns the one character that all texts go on with at the piece of a number, None where they differ."""
    starts = [text.pieces[at] for text in texts]
    known = {piece.text[:1] for piece in starts if isinstance(piece, Chunk)}
    first = starts[0] if starts else None
    if len(known) != 1 or not all(isinstance(piece, Chunk) and piece.text for piece in starts):
        return None
    return Chunk(first.text[:1], first.origin, first.offset) if isinstance(first, Chunk) else None


def ancestors(cls: Class) -> Iterator[Class | Ref | Unknown]:
    """Yields a class and its bases, each once: nearest first, and one that several share behind all that share it."""
    line: list[Any] = []
    one: Any = cls
    while isinstance(one, Class) and len(one.bases) == 1 and not _has(line, one):
        line.append(one)
        yield one
        one = one.bases[0]
    every = list(_lines(one, line))
    for place, other in enumerate(every):
        if not _has(every[place + 1 :], other):
            yield other


def _lines(found: Any, seen: list[Any]) -> Iterator[Any]:
    """Yields what a base can be and its own bases, depth first, as often as it is named."""
    for one in options(found):
        if _has(seen, one):
            continue
        yield one
        for base in one.bases if isinstance(one, Class) else ():
            yield from _lines(base, [*seen, one])


def _has(found: list[Any], one: Any) -> bool:
    return any(one is other for other in found)
