"""The fields of a mapping, a list of pairs or a query text, as a request sends them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migrator.evaluate.store import ITEMS, Instance, Items, Slot, Table, Value, options
from migrator.evaluate.strings import as_text, known
from migrator.evaluate.url import QueryItem, query_items
from migrator.model.value import Chunk, Const, Ref, Text, Unknown


def pairs(found: Value) -> Iterator[QueryItem]:
    """Yields the name-value pairs of a mapping, a list of pairs, or a query text."""
    alone, tables = len(options(found)) == 1, [one for one in options(found) if isinstance(one, Table)]
    lacking = len(tables) < len(options(found))
    for option in options(found):
        match option:
            case Table():
                for key, slot in option.slots():
                    always = alone and not slot.maybe and len(options(slot.value)) == 1
                    maybe = (slot.maybe and not slot.either) or lacking or any(key not in one.cells for one in tables)
                    yield from (replace(item, always=always, maybe=maybe, left=slot.left) for item in _pair(key, slot))
                if option.rest is not None:
                    known_kind = isinstance(option.rest, (Unknown, Ref, Text))
                    yield QueryItem(name=None, value=as_text(option.rest) if known_kind else None)
            case Items():
                yield from _listed(option)
            case Text():
                yield from query_items(option)
            case Unknown() | Ref():
                yield QueryItem(name=None, value=as_text(option))
            case Const():
                continue
            case Instance() if isinstance(own := option.cells.get(ITEMS), Table):
                yield from pairs(own)
            case _:
                yield QueryItem(name=None, value=None)


def _listed(found: Items) -> Iterator[QueryItem]:
    for one in found.every:
        if isinstance(one, Items) and len(one.items) == 2 and known(one.items[0]) is not None and one is not found.rest:
            yield from _pair(known(one.items[0]), Slot(one.items[0], one.items[1]))
        else:
            yield QueryItem(name=None, value=None)


def _pair(key: object, slot: Slot) -> Iterator[QueryItem]:
    if not isinstance(key, str) or not isinstance(slot.key, Text):
        yield QueryItem(name=None, value=_plain(slot.value))
        return
    name = slot.key.pieces[0]
    origin = name.origin if isinstance(name, Chunk) else None
    at = origin.location if origin else None
    every = [one for one in options(slot.value) if not (isinstance(one, Const) and one.value is None)]
    for one in every[:4]:
        yield QueryItem(name=key, value=_plain(one), at=at)
    if len(every) > 4:
        yield QueryItem(name=key, value=None, at=at)


def inside(found: Value) -> Iterator[QueryItem]:
    """Yields what the fields of a body hold inside, as ``properties.email`` or ``inputs[0].id``."""
    for table in options(found):
        for key, slot in table.slots() if isinstance(table, Table) else ():
            for one in options(slot.value) if isinstance(key, str) else ():
                yield from _parts(str(key), one, _DEEPEST)


def _parts(name: str, found: Value, depth: int) -> Iterator[QueryItem]:
    inner: list[tuple[str, Value]] = []
    match found:
        case Table() if depth:
            inner = [(f"{name}.{key!s}", slot.value) for key, slot in found.slots()]
            inner += [(f"{name}.*", found.rest)] if found.rest is not None else []
        case Items() if depth:
            inner = [(f"{name}[{place}]", one) for place, one in enumerate(found.items[:_MOST])]
            inner += [(f"{name}[*]", found.rest)] if found.rest is not None else []
    for path, held in inner:
        for one in options(held)[:4]:
            if isinstance(one, (Table, Items)):
                yield from _parts(path, one, depth - 1)
            else:
                yield QueryItem(name=path, value=_plain(one))


_DEEPEST, _MOST = 5, 20
"""How deeply a body is looked into, and at how many items of a list."""


def _plain(found: Value) -> Text | None:
    return None if isinstance(found, (Table, Items)) else as_text(found)
