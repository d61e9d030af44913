"""The requests of code that nothing in the program leads to: its functions are run by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator.evaluate.store import Function
from migrator.evaluate.unreached import Unfollowed
from migrator.model.call import ApiCall, Context

if TYPE_CHECKING:
    from migrator.evaluate.entry_points import Roots

_MOST = 40
"""How many functions are run for it: code that nobody uses is not worth more."""


def unreached_calls(roots: Roots, left: Sequence[Unfollowed]) -> tuple[ApiCall, ...]:
    """Returns the requests that are sent in the statements that were never run, each once."""
    places: dict[Function, list[Unfollowed]] = {}
    functions: dict[str, list[Function]] = {}
    for defined in roots.m.state.definitions.values():
        functions.setdefault(defined.unit.path, []).append(defined)
    for one in left:
        function = _around(functions.get(one.location.path, ()), one)
        if function is not None:
            places.setdefault(function, []).append(one)
    found: dict[object, ApiCall] = {}
    for function in list(places)[:_MOST]:
        for call in roots.alone(function):
            inside = any(one.location.contains(call.location) for one in places[function])
            if inside:
                found.setdefault((call.location, call.method, call.endpoint, call.host), call)
    return tuple(
        sorted(
            (replace(call, context=Context.UNREACHED, via=()) for call in found.values()),
            key=by_place,
        )
    )


def by_place(call: ApiCall) -> tuple[object, ...]:
    """Returns what requests of code that was never run are ordered by."""
    return (call.location, call.method or "", call.endpoint or "")


def _around(functions: Sequence[Function], one: Unfollowed) -> Function | None:
    """Returns the innermost of some functions that a statement is in."""
    around = (function for function in functions if function.node.span.contains(one.location.span))
    return min(around, key=lambda function: function.node.span.end - function.node.span.start, default=None)
