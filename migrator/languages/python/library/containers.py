"""Methods of Python's strings, mappings and sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from migrator.evaluate.assignments import set_item, update
from migrator.evaluate.assumptions import guess
from migrator.evaluate.attributes import entry
from migrator.evaluate.contents import insert, iterate, merged
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.operators import spelled
from migrator.evaluate.store import ITEMS, NONE, REST, Instance, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import (
    HOLE,
    ends,
    flat,
    formed,
    key_of,
    known,
    position,
    replace,
    split,
    starts,
    strip,
    text,
    texts,
)
from migrator.languages.python.library import formatting
from migrator.languages.shared.containers import keys, pairs, split_parts, values
from migrator.languages.shared.simple_models import cased, subject, unknown
from migrator.model.value import Const, Hole, Text


def _format(site: Site) -> Value:
    m, frame, at = site.interpreter, site.frame, site.location
    given = [spelled(m, one, frame, at) for one in site.args.positional]
    named = {name: spelled(m, one, frame, at) for name, one in site.args.named.items()}
    return formatting.braces(subject(site), given, named, at)


def _format_map(site: Site) -> Value:
    given = site.arg(0)
    named = {str(k): s.value for k, s in given.slots()} if isinstance(given, Table) else {}
    return formatting.braces(subject(site), [], named, site.location)


def _strip(left: bool, right: bool) -> Model:
    def model(site: Site) -> Value:
        given = site.arg(0)
        characters = known(given) if given is not None else None
        return choose(strip(one, characters, left=left, right=right) for one in texts(subject(site)))

    return model


def _replace(site: Site) -> Value:
    old, new, times = known(site.arg(0, "old")), site.arg(1, "new"), site.arg(2, "count")
    if old is None or new is None:
        return subject(site)
    count = int(times.value) if isinstance(times, Const) and isinstance(times.value, int) else -1
    return choose(replace(one, old, other, count) for one in texts(subject(site)) for other in texts(new))


def _split(site: Site) -> Value:
    separator = known(site.arg(0, "sep"))
    limit = site.arg(1, "maxsplit")
    if separator is None:
        return Items("list", (), site.location, subject(site))
    times = int(limit.value) if isinstance(limit, Const) and isinstance(limit.value, int) else -1
    return choose(split_parts(site, one, split(one, separator, times)) for one in texts(subject(site)))


def _partition(site: Site) -> Value:
    separator = known(site.arg(0))
    results: list[Value] = []
    for one in texts(subject(site)):
        parts = split(one, separator, 1) if separator else (one,)
        if len(parts) == 2:
            pair: Sequence[Value] = (parts[0], text(separator or ""), parts[1])
        elif HOLE in flat(one):
            pair = (one, *(guess(site.interpreter, text("")) for _ in range(2)))
        else:
            pair = (one, text(""), text(""))
        results.append(Items("tuple", pair, site.location))
    return choose(results)


def _tested(check: Callable[[Text, str], bool | None]) -> Model:
    def model(site: Site) -> Value:
        given = site.arg(0)
        wanted = [known(one) for one in (given.items if isinstance(given, Items) else options(given or NONE))]
        verdicts = {check(one, w) if w is not None else None for one in texts(subject(site)) for w in wanted}
        if verdicts == {False} or (True in verdicts and len(texts(subject(site))) == 1):
            return Const(True in verdicts)
        return Const(True) if verdicts == {True} else site.unknown("condition")

    return model


def _find(find: Callable[[str, str], int]) -> Model:
    def model(site: Site) -> Value:
        place = position(texts(subject(site)), known(site.arg(0)), find) if site.arg(1) is None else None
        return site.unknown("index") if place is None else Const(place)

    return model


def _encoded(site: Site) -> Value:
    """Returns text as bytes, which only Python 3 tells from it."""
    return subject(site) if site.frame.unit.dialect else choose(formed(one, "bytes") for one in _texts(site))


def _decoded(site: Site) -> Value:
    last = [one.pieces[-1] for one in _texts(site) if one.pieces]
    form = next((one.form for one in last if isinstance(one, Hole) and one.form.startswith("bytes")), None)
    if form is None:
        return subject(site)
    return choose(formed(one, form.removeprefix("bytes").lstrip()) for one in _texts(site))


def _texts(site: Site) -> tuple[Text, ...]:
    return texts(subject(site))


STRING: Models = {
    "str.format": _format, "str.format_map": _format_map,
    "str.join": lambda site: formatting.joined(subject(site), site.arg(0) or NONE, site.location),
    "str.strip": _strip(True, True),
    "str.lstrip": _strip(True, False), "str.rstrip": _strip(False, True), "str.lower": cased("lower"),
    "str.upper": cased("upper"), "str.title": cased("title"), "str.capitalize": subject, "str.replace": _replace,
    "str.split": _split, "str.partition": _partition, "str.startswith": _tested(starts), "str.endswith": _tested(ends),
    "str.find": _find(str.find), "str.rfind": _find(str.rfind),
    "str.encode": _encoded, "str.decode": _decoded, "str.human_repr": subject,
    "str.geturl": subject, "str.unicode_string": subject,
}  # fmt: skip


def _table(site: Site) -> Table:
    return site.receiver if isinstance(site.receiver, Table) else Table()


def _get(site: Site) -> Value:
    default = site.arg(1, "default")
    default = NONE if default is None else default
    return entry(site.interpreter, _table(site), site.arg(0, "key") or NONE, site.location, default)


def _setdefault(site: Site) -> Value:
    table, key, default = _table(site), site.arg(0) or NONE, site.arg(1) or NONE
    name = key_of(key)
    if name is not None and isinstance(table.cells.get(name[0]), Slot):
        return entry(site.interpreter, table, key, site.location)
    set_item(site.interpreter, table, key, default, site.frame, site.location)
    return default


def _update(site: Site) -> Value:
    table = _table(site)
    for found in site.args.positional:
        given = _mapping(site, found)
        update(site.interpreter, table, given)
    if site.args.rest is not None:
        update(site.interpreter, table, site.args.rest)
    for name, slot in site.args.keywords.items():
        site.interpreter.heap.put(table.cells, name, slot)
    return NONE


def _mapping(site: Site, found: Value) -> Value:
    """Returns a mapping for what `dict` accepts: a mapping, or pairs."""
    made: list[Value] = []
    for option in options(found):
        if isinstance(option, Items):
            table = Table(site.location)
            for one in option.items:
                pair, _ = iterate(one, site.location)
                name = key_of(pair[0]) if len(pair) == 2 else None
                table.cells[name[0] if name else REST] = Slot(pair[0], pair[1]) if name else (pair or [one])[-1]
            if option.rest is not None:
                table.cells[REST] = option.rest
            made.append(table)
        else:
            made.append(option)
    return choose(made)


def dictionary(site: Site) -> Value:
    """Returns ``dict(...)``: a new mapping of the given mapping, pairs and keywords."""
    table = Table(site.location)
    given = site.arg(0)
    if given is not None:
        for option in options(_mapping(site, given)):
            if isinstance(option, Table):
                table.cells.update(option.cells)
            elif not isinstance(option, Const):
                table.cells[REST] = option
    if site.args.rest is not None:
        table = merged(site.interpreter, table, site.args.rest, site.location)
    table.cells.update(site.args.keywords)
    return table


def _mapping_object(instance: Instance, site: Site) -> None:
    """Gives an object of a class of mappings its entries, as ``dict(...)`` takes them."""
    entries = dictionary(site)
    site.interpreter.heap.put(instance.cells, ITEMS, entries)
    site.interpreter.heap.put(instance.cells, "data", entries)


_MAPPINGS = (
    *("builtins.dict", "collections.OrderedDict", "collections.defaultdict", "collections.UserDict"),
    *("UserDict.UserDict", "UserDict.IterableUserDict", "typing.TypedDict", "typing_extensions.TypedDict"),
)
SUBCLASSED = dict.fromkeys(_MAPPINGS, _mapping_object)
"""What fills an object of a project's class that descends from one of Python's mappings."""


def entries_of(site: Site) -> Site | None:
    """Returns the call of a mapping's method on an object of a class that descends from it as one on its entries."""
    owner, _, name = site.name.rpartition(".")
    own = site.receiver.cells.get(ITEMS) if isinstance(site.receiver, Instance) else None
    if owner not in SUBCLASSED or not isinstance(own, Table):
        return None
    return Site(site.interpreter, f"dict.{name}", site.args, site.frame, site.node, own)


def copied(site: Site) -> Value:
    """Returns a copy of what a method is called on."""
    return duplicate(site.receiver if site.receiver is not None else NONE)


def duplicate(found: Value) -> Value:
    """Returns a shallow copy of a container; anything else is itself."""
    match found:
        case Table(location=at, cells=cells):
            return Table(at, dict(cells))
        case Items(kind=kind, items=items, location=at, rest=rest):
            return Items(kind, items, at, rest)
        case _:
            return choose(duplicate(one) for one in found.options) if hasattr(found, "options") else found


def _pop(site: Site) -> Value:
    table, key = _table(site), site.arg(0) or NONE
    found = entry(site.interpreter, table, key, site.location, site.arg(1))
    name = key_of(key)
    if name is not None:
        site.interpreter.heap.drop(table.cells, name[0])
    return found


def _keys(site: Site) -> Value:
    table = _table(site)
    return keys(table, table.location, site.location)


def _values(site: Site) -> Value:
    table = _table(site)
    return values(table, table.location)


def _items(site: Site) -> Value:
    table = _table(site)
    return pairs(table, "tuple", table.location, site.location)


def _clear(site: Site) -> Value:
    for key in list(_table(site).cells):
        site.interpreter.heap.drop(_table(site).cells, key)
    return NONE


def _from_keys(site: Site) -> Value:
    items, rest = iterate(site.arg(0) or NONE, site.location)
    table, held = Table(site.location), site.arg(1, "value") or NONE
    for one in items:
        insert(table.cells, one, held)
    if rest is not None:
        table.cells[REST] = held
    return table


def _pop_item(site: Site) -> Value:
    """Takes the last entry away."""
    table = _table(site)
    key, slot = next(iter(reversed(list(table.slots()))), (None, None))
    if slot is None or table.rest is not None or slot.maybe:
        return site.unknown("item")
    site.interpreter.heap.drop(table.cells, key)
    return Items("tuple", (slot.key, slot.value), site.location)


MAPPING: Models = {
    "dict.get": _get, "dict.setdefault": _setdefault, "dict.update": _update, "dict.copy": copied, "dict.pop": _pop,
    "dict.keys": _keys, "dict.values": _values, "dict.items": _items, "dict.iteritems": _items, "dict.clear": _clear,
    "builtins.dict.fromkeys": _from_keys, "collections.OrderedDict.fromkeys": _from_keys, "dict.popitem": _pop_item,
    "dict.has_key": unknown("condition"), "dict.add": _setdefault,
}  # fmt: skip


MODELS: Models = {**STRING, **MAPPING}
