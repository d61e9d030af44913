"""What methods of lists and mappings do in every language."""

from __future__ import annotations

from collections.abc import Iterable

from migrator.evaluate.assumptions import unsure
from migrator.evaluate.contents import other_key, other_value
from migrator.evaluate.contracts import Site
from migrator.evaluate.store import REST, Items, Table, Value, choose
from migrator.evaluate.strings import HOLE, flat
from migrator.model.text import Location
from migrator.model.value import Text

MOST = 200
"""How many items a list is followed to grow to."""


def replace_items(site: Site, items: Items, new: Iterable[Value], certain: int = 0) -> None:
    """Gives a list other items; *certain* is how many more of them, or fewer, are there whatever happened.

    Those behind the first `MOST` are what else there may be.
    """
    made, heap = tuple(new), site.interpreter.heap
    heap.put(items.cells, "items", items.after(made[:MOST], certain))
    if len(made) > MOST:
        heap.put(items.cells, REST, choose([*made[MOST:], *([items.rest] if items.rest is not None else [])]))


def append_items(site: Site, items: Items, more: Iterable[Value]) -> None:
    """Adds items to the end of a list."""
    added = tuple(more)
    replace_items(site, items, (*items.items, *added), len(added))


def split_parts(site: Site, whole: Text, pieces: Iterable[Value]) -> Value:
    """Returns the pieces that a text is split into: a guess where what is unknown in it may hold more separators."""
    made = Items("list", pieces, site.location)
    return unsure(site.interpreter, made) if HOLE in flat(whole) else made


def filtered(site: Site, passing: Iterable[tuple[Value, bool | None]], rest: Value | None) -> Items:
    """Returns the items that pass; behind one of which nobody knows whether it does, each is one of several.

    *rest* is what else may pass.
    """
    kept: list[Value] = []
    others: list[Value] = []
    for one, passes in passing:
        if passes and not others:
            kept.append(one)
        elif passes is not False:
            others.append(one)
    others += [rest] if rest is not None else []
    return Items("list", kept, site.location, choose(others) if others else None)


def keys(table: Table, at: Location, rest_at: Location) -> Items:
    """Returns the keys of a mapping as a list made at *at*, at *rest_at* those that are not known."""
    rest = other_key(rest_at) if table.rest is not None else None
    return Items("list", [slot.key for _, slot in table.slots()], at, rest)


def values(table: Table, at: Location) -> Items:
    """Returns the values of a mapping as a list made at *at*."""
    rest = other_value(table.rest) if table.rest is not None else None
    return Items("list", [slot.value for _, slot in table.slots()], at, rest)


def pairs(table: Table, kind: str, at: Location, rest_at: Location) -> Items:
    """Returns the keys and values of a mapping as a list of lists of a *kind*, at *rest_at* those not known."""
    rest = Items(kind, (other_key(rest_at), other_value(table.rest)), at) if table.rest is not None else None
    return Items("list", [Items(kind, (slot.key, slot.value), at) for _, slot in table.slots()], at, rest)
