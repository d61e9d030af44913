"""Taking a credential out of where it enters: a URL, parameters, or the options of a client library."""

from __future__ import annotations

from dataclasses import replace

from migrator.catalog.sdkrows import sdks
from migrator.languages.javascript.rewriting.branches import as_header, as_headers
from migrator.languages.javascript.rewriting.cleanup import leave_out_object
from migrator.languages.javascript.rewriting.headers import value_of
from migrator.languages.javascript.rewriting.removed_key import (
    CHAINED,
    OPTIONS,
    UNKNOWN,
    RemovedKey,
    drop_link,
    is_query,
    removed_key,
)
from migrator.languages.javascript.rewriting.url_parameter import take_from_text
from migrator.languages.javascript.rewriting.workspace import (
    ScriptEditor,
    callee,
    drop_element,
    drop_statement,
    elements,
)
from migrator.languages.syntax.tree import Node
from migrator.model.draft import KeyEntry, NotMovedError


def take(file: ScriptEditor, entry: KeyEntry) -> RemovedKey:
    """Takes the credential of an entry out. Raises `NotMovedError` when it stands in a form that is not known."""
    span = entry.at.span
    node = file.at(span)
    while node.span != span and (above := file.parent(node)) and span.start <= above.start and above.end <= span.end:
        node = above
    if entry.keyword:
        setter = _setter(file, node, entry)
        return setter if setter is not None else _switched(file, node, entry)
    above, chained = file.parent(node), all(call.client in CHAINED for call in entry.calls)
    if node.kind == "shorthand_property_identifier":
        return _entry(file, node, node, chained=chained)
    if above is not None and above.kind == "pair" and above.child("key") is node:
        value = above.child("value")
        if value is not None:
            return _entry(file, above, value, chained=chained)
    if node.kind == "string_fragment" and above is not None and above.kind == "string":
        node, above = above, file.parent(above)
    if above is not None and above.kind == "pair" and above.child("key") is node and (value := above.child("value")):
        return _entry(file, above, value, chained=chained)
    target = next((one for one in (node, *file.around(node)) if one.kind == "assignment_expression"), None)
    if target is not None and (left := target.child("left")) is not None and left.span == entry.at.span:
        return _assigned(file, target)
    if above is not None and above.kind == "arguments" and elements(above)[0] is node and len(elements(above)) == 2:
        return _appended(file, above)
    return take_from_text(file, node, entry)


def _setter(file: ScriptEditor, node: Node, entry: KeyEntry) -> RemovedKey | None:
    """Makes ``client.setApiKey(key)`` the call of the method for a token; returns None where a key enters otherwise."""
    name, above = file.code(node), file.parent(node)
    call = file.parent(above) if above is not None and above.kind == "member_expression" else None
    given = call.child("arguments") if call is not None and call.kind == "call_expression" else None
    known = [sdk for sdk in sdks().values() if any(call.client == sdk.package for call in entry.calls)]
    mine = [sdk for sdk in known if any(one.name == name for one in sdk.setters)]
    if given is None or len(mine) != 1 or not elements(given):
        return None
    for_token = next((one.name for one in mine[0].setters if one.kind == "token"), None)
    if for_token is None:
        return None
    file.replace(node.start, node.end, for_token)
    value = elements(given)[0]
    return replace(removed_key(file, value), placed=True)


def _switched(file: ScriptEditor, node: Node, entry: KeyEntry) -> RemovedKey:
    above = file.parent(node)
    if node.kind == "shorthand_property_identifier":
        file.replace(node.start, node.end, f"{entry.keyword}: {file.code(node)}")
        return RemovedKey(file, node, file.code(node), placed=True)
    target = next((one for one in (node, *file.around(node)) if one.kind == "assignment_expression"), None)
    left, value = (target.child("left"), target.child("right")) if target is not None else (None, None)
    name = (left.child("property") or left.child("index")) if left is not None and left.span == entry.at.span else None
    if name is not None and value is not None:
        _rename(file, name, entry.keyword)
        return replace(removed_key(file, value), placed=True)
    while above is not None and above.kind != "pair":
        node, above = above, file.parent(above)
    if above is None or (value := above.child("value")) is None or (key := above.child("key")) is None:
        raise NotMovedError(UNKNOWN)
    _rename(file, key, entry.keyword)
    return replace(removed_key(file, value), placed=True)


def _rename(file: ScriptEditor, name: Node, new: str) -> None:
    quote = file.text[name.start] if name.kind == "string" else ""
    file.replace(name.start, name.end, f"{quote}{new}{quote}")


def _entry(file: ScriptEditor, pair: Node, value: Node, *, chained: bool) -> RemovedKey:
    """Takes an entry out of an object of parameters."""
    holder = file.parent(pair)
    if holder is None or holder.kind != "object":
        raise NotMovedError(UNKNOWN)
    above = file.parent(holder)
    alone = len(elements(holder)) == 1
    if alone and (moved := as_headers(file, holder, removed_key(file, value))) is not None:
        return moved
    beside = emptied = None
    key = above.child("key") if above is not None and above.kind == "pair" else None
    if key is not None and above is not None and file.code(key).strip("'\"") in OPTIONS:
        beside, emptied = file.parent(above), above if alone else None
    call = file.parent(above) if above is not None and above.kind == "arguments" else None
    if alone and call is not None and is_query(file, call):
        if chained:
            return _set_link(file, call, removed_key(file, value))
        drop_link(file, call)
    elif emptied is None and not (alone and leave_out_object(file, holder)):
        drop_element(file, pair)
    return replace(removed_key(file, value), beside=beside, emptied=emptied)


def _set_link(file: ScriptEditor, call: Node, removed: RemovedKey) -> RemovedKey:
    """Sets the header in a chain of calls where it added the key to the query."""
    func, given = callee(call), call.child("arguments")
    name = func.child("property") if func is not None else None
    if name is None or given is None or removed.written:
        raise NotMovedError(UNKNOWN)
    file.replace(name.start, name.end, "set")
    quote = file.quote()
    file.replace(given.start, given.end, f"({quote}Authorization{quote}, {value_of(file, removed.code)})")
    return replace(removed, placed=True)


def _assigned(file: ScriptEditor, assignment: Node) -> RemovedKey:
    """Takes ``parameters.hapikey = key`` out, which is a statement of its own."""
    statement, value = file.parent(assignment), assignment.child("right")
    if statement is None or statement.kind != "expression_statement" or value is None:
        raise NotMovedError("the key is put in where something else is done as well")
    removed = removed_key(file, value)
    left = assignment.child("left")
    branch = next((one for one in file.around(statement) if "block" not in one.kind), None)
    test = branch.child("condition") if branch is not None and branch.kind == "if_statement" else None
    guarded = test is not None and left is not None and file.code(left) in file.code(test)
    guarded = guarded and not _is_made_here(file, left)
    return as_header(file, assignment, removed) or replace(removed, statement=statement, guarded=guarded)


def _is_made_here(file: ScriptEditor, left: Node | None) -> bool:
    """Returns whether parameters are an object that is written out, which holds nothing that callers gave."""
    owner = left.child("object") if left is not None else None
    made = file.made(owner) if owner is not None else None
    return made is not None and made.kind == "object" and all(one.kind != "spread_element" for one in elements(made))


def _appended(file: ScriptEditor, arguments: Node) -> RemovedKey:
    """Takes ``parameters.set("hapikey", key)`` out, which is a statement of its own."""
    call = file.parent(arguments)
    statement = file.parent(call) if call is not None else None
    if call is None or statement is None or statement.kind != "expression_statement":
        raise NotMovedError("the key is put in where something else is done as well")
    removed = removed_key(file, elements(arguments)[1])
    return as_header(file, call, removed) or replace(removed, statement=statement)


def drop_statement_of_key(removed: RemovedKey) -> None:
    """Takes out what a credential leaves behind: an empty entry, or the statement that put it in."""
    if removed.statement is not None:
        drop_statement(removed.file, removed.statement)


def drop_remains(removed: RemovedKey) -> None:
    """Takes out all that a credential leaves behind, for requests that need no header in its place."""
    drop_statement_of_key(removed)
    if removed.emptied is not None:
        drop_element(removed.file, removed.emptied)


def drop_option(file: ScriptEditor, entry: KeyEntry) -> None:
    """Takes the key out of the options of a client that holds a token too. Raises `NotMovedError` for another form."""
    node: Node | None = file.at(entry.at.span)
    while node is not None and node.kind not in ("pair", "shorthand_property_identifier"):
        node = file.parent(node)
    holder = file.parent(node) if node is not None else None
    if node is None or holder is None or holder.kind != "object":
        raise NotMovedError("the key is given to a client that holds a token too")
    drop_element(file, node)
