"""Functions that are given whole addresses: they get a parameter for headers, which they hand on to the request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.asking import is_given_url
from migrator.languages.javascript.rewriting.giving import put
from migrator.languages.javascript.rewriting.headers import add, entry, is_modern
from migrator.languages.javascript.rewriting.reaching import name_of, visible
from migrator.languages.javascript.rewriting.sheet import Desk, NotMovedError, Sheet, elements
from migrator.languages.javascript.rewriting.taken import Taken
from migrator.languages.syntax.tree import Node
from migrator.model.call import ApiCall
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


def hand(desk: Desk, room: Desk, taken: Taken, call: ApiCall) -> tuple[Location, ...]:
    """Gives the header to the function that leads to a request, at the innermost call where the key can be had.

    Returns the way from there to the request; the functions on it hand headers on by edits of *room*. Raises
    `NotMovedError` where one of them cannot.
    """
    sites = [*call.via, call.location]
    index, code = _reached(desk, taken, sites)
    for place in sites[index + 1 :]:
        _lend(room, place)
    for place, following in pairwise(sites[index + 1 :]):
        (own, caller), (inner, sender) = room.call(place), room.call(following)
        _give(own, caller, _function(inner, sender), inner, _HEADERS)
    sheet, node = desk.call(sites[index])
    sheet.refuse_shipped()
    if index == len(sites) - 1:
        put(desk, sheet, node, [call], code)
    else:
        put(room, *room.call(call.location), [call], f"...{_HEADERS}")
        inner, sender = room.call(sites[index + 1])
        _give(sheet, node, _function(inner, sender), inner, f"{{ {entry(sheet, code)} }}")
    return tuple(sites[index:])


def _reached(desk: Desk, taken: Taken, sites: Sequence[Location]) -> tuple[int, str]:
    """Returns the innermost of some calls at which the key can be had, where not all of the URL comes from callers."""
    problem, found = NotMovedError(_NO_ROOM), list[tuple[int, str]]()
    for index in reversed(range(len(sites))):
        sheet, node = desk.call(sites[index])
        try:
            found.append((index, visible(taken, sheet, node)))
        except NotMovedError as reason:
            problem = reason
            continue
        if not is_given_url(desk, taken, sites[index]):
            return found[-1]
    if not found:
        raise problem
    return found[0]


def _lend(room: Desk, place: Location) -> None:
    """Makes the function around a call take headers, and hand them on where it calls itself."""
    sheet, node = room.call(place)
    function = _function(sheet, node)
    listed = function.child("parameters") or function.child("parameter")
    name = name_of(sheet, function)
    if listed is None or name is None or not is_modern(sheet) or not _may_grow(room, sheet, function, name):
        raise NotMovedError(_NO_ROOM)
    if _named(sheet, function, _HEADERS):
        raise NotMovedError("the function that sends the request has something else that is called headers")
    typed = any(one.kind == ":" for each in listed.named_children for one in each.walk())
    written = f"{_HEADERS}?: Record<string, string>" if typed else _HEADERS
    if listed.kind == "identifier":
        sheet.replace(listed.start, listed.end, f"({sheet.code(listed)}, {written})")
    else:
        add(sheet, listed, written)
    for again in _again(sheet, function, name):
        _give(sheet, again, function, sheet, _HEADERS)


def _function(sheet: Sheet, node: Node) -> Node:
    function = sheet.function(node)
    if function is None:
        raise NotMovedError(_NO_ROOM)
    return function


def _named(sheet: Sheet, node: Node, name: str) -> bool:
    """Returns whether something in a node is called by a name, in a form that a variable has."""
    kinds = ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")
    return any(one.kind in kinds and sheet.code(one) == name for one in node.walk())


def _may_grow(room: Desk, sheet: Sheet, function: Node, name: str) -> bool:
    """Returns whether a function can get one more parameter: it is made once, and only ever called by its name."""
    listed = function.child("parameters") or function.child("parameter")
    rest = any(one.kind == "rest_pattern" for one in (listed.walk() if listed is not None else ()))
    counted = any(one.kind == "identifier" and sheet.code(one) == "arguments" for one in function.walk())
    made = [one for one in sheet.syntax.root.walk() if one.kind in FUNCTIONS and name_of(sheet, one) == name]
    if rest or counted or len(made) != 1 or _is_given_more(room, sheet, function, name):
        return False
    word = re.escape(name)
    handed = re.compile(_HANDED.replace("NAME", word))
    again = re.compile(_MADE.replace("NAME", word), re.MULTILINE)
    before = re.sub(rf"[\w$.]*\b{word}\s*[:=]\s*$", "", sheet.text[: function.start])
    others = [text for text in room.texts() if name in text and text is not sheet.text]
    texts = (before, sheet.text[function.end :], *others)
    return not handed.search(sheet.text) and not any(handed.search(one) or again.search(one) for one in texts)


def _is_given_more(room: Desk, sheet: Sheet, function: Node, name: str) -> bool:
    """Returns whether something gives a function more than it takes, which would be its headers then."""
    taken, above = _taken(function), sheet.parent(function)
    member = above is not None and above.kind in ("class_body", "object", "pair", "assignment_expression")
    for one in sheet.syntax.root.walk():
        func, given = one.child("function"), one.child("arguments")
        if one.kind == "call_expression" and func is not None and given is not None:
            every = elements(given)
            more = len(every) > taken or any(each.kind == "spread_element" for each in every)
            owner, _, called = sheet.code(func).rpartition(".")
            if more and called == name and (member or owner in ("", "exports", "module.exports")):
                return True
    asked = re.compile(rf"(?<![\w$]){re.escape(name)}\s*\(([^()]*)")
    others = (text for text in room.texts() if name in text and text is not sheet.text)
    return any(found[1].count(",") >= taken or "..." in found[1] for text in others for found in asked.finditer(text))


def _taken(function: Node) -> int:
    """Returns how many parameters a function has."""
    listed = function.child("parameters") or function.child("parameter")
    return 1 if listed is None or listed.kind == "identifier" else len(listed.named_children)


def _again(sheet: Sheet, function: Node, name: str) -> Sequence[Node]:
    """Returns the calls of a function in itself."""
    body = function.child("body")
    calls = [one for one in (body.walk() if body is not None else ()) if one.kind == "call_expression"]
    return [
        one
        for one in calls
        if (func := one.child("function")) is not None and sheet.code(func) in (name, f"this.{name}")
    ]


def _give(sheet: Sheet, call: Node, function: Node, own: Sheet, code: str) -> None:
    """Adds headers to the arguments of a call, as the last that its function takes."""
    func, given = call.child("function"), call.child("arguments")
    taken = _taken(function)
    args = list(elements(given)) if given is not None and given.kind == "arguments" else []
    direct = func is not None and sheet.code(func).rpartition(".")[2] == name_of(own, function)
    if (
        given is None
        or not direct
        or not args
        or len(args) > taken
        or any(one.kind == "spread_element" for one in args)
    ):
        raise NotMovedError("the arguments of the request come from elsewhere")
    add(sheet, given, *["undefined"] * (taken - len(args)), code)
