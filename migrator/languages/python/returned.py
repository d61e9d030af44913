"""A parameter that a function returns as a piece of a query: taken out of every URL that it is put into."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.appends import drop_parameter
from migrator.languages.python.edits import Sheet
from migrator.languages.python.names import function_of, is_docstring
from migrator.languages.python.urls import NotMovedError, climbable, parts_of, root_of
from migrator.model.text import Span

_ELSEWHERE = "the parameter is made here and put into the URL elsewhere"


def drop_calls(sheet: Sheet, returned: cst.CSTNode, lead: str) -> None:
    """Takes the calls of a function that returns nothing but a parameter out of URLs, and the function with them.

    *lead* is the mark that the parameter begins with, if any. Raises `NotMovedError` where a call may be put into
    anything else, or where the function does more.
    """
    tree, helper = sheet.tree, function_of(sheet.tree, returned)
    if helper is None:
        raise NotMovedError(_ELSEWHERE)
    name = helper.name.value
    body = helper.body.body if isinstance(helper.body, cst.IndentedBlock) else ()
    if len([each for each in body if not is_docstring(each)]) != 1 or (helper.decorators and not _is_property(helper)):
        raise NotMovedError(_ELSEWHERE)
    if sheet.is_shared(name):
        raise NotMovedError(f"`{name}` may be used in other files")
    uses = [each for each in tree.named(name) if each is not helper.name]
    calls = [_whole(sheet, use, is_property=bool(helper.decorators)) for use in uses]
    if (
        not calls
        or len([each for each in tree.walk(tree.naming(name), cst.FunctionDef) if each.name.value == name]) > 1
    ):
        raise NotMovedError(_ELSEWHERE)
    for call in calls:
        root = root_of(tree, climbable(tree, call))
        parts = parts_of(tree, root)
        place = next((index for index, part in enumerate(parts) if part.value is call), None)
        if place is None or len(parts) == 1:
            raise NotMovedError(_ELSEWHERE)
        drop_parameter(sheet, root, parts, place, place, lead=lead)
    _drop_function(sheet, helper)


def _is_property(helper: cst.FunctionDef) -> bool:
    return [each.decorator.value for each in helper.decorators if isinstance(each.decorator, cst.Name)] == ["property"]


def _whole(sheet: Sheet, use: cst.Name, *, is_property: bool) -> cst.BaseExpression:
    """Returns the call, or the attribute of a property, that a name of a function is part of."""
    tree = sheet.tree
    above = tree.parent(use)
    read: cst.CSTNode | None = above if isinstance(above, cst.Attribute) and above.attr is use else use
    if not is_property:
        call = tree.parent(read) if read is not None else None
        read = call if isinstance(call, cst.Call) and call.func is read and not call.args else None
    if not isinstance(read, cst.BaseExpression):
        raise NotMovedError(_ELSEWHERE)
    return read


def _drop_function(sheet: Sheet, helper: cst.FunctionDef) -> None:
    """Takes a function out that nothing calls any more, with the empty lines after it."""
    tree = sheet.tree
    block = tree.parent(helper)
    if not isinstance(block, cst.Module) and len(getattr(block, "body", ())) < 2:
        return
    first = helper.decorators[0] if helper.decorators else helper
    end = tree.line_of(tree.span(helper).end)[1]
    while end < len(tree.text) and not tree.text[end : tree.line_of(end)[1]].strip():
        end = tree.line_of(end)[1]
    sheet.replace(Span(tree.line_of(tree.span(first).start)[0], end), "")
