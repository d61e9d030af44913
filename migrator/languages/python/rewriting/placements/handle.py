"""A header for a handle whose options are set one by one, as those of curl are: it is one line of a list."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from migrator.languages.python.rewriting.names import function_of
from migrator.languages.python.rewriting.tree import NotMovedError, Tree
from migrator.languages.python.rewriting.workspace import Sheet


def set_option(sheet: Sheet, perform: cst.Call, bearer: str, handle: Mapping[str, str]) -> None:
    """Adds the header to those of the handle that performs a request; *handle* names its methods and options.

    Raises `NotMovedError` when the options of the handle are not set beside the request.
    """
    tree = sheet.tree
    line = bearer.replace("Bearer ", "Authorization: Bearer ", 1)
    options = _options(tree, perform, handle)
    given = [call for name, call in options if name == handle["headers"]]
    if len(given) > 1 or not any(name == handle["url"] for name, _ in options):
        raise NotMovedError("the options of the handle are set elsewhere")
    if given:
        value = given[0].args[1].value
        if not isinstance(value, cst.List):
            raise NotMovedError("the headers of the handle are not written as a list")
        if any(f"{mark}authorization:" in tree.code(value).lower() for mark in "\"'"):
            raise NotMovedError("an Authorization header is already set here")
        sheet.add_item(value, line)
        return
    url = next(call for name, call in options if name == handle["url"])
    option = tree.code(url.args[0].value).removesuffix(handle["url"]) + handle["headers"]
    sheet.insert_before(tree.statement(perform) or perform, f"{tree.code(url.func)}({option}, [{line}])")


def _options(tree: Tree, perform: cst.Call, handle: Mapping[str, str]) -> list[tuple[str, cst.Call]]:
    """Returns what the function that performs sets on the handle: the names of the options, and the calls."""
    function = function_of(tree, perform)
    setter = tree.code(perform.func).removesuffix(handle["send"]) + handle["set"]
    calls = tree.walk(function.body if function is not None else tree.naming(handle["set"]), cst.Call)
    return [
        (tree.code(call.args[0].value).rpartition(".")[2], call)
        for call in calls
        if tree.code(call.func) == setter and len(call.args) == 2 and function_of(tree, call) is function
    ]
