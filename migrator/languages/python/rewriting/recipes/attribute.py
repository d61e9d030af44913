"""The key alone in a dictionary that a class keeps for its requests: the dictionary becomes one of headers."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.recipes.alone import params_keyword
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.call import AuthPlace

PLACES = frozenset({AuthPlace.PARAMS})


def take(site: EntrySite) -> Removal | None:
    """Returns what became headers, None when the dictionary holds or is used for anything else."""
    tree = site.tree
    element = tree.parent(site.node)
    display = tree.parent(element) if isinstance(element, cst.DictElement) else None
    if not isinstance(element, cst.DictElement) or not isinstance(display, cst.Dict) or len(display.elements) != 1:
        return None
    target = _target(tree, display)
    owner = tree.above(display, cst.ClassDef)
    if target is None or owner is None or _has_headers(tree, owner):
        return None
    named = {(site.file, target)}
    for file, use in site.workspace.uses_of(site.location(display), target) or ():
        arg = file.tree.parent(use)
        keyword = params_keyword(file.tree, arg) if isinstance(arg, cst.Arg) else None
        if keyword is None or not isinstance(use, cst.Attribute):
            return None
        named |= {(file, use.attr), (file, keyword)}
    if len(named) == 1:
        return None
    for file, name in named:
        file.replace(file.tree.span(name), "headers")
    return site.headed(element.value, display)


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
