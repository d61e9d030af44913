"""Functions that are given whole addresses: they get a parameter for headers, which they hand on to the request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.caller_urls import is_given_url
from migrator.languages.javascript.rewriting.credential import expression_at, function_name
from migrator.languages.javascript.rewriting.header_placement import place_in_call
from migrator.languages.javascript.rewriting.headers import add, entry, is_modern
from migrator.languages.javascript.rewriting.removed_key import RemovedKey
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, ScriptWorkspace, callee, elements
from migrator.languages.syntax.tree import Node
from migrator.model.call import ApiCall
from migrator.model.draft import NotMovedError
from migrator.model.text import Location

_HEADERS = "headers"
_HANDED = (
    r"[(,]\s*(?:[\w$]+\.)*NAME\s*[,)]|\bNAME\.(?:call|apply|bind)\b"
    r"|(?<![.\w$])(?!NAME\b)[\w$]+\s*[=:]\s*(?:[\w$]+\.)*NAME\s*[;,})\n]"
)
"""A function that something else calls: with what, its callers do not say."""
_MADE = r"\.NAME\s*=(?!=|\s*NAME\b)|^[ \t]*(?:async[ \t]+)?NAME\s*\([^()]*\)\s*\{"
"""Another function of the same name, for the same or another object."""
_NO_ROOM = "the function that sends the request cannot get a parameter for headers"


def place_by_parameter(
    workspace: ScriptWorkspace, common: ScriptWorkspace, removed: RemovedKey, call: ApiCall
) -> tuple[Location, ...]:
    """Gives the header to the function that leads to a request, at the innermost call where the key can be had.

    Returns the way from there to the request; the functions on it hand headers on by edits of *common*. Raises
    `NotMovedError` where one of them cannot.
    """
    sites = [*call.via, call.location]
    index, code = _reached(workspace, removed, sites)
    for place in sites[index + 1 :]:
        _lend(common, place)
    for place, following in pairwise(sites[index + 1 :]):
        (own, caller), (inner, sender) = common.call(place), common.call(following)
        _give(own, caller, _function(inner, sender), inner, _HEADERS)
    file, node = workspace.call(sites[index])
    file.refuse_shipped()
    if index == len(sites) - 1:
        place_in_call(workspace, file, node, [call], code)
    else:
        place_in_call(common, *common.call(call.location), [call], f"...{_HEADERS}")
        inner, sender = common.call(sites[index + 1])
        _give(file, node, _function(inner, sender), inner, f"{{ {entry(file, code)} }}")
    return tuple(sites[index:])


def _reached(workspace: ScriptWorkspace, removed: RemovedKey, sites: Sequence[Location]) -> tuple[int, str]:
    """Returns the innermost of some calls at which the key can be had, where not all of the URL comes from callers."""
    problem, found = NotMovedError(_NO_ROOM), list[tuple[int, str]]()
    for index in reversed(range(len(sites))):
        file, node = workspace.call(sites[index])
        try:
            found.append((index, expression_at(removed, file, node)))
        except NotMovedError as reason:
            problem = reason
            continue
        if not is_given_url(workspace, removed, sites[index]):
            return found[-1]
    if not found:
        raise problem
    return found[0]


def _lend(common: ScriptWorkspace, place: Location) -> None:
    """Makes the function around a call take headers, and hand them on where it calls itself."""
    file, node = common.call(place)
    function = _function(file, node)
    listed = function.child("parameters") or function.child("parameter")
    name = function_name(file, function)
    if listed is None or name is None or not is_modern(file) or not _may_grow(common, file, function, name):
        raise NotMovedError(_NO_ROOM)
    if _named(file, function, _HEADERS):
        raise NotMovedError("the function that sends the request has something else that is called headers")
    typed = any(one.kind == ":" for each in listed.named_children for one in each.walk())
    written = f"{_HEADERS}?: Record<string, string>" if typed else _HEADERS
    if listed.kind == "identifier":
        file.replace(listed.start, listed.end, f"({file.code(listed)}, {written})")
    else:
        add(file, listed, written)
    for again in _again(file, function, name):
        _give(file, again, function, file, _HEADERS)


def _function(file: ScriptEditor, node: Node) -> Node:
    function = file.function(node)
    if function is None:
        raise NotMovedError(_NO_ROOM)
    return function


def _named(file: ScriptEditor, node: Node, name: str) -> bool:
    """Returns whether something in a node is called by a name, in a form that a variable has."""
    kinds = ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")
    return any(one.kind in kinds and file.code(one) == name for one in node.walk())


def _may_grow(common: ScriptWorkspace, file: ScriptEditor, function: Node, name: str) -> bool:
    """Returns whether a function can get one more parameter: it is made once, and only ever called by its name."""
    listed = function.child("parameters") or function.child("parameter")
    rest = any(one.kind == "rest_pattern" for one in (listed.walk() if listed is not None else ()))
    counted = any(one.kind == "identifier" and file.code(one) == "arguments" for one in function.walk())
    made = [one for one in file.syntax.root.walk() if one.kind in FUNCTIONS and function_name(file, one) == name]
    if rest or counted or len(made) != 1 or _is_given_more(common, file, function, name):
        return False
    word = re.escape(name)
    handed = re.compile(_HANDED.replace("NAME", word))
    again = re.compile(_MADE.replace("NAME", word), re.MULTILINE)
    before = re.sub(rf"[\w$.]*\b{word}\s*[:=]\s*$", "", file.text[: function.start])
    others = [text for text in common.texts() if name in text and text is not file.text]
    texts = (before, file.text[function.end :], *others)
    return not handed.search(file.text) and not any(handed.search(one) or again.search(one) for one in texts)


def _is_given_more(common: ScriptWorkspace, file: ScriptEditor, function: Node, name: str) -> bool:
    """Returns whether something gives a function more than it takes, which would be its headers then."""
    arity, above = _arity(function), file.parent(function)
    member = above is not None and above.kind in ("class_body", "object", "pair", "assignment_expression")
    for one in file.syntax.root.walk():
        func, given = callee(one), one.child("arguments")
        if one.kind == "call_expression" and func is not None and given is not None:
            every = elements(given)
            more = len(every) > arity or any(each.kind == "spread_element" for each in every)
            owner, _, called = file.code(func).rpartition(".")
            if more and called == name and (member or owner in ("", "exports", "module.exports")):
                return True
    asked = re.compile(rf"(?<![\w$]){re.escape(name)}\s*\(([^()]*)")
    others = (text for text in common.texts() if name in text and text is not file.text)
    return any(found[1].count(",") >= arity or "..." in found[1] for text in others for found in asked.finditer(text))


def _arity(function: Node) -> int:
    """Returns how many parameters a function has."""
    listed = function.child("parameters") or function.child("parameter")
    return 1 if listed is None or listed.kind == "identifier" else len(listed.named_children)


def _again(file: ScriptEditor, function: Node, name: str) -> Sequence[Node]:
    """Returns the calls of a function in itself."""
    body = function.child("body")
    calls = [one for one in (body.walk() if body is not None else ()) if one.kind == "call_expression"]
    return [one for one in calls if (func := callee(one)) is not None and file.code(func) in (name, f"this.{name}")]


def _give(file: ScriptEditor, call: Node, function: Node, own: ScriptEditor, code: str) -> None:
    """Adds headers to the arguments of a call, as the last that its function takes."""
    func, given = callee(call), call.child("arguments")
    arity = _arity(function)
    args = list(elements(given)) if given is not None and given.kind == "arguments" else []
    direct = func is not None and file.code(func).rpartition(".")[2] == function_name(own, function)
    if (
        given is None
        or not direct
        or not args
        or len(args) > arity
        or any(one.kind == "spread_element" for one in args)
    ):
        raise NotMovedError("the arguments of the request come from elsewhere")
    add(file, given, *["undefined"] * (arity - len(args)), code)
