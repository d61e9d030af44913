"""The key alone in a dictionary that a class keeps for its requests: the dictionary becomes one of headers."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.spot import Spot, Taken
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.call import AuthPlace

PLACES = frozenset({AuthPlace.PARAMS})


def take(spot: Spot) -> Taken | None:
    """Returns what became headers, None when the dictionary holds or is used for anything else."""
    tree = spot.tree
    element = tree.parent(spot.node)
    display = tree.parent(element) if isinstance(element, cst.DictElement) else None
    if not isinstance(element, cst.DictElement) or not isinstance(display, cst.Dict) or len(display.elements) != 1:
        return None
    target = _target(tree, display)
    owner = tree.above(display, cst.ClassDef)
    if target is None or owner is None or _has_headers(tree, owner):
        return None
    named = {(spot.sheet, target)}
    for sheet, use in spot.desk.uses_of(spot.location(display), target) or ():
        keyword = _params_keyword(sheet.tree, use)
        if keyword is None or not isinstance(use, cst.Attribute):
            return None
        named |= {(sheet, use.attr), (sheet, keyword)}
    if len(named) == 1:
        return None
    for sheet, name in named:
        sheet.replace(sheet.tree.span(name), "headers")
    token = spot.token(element.value)
    spot.sheet.replace(tree.span(spot.node), f"{token.quote}Authorization{token.quote}")
    spot.sheet.replace(tree.outer(element.value), spot.bearer(token))
    return Taken(token=token, placed=True, shared=spot.location(display))


def _target(tree: Tree, display: cst.Dict) -> cst.Name | None:
    """Returns the name of the class attribute that the dictionary is assigned to."""
    assign = tree.parent(display)
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
        return None
    match assign.targets[0].target:
        case cst.Name() as name if isinstance(tree.above(assign, cst.ClassDef, cst.FunctionDef), cst.ClassDef):
            return name
        case cst.Attribute(value=cst.Name("self"), attr=name):
            return name
        case _:
            return None


def _has_headers(tree: Tree, owner: cst.ClassDef) -> bool:
    return any(name.value == "headers" for name in tree.walk(owner, cst.Name))


def _params_keyword(tree: Tree, use: cst.CSTNode) -> cst.Name | None:
    """Returns the ``params`` that a use is given to a call as."""
    arg = tree.parent(use)
    call = tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(arg, cst.Arg) or not isinstance(call, cst.Call) or any(each.star for each in call.args):
        return None
    return arg.keyword if arg.keyword is not None and arg.keyword.value == "params" else None
