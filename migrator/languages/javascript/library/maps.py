"""Maps and sets.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Map
"""

from __future__ import annotations

from migrator.evaluate.assignments import set_item
from migrator.evaluate.attributes import entry
from migrator.evaluate.conditions import compare
from migrator.evaluate.contents import iterate, other_key, other_value
from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.observations import looked_up
from migrator.evaluate.store import ITEMS, REST, Instance, Items, Located, Slot, Table, Value
from migrator.evaluate.strings import key_of, known
from migrator.languages.javascript.library.calling import first, run, run_often
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.languages.shared.containers import append_items, keys, replace_items, values
from migrator.model.text import Location
from migrator.model.value import Const, Origin, Unknown

MAP, SET = "Map", "Set"
"""What objects of these kinds are called."""


def _map(site: Site) -> Value:
    made = Instance(MAP, site.location)
    table = Table(site.location)
    items, rest = iterate(first(site), site.location)
    for one in items:
        pair, _ = iterate(one, site.location)
        if len(pair) == 2 and (own := _own_key(pair[0])) is not None:
            table.cells[own] = Slot(pair[0], pair[1])
        elif len(pair) == 2:
            set_item(site.interpreter, table, pair[0], pair[1], site.frame, site.location)
        else:
            rest = one
    if rest is not None:
        table.cells[REST] = rest
    made.cells[ITEMS] = table
    return made


def _table(site: Site) -> Table:
    held = site.receiver.cells.get(ITEMS) if isinstance(site.receiver, Instance) else None
    return held if isinstance(held, Table) else Table(site.location)


def _own_key(found: Value) -> str | None:
    """Returns the key of an entry whose key is no text, None for any other: the number and its text are two."""
    if isinstance(found, Located):
        return f"@{id(found)}"
    return f"@{found.value!r}" if isinstance(found, Const) and found.value is not None else None


def _looked_up(site: Site, holder: Value) -> None:
    looked_up(site.interpreter, holder, first(site), site.location, site.frame)


def _get(site: Site) -> Value:
    _looked_up(site, _table(site))
    own = _own_key(first(site))
    if own is not None and isinstance(slot := _table(site).cells.get(own), Slot):
        return slot.value
    return entry(site.interpreter, _table(site), site.interpreter.semantics.key(first(site)), site.location)


def _put(site: Site) -> Value:
    given = site.arg(1) or UNDEFINED
    own = _own_key(first(site))
    if own is not None:
        site.interpreter.heap.put(_table(site).cells, own, Slot(first(site), given))
    else:
        set_item(site.interpreter, _table(site), first(site), given, site.frame, site.location)
    return site.receiver or UNDEFINED


def _has(site: Site) -> Value:
    _looked_up(site, _table(site))
    own = _own_key(first(site))
    if own is not None and (isinstance(_table(site).cells.get(own), Slot) or _table(site).rest is None):
        slot = _table(site).cells.get(own)
        return site.unknown("condition") if isinstance(slot, Slot) and slot.maybe else Const(slot is not None)
    verdict = compare("in", site.interpreter.semantics.key(first(site)), _table(site))
    return Const(verdict) if verdict is not None else site.unknown("condition")


def _delete(site: Site) -> Value:
    own = _own_key(first(site))
    key = (own,) if own is not None else key_of(first(site))
    if key is not None:
        site.interpreter.heap.drop(_table(site).cells, key[0])
    return site.unknown("condition")


def _clear(site: Site) -> Value:
    table = _table(site)
    for key in list(table.cells):
        site.interpreter.heap.drop(table.cells, key)
    return UNDEFINED


def _for_each(site: Site) -> Value:
    table = _table(site)
    for _, slot in list(table.slots()):
        run(site, first(site), slot.value, slot.key, site.receiver or UNDEFINED)
    if table.rest is not None:
        run_often(site, first(site), other_value(table.rest), other_key(site.location), site.receiver or UNDEFINED)
    return UNDEFINED


def _entries(site: Site) -> Value:
    items, rest = iterate(site.receiver or UNDEFINED, site.location)
    return Items("list", items, site.location, rest)


def size(found: Instance, at: Location) -> Value:
    """Returns how many entries a map has."""
    table = found.cells.get(ITEMS)
    if not isinstance(table, Table) or table.rest is not None or any(slot.maybe for _, slot in table.slots()):
        return Unknown("the size of a map", "size", Origin("attribute", "Map.size", at))
    return Const(sum(1 for _ in table.slots()))


# -- sets, which are lists without a second one of anything ---------------------------------------------------------


def _set(site: Site) -> Value:
    items, rest = iterate(first(site), site.location)
    made = Items(SET, (), site.location, rest)
    for one in items:
        if not _is_in(made, one):
            made.cells["items"] = (*made.items, one)
    return made


def _is_in(items: Items, found: Value) -> bool:
    written = _written(found)
    return any(one is found or (written is not None and _written(one) == written) for one in items.items)


def _written(found: Value) -> tuple[str, object] | None:
    """Returns what tells a text or a number from others, None for anything else."""
    if isinstance(found, Const):
        return "value", found.value
    text = known(found)
    return None if text is None else ("text", text)


def _add(site: Site) -> Value:
    items, found = site.receiver, first(site)
    if isinstance(items, Items) and not _is_in(items, found):
        append_items(site, items, [found])
    return site.receiver or UNDEFINED


def _holds(site: Site) -> Value:
    items = site.receiver
    _looked_up(site, items or UNDEFINED)
    verdict = compare("in", first(site), items) if isinstance(items, Items) else None
    return Const(verdict) if verdict is not None else site.unknown("condition")


def _remove(site: Site) -> Value:
    items, wanted = site.receiver, _written(first(site))
    if isinstance(items, Items) and wanted is not None:
        left = tuple(one for one in items.items if _written(one) != wanted)
        replace_items(site, items, left, -1)
    return site.unknown("condition")


def _empty(site: Site) -> Value:
    if isinstance(site.receiver, Items):
        site.interpreter.heap.put(site.receiver.cells, "items", ())
    return UNDEFINED


MODELS: Models = {
    "Map": _map, "WeakMap": _map, "Map.get": _get, "Map.set": _put, "Map.has": _has, "Map.delete": _delete,
    "Map.clear": _clear, "Map.forEach": _for_each, "Map.entries": _entries,
    "Map.keys": lambda site: keys(_table(site), site.location, site.location),
    "Map.values": lambda site: values(_table(site), site.location),
    "Set": _set, "WeakSet": _set, "Set.add": _add, "Set.has": _holds, "Set.delete": _remove, "Set.clear": _empty,
}  # fmt: skip

OF_SET = frozenset(name.partition(".")[2] for name in MODELS if name.startswith("Set."))
"""What sets have besides what lists have."""
