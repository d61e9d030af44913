"""A header set in the one dictionary that all requests with the key are given as their headers."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from migrator.languages.python.credential import authorization, carry
from migrator.languages.python.edits import Tree
from migrator.languages.python.headers import add_entry, is_ready
from migrator.languages.python.names import called, function_of, parameters, places_of
from migrator.languages.python.urls import NotMovedError
from migrator.languages.python.workspace import Desk, Taken
from migrator.model.call import ApiCall
from migrator.model.draft import KeyEntry
from migrator.model.text import Location
from migrator.model.value import Chunk

_APART = "the requests are given headers that are not made in one place"
_READS = frozenset({"get", "items", "keys", "values", "update", "setdefault"})


def place(desk: Desk, entry: KeyEntry, taken: Taken) -> Location:
    """Sets the header in the dictionary and returns where it is made.

    Raises `NotMovedError` when there is no such dictionary, when it may be used for anything else, or when the
    credential cannot be had there.
    """
    token = taken.token
    found = {at: display for call in entry.calls for at, display in [_display(desk, call)]}
    if len(found) != 1:
        raise NotMovedError(_APART)
    ((at, display),) = found.items()
    sheet = desk.sheet(at.path)
    if sheet.tree is not token.tree or not is_ready(sheet, token, display, display):
        raise NotMovedError("the key is out of reach where the headers are made")
    uses = _DictionaryUses(sheet.tree, {call.location for call in entry.calls})
    uses.follow(display)
    if any(map(sheet.is_shared, [*_module_names(sheet.tree, display), *(f".{name}" for name in uses.attributes)])):
        raise NotMovedError("other files may use the headers of the requests")
    add_entry(sheet, display, authorization(sheet.tree, carry(token, sheet, display), token.quote))
    return at


def _display(desk: Desk, call: ApiCall) -> tuple[Location, cst.Dict]:
    """Returns the dictionary that the literals among a request's headers stand in."""
    places = {
        piece.origin.location
        for header in call.headers
        for piece in (header.value.pieces if header.value else ())
        if isinstance(piece, Chunk) and piece.origin is not None and piece.origin.location is not None
    }
    displays = {}
    for literal in places:
        tree = desk.shelf.tree(literal.path)
        node = tree.innermost(literal.span, cst.Dict)
        if node is not None:
            displays[Location(literal.path, tree.span(node))] = node
    if len(displays) != 1:
        raise NotMovedError(_APART)
    return next(iter(displays.items()))


def _module_names(tree: Tree, display: cst.Dict) -> Iterator[str]:
    above = tree.parent(display)
    if isinstance(above, cst.Assign) and function_of(tree, display) is None:
        yield from (target.target.value for target in above.targets if isinstance(target.target, cst.Name))


class _DictionaryUses:
    """Follows a dictionary through the names it is given, and refuses every use that is not for the requests."""

    def __init__(self, tree: Tree, senders: set[Location]) -> None:
        self._tree = tree
        self._senders = senders
        self._seen: set[str] = set()
        self.attributes: set[str] = set()

    def follow(self, node: cst.CSTNode) -> None:
        """Raises `NotMovedError` when the value of a node may be used for more than the headers of the requests."""
        tree = self._tree
        above = tree.parent(node)
        around = tree.parent(above) if above is not None else None
        match above, around:
            case ((cst.AssignTarget() | cst.Param() | cst.Del()), _):
                return
            case cst.Assign(targets=targets), _:
                for target in targets:
                    self._name(target.target)
            case cst.Arg(keyword=cst.Name("headers")), cst.Call() if self._sends(around):
                return
            case cst.Arg(star=""), cst.Call() if around.func is not node:
                self._given(around, above)
            case cst.Subscript(value=value), _ if value is node:
                return
            case cst.Attribute(value=value, attr=cst.Name(value=read)), cst.Call() if value is node and read in _READS:
                return
            case _:
                raise NotMovedError("the headers of the requests are used for something else too")

    def _sends(self, call: cst.Call) -> bool:
        return Location(self._tree.source.path, self._tree.span(call)) in self._senders

    def _name(self, target: cst.BaseExpression) -> None:
        match target:
            case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
                self._follow_name(name)
            case _:
                raise NotMovedError("the headers of the requests are kept in something else")

    def _follow_name(self, name: str) -> None:
        if name in self._seen:
            return
        self._seen.add(name)
        tree = self._tree
        scope = tree.naming(name)
        for node in places_of(tree, scope, name):
            self.follow(node)
        for attribute in [each for each in tree.walk(scope, cst.Attribute) if each.attr.value == name]:
            self.attributes.add(name)
            self.follow(attribute)

    def _given(self, call: cst.Call, arg: cst.Arg) -> None:
        """Follows the parameter that an argument of a call to the file's own functions and classes is bound to."""
        functions = self._called(called(self._tree, call))
        if arg.keyword is not None:
            self._follow_name(arg.keyword.value)
            return
        place = list(call.args).index(arg)
        for function in functions:
            names = [each.name.value for each in parameters(function)]
            method = names[:1] in (["self"], ["cls"])
            if place + method >= len(names) or any(each.star for each in call.args):
                raise NotMovedError("the headers of the requests go to unknown code")
            self._follow_name(names[place + method])

    def _called(self, name: str) -> list[cst.FunctionDef]:
        tree = self._tree
        functions = [each for each in tree.walk(tree.naming(name), cst.FunctionDef) if each.name.value == name]
        for owner in tree.walk(tree.naming(name), cst.ClassDef):
            if owner.name.value == name:
                own = [each for each in tree.walk(owner, cst.FunctionDef) if each.name.value == "__init__"]
                bases = [tree.code(base.value).rpartition(".")[2] for base in owner.bases]
                functions += own or [each for base in bases for each in self._called(base)]
        if not functions:
            raise NotMovedError("the headers of the requests go to unknown code")
        return functions
