"""The requests of code that nothing in the program leads to: its functions are run by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    for one in left:
        function = _around(roots, one)
        if function is not None:
            places.setdefault(function, []).append(one)
    found: dict[object, ApiCall] = {}
    for function in list(places)[:_MOST]:
        for call in roots.alone(function):
            inside = any(
                one.location.path == call.location.path and one.location.span.contains(call.location.span)
                for one in places[function]
            )
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


def _around(roots: Roots, one: Unfollowed) -> Function | None:
    """Returns the innermost function that a statement is in."""
    return min(
        _functions(roots, one), key=lambda function: function.node.span.end - function.node.span.start, default=None
    )


def _functions(roots: Roots, one: Unfollowed) -> Iterator[Function]:
    for function in roots.m.state.definitions.values():
        if function.unit.path == one.location.path and function.node.span.contains(one.location.span):
            yield function
