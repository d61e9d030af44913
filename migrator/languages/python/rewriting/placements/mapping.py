"""A header set in the one dictionary that all requests with the key are given as their headers."""

from __future__ import annotations

from collections.abc import Set

import libcst as cst

from migrator.languages.python.rewriting.credential import authorization, expression_at
from migrator.languages.python.rewriting.entry_site import Removal
from migrator.languages.python.rewriting.placements.headers import add_entry, is_ready
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import SourceIndex, Workspace
from migrator.model.call import ApiCall
from migrator.model.draft import KeyEntry, NotMovedError
from migrator.model.text import Location
from migrator.model.value import Chunk

_APART = "the requests are given headers that are not made in one place"
_READS = frozenset({"get", "items", "keys", "values", "update", "setdefault"})


def place(workspace: Workspace, entry: KeyEntry, removed: Removal) -> Location:
    """Sets the header in the dictionary and returns where it is made.

    Raises `NotMovedError` when there is no such dictionary, when it may be used for anything else, or when the
    credential cannot be had there.
    """
    token = removed.token
    found = {at: display for call in entry.calls for at, display in [_display(workspace, call)]}
    if len(found) != 1:
        raise NotMovedError(_APART)
    ((at, display),) = found.items()
    file = workspace.file(at.path)
    if file.tree is not token.tree or not is_ready(file, token, display, display):
        raise NotMovedError("the key is out of reach where the headers are made")
    _refuse_others(workspace, at, display, {call.location for call in entry.calls})
    add_entry(file, display, authorization(file.tree, expression_at(token, file, display), token.quote))
    return at


def _display(workspace: Workspace, call: ApiCall) -> tuple[Location, cst.Dict]:
    """Returns the dictionary that the literals among a request's headers stand in."""
    places = {
        piece.origin.location
        for header in call.headers
        for piece in (header.value.pieces if header.value else ())
        if isinstance(piece, Chunk) and piece.origin is not None and piece.origin.location is not None
    }
    displays = {}
    for literal in places:
        tree = workspace.index.tree(literal.path)
        node = tree.innermost(literal.span, cst.Dict)
        if node is not None:
            displays[Location(literal.path, tree.span(node))] = node
    if len(displays) != 1:
        raise NotMovedError(_APART)
    return next(iter(displays.items()))


def _refuse_others(workspace: Workspace, at: Location, display: cst.Dict, senders: Set[Location]) -> None:
    """Raises `NotMovedError` when the dictionary may be used for more than the headers of the requests."""
    tree = workspace.index.tree(at.path)
    above = tree.parent(display)
    for target in above.targets if isinstance(above, cst.Assign) else ():
        bound = target.target.attr if isinstance(target.target, cst.Attribute) else target.target
        if not isinstance(bound, cst.Name) or not workspace.is_seen(at, bound):
            raise NotMovedError("other code may use the headers of the requests")
    for place in (at, *(use.at for use in workspace.index.uses(at))):
        tree = workspace.index.tree(place.path)
        node = tree.find(place.span, cst.Name, cst.Attribute, cst.Dict)
        if node is None or not _is_for_requests(workspace.index, tree, node, senders):
            raise NotMovedError("the headers of the requests are used for something else too")


def _is_for_requests(index: SourceIndex, tree: Tree, node: cst.CSTNode, senders: Set[Location]) -> bool:
    """Returns whether an expression only hands the headers on: what it hands them to is looked at by itself."""
    above = tree.parent(node)
    around = tree.parent(above) if above is not None else None
    match above, around:
        case cst.Assign(targets=targets), _:
            return all(isinstance(target.target, (cst.Name, cst.Attribute)) for target in targets)
        case cst.Arg(keyword=keyword, star=""), cst.Call(func=func):
            sent = keyword is not None and keyword.value == "headers" and tree.location(around) in senders
            return sent or index.is_known(tree.location(func))
        case cst.Subscript(value=value), _:
            return value is node
        case cst.Attribute(value=value, attr=cst.Name(value=read)), cst.Call(func=func):
            return value is node and func is above and read in _READS
        case _:
            return False
