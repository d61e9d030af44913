"""The order of a list.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Array/sort
"""

from __future__ import annotations

from collections.abc import Sequence

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import Value, choose
from migrator.evaluate.strings import known
from migrator.languages.javascript.library.arithmetic import of
from migrator.languages.javascript.library.calling import first, run
from migrator.languages.javascript.library.lists import items_of
from migrator.languages.javascript.library.written import as_string
from migrator.languages.shared.containers import replace_items

_TWO, _SORTED = 2, 12
"""From how many items on there is an order, and up to how many a function is asked for it."""


def sort(site: Site) -> Value:
    """Puts a list in order, that of texts or what a function says; where that is not known, any item can be any."""
    items = items_of(site)
    if len(items.every) < _TWO:
        return items
    written = [known(as_string(one)) for one in items.items]
    if site.arg(0) is not None:
        ordered = _by_function(site, items.items) if items.rest is None else None
    else:
        places = sorted(range(len(written)), key=lambda place: written[place] or "") if None not in written else None
        ordered = [items.items[place] for place in places] if places is not None and items.rest is None else None
    if ordered is not None:
        replace_items(site, items, ordered)
    elif site.arg(0) is not None:
        either = choose(items.every)
        replace_items(site, items, [either] * len(items.items))
    return items


def _by_function(site: Site, items: Sequence[Value]) -> list[Value] | None:
    """Returns items as a function puts two of them in order, None where that is not known of each two."""
    ordered: list[Value] = []
    for one in items[:_SORTED]:
        place = len(ordered)
        while place:
            verdict = of(run(site, first(site), ordered[place - 1], one))
            if verdict is None:
                return None
            if verdict <= 0:
                break
            place -= 1
        ordered.insert(place, one)
    return ordered if len(items) <= _SORTED else None


MODELS: Models = {"array.sort": sort}
