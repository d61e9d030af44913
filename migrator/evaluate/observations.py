"""What else the program does with what holds a credential: it counts, compares, writes it, or passes it on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from migrator.evaluate.arguments import Args
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import (
    NONE,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Method,
    Module,
    Partial,
    Slot,
    Super,
    Table,
    Value,
    options,
)
from migrator.evaluate.strings import LISTED, MAPPING
from migrator.evaluate.visit import expressions
from migrator.model.call import AUTHORIZATION, Context
from migrator.model.text import Location
from migrator.model.unit import Attr, Call, Expr, Name, New, Seq, Stmt
from migrator.model.value import NOWHERE, Chunk, Const, Hole, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_DEEP = 4  # (a URL holds parameters, they hold pairs, and those texts)
_NAMELESS = frozenset({Const, Ref, Function, Bound, Method, Class, Module, Super})
"""The kinds of values that hold no text and no item."""
_ERRORS = ("Error", "Exception")
_PARTS = frozenset({"scheme", "protocol", "host", "hostname", "netloc", "port", "origin", "path", "pathname"})
"""What an address has beside its query."""


@dataclass(frozen=True, slots=True, order=True)
class Observation:
    """A place, reached through call sites, whose outcome depends on what holds a credential's name.

    ``name`` is that of the parameter or header, ``given`` where it stands in the program.
    """

    location: Location
    via: tuple[Location, ...]
    name: str
    given: Location


Names = frozenset[tuple[str, Location]]
_NONE: Names = frozenset()
Answer = tuple[Mapping[str, Collection[str]], Names]
_NO_ANSWER: Answer = ({}, _NONE)


def called(m: Interpreter, func: Value, args: Args, result: Value, frame: Frame, node: Expr, calls: int) -> None:
    """Notes a call of foreign code that is given the name of a credential, and neither sends nor keeps it.

    *calls* are the requests that were known before it.
    """
    if not _watches(m) or m.results.reached > calls:
        return
    receiver = func.receiver if isinstance(func, Method) else None
    given = _given(m, args, frame, node)
    asked = _asked(m, receiver, args, result) if node is not m.now.ignored else _NONE
    if not given and not asked:
        return
    if _is_exempt(m, func, args, result, node):
        return
    kept = names(m, result) | (names(m, receiver) if isinstance(receiver, (Table, Items, Instance)) else _NONE)
    _note(m, (given - kept) | (asked - names(m, result)), frame.at(node.span), frame)


def compared(m: Interpreter, op: str, left: Value, right: Value, at: Location, frame: Frame) -> None:
    """Notes a comparison that what holds the name of a credential decides; who asks for the name is no such one."""
    if not _watches(m) or op in ("is", "is not") or any(isinstance(one, Const) for one in (left, right)):
        return
    if op in ("in", "not in"):
        held = _NONE if _is_name(m, left) or names(m, right) else names(m, left)
        held |= _echoes(m, right) if _is_name(m, left) else _NONE
    else:
        held = _NONE if _is_name(m, left) or _is_name(m, right) else names(m, left) | names(m, right)
    _note(m, held, at, frame)


def looked_up(m: Interpreter, holder: Value, key: Value, at: Location, frame: Frame) -> None:
    """Notes a read of an item under a key that holds the name of a credential, where the container does not."""
    if _watches(m) and not _is_name(m, key) and (held := names(m, key)) and not names(m, holder):
        _note(m, held, at, frame)


def sliced(m: Interpreter, found: Value, part: Value, start: Value, at: Location, frame: Frame) -> None:
    """Notes that a part is taken by its place of what holds the name of a credential, unless it is the beginning."""
    if not _watches(m) or start in (NONE, Const(0)):
        return
    if isinstance(found, Text):
        kept = names(m, part) if isinstance(part, Text) and part.known() is not None else _NONE
        _note(m, names(m, found) - kept, at, frame)
    elif isinstance(found, Unknown):
        _note(m, _echoes(m, found), at, frame)


def measured(m: Interpreter, holder: Value, name: str, found: Value, at: Location, frame: Frame) -> None:
    """Notes a property, such as a length, of a text or list that holds the name of a credential."""
    dumped = isinstance(holder, Table) and name in m.library.measures and name not in holder.cells
    if (dumped or isinstance(holder, (Text, Items))) and isinstance(found, (Const, Unknown)) and _watches(m):
        _note(m, names(m, holder), at, frame)


def repeated(
    m: Interpreter, target: Expr, element: Value, body: Sequence[Stmt | Expr], at: Location, frame: Frame
) -> None:
    """Notes a round of a loop for what holds the name of a credential that the body does not look at."""
    if not _watches(m) or not (held := names(m, element)):
        return
    holders = set(_holders(m, target, element))
    if not any(isinstance(one, Name) and one.id in holders for one in expressions(body)):
        _note(m, held, at, frame)


# -- what an answer tells of its request ------------------------------------------------------------------------------


def answered(
    m: Interpreter, client: str, address: Sequence[Value], rest: Sequence[Value], at: Location, frame: Frame
) -> None:
    """Notes what a request is sent with that an earlier answer told, and what of its address its own can tell."""
    if not _watches(m):
        return
    _note(m, frozenset(one for found in (*address, *rest) for one in _echoes(m, found)), at, frame)
    held = frozenset(one for found in address for one in names(m, found))
    if held and (members := m.library.answer(client)):
        m.state.answers[at] = members, held | m.state.answers.get(at, _NO_ANSWER)[1]


def asked_of_answer(m: Interpreter, found: Unknown, name: str, at: Location, frame: Frame) -> None:
    """Keeps what a member of an answer tells of its request; a member of what tells it looks at it."""
    members, told = m.state.answers.get(found.origin.location, _NO_ANSWER)
    if name in members.get("url", ()):
        m.state.echoes[at] = m.state.echoes.get(at, _NONE) | told
    elif name in members.get("request", ()):
        m.state.answers[at] = members, told
    elif _watches(m) and name not in m.library.glances and name not in _PARTS:
        _note(m, _echoes(m, found), at, frame)


def given_by(m: Interpreter, func: Value, result: Value) -> None:
    """Keeps what a member of an answer tells that is called for it."""
    if isinstance(func, Unknown) and isinstance(result, Unknown) and func.origin.location in m.state.echoes:
        m.state.echoes[result.origin.location] = m.state.echoes[func.origin.location]


def _echoes(m: Interpreter, found: Value) -> Names:
    """Returns the names of credentials that a value holds because an answer told what was sent."""
    if not m.state.echoes:
        return _NONE
    match found:
        case Choice(options=several):
            return frozenset(one for each in several for one in _echoes(m, each))
        case Unknown(origin=origin):
            return m.state.echoes.get(origin.location, _NONE)
        case Text(pieces=pieces):
            places = (piece.origin.location for piece in pieces if isinstance(piece, Hole))
            return frozenset(one for place in places for one in m.state.echoes.get(place, _NONE))
        case _:
            return _NONE


def names(m: Interpreter, found: Value | None) -> Names:
    """Returns the names of credentials that a value holds, each with where it stands in the program."""
    if found is None or type(found) in _NAMELESS:
        return _NONE
    held: set[tuple[str, Location]] = set()
    _add_names(m, found, 0, held)
    return frozenset(held)


def _watches(m: Interpreter) -> bool:
    return m.now.recording and m.now.context is Context.PROGRAM


def _note(m: Interpreter, held: Names, at: Location, frame: Frame) -> None:
    for name, given in held:
        m.results.observations.add(Observation(at, frame.via, name, given))


# -- what a call depends on -----------------------------------------------------------------------------------------


def _given(m: Interpreter, args: Args, frame: Frame, node: Expr) -> Names:
    """Returns what the arguments hold; a name that is written in the call asks for the credential by itself."""
    written = {one.name for one in node.args} if isinstance(node, (Call, New)) else set()
    here = frame.at(node.span)
    values = [found for found in args.values() if not (_is_name(m, found) and here.contains(_place(found)))]
    held: set[tuple[str, Location]] = set()
    for found in (*values, args.star, args.rest):
        if found is not None:
            _add_names(m, found, 0, held)
    for name, slot in args.keywords.items():
        if name not in written and name.lower() in words(m):
            held.add((name.lower(), _place(slot.key)))
    return frozenset(held)


def _is_name(m: Interpreter, found: Value) -> bool:
    """Returns whether a value is nothing but the name of a credential, perhaps with what it is marked by in a URL."""
    return isinstance(found, Text) and (found.known() or "").strip("?&=").lower() in words(m)


def _asked(m: Interpreter, receiver: Value | None, args: Args, result: Value) -> Names:
    """Returns what a text or container holds of which a method asks something: more than one named entry."""
    if isinstance(receiver, Text):
        return names(m, receiver)
    if isinstance(receiver, (Table, Items)) and result not in (NONE, m.semantics.absent):
        named = args.positional and isinstance(args.positional[0], Text) and args.positional[0].known() is not None
        return _NONE if named else names(m, receiver)
    return _NONE


def _is_exempt(m: Interpreter, func: Value, args: Args, result: Value, node: Expr) -> bool:
    """Returns whether a call tells people only, looks at the kind, makes a client, or runs what it is given."""
    name = func.name if isinstance(func, (Ref, Method)) else ""
    if name.rpartition(".")[2] in m.library.glances or is_error(m, name):
        return True
    if isinstance(node, Call) and m.library.tells(node) and not m.library.prints(node):
        return True
    receiver = func.receiver if isinstance(func, Method) else None
    if any(isinstance(one, Instance) for one in (receiver, result)) and name.partition(".")[0] in m.library.clients:
        return True
    return any(isinstance(one, (Function, Bound, Partial)) for one in args.values())


def is_error(m: Interpreter, name: str) -> bool:
    """Returns whether a function makes an exception, or fills one in: what is told of a failure is for people."""
    return name.removesuffix(f".{m.semantics.roles.constructor}").endswith(_ERRORS)


def _holders(m: Interpreter, target: Expr, element: Value) -> Iterator[str]:
    """Yields the variables of a loop's target that hold the name of a credential."""
    match target:
        case Name(id=name) if names(m, element):
            yield name
        case Seq(items=parts):
            every = [one for one in options(element) if isinstance(one, Items)]
            for place, part in enumerate(parts):
                for one in every:
                    if place < len(one.items):
                        yield from _holders(m, part, one.items[place])
        case Attr():
            yield from ()


# -- what a value holds ---------------------------------------------------------------------------------------------


def speaks_of_credential(m: Interpreter, text: str) -> bool:
    """Returns whether a text holds the name of a credential."""
    return _pattern(words(m)).search(text) is not None


def words(m: Interpreter) -> frozenset[str]:
    """Returns the names of parameters and headers, in small letters, that carry credentials."""
    return m.vocabulary.key_parameters | m.vocabulary.token_parameters | {AUTHORIZATION}


@lru_cache(maxsize=16)
@lru_cache(maxsize=16)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    every = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<![a-z0-9])(?:{every})(?![a-z0-9])", re.IGNORECASE)


def _add_names(m: Interpreter, found: Value, depth: int, held: set[tuple[str, Location]]) -> None:
    """Adds the names of credentials that a value holds."""
    if type(found) in _NAMELESS:
        return
    if isinstance(found, Text):
        _add_of_text(m, found, held)
    elif isinstance(found, Table):
        for key, slot in found.slots():
            if isinstance(key, str) and key.lower() in words(m):
                held.add((key.lower(), _place(slot.key)))
    if m.state.echoes:
        held |= _echoes(m, found)
    if depth < _DEEP:
        deeper = depth + (not isinstance(found, Choice))
        for one in _inside(m, found):
            _add_names(m, one, deeper, held)


def _inside(m: Interpreter, found: Value) -> Iterable[Value]:
    """Returns the values that a value is made of."""
    if type(found) in (Text, Unknown) and not m.state.dumped:
        return ()
    match found:
        case Choice(options=alternatives):
            return alternatives
        case Table():
            return [slot.value for _, slot in found.slots()]
        case Items(items=items, rest=rest):
            return items if rest is None else (*items, rest)
        case Instance(kind=str(), cells=cells):
            return [one.value if isinstance(one, Slot) else one for one in cells.values()]
        case Partial(args=args, keywords=keywords):
            return (*args, *keywords.values())
        case Unknown(origin=origin) if origin.location in m.state.dumped:
            return (m.state.dumped[origin.location],)
        case Text(pieces=pieces) if m.state.dumped:
            every = (piece.origin.location for piece in pieces if isinstance(piece, Hole))
            return [m.state.dumped[at] for at in every if at in m.state.dumped]
        case _:
            return ()


def _add_of_text(m: Interpreter, found: Text, held: set[tuple[str, Location]]) -> None:
    for piece in found.pieces:
        text = piece.text if isinstance(piece, Chunk) else piece.origin.name if piece.hint in (MAPPING, LISTED) else ""
        if text:
            for name in _named_in(text, words(m)):
                held.add((name, piece.origin.location if piece.origin else NOWHERE))


@lru_cache(maxsize=16_384)
def _named_in(text: str, words: frozenset[str]) -> tuple[str, ...]:
    """Returns the words that stand in a text."""
    return tuple(match.group().lower() for match in _pattern(words).finditer(text))


def _place(key: Value) -> Location:
    piece = key.pieces[0] if isinstance(key, Text) and key.pieces else None
    return piece.origin.location if piece is not None and piece.origin else NOWHERE
