"""Methods of arrays, and the functions that make them.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Array
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrator.evaluate.conditions import truth
from migrator.evaluate.contents import iterate
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import NONE, REST, RETURNED, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import concat, known, text
from migrator.languages.javascript.library.calling import first, run, run_often, whole
from migrator.languages.javascript.library.iterating import iterated
from migrator.languages.javascript.library.written import as_string
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.languages.shared.containers import MOST, append_items, filtered, replace_items
from migrator.model.value import Const, Unknown


def items_of(site: Site) -> Items:
    """Returns the list that a method is called on."""
    return site.receiver if isinstance(site.receiver, Items) else Items("list", ())


def _push(site: Site) -> Value:
    items = items_of(site)
    append_items(site, items, site.args.positional)
    if site.args.star is not None:
        site.interpreter.heap.put(items.cells, REST, site.args.star)
    return Const(len(items.items))


def _unshift(site: Site) -> Value:
    items = items_of(site)
    replace_items(site, items, (*site.args.positional, *items.items), len(site.args.positional))
    return Const(len(items.items))


def _pop(*, first: bool) -> Model:
    def model(site: Site) -> Value:
        items = items_of(site)
        if not items.items:
            return items.rest if items.rest is not None else UNDEFINED
        left = items.items[1:] if first else items.items[:-1]
        found = items.items[0 if first else -1]
        replace_items(site, items, left, -1)
        return found

    return model


def _concat_lists(site: Site) -> Value:
    every: list[Value] = []
    rest: list[Value] = []
    for found in (items_of(site), *site.args.positional):
        more, other = iterate(found, site.location) if isinstance(found, (Items, Unknown)) else ([found], None)
        every += more
        rest += [other] if other is not None else []
    if site.args.star is not None:
        more, other = iterate(site.args.star, site.location)
        rest += [*more, *([other] if other is not None else [])]
    return Items("list", every, site.location, choose(rest) if rest else None)


def _join(site: Site) -> Value:
    items, separator = items_of(site), site.arg(0)
    between = as_string(separator) if separator is not None and separator != NONE else text(",")
    every = _joined(items.every, between)
    return every if items.least == len(items.items) else choose((_joined(items.items[: items.least], between), every))


def _joined(items: Sequence[Value], between: Value) -> Value:
    parts: list[Value] = []
    for place, one in enumerate(items):
        parts += [between] if place else []
        parts.append(text("") if isinstance(one, Const) and one.value is None else as_string(one))
    return concat(parts) if parts else text("")


def each(site: Site) -> tuple[list[Value], Value | None]:
    """Returns the items of what a method is called on, and what else may be among them."""
    return iterate(site.receiver if site.receiver is not None else NONE, site.location)


def _asked(site: Site, items: Sequence[Value]) -> Iterator[Value]:
    """Yields what a function says of each item: it is given the item, its place, and the list."""
    return (run(site, first(site), one, Const(place), site.receiver or NONE) for place, one in enumerate(items))


def mapped(site: Site) -> Value:
    """Returns what a function makes of each item."""
    items, rest = each(site)
    made = list(_asked(site, items))
    more = run_often(site, first(site), rest, site.unknown("index", "loop")) if rest is not None else None
    return Items("list", made, site.location, more)


def _for_each(site: Site) -> Value:
    mapped(site)
    return UNDEFINED


def _filter(site: Site) -> Value:
    items, rest = each(site)
    passing = [(one, truth(site.interpreter, said)) for one, said in zip(items, _asked(site, items), strict=True)]
    if rest is not None:
        run_often(site, first(site), rest)
    return filtered(site, passing, rest)


def _find(site: Site) -> Value:
    items, rest = each(site)
    kept = []
    for one, said in zip(items, _asked(site, items), strict=True):
        verdict = truth(site.interpreter, said)
        kept += [one] if verdict is not False else []
        if verdict:
            return choose(kept)
    if rest is not None:
        run_often(site, first(site), rest)
        kept.append(rest)
    return choose((*kept, UNDEFINED))


def _find_last(site: Site) -> Value:
    items, rest = each(site)
    if rest is not None:
        return _find(site)
    turned = Items("list", tuple(reversed(items)), site.location)
    return _find(Site(site.interpreter, site.name, site.args, site.frame, site.node, turned))


def _decided(*, every: bool) -> Model:
    """Returns the model of ``every``, or of ``some``."""

    def model(site: Site) -> Value:
        items, rest = each(site)
        verdicts = [truth(site.interpreter, one) for one in _asked(site, items)]
        if (not every) in verdicts:
            return Const(not every)
        if rest is not None:
            run_often(site, first(site), rest)
        return site.unknown("condition") if None in verdicts or rest is not None else Const(every)

    return model


def _reduced(*, backwards: bool) -> Model:
    def model(site: Site) -> Value:
        items, rest = each(site)
        items = items[::-1] if backwards else items
        found = site.arg(1)
        if found is None:
            found, items = (items[0], items[1:]) if items else (rest or UNDEFINED, [])
        for place, one in enumerate(items):
            found = run(site, first(site), found, one, Const(place))
        if rest is not None:
            found = choose((found, run_often(site, first(site), found, rest, site.unknown("index"))))
        return found

    return model


def _includes(site: Site) -> Value:
    wanted = known(site.arg(0))
    if wanted is None:
        return site.unknown("condition")
    place = _place(site, wanted, items_of(site).items)
    return Const(place >= 0) if place is not None else site.unknown("condition")


def _place(site: Site, wanted: str, items: Sequence[Value]) -> int | None:
    """Returns where a text is among items, -1 where it is not, None where that is not known."""
    for place, one in enumerate(items):
        if known(one) is None and not isinstance(one, Const):
            return None
        if known(one) == wanted:
            return place if items_of(site).least == len(items) else None
    return None if items_of(site).rest is not None else -1


def _index_of(*, backwards: bool) -> Model:
    def model(site: Site) -> Value:
        items, wanted = items_of(site).items, known(site.arg(0))
        place = _place(site, wanted, items[::-1] if backwards else items) if wanted is not None else None
        if place is None:
            return site.unknown("index")
        return Const(len(items) - 1 - place if backwards and place >= 0 else place)

    return model


def _find_index(site: Site) -> Value:
    items, rest = each(site)
    for place, said in enumerate(_asked(site, items)):
        verdict = truth(site.interpreter, said)
        if verdict is None:
            return site.unknown("index")
        if verdict:
            return Const(place)
    if rest is not None:
        run_often(site, first(site), rest)
    return site.unknown("index") if rest is not None else Const(-1)


def _slice(site: Site) -> Value:
    items, end = items_of(site), site.arg(1)
    low, high = whole(site.arg(0), 0), whole(end, len(items.items))
    if low is not None and high is not None and items.rest is None and items.least == len(items.items):
        return Items("list", items.items[low:high], site.location)
    return Items("list", (), site.location, _some(items))


def _some(items: Items, more: Sequence[Value] = ()) -> Value | None:
    """Returns what an item of a part of a list can be; None where there is none that it could have."""
    found = [*items.every, *more]
    return choose(found) if found else None


def _any(items: Items) -> Value:
    """Returns what an item of a list can be, whichever it is."""
    return choose(items.every) if items.cells else UNDEFINED


def splice(site: Site) -> Value:
    """Replaces a part of a list, and returns what was there."""
    items = items_of(site)
    start, count = whole(site.arg(0), 0), whole(site.arg(1), len(items.items))
    put = site.interpreter.heap.put
    if start is None or count is None or items.rest is not None:
        made = Items("list", (), site.location, _some(items))
        if (rest := _some(items, site.args.positional[2:])) is not None:
            put(items.cells, REST, rest)
        put(items.cells, "items", ())
        return made
    start = max(start + len(items.items), 0) if start < 0 else start
    gone = items.items[start : start + max(count, 0)]
    left = (*items.items[:start], *site.args.positional[2:], *items.items[start + len(gone) :])
    replace_items(site, items, left, -len(gone))
    return Items("list", gone, site.location)


def reverse(site: Site) -> Value:
    """Turns a list around, and returns it."""
    items = items_of(site)
    replace_items(site, items, items.items[::-1])
    return items


def _fill(site: Site) -> Value:
    items = items_of(site)
    start, end = whole(site.arg(1), 0), whole(site.arg(2), len(items.items))
    if start is not None and end is not None:
        filled = (first(site) if start <= place < end else one for place, one in enumerate(items.items))
        replace_items(site, items, filled)
    return items


def _at(site: Site) -> Value:
    items, place = items_of(site), whole(site.arg(0), 0)
    if place is not None and -len(items.items) <= place < len(items.items) and (place >= 0 or items.rest is None):
        return items.items[place]
    return _any(items) if place is None or items.rest is not None else UNDEFINED


def _entries(site: Site) -> Value:
    items, rest = each(site)
    pairs = [Items("list", (Const(place), one), site.location) for place, one in enumerate(items)]
    more = Items("list", (site.unknown("index", "loop"), rest), site.location) if rest is not None else None
    return Items("list", pairs, site.location, more)


def _next(site: Site) -> Value:
    """Returns what a generator yields next: https://developer.mozilla.org/docs/Web/JavaScript/Guide/Iterators."""
    left = len(items_of(site).items)
    found = _pop(first=True)(site) or UNDEFINED
    given = items_of(site).cells.get(RETURNED)
    if given is not None and given != NONE:
        found = choose((found, given)) if left else given
    return Table(site.location, {"value": Slot(text("value"), found), "done": Slot(text("done"), site.unknown("done"))})


def _same_list(site: Site) -> Value:
    return site.receiver if site.receiver is not None else NONE


def _list(site: Site) -> Value:
    found = iterated(site)
    slot = found.cells.get("length") if isinstance(found, Table) else None
    size = whole(slot.value, 0) if isinstance(slot, Slot) else None
    items, rest = iterate(found, site.location) if size is None else _empty(size)
    func = site.arg(1)
    if func is not None and func != NONE:
        items = [run(site, func, one, Const(place)) for place, one in enumerate(items)]
    return Items("list", items, site.location, rest)


def _array(site: Site) -> Value:
    size = whole(site.arg(0), 0) if len(site.args.positional) == 1 else None
    if size is None and len(site.args.positional) == 1 and isinstance(first(site), Unknown):
        return Items("list", (), site.location, UNDEFINED)
    items, rest = (site.args.positional, site.args.star) if size is None else _empty(size)
    return Items("list", items, site.location, rest)


def _empty(size: int) -> tuple[list[Value], Value | None]:
    """Returns so many items that nothing fills, the first of them and what the others are."""
    return [UNDEFINED] * min(max(size, 0), MOST), UNDEFINED if size > MOST else None


def _of(site: Site) -> Value:
    return Items("list", site.args.positional, site.location, site.args.star)


def _is_list(site: Site) -> Value:
    kinds = {isinstance(one, Items) for one in options(first(site)) if not isinstance(one, Unknown)}
    is_open = any(isinstance(one, Unknown) for one in options(first(site)))
    return Const(kinds.pop()) if len(kinds) == 1 and not is_open else site.unknown("condition")


def _keys(site: Site) -> Value:
    return _places(site, *each(site))


def places(site: Site) -> Value:
    """Returns the places of a list."""
    return _places(site, *iterate(first(site), site.location))


def _places(site: Site, items: Sequence[Value], rest: Value | None) -> Items:
    more = site.unknown("index", "loop") if rest is not None else None
    return Items("list", [Const(place) for place in range(len(items))], site.location, more)


MODELS: Models = {
    "array.push": _push, "array.unshift": _unshift, "array.pop": _pop(first=False), "array.shift": _pop(first=True),
    "array.concat": _concat_lists, "array.join": _join, "array.map": mapped, "array.forEach": _for_each,
    "array.filter": _filter, "array.find": _find,
    "array.findLast": _find_last, "array.findIndex": _find_index, "array.some": _decided(every=False),
    "array.every": _decided(every=True), "array.reduce": _reduced(backwards=False),
    "array.reduceRight": _reduced(backwards=True), "array.slice": _slice, "array.splice": splice,
    "array.includes": _includes, "array.indexOf": _index_of(backwards=False),
    "array.lastIndexOf": _index_of(backwards=True), "array.reverse": reverse,
    "array.fill": _fill, "array.at": _at, "array.entries": _entries, "array.keys": _keys, "array.values": _same_list,
    "array.next": _next, "array.toString": lambda site: as_string(items_of(site)), "Array.from": _list, "Array.of": _of,
    "Array": _array, "Array.isArray": _is_list,
}  # fmt: skip


def resize(m: Interpreter, items: Items, size: Value) -> None:
    """Makes a list as long as it is said to be; where that is not known, all that it may hold is what it held."""
    wanted = whole(size, 0)
    if wanted is None or items.rest is not None or items.least < len(items.items):
        if wanted == 0:
            m.heap.drop(items.cells, REST)
            m.heap.put(items.cells, "items", ())
        elif items.every:
            m.heap.put(items.cells, REST, choose(items.every))
            m.heap.put(items.cells, "items", ())
        return
    more, rest = _empty(wanted - len(items.items))
    m.heap.put(items.cells, "items", (*items.items[: max(wanted, 0)], *more))
    if rest is not None:
        m.heap.put(items.cells, REST, rest)


def length(found: Value) -> Value | None:
    """Returns the length of a list or known text."""
    if isinstance(found, Items):
        sure = found.rest is None and found.least == len(found.items)
        return Const(len(found.items)) if sure else None
    written = known(found)
    return Const(len(written.encode("utf-16-le")) // 2) if written is not None else None
