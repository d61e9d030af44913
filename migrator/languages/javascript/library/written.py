"""What values are as text: where one is needed, as a URL, and as a query."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from migrator.evaluate.store import NONE, REST, Choice, Instance, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import as_text, concat, flat, formed, known, text, texts
from migrator.model.value import Const, Ref, Text, Unknown

URL, PARAMS = "URL", "URLSearchParams"
ENTRIES, PATH, ORIGIN, QUERY = "@entries", "pathname", "@origin", "searchParams"
"""The members that objects of the two keep what they are made of in."""


def as_string(found: Value) -> Value:
    """Returns a value as the text that it becomes where one is needed."""
    match found:
        case Choice(options=alternatives):
            real = [one for one in alternatives if not (isinstance(one, Const) and one.value is None)]
            return choose(as_string(one) for one in real or alternatives)  # what may be missing is not meant to be
        case Const(value=None, origin=origin):
            return text("undefined" if origin is None or origin.name == "undefined" else "null", origin)
        case Const(value=bool() as value, origin=origin):
            return text("true" if value else "false", origin)
        case Const(value=int() | float() as value, origin=origin):
            return text(_digits(value), origin)
        case Items() if found.rest is None:
            parts: list[Value] = []
            for place, one in enumerate(found.items):
                parts += [text(",")] if place else []
                nothing = isinstance(one, Const) and one.value is None
                parts.append(text("") if nothing else as_string(one))
            return concat(parts) if parts else text("")
        case Instance(kind="URL" | "URLSearchParams"):
            return written(found)
        case Unknown() | Ref() | Text():
            return as_text(found)
        case _:
            return formed(as_text(found), "")


def _digits(number: float) -> str:
    """Returns a number as text: https://tc39.es/ecma262/#sec-numeric-types-number-tostring."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if isinstance(number, int) and abs(number) < _EXACT:
        return str(number)
    sign, digits, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    written, place = "".join(map(str, digits)), len(digits) + int(exponent)
    if len(written) <= place <= _PLACES:
        found = written + "0" * (place - len(written))
    elif 0 < place <= _PLACES:
        found = f"{written[:place]}.{written[place:]}"
    elif -_SMALL < place <= 0:
        found = "0." + "0" * -place + written
    else:
        fraction = f".{written[1:]}" if written[1:] else ""
        found = f"{written[0]}{fraction}e{place - 1:+d}"
    return "-" + found if sign and number else found


_EXACT, _PLACES, _SMALL = 2**53, 21, 6
"""Below what whole numbers are themselves, and how many digits and zeros numbers are written out with."""


def paired(found: Items) -> Table:
    """Returns a list of pairs as the mapping that it stands for."""
    table = Table(found.location)
    for one in found.items:
        if isinstance(one, Items) and len(one.items) == 2 and (name := known(one.items[0])) is not None:
            table.cells[name] = Slot(one.items[0], one.items[1])
    if found.rest is not None:
        table.cells[REST] = found.rest
    return table


_MANY = 4


def held(found: Instance) -> Sequence[Items]:
    """Returns the entries of parameters, for each way that leads here; of many ways all that there can be together."""
    every = [one for one in options(found.cells.get(ENTRIES, NONE)) if isinstance(one, Items)]
    if len(every) <= _MANY:
        return every or [Items("list", ())]
    rest = [one.rest for one in every if one.rest is not None]
    return [
        Items("list", dict.fromkeys(pair for one in every for pair in one.items), rest=choose(rest) if rest else None)
    ]


def written(found: Instance) -> Value:
    """Returns a URL or its parameters as text."""
    if found.kind == PARAMS:
        return choose(_encoded(one) for one in held(found))
    query = found.cells.get(QUERY)
    tail = written(query) if isinstance(query, Instance) else text("")
    filled = any(flat(one) for one in texts(tail))
    parts: list[Value] = [found.cells.get(ORIGIN, text("")), found.cells.get(PATH, text(""))]
    return concat([*parts, text("?"), tail] if filled else parts)


def as_url(found: Value) -> Value:
    """Returns what is given as a URL as text: an object of ``URL`` is written out."""
    kinds = (URL, PARAMS)
    return choose(written(one) if isinstance(one, Instance) and one.kind in kinds else one for one in options(found))


def encoded(found: Value) -> Value:
    """Returns ``name=value&...`` for a mapping, a list of pairs, parameters, or text that is that already."""
    return choose(_encoded(one) for one in options(found))


def _encoded(found: Value) -> Value:
    match found:
        case Instance(kind="URLSearchParams" | "FormData" | "Headers"):
            return written(found) if found.kind == PARAMS else _encoded(found.cells.get(ENTRIES, NONE))
        case Text():
            return found
        case Table():
            pairs = [(slot.key, slot.value) for _, slot in found.slots()]
            return _joined(pairs, found.rest)
        case Items():
            pairs = [
                (one.items[0], one.items[1]) for one in found.items if isinstance(one, Items) and len(one.items) == 2
            ]
            return _joined(pairs, found.rest)
        case Const():
            return text("")
        case _:
            return as_string(found)


def _joined(pairs: Sequence[tuple[Value, Value]], rest: Value | None) -> Value:
    parts: list[Value] = []
    for name, value in pairs:
        each = value.items if isinstance(value, Items) and value.items else (value,)
        for one in each:
            parts += [text("&")] if parts else []
            parts += [as_string(name), text("="), as_string(one)]
    if rest is not None:
        parts += [text("&")] if parts else []
        parts.append(as_text(rest) if isinstance(rest, Unknown) else text(""))
    return concat(parts) if parts else text("")
