"""Wrappers that hand the headers they are given on to the request."""

from __future__ import annotations

import libcst as cst

from migrator.catalog.clients import HttpClient
from migrator.languages.python.rewriting.names import assigned, called, function_of, keyword, parameters
from migrator.languages.python.rewriting.spot import Taken
from migrator.languages.python.rewriting.tree import NotMovedError, Tree
from migrator.languages.python.rewriting.urls.parts import parts_of
from migrator.languages.python.rewriting.workspace import Desk
from migrator.model.call import ApiCall
from migrator.model.text import Location


def forwarding_call(desk: Desk, taken: Taken, call: ApiCall) -> Location:
    """Returns the call, in the function the key enters in, of a wrapper that hands headers on to the request.

    Raises `NotMovedError` when there is none, or when a wrapper on the way does not hand them on.
    """
    token = taken.token
    home = function_of(token.tree, token.node)
    for index, site in enumerate(call.via):
        if site.path != token.tree.source.path or function_of(token.tree, desk.call_at(site)) is not home:
            continue
        inner = [*call.via[index + 1 :], call.location]
        if all(_hands_on(desk, each) for each in inner):
            return site
    raise NotMovedError("the wrapper that sends the request takes no headers from its callers")


def _hands_on(desk: Desk, place: Location) -> bool:
    """Returns whether the call at *place* is given the headers that its function was given."""
    tree = desk.shelf.tree(place.path)
    call = desk.call_at(place)
    function = function_of(tree, call)
    return function is not None and (_by_name(tree, function, call) or _by_stars(function, call))


def _by_name(tree: Tree, function: cst.FunctionDef, call: cst.Call) -> bool:
    named = any(param.name.value == "headers" for param in parameters(function))
    given = keyword(call, "headers")
    return named and given is not None and tree.code(given.value) == "headers"


def _by_stars(function: cst.FunctionDef, call: cst.Call) -> bool:
    star = function.params.star_kwarg
    if star is None or keyword(call, "headers") is not None:
        return False
    given = [arg.value for arg in call.args if arg.star == "**"]
    return any(isinstance(value, cst.Name) and value.value == star.name.value for value in given)


def is_given_url(tree: Tree, function: cst.FunctionDef, call: cst.Call, client: HttpClient | None) -> bool:
    """Returns whether what a request's URL begins with is a parameter of the function that sends it."""
    names = {param.name.value for param in parameters(function)} - {"self", "cls"}
    named = keyword(call, "url")
    plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    at = client.positions(called(tree, call)).get("url", 0) if client is not None else 0
    return any(_beginning(tree, function, url) in names for url in ([named.value] if named else plain[at : at + 1]))


def _beginning(tree: Tree, function: cst.FunctionDef, url: cst.BaseExpression) -> str:
    """Returns the variable that a URL begins with, followed through a local one, empty when it begins with text."""
    first = parts_of(tree, url)[0].value
    if not isinstance(first, cst.Name):
        return ""
    assign = assigned(tree, function, first.value)
    if assign is not None and assign.value is not url:
        return _beginning(tree, function, assign.value)
    return first.value
