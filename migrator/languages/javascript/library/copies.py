"""Methods of arrays that give a list of their own.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Array#copying_methods_and_mutating_methods
"""

from __future__ import annotations

from collections.abc import Sequence

from migrator.evaluate.assignments import set_item
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import Items, Value, choose
from migrator.languages.javascript.library.calling import whole
from migrator.languages.javascript.library.lists import each, items_of, mapped, reverse, splice
from migrator.languages.javascript.library.sorting import sort
from migrator.languages.javascript.semantics import UNDEFINED


def _copied(change: Model) -> Model:
    """Returns the model of what changes a copy of a list and gives that."""

    def model(site: Site) -> Value:
        items = items_of(site)
        made = Items("list", items.items, site.location, items.rest)
        change(site.given(site.args, made))
        return made

    return model


def _put(site: Site) -> Value:
    items = items_of(site)
    set_item(site.interpreter, items, site.arg(0) or UNDEFINED, site.arg(1) or UNDEFINED, site.frame, site.location)
    return items


def _flat_map(site: Site) -> Value:
    made = mapped(site)
    return _flattened(site, made.items, made.rest, 1) if isinstance(made, Items) else made


def _flat(site: Site) -> Value:
    return _flattened(site, *each(site), whole(site.arg(0), 1) or 1)


def _flattened(site: Site, items: Sequence[Value], rest: Value | None, depth: int) -> Items:
    every: list[Value] = []
    others = [rest] if rest is not None else []
    for one in items:
        if not isinstance(one, Items):
            every.append(one)
            continue
        inner = _flattened(site, one.items, one.rest, depth - 1) if depth > 1 else one
        every += inner.items
        others += [inner.rest] if inner.rest is not None else []
    return Items("list", every, site.location, choose(others) if others else None)


MODELS: Models = {
    "array.toSorted": _copied(sort), "array.toReversed": _copied(reverse), "array.toSpliced": _copied(splice),
    "array.with": _copied(_put), "array.flatMap": _flat_map, "array.flat": _flat,
}  # fmt: skip
