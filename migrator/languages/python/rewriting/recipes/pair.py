"""The key as a pair in a list: ``[("hapikey", key)]``."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.bindings import called, function_of
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.parameters import calls_of
from migrator.languages.python.rewriting.urls.encoded_query import drop_query
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError

PLACES = frozenset({AuthPlace.PARAMS, AuthPlace.URL, AuthPlace.BODY, AuthPlace.SESSION_PARAMS})


def take(site: EntrySite) -> Removal | None:
    """Returns what was taken out, None when the key's name is not the first of a pair."""
    tree = site.tree
    first = tree.parent(site.node)
    pair = tree.parent(first) if isinstance(first, cst.Element) else None
    if not isinstance(pair, (cst.Tuple, cst.List)) or len(pair.elements) != 2 or pair.elements[0] is not first:
        return None
    value = pair.elements[1].value
    removed = Removal(token=site.token(value))
    above = tree.parent(pair)
    container = tree.parent(above) if above is not None else None
    match above, container:
        case cst.Element(), cst.List() | cst.Tuple() | cst.Set():
            return _from_list(site, container, above, removed)
        case cst.Arg(), cst.Call(func=cst.Attribute(attr=cst.Name("append" | "add"))):
            return _from_append(site, container, removed)
        case cst.Return(), _:
            return _from_helper(site, pair, value)
        case _:
            raise NotMovedError("the pair of name and key is made here and put into the request elsewhere")


def _from_list(site: EntrySite, container: cst.CSTNode, element: cst.CSTNode, removed: Removal) -> Removal:
    site.file.drop_item(container, element)
    if not site.file.is_emptied(container):
        return removed
    arg = site.tree.parent(container)
    call = site.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if isinstance(call, cst.Call) and isinstance(arg, cst.Arg):
        if called(site.tree, call) == "urlencode":
            drop_query(site.file, call)
        elif arg.keyword is not None:
            site.file.drop_item(call, arg)
    return removed


def _from_helper(site: EntrySite, pair: cst.CSTNode, value: cst.BaseExpression) -> Removal:
    """Makes a helper return the key alone, where every use of it adds the pair to a list."""
    tree, file = site.tree, site.file
    helper = function_of(tree, pair)
    calls = calls_of(file, helper) if helper is not None else None
    if helper is None or not calls or any(own is not file for own, _ in calls):
        raise NotMovedError("the pair of name and key is made here and put into the request elsewhere")
    for _, call in calls:
        _drop_added(file, call)
    returned = list(tree.walk(helper.body, cst.Return))
    if len(returned) != 1 or len({tree.code(call) for _, call in calls}) != 1:
        raise NotMovedError("the pair of name and key is made in more than one way")
    file.replace(tree.outer(pair), tree.code(value))
    return Removal(token=site.token(calls[0][1]))


def _drop_added(file: FileEditor, call: cst.Call) -> None:
    arg = file.tree.parent(call)
    added = file.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    statement = file.tree.parent(added) if isinstance(added, cst.Call) else None
    match added, statement:
        case cst.Call(func=cst.Attribute(attr=cst.Name("append")), args=[_]), cst.Expr():
            file.drop_statement(statement)
        case _:
            raise NotMovedError("cannot tell how the pair of name and key gets into the request")


def _from_append(site: EntrySite, call: cst.CSTNode, removed: Removal) -> Removal:
    statement = site.tree.parent(call)
    if not isinstance(statement, cst.Expr):
        raise NotMovedError("the pair of name and key is added inside an expression")
    site.file.drop_statement(statement)
    return Removal(token=removed.token, statement=statement)
