"""Giving requests the header: at the call that sends, in its options, or where a client keeps those of all requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migrator.catalog.clients import ClientCall, client_named
from migrator.catalog.sdkrows import sdks
from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.headers import (
    add,
    copied,
    entry,
    extended,
    into_headers,
    pair_of,
    value_of,
)
from migrator.languages.javascript.rewriting.leaving import mentions
from migrator.languages.javascript.rewriting.reaching import is_visible, visible
from migrator.languages.javascript.rewriting.sheet import Desk, NotMovedError, Sheet, drop_element, elements
from migrator.languages.javascript.rewriting.taken import CHAINED, Taken
from migrator.languages.syntax.tree import Node
from migrator.model.call import ApiCall
from migrator.model.text import Location

_CALLBACK = re.compile(r"(?:^|[a-z_])(?:cb|callback|next|done|handler)$", re.I)
_REPLACED = (
    "What is put on top of the headers may hold headers of its own, which would replace the token; "
    "check that it has none."
)
_PLAIN = frozenset({"https", "http"})


def beside(taken: Taken, code: str) -> None:
    """Puts the header into the options that the parameters were in."""
    assert taken.beside is not None
    into_options(taken.sheet, taken.beside, code, emptied=taken.emptied)


def with_address(taken: Taken) -> bool:
    """Puts the header into the options that the URL goes into, in the function of the key; returns whether it does."""
    sheet, node = taken.sheet, taken.node
    function = sheet.function(node)
    for one in (function or sheet.syntax.root).walk():
        if one.kind != "object" or sheet.function(one) is not function:
            continue
        pair = pair_of(sheet, one, "url") or pair_of(sheet, one, "uri")
        value = (pair.child("value") or pair) if pair is not None else None
        made = sheet.made(value) if value is not None else None
        if any(each is not None and each.start <= node.start and node.end <= each.end for each in (value, made)):
            into_options(sheet, one, visible(taken, sheet, one))
            return True
    return False


def into_options(sheet: Sheet, options: Node, code: str, *, emptied: Node | None = None) -> None:
    """Adds the header to an object of options, in place of an entry that has nothing left."""
    found = pair_of(sheet, options, "headers")
    if found is not None:
        into_headers(sheet, found, code)
        if any(one.start > found.start for one in (*_spread(sheet, options), *_assigned(sheet, options))):
            sheet.caution = _REPLACED
        if emptied is not None:
            drop_element(sheet, emptied)
        return
    if _assigned(sheet, options):
        sheet.caution = _REPLACED
    others = [f"...{_headers_of(sheet, one.named_children[0], options)}" for one in _spread(sheet, options)]
    value = f"headers: {{ {', '.join([*others, entry(sheet, code)])} }}"
    behind = any(emptied is not None and one.start > emptied.start for one in _spread(sheet, options))
    if emptied is not None and not behind:
        sheet.replace(emptied.start, emptied.end, value)
        return
    if emptied is not None:
        drop_element(sheet, emptied)
    add(sheet, options, value)


def _spread(sheet: Sheet, options: Node) -> list[Node]:
    """Returns what is spread into options and may have headers of its own."""
    every = [one for one in elements(options) if one.kind == "spread_element"]
    made = {one.start: sheet.made(one.named_children[0]) for one in every}
    return [one for one in every if not _is_without_headers(sheet, made[one.start])]


def _assigned(sheet: Sheet, options: Node) -> list[Node]:
    """Returns what is put on top of options by ``Object.assign`` or a spread, and may have headers of its own."""
    listed = sheet.parent(options)
    name = listed.child("name") if listed is not None and listed.kind == "variable_declarator" else None
    if listed is not None and name is not None:
        spread = [one for each in mentions(sheet, sheet.code(name), listed) if (one := sheet.parent(each)) is not None]
        into = [(one, sheet.parent(one)) for one in spread if one.kind == "spread_element"]
        return [
            each for one, held in into if held is not None for each in _spread(sheet, held) if each.start > one.start
        ]
    call = sheet.parent(listed) if listed is not None and listed.kind == "arguments" else None
    func = call.child("function") if call is not None else None
    if listed is None or func is None or sheet.code(func) != "Object.assign":
        return []
    later = [one for one in elements(listed) if one.start > options.start]
    return [one for one in later if not _is_without_headers(sheet, one if one.kind == "object" else sheet.made(one))]


def _is_without_headers(sheet: Sheet, made: Node | None) -> bool:
    known = made is not None and made.kind == "object" and not _spread(sheet, made)
    return known and made is not None and pair_of(sheet, made, "headers") is None


def _headers_of(sheet: Sheet, given: Node, near: Node) -> str:
    """Returns the headers among options that an expression gives. Raises `NotMovedError` where it does more."""
    given = _or_nothing(given)
    if given.kind not in ("identifier", "member_expression"):
        raise NotMovedError("the options of the request are made by something else")
    made, written = sheet.made(given), sheet.code(given)
    certain = (made is not None and made.kind == "object") or _has_default(sheet, given)
    certain = (
        certain or re.search(rf"(?:(?<![\w.$])|(?<=\.\.\.)){re.escape(written)}\.\w", sheet.code(near)) is not None
    )
    return f"{written}.headers" if certain else f"({written} && {written}.headers)"


def _has_default(sheet: Sheet, given: Node) -> bool:
    """Returns whether a name is that of a parameter which is an object where callers give none."""
    function = sheet.declaring(given, sheet.code(given)) if given.kind == "identifier" else None
    listed = function.child("parameters") if function is not None else None
    for one in listed.named_children if listed is not None else ():
        name, default = one.child("left") or one.child("pattern"), one.child("right") or one.child("value")
        if name is not None and default is not None and sheet.code(name) == sheet.code(given):
            return default.kind == "object"
    return False


def at_sender(desk: Desk, taken: Taken, calls: Sequence[ApiCall]) -> Location:
    """Puts the header at the call that sends some requests. Returns the place of the call."""
    sheet, node = desk.call(calls[0].location)
    sheet.refuse_shipped()
    put(desk, sheet, node, calls, visible(taken, sheet, node))
    return calls[0].location


def put(desk: Desk, sheet: Sheet, node: Node, calls: Sequence[ApiCall], code: str) -> None:
    """Puts the header for a credential's expression, or headers that are spread, at the call that sends requests."""
    call = calls[0]
    if node.kind == "object":
        into_options(sheet, node, code)
        return
    if call.client in CHAINED:
        sheet.replace(node.end, node.end, f".set('Authorization', {value_of(sheet, code)})")
        return
    given, member = node.child("arguments"), sheet.parent(node)
    if given is None or given.kind != "arguments":
        raise NotMovedError("the request is not sent by a plain call")
    if member is not None and member.kind == "member_expression" and sheet.code(member).endswith(".auth"):
        raise NotMovedError("the request has an Authorization header of its own")
    args = list(elements(given))
    if any(one.kind == "spread_element" for one in args):
        raise NotMovedError("the arguments of the request come from elsewhere")
    if call.client == "unknown":
        options = next((one for one in args if takes_headers(sheet, one)), None)
        if options is None:
            raise NotMovedError("cannot tell how the function that gets this URL sends headers")
        into_options(sheet, options, code)
        return
    first = args[0] if args else None
    is_given = first is not None and _is_given(desk, sheet, first, calls)
    _into_call(sheet, args, code, _row(sheet, node, calls), given=is_given)


def takes_headers(sheet: Sheet, options: Node) -> bool:
    """Returns whether an object of options has headers, written out."""
    found = pair_of(sheet, options, "headers") if options.kind == "object" else None
    value = found.child("value") if found is not None and found.kind == "pair" else None
    return value is not None and value.kind == "object"


def at_caller(desk: Desk, taken: Taken, call: ApiCall) -> Location:
    """Puts the header into the options of a call that leads to a request. Returns the place of that call.

    Raises `NotMovedError` where the key can be had at the call that sends, or at none of those that lead to it.
    """
    sheet, node = desk.call(call.location)
    if is_visible(taken, sheet, node):
        raise NotMovedError("the header goes to the call that sends")
    if not _hands_on(sheet, node, call):
        raise NotMovedError("the key is out of reach where the request is sent")
    for place in reversed(call.via):
        sheet, node = desk.call(place)
        if node.kind != "call_expression" or not is_visible(taken, sheet, node):
            continue
        sheet.refuse_shipped()
        given = node.child("arguments")
        args = list(elements(given)) if given is not None and given.kind == "arguments" else []
        if given is None or not args or any(one.kind == "spread_element" for one in args):
            raise NotMovedError("the arguments of the request come from elsewhere")
        options = next((one for one in reversed(args) if one.kind == "object"), None)
        if options is not None:
            into_options(sheet, options, taken.code)
        else:
            add(sheet, given, f"{{ headers: {{ {entry(sheet, taken.code)} }} }}")
        return place
    raise NotMovedError("the key is out of reach where the request is sent")


def _hands_on(sheet: Sheet, node: Node, call: ApiCall) -> bool:
    """Returns whether the options that a function is given beside the URL can get into those of a call in it."""
    given, function = node.child("arguments"), sheet.function(node)
    if given is None or function is None or node.kind == "object":
        return node.kind == "object"
    row = None if call.client == "unknown" else _row(sheet, node, [call])
    plain = [
        one for one in elements(given) if row is None or row.body is None or elements(given)[row.body :][:1] != [one]
    ]
    names = {sheet.code(one) for each in plain for one in _handing(sheet, each)}
    first = elements(given)[0] if elements(given) else None
    names -= {sheet.code(first)} if first is not None and first.kind == "identifier" else set()
    return any(sheet.declaring(node, name) is not None for name in names)


def _handing(sheet: Sheet, given: Node) -> Iterator[Node]:
    """Yields the names by which options get into an argument of a call: all of it, what is spread, and the headers."""
    if given.kind == "object":
        headers = pair_of(sheet, given, "headers")
        parts = [*(one for one in elements(given) if one.kind == "spread_element"), *([headers] if headers else [])]
    else:
        whole = given.kind == "identifier" and _CALLBACK.search(sheet.code(given)) is None
        parts = [given] if whole or given.kind in ("spread_element", "call_expression") else []
    for part in parts:
        yield from (one for one in part.walk() if one.kind in ("identifier", "shorthand_property_identifier"))


def _row(sheet: Sheet, node: Node, calls: Sequence[ApiCall]) -> ClientCall:
    """Returns where the call takes its options."""
    func, call = node.child("function"), calls[0]
    name = func.child("property") if func is not None and func.kind == "member_expression" else None
    callee = sheet.code(name) if name is not None else ""
    if func is not None and func.kind == "subscript_expression":
        rows = {_named(one.client, (one.method or "").lower()) for one in calls}
        known = all(one.method for one in calls) and None not in rows
        if len({(row.url, row.options, row.body) for row in rows if row is not None}) != 1 or not known:
            raise NotMovedError("the method decides where headers go in this call; write a call for each method")
        return next(row for row in rows if row is not None)
    if call.client in _PLAIN:
        return ClientCall(callee=callee, url=0, options=1)
    for sender in sdks()[call.client].senders if call.client in sdks() else ():
        if sender.name == callee and sender.options is not None and "headers" in dict(sender.keys):
            return ClientCall(callee=callee, options=sender.options.position)
    row = _named(call.client, callee) or _named(call.client, "")
    if row is None:
        raise NotMovedError("cannot tell how the client takes headers")
    return row


def _named(client: str, callee: str) -> ClientCall | None:
    """Returns how a function of a client is called."""
    known = client_named(client)
    return next((row for row in known.calls if row.callee == callee), None) if known is not None else None


def _into_call(sheet: Sheet, args: list[Node], code: str, row: ClientCall, *, given: bool) -> None:
    plain = [one for one in args if not _is_function(sheet, one, args)]
    if row.options is None:
        raise NotMovedError("the client takes no headers in this call")
    whole = row.url == 0 and bool(plain) and (given or _is_options(sheet, plain[0]))
    place = 0 if whole else row.options
    value = f"headers: {{ {entry(sheet, code)} }}"
    if place < len(plain):
        _into_argument(sheet, plain[place], code)
        return
    if not plain:
        raise NotMovedError("the request is not sent by a plain call")
    listed = sheet.parent(plain[-1])
    assert listed is not None
    missing = ["undefined"] * (place - len(plain))
    add(sheet, listed, *missing, f"{{ {value} }}", behind=plain[-1])


def _is_function(sheet: Sheet, node: Node, args: list[Node]) -> bool:
    if node.kind in FUNCTIONS:
        return True
    last = node.kind == "identifier" and node is args[-1] and len(args) > 1
    return last and _CALLBACK.search(sheet.code(node)) is not None


def _is_options(sheet: Sheet, node: Node) -> bool:
    if node.kind == "object":
        return True
    made = sheet.made(node)
    other = made.child("right") if made is not None and made.kind == "binary_expression" else None
    either = other is not None and made is not None and any(one.kind in ("||", "??") for one in made.children)
    return made is not None and (made.kind == "object" or (either and other is not None and other.kind == "object"))


def _is_given(desk: Desk, sheet: Sheet, node: Node, calls: Sequence[ApiCall]) -> bool:
    """Returns whether a name is that of a parameter which callers give options to, for each of the requests."""
    function = sheet.declaring(node, sheet.code(node)) if node.kind == "identifier" else None
    listed = function.child("parameters") if function is not None else None
    names = [sheet.code(one.child("pattern") or one) for one in listed.named_children] if listed is not None else []
    if sheet.code(node) not in names or not all(call.via for call in calls):
        return False
    place = names.index(sheet.code(node))
    callers = [desk.call(call.via[-1]) for call in calls]
    given = [(own, list(elements(found))) for own, one in callers if (found := one.child("arguments")) is not None]
    return len(given) == len(callers) and all(
        place < len(args) and _is_options(own, args[place]) for own, args in given
    )


def _into_argument(sheet: Sheet, node: Node, code: str) -> None:
    if node.kind == "object":
        into_options(sheet, node, code)
        return
    whole, node = node, _or_nothing(node)
    made = sheet.made(node)
    words = re.findall(r"[A-Za-z_$][\w$]*", code)
    near = made is not None and all(sheet.home(made, word) is sheet.home(node, word) for word in words)
    near = near and not (
        code.startswith("...") and made is not None and sheet.function(made) is not sheet.function(node)
    )
    if made is not None and made.kind == "object" and near and _used_once(sheet, node):
        into_options(sheet, made, code)
        return
    if node.kind not in ("identifier", "member_expression"):
        raise NotMovedError("the options of the request are made by something else")
    assigned = _assigned_headers(sheet, node, words)
    if assigned is not None:
        add(sheet, assigned, entry(sheet, code))
        return
    own = pair_of(sheet, made, "headers") if made is not None and made.kind == "object" else None
    given = own.child("value") if own is not None and own.kind == "pair" else own
    both = extended(sheet, given, _headers_of(sheet, node, node), code)
    sheet.replace(whole.start, whole.end, copied(sheet, sheet.code(node), f"headers: {both}"))


def _assigned_headers(sheet: Sheet, node: Node, words: Sequence[str]) -> Node | None:
    """Returns the object that ``options.headers`` is set to before options are sent, in this place and no other."""
    name, function = sheet.code(node), sheet.function(node)
    every = [one for one in (function or sheet.syntax.root).walk() if one.kind == "assignment_expression"]
    found = [one for one in every if (left := one.child("left")) and sheet.code(left) == f"{name}.headers"]
    value = found[0].child("right") if len(found) == 1 else None
    if (
        value is None
        or value.kind != "object"
        or node.kind != "identifier"
        or "authorization" in sheet.code(value).lower()
    ):
        return None
    statement = sheet.parent(found[0])
    block = sheet.parent(statement) if statement is not None else None
    near = block is not None and block.start <= node.start and node.end <= block.end and value.end <= node.start
    same = all(sheet.home(value, word) is sheet.home(node, word) for word in (*words, name))
    mentioned = [one for one in sheet.syntax.root.walk() if one.kind == "identifier" and sheet.code(one) == name]
    handed = [one for one in mentioned if (above := sheet.parent(one)) is not None and above.kind == "arguments"]
    alone = all(one is node for one in handed if sheet.home(one, name) is sheet.home(node, name))
    return value if near and same and alone and sheet.function(value) is function else None


def _or_nothing(node: Node) -> Node:
    """Returns what ``options || {}`` is where it is something: nothing adds nothing to an object."""
    while node.kind == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    left, right = node.child("left"), node.child("right")
    either = node.kind == "binary_expression" and any(one.kind in ("||", "??") for one in node.children)
    empty = right is not None and right.kind == "object" and not elements(right)
    return left if either and empty and left is not None else node


def _used_once(sheet: Sheet, node: Node) -> bool:
    name = sheet.code(node)
    for one in sheet.syntax.root.walk():
        if one is node or one.kind not in ("identifier", "shorthand_property_identifier") or sheet.code(one) != name:
            continue
        above = sheet.parent(one)
        if above is None or above.kind != "variable_declarator":
            return False
    return True
