"""The key's name held by a constant, which mappings and pairs are made with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from migrator.languages.python.edits import Tree
from migrator.languages.python.names import bindings, function_of
from migrator.languages.python.recipes import mapping, pair
from migrator.languages.python.urls import NotMovedError
from migrator.languages.python.workspace import Spot, Taken
from migrator.model.call import AuthPlace

PLACES = frozenset({AuthPlace.PARAMS, AuthPlace.URL})


def take(spot: Spot) -> Taken | None:
    """Returns what was taken out wherever the constant names the key, None when it is no constant."""
    tree, assign = spot.tree, spot.tree.parent(spot.node)
    if not isinstance(spot.node, cst.SimpleString) or spot.node.evaluated_value != spot.entry.name:
        return None
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1 or assign.value is not spot.node:
        return None
    target = assign.targets[0].target
    name = target.attr if isinstance(target, cst.Attribute) else target
    if not isinstance(name, cst.Name):
        return None
    owner = tree.above(assign, cst.ClassDef, cst.FunctionDef)
    attribute = isinstance(target, cst.Attribute) or isinstance(owner, cst.ClassDef)
    if spot.sheet.is_shared(f".{name.value}" if attribute else name.value) and function_of(tree, assign) is None:
        raise NotMovedError(f"`{name.value}` may name the key in other files too")
    if not attribute and len(bindings(tree, function_of(tree, assign) or tree.naming(name.value), name.value)) != 1:
        raise NotMovedError(f"`{name.value}` is bound more than once")
    uses = list(_uses(tree, assign, name, attribute=attribute))
    found = [taken for use in uses if (taken := _taken(replace(spot, node=use))) is not None]
    if not found:
        raise NotMovedError(f"`{name.value}` names the key where it is put together from text")
    if len(found) == len(uses) and not isinstance(target, cst.Attribute):
        spot.sheet.drop_statement(assign)
    if len(found) == 1:
        return found[0]
    tokens = [each for one in found for each in (one.token, *one.others)]
    return Taken(token=tokens[0], others=tuple(tokens[1:]), guarded=any(one.guarded for one in found))


def _uses(tree: Tree, assign: cst.Assign, name: cst.Name, *, attribute: bool) -> Iterator[cst.BaseExpression]:
    """Yields where a constant is read."""
    scope = tree.naming(name.value)
    if attribute:
        yield from (
            each
            for each in tree.walk(scope, cst.Attribute)
            if each.attr.value == name.value and not isinstance(tree.parent(each), cst.AssignTarget)
        )
        return
    own = function_of(tree, assign)
    for each in tree.walk(own.body if own is not None else scope, cst.Name):
        above = tree.parent(each)
        other = isinstance(above, (cst.AssignTarget, cst.Attribute, cst.Param, cst.ImportAlias))
        if each.value == name.value and not other and not (isinstance(above, cst.Arg) and above.keyword is each):
            yield each


def _taken(spot: Spot) -> Taken | None:
    taken = mapping.take(spot)
    return pair.take(spot) if taken is None else taken
