"""Methods of arrays that change a copy and give that.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Array#copying_methods_and_mutating_methods
"""

from __future__ import annotations

from migrator.evaluate.assignments import set_item
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import Items, Value
from migrator.languages.javascript.library.lists import items_of, reverse, splice
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


MODELS: Models = {
    "array.toSorted": _copied(sort), "array.toReversed": _copied(reverse), "array.toSpliced": _copied(splice),
    "array.with": _copied(_put),
}  # fmt: skip
