"""The key as an entry of a mapping: in a display, by assignment, or by a method that adds entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from migrator.languages.python.rewriting.bindings import (
    bound_by,
    called,
    function_of,
    parameters,
    places_of,
)
from migrator.languages.python.rewriting.credential import TokenExpression
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.node_edits import items_of, positional_follows
from migrator.languages.python.rewriting.parameters import calls_in, calls_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.encoded_query import drop_query
from migrator.languages.python.rewriting.urls.returned_parameter import drop_calls, drop_function
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError
from migrator.model.text import Location

PLACES = frozenset({AuthPlace.PARAMS, AuthPlace.URL, AuthPlace.BODY})


def take(site: EntrySite) -> Removal | None:
    """Returns what was taken out, None when the key does not enter as an entry of a mapping."""
    tree, node = site.tree, site.node
    above = tree.parent(node)
    match above:
        case cst.DictElement(key=key) if key is node:
            return _entry(site, above)
        case cst.Arg(keyword=keyword) if keyword is node:
            return _keyword(site, above)
        case cst.Index():
            return _assignment(site, above)
        case cst.Arg() if (call := _adder(site, above)) is not None:
            return _setdefault(site, call)
        case _:
            return None


def _entry(site: EntrySite, element: cst.DictElement) -> Removal:
    display = site.tree.parent(element)
    assert isinstance(display, cst.Dict)
    site.file.drop_item(display, element)
    return _emptied(site, display, site.token(element.value))


def _keyword(site: EntrySite, arg: cst.Arg) -> Removal | None:
    call = site.tree.parent(arg)
    if not isinstance(call, cst.Call):
        return None
    if called(site.tree, call) not in ("dict", "update"):
        return None
    site.file.drop_item(call, arg)
    return _emptied(site, call, site.token(arg.value))


def _assignment(site: EntrySite, index: cst.Index) -> Removal | None:
    tree = site.tree
    target = tree.above(index, cst.AssignTarget)
    assign = tree.parent(target) if target is not None else None
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
        return None
    value, given = _own_value(site, assign)
    if _asks_for(site, assign, value):
        raise NotMovedError("callers may pass a key of their own, which would still travel in the query")
    branch = site.tree.above(assign, cst.If, cst.FunctionDef)
    guarded = isinstance(branch, cst.If) and _asks_for(site, assign, branch.test)
    site.file.drop_statement(assign)
    removed = Removal(token=site.token(value), statement=assign, guarded=guarded, given=given)
    if not given or not _is_sent(site, assign):
        return removed
    code = removed.code(site.tree.code(value))
    return Removal(token=replace(removed.token, code=code), statement=assign, guarded=guarded)


def _own_value(site: EntrySite, assign: cst.Assign) -> tuple[cst.BaseExpression, str]:
    """Returns the key that a mapping is given where callers gave none, and what takes theirs out of it."""
    value, default = assign.value, None
    match value:
        case cst.BooleanOperation(operator=cst.Or(), left=cst.Call() as asking, right=own):
            default = "None"
        case cst.Call(args=[_, cst.Arg(value=own)]) as asking:
            pass
        case _:
            return value, ""
    if not _asks_for(site, assign, asking) or not isinstance(asking.func, cst.Attribute):
        return value, ""
    if asking.func.attr.value != "get" or not isinstance(asking.args[0].value, cst.SimpleString):
        return value, ""
    taking = f"{site.tree.code(asking.func.value)}.pop({site.tree.code(asking.args[0].value)}, "
    return own, f"{taking}None) or {{}}" if default else f"{taking}{{}})"


def _is_sent(site: EntrySite, assign: cst.Assign) -> bool:
    """Returns whether the calls that send the requests take the mapping itself, in the same function."""
    match assign.targets[0].target:
        case cst.Subscript(value=cst.Name(value=name)):
            return all(_sends(site, each.location, function_of(site.tree, assign), name) for each in site.entry.calls)
        case _:
            return False


def _sends(site: EntrySite, place: Location, function: cst.FunctionDef | None, name: str) -> bool:
    if place.path != site.tree.source.path:
        return False
    call = site.workspace.call_at(place)
    args = [arg.value for arg in call.args if not arg.star]
    own = any(isinstance(value, cst.Name) and value.value == name for value in args)
    return own and function_of(site.tree, call) is function


def _asks_for(site: EntrySite, assign: cst.Assign, asked: cst.BaseExpression) -> bool:
    """Returns whether an expression asks the mapping for an entry of that name."""
    names = [string.evaluated_value for string in site.tree.walk(asked, cst.SimpleString)]
    mapping = assign.targets[0].target
    return site.entry.name in names and isinstance(mapping, cst.Subscript) and _reads(site, asked, mapping.value)


def _reads(site: EntrySite, node: cst.CSTNode, mapping: cst.BaseExpression) -> bool:
    return any(site.tree.code(each) == site.tree.code(mapping) for each in site.tree.walk(node, type(mapping)))


def _adder(site: EntrySite, arg: cst.Arg) -> cst.Call | None:
    call = site.tree.parent(arg)
    if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value == "setdefault":
        return call
    return None


def _setdefault(site: EntrySite, call: cst.Call) -> Removal | None:
    statement = site.tree.parent(call)
    if not isinstance(statement, cst.Expr) or len(call.args) != 2 or not isinstance(call.func, cst.Attribute):
        return None
    function = function_of(site.tree, call)
    given = [param.name.value for param in parameters(function)] if function is not None else []
    guarded = site.tree.code(call.func.value) in given
    site.file.drop_statement(statement)
    value = call.args[1].value
    return Removal(token=site.token(value), statement=statement, guarded=guarded)


def _emptied(site: EntrySite, mapping: cst.CSTNode, token: TokenExpression) -> Removal:
    """Takes a mapping that is now empty, or a copy for nothing, out of what it was made for."""
    if not site.file.is_emptied(mapping):
        _drop_copy(site, mapping)
        return Removal(token=token)
    above = site.tree.parent(mapping)
    match above:
        case cst.Call(func=cst.Attribute(attr=cst.Name("update"))):
            return _drop_call(site, above, token)
        case cst.Arg():
            return _emptied_argument(site, above, token)
        case cst.Return() | cst.Lambda():
            _emptied_helper(site, mapping)
        case cst.Expr():
            site.file.drop_statement(above)
            return Removal(token=token, statement=above)
        case cst.Assign(
            targets=[cst.AssignTarget(target=cst.Name() as name)]
            | [cst.AssignTarget(target=cst.Attribute(value=cst.Name("self"), attr=name))]
        ):
            _emptied_variable(site, above, name)
    return Removal(token=token)


def _drop_copy(site: EntrySite, mapping: cst.CSTNode) -> None:
    """Takes out what copies a variable onto itself, where the function does nothing with it but hand it on."""
    tree, assign = site.tree, site.tree.parent(mapping)
    left = [item for item in items_of(mapping) if not site.file.is_dropped(mapping, item)]
    match assign, left:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]), [
            cst.StarredDictElement(value=value) | cst.Arg(value=value, keyword=None)
        ]:
            if isinstance(value, cst.BooleanOperation) and tree.code(value.right) in ("{}", "dict()"):
                value = value.left
        case _:
            return
    function = function_of(tree, assign)
    if function is None or not isinstance(value, cst.Name) or value.value != name:
        return
    senders = {call.location for call in site.entry.calls}
    after = [use for use in places_of(tree, function, name) if tree.span(use).start > tree.span(assign).end]
    args = [tree.parent(use) for use in after]
    if all(isinstance(arg, cst.Arg) and tree.location(tree.parent(arg) or arg) in senders for arg in args):
        site.file.drop_statement(assign)


def _drop_call(site: EntrySite, call: cst.CSTNode, token: TokenExpression) -> Removal:
    statement = site.tree.parent(call)
    if isinstance(statement, cst.Expr):
        site.file.drop_statement(statement)
        return Removal(token=token, statement=statement)
    return Removal(token=token)


def _emptied_argument(site: EntrySite, arg: cst.Arg, token: TokenExpression) -> Removal:
    call = site.tree.parent(arg)
    assert isinstance(call, cst.Call)
    if called(site.tree, call) == "update" and len(call.args) == 1:
        return _drop_call(site, call, token)
    if _is_urlencode(site.tree, call):
        returned = site.tree.parent(call)
        if isinstance(returned, cst.Return):
            drop_calls(site.file, returned, "")
        else:
            drop_query(site.file, call)
    elif _goes(site, site.file, call, arg):
        site.file.drop_item(call, arg)
    return Removal(token=token)


def _takes_params(site: EntrySite, call: cst.Call) -> bool:
    """Returns whether this is the call that sends the request, whose second argument may be left out."""
    return any(entry.location == site.location(call) for entry in site.entry.calls) and len(call.args) > 1


def _goes(site: EntrySite, own: FileEditor, call: cst.Call, arg: cst.Arg) -> bool:
    """Returns whether an argument that gives empty parameters may be left out of a call."""
    here = own.tree is site.tree
    if arg.keyword is None and not (here and _takes_params(site, call) and not positional_follows(call, arg)):
        return False
    return (here or arg.keyword is None or arg.keyword.value == "params") and not _requires(own, call, arg)


def _requires(own: FileEditor, call: cst.Call, arg: cst.Arg) -> bool:
    """Returns whether what is called is a function of the program that may have to be given an argument."""
    index = own.workspace.index
    if not index.is_known(own.tree.location(call.func)):
        return False
    made = own.made(call.func)
    function = index.tree(made.path).find(made.span, cst.FunctionDef) if made is not None else None
    if function is None or arg.keyword is None:
        return True
    name = arg.keyword.value
    own_default = [param.default is not None for param in parameters(function) if param.name.value == name]
    return not all(own_default or [function.params.star_kwarg is not None])


def _emptied_helper(site: EntrySite, mapping: cst.CSTNode) -> None:
    """Takes out a function or method that gave nothing but the key, where each use of it is an argument that can go."""
    tree, file = site.tree, site.file
    above = tree.parent(mapping)
    helper = above if isinstance(above, cst.Lambda) else function_of(tree, mapping)
    match helper:
        case cst.Lambda():
            assign = tree.parent(helper)
            name = bound_by(assign)
            calls = calls_in(site.workspace.uses_of(site.location(helper), name)) if name is not None else None
        case cst.FunctionDef(body=cst.IndentedBlock(body=[_]), decorators=[]):
            assign, calls = None, calls_of(file, helper)
        case _:
            return
    drops = [_dropping(site, own, own.tree.parent(call)) for own, call in calls or ()]
    if not drops or None in drops:
        return
    for drop in drops:
        assert drop is not None
        drop()
    if isinstance(helper, cst.FunctionDef):
        drop_function(file, helper)
    elif isinstance(assign, cst.Assign):
        file.drop_statement(assign)


def _emptied_variable(site: EntrySite, assign: cst.Assign, name: cst.Name) -> None:
    """Takes out a variable or attribute that held nothing but the key, where each of its uses can go."""
    uses = site.workspace.uses_of(site.location(assign.value), name)
    drops = [_dropping(site, own, own.tree.parent(use)) for own, use in uses or ()]
    if drops and None not in drops:
        site.file.drop_statement(assign)
        for drop in drops:
            assert drop is not None
            drop()


def _dropping(site: EntrySite, own: FileEditor, item: cst.CSTNode | None) -> Callable[[], None] | None:
    """Returns what takes out an item that gives empty parameters, None where it has to stay."""
    tree = own.tree
    holder = tree.parent(item) if item is not None else None
    if isinstance(item, cst.StarredDictElement) and isinstance(holder, cst.Dict):
        return lambda: _thinned(site, own, holder, item)
    if not isinstance(item, cst.Arg) or not isinstance(holder, cst.Call):
        return None
    statement = tree.parent(holder)
    if item.star == "**":
        return lambda: _thinned(site, own, holder, item)
    if item.star or _is_urlencode(tree, holder):
        return None if item.star else lambda: drop_query(own, holder)
    if called(tree, holder) == "update" and len(holder.args) == 1 and isinstance(statement, cst.Expr):
        return lambda: own.drop_statement(statement)
    return (lambda: own.drop_item(holder, item)) if _goes(site, own, holder, item) else None


def _thinned(site: EntrySite, own: FileEditor, holder: cst.Dict | cst.Call, item: cst.CSTNode) -> None:
    own.drop_item(holder, item)
    _drop_copy(replace(site, file=own), holder)


def _is_urlencode(tree: Tree, call: cst.Call) -> bool:
    return called(tree, call) == "urlencode"
