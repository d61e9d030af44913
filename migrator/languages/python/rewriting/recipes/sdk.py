"""The key given to an SDK: a keyword or attribute that has another name for a token."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from migrator.catalog.sdk import Setter
from migrator.catalog.sdkrows import sdks
from migrator.languages.python.rewriting.credential import carry
from migrator.languages.python.rewriting.names import keyword
from migrator.languages.python.rewriting.spot import Spot, Taken
from migrator.languages.python.rewriting.tree import NotMovedError
from migrator.languages.python.rewriting.workspace import Sheet
from migrator.model.call import AuthPlace
from migrator.model.text import Span

PLACES = frozenset({AuthPlace.SDK})


def take(spot: Spot) -> Taken | None:
    """Returns what was renamed in place. Raises `NotMovedError` when it is asked for its key, or has a token."""
    if not spot.entry.keyword:
        raise NotMovedError("this library cannot send a Bearer token")
    for sheet, read in _reads(spot):
        written = sheet.tree.text[read.start : read.end]
        sheet.replace(read, written.replace(spot.entry.name, spot.entry.keyword))
    above = spot.tree.parent(spot.node)
    match above:
        case cst.Arg(keyword=named) if named is spot.node:
            return _keyword(spot, above)
        case cst.Arg() | cst.Call():
            return _positional(spot)
        case cst.Attribute(attr=attr) if attr is spot.node:
            return _attribute(spot, above)
        case cst.Index():
            return _configuration(spot)
        case _:
            return _positional(spot)


def _reads(spot: Spot) -> Iterator[tuple[Sheet, Span]]:
    """Yields where the key is read of the client that is made here. Raises `NotMovedError` when another one may be.

    The evaluation knows the client wherever it is used, but not in an attribute that is read before it is set: there
    it is known by how it is written.
    """
    name, tree = spot.entry.name, spot.tree
    made = tree.above(spot.node, cst.Assign)
    owners = {tree.code(one.target) for one in made.targets} if made is not None else set()
    for call in tree.walk(tree.naming(name), cst.Call):
        key = _asked(call, name)
        if key is None:
            continue
        owner = call.args[0].value
        if tree.code(owner) in owners:
            yield spot.sheet, tree.span(key)
        elif not spot.desk.shelf.is_known(spot.location(owner)):
            raise NotMovedError(f"this file reads `{name}` of a client, which a client with a token does not have")
    for one in tree.walk(tree.naming(name), cst.Attribute):
        is_read = one.attr.value == name and not isinstance(tree.parent(one), cst.AssignTarget)
        if is_read and tree.code(one.value) in owners:
            yield spot.sheet, tree.span(one.attr)
    maker = tree.above(spot.node, cst.Call)
    for use in spot.desk.shelf.uses(spot.location(maker)) if maker is not None else ():
        sheet = spot.desk.sheet(use.at.path)
        client = sheet.tree.find(use.at.span, cst.Name, cst.Attribute)
        above = sheet.tree.parent(client) if client is not None else None
        asking = sheet.tree.parent(above) if isinstance(above, cst.Arg) else None
        if isinstance(above, cst.Attribute) and above.attr.value == name:
            if not isinstance(sheet.tree.parent(above), cst.AssignTarget):
                yield sheet, sheet.tree.span(above.attr)
        elif isinstance(asking, cst.Call) and asking.args[0] is above and (key := _asked(asking, name)) is not None:
            yield sheet, sheet.tree.span(key)


def _asked(call: cst.Call, name: str) -> cst.SimpleString | None:
    """Returns the name that ``getattr`` is asked for in a call, None for any other name or call."""
    match call:
        case cst.Call(func=cst.Name("getattr"), args=[_, cst.Arg(value=cst.SimpleString() as key), *_]):
            return key if key.evaluated_value == name else None
        case _:
            return None


def _keyword(spot: Spot, arg: cst.Arg) -> Taken:
    call = spot.tree.parent(arg)
    setter = _setter(spot, call)
    if isinstance(call, cst.Call) and setter is None:
        _refuse_both(spot, call)
    spot.sheet.replace(spot.tree.span(spot.node), setter.argument.keyword if setter else spot.entry.keyword)
    return _taken(spot, arg.value, arg)


def _positional(spot: Spot) -> Taken | None:
    arg = spot.node if isinstance(spot.node, cst.Arg) else spot.tree.above(spot.node, cst.Arg)
    call = spot.tree.parent(arg) if arg is not None else None
    if arg is None or not isinstance(call, cst.Call) or arg.keyword is not None:
        return None
    if _setter(spot, call) is not None:
        return _taken(spot, arg.value, arg)
    after = call.args[list(call.args).index(arg) + 1 :]
    if arg.star or any(each.keyword is None for each in after):
        return None
    _refuse_both(spot, call)
    start = spot.tree.outer(arg.value)
    spot.sheet.replace(start, f"{spot.entry.keyword}={spot.tree.text[start.start : start.end]}")
    return _taken(spot, arg.value, arg)


def _setter(spot: Spot, call: cst.CSTNode | None) -> Setter | None:
    """Makes a call of the method that sets the key one of that which sets the token, and returns it, if it is one."""
    sdk = sdks().get(spot.entry.calls[0].client) if spot.entry.calls else None
    if sdk is None or not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    if call.func.attr.value not in {setter.name for setter in sdk.setters if setter.kind == "key"}:
        return None
    found = next((setter for setter in sdk.setters if setter.kind == "token"), None)
    if found is None:
        raise NotMovedError(f"{sdk.package} has no method that sets a token")
    spot.sheet.replace(spot.tree.span(call.func.attr), found.name)
    return found


def _attribute(spot: Spot, target: cst.Attribute) -> Taken | None:
    assign = spot.tree.above(target, cst.Assign)
    if assign is None:
        return None
    spot.sheet.replace(spot.tree.span(target.attr), spot.entry.keyword)
    return _taken(spot, assign.value, assign)


def _configuration(spot: Spot) -> Taken | None:
    assign = spot.tree.above(spot.node, cst.Assign)
    target = assign.targets[0].target if assign is not None else None
    if assign is None or not isinstance(target, cst.Subscript) or not isinstance(target.value, cst.Attribute):
        return None
    owner = spot.tree.code(target.value.value)
    spot.sheet.replace(spot.tree.span(target), f"{owner}.{spot.entry.keyword}")
    return _taken(spot, assign.value, assign)


def _refuse_both(spot: Spot, call: cst.Call) -> None:
    if keyword(call, spot.entry.keyword) is not None:
        raise NotMovedError(f"`{spot.entry.keyword}` is given here as well")


def _taken(spot: Spot, value: cst.BaseExpression, place: cst.CSTNode) -> Taken:
    token = spot.token(value)
    if token.environment:
        spot.sheet.replace(spot.tree.outer(value), carry(token, spot.sheet, value))
    return Taken(token=token, placed=True, shared=spot.location(place))
