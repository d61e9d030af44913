"""The key alone in parameters that some requests are sent without: what holds them holds headers from now on."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from migrator.catalog.clients import client_named
from migrator.languages.python.rewriting.bindings import bound_by, free_name, function_of, parameters, places_of
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.call import AuthPlace
from migrator.model.draft import Placement

PLACES = frozenset({AuthPlace.PARAMS})


def take(site: EntrySite) -> Removal | None:
    """Returns what became headers, None when the parameters hold or are used for anything else."""
    tree = site.tree
    found = _put(tree, site.node) if site.workspace.where is Placement.BESIDE else None
    clients = [client_named(call.client) for call in site.entry.calls]
    if found is None or any(client is not None and client.replaces_query for client in clients):
        return None
    value, holder = found
    arg = tree.parent(holder)
    if isinstance(arg, cst.Arg):
        places, keywords = list[cst.Name](), [params_keyword(tree, arg)]
    else:
        places, keywords = _uses(site, holder)
    if not keywords or None in keywords:
        return None
    name = free_name(tree, site.node) if places else ""
    if name is None:
        return None
    name = name.upper() if places and places[0].value.isupper() else name
    for place in places:
        site.file.replace(tree.span(place), name)
    for keyword in keywords:
        assert keyword is not None
        site.file.replace(tree.span(keyword), "headers")
    return site.headed(value, site.node)


def _put(tree: Tree, node: cst.CSTNode) -> tuple[cst.BaseExpression, cst.CSTNode] | None:
    """Returns the key that is put in, and the variable it is put into, or the whole expression that has it alone."""
    above = tree.parent(node)
    display = tree.parent(above) if isinstance(above, cst.DictElement) and above.key is node else None
    if isinstance(above, cst.DictElement) and isinstance(display, cst.Dict) and len(display.elements) == 1:
        whole: cst.CSTNode = display
        while isinstance(choice := tree.parent(whole), cst.IfExp) and choice.test is not whole:
            whole = choice
        return above.value, bound_by(tree.parent(whole)) or whole
    target = tree.above(node, cst.AssignTarget) if isinstance(above, cst.Index) else None
    assign = tree.parent(target) if target is not None else None
    match assign:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(value=cst.Name() as name))], value=value):
            return value, name
        case _:
            return None


def _uses(site: EntrySite, holder: cst.CSTNode) -> tuple[list[cst.Name], list[cst.Name | None]]:
    """Returns every place of a variable, and the keywords that it is given as, with None for any other use."""
    tree, places, keywords = site.tree, list[cst.Name](), list[cst.Name | None]()
    scope = function_of(tree, holder) or tree.naming("")
    if not isinstance(holder, cst.Name) or _is_given(scope, holder.value):
        return [], [None]
    if isinstance(scope, cst.Module) and site.file.is_shared(holder.value):
        return [], [None]
    for place in places_of(tree, scope, holder.value):
        above = tree.parent(place)
        places.append(place)
        match above:
            case cst.AssignTarget() if _is_blank(tree, tree.parent(above), site.node):
                pass
            case cst.Subscript() if site.node in tree.walk(above, type(site.node)):
                pass
            case cst.Arg():
                keywords.append(params_keyword(tree, above))
            case _:
                keywords.append(None)
    return places, keywords


def _is_given(scope: cst.CSTNode, name: str) -> bool:
    return isinstance(scope, cst.FunctionDef) and any(param.name.value == name for param in parameters(scope))


def _is_blank(tree: Tree, assign: cst.CSTNode | None, key: cst.CSTNode) -> bool:
    """Returns whether an assignment gives nothing but empty parameters, or those with the key."""
    value = assign.value if isinstance(assign, cst.Assign) and len(assign.targets) == 1 else None
    return value is not None and all(
        key in tree.walk(one, type(key)) if isinstance(one, cst.Dict) and one.elements else _is_empty(tree, one)
        for one in _options(value)
    )


def _options(value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(value, cst.IfExp):
        yield from _options(value.body)
        yield from _options(value.orelse)
    else:
        yield value


def _is_empty(tree: Tree, value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Dict) or tree.code(value) in ("None", "dict()")


def params_keyword(tree: Tree, arg: cst.Arg) -> cst.Name | None:
    """Returns the ``params`` that an argument is given as to a call without headers, None for any other."""
    call = tree.parent(arg)
    if not isinstance(call, cst.Call) or arg.keyword is None or arg.keyword.value != "params":
        return None
    beside = {each.keyword.value for each in call.args if each.keyword is not None}
    return None if "headers" in beside or any(each.star for each in call.args) else arg.keyword
