"""Taking a credential out of where it enters: a URL, parameters, or the options of a client library."""

from __future__ import annotations

from dataclasses import replace

from migrator.catalog.sdkrows import sdks
from migrator.languages.javascript.rewriting.choosing import as_header, as_headers
from migrator.languages.javascript.rewriting.headers import value_of
from migrator.languages.javascript.rewriting.leaving import leave_out_object
from migrator.languages.javascript.rewriting.sheet import NotMovedError, Sheet, drop_element, drop_statement, elements
from migrator.languages.javascript.rewriting.taken import CHAINED, OPTIONS, UNKNOWN, Taken, drop_link, held, is_query
from migrator.languages.javascript.rewriting.texts import of_text
from migrator.languages.syntax.tree import Node
from migrator.model.draft import KeyEntry


def take(sheet: Sheet, entry: KeyEntry) -> Taken:
    """Takes the credential of an entry out. Raises `NotMovedError` when it stands in a form that is not known."""
    span = entry.at.span
    node = sheet.at(span)
    while node.span != span and (above := sheet.parent(node)) and span.start <= above.start and above.end <= span.end:
        node = above
    if entry.keyword:
        setter = _setter(sheet, node, entry)
        return setter if setter is not None else _switched(sheet, node, entry)
    above, chained = sheet.parent(node), all(call.client in CHAINED for call in entry.calls)
    if node.kind == "shorthand_property_identifier":
        return _entry(sheet, node, node, chained=chained)
    if above is not None and above.kind == "pair" and above.child("key") is node:
        value = above.child("value")
        if value is not None:
            return _entry(sheet, above, value, chained=chained)
    if node.kind == "string_fragment" and above is not None and above.kind == "string":
        node, above = above, sheet.parent(above)
    if above is not None and above.kind == "pair" and above.child("key") is node and (value := above.child("value")):
        return _entry(sheet, above, value, chained=chained)
    target = next((one for one in (node, *sheet.around(node)) if one.kind == "assignment_expression"), None)
    if target is not None and (left := target.child("left")) is not None and left.span == entry.at.span:
        return _assigned(sheet, target)
    if above is not None and above.kind == "arguments" and elements(above)[0] is node and len(elements(above)) == 2:
        return _appended(sheet, above)
    return of_text(sheet, node, entry)


def _setter(sheet: Sheet, node: Node, entry: KeyEntry) -> Taken | None:
    """Makes ``client.setApiKey(key)`` the call of the method for a token; returns None where a key enters otherwise."""
    name, above = sheet.code(node), sheet.parent(node)
    call = sheet.parent(above) if above is not None and above.kind == "member_expression" else None
    given = call.child("arguments") if call is not None and call.kind == "call_expression" else None
    known = [sdk for sdk in sdks().values() if any(call.client == sdk.package for call in entry.calls)]
    mine = [sdk for sdk in known if any(one.name == name for one in sdk.setters)]
    if given is None or len(mine) != 1 or not elements(given):
        return None
    for_token = next((one.name for one in mine[0].setters if one.kind == "token"), None)
    if for_token is None:
        return None
    sheet.replace(node.start, node.end, for_token)
    value = elements(given)[0]
    return replace(held(sheet, value), placed=True)


def _switched(sheet: Sheet, node: Node, entry: KeyEntry) -> Taken:
    above = sheet.parent(node)
    if node.kind == "shorthand_property_identifier":
        sheet.replace(node.start, node.end, f"{entry.keyword}: {sheet.code(node)}")
        return Taken(sheet, node, sheet.code(node), placed=True)
    target = next((one for one in (node, *sheet.around(node)) if one.kind == "assignment_expression"), None)
    left, value = (target.child("left"), target.child("right")) if target is not None else (None, None)
    name = (left.child("property") or left.child("index")) if left is not None and left.span == entry.at.span else None
    if name is not None and value is not None:
        _rename(sheet, name, entry.keyword)
        return replace(held(sheet, value), placed=True)
    while above is not None and above.kind != "pair":
        node, above = above, sheet.parent(above)
    if above is None or (value := above.child("value")) is None or (key := above.child("key")) is None:
        raise NotMovedError(UNKNOWN)
    _rename(sheet, key, entry.keyword)
    return replace(held(sheet, value), placed=True)


def _rename(sheet: Sheet, name: Node, new: str) -> None:
    quote = sheet.text[name.start] if name.kind == "string" else ""
    sheet.replace(name.start, name.end, f"{quote}{new}{quote}")


def _entry(sheet: Sheet, pair: Node, value: Node, *, chained: bool) -> Taken:
    """Takes an entry out of an object of parameters."""
    holder = sheet.parent(pair)
    if holder is None or holder.kind != "object":
        raise NotMovedError(UNKNOWN)
    above = sheet.parent(holder)
    alone = len(elements(holder)) == 1
    if alone and (moved := as_headers(sheet, holder, held(sheet, value))) is not None:
        return moved
    beside = emptied = None
    key = above.child("key") if above is not None and above.kind == "pair" else None
    if key is not None and above is not None and sheet.code(key).strip("'\"") in OPTIONS:
        beside, emptied = sheet.parent(above), above if alone else None
    call = sheet.parent(above) if above is not None and above.kind == "arguments" else None
    if alone and call is not None and is_query(sheet, call):
        if chained:
            return _set_link(sheet, call, held(sheet, value))
        drop_link(sheet, call)
    elif emptied is None and not (alone and leave_out_object(sheet, holder)):
        drop_element(sheet, pair)
    return replace(held(sheet, value), beside=beside, emptied=emptied)


def _set_link(sheet: Sheet, call: Node, taken: Taken) -> Taken:
    """Sets the header in a chain of calls where it added the key to the query."""
    func, given = call.child("function"), call.child("arguments")
    name = func.child("property") if func is not None else None
    if name is None or given is None or taken.written:
        raise NotMovedError(UNKNOWN)
    sheet.replace(name.start, name.end, "set")
    quote = sheet.quote()
    sheet.replace(given.start, given.end, f"({quote}Authorization{quote}, {value_of(sheet, taken.code)})")
    return replace(taken, placed=True)


def _assigned(sheet: Sheet, assignment: Node) -> Taken:
    """Takes ``parameters.hapikey = key`` out, which is a statement of its own."""
    statement, value = sheet.parent(assignment), assignment.child("right")
    if statement is None or statement.kind != "expression_statement" or value is None:
        raise NotMovedError("the key is put in where something else is done as well")
    taken = held(sheet, value)
    left = assignment.child("left")
    branch = next((one for one in sheet.around(statement) if "block" not in one.kind), None)
    test = branch.child("condition") if branch is not None and branch.kind == "if_statement" else None
    guarded = test is not None and left is not None and sheet.code(left) in sheet.code(test)
    guarded = guarded and not _is_made_here(sheet, left)
    return as_header(sheet, assignment, taken) or replace(taken, statement=statement, guarded=guarded)


def _is_made_here(sheet: Sheet, left: Node | None) -> bool:
    """Returns whether parameters are an object that is written out, which holds nothing that callers gave."""
    owner = left.child("object") if left is not None else None
    made = sheet.made(owner) if owner is not None else None
    return made is not None and made.kind == "object" and all(one.kind != "spread_element" for one in elements(made))


def _appended(sheet: Sheet, arguments: Node) -> Taken:
    """Takes ``parameters.set("hapikey", key)`` out, which is a statement of its own."""
    call = sheet.parent(arguments)
    statement = sheet.parent(call) if call is not None else None
    if call is None or statement is None or statement.kind != "expression_statement":
        raise NotMovedError("the key is put in where something else is done as well")
    taken = held(sheet, elements(arguments)[1])
    return as_header(sheet, call, taken) or replace(taken, statement=statement)


def finish(taken: Taken) -> None:
    """Takes out what a credential leaves behind: an empty entry, or the statement that put it in."""
    if taken.statement is not None:
        drop_statement(taken.sheet, taken.statement)


def drop(taken: Taken) -> None:
    """Takes out all that a credential leaves behind, for requests that need no header in its place."""
    finish(taken)
    if taken.emptied is not None:
        drop_element(taken.sheet, taken.emptied)


def drop_option(sheet: Sheet, entry: KeyEntry) -> None:
    """Takes the key out of the options of a client that holds a token too. Raises `NotMovedError` for another form."""
    node: Node | None = sheet.at(entry.at.span)
    while node is not None and node.kind not in ("pair", "shorthand_property_identifier"):
        node = sheet.parent(node)
    holder = sheet.parent(node) if node is not None else None
    if node is None or holder is None or holder.kind != "object":
        raise NotMovedError("the key is given to a client that holds a token too")
    drop_element(sheet, node)
