"""The key's name held by a constant, which mappings and pairs are made with."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from migrator.languages.python.rewriting.recipes import mapping, pair
from migrator.languages.python.rewriting.spot import Spot, Taken
from migrator.languages.python.rewriting.tree import NotMovedError
from migrator.languages.python.rewriting.urls.appends import drop_parameter
from migrator.languages.python.rewriting.urls.parts import around
from migrator.model.call import AuthPlace

PLACES = frozenset({AuthPlace.PARAMS, AuthPlace.URL})


def take(spot: Spot) -> Taken | None:
    """Returns what was taken out wherever the constant names the key, None when it is no constant."""
    assign = spot.tree.parent(spot.node)
    if not isinstance(spot.node, cst.SimpleString) or spot.node.evaluated_value != spot.entry.name:
        return None
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1 or assign.value is not spot.node:
        return None
    target = assign.targets[0].target
    name = target.attr if isinstance(target, cst.Attribute) else target
    if not isinstance(name, cst.Name):
        return None
    uses = spot.desk.every_use_of(spot.entry.at, name)
    found = [one for sheet, use in uses if (one := _taken(replace(spot, sheet=sheet, node=use))) is not None]
    if not found:
        raise NotMovedError(f"`{name.value}` names the key where it is put together from text")
    if len(found) == len(uses) and not isinstance(target, cst.Attribute):
        spot.sheet.drop_statement(assign)
    if len(found) == 1:
        return found[0]
    tokens = [each for one in found for each in (one.token, *one.others)]
    return Taken(token=tokens[0], others=tuple(tokens[1:]), guarded=any(one.guarded for one in found))


def _taken(spot: Spot) -> Taken | None:
    takes = (mapping.take, pair.take, _from_text)
    return next(filter(None, (take(spot) for take in takes)), None)


def _from_text(spot: Spot) -> Taken | None:
    """Returns what was taken out of a URL in which the constant, ``=`` and one value stand."""
    tree, sheet = spot.tree, spot.sheet
    root, parts, place = around(tree, spot.node)
    found = parts[place : place + 3] if place is not None else []
    if len(found) < 3 or tree.source.excerpt(found[1].span) != "=" or found[2].value is None:
        return None
    assert place is not None
    drop_parameter(sheet, root, parts, place, place + 2, lead="")
    return Taken(token=spot.token(found[2].value))
