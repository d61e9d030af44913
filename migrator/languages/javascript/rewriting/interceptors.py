"""Functions through which a client passes the options of every request."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.catalog.clients import client_named
from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.headers import value_of
from migrator.languages.javascript.rewriting.removed_key import RemovedKey
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, callee
from migrator.languages.syntax.tree import Node
from migrator.model.call import ApiCall


def place_in_interceptor(removed: RemovedKey, calls: Sequence[ApiCall], code: str) -> bool:
    """Puts the header where a function that changes every request put the key; returns whether there is such a one."""
    file = removed.file
    for one in file.around(removed.node):
        if one.kind not in FUNCTIONS:
            continue
        if _is_registered(file, one) or (
            removed.statement is not None and _changes_requests(file, one, removed, calls)
        ):
            return _set_in_hook(file, removed, one, code)
    return False


def _is_registered(file: ScriptEditor, function: Node) -> bool:
    """Returns whether a function is written where a client takes what changes its requests."""
    holder = file.parent(function)
    call = file.parent(holder) if holder is not None and holder.kind == "arguments" else None
    func = callee(call) if call is not None else None
    return func is not None and file.code(func).endswith("interceptors.request.use")


def _changes_requests(file: ScriptEditor, function: Node, removed: RemovedKey, calls: Sequence[ApiCall]) -> bool:
    """Returns whether a function puts the key into the options that it is given, for a client that calls such ones."""
    first = _first(function)
    assigned = next(
        (one for one in (removed.statement or removed.node).walk() if one.kind == "assignment_expression"), None
    )
    left = assigned.child("left") if assigned is not None else None
    if first is None or left is None or not file.code(left).startswith(f"{file.code(first)}."):
        return False
    clients, places = [client_named(call.client) for call in calls], [call.location for call in calls]
    path = file.source.path
    inside = any(one.path == path and function.start <= one.span.start < function.end for one in places)
    return not inside and all(client is not None and (client.hooks or client.befores) for client in clients)


def _first(function: Node) -> Node | None:
    """Returns the name of the first parameter of a function."""
    listed = function.child("parameter") or function.child("parameters")
    first = listed if listed is None or listed.kind == "identifier" else next(iter(listed.named_children), None)
    first = first.child("pattern") or first if first is not None else None
    return first if first is not None and first.kind == "identifier" else None


def _set_in_hook(file: ScriptEditor, removed: RemovedKey, function: Node, code: str) -> bool:
    first = _first(function)
    around = (one for one in file.around(removed.node) if one.kind.endswith("statement"))
    statement = removed.statement or next(around, None)
    if first is None or statement is None:
        return False
    if statement.kind != "expression_statement":
        return False
    end = ";" if file.ends_statements() else ""
    written = f"{file.code(first)}.headers.Authorization = {value_of(file, code)}{end}"
    if removed.statement is not None:
        file.replace(statement.start, statement.end, written)
    else:
        file.replace(statement.end, statement.end, f"{file.newline()}{file.indent(statement.start)}{written}")
    return True
