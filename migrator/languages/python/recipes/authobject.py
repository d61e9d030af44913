"""The key added to the URL by an authentication object that edits each request."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.desk import Spot, Taken
from migrator.languages.python.urls import NotMovedError
from migrator.model.call import Place

PLACES = frozenset({Place.AUTH, Place.URL, Place.PARAMS})
_EDITS_URL = frozenset({"prepare_url", "url"})


def take(spot: Spot) -> Taken | None:
    """Returns what was moved, None when the key is not added to the URL of a request that is passed in."""
    tree = spot.tree
    statement = tree.above(spot.node, cst.Assign, cst.Expr)
    request = _request(tree.code(statement) if statement is not None else "", statement)
    if statement is None or request is None:
        return None
    value = _value(spot)
    if value is None:
        raise NotMovedError("the key is added to the request's URL in a way that is not known")
    token = spot.token(value)
    name = f"{token.quote}Authorization{token.quote}"
    spot.sheet.replace(tree.span(statement), f"{request}.headers[{name}] = {spot.bearer(token)}")
    return Taken(token=token, placed=True, shared=spot.location(statement))


def _request(code: str, statement: cst.CSTNode | None) -> str | None:
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute(value=cst.Name(value=name), attr=attr))]):
            return name if attr.value in _EDITS_URL and f"{name}.url" in code.partition("=")[2] else None
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=attr))):
            return name if attr.value in _EDITS_URL else None
        case _:
            return None


def _value(spot: Spot) -> cst.BaseExpression | None:
    """Returns the expression that gives the key: the entry's value, or the argument after the name."""
    tree, node = spot.tree, spot.node
    above = tree.parent(node)
    match above:
        case cst.DictElement(key=key, value=value) if key is node:
            return value
        case cst.Arg():
            call = tree.parent(above)
            after = list(call.args)[list(call.args).index(above) + 1 :] if isinstance(call, cst.Call) else []
            return after[0].value if after else None
        case cst.Element():
            pair = tree.parent(above)
            elements = pair.elements if isinstance(pair, (cst.Tuple, cst.List)) else ()
            return elements[1].value if len(elements) == 2 else None
        case _:
            return None
