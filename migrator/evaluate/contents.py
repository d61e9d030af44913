"""What is in collections: mappings merged and written to, and the items of what can be iterated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from migrator.evaluate.assumptions import guess
from migrator.evaluate.store import (
    ITEMS,
    MISSING,
    REST,
    Choice,
    Class,
    Instance,
    Items,
    Slot,
    Table,
    Value,
    choose,
    join,
    join_cells,
    options,
)
from migrator.evaluate.strings import as_text, key_of, known, text
from migrator.model.text import Location
from migrator.model.value import Const, Origin, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

MAX_KNOWN_ITEMS = 40
_MAX_CHARACTERS = 3
"""How long a text is whose characters are gone through: most that are taken for lists by mistake are names."""


def merged(m: Interpreter, left: Table, right: Value, at: Location) -> Table:
    """Returns a new mapping: *left* updated by *right*, by one of several things that it can be."""
    first, *others = (_updated(m, left, option, at) for option in options(right))
    for other in others:
        for key in dict.fromkeys((*first.cells, *other.cells)):
            first.cells[key] = join_cells(first.cells.get(key, MISSING), other.cells.get(key, MISSING))
    return first


def _updated(m: Interpreter, left: Table, right: Value, at: Location) -> Table:
    table = Table(at, dict(left.cells))
    if isinstance(right, Instance) and isinstance(own := right.cells.get(ITEMS), Table):
        right = own
    if isinstance(right, Table):
        if right.rest is not None:
            _may_be_overwritten(m, table)
        for key, slot in right.slots():
            old = table.cells.get(key)
            if slot.maybe and isinstance(old, Slot):
                slot = Slot(slot.key, join(old.value, slot.value), old.maybe)
            table.cells[key] = slot
        if right.rest is not None:
            table.cells[REST] = right.rest
    elif not isinstance(right, Const):
        _may_be_overwritten(m, table)
        table.cells[REST] = right
        _fill_placeholders(table, right, at)
    return table


def _may_be_overwritten(m: Interpreter, table: Table) -> None:
    """Makes the entries guesses, once entries that nobody knows have been written over the mapping."""
    for key, slot in list(table.slots()):
        if isinstance(slot.value, (Const, Text)):
            table.cells[key] = Slot(slot.key, guess(m, slot.value), slot.maybe, slot.either, slot.left)


def _fill_placeholders(table: Table, found: Value, at: Location) -> None:
    """Makes the entries that hold nothing yet unknown, once something unknown has been written over the mapping."""
    for key, slot in list(table.slots()):
        if isinstance(slot.value, Const) and slot.value.value is None:
            table.cells[key] = Slot(slot.key, derived(found, slot.key, at), slot.maybe)


def derived(found: Value, key: Value, at: Location) -> Unknown:
    """Returns an item of something unknown, named by its key."""
    label = known(key)
    shown = as_text(key).pattern()
    hint = next(
        (one for one in (label, shown.strip("{}")) if one and one.isidentifier()), getattr(found, "hint", "item")
    )
    if isinstance(found, Unknown):
        how = found.origin.how if found.origin.how not in ("unknown", "loop") else "config"
        return Unknown(found.reason, hint, Origin(how, f"{found.origin.name}[{label or shown}]", at))
    made = found.kind if isinstance(found, Instance) and isinstance(found.kind, str) else type(found).__name__.lower()
    name = found.name if isinstance(found, Ref) else made.rpartition(".")[2]
    return Unknown(f"an item of {name}", hint, Origin("config", f"{name}[{label or shown}]", at))


def insert(cells: dict[Any, Any], key: Value, found: Value, *, maybe: bool = False) -> None:
    """Writes an entry into the cells of a mapping that nothing else holds yet."""
    name = key_of(key)
    if isinstance(key, Choice):
        for one in key.options:
            insert(cells, one, found, maybe=True)
        return
    if name is None:
        cells[REST] = found if REST not in cells else join(cells[REST], found)
        return
    old = cells.get(name[0])
    if maybe and isinstance(old, Slot):
        found, maybe = join(old.value, found), old.maybe
    cells[name[0]] = Slot(key, found, maybe)


def other_key(at: Location) -> Unknown:
    """Returns the key of an entry of a mapping whose key is not known."""
    return Unknown("a key", "key", Origin("loop", "key of a mapping", at))


def other_value(found: Value) -> Value:
    """Returns what stands under a key that is not known: a list there is one of many, so it may hold more."""
    return choose(
        Items(one.kind, one.items, one.location, choose(one.items))
        if isinstance(one, Items) and one.rest is None and one.items
        else one
        for one in options(found)
    )


def iterate(found: Value, at: Location) -> tuple[list[Value], Value | None]:
    """Returns the known items of an iterable, at most `MAX_KNOWN_ITEMS`, and what else it can yield."""
    items: list[Value] = []
    rest: list[Value] = []
    for option in options(found):
        match option:
            case Instance() | Class() if isinstance(own := option.cells.get(ITEMS), Items):
                items += own.items
            case Instance() if isinstance(own := option.cells.get(ITEMS), Table):
                items += [Items("list", (slot.key, slot.value), at) for _, slot in own.slots()]
                rest += [Items("list", (other_key(at), other_value(own.rest)), at)] if own.rest is not None else []
            case Items():
                items += option.items[: option.least]
                rest += option.every[option.least :]
            case Table():
                items += [slot.key for _, slot in option.slots()]
                rest += [other_key(at)] if option.rest is not None else []
            case Unknown(reason=reason, hint=hint, origin=origin):
                element = hint[:-1] if hint.endswith("s") and len(hint) > 2 else hint
                rest.append(Unknown(reason, element, Origin(origin.how, f"{origin.name}[]", at)))
            case Const():
                pass
            case Text() if (written := option.known()) is not None and len(written) <= _MAX_CHARACTERS:
                items += map(text, written)
            case _:
                label = as_text(option).pattern()[:40]
                rest.append(Unknown("an item of a sequence", "item", Origin("loop", f"item of {label}", at)))
    return capped(items, choose(rest) if rest else None)


def capped(items: Sequence[Value], rest: Value | None) -> tuple[list[Value], Value | None]:
    """Returns at most `MAX_KNOWN_ITEMS` items, and what else there can be: those behind them, and *rest*."""
    more = [*items[MAX_KNOWN_ITEMS:], *([rest] if rest is not None else [])]
    return list(items[:MAX_KNOWN_ITEMS]), choose(more) if more else None
