"""Giving requests the header: at the call that sends, in its options, or where a client keeps those of all requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migrator.catalog.clients import ClientCall, client_named
from migrator.catalog.sdkrows import sdks
from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.cleanup import mentions
from migrator.languages.javascript.rewriting.credential import expression_at, is_in_scope
from migrator.languages.javascript.rewriting.headers import (
    add,
    copied,
    entry,
    extended,
    into_headers,
    pair_of,
    value_of,
)
from migrator.languages.javascript.rewriting.removed_key import CHAINED, RemovedKey
from migrator.languages.javascript.rewriting.workspace import (
    ScriptEditor,
    ScriptWorkspace,
    callee,
    drop_element,
    elements,
)
from migrator.languages.syntax.tree import Node
from migrator.model.call import ApiCall
from migrator.model.draft import NotMovedError
from migrator.model.text import Location

_CALLBACK = re.compile(r"(?:^|[a-z_])(?:cb|callback|next|done|handler)$", re.I)
_REPLACED = (
    "What is put on top of the headers may hold headers of its own, which would replace the token; "
    "check that it has none."
)
_PLAIN = frozenset({"https", "http"})


def place_beside_parameters(removed: RemovedKey, code: str) -> None:
    """Puts the header into the options that the parameters were in."""
    assert removed.beside is not None
    place_in_options(removed.file, removed.beside, code, emptied=removed.emptied)


def place_with_url(removed: RemovedKey) -> bool:
    """Puts the header into the options that the URL goes into, in the function of the key; returns whether it does."""
    file, node = removed.file, removed.node
    function = file.function(node)
    for one in (function or file.syntax.root).walk():
        if one.kind != "object" or file.function(one) is not function:
            continue
        pair = pair_of(file, one, "url") or pair_of(file, one, "uri")
        value = (pair.child("value") or pair) if pair is not None else None
        made = file.made(value) if value is not None else None
        if any(each is not None and each.start <= node.start and node.end <= each.end for each in (value, made)):
            place_in_options(file, one, expression_at(removed, file, one))
            return True
    return False


def place_in_options(file: ScriptEditor, options: Node, code: str, *, emptied: Node | None = None) -> None:
    """Adds the header to an object of options, in place of an entry that has nothing left."""
    found = pair_of(file, options, "headers")
    if found is not None:
        into_headers(file, found, code)
        if any(one.start > found.start for one in (*_spread(file, options), *_assigned(file, options))):
            file.caution = _REPLACED
        if emptied is not None:
            drop_element(file, emptied)
        return
    if _assigned(file, options):
        file.caution = _REPLACED
    others = [f"...{_headers_of(file, one.named_children[0], options)}" for one in _spread(file, options)]
    value = f"headers: {{ {', '.join([*others, entry(file, code)])} }}"
    behind = any(emptied is not None and one.start > emptied.start for one in _spread(file, options))
    if emptied is not None and not behind:
        file.replace(emptied.start, emptied.end, value)
        return
    if emptied is not None:
        drop_element(file, emptied)
    add(file, options, value)


def _spread(file: ScriptEditor, options: Node) -> list[Node]:
    """Returns what is spread into options and may have headers of its own."""
    every = [one for one in elements(options) if one.kind == "spread_element"]
    made = {one.start: file.made(one.named_children[0]) for one in every}
    return [one for one in every if not _is_without_headers(file, made[one.start])]


def _assigned(file: ScriptEditor, options: Node) -> list[Node]:
    """Returns what is put on top of options by ``Object.assign`` or a spread, and may have headers of its own."""
    listed = file.parent(options)
    name = listed.child("name") if listed is not None and listed.kind == "variable_declarator" else None
    if listed is not None and name is not None:
        spread = [one for each in mentions(file, file.code(name), listed) if (one := file.parent(each)) is not None]
        into = [(one, file.parent(one)) for one in spread if one.kind == "spread_element"]
        return [
            each for one, held in into if held is not None for each in _spread(file, held) if each.start > one.start
        ]
    call = file.parent(listed) if listed is not None and listed.kind == "arguments" else None
    func = callee(call) if call is not None else None
    if listed is None or func is None or file.code(func) != "Object.assign":
        return []
    later = [one for one in elements(listed) if one.start > options.start]
    return [one for one in later if not _is_without_headers(file, one if one.kind == "object" else file.made(one))]


def _is_without_headers(file: ScriptEditor, made: Node | None) -> bool:
    known = made is not None and made.kind == "object" and not _spread(file, made)
    return known and made is not None and pair_of(file, made, "headers") is None


def _headers_of(file: ScriptEditor, given: Node, near: Node) -> str:
    """Returns the headers among options that an expression gives. Raises `NotMovedError` where it does more."""
    given = _or_nothing(given)
    if given.kind not in ("identifier", "member_expression"):
        raise NotMovedError("the options of the request are made by something else")
    made, written = file.made(given), file.code(given)
    certain = (made is not None and made.kind == "object") or _has_default(file, given)
    certain = certain or re.search(rf"(?:(?<![\w.$])|(?<=\.\.\.)){re.escape(written)}\.\w", file.code(near)) is not None
    return f"{written}.headers" if certain else f"({written} && {written}.headers)"


def _has_default(file: ScriptEditor, given: Node) -> bool:
    """Returns whether a name is that of a parameter which is an object where callers give none."""
    function = file.declaring(given, file.code(given)) if given.kind == "identifier" else None
    listed = function.child("parameters") if function is not None else None
    for one in listed.named_children if listed is not None else ():
        name, default = one.child("left") or one.child("pattern"), one.child("right") or one.child("value")
        if name is not None and default is not None and file.code(name) == file.code(given):
            return default.kind == "object"
    return False


def place_at_sender(workspace: ScriptWorkspace, removed: RemovedKey, calls: Sequence[ApiCall]) -> Location:
    """Puts the header at the call that sends some requests. Returns the place of the call."""
    file, node = workspace.call(calls[0].location)
    file.refuse_shipped()
    place_in_call(workspace, file, node, calls, expression_at(removed, file, node))
    return calls[0].location


def place_in_call(
    workspace: ScriptWorkspace, file: ScriptEditor, node: Node, calls: Sequence[ApiCall], code: str
) -> None:
    """Puts the header for a credential's expression, or headers that are spread, at the call that sends requests."""
    call = calls[0]
    if node.kind == "object":
        place_in_options(file, node, code)
        return
    if call.client in CHAINED:
        file.replace(node.end, node.end, f".set('Authorization', {value_of(file, code)})")
        return
    given, member = node.child("arguments"), file.parent(node)
    if given is None or given.kind != "arguments":
        raise NotMovedError("the request is not sent by a plain call")
    if member is not None and member.kind == "member_expression" and file.code(member).endswith(".auth"):
        raise NotMovedError("the request has an Authorization header of its own")
    args = list(elements(given))
    if any(one.kind == "spread_element" for one in args):
        raise NotMovedError("the arguments of the request come from elsewhere")
    if call.client == "unknown":
        options = next((one for one in args if has_headers(file, one)), None)
        if options is None:
            raise NotMovedError("cannot tell how the function that gets this URL sends headers")
        place_in_options(file, options, code)
        return
    first = args[0] if args else None
    is_given = first is not None and _is_given(workspace, file, first, calls)
    _into_call(file, args, code, _row(file, node, calls), given=is_given)


def has_headers(file: ScriptEditor, options: Node) -> bool:
    """Returns whether an object of options has headers, written out."""
    found = pair_of(file, options, "headers") if options.kind == "object" else None
    value = found.child("value") if found is not None and found.kind == "pair" else None
    return value is not None and value.kind == "object"


def place_at_caller(workspace: ScriptWorkspace, removed: RemovedKey, call: ApiCall) -> Location:
    """Puts the header into the options of a call that leads to a request. Returns the place of that call.

    Raises `NotMovedError` where the key can be had at the call that sends, or at none of those that lead to it.
    """
    file, node = workspace.call(call.location)
    if is_in_scope(removed, file, node):
        raise NotMovedError("the header goes to the call that sends")
    if not _hands_on(file, node, call):
        raise NotMovedError("the key is out of reach where the request is sent")
    for place in reversed(call.via):
        file, node = workspace.call(place)
        if node.kind != "call_expression" or not is_in_scope(removed, file, node):
            continue
        file.refuse_shipped()
        given = node.child("arguments")
        args = list(elements(given)) if given is not None and given.kind == "arguments" else []
        if given is None or not args or any(one.kind == "spread_element" for one in args):
            raise NotMovedError("the arguments of the request come from elsewhere")
        options = next((one for one in reversed(args) if one.kind == "object"), None)
        if options is not None:
            place_in_options(file, options, removed.code)
        else:
            add(file, given, f"{{ headers: {{ {entry(file, removed.code)} }} }}")
        return place
    raise NotMovedError("the key is out of reach where the request is sent")


def _hands_on(file: ScriptEditor, node: Node, call: ApiCall) -> bool:
    """Returns whether the options that a function is given beside the URL can get into those of a call in it."""
    given, function = node.child("arguments"), file.function(node)
    if given is None or function is None or node.kind == "object":
        return node.kind == "object"
    row = None if call.client == "unknown" else _row(file, node, [call])
    plain = [
        one for one in elements(given) if row is None or row.body is None or elements(given)[row.body :][:1] != [one]
    ]
    names = {file.code(one) for each in plain for one in _handing(file, each)}
    first = elements(given)[0] if elements(given) else None
    names -= {file.code(first)} if first is not None and first.kind == "identifier" else set()
    return any(file.declaring(node, name) is not None for name in names)


def _handing(file: ScriptEditor, given: Node) -> Iterator[Node]:
    """Yields the names by which options get into an argument of a call: all of it, what is spread, and the headers."""
    if given.kind == "object":
        headers = pair_of(file, given, "headers")
        parts = [*(one for one in elements(given) if one.kind == "spread_element"), *([headers] if headers else [])]
    else:
        whole = given.kind == "identifier" and _CALLBACK.search(file.code(given)) is None
        parts = [given] if whole or given.kind in ("spread_element", "call_expression") else []
    for part in parts:
        yield from (one for one in part.walk() if one.kind in ("identifier", "shorthand_property_identifier"))


def _row(file: ScriptEditor, node: Node, calls: Sequence[ApiCall]) -> ClientCall:
    """Returns where the call takes its options."""
    func, call = callee(node), calls[0]
    name = func.child("property") if func is not None and func.kind == "member_expression" else None
    named = file.code(name) if name is not None else ""
    if func is not None and func.kind == "subscript_expression":
        rows = {_named(one.client, (one.method or "").lower()) for one in calls}
        known = all(one.method for one in calls) and None not in rows
        if len({(row.url, row.options, row.body) for row in rows if row is not None}) != 1 or not known:
            raise NotMovedError("the method decides where headers go in this call; write a call for each method")
        return next(row for row in rows if row is not None)
    if call.client in _PLAIN:
        return ClientCall(callee=named, url=0, options=1)
    for sender in sdks()[call.client].senders if call.client in sdks() else ():
        if sender.name == named and sender.options is not None and "headers" in dict(sender.keys):
            return ClientCall(callee=named, options=sender.options.position)
    row = _named(call.client, named) or _named(call.client, "")
    if row is None:
        raise NotMovedError("cannot tell how the client takes headers")
    return row


def _named(client: str, callee: str) -> ClientCall | None:
    """Returns how a function of a client is called."""
    known = client_named(client)
    return next((row for row in known.calls if row.callee == callee), None) if known is not None else None


def _into_call(file: ScriptEditor, args: list[Node], code: str, row: ClientCall, *, given: bool) -> None:
    plain = [one for one in args if not _is_function(file, one, args)]
    if row.options is None:
        raise NotMovedError("the client takes no headers in this call")
    whole = row.url == 0 and bool(plain) and (given or _is_options(file, plain[0]))
    place = 0 if whole else row.options
    value = f"headers: {{ {entry(file, code)} }}"
    if place < len(plain):
        _into_argument(file, plain[place], code)
        return
    if not plain:
        raise NotMovedError("the request is not sent by a plain call")
    listed = file.parent(plain[-1])
    assert listed is not None
    missing = ["undefined"] * (place - len(plain))
    add(file, listed, *missing, f"{{ {value} }}", behind=plain[-1])


def _is_function(file: ScriptEditor, node: Node, args: list[Node]) -> bool:
    if node.kind in FUNCTIONS:
        return True
    last = node.kind == "identifier" and node is args[-1] and len(args) > 1
    return last and _CALLBACK.search(file.code(node)) is not None


def _is_options(file: ScriptEditor, node: Node) -> bool:
    if node.kind == "object":
        return True
    made = file.made(node)
    other = made.child("right") if made is not None and made.kind == "binary_expression" else None
    either = other is not None and made is not None and any(one.kind in ("||", "??") for one in made.children)
    return made is not None and (made.kind == "object" or (either and other is not None and other.kind == "object"))


def _is_given(workspace: ScriptWorkspace, file: ScriptEditor, node: Node, calls: Sequence[ApiCall]) -> bool:
    """Returns whether a name is that of a parameter which callers give options to, for each of the requests."""
    function = file.declaring(node, file.code(node)) if node.kind == "identifier" else None
    listed = function.child("parameters") if function is not None else None
    names = [file.code(one.child("pattern") or one) for one in listed.named_children] if listed is not None else []
    if file.code(node) not in names or not all(call.via for call in calls):
        return False
    place = names.index(file.code(node))
    callers = [workspace.call(call.via[-1]) for call in calls]
    given = [(own, list(elements(found))) for own, one in callers if (found := one.child("arguments")) is not None]
    return len(given) == len(callers) and all(
        place < len(args) and _is_options(own, args[place]) for own, args in given
    )


def _into_argument(file: ScriptEditor, node: Node, code: str) -> None:
    if node.kind == "object":
        place_in_options(file, node, code)
        return
    whole, node = node, _or_nothing(node)
    made = file.made(node)
    words = re.findall(r"[A-Za-z_$][\w$]*", code)
    near = made is not None and all(file.home(made, word) is file.home(node, word) for word in words)
    near = near and not (code.startswith("...") and made is not None and file.function(made) is not file.function(node))
    if made is not None and made.kind == "object" and near and _used_once(file, node):
        place_in_options(file, made, code)
        return
    if node.kind not in ("identifier", "member_expression"):
        raise NotMovedError("the options of the request are made by something else")
    assigned = _assigned_headers(file, node, words)
    if assigned is not None:
        add(file, assigned, entry(file, code))
        return
    own = pair_of(file, made, "headers") if made is not None and made.kind == "object" else None
    given = own.child("value") if own is not None and own.kind == "pair" else own
    both = extended(file, given, _headers_of(file, node, node), code)
    file.replace(whole.start, whole.end, copied(file, file.code(node), f"headers: {both}"))


def _assigned_headers(file: ScriptEditor, node: Node, words: Sequence[str]) -> Node | None:
    """Returns the object that ``options.headers`` is set to before options are sent, in this place and no other."""
    name, function = file.code(node), file.function(node)
    every = [one for one in (function or file.syntax.root).walk() if one.kind == "assignment_expression"]
    found = [one for one in every if (left := one.child("left")) and file.code(left) == f"{name}.headers"]
    value = found[0].child("right") if len(found) == 1 else None
    if (
        value is None
        or value.kind != "object"
        or node.kind != "identifier"
        or "authorization" in file.code(value).lower()
    ):
        return None
    statement = file.parent(found[0])
    block = file.parent(statement) if statement is not None else None
    near = block is not None and block.start <= node.start and node.end <= block.end and value.end <= node.start
    same = all(file.home(value, word) is file.home(node, word) for word in (*words, name))
    mentioned = [one for one in file.syntax.root.walk() if one.kind == "identifier" and file.code(one) == name]
    handed = [one for one in mentioned if (above := file.parent(one)) is not None and above.kind == "arguments"]
    alone = all(one is node for one in handed if file.home(one, name) is file.home(node, name))
    return value if near and same and alone and file.function(value) is function else None


def _or_nothing(node: Node) -> Node:
    """Returns what ``options || {}`` is where it is something: nothing adds nothing to an object."""
    while node.kind == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    left, right = node.child("left"), node.child("right")
    either = node.kind == "binary_expression" and any(one.kind in ("||", "??") for one in node.children)
    empty = right is not None and right.kind == "object" and not elements(right)
    return left if either and empty and left is not None else node


def _used_once(file: ScriptEditor, node: Node) -> bool:
    name = file.code(node)
    for one in file.syntax.root.walk():
        if one is node or one.kind not in ("identifier", "shorthand_property_identifier") or file.code(one) != name:
            continue
        above = file.parent(one)
        if above is None or above.kind != "variable_declarator":
            return False
    return True
