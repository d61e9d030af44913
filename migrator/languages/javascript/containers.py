"""Methods of strings and arrays, and the functions that make them.

https://developer.mozilla.org/docs/Web/JavaScript/Reference
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import Site
from migrator.evaluate.expressions import iterate
from migrator.evaluate.store import (
    NONE,
    REST,
    Bound,
    Function,
    Instance,
    Items,
    Value,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.strings import (
    concat,
    cut,
    ends,
    flat,
    formed,
    holds,
    known,
    map_known,
    replace,
    split,
    starts,
    strip,
    text,
    texts,
)  # fmt: skip
from migrator.languages.javascript.semantics import UNDEFINED, as_string
from migrator.languages.javascript.urls import as_url
from migrator.model.value import Const, Hole, Origin, Text, Unknown

Model = Callable[[Site], Value | None]


def run(site: Site, func: Value, *args: Value) -> Value:
    """Returns the result of calling a function that a model is given."""
    return choose(
        site.interpreter.apply(one, Args(list(args)), site.frame, site.node)
        for one in options(func)
        if not isinstance(one, Const)
    )


def first(site: Site) -> Value:
    """Returns the first argument of a call."""
    return site.arg(0) or UNDEFINED


def _boolean(site: Site) -> Value:
    verdict = site.interpreter.semantics.truth(first(site))
    return site.unknown("flag") if verdict is None else Const(verdict)


# -- strings ------------------------------------------------------------------------------------------------------


def _subject(site: Site) -> Value:
    return site.receiver if site.receiver is not None else text("")


def _concat(site: Site) -> Value:
    if isinstance(site.receiver, Items):
        return _concat_lists(site)
    return concat([as_string(_subject(site)), *(as_string(one) for one in site.args.positional)])


def _replace(every: bool) -> Model:
    def model(site: Site) -> Value:
        old, new = site.arg(0), site.arg(1)
        if isinstance(new, (Function, Bound)):
            new = run(site, new, site.unknown("match"))
        pattern, repeated = _pattern(old)
        if pattern is None or new is None:
            return choose(formed(one, "") for one in texts(_subject(site)))
        count = -1 if every or repeated else 1
        return choose(
            replace(one, pattern, other, count) for one in texts(_subject(site)) for other in texts(as_string(new))
        )

    return model


def _pattern(found: Value | None) -> tuple[str | None, bool]:
    """Returns the text that a pattern stands for, when it is no more than that, and whether every one is meant."""
    if isinstance(found, Instance) and found.kind == "RegExp":
        source, flags = known(found.cells.get("source")), known(found.cells.get("flags"))
        if source is None:
            return None, False
        plain = (
            source.replace("\\/", "/").replace("\\.", ".").replace("\\{", "{").replace("\\}", "}").replace("\\$", "$")
        )
        special = any(sign in source.replace("\\.", "").replace("\\$", "") for sign in "[]()*+?|^$.")
        return (None if special else plain), "g" in (flags or "")
    return known(found), False


def _split(site: Site) -> Value:
    separator = known(site.arg(0))
    if separator is None or not separator:
        return Items("list", (), site.location, _subject(site))
    return choose(Items("list", split(one, separator), site.location) for one in texts(_subject(site)))


def _case(name: str) -> Model:
    return lambda site: choose(map_known(one, name) for one in texts(_subject(site)))


def _trim(site: Site) -> Value:
    return choose(strip(one, None, left=True, right=True) for one in texts(_subject(site)))


def _tested(check: Callable[[Text, str], bool | None]) -> Model:
    def model(site: Site) -> Value:
        if isinstance(site.receiver, Items):
            return _includes(site)
        wanted = known(site.arg(0))
        verdicts = {check(one, wanted) if wanted is not None else None for one in texts(_subject(site))}
        return Const(bool(verdicts.pop())) if len(verdicts) == 1 and None not in verdicts else site.unknown("condition")

    return model


def _includes(site: Site) -> Value:
    items = site.receiver
    wanted = known(site.arg(0))
    if not isinstance(items, Items) or wanted is None:
        return site.unknown("condition")
    if any(known(one) == wanted for one in items.items):
        return Const(True)
    unsure = items.rest is not None or any(known(one) is None for one in items.items)
    return site.unknown("condition") if unsure else Const(False)


def _index_of(site: Site) -> Value:
    wanted = known(site.arg(0))
    places = {
        flat(one).find(wanted) if wanted is not None and holds(one, wanted) is not None else None
        for one in texts(_subject(site))
    }
    if isinstance(site.receiver, Items) or None in places or len(places) != 1:
        return site.unknown("index")
    return Const(places.pop() or 0)


def _slice(site: Site) -> Value:
    low, high = (
        one.value if isinstance(one, Const) else None for one in (site.arg(0) or Const(0), site.arg(1) or NONE)
    )
    if isinstance(site.receiver, Items):
        items = site.receiver
        if isinstance(low, int) and (high is None or isinstance(high, int)) and items.rest is None:
            return Items("list", items.items[low : high if isinstance(high, int) else None], site.location)
        return Items(
            "list", (), site.location, choose((*items.items, *([items.rest] if items.rest is not None else [])))
        )
    if isinstance(low, int) and isinstance(site.arg(1) or NONE, Const) and (high is None or isinstance(high, int)):
        found = []
        for one in texts(_subject(site)):
            length = len(flat(one))
            start = max(low + length, 0) if low < 0 else low
            stop = None if high is None else (max(high + length, 0) if high < 0 else int(high))
            found.append(cut(one, start, stop))
        if all(one.known() is not None for one in texts(_subject(site))):
            return choose(found)
    return choose(
        Text((Hole("slice", Origin("operator", f"slice of {one.pattern()[:60]}", site.location)),))
        for one in texts(_subject(site))
    )


def _string(site: Site) -> Value:
    return as_string(as_url(site.arg(0) or text("")))


def _to_string(site: Site) -> Value:
    return as_string(as_url(_subject(site)))


def _same_text(site: Site) -> Value:
    return _subject(site)


def _format(site: Site) -> Value:
    """Returns a text with ``%s`` and the like filled in: https://nodejs.org/api/util.html#utilformatformat-args."""
    shape, given = first(site), list(site.args.positional[1:])
    if not isinstance(shape, Text):
        return as_string(shape)
    whole = flat(shape)
    parts: list[Value] = []
    start = at = 0
    while (at := whole.find("%", at)) >= 0:
        if whole[at + 1 : at + 2] in ("s", "d", "i", "j", "o") and given:
            parts += [cut(shape, start, at), as_string(given.pop(0))]
            start = at = at + 2
        else:
            at += 1
    return concat([*parts, cut(shape, start)])


# -- arrays -------------------------------------------------------------------------------------------------------


def _items(site: Site) -> Items:
    return site.receiver if isinstance(site.receiver, Items) else Items("list", ())


def _push(site: Site) -> Value:
    items = _items(site)
    site.interpreter.heap.put(items.cells, "items", (*items.items, *site.args.positional)[:200])
    if site.args.star is not None:
        site.interpreter.heap.put(items.cells, REST, site.args.star)
    return Const(len(items.items))


def _unshift(site: Site) -> Value:
    items = _items(site)
    site.interpreter.heap.put(items.cells, "items", (*site.args.positional, *items.items)[:200])
    return Const(len(items.items))


def _pop(first: bool) -> Model:
    def model(site: Site) -> Value:
        items = _items(site)
        if not items.items:
            return items.rest if items.rest is not None else UNDEFINED
        left = items.items[1:] if first else items.items[:-1]
        found = items.items[0 if first else -1]
        site.interpreter.heap.put(items.cells, "items", left)
        return found

    return model


def _concat_lists(site: Site) -> Value:
    items = _items(site)
    every, rest = list(items.items), [items.rest] if items.rest is not None else []
    for found in site.args.positional:
        more, other = iterate(found, site.location) if isinstance(found, (Items, Unknown)) else ([found], None)
        every += more
        rest += [other] if other is not None else []
    return Items("list", every, site.location, choose(rest) if rest else None)


def _join(site: Site) -> Value:
    items, separator = _items(site), site.arg(0)
    between = as_string(separator) if separator is not None and separator != NONE else text(",")
    parts: list[Value] = []
    every = [*items.items, *([items.rest] if items.rest is not None else [])]
    for place, one in enumerate(every):
        parts += [between] if place else []
        parts.append(as_string(one))
    return concat(parts) if parts else text("")


def _each(site: Site) -> tuple[list[Value], Value | None]:
    return iterate(site.receiver if site.receiver is not None else NONE, site.location)


def mapped(site: Site) -> Value:
    """Returns what a function makes of each item."""
    items, rest = _each(site)
    func = first(site)
    made = [run(site, func, one, Const(place), site.receiver or NONE) for place, one in enumerate(items)]
    more = run(site, func, rest, site.unknown("index", "loop")) if rest is not None else None
    return Items("list", made, site.location, more)


def _for_each(site: Site) -> Value:
    mapped(site)
    return UNDEFINED


def _flat_map(site: Site) -> Value:
    made = mapped(site)
    every: list[Value] = []
    rest: list[Value] = []
    for one in made.items if isinstance(made, Items) else ():
        more, other = iterate(one, site.location) if isinstance(one, Items) else ([one], None)
        every += more
        rest += [other] if other is not None else []
    return Items("list", every, site.location, choose(rest) if rest else None)


def _filter(site: Site) -> Value:
    items, rest = _each(site)
    kept: list[Value] = []
    unsure: list[Value] = []
    for one in items:
        verdict = site.interpreter.semantics.truth(run(site, first(site), one))
        if verdict is None or (unsure and verdict):
            unsure.append(one)
        elif verdict:
            kept.append(one)
    unsure += [rest] if rest is not None else []
    return Items("list", kept, site.location, choose(unsure) if unsure else None)


def _find(site: Site) -> Value:
    items, rest = _each(site)
    every = [*items, *([rest] if rest is not None else [])]
    kept = []
    for one in every:
        verdict = site.interpreter.semantics.truth(run(site, first(site), one))
        if verdict is True:
            kept.append(one)
            break
        if verdict is None:
            kept.append(one)
    return choose(kept) if kept else UNDEFINED


def _some(site: Site) -> Value:
    for one in _each(site)[0]:
        run(site, first(site), one)
    return site.unknown("condition")


def _reduce(site: Site) -> Value:
    items, rest = _each(site)
    found = site.arg(1)
    if found is None:
        found, items = (items[0], items[1:]) if items else (rest or UNDEFINED, [])
    for place, one in enumerate(items):
        found = run(site, first(site), found, one, Const(place))
    if rest is not None:
        found = choose((found, run(site, first(site), found, rest, site.unknown("index"))))
    return found


def _same_list(site: Site) -> Value:
    return site.receiver if site.receiver is not None else NONE


def _list(site: Site) -> Value:
    items, rest = iterate(first(site), site.location)
    func = site.arg(1)
    if func is not None and func != NONE:
        items = [run(site, func, one, Const(place)) for place, one in enumerate(items)]
    return Items("list", items, site.location, rest)


def _of(site: Site) -> Value:
    return Items("list", site.args.positional, site.location, site.args.star)


def places(site: Site) -> Value:
    """Returns the places of a list."""
    items, rest = iterate(first(site), site.location)
    more = site.unknown("index", "loop") if rest is not None else None
    return Items("list", [Const(place) for place in range(len(items))], site.location, more)


MODELS: Mapping[str, Model] = {
    "object.toString": _to_string, "string.concat": _concat, "string.replace": _replace(False),
    "string.replaceAll": _replace(True), "string.split": _split, "string.toLowerCase": _case("lower"),
    "string.toUpperCase": _case("upper"), "string.toLocaleLowerCase": _case("lower"),
    "string.toLocaleUpperCase": _case("upper"), "string.trim": _trim, "string.startsWith": _tested(starts),
    "string.endsWith": _tested(ends), "string.includes": _tested(holds), "string.indexOf": _index_of,
    "string.slice": _slice, "string.substring": _slice, "string.substr": _slice, "string.toString": _to_string,
    "string.valueOf": _same_text, "string.padStart": _same_text, "string.normalize": _same_text, "String": _string,
    "Number": first, "Boolean": _boolean, "util.format": _format,
    "sprintf-js.sprintf": _format, "sprintf-js.vsprintf": _format, "number.toString": _to_string, "array.push": _push,
    "array.unshift": _unshift, "array.pop": _pop(False), "array.shift": _pop(True), "array.concat": _concat_lists,
    "array.join": _join, "array.map": mapped, "array.forEach": _for_each, "array.flatMap": _flat_map,
    "array.filter": _filter, "array.find": _find, "array.some": _some, "array.every": _some, "array.reduce": _reduce,
    "array.slice": _slice, "array.includes": _includes, "array.indexOf": lambda site: site.unknown("index"),
    "array.reverse": _same_list, "array.sort": _same_list, "array.flat": _same_list, "array.toString": _to_string,
    "array.keys": places, "array.values": _same_list, "Array.from": _list, "Array.of": _of, "Array": _of,
    "Set": _list,
    "Array.isArray": lambda site: Const(True) if isinstance(first(site), Items) else site.unknown("condition"),
}  # fmt: skip

STRING = frozenset(name.partition(".")[2] for name in MODELS if name.startswith("string."))
ARRAY = frozenset(name.partition(".")[2] for name in MODELS if name.startswith("array."))


def length(found: Value) -> Value | None:
    """Returns the length of a list or known text."""
    if isinstance(found, Items) and found.rest is None:
        return Const(len(found.items))
    written = known(found)
    return Const(len(written)) if written is not None else None
