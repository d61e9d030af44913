"""Drafts of rewrites: takes the key out where it enters and puts the header where the request is made."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import libcst as cst

from migrator.catalog.clients import HttpClient, client_named
from migrator.evaluate.uses import ObjectUse
from migrator.languages.python.rewriting import recipes
from migrator.languages.python.rewriting.credential import Token, authorization, carry
from migrator.languages.python.rewriting.imports import environment_read
from migrator.languages.python.rewriting.names import bindings, function_of, keyword, made_at
from migrator.languages.python.rewriting.parameters import drop_idle, passed
from migrator.languages.python.rewriting.placements import branch as beside
from migrator.languages.python.rewriting.placements import mapping as shared_headers
from migrator.languages.python.rewriting.placements.headers import send
from migrator.languages.python.rewriting.placements.wrapper import forwarding_call, handing_call, is_given_url
from migrator.languages.python.rewriting.plain import encrypting
from migrator.languages.python.rewriting.spot import Spot, Taken, spelling
from migrator.languages.python.rewriting.tree import NotMovedError, Tree
from migrator.languages.python.rewriting.width import fitted
from migrator.languages.python.rewriting.workspace import Desk, Shelf
from migrator.model.call import ApiCall, AuthPlace
from migrator.model.draft import Draft, KeyEntry, Where
from migrator.model.edit import Edit
from migrator.model.stack import on_deep_stack
from migrator.model.text import Location, Source

_PLACES = {Where.BESIDE: beside, Where.SHARED: shared_headers}
_REFUSED = re.compile(r"\b40[13]\b")
_TEXTS = (cst.SimpleString, cst.FormattedStringText)


class Recipe(Protocol):
    """A form in which a credential enters: the places it is looked for in, and how it is taken out."""

    PLACES: frozenset[AuthPlace]

    def take(self, spot: Spot) -> Taken | None:
        """Returns what was taken out, None when this is another form. Raises `NotMovedError` when it cannot be."""
        ...


@lru_cache(maxsize=1)
def all_recipes() -> tuple[Recipe, ...]:
    """Returns the recipe modules, sorted by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(recipes.__path__))
    return tuple(importlib.import_module(f"{recipes.__name__}.{name}") for name in names)


class PythonDrafter:
    """Drafts rewrites of Python files; keeps the files it has parsed."""

    def __init__(self, sources: Mapping[str, Source], uses: Iterable[ObjectUse], width: int | None = None) -> None:
        """Takes the sources by path, who uses what in them, and how long their lines may be if that is configured."""
        self._shelf = Shelf(sources, uses)
        self._width = width

    def draft(self, entries: Sequence[KeyEntry], *, token_env: str, where: Where = Where.SENDER) -> Draft:
        """Returns the edits that move the credential of all entries into headers, or why they cannot be moved.

        A credential that is written out where it is taken from becomes a read of the environment variable *token_env*.
        """
        self._shelf.let_go()
        with closing(Desk(self._shelf, token_env, where)) as desk, closing(Desk(self._shelf, token_env, where)) as room:
            return on_deep_stack(lambda: self._drafted(desk, room, entries, where))

    def _drafted(self, desk: Desk, room: Desk, entries: Sequence[KeyEntry], where: Where) -> Draft:
        try:
            taken = [(entry, _take(desk, entry)) for entry in entries]
            sent: dict[Location, str] = {}
            ways: set[tuple[Location, ...]] = set()
            shared = {one.shared for _, one in taken if one.shared is not None}
            calls = tuple({id(call): call for entry in entries for call in entry.calls}.values())
            if where is Where.SHARED and len({one.token.tree.code(one.token.node) for _, one in taken}) > 1:
                raise NotMovedError("different keys reach the same request")
            for entry, one in taken:
                if where is Where.BESIDE and entry.place in (AuthPlace.PARAMS, AuthPlace.URL):
                    _refuse_fallbacks(desk, entry)
                if one.placed and where is Where.NOWHERE:
                    raise NotMovedError("the key is an option of the client, which holds a token too")
                if one.placed or where is Where.NOWHERE:
                    continue
                if one.given and where is not Where.BESIDE:
                    raise NotMovedError("callers may pass a key of their own, which would still travel in the query")
                if where in _PLACES:
                    shared.add(_PLACES[where].place(desk, replace(entry, calls=calls), one))
                else:
                    ways |= _send(desk, room, entry, one, sent)
            for entry in entries:
                _keep_query(desk, entry)
            for _, one in taken:
                if one.placed:
                    continue
                drop_idle(desk.sheet(one.token.tree.source.path), one.token, sent)
            edits, common = self._fitted(desk.edits()), self._fitted(room.edits())
            secured = encrypting(desk, entries)
        except NotMovedError as problem:
            return Draft(problem=str(problem))
        return Draft(
            edits=edits, common=common, encrypting=secured, ways=frozenset(ways), shared=frozenset(shared),
            senders=_senders(sent, ways, calls if where is Where.SHARED else ()),
            widened=any(_widens(desk, entry, one, sent) for entry, one in taken if not one.placed),
            written_out=where is not Where.NOWHERE and any(one.token.environment for _, one in taken),
            guarded=any(one.guarded for _, one in taken),
            sources=tuple(pair for entry, _ in taken for pair in spelling(desk, entry)[1].items()),
        )  # fmt: skip

    def _fitted(self, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Returns the edits with the lines broken that would be too long."""
        if self._width is None:
            return edits
        found: list[Edit] = []
        for path in sorted({edit.path for edit in edits}):
            found += fitted(self._shelf.sources[path], [edit for edit in edits if edit.path == path], self._width)
        return tuple(found)

    def extract(self, literal: Location, token_env: str) -> Draft:
        """Returns the edits that replace a credential written in the source by a read of the environment."""
        try:
            with closing(Desk(self._shelf, token_env)) as desk:
                sheet = desk.sheet(literal.path)
                node = sheet.tree.innermost(literal.span, cst.SimpleString)
                if node is None or len(node.raw_value) > len(range(*literal.span)):
                    return Draft(problem="the key is part of a longer text")
                sheet.replace(sheet.tree.span(node), environment_read(sheet, token_env, node.quote[0]))
                return Draft(edits=desk.edits())
        except NotMovedError as problem:
            return Draft(problem=str(problem))


def _take(desk: Desk, entry: KeyEntry) -> Taken:
    sheet = desk.sheet(entry.at.path)
    tree = sheet.tree
    node = _named(tree, entry)
    if node is None:
        raise NotMovedError("cannot tell how the key gets into the request")
    spot = Spot(entry=entry, desk=desk, sheet=sheet, node=node)
    for recipe in all_recipes():
        taken = recipe.take(spot) if entry.place in recipe.PLACES else None
        if taken is not None:
            return taken
    raise NotMovedError("cannot tell how the key gets into the request")


def _named(tree: Tree, entry: KeyEntry) -> cst.CSTNode | None:
    """Returns the keyword, argument or text that an entry speaks of."""
    arg = tree.find(entry.at.span, cst.Arg)
    if arg is not None and arg.keyword is not None:
        return arg.keyword
    if arg is not None and entry.place is AuthPlace.SDK:
        return arg
    target = tree.find(entry.at.span, cst.Attribute)
    if target is not None:
        return target.attr
    return tree.find(entry.at.span, cst.Name) or tree.innermost(entry.at.span, *_TEXTS)


def _senders(
    sent: Iterable[Location], ways: Iterable[tuple[Location, ...]], sharing: Iterable[ApiCall]
) -> frozenset[Location]:
    """Returns the calls that send the header whoever calls them: all that share the headers, where it is among them."""
    return frozenset(sent) - {way[0] for way in ways} | {call.location for call in sharing}


def _send(
    desk: Desk, room: Desk, entry: KeyEntry, taken: Taken, sent: dict[Location, str]
) -> set[tuple[Location, ...]]:
    """Puts the header at every call that sends the requests of an entry, and notes the call and the header's value.

    Returns the ways by which functions hand it on to others.
    """
    if desk.where is Where.HANDED:
        return _hand(desk, room, entry, taken, sent)
    led = desk.where is Where.CALLER
    sites = {call: forwarding_call(desk, taken, call) if led else _maker(call) for call in entry.calls}
    clients = {place: client_named(call.client) for call, place in sites.items() if not led}
    makers = {place: desk.call_at(place) for place in sites.values()}
    for place, maker in makers.items():
        sheet = desk.sheet(place.path)
        _refuse_fallback(sheet.tree, maker, entry.attempts)
        together = [each for other, each in makers.items() if other.path == place.path]
        token = _alike(_token_for(desk, taken, place), sent.get(place))
        value = _sent(desk, entry, place, token, together, clients.get(place))
        if sent.setdefault(place, value) != value:
            raise NotMovedError("different keys reach the same request")
    return set()


def _alike(token: Token, value: str | None) -> Token:
    """Returns a token in the quotes of the header that the same call is given already, if it is given one."""
    return replace(token, quote=value[0]) if value else token


def _hand(
    desk: Desk, room: Desk, entry: KeyEntry, taken: Taken, sent: dict[Location, str]
) -> set[tuple[Location, ...]]:
    """Gives the header to the functions that send the requests of an entry, where the token can be had."""
    ways = set()
    for call in entry.calls:
        way, option = handing_call(desk, room, taken.token, call)
        place = way[0]
        ways |= {way} if len(way) > 1 else set()
        sheet, maker = desk.sheet(place.path), desk.call_at(place)
        _refuse_fallback(sheet.tree, maker, entry.attempts)
        token = _alike(taken.token, sent.get(place))
        if option in ("", "headers"):
            value = send(sheet, maker, token, [maker], None if option else client_named(call.client))
        else:
            value = authorization(sheet.tree, carry(token, sheet, maker), token.quote)
            sheet.add_item(maker, f"{option}={{{value}}}")
        if taken.others or sent.setdefault(place, value) != value:
            raise NotMovedError("different keys reach the same request")
    return ways


def _sent(
    desk: Desk, entry: KeyEntry, place: Location, token: Token, together: Sequence[cst.Call], client: HttpClient | None
) -> str:
    """Makes a call send the token, or where that is out of reach what it was given as, or a constant that has it."""
    sheet, maker = desk.sheet(place.path), desk.call_at(place)
    try:
        return send(sheet, maker, token, together, client)
    except NotMovedError:
        if desk.where is not Where.RENAMED:
            raise
        constant = _constant(sheet.tree, entry)
        found = (sheet.tree, constant) if constant is not None else passed(desk.sheet(token.tree.source.path), token)
        if found is None:
            raise
        return send(sheet, maker, replace(token, tree=found[0], node=found[1], code=""), together, client)


def _constant(tree: Tree, entry: KeyEntry) -> cst.Name | None:
    """Returns the variable of a module that alone is given what every request of an entry is sent with."""
    given = [auth for call in entry.calls for auth in call.auth if auth.name_at == entry.at]
    places = {source.location for auth in given for source in auth.sources}
    path = tree.source.path
    if not places or any(place.path != path for place in places):
        return None
    for place in places:
        node = tree.find(place.span, cst.Subscript, cst.Call)
        assign = tree.statement(node) if node is not None else None
        match assign:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name) as target)], value=value):
                whole = value is node or isinstance(value, (cst.BooleanOperation, cst.IfExp))
                top = tree.above(assign, cst.FunctionDef, cst.ClassDef) is None
                once = len(bindings(tree, tree.naming(name), name)) == 1
                if whole and top and once and all(tree.span(value).contains(other.span) for other in places):
                    return target
    return None


def _maker(call: ApiCall) -> Location:
    """Returns the call that is given URL and headers: the one that sends, or the one that built what it sends."""
    return call.made or call.location


def _widens(desk: Desk, entry: KeyEntry, taken: Taken, sent: Mapping[Location, str]) -> bool:
    """Returns whether the header is set in a wrapper that is called with the key, and with the host as well."""
    home = function_of(taken.token.tree, taken.token.node)
    for call in entry.calls:
        place = _maker(call)
        tree = desk.shelf.tree(place.path)
        sender = function_of(tree, desk.call_at(place))
        if place not in sent or sender is home or sender is None:
            continue
        entered = any(_is_had(desk, taken.token, home, site) for site in call.via)
        if entered and is_given_url(tree, sender, desk.call_at(place), client_named(call.client)):
            return True
    return False


def _is_had(desk: Desk, token: Token, home: cst.FunctionDef | None, site: Location) -> bool:
    """Returns whether the function around a call is the one that has the key, or gets it of that one."""
    caller = function_of(desk.shelf.tree(site.path), desk.call_at(site))
    if caller is home:
        return True
    uses = desk.seen(made_at(token.tree, home), site.path) if home is not None else ()
    return any(function_of(desk.shelf.tree(site.path), use) is caller for use in uses)


def _keep_query(desk: Desk, entry: KeyEntry) -> None:
    """Raises `NotMovedError` when a URL gets its own query back, which a client drops for as long as it has params."""
    for call in entry.calls:
        client = client_named(call.client)
        if (
            client is None
            or not client.replaces_query
            or entry.place not in (AuthPlace.PARAMS, AuthPlace.SESSION_PARAMS)
        ):
            continue
        urls = [step.location for step in call.trace if step.role == "url"]
        if not any("?" in desk.shelf.tree(url.path).source.excerpt(url.span) for url in urls):
            continue
        sheet, sender = desk.sheet(call.location.path), desk.call_at(call.location)
        given = keyword(sender, "params")
        if entry.place is AuthPlace.SESSION_PARAMS or (given is not None and sheet.is_dropped(sender, given)):
            raise NotMovedError(
                f"while it is given params, {client.client} drops the query of a URL, which would now be sent"
            )


def _token_for(desk: Desk, taken: Taken, place: Location) -> Token:
    """Returns the token of the function that sends, the only one there is otherwise."""
    tree = desk.shelf.tree(place.path)
    function = function_of(tree, desk.call_at(place))
    tokens = (taken.token, *taken.others)
    near = [token for token in tokens if token.tree is tree and function_of(tree, token.node) is function]
    if len({token.tree.code(token.node) for token in near or tokens}) != 1:
        raise NotMovedError("different keys reach the same request")
    return (near or tokens)[0]


def _refuse_fallbacks(desk: Desk, entry: KeyEntry) -> None:
    for place in map(_maker, entry.calls):
        _refuse_fallback(desk.shelf.tree(place.path), desk.call_at(place), entry.attempts)


def _refuse_fallback(tree: Tree, call: cst.Call, attempts: Container[Location]) -> None:
    """Raises `NotMovedError` when the call is only made after one that sends something else was refused.

    After one with the same key it is a retry: both move.
    """
    for above in tree.ancestors(call):
        before: list[cst.CSTNode] = []
        if isinstance(above, cst.If) and _REFUSED.search(tree.code(above.test)) is not None:
            start = tree.span(above).start
            around = function_of(tree, above) or tree.naming("")
            before = [each for each in tree.walk(around, cst.Call) if tree.span(each).end <= start]
        elif isinstance(above, cst.ExceptHandler):
            block = tree.parent(above)
            before = list(tree.walk(block.body, cst.Call)) if isinstance(block, cst.Try) else []
        else:
            continue
        if not any(tree.location(each) in attempts for each in before):
            raise NotMovedError(
                "the key is only sent after another attempt failed, one that may carry another credential; "
                "once that one carries the token, this one may not be needed"
            )
