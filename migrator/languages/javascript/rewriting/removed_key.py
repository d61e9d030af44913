"""A credential that is taken out of where it enters requests, and what is left to do about it."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from migrator.languages.javascript.rewriting.workspace import ScriptEditor, callee, elements
from migrator.languages.syntax.tree import Node
from migrator.model.draft import NotMovedError
from migrator.model.text import Span

UNKNOWN = "cannot tell how the key gets into the request"
OPTIONS = frozenset({"params", "qs", "query", "searchParams", "data"})
"""The options under which clients take the parameters of a URL."""
CHAINED = frozenset({"superagent"})
"""The clients whose requests are put together in a chain of calls."""
STRINGS = frozenset({"string", "template_string"})
FILLED = re.compile(r"\{\{[^{}]+\}\}")
"""What a platform replaces in any text that it is given."""


@dataclass(frozen=True, slots=True)
class RemovedKey:
    """A credential that was taken out: its expression and where it stood, the text written there if it was one.

    ``beside`` is the object of options that the parameters were in, ``emptied`` the entry of it that has nothing left,
    and ``hook`` the parameter of a function that changes the options of every request. ``placed`` says that there is
    nothing else to do; ``opened`` is the text whose query the key opened, so that what follows it, if anything, has to.
    ``guarded`` says that the key was only put in where there was none.
    """

    file: ScriptEditor
    node: Node
    code: str
    written: bool = False
    beside: Node | None = None
    emptied: Node | None = None
    statement: Node | None = None
    placed: bool = False
    opened: Node | None = None
    guarded: bool = False


def is_written(node: Node) -> bool:
    """Returns whether a text is all there, with nothing put into it."""
    return node.kind in STRINGS and not any(one.kind == "template_substitution" for one in node.children)


_ENCODERS = frozenset({"encodeURIComponent", "encodeURI", "escape", "querystring.escape", "qs.escape"})
_TEXTS = frozenset({"String"})


def removed_key(file: ScriptEditor, value: Node, *, encoded: bool = False) -> RemovedKey:
    """Returns an expression as the credential that it gives a header, without the encoding of a URL."""
    value = _made_text(file, _argument(file, value, _ENCODERS) if encoded else value)
    return RemovedKey(file, value, file.code(value), written=is_written(value))


def _made_text(file: ScriptEditor, value: Node) -> Node:
    """Returns what an expression only makes a text of, as the header does anyway."""
    parts = value.named_children
    if value.kind == "template_string" and len(parts) == 1 and parts[0].span == Span(value.start + 1, value.end - 1):
        return _made_text(file, parts[0].named_children[0])
    return _argument(file, value, _TEXTS)


def _argument(file: ScriptEditor, value: Node, names: Set[str]) -> Node:
    """Returns the argument of a call of one of some functions, else the expression itself."""
    func, given = callee(value), value.child("arguments")
    called = func is not None and given is not None and file.code(func) in names and len(elements(given)) == 1
    return elements(given)[0] if called and given is not None else value


def is_query(file: ScriptEditor, call: Node) -> bool:
    """Returns whether a call adds a query in a chain of calls."""
    func = callee(call)
    name = func.child("property") if func is not None and func.kind == "member_expression" else None
    return name is not None and file.code(name) == "query"


def drop_link(file: ScriptEditor, call: Node) -> None:
    """Takes ``.name(...)`` out of a chain of calls."""
    func = callee(call)
    owner = func.child("object") if func is not None else None
    if owner is None:
        raise NotMovedError(UNKNOWN)
    file.replace(owner.end, call.end, "")
