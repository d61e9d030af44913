"""The key alone in a dictionary that a class keeps for its requests: the dictionary becomes one of headers."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.recipes.alone import params_keyword
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
        arg = sheet.tree.parent(use)
        keyword = params_keyword(sheet.tree, arg) if isinstance(arg, cst.Arg) else None
        if keyword is None or not isinstance(use, cst.Attribute):
            return None
        named |= {(sheet, use.attr), (sheet, keyword)}
    if len(named) == 1:
        return None
    for sheet, name in named:
        sheet.replace(sheet.tree.span(name), "headers")
    return spot.headed(element.value, display)


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
