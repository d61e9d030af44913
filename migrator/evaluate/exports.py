"""Names by which one file gives another what requests are made of, and which files take it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import (
    Bound,
    Class,
    Function,
    Instance,
    Items,
    Module,
    Partial,
    Slot,
    Table,
    Value,
    options,
)
from migrator.evaluate.strings import flat
from migrator.evaluate.visit import around, expressions
from migrator.model.unit import Attr, Call, Expr, Lit, Name, New
from migrator.model.value import CONFIGURED, Hole, Origin, Text, Unknown

_OF_HUBSPOT = "sdk:"
"""What the kind of a client of HubSpot's own libraries is told by, in any language."""
_MEMBER = re.compile(r"\.(\w+)")


@dataclass(frozen=True, slots=True)
class Export:
    """The files in which a name carries a key, a HubSpot URL, a client, or a function that sends.

    With ``members`` it only matters to who reads one of these attributes.
    """

    files: frozenset[str]
    members: frozenset[str] = frozenset()


Exports: TypeAlias = Mapping[str, Export]


def joined(parts: Iterable[Exports]) -> dict[str, Export]:
    """Returns the carriers of several parts of a program."""
    found: dict[str, Export] = {}
    for part in parts:
        for name, one in part.items():
            other = found.get(name)
            if other is not None:
                by_member = one.members and other.members
                one = Export(one.files | other.files, one.members | other.members if by_member else frozenset())
            found[name] = one
    return found


def users(
    texts: Mapping[str, str],
    carriers: Exports,
    uses: Callable[[str, str, Mapping[str, frozenset[str]]], bool],
) -> set[str]:
    """Returns the files that use a carrier; *uses* tells whether one imports one of some names from who has it."""
    by_member = any(one.members for one in carriers.values())
    found = set()
    for path, text in texts.items():
        read = set(_MEMBER.findall(text)) if by_member else set()
        known = {
            name: one.files for name, one in carriers.items() if not one.members or not one.members.isdisjoint(read)
        }
        if uses(path, text, known):
            found.add(path)
    return found


def carriers(m: Interpreter) -> Exports:
    """Returns the names that carry a key, a HubSpot URL, a client, or a function that sends."""
    senders = {node for _, _, chain in m.results.calls for node in chain}
    senders.update(*(around(one.unit.body, senders) for one in m.state.modules.values()))
    _add_makers(m, senders)
    found: dict[str, set[str]] = {}
    by_member: dict[str, set[str]] = {}
    for module in m.state.modules.values():
        for name, value in (*module.cells.items(), *_given_away(module)):
            if m.semantics.is_special(name):
                continue
            if any(_carries(m, one, senders) or _gives(m, one) for one in options(value)):
                found.setdefault(name, set()).add(module.unit.path)
            elif members := {member for one in options(value) for member in _members(m, one, senders)}:
                found.setdefault(name, set()).add(module.unit.path)
                by_member.setdefault(name, set()).update(members)
    return {
        name: Export(files=frozenset(files), members=frozenset(by_member.get(name, ())))
        for name, files in found.items()
    }


def _add_makers(m: Interpreter, senders: set[int]) -> None:
    """Adds the functions that make an object of which a method sends, and those that call these."""
    called = [
        (module, id(one), name)
        for module in m.state.modules.values()
        for one in expressions(module.unit.body)
        if isinstance(one, (Call, New)) and (name := _last_name(one.func))
    ]
    made: set[int] = set()
    fresh = senders
    while fresh:
        classes = {one.name for one in m.state.classes.values() if _sends(one, fresh)}
        names = classes | {one.name for node, one in m.state.definitions.items() if id(node) in made}
        calls: dict[Module, set[int]] = {}
        for module, call, name in called:
            if name in names:
                calls.setdefault(module, set()).add(call)
        made = set().union(*(around(module.unit.body, each) for module, each in calls.items())) - senders
        senders |= made
        fresh = made


def _last_name(one: Expr) -> str:
    return one.id if isinstance(one, Name) else one.name if isinstance(one, Attr) else ""


def _sends(cls: Class, senders: set[int]) -> bool:
    return any(isinstance(one, Function) and id(one.node) in senders for one in cls.cells.values())


def _members(m: Interpreter, found: Value, senders: set[int]) -> Iterator[str]:
    """Yields the attributes of a class or an object that carry what a request is made of."""
    match found:
        case Class(cells=cells, bases=bases):
            yield from (name for base in bases for name in _members(m, base, senders))
        case Instance(cells=cells, kind=kind):
            yield from _members(m, kind, senders) if isinstance(kind, Class) else ()
        case _:
            return
    for name, value in cells.items():
        held = [one for one in options(value) if isinstance(one, (Text, Table, Function, Unknown))]
        if any(_gives(m, one) or _carries(m, one, senders, 1) for one in held):
            yield name


def _gives(m: Interpreter, found: Value) -> bool:
    """Whether a function gives what a request is made of: it writes down an address, or the name of a key."""
    if not isinstance(found, Function):
        return False
    body, words = found.node.body, m.vocabulary
    for one in expressions(body if isinstance(body, tuple) else (body,)):
        if type(one) is Lit and type(one.value) is str:
            text = one.value.lower()
            if text in words.key_parameters or ("://" in text and words.is_own_host(_host(text))):
                return True
    return False


def _carries(m: Interpreter, found: Value, senders: set[int], depth: int = 0) -> bool:
    match found:
        case Text():
            return _text_carries(m, found)
        case Unknown(origin=origin):
            return _is_set(m, origin)
        case Function(node=node):
            return id(node) in senders
        case Bound(func=func) | Partial(func=Function() as func):
            return id(func.node) in senders
        case (Class() as cls) | Instance(kind=Class() as cls):
            return _sends(cls, senders)
        case Instance(kind=str() as kind, cells=cells) if depth < 2:
            held = (one.value if isinstance(one, Slot) else one for one in cells.values())
            return _OF_HUBSPOT in kind or any(_carries(m, one, senders, depth + 1) for one in held)
        case Table() if depth < 2:
            names = m.vocabulary.key_parameters
            return any(
                key in names or any(_carries(m, one, senders, depth + 1) for one in options(slot.value))
                for key, slot in found.slots()
            )
        case Items() if depth < 2:
            return any(_carries(m, one, senders, depth + 1) for one in found.items)
        case _:
            return False


def _text_carries(m: Interpreter, found: Text) -> bool:
    whole, words = flat(found).lower(), m.vocabulary
    holes = [piece for piece in found.pieces if isinstance(piece, Hole)]
    secret = any(one.secret or _is_set(m, one.origin) for one in holes)
    return secret or any(word in whole for word in words.key_words) or words.is_own_host(_host(whole))


def _is_set(m: Interpreter, origin: Origin) -> bool:
    """Whether something is read from a setting of the program that is named as a key or token is."""
    return origin.how in CONFIGURED | {"argument"} and bool(m.vocabulary.named(origin.name))


def _given_away(module: Module) -> Iterator[tuple[str, Value]]:
    """Yields what a module gives away by name in a mapping of its own, which no program can name."""
    for name, value in module.cells.items():
        if name.startswith("__") and isinstance(value, Table):
            yield from ((key, slot.value) for key, slot in value.slots() if isinstance(key, str))


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].partition("?")[0]
