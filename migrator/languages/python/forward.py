"""Wrappers that hand the headers they are given on to the request."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrator.languages.python.desk import Desk
from migrator.languages.python.edits import Tree
from migrator.languages.python.names import function_of, parameters
from migrator.languages.python.tokens import Token
from migrator.model.call import ApiCall
from migrator.model.text import Location


def forwarding_call(desk: Desk, token: Token, calls: Sequence[ApiCall]) -> Location | None:
    """Returns the one call around the token that hands headers on to the request, None when there is no such one."""
    around = {_outermost_with(desk, token, call) for call in calls}
    if len(around) != 1 or None in around:
        return None
    (place,) = around
    return place


def _outermost_with(desk: Desk, token: Token, call: ApiCall) -> Location | None:
    path = token.tree.source.path
    span = token.tree.span(token.node)
    for index, site in enumerate(call.via):
        if site.path != path or not site.span.contains(span):
            continue
        callees = [*call.via[index + 1 :], call.location]
        return site if all(_hands_on(desk, inner) for inner in callees) else None
    return None


def _hands_on(desk: Desk, place: Location) -> bool:
    """Returns whether the call at *place* is given the headers that its function was given."""
    tree = desk.shelf.tree(place.path)
    call = desk.call_at(place)
    function = function_of(tree, call)
    return function is not None and (_by_name(tree, function, call) or _by_stars(function, call))


def _by_name(tree: Tree, function: cst.FunctionDef, call: cst.Call) -> bool:
    named = any(param.name.value == "headers" for param in parameters(function))
    given = [arg for arg in call.args if arg.keyword is not None and arg.keyword.value == "headers"]
    return named and any(tree.code(arg.value) == "headers" for arg in given)


def _by_stars(function: cst.FunctionDef, call: cst.Call) -> bool:
    star = function.params.star_kwarg
    if star is None or any(arg.keyword is not None and arg.keyword.value == "headers" for arg in call.args):
        return False
    given = [arg.value for arg in call.args if arg.star == "**"]
    return any(isinstance(value, cst.Name) and value.value == star.name.value for value in given)
