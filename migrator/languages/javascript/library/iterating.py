"""What a loop goes through: objects may say it by a method of theirs.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Iteration_protocols
"""

from __future__ import annotations

from migrator.evaluate.attributes import attribute
from migrator.evaluate.conditions import truth
from migrator.evaluate.contracts import Site
from migrator.evaluate.store import Bound, Function, Instance, Items, Table, Value, choose, options
from migrator.languages.javascript.library.calling import first, run
from migrator.languages.javascript.library.written import ENTRIES, PARAMS
from migrator.languages.javascript.lowering.walk import ASYNC_ITERATOR, ITERATOR

MOST = 40
"""How many items are asked for."""


def in_order(table: Table) -> Table:
    """Returns an object with its keys as the language goes through them: whole numbers first, and no symbols."""
    numbers = [key for key in table.cells if isinstance(key, str) and key.isdecimal() and str(int(key)) == key]
    symbols = {key for key in table.cells if isinstance(key, str) and key.startswith("@@")}
    if not numbers and not symbols:
        return table
    first = dict.fromkeys(sorted(numbers, key=int))
    every = {key: table.cells[key] for key in (*first, *table.cells) if key not in symbols}
    return Table(table.location, every)


def iterated(site: Site) -> Value:
    """Returns what a loop over something goes through: what its own iterator gives, where it has one."""
    return choose(_iterated_one(site, one) for one in options(first(site)))


def _iterated_one(site: Site, found: Value) -> Value:
    pairs = found.cells.get(ENTRIES) if isinstance(found, Instance) and found.kind == PARAMS else None
    headers = found.cells.get("@table") if isinstance(found, Instance) and found.kind == "Headers" else None
    if isinstance(headers, Table):
        pairs = Items("list", [Items("list", (slot.key, slot.value)) for _, slot in headers.slots()], rest=headers.rest)
    if isinstance(pairs, Items):
        return pairs
    for name in (ITERATOR, ASYNC_ITERATOR) if isinstance(found, (Table, Instance)) else ():
        func = attribute(site.interpreter, found, name, site.frame, site.location)
        if isinstance(func, (Function, Bound)):
            own = func if isinstance(func, Bound) else Bound(func, found)
            return choose(_drained(site, one) for one in options(run(site, own)))
    return found


def _drained(site: Site, found: Value) -> Value:
    """Returns all that an object with a method ``next`` gives."""
    if not isinstance(found, (Table, Instance)):
        return found
    step = attribute(site.interpreter, found, "next", site.frame, site.location)
    items: list[Value] = []
    while isinstance(step, (Function, Bound)) and len(items) < MOST:
        given = run(site, step if isinstance(step, Bound) else Bound(step, found))
        done = attribute(site.interpreter, given, "done", site.frame, site.location)
        item = attribute(site.interpreter, given, "value", site.frame, site.location)
        verdict = truth(site.interpreter, done)
        if verdict is not False:
            more = choose((item, site.unknown("item", "loop"))) if verdict is None else None
            return Items("list", items, site.location, more)
        items.append(item)
    return Items("list", items, site.location, site.unknown("item", "loop"))
