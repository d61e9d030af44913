"""Apps that a platform runs: the functions that each request of theirs goes through, and requests that they declare.

Such an app publishes one object. What it sends is written as objects of options in it, or sent through what the
platform hands to its functions; templates in double braces stand for what the platform fills in.
https://docs.zapier.com/platform/reference/cli-docs#using-http-middleware
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from migrator.catalog.clients import HttpClient
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import Items, Module, Slot, Table, Value, choose, options
from migrator.evaluate.strings import concat, cut, flat
from migrator.model.text import Location
from migrator.model.value import Origin, Text, Unknown

if TYPE_CHECKING:
    from migrator.languages.javascript.modules import JavaScriptModules

_FILLED = re.compile(r"\{\{\s*([\w.$\[\]'\"]+)\s*\}\}")
_DEPTH = 8
_VISITED = frozenset({"authorizeUrl"})


def published(module: Module | None) -> Value | None:
    """Returns what a module exports: its default export where it has one, None where nothing is known of it."""
    held = module.cells.get("__module") if module is not None else None
    slot = held.cells.get("exports") if isinstance(held, Table) else None
    if not isinstance(slot, Slot):
        return None
    default = slot.value.cells.get("default") if isinstance(slot.value, Table) else None
    return default.value if isinstance(default, Slot) else slot.value


def is_app(m: Interpreter, client: HttpClient, path: str) -> bool:
    """Returns whether a file belongs to an app that is made for the platform of a client."""
    return cast("JavaScriptModules", m.program).application(client.platform, path) is not None


def befores(m: Interpreter, client: HttpClient, importer: str) -> tuple[Value, ...]:
    """Returns the functions that change each request of the app that a file belongs to."""
    modules = cast("JavaScriptModules", m.program)
    path = (modules.application(client.platform, importer) or modules.alone(importer)) if client.platform else None
    app = published(m.module(path)) if path is not None else None
    slot = app.cells.get(client.befores) if isinstance(app, Table) else None
    found = slot.value if isinstance(slot, Slot) else None
    return found.items if isinstance(found, Items) else ()


def declared(found: Value, depth: int = _DEPTH) -> Iterator[Table]:
    """Yields the objects with an address among all that a value holds, but for those that a browser is sent to."""
    if depth == 0:
        return
    match found:
        case Table():
            if isinstance(found.cells.get("url"), Slot):
                yield found
            for name, slot in found.slots():
                if name not in _VISITED:
                    yield from declared(slot.value, depth - 1)
        case Items():
            for one in found.items:
                yield from declared(one, depth - 1)


def filled(found: Value, at: Location) -> Value:
    """Returns a value with what the platform fills in as unknown parts of its texts."""
    match found:
        case Text() if "{{" in flat(found):
            return _filled(found, at)
        case Table():
            cells = {
                name: Slot(slot.key, filled(slot.value, at), slot.maybe) if isinstance(slot, Slot) else slot
                for name, slot in found.cells.items()
            }
            return Table(found.location, cells)
        case _:
            every = options(found)
            return choose(filled(one, at) for one in every) if len(every) > 1 else found


def _filled(found: Text, at: Location) -> Value:
    whole, parts, end = flat(found), list[Value](), 0
    for template in _FILLED.finditer(whole):
        origin = Origin("attribute", template[1], at)
        hint = template[1].rpartition(".")[2]
        parts += [cut(found, end, template.start()), Unknown("filled in by the platform", hint, origin)]
        end = template.end()
    parts.append(cut(found, end))
    return concat(parts)


def handed(at: Location) -> list[Value]:
    """Returns what such a function is given after the request: what sends others, and what the user has entered."""
    return [Unknown("given by the platform", name, Origin("parameter", name, at)) for name in ("z", "bundle")]
