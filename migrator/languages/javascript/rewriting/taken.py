"""A credential that is taken out of where it enters requests, and what is left to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migrator.languages.javascript.rewriting.sheet import NotMovedError, Sheet, elements
from migrator.languages.syntax.tree import Node

UNKNOWN = "cannot tell how the key gets into the request"
STRINGS = frozenset({"string", "template_string"})
FILLED = re.compile(r"\{\{[^{}]+\}\}")
"""What a platform replaces in any text that it is given."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A credential that was taken out: its expression and where it stood, the text written there if it was one.

    ``beside`` is the object of options that the parameters were in, ``emptied`` the entry of it that has nothing left,
    and ``hook`` the parameter of a function that changes the options of every request. ``placed`` says that there is
    nothing else to do; ``opened`` is the text whose query the key opened, so that what follows it, if anything, has to.
    """

    sheet: Sheet
    node: Node
    code: str
    written: bool = False
    beside: Node | None = None
    emptied: Node | None = None
    statement: Node | None = None
    placed: bool = False
    opened: Node | None = None


def is_written(node: Node) -> bool:
    """Returns whether a text is all there, with nothing put into it."""
    return node.kind in STRINGS and not any(one.kind == "template_substitution" for one in node.children)


_ENCODERS = frozenset({"encodeURIComponent", "encodeURI", "escape", "querystring.escape", "qs.escape"})


def raw(sheet: Sheet, value: Node) -> str:
    """Returns the expression of a credential in a URL, which a header takes without the encoding of a URL."""
    func, given = value.child("function"), value.child("arguments")
    if func is not None and given is not None and sheet.code(func) in _ENCODERS and len(elements(given)) == 1:
        return sheet.code(elements(given)[0])
    return sheet.code(value)


def is_query(sheet: Sheet, call: Node) -> bool:
    """Returns whether a call adds a query in a chain of calls."""
    func = call.child("function")
    name = func.child("property") if func is not None and func.kind == "member_expression" else None
    return name is not None and sheet.code(name) == "query"


def drop_link(sheet: Sheet, call: Node) -> None:
    """Takes ``.name(...)`` out of a chain of calls."""
    func = call.child("function")
    owner = func.child("object") if func is not None else None
    if owner is None:
        raise NotMovedError(UNKNOWN)
    sheet.replace(owner.end, call.end, "")
