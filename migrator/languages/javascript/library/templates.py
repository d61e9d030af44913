"""Template literals with a function before them, and what puts their texts and values together."""

from __future__ import annotations

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import Bound, Function, Items, Partial, Value, choose, options
from migrator.evaluate.strings import concat, text
from migrator.languages.javascript.library.calling import run
from migrator.languages.javascript.library.written import as_string


def _tagged(site: Site) -> Value:
    """Returns what a function makes of a template: it is given the texts between the values, and those."""
    func, texts, *values = site.args.positional
    results: list[Value] = []
    for one in options(func):
        if isinstance(one, (Function, Bound, Partial)):
            results.append(run(site, one, texts, *values))
        else:  # which most of them put together as it is written
            parts = texts.items if isinstance(texts, Items) else ()
            pairs = zip(parts, [*map(as_string, values), text("")], strict=True)
            results.append(run(site, one, concat([part for pair in pairs for part in pair])))
    return choose(results)


def _raw(site: Site) -> Value:
    """Returns texts with values between them; a template alone is put together already."""
    texts, *values = site.args.positional
    if not isinstance(texts, Items):
        return texts
    if texts.rest is not None or site.args.star is not None:
        return site.unknown("text")
    values += [text("")] * (len(texts.items) - len(values))
    return concat([part for one, value in zip(texts.items, values, strict=False) for part in (one, as_string(value))])


MODELS: Models = {"%tagged": _tagged, "String.raw": _raw}
