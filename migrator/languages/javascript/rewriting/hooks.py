"""Functions through which a client passes the options of every request."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.catalog.clients import client_named
from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.headers import value_of
from migrator.languages.javascript.rewriting.sheet import Sheet
from migrator.languages.javascript.rewriting.taken import Taken
from migrator.languages.syntax.tree import Node
from migrator.model.call import ApiCall


def in_hook(taken: Taken, calls: Sequence[ApiCall], code: str) -> bool:
    """Puts the header where a function that changes every request put the key; returns whether there is such a one."""
    sheet = taken.sheet
    for one in sheet.around(taken.node):
        if one.kind not in FUNCTIONS:
            continue
        if _is_registered(sheet, one) or (taken.statement is not None and _changes_requests(sheet, one, taken, calls)):
            return _set_in_hook(sheet, taken, one, code)
    return False


def _is_registered(sheet: Sheet, function: Node) -> bool:
    """Returns whether a function is written where a client takes what changes its requests."""
    holder = sheet.parent(function)
    call = sheet.parent(holder) if holder is not None and holder.kind == "arguments" else None
    func = call.child("function") if call is not None else None
    return func is not None and sheet.code(func).endswith("interceptors.request.use")


def _changes_requests(sheet: Sheet, function: Node, taken: Taken, calls: Sequence[ApiCall]) -> bool:
    """Returns whether a function puts the key into the options that it is given, for a client that calls such ones."""
    first = _first(function)
    assigned = next(
        (one for one in (taken.statement or taken.node).walk() if one.kind == "assignment_expression"), None
    )
    left = assigned.child("left") if assigned is not None else None
    if first is None or left is None or not sheet.code(left).startswith(f"{sheet.code(first)}."):
        return False
    clients, places = [client_named(call.client) for call in calls], [call.location for call in calls]
    path = sheet.source.path
    inside = any(one.path == path and function.start <= one.span.start < function.end for one in places)
    return not inside and all(client is not None and (client.hooks or client.befores) for client in clients)


def _first(function: Node) -> Node | None:
    """Returns the name of the first parameter of a function."""
    listed = function.child("parameter") or function.child("parameters")
    first = listed if listed is None or listed.kind == "identifier" else next(iter(listed.named_children), None)
    first = first.child("pattern") or first if first is not None else None
    return first if first is not None and first.kind == "identifier" else None


def _set_in_hook(sheet: Sheet, taken: Taken, function: Node, code: str) -> bool:
    first = _first(function)
    around = (one for one in sheet.around(taken.node) if one.kind.endswith("statement"))
    statement = taken.statement or next(around, None)
    if first is None or statement is None:
        return False
    if statement.kind != "expression_statement":
        return False
    end = ";" if sheet.ends_statements() else ""
    written = f"{sheet.code(first)}.headers.Authorization = {value_of(sheet, code)}{end}"
    if taken.statement is not None:
        sheet.replace(statement.start, statement.end, written)
    else:
        sheet.replace(statement.end, statement.end, f"{sheet.newline()}{sheet.indent(statement.start)}{written}")
    return True
