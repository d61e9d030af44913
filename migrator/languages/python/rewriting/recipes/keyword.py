"""The key as a keyword argument that a function of the project takes among others and sends as parameters."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.bindings import called, function_of, names_in
from migrator.languages.python.rewriting.credential import TokenExpression, quote_at
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError

PLACES = frozenset({AuthPlace.PARAMS})
_GROWING = frozenset({"dict", "update"})


def take(site: EntrySite) -> Removal | None:
    """Returns what the function will take out of its arguments, None when the key is another function's."""
    arg = site.tree.parent(site.node)
    call = site.tree.parent(arg) if isinstance(arg, cst.Arg) and arg.keyword is site.node else None
    if not isinstance(call, cst.Call) or called(site.tree, call) in _GROWING:
        return None
    places = {each.location for each in site.entry.calls}
    led = all(site.location(call) in each.via for each in site.entry.calls)
    if not places or not led:
        return None
    place = min(places)
    tree, sender = site.workspace.index.tree(place.path), site.workspace.call_at(place)
    function = function_of(tree, sender)
    star = function.params.star_kwarg if function is not None else None
    if function is None or star is None or function.name.value != called(site.tree, call):
        return None
    if len(places) != 1:
        raise NotMovedError(f"`{star.name.value}`, which the key is given in, is sent in more than one place")
    sent = [each for each in sender.args if isinstance(each.value, cst.Name) and each.value.value == star.name.value]
    if len(sent) != 1 or sent[0].star or sent[0].keyword is None:
        return None
    _refuse_repetition(tree, function, sender, star.name.value)
    quote = quote_at(tree, sender)
    code = f"{star.name.value}.pop({quote}{site.entry.name}{quote})"
    return Removal(token=TokenExpression(tree=tree, node=sent[0].value, quote=quote, code=code))


def _refuse_repetition(tree: Tree, function: cst.FunctionDef, sender: cst.Call, name: str) -> None:
    """Raises `NotMovedError` where the arguments may be looked at again after the request, or sent twice."""
    looped = tree.above(sender, cst.For, cst.While) is not None
    own = [each for each in names_in(tree, function.body) if each.value == name]
    if looped or any(tree.span(each).start > tree.span(sender).end for each in own):
        raise NotMovedError(f"`{name}` is used again after the request")
