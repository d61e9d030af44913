"""A parameter that a function returns as a piece of a query: taken out of every URL that it is put into."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.bindings import function_of, is_docstring
from migrator.languages.python.rewriting.parameters import calls_of, uses_of
from migrator.languages.python.rewriting.urls.appended_parameters import drop_parameter
from migrator.languages.python.rewriting.urls.parts import around
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Span

_ELSEWHERE = "the parameter is made here and put into the URL elsewhere"


def drop_calls(file: FileEditor, returned: cst.CSTNode, lead: str) -> None:
    """Takes the calls of a function that returns nothing but a parameter out of URLs, and the function with them.

    *lead* is the mark that the parameter begins with, if any. Raises `NotMovedError` where a call may be put into
    anything else, or where the function does more.
    """
    helper = function_of(file.tree, returned)
    if helper is None:
        raise NotMovedError(_ELSEWHERE)
    body = helper.body.body if isinstance(helper.body, cst.IndentedBlock) else ()
    is_read = [file.tree.code(each.decorator) for each in helper.decorators] == ["property"]
    if len([each for each in body if not is_docstring(each)]) != 1 or (helper.decorators and not is_read):
        raise NotMovedError(_ELSEWHERE)
    uses = uses_of(file, helper) if is_read else calls_of(file, helper)
    if not uses:
        raise NotMovedError(f"`{helper.name.value}` is used for more than being put into a URL")
    for own, use in uses:
        root, parts, place = around(own.tree, use)
        if place is None or len(parts) == 1 or (isinstance(use, cst.Call) and use.args):
            raise NotMovedError(_ELSEWHERE)
        drop_parameter(own, root, parts, place, place, lead=lead)
    drop_function(file, helper)


def drop_function(file: FileEditor, helper: cst.FunctionDef) -> None:
    """Takes a function out that nothing calls any more, with the empty lines after it; not the last of a block."""
    tree = file.tree
    block = tree.parent(helper)
    if not isinstance(block, cst.Module) and len(getattr(block, "body", ())) < 2:
        return
    first = helper.decorators[0] if helper.decorators else helper
    end = tree.line_of(tree.span(helper).end)[1]
    while end < len(tree.text) and not tree.text[end : tree.line_of(end)[1]].strip():
        end = tree.line_of(end)[1]
    file.replace(Span(tree.line_of(tree.span(first).start)[0], end), "")
