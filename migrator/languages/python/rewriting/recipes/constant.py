"""The key's name held by a constant, which mappings and pairs are made with."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.recipes import mapping, pair
from migrator.languages.python.rewriting.urls.appended_parameters import drop_parameter
from migrator.languages.python.rewriting.urls.parts import around
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError

PLACES = frozenset({AuthPlace.PARAMS, AuthPlace.URL})


def take(site: EntrySite) -> Removal | None:
    """Returns what was taken out wherever the constant names the key, None when it is no constant."""
    assign = site.tree.parent(site.node)
    if not isinstance(site.node, cst.SimpleString) or site.node.evaluated_value != site.entry.name:
        return None
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1 or assign.value is not site.node:
        return None
    target = assign.targets[0].target
    name = target.attr if isinstance(target, cst.Attribute) else target
    if not isinstance(name, cst.Name):
        return None
    uses = site.workspace.every_use_of(site.entry.at, name)
    found = [one for file, use in uses if (one := _taken(replace(site, file=file, node=use))) is not None]
    if not found:
        raise NotMovedError(f"`{name.value}` names the key where it is put together from text")
    if len(found) == len(uses) and not isinstance(target, cst.Attribute):
        site.file.drop_statement(assign)
    if len(found) == 1:
        return found[0]
    tokens = [each for one in found for each in (one.token, *one.others)]
    return Removal(token=tokens[0], others=tuple(tokens[1:]), guarded=any(one.guarded for one in found))


def _taken(site: EntrySite) -> Removal | None:
    takes = (mapping.take, pair.take, _from_text)
    return next(filter(None, (take(site) for take in takes)), None)


def _from_text(site: EntrySite) -> Removal | None:
    """Returns what was taken out of a URL in which the constant, ``=`` and one value stand."""
    tree, file = site.tree, site.file
    root, parts, place = around(tree, site.node)
    found = parts[place : place + 3] if place is not None else []
    if len(found) < 3 or tree.source.excerpt(found[1].span) != "=" or found[2].value is None:
        return None
    assert place is not None
    drop_parameter(file, root, parts, place, place + 2, lead="")
    return Removal(token=site.token(found[2].value))
