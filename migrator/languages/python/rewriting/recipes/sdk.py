"""The key given to an SDK: a keyword or attribute that has another name for a token."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from migrator.catalog.sdk import Setter
from migrator.catalog.sdkrows import sdks
from migrator.languages.python.rewriting.bindings import keyword
from migrator.languages.python.rewriting.credential import expression_at
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError
from migrator.model.text import Span

PLACES = frozenset({AuthPlace.SDK})


def take(site: EntrySite) -> Removal | None:
    """Returns what was renamed in place. Raises `NotMovedError` when it is asked for its key, or has a token."""
    if not site.entry.keyword:
        raise NotMovedError("this library cannot send a Bearer token")
    for file, read in _reads(site):
        written = file.tree.text[read.start : read.end]
        file.replace(read, written.replace(site.entry.name, site.entry.keyword))
    above = site.tree.parent(site.node)
    match above:
        case cst.Arg(keyword=named) if named is site.node:
            return _keyword(site, above)
        case cst.Arg() | cst.Call():
            return _positional(site)
        case cst.Attribute(attr=attr) if attr is site.node:
            return _attribute(site, above)
        case cst.Index():
            return _configuration(site)
        case _:
            return _positional(site)


def _reads(site: EntrySite) -> Iterator[tuple[FileEditor, Span]]:
    """Yields where the key is read of the client that is made here. Raises `NotMovedError` when another one may be.

    The evaluation knows the client wherever it is used, but not in an attribute that is read before it is set: there
    it is known by how it is written.
    """
    name, tree = site.entry.name, site.tree
    made = tree.above(site.node, cst.Assign)
    owners = {tree.code(one.target) for one in made.targets} if made is not None else set()
    for call in tree.walk(tree.naming(name), cst.Call):
        key = _asked(call, name)
        if key is None:
            continue
        owner = call.args[0].value
        if tree.code(owner) in owners:
            yield site.file, tree.span(key)
        elif not site.workspace.index.is_known(site.location(owner)):
            raise NotMovedError(f"this file reads `{name}` of a client, which a client with a token does not have")
    for one in tree.walk(tree.naming(name), cst.Attribute):
        is_read = one.attr.value == name and not isinstance(tree.parent(one), cst.AssignTarget)
        if is_read and tree.code(one.value) in owners:
            yield site.file, tree.span(one.attr)
    maker = tree.above(site.node, cst.Call)
    for use in site.workspace.index.uses(site.location(maker)) if maker is not None else ():
        file = site.workspace.file(use.at.path)
        client = file.tree.find(use.at.span, cst.Name, cst.Attribute)
        above = file.tree.parent(client) if client is not None else None
        asking = file.tree.parent(above) if isinstance(above, cst.Arg) else None
        if isinstance(above, cst.Attribute) and above.attr.value == name:
            if not isinstance(file.tree.parent(above), cst.AssignTarget):
                yield file, file.tree.span(above.attr)
        elif isinstance(asking, cst.Call) and asking.args[0] is above and (key := _asked(asking, name)) is not None:
            yield file, file.tree.span(key)


def _asked(call: cst.Call, name: str) -> cst.SimpleString | None:
    """Returns the name that ``getattr`` is asked for in a call, None for any other name or call."""
    match call:
        case cst.Call(func=cst.Name("getattr"), args=[_, cst.Arg(value=cst.SimpleString() as key), *_]):
            return key if key.evaluated_value == name else None
        case _:
            return None


def _keyword(site: EntrySite, arg: cst.Arg) -> Removal:
    call = site.tree.parent(arg)
    setter = _setter(site, call)
    if isinstance(call, cst.Call) and setter is None:
        _refuse_both(site, call)
    site.file.replace(site.tree.span(site.node), setter.argument.keyword if setter else site.entry.keyword)
    return _taken(site, arg.value, arg)


def _positional(site: EntrySite) -> Removal | None:
    arg = site.node if isinstance(site.node, cst.Arg) else site.tree.above(site.node, cst.Arg)
    call = site.tree.parent(arg) if arg is not None else None
    if arg is None or not isinstance(call, cst.Call) or arg.keyword is not None:
        return None
    if _setter(site, call) is not None:
        return _taken(site, arg.value, arg)
    after = call.args[list(call.args).index(arg) + 1 :]
    if arg.star or any(each.keyword is None for each in after):
        return None
    _refuse_both(site, call)
    start = site.tree.outer(arg.value)
    site.file.replace(start, f"{site.entry.keyword}={site.tree.text[start.start : start.end]}")
    return _taken(site, arg.value, arg)


def _setter(site: EntrySite, call: cst.CSTNode | None) -> Setter | None:
    """Makes a call of the method that sets the key one of that which sets the token, and returns it, if it is one."""
    sdk = sdks().get(site.entry.calls[0].client) if site.entry.calls else None
    if sdk is None or not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    if call.func.attr.value not in {setter.name for setter in sdk.setters if setter.kind == "key"}:
        return None
    found = next((setter for setter in sdk.setters if setter.kind == "token"), None)
    if found is None:
        raise NotMovedError(f"{sdk.package} has no method that sets a token")
    site.file.replace(site.tree.span(call.func.attr), found.name)
    return found


def _attribute(site: EntrySite, target: cst.Attribute) -> Removal | None:
    assign = site.tree.above(target, cst.Assign)
    if assign is None:
        return None
    site.file.replace(site.tree.span(target.attr), site.entry.keyword)
    return _taken(site, assign.value, assign)


def _configuration(site: EntrySite) -> Removal | None:
    assign = site.tree.above(site.node, cst.Assign)
    target = assign.targets[0].target if assign is not None else None
    if assign is None or not isinstance(target, cst.Subscript) or not isinstance(target.value, cst.Attribute):
        return None
    owner = site.tree.code(target.value.value)
    site.file.replace(site.tree.span(target), f"{owner}.{site.entry.keyword}")
    return _taken(site, assign.value, assign)


def _refuse_both(site: EntrySite, call: cst.Call) -> None:
    if keyword(call, site.entry.keyword) is not None:
        raise NotMovedError(f"`{site.entry.keyword}` is given here as well")


def _taken(site: EntrySite, value: cst.BaseExpression, place: cst.CSTNode) -> Removal:
    token = site.token(value)
    if token.environment:
        site.file.replace(site.tree.outer(value), expression_at(token, site.file, value))
    return Removal(token=token, placed=True, shared=site.location(place))
