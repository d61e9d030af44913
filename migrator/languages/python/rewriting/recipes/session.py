"""The key among the query parameters of a session or client object."""

from __future__ import annotations

import libcst as cst

from migrator.catalog.clients import HttpClient, client_named
from migrator.languages.python.rewriting.bindings import bound_by, called, function_of, places_of
from migrator.languages.python.rewriting.credential import TokenExpression
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.node_edits import items_of
from migrator.languages.python.rewriting.placements.headers import send_token
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError, Placement

PLACES = frozenset({AuthPlace.SESSION_PARAMS})


def take(site: EntrySite) -> Removal | None:
    """Returns what was moved into the session's headers, None when the key enters by an unknown form."""
    tree, node = site.tree, site.node
    above = tree.parent(node)
    match above:
        case cst.DictElement(key=key) if key is node:
            return _entry(site, above, above.value)
        case cst.Arg(keyword=keyword) if keyword is node:
            return _entry(site, above, above.value)
        case cst.Index():
            return _assignment(site, above)
        case _:
            return None


def _entry(site: EntrySite, item: cst.CSTNode, value: cst.BaseExpression) -> Removal | None:
    tree = site.tree
    container = tree.parent(item)
    token = site.token(value)
    if container is None:
        return None
    client = client_named(site.entry.calls[0].client) if site.entry.calls else None
    maker = _constructor(tree, container, client)
    if maker is not None:
        return _constructed(site, client, maker, container, item, token)
    statement = tree.above(item, cst.Expr, cst.Assign)
    owner = _owner(tree, statement)
    if statement is None or owner is None:
        return _held(site, client, container, item, token)
    name = f"{token.quote}Authorization{token.quote}"
    header = f"{owner}.headers[{name}] = {site.bearer(token)}"
    if len(items_of(container)) == 1:
        updates = isinstance(statement, cst.Expr) and isinstance(container, cst.Dict)
        entry = f"{owner}.headers.update({{{name}: {site.bearer(token)}}})"
        site.file.replace(tree.span(statement), entry if updates else header)
    else:
        site.file.drop_item(container, item)
        site.file.insert_before(statement, header)
    return Removal(token=token, placed=True, shared=site.location(statement))


def _constructor(tree: Tree, container: cst.CSTNode, client: HttpClient | None) -> cst.Call | None:
    """Returns the call that is given the mapping as its parameters."""
    arg = tree.parent(container)
    call = tree.parent(arg) if isinstance(arg, cst.Arg) and arg.keyword is not None else None
    if not isinstance(call, cst.Call) or not isinstance(arg, cst.Arg) or arg.keyword is None:
        return None
    return call if arg.keyword.value == "params" or _is_given(tree, arg, client) else None


def _constructed(
    site: EntrySite,
    client: HttpClient | None,
    maker: cst.Call,
    container: cst.CSTNode,
    item: cst.CSTNode,
    token: TokenExpression,
) -> Removal:
    site.file.drop_item(container, item)
    if site.file.is_emptied(container):
        arg = site.tree.parent(container)
        assert arg is not None
        site.file.drop_item(maker, arg)
    send_token(site.file, maker, token, [maker], client)
    return Removal(token=token, placed=True, shared=site.location(maker))


def _held(
    site: EntrySite, client: HttpClient | None, container: cst.CSTNode, item: cst.CSTNode, token: TokenExpression
) -> Removal | None:
    """Takes the key out of a variable that a client is made with; the header goes to the headers it is made with."""
    tree = site.tree
    name = bound_by(tree.parent(container))
    if name is None:
        return None
    scope = function_of(tree, name) or tree.naming(name.value)
    uses = [tree.parent(use) for use in places_of(tree, scope, name.value)]
    given = [use for use in uses if not isinstance(use, cst.AssignTarget)]
    if not given or not all(_is_given(tree, use, client) for use in given):
        return None
    if site.workspace.where is not Placement.BESIDE:
        raise NotMovedError("the client is made with the key, and has to be made with the header")
    site.file.drop_item(container, item)
    return Removal(token=token)


def _is_given(tree: Tree, use: cst.CSTNode | None, client: HttpClient | None) -> bool:
    """Returns whether a variable is given as the parameters that a client is made with."""
    call = tree.parent(use) if isinstance(use, cst.Arg) and use.keyword is not None and not use.star else None
    option = client.made_with(called(tree, call), "params") if client and isinstance(call, cst.Call) else ""
    return bool(option) and isinstance(use, cst.Arg) and use.keyword is not None and use.keyword.value == option


def _owner(tree: Tree, statement: cst.CSTNode | None) -> str | None:
    """Returns the session whose ``params`` a statement sets or adds to."""
    match statement:
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=params, attr=cst.Name("update")))):
            return _params_of(tree, params)
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            return _params_of(tree, target)
        case _:
            return None


def _params_of(tree: Tree, node: cst.CSTNode) -> str | None:
    if isinstance(node, cst.Subscript):
        node = node.value
    if isinstance(node, cst.Attribute) and node.attr.value == "params":
        return tree.code(node.value)
    return None


def _assignment(site: EntrySite, index: cst.Index) -> Removal | None:
    tree = site.tree
    statement = tree.above(index, cst.Assign)
    owner = _owner(tree, statement)
    if statement is None or owner is None:
        return None
    token = site.token(statement.value)
    name = f"{token.quote}Authorization{token.quote}"
    site.file.replace(tree.span(statement), f"{owner}.headers[{name}] = {site.bearer(token)}")
    return Removal(token=token, placed=True, shared=site.location(statement))
