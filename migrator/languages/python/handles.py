"""A header for a handle whose options are set one by one, as those of curl are: it is one line of a list."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.edits import Sheet, Tree
from migrator.languages.python.names import function_of
from migrator.languages.python.urls import NotMovedError
from migrator.model.text import Span

_URL, _HEADERS = "URL", "HTTPHEADER"


def set_option(sheet: Sheet, perform: cst.Call, bearer: str) -> None:
    """Adds the header to those of the handle that performs a request.

    Raises `NotMovedError` when the options of the handle are not set beside the request.
    """
    tree = sheet.tree
    line = bearer.replace("Bearer ", "Authorization: Bearer ", 1)
    options = _options(tree, perform)
    given = [call for name, call in options if name == _HEADERS]
    if len(given) > 1 or not any(name == _URL for name, _ in options):
        raise NotMovedError("the options of the handle are set elsewhere")
    if given:
        value = given[0].args[1].value
        if not isinstance(value, cst.List):
            raise NotMovedError("the headers of the handle are not written as a list")
        if any(f"{mark}authorization:" in tree.code(value).lower() for mark in "\"'"):
            raise NotMovedError("an Authorization header is already set here")
        sheet.add_item(value, line)
        return
    url = next(call for name, call in options if name == _URL)
    option = tree.code(url.args[0].value).removesuffix(_URL) + _HEADERS
    statement = tree.statement(perform)
    start = tree.span(statement).start if statement is not None else 0
    indent = tree.text[tree.line_of(start)[0] : start]
    if indent.strip():
        raise NotMovedError("there is no line of its own for the header here")
    sheet.replace(Span(start, start), f"{tree.code(url.func)}({option}, [{line}]){tree.newline}{indent}")


def _options(tree: Tree, perform: cst.Call) -> list[tuple[str, cst.Call]]:
    """Returns what the function that performs sets on the handle: the names of the options, and the calls."""
    function = function_of(tree, perform)
    setter = tree.code(perform.func).removesuffix("perform") + "setopt"
    calls = tree.walk(function.body if function is not None else tree.naming("setopt"), cst.Call)
    return [
        (tree.code(call.args[0].value).rpartition(".")[2], call)
        for call in calls
        if tree.code(call.func) == setter and len(call.args) == 2 and function_of(tree, call) is function
    ]
