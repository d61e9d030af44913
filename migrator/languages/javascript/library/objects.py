"""Objects as mappings: copies, merges, and their parts.

https://developer.mozilla.org/docs/Web/JavaScript/Reference
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from migrator.evaluate.arguments import Args
from migrator.evaluate.assignments import set_any, set_item, update
from migrator.evaluate.assumptions import unsure
from migrator.evaluate.attributes import attribute, item
from migrator.evaluate.contents import iterate, merged, other_key
from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.expressions import enter_role
from migrator.evaluate.store import (
    NONE,
    REST,
    Class,
    Function,
    Instance,
    Items,
    Located,
    Module,
    Slot,
    Table,
    Value,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.strings import key_of, known, text
from migrator.languages.javascript.library.calling import first
from migrator.languages.javascript.library.iterating import in_order
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.languages.shared.containers import pairs, values
from migrator.languages.shared.secrets import is_kept_secret
from migrator.model.unit import Sub
from migrator.model.value import Const, Origin, Unknown

_DEEP = 8
"""How deep copies go."""


def _assign(site: Site) -> Value:
    target = first(site)
    for found in site.args.positional[1:]:
        for into in options(target):
            _assigned(site, into, found)
    return target


def _assigned(site: Site, into: Value, found: Value) -> None:
    m = site.interpreter
    for one in options(found):
        if isinstance(one, Module):
            continue
        match into:
            case Table():
                update(m, into, one) if isinstance(one, (Table, Unknown)) else None
            case Instance() | Class():
                for key, slot in one.slots() if isinstance(one, Table) else ():
                    m.heap.put(into.cells, key, slot.value)
                rest = one.rest if isinstance(one, Table) else one if isinstance(one, Unknown) else None
                if rest is not None:
                    set_any(m, into, rest)
            case Function():
                for key, slot in one.slots() if isinstance(one, Table) else ():
                    into.attributes = {**(into.attributes or {}), str(key): slot.value}  # type: ignore[misc] # late


def _copied(site: Site) -> Value:
    """Returns a new object that holds what those given hold."""
    table = Table(site.location)
    for found in site.args.positional:
        if isinstance(found, Const) and isinstance(found.value, bool):
            continue
        table = merged(site.interpreter, table, found, site.location)
    return table


def _merged(site: Site) -> Value:
    """Returns an object that was given what others hold, those in it too: https://lodash.com/docs/#merge."""
    target = first(site)
    for found in site.args.positional[1:]:
        for into in options(target):
            for key, slot in found.slots() if isinstance(into, Table) and isinstance(found, Table) else ():
                own = into.cells.get(key) if isinstance(into, Table) else None
                if isinstance(own, Slot) and isinstance(own.value, Table) and isinstance(slot.value, Table):
                    _merged(site.given(Args([own.value, slot.value])))
                else:
                    _assigned(site, into, Table(site.location, {key: slot}))
            if not isinstance(found, Table):
                _assigned(site, into, found)
    return target


def _clone(site: Site) -> Value:
    found = first(site)
    return choose(Table(site.location, dict(one.cells)) if isinstance(one, Table) else one for one in options(found))


def _deep_clone(site: Site) -> Value:
    return choose(_deeply(site, one) for one in options(first(site)))


def _deeply(site: Site, found: Value, depth: int = _DEEP) -> Value:
    """Returns a copy of objects and lists, with those in them; what is deeper is left as it is."""
    if depth == 0:
        return found
    match found:
        case Table():
            cells = {
                key: Slot(one.key, _deeply(site, one.value, depth - 1), one.maybe) if isinstance(one, Slot) else one
                for key, one in found.cells.items()
            }
            return Table(site.location, cells)
        case Items():
            made = Items(found.kind, (), site.location, found.rest)
            if found.items:
                made.cells["items"] = found.after(_deeply(site, one, depth - 1) for one in found.items)
            return made
        case _:
            return found


def _values(site: Site) -> Value:
    found = first(site)
    if not isinstance(found, Table):
        return Items("list", (), site.location, found if isinstance(found, Unknown) else site.unknown("value"))
    return values(in_order(found), site.location)


def _entries(site: Site) -> Value:
    found = first(site)
    if isinstance(found, Items):
        return found
    if not isinstance(found, Table):
        pair = Items("list", (other_key(site.location), site.unknown("value")), site.location)
        return Items("list", (), site.location, pair)
    return pairs(in_order(found), "list", site.location, site.location)


def _from_entries(site: Site) -> Value:
    items, rest = iterate(first(site), site.location)
    table = Table(site.location)
    for one in items:
        pair, _ = iterate(one, site.location)
        name = known(pair[0]) if len(pair) == 2 else None
        if name is not None:
            table.cells[name] = Slot(pair[0], pair[1])
    if rest is not None:
        table.cells[REST] = rest
    return table


def _parse(site: Site) -> Value:
    """Returns what a text holds: a copy of what it was made of, where that is known."""
    found = first(site)
    if is_kept_secret(found):
        return found
    if isinstance(found, (Table, Items)):
        return _deeply(site, found)
    written = known(found) if site.arg(1) is None else None
    try:
        return _read(site, json.loads(written)) if written and len(written) < _LONGEST else site.unknown("data")
    except (ValueError, RecursionError):
        return site.unknown("data")


_LONGEST = 5_000


def _read(site: Site, found: Any) -> Value:
    """Returns a value as a text of JSON tells it."""
    match found:
        case dict():
            slots = {key: Slot(text(key), _read(site, one)) for key, one in found.items()}
            return Table(site.location, slots)
        case list():
            return Items("list", [_read(site, one) for one in found], site.location)
        case str():
            return text(found, Origin("call", "JSON.parse()", site.location))
        case _:
            return Const(found)


def _names(path: str | None) -> list[str | None]:
    """Returns the names of a path such as ``a[0].b``."""
    return [None] if path is None else [*re.split(r"\]?[.\[]", path.replace("].", ".").removesuffix("]"))]


def _get(site: Site) -> Value:
    """Returns a member by its path: https://lodash.com/docs/#get."""
    found, path = first(site), site.arg(1)
    names = [known(one) for one in path.items] if isinstance(path, Items) and path.rest is None else _names(known(path))
    for name in names:
        if name is None:
            return site.unknown("value")
        if found != NONE:
            key = Const(int(name)) if name.isdecimal() else text(name)
            found = item(site.interpreter, found, key, site.frame, Sub(site.node.span, site.node, site.node))
    return found if found != NONE or site.arg(2) is None else (site.arg(2) or UNDEFINED)


def _invoked(site: Site) -> Value:
    """Returns the result of the method at a path: https://lodash.com/docs/#invoke."""
    found, path = first(site), known(site.arg(1))
    if path is None:
        return site.unknown("value")
    m, (owner, _, name) = site.interpreter, path.rpartition(".")
    for part in owner.split(".") if owner else ():
        found = attribute(m, found, part, site.frame, site.location)
    func = attribute(m, found, name, site.frame, site.location)
    return m.apply(func, Args(site.args.positional[2:]), site.frame, site.node)


def _picked(site: Site) -> Value:
    found, wanted = first(site), site.arg(1)
    names, _ = iterate(wanted, site.location) if isinstance(wanted, Items) else (list(site.args.positional[1:]), None)
    keys = {known(one) for one in names}
    if not isinstance(found, Table):
        return found
    return Table(site.location, {key: cell for key, cell in found.cells.items() if key in keys or key is REST})


def _has_own(site: Site) -> Value:
    table, name = site.receiver, known(site.arg(0))
    if not isinstance(table, Table) or name is None:
        return site.unknown("condition")
    slot = table.cells.get(name)
    if isinstance(slot, Slot) and not slot.maybe:
        return Const(True)
    return Const(False) if slot is None and table.rest is None else site.unknown("condition")


def _defined(site: Site) -> Value:
    """Defines a member by what describes it, as compilers do for what a module exports."""
    target, name, told = first(site), site.arg(1), site.arg(2)
    key = key_of(name) if name is not None else None
    for one in options(told) if told is not None and key is not None else ():
        getter = one.cells.get("get") if isinstance(one, Table) else None
        held = one.cells.get("value") if isinstance(one, Table) else None
        for into in options(target):
            if isinstance(getter, Slot) and isinstance(getter.value, Function) and isinstance(into, Located):
                own = replace(getter.value)
                if isinstance(into, Table):
                    site.interpreter.heap.put(into.cells, (key or ("",))[0], Slot(name or UNDEFINED, own))
                enter_role(site.interpreter, into.cells, key, "getter", own)
            elif isinstance(held, Slot):
                fresh = isinstance(into, Located) and (key or ("",))[0] not in into.cells
                set_item(site.interpreter, into, name or UNDEFINED, held.value, site.frame, site.location)
                fixed = isinstance(one, Table) and "writable" not in one.cells and one.rest is None
                if fresh and fixed and isinstance(into, Located):
                    site.interpreter.heap.fix(into, (key or ("",))[0])
    return target


def _define_all(site: Site) -> Value:
    told = site.arg(1)
    for _, slot in told.slots() if isinstance(told, Table) else ():
        _defined(site.given(Args([first(site), slot.key, slot.value])))
    return first(site)


def _created(site: Site) -> Value:
    """Returns an object with what it inherits, as far as that is an object too."""
    made = _clone(site)
    if site.arg(1) is not None:
        _define_all(site.given(Args([made, site.arg(1) or UNDEFINED])))
    return made


def _reflected(site: Site) -> Value:
    name = known(site.arg(1))
    if name is None:
        return site.unknown("value")
    return attribute(site.interpreter, first(site), name, site.frame, site.location)


def _behind_proxy(site: Site) -> Value | None:
    """Returns the object behind a proxy: what wraps calls to log or repeat them makes the same requests.

    What a mapping does not hold its handler may give; that of an empty one gives all of it, and nothing is known.
    """
    behind = first(site)
    if isinstance(behind, Table):
        return unsure(site.interpreter, behind) if behind.cells else None
    return behind


def _spelled(site: Site) -> Value:
    """Returns what a text is made of, which counts as that text."""
    found = first(site)
    site.interpreter.state.spelled |= {one.location for one in options(found) if isinstance(one, Table)}
    return found


MODELS: Models = {
    "%assign": _assign, "Object.assign": _assign, "Object.values": _values, "Object.entries": _entries,
    "Object.fromEntries": _from_entries, "Object.create": _created, "Object.defineProperty": _defined,
    "Object.defineProperties": _define_all, "Reflect.get": _reflected,
    "Proxy": _behind_proxy,
    "lodash.extend": _assign, "lodash.assign": _assign, "lodash.assignIn": _assign, "underscore.extendOwn": _assign,
    "lodash.merge": _merged, "lodash.invoke": _invoked, "lodash.result": _invoked,
    "lodash.defaults": lambda site: _copied(site.given(Args(list(reversed(site.args.positional))))),
    "lodash.clone": _clone, "lodash.cloneDeep": _deep_clone, "lodash.get": _get, "lodash.pick": _picked,
    "$.extend": _copied, "jQuery.extend": _copied, "extend": _assign, "deepmerge": _copied, "xtend": _copied,
    "object-assign": _assign, "structuredClone": _deep_clone, "JSON.stringify": _spelled, "JSON.parse": _parse,
    "object.hasOwnProperty": _has_own,
}  # fmt: skip
