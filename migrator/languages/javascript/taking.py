"""Taking a credential out of where it enters: a URL, parameters, or the options of a client library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from migrator.catalog.sdks import sdks
from migrator.languages.javascript.leaving import (
    drop_sign,
    is_sign,
    leave_out,
    leave_out_object,
    leave_out_parameter,
    leave_out_query,
)
from migrator.languages.javascript.opening import FOLLOWS
from migrator.languages.javascript.sheet import NotMovedError, Sheet, drop_element, drop_statement, elements
from migrator.languages.syntax.tree import Node
from migrator.model.draft import KeyEntry

_UNKNOWN = "cannot tell how the key gets into the request"
_ELSEWHERE = "the URL before the key is built elsewhere"
_STRINGS = frozenset({"string", "template_string"})
FILLED = re.compile(r"\{\{[^{}]+\}\}")
"""What a platform replaces in any text that it is given."""
OPTIONS = frozenset({"params", "qs", "query", "searchParams", "data"})


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


def take(sheet: Sheet, entry: KeyEntry) -> Taken:
    """Takes the credential of an entry out. Raises `NotMovedError` when it stands in a form that is not known."""
    span = entry.at.span
    node = sheet.at(span)
    while node.span != span and (above := sheet.parent(node)) and span.start <= above.start and above.end <= span.end:
        node = above
    if entry.keyword:
        setter = _setter(sheet, node, entry)
        return setter if setter is not None else _switched(sheet, node, entry)
    above = sheet.parent(node)
    if node.kind == "shorthand_property_identifier":
        return _entry(sheet, node, node)
    if above is not None and above.kind == "pair" and above.child("key") is node:
        value = above.child("value")
        if value is not None:
            return _entry(sheet, above, value)
    if node.kind == "string_fragment" and above is not None and above.kind == "string":
        node, above = above, sheet.parent(above)
    if above is not None and above.kind == "pair" and above.child("key") is node and (value := above.child("value")):
        return _entry(sheet, above, value)
    target = next((one for one in (node, *sheet.around(node)) if one.kind == "assignment_expression"), None)
    if target is not None and (left := target.child("left")) is not None and left.span == entry.at.span:
        return _assigned(sheet, target)
    if above is not None and above.kind == "arguments" and elements(above)[0] is node and len(elements(above)) == 2:
        return _appended(sheet, above)
    return _of_text(sheet, node, entry)


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
    return Taken(sheet, value, sheet.code(value), written=_is_written(value), placed=True)


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
        return Taken(sheet, value, sheet.code(value), written=_is_written(value), placed=True)
    while above is not None and above.kind != "pair":
        node, above = above, sheet.parent(above)
    if above is None or (value := above.child("value")) is None or (key := above.child("key")) is None:
        raise NotMovedError(_UNKNOWN)
    _rename(sheet, key, entry.keyword)
    return Taken(sheet, value, sheet.code(value), written=_is_written(value), placed=True)


def _rename(sheet: Sheet, name: Node, new: str) -> None:
    quote = sheet.text[name.start] if name.kind == "string" else ""
    sheet.replace(name.start, name.end, f"{quote}{new}{quote}")


def _is_written(node: Node) -> bool:
    return node.kind in _STRINGS and not any(one.kind == "template_substitution" for one in node.children)


def _entry(sheet: Sheet, pair: Node, value: Node) -> Taken:
    """Takes an entry out of an object of parameters."""
    holder = sheet.parent(pair)
    if holder is None or holder.kind != "object":
        raise NotMovedError(_UNKNOWN)
    above = sheet.parent(holder)
    alone = len(elements(holder)) == 1
    beside = emptied = None
    key = above.child("key") if above is not None and above.kind == "pair" else None
    if key is not None and above is not None and sheet.code(key).strip("'\"") in OPTIONS:
        beside, emptied = sheet.parent(above), above if alone else None
    call = sheet.parent(above) if above is not None and above.kind == "arguments" else None
    if alone and call is not None and _is_query(sheet, call):
        _drop_link(sheet, call)
    elif emptied is None and not (alone and leave_out_object(sheet, holder)):
        drop_element(sheet, pair)
    return Taken(sheet, value, sheet.code(value), written=_is_written(value), beside=beside, emptied=emptied)


def _is_query(sheet: Sheet, call: Node) -> bool:
    func = call.child("function")
    name = func.child("property") if func is not None and func.kind == "member_expression" else None
    return name is not None and sheet.code(name) == "query"


def _drop_link(sheet: Sheet, call: Node) -> None:
    """Takes ``.name(...)`` out of a chain of calls."""
    func = call.child("function")
    owner = func.child("object") if func is not None else None
    if owner is None:
        raise NotMovedError(_UNKNOWN)
    sheet.replace(owner.end, call.end, "")


def _assigned(sheet: Sheet, assignment: Node) -> Taken:
    """Takes ``parameters.hapikey = key`` out, which is a statement of its own."""
    statement, value = sheet.parent(assignment), assignment.child("right")
    if statement is None or statement.kind != "expression_statement" or value is None:
        raise NotMovedError("the key is put in where something else is done as well")
    return Taken(sheet, value, sheet.code(value), written=_is_written(value), statement=statement)


def _appended(sheet: Sheet, arguments: Node) -> Taken:
    """Takes ``parameters.set("hapikey", key)`` out, which is a statement of its own."""
    call = sheet.parent(arguments)
    statement = sheet.parent(call) if call is not None else None
    if statement is None or statement.kind != "expression_statement":
        raise NotMovedError("the key is put in where something else is done as well")
    value = elements(arguments)[1]
    return Taken(sheet, value, sheet.code(value), written=_is_written(value), statement=statement)


_ENCODERS = frozenset({"encodeURIComponent", "encodeURI", "escape", "querystring.escape", "qs.escape"})


def raw(sheet: Sheet, value: Node) -> str:
    """Returns the expression of a credential in a URL, which a header takes without the encoding of a URL."""
    func, given = value.child("function"), value.child("arguments")
    if func is not None and given is not None and sheet.code(func) in _ENCODERS and len(elements(given)) == 1:
        return sheet.code(elements(given)[0])
    return sheet.code(value)


# -- a key in text ------------------------------------------------------------------------------------------------


def _of_text(sheet: Sheet, node: Node, entry: KeyEntry) -> Taken:
    """Takes ``hapikey=...`` out of a URL that is written out, interpolated or put together."""
    while node.kind not in _STRINGS:
        above = sheet.parent(node)
        if above is None:
            raise NotMovedError(_UNKNOWN)
        node = above
    start = entry.at.span.start + (0 if node.kind == "template_string" and entry.at.span.start > node.start else 1)
    place = sheet.text.find(entry.name, start)
    named = re.compile(rf"{re.escape(entry.name)}\s*=", re.I).search(sheet.text, start, node.end)
    if named is None or place < 0:
        raise NotMovedError(_UNKNOWN)
    before, after = named.start(), named.end()
    if node.kind == "template_string":
        return _interpolated(sheet, node, before, after)
    if after == node.end - 1:
        return _concatenated(sheet, node, before)
    return _literal(sheet, node, before, after)


def _interpolated(sheet: Sheet, node: Node, before: int, after: int) -> Taken:
    hole = next((one for one in node.children if one.kind == "template_substitution" and one.start == after), None)
    if hole is None:
        if after == node.end - 1:
            return _concatenated(sheet, node, before)
        return _literal(sheet, node, before, after)
    value = hole.named_children[0]
    chosen = next((one for one in node.children if one.kind == "template_substitution" and one.end == before), None)
    if chosen is not None and is_sign(sheet, chosen.named_children[0]):
        if hole.end == node.end - 1:
            drop_sign(sheet, chosen.named_children[0])
            sheet.replace(chosen.start, hole.end, "")
            return Taken(sheet, value, raw(sheet, value))
        if sheet.text[hole.end] == "&":
            sheet.replace(before, hole.end + 1, "")
            return Taken(sheet, value, raw(sheet, value))
    if before == node.start + 1 and hole.end == node.end - 1 and leave_out_parameter(sheet, node):
        return Taken(sheet, value, raw(sheet, value))
    opened = _cut(sheet, before, hole.end, inside=node)
    return Taken(sheet, value, raw(sheet, value), opened=node if opened else None)


def _literal(sheet: Sheet, node: Node, before: int, after: int) -> Taken:
    found = re.compile(r"[^&#`'\"$\s]*").match(sheet.text, after, node.end - 1)
    if found is None or not found[0]:
        raise NotMovedError(_UNKNOWN)
    opened = _cut(sheet, before, found.end(), inside=node)
    return Taken(sheet, node, found[0], written=not FILLED.fullmatch(found[0]), opened=node if opened else None)


def _cut(sheet: Sheet, before: int, end: int, *, inside: Node) -> bool:
    """Takes a parameter out of the text of a URL, with the sign that belongs to it; returns whether it opened a query.

    What follows it in the text has a sign of its own, which then has to open the query.
    """
    sign, following = sheet.text[before - 1], sheet.text[end]
    if following == "&" and (sign in "?&" or before == inside.start + 1):
        sheet.replace(before, end + 1, "")
        return False
    ends = end == inside.end - 1 or following == "#"
    if before == inside.start + 1 and ends and leave_out_query(sheet, inside):
        return False
    if sign == "&" or (sign == "?" and (ends or sheet.text.startswith(("${", "\\\n"), end))):
        whole = before - 1 == inside.start + 1 and end == inside.end - 1
        if not (whole and leave_out(sheet, inside)):
            sheet.replace(before - 1, end, "")
        return sign == "?"
    raise NotMovedError(FOLLOWS)


def _operands(sheet: Sheet, node: Node) -> list[Node]:
    """Returns the operands of the chain of ``+`` that a node is one of."""
    top = node
    while (above := sheet.parent(top)) is not None and above.kind == "binary_expression":
        if any(one.kind == "+" for one in above.children):
            top = above
        else:
            break
    found: list[Node] = []
    stack = [top]
    while stack:
        one = stack.pop()
        left, right = one.child("left"), one.child("right")
        plus = one.kind == "binary_expression" and any(child.kind == "+" for child in one.children)
        if plus and left is not None and right is not None:
            stack += [right, left]
        else:
            found.append(one)
    return found


def _concatenated(sheet: Sheet, node: Node, before: int) -> Taken:
    every = _operands(sheet, node)
    place = next((at for at, one in enumerate(every) if one is node), len(every))
    if place + 1 >= len(every):
        raise NotMovedError(_UNKNOWN)
    value = every[place + 1]
    following = every[place + 2] if place + 2 < len(every) else None
    sign = sheet.text[before - 1]
    taken = Taken(sheet, value, raw(sheet, value), written=_is_written(value))
    if sign not in "?&":
        if before != node.start + 1:
            raise NotMovedError(_ELSEWHERE)
        return _behind_sign(sheet, every, place, taken)
    if following is not None and _opens(sheet, following):
        same = sheet.text[following.start] == sheet.text[node.start]
        if same:
            start = before if sign == "?" else before - 1
            sheet.replace(start, following.start + (2 if sign == "?" else 1), "")
        else:
            sheet.replace(before if sign == "?" else before - 1, node.end - 1, "")
            sheet.replace(node.end, value.end, "")
            if sign == "?":
                sheet.replace(following.start + 1, following.start + 2, "")
        return taken
    above = sheet.parent(node)
    alone = before - 1 == node.start + 1 and following is None and place == 0 and above is not None
    if alone and above is not None and leave_out(sheet, above):
        return replace(taken, opened=node if sign == "?" else None)
    if before - 1 == node.start + 1 and place > 0:
        sheet.replace(every[place - 1].end, value.end, "")
    else:
        sheet.replace(before - 1, node.end - 1, "")
        sheet.replace(node.end, value.end, "")
    return replace(taken, opened=node if sign == "?" else None)


def _behind_sign(sheet: Sheet, every: Sequence[Node], place: int, taken: Taken) -> Taken:
    """Takes ``'hapikey=' + key`` out of a sum, in which what stands before it gives the sign."""
    value, following = every[place + 1], every[place + 2] if place + 2 < len(every) else None
    if place == 0 and following is None and (above := sheet.parent(every[0])) and leave_out_parameter(sheet, above):
        return taken
    if place == 0 and following is None:
        return _whole(sheet, every[place], taken)
    if place == 0 and following is not None and _opens(sheet, following):
        sheet.replace(every[0].start, following.start, "")
        sheet.replace(following.start + 1, following.start + 2, "")
        return taken
    if place > 1 and is_sign(sheet, every[place - 1]):
        if following is None:
            drop_sign(sheet, every[place - 1])
            sheet.replace(every[place - 2].end, value.end, "")
            return taken
        if _opens(sheet, following):
            sheet.replace(every[place - 1].end, value.end, "")
            sheet.replace(following.start + 1, following.start + 2, "")
            return taken
    if place > 0 and _after_sign(sheet, every[place - 1], value, following):
        return taken
    raise NotMovedError(_ELSEWHERE)


def _opens(sheet: Sheet, node: Node) -> bool:
    """Returns whether a text begins with the sign of the next parameter."""
    return node.kind in _STRINGS and sheet.text[node.start + 1] == "&"


def _after_sign(sheet: Sheet, left: Node, value: Node, following: Node | None) -> bool:
    """Takes ``+ 'hapikey=' + key`` out after a text that ends with its sign; returns whether it stands after one."""
    last = left.end - 2
    if left.kind != "string" or last <= left.start or sheet.text[last] not in "?&":
        return False
    if following is None:
        sheet.replace(last, last + 1, "")
    elif _opens(sheet, following):
        sheet.replace(following.start + 1, following.start + 2, "")
    else:
        return False
    sheet.replace(left.end, value.end, "")
    return True


def _whole(sheet: Sheet, node: Node, taken: Taken) -> Taken:
    """Takes ``'hapikey=' + key`` out of a list that is joined, or of a chain that adds a query."""
    element = sheet.parent(node)
    holder = sheet.parent(element) if element is not None else None
    if element is None or holder is None:
        raise NotMovedError(_UNKNOWN)
    if leave_out_query(sheet, element):
        return taken
    if holder.kind == "array":
        drop_element(sheet, element)
        return taken
    call = sheet.parent(holder) if holder.kind == "arguments" else None
    if call is not None and _is_query(sheet, call) and len(elements(holder)) == 1:
        _drop_link(sheet, call)
        return taken
    raise NotMovedError(_ELSEWHERE)


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
