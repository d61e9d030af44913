"""The key added to the URL by an authentication object that edits each request."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.parts import parts_of, root_of
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError

PLACES = frozenset({AuthPlace.AUTH, AuthPlace.URL, AuthPlace.PARAMS})
_EDITS_URL = frozenset({"prepare_url", "url"})


def take(site: EntrySite) -> Removal | None:
    """Returns what was moved, None when the key is not added to the URL of a request that is passed in."""
    tree = site.tree
    statement = tree.statement(site.node)
    request = _request(tree, statement)
    if statement is None or request is None:
        return None
    value = _value(site)
    if value is None:
        raise NotMovedError("cannot tell how the key gets into the URL")
    token = site.token(value)
    name = f"{token.quote}Authorization{token.quote}"
    site.file.replace(tree.span(statement), f"{request}.headers[{name}] = {site.bearer(token)}")
    return Removal(token=token, placed=True, shared=site.location(statement))


def _request(tree: Tree, statement: cst.CSTNode | None) -> str | None:
    """Returns the request whose URL a statement adds to."""
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute(value=cst.Name(value=name), attr=attr))]):
            adds = any(tree.code(read) == f"{name}.url" for read in tree.walk(statement.value, cst.Attribute))
            return name if attr.value in _EDITS_URL and adds else None
        case cst.AugAssign(target=cst.Attribute(value=cst.Name(value=name), attr=attr)):
            return name if attr.value in _EDITS_URL else None
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=attr))):
            return name if attr.value in _EDITS_URL else None
        case _:
            return None


def _value(site: EntrySite) -> cst.BaseExpression | None:
    """Returns the expression that gives the key: the entry's value, or the argument after the name."""
    tree, node = site.tree, site.node
    above = tree.parent(node)
    match above:
        case cst.DictElement(key=key, value=value) if key is node:
            return value
        case cst.Arg():
            call = tree.parent(above)
            after = list(call.args)[list(call.args).index(above) + 1 :] if isinstance(call, cst.Call) else []
            return after[0].value if after else None
        case cst.Element():
            pair = tree.parent(above)
            elements = pair.elements if isinstance(pair, (cst.Tuple, cst.List)) else ()
            return elements[1].value if len(elements) == 2 else None
        case _:
            return _written(site)


def _written(site: EntrySite) -> cst.BaseExpression | None:
    """Returns what follows the name in a URL that is put together from text and holds nothing after the key."""
    parts = parts_of(site.tree, root_of(site.tree, site.node))
    ends = f"{site.entry.name}="
    places = [
        index for index, part in enumerate(parts)
        if part.is_text and site.tree.source.excerpt(part.span).endswith(ends)
    ]  # fmt: skip
    return parts[places[0] + 1].value if len(places) == 1 and places[0] + 2 == len(parts) else None
