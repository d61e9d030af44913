"""What the arguments of a library's method become in the request that it makes."""

from __future__ import annotations

from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkmethods import Operation
from migrator.evaluate.contracts import Site
from migrator.evaluate.store import Slot, Table, Value
from migrator.evaluate.strings import text


def filled(operation: Operation, site: Site) -> list[Value]:
    """Returns the path of an operation with the arguments of the call in it."""
    taken = {
        name.lower().replace("_", ""): (place, name, default) for place, (name, default) in enumerate(operation.takes)
    }
    parts: list[Value] = []
    for segment in operation.path.split("/")[1:]:
        parts.append(text("/"))
        if not (segment.startswith("{") and "}" in segment):
            parts.append(text(segment))
            continue
        name, _, tail = segment[1:].partition("}")
        place, argument, default = taken.get(name.lower().replace("_", ""), (-1, name, None))
        found = site.arg(place, argument)
        if found is None and default is not None:
            found = text(default)
        parts += [found if found is not None else site.unknown(name, "parameter", name), text(tail)]
    return parts


def body_of(sdk: Sdk, operation: Operation, site: Site) -> list[Value]:
    """Returns what arguments of a call become in the body of an operation, as far as that tells what it is about."""
    slots = {
        field: Slot(text(field), found)
        for place, (name, _) in enumerate(operation.takes)
        if (field := sdk.fields.get(name)) and (found := site.arg(place, name)) is not None
    }
    return [Table(site.location, dict(slots))] if slots else []
