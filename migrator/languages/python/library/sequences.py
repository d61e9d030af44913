"""Methods of Python's lists, queues and generators."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.evaluate.arguments import Args
from migrator.evaluate.contents import iterate
from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import NONE, REST, Items, Value, choose
from migrator.evaluate.strings import hole, known
from migrator.languages.python.library.containers import copied
from migrator.languages.shared.containers import append_items, replace_items
from migrator.model.value import Const, Origin


def _list(site: Site) -> Items:
    return site.receiver if isinstance(site.receiver, Items) else Items("list", ())


def _append(site: Site) -> Value:
    items = _list(site)
    append_items(site, items, [site.arg(0) or NONE])
    return NONE


def _insert(site: Site) -> Value:
    items, place = _list(site), site.arg(0)
    at = int(place.value) if isinstance(place, Const) and isinstance(place.value, int) else len(items.items)
    every = list(items.items)
    every.insert(at, site.arg(1) or NONE)
    replace_items(site, items, every, 1)
    return NONE


def _extend(site: Site) -> Value:
    items = _list(site)
    more, rest = iterate(site.arg(0) or NONE, site.location)
    append_items(site, items, more)
    if rest is not None:
        site.interpreter.heap.put(items.cells, REST, rest)
    return NONE


def _list_pop(site: Site) -> Value:
    items, place = _list(site), site.arg(0)
    if not items.items:
        return items.rest if items.rest is not None else site.unknown("item")
    at = int(place.value) if isinstance(place, Const) and isinstance(place.value, int) else -1
    if not -len(items.items) <= at < len(items.items):
        return site.unknown("item")
    every = list(items.items)
    found = every.pop(at)
    replace_items(site, items, every, -1)
    return found


def ordered(site: Site, items: Sequence[Value]) -> Sequence[Value]:
    """Returns items in the order that they are sorted in, as they stand where what decides it is not known."""
    key, reverse = site.arg(-1, "key"), site.arg(-1, "reverse") or Const(False)
    written = {id(one): known(one) for one in items}
    if None in written.values() or (key is not None and key != NONE) or not isinstance(reverse, Const):
        return items
    return sorted(items, key=lambda one: written[id(one)] or "", reverse=bool(reverse.value))


def _sort(site: Site) -> Value:
    items = _list(site)
    if items.rest is None and items.least == len(items.items):
        replace_items(site, items, ordered(site, items.items))
    return NONE


def _reverse(site: Site) -> Value:
    items = _list(site)
    if items.rest is None:
        replace_items(site, items, items.items[::-1])
    return NONE


def _remove(site: Site) -> Value:
    items, wanted = _list(site), site.arg(0)
    written = known(wanted)
    place = next((at for at, one in enumerate(items.items) if written is not None and known(one) == written), None)
    if place is not None:
        replace_items(site, items, (*items.items[:place], *items.items[place + 1 :]), -1)
    return NONE


def _index(site: Site) -> Value:
    items, wanted = _list(site), known(site.arg(0))
    written = [known(one) for one in items.items]
    place = written.index(wanted) if wanted is not None and wanted in written else -1
    return Const(place) if place >= 0 and None not in written[:place] and place < items.least else site.unknown("index")


def _first(site: Site) -> Value:
    """Takes the first item away and returns it, as a queue does."""
    return _list_pop(site.given(Args([Const(0)]), site.receiver)) if _list(site).least else _element(site)


def _put_first(site: Site) -> Value:
    return _insert(site.given(Args([Const(0), *site.args.positional]), site.receiver))


def _element(site: Site) -> Value:
    items = _list(site)
    return choose(items.every) if items.every else hole("item", Origin("loop", "item", site.location))


MODELS: Models = {
    "list.append": _append, "list.add": _append, "list.insert": _insert, "list.extend": _extend, "list.update": _extend,
    "list.copy": copied, "list.pop": _list_pop, "list.popleft": _first, "list.appendleft": _put_first,
    "list.sort": _sort, "list.reverse": _reverse, "list.remove": _remove, "list.index": _index,
    "list.put": _append, "list.put_nowait": _append,
    "list.get": _element, "list.get_nowait": _element, "list.__next__": _element, "list.send": _element,
}  # fmt: skip
