"""Parameters of helpers that only served to write the key into a URL."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from migrator.languages.python.rewriting.bindings import (
    argument_of,
    function_of,
    made_at,
    names_in,
    parameters,
    stored_variables,
)
from migrator.languages.python.rewriting.credential import TokenExpression
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor, Uses
from migrator.model.text import Location, Span


def drop_unused(file: FileEditor, token: TokenExpression, senders: Iterable[Location]) -> None:
    """Takes a parameter that gave nothing but the key out of a helper, and its argument out of every call.

    *senders* are the calls that send it now; a helper that holds one of them still needs its parameter. Only where
    all uses of the helper are known to be calls; its signature may be somebody's interface otherwise.
    """
    tree = file.tree
    helper = function_of(tree, token.node)
    if helper is None or not isinstance(token.node, cst.Name):
        return
    param = next((each for each in helper.params.params if each.name.value == token.node.value), None)
    if any(place.path == tree.source.path and tree.span(helper).contains(place.span) for place in senders):
        return
    calls = calls_of(file, helper) if param is not None and not tree.above(helper, cst.ClassDef) else None
    if param is None or not calls:
        return
    reads = [name for name in names_in(tree, helper.body) if name.value == param.name.value]
    args = [argument_of(helper, call, param.name.value) for _, call in calls]
    if len(reads) != 1 or None in args:
        return
    file.replace(_with_comma(tree, helper, param), "")
    for (own, call), arg in zip(calls, args, strict=True):
        if arg is not None:
            own.drop_item(call, arg)


def uses_of(file: FileEditor, helper: cst.FunctionDef) -> Uses | None:
    """Returns where a function is used, or a property read, in any file, None where that is not all known."""
    return file.workspace.uses_of(made_at(file.tree, helper), helper.name)


def calls_of(file: FileEditor, helper: cst.FunctionDef) -> list[tuple[FileEditor, cst.Call]] | None:
    """Returns the calls of a helper, None when it is also used in another way, or where that cannot be told."""
    return calls_in(uses_of(file, helper))


def calls_in(uses: Uses | None) -> list[tuple[FileEditor, cst.Call]] | None:
    """Returns the calls that all uses of a function are, None when some are not, or when they are not all known."""
    calls = [
        (own, call)
        for own, use in uses or ()
        if isinstance(call := own.tree.parent(use), cst.Call) and call.func is use
    ]
    return calls if uses is not None and len(calls) == len(uses) else None


def value_passed(file: FileEditor, token: TokenExpression) -> tuple[Tree, cst.BaseExpression] | None:
    """Returns what the program gives, in one way, as the parameter that a token is, or is kept of by an object.

    A read of the environment is given to one place for all others to be told by it, and is not repeated.
    """
    tree, node = file.tree, token.node
    match node:
        case cst.Name(value=name):
            helper = function_of(tree, node)
            while helper is not None and all(param.name.value != name for param in parameters(helper)):
                helper = function_of(tree, helper)
            calls = calls_of(file, helper) if helper is not None else None
        case cst.Attribute(value=cst.Name("self"), attr=cst.Name(value=attribute)):
            owner = tree.above(node, cst.ClassDef)
            helper, name = _keeper(tree, owner, attribute) if isinstance(owner, cst.ClassDef) else (None, "")
            calls = makers_of(file, owner) if isinstance(owner, cst.ClassDef) else None
        case _:
            return None
    args = [(own.tree, argument_of(helper, call, name)) for own, call in calls or ()] if helper is not None else []
    texts = {own.code(arg.value) if arg is not None else None for own, arg in args}
    [(own, first), *_] = args or [(tree, None)]
    if first is None or len(texts) != 1 or "environ" in own.code(first.value):
        return None
    return own, first.value


def _keeper(tree: Tree, owner: cst.ClassDef, attribute: str) -> tuple[cst.FunctionDef | None, str]:
    """Returns the constructor of a class that keeps a parameter of its own in an attribute, and the parameter."""
    for helper in owner.body.body:
        if isinstance(helper, cst.FunctionDef) and helper.name.value == "__init__":
            for name in (value for own, value in stored_variables(tree, helper) if own == attribute):
                return helper, name
    return None, ""


def makers_of(file: FileEditor, owner: cst.ClassDef) -> list[tuple[FileEditor, cst.Call]] | None:
    """Returns the calls that make objects of a class, None where that cannot be told."""
    first = owner.decorators[0] if owner.decorators else owner
    made = file.tree.location(owner)
    uses = file.workspace.uses_of(made._replace(span=Span(file.tree.span(first).start, made.span.end)), owner.name)
    found = [(own, above) for own, use in uses or () if isinstance(above := own.tree.parent(use), cst.Call)]
    return [(own, call) for own, call in found if own.tree.code(call.func).endswith(owner.name.value)] if uses else None


def _with_comma(tree: Tree, helper: cst.FunctionDef, param: cst.Param) -> Span:
    """Returns the span of a parameter with the comma that goes with it."""
    params = helper.params.params
    place = next(index for index, each in enumerate(params) if each is param)
    if place:
        return Span(param_end(tree, params[place - 1]), param_end(tree, param))
    start = tree.span(param).start
    following = [each for each in parameters(helper) if each is not param]
    return Span(start, tree.span(following[0]).start) if following else Span(start, param_end(tree, param))


def param_end(tree: Tree, param: cst.Param) -> int:
    """Returns where a parameter ends, its annotation and default among it."""
    last = param.default or (param.annotation.annotation if param.annotation else param.name)
    return tree.outer(last).end
