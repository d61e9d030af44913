"""The key as a pair in a list: ``[("hapikey", key)]``."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.names import called, function_of
from migrator.languages.python.rewriting.parameters import calls_of
from migrator.languages.python.rewriting.spot import Spot, Taken
from migrator.languages.python.rewriting.tree import NotMovedError
from migrator.languages.python.rewriting.urls.encoded import drop_query
from migrator.languages.python.rewriting.workspace import Sheet
from migrator.model.call import AuthPlace

PLACES = frozenset({AuthPlace.PARAMS, AuthPlace.URL, AuthPlace.BODY, AuthPlace.SESSION_PARAMS})


def take(spot: Spot) -> Taken | None:
    """Returns what was taken out, None when the key's name is not the first of a pair."""
    tree = spot.tree
    first = tree.parent(spot.node)
    pair = tree.parent(first) if isinstance(first, cst.Element) else None
    if not isinstance(pair, (cst.Tuple, cst.List)) or len(pair.elements) != 2 or pair.elements[0] is not first:
        return None
    value = pair.elements[1].value
    taken = Taken(token=spot.token(value))
    above = tree.parent(pair)
    container = tree.parent(above) if above is not None else None
    match above, container:
        case cst.Element(), cst.List() | cst.Tuple() | cst.Set():
            return _from_list(spot, container, above, taken)
        case cst.Arg(), cst.Call(func=cst.Attribute(attr=cst.Name("append" | "add"))):
            return _from_append(spot, container, taken)
        case cst.Return(), _:
            return _from_helper(spot, pair, value)
        case _:
            raise NotMovedError("the pair of name and key is made here and put into the request elsewhere")


def _from_list(spot: Spot, container: cst.CSTNode, element: cst.CSTNode, taken: Taken) -> Taken:
    spot.sheet.drop_item(container, element)
    if not spot.sheet.is_emptied(container):
        return taken
    arg = spot.tree.parent(container)
    call = spot.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if isinstance(call, cst.Call) and isinstance(arg, cst.Arg):
        if called(spot.tree, call) == "urlencode":
            drop_query(spot.sheet, call)
        elif arg.keyword is not None:
            spot.sheet.drop_item(call, arg)
    return taken


def _from_helper(spot: Spot, pair: cst.CSTNode, value: cst.BaseExpression) -> Taken:
    """Makes a helper return the key alone, where every use of it adds the pair to a list."""
    tree, sheet = spot.tree, spot.sheet
    helper = function_of(tree, pair)
    calls = calls_of(sheet, helper) if helper is not None else None
    if helper is None or not calls or any(own is not sheet for own, _ in calls):
        raise NotMovedError("the pair of name and key is made here and put into the request elsewhere")
    for _, call in calls:
        _drop_added(sheet, call)
    returned = list(tree.walk(helper.body, cst.Return))
    if len(returned) != 1 or len({tree.code(call) for _, call in calls}) != 1:
        raise NotMovedError("the pair of name and key is made in more than one way")
    sheet.replace(tree.outer(pair), tree.code(value))
    return Taken(token=spot.token(calls[0][1]))


def _drop_added(sheet: Sheet, call: cst.Call) -> None:
    arg = sheet.tree.parent(call)
    added = sheet.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    statement = sheet.tree.parent(added) if isinstance(added, cst.Call) else None
    match added, statement:
        case cst.Call(func=cst.Attribute(attr=cst.Name("append")), args=[_]), cst.Expr():
            sheet.drop_statement(statement)
        case _:
            raise NotMovedError("cannot tell how the pair of name and key gets into the request")


def _from_append(spot: Spot, call: cst.CSTNode, taken: Taken) -> Taken:
    statement = spot.tree.parent(call)
    if not isinstance(statement, cst.Expr):
        raise NotMovedError("the pair of name and key is added inside an expression")
    spot.sheet.drop_statement(statement)
    return Taken(token=taken.token, statement=statement)
