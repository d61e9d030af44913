"""What models of JavaScript's functions share: the functions that they are given, and numbers among arguments."""

from __future__ import annotations

from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import Site
from migrator.evaluate.counters import often
from migrator.evaluate.store import Value, choose, options
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.model.value import Const


def run(site: Site, func: Value, *args: Value) -> Value:
    """Returns the result of calling a function that a model is given."""
    return choose(
        site.interpreter.apply(one, Args(list(args)), site.frame, site.node)
        for one in options(func)
        if not isinstance(one, Const)
    )


def run_often(site: Site, func: Value, *args: Value) -> Value:
    """Returns the result of calling a function as often as nobody knows, perhaps never."""
    return often(site.interpreter, lambda: run(site, func, *args), site.frame, site.location)


def first(site: Site) -> Value:
    """Returns the first argument of a call."""
    return site.arg(0) or UNDEFINED


def whole(found: Value | None, default: int) -> int | None:
    """Returns a whole number that an argument is, *default* for one that is not given, None for any other."""
    if found is None or found is UNDEFINED:
        return default
    if not isinstance(found, Const) or not isinstance(found.value, (int, float)) or found.value != found.value:
        return None
    return int(max(min(found.value, _FAR), -_FAR))


_FAR = 2**31
