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
from migrator.evaluate.object_uses import ObjectUse
from migrator.languages.python.rewriting import recipes
from migrator.languages.python.rewriting.bindings import bindings, function_of, keyword, made_at
from migrator.languages.python.rewriting.credential import TokenExpression, authorization, expression_at
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal, spelling
from migrator.languages.python.rewriting.https_connections import https_edits
from migrator.languages.python.rewriting.imports import environment_read
from migrator.languages.python.rewriting.line_width import fitted
from migrator.languages.python.rewriting.parameters import drop_unused, value_passed
from migrator.languages.python.rewriting.placements import branch as beside
from migrator.languages.python.rewriting.placements import mapping as shared_headers
from migrator.languages.python.rewriting.placements.headers import send_token
from migrator.languages.python.rewriting.placements.wrapper import call_by_parameter, forwarding_call, is_given_url
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import SourceIndex, Workspace
from migrator.model.call import ApiCall, AuthPlace
from migrator.model.draft import Draft, KeyEntry, NotMovedError, Placement
from migrator.model.edit import Edit
from migrator.model.stack import on_deep_stack
from migrator.model.text import Location, Source

_PLACES = {Placement.BESIDE: beside, Placement.SHARED: shared_headers}
_REFUSED = re.compile(r"\b40[13]\b")
_TEXTS = (cst.SimpleString, cst.FormattedStringText)


class Recipe(Protocol):
    """A form in which a credential enters: the places it is looked for in, and how it is taken out."""

    PLACES: frozenset[AuthPlace]

    def take(self, site: EntrySite) -> Removal | None:
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
        self._index = SourceIndex(sources, uses)
        self._width = width

    def draft(self, entries: Sequence[KeyEntry], *, token_env: str, where: Placement = Placement.SENDER) -> Draft:
        """Returns the edits that move the credential of all entries into headers, or why they cannot be moved.

        A credential that is written out where it is taken from becomes a read of the environment variable *token_env*.
        """
        self._index.evict()
        with (
            closing(Workspace(self._index, token_env, where)) as workspace,
            closing(Workspace(self._index, token_env, where)) as common,
        ):
            return on_deep_stack(lambda: self._drafted(workspace, common, entries, where))

    def _drafted(self, workspace: Workspace, common: Workspace, entries: Sequence[KeyEntry], where: Placement) -> Draft:
        try:
            removed = [(entry, _take(workspace, entry)) for entry in entries]
            sent: dict[Location, str] = {}
            ways: set[tuple[Location, ...]] = set()
            shared = {one.shared for _, one in removed if one.shared is not None}
            calls = tuple({id(call): call for entry in entries for call in entry.calls}.values())
            if where is Placement.SHARED and len({one.token.tree.code(one.token.node) for _, one in removed}) > 1:
                raise NotMovedError("different keys reach the same request")
            for entry, one in removed:
                if where is Placement.BESIDE and entry.place in (AuthPlace.PARAMS, AuthPlace.URL):
                    _refuse_fallbacks(workspace, entry)
                if one.placed and where is Placement.NOWHERE:
                    raise NotMovedError("the key is an option of the client, which holds a token too")
                if one.placed or where is Placement.NOWHERE:
                    continue
                if one.given and where is not Placement.BESIDE:
                    raise NotMovedError("callers may pass a key of their own, which would still travel in the query")
                if where in _PLACES:
                    shared.add(_PLACES[where].place(workspace, replace(entry, calls=calls), one))
                else:
                    ways |= _send(workspace, common, entry, one, sent)
            for entry in entries:
                _keep_query(workspace, entry)
            for _, one in removed:
                if one.placed:
                    continue
                drop_unused(workspace.file(one.token.tree.source.path), one.token, sent)
            edits, common_edits = self._fitted(workspace.edits()), self._fitted(common.edits())
            secured = https_edits(workspace, entries)
        except NotMovedError as problem:
            return Draft(problem=str(problem))
        return Draft(
            edits=edits, common=common_edits, encrypting=secured, ways=frozenset(ways), shared=frozenset(shared),
            senders=_senders(sent, ways, calls if where is Placement.SHARED else ()),
            widened=any(_widens(workspace, entry, one, sent) for entry, one in removed if not one.placed),
            written_out=where is not Placement.NOWHERE and any(one.token.environment for _, one in removed),
            guarded=any(one.guarded for _, one in removed),
            sources=tuple(pair for entry, _ in removed for pair in spelling(workspace, entry)[1].items()),
        )  # fmt: skip

    def _fitted(self, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Returns the edits with the lines broken that would be too long."""
        if self._width is None:
            return edits
        found: list[Edit] = []
        for path in sorted({edit.path for edit in edits}):
            found += fitted(self._index.sources[path], [edit for edit in edits if edit.path == path], self._width)
        return tuple(found)

    def extract(self, literal: Location, token_env: str) -> Draft:
        """Returns the edits that replace a credential written in the source by a read of the environment."""
        try:
            with closing(Workspace(self._index, token_env)) as workspace:
                file = workspace.file(literal.path)
                node = file.tree.innermost(literal.span, cst.SimpleString)
                if node is None or len(node.raw_value) > len(range(*literal.span)):
                    return Draft(problem="the key is part of a longer text")
                file.replace(file.tree.span(node), environment_read(file, token_env, node.quote[0]))
                return Draft(edits=workspace.edits())
        except NotMovedError as problem:
            return Draft(problem=str(problem))


def _take(workspace: Workspace, entry: KeyEntry) -> Removal:
    file = workspace.file(entry.at.path)
    tree = file.tree
    node = _named(tree, entry)
    if node is None:
        raise NotMovedError("cannot tell how the key gets into the request")
    site = EntrySite(entry=entry, workspace=workspace, file=file, node=node)
    for recipe in all_recipes():
        removed = recipe.take(site) if entry.place in recipe.PLACES else None
        if removed is not None:
            return removed
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
    workspace: Workspace, common: Workspace, entry: KeyEntry, removed: Removal, sent: dict[Location, str]
) -> set[tuple[Location, ...]]:
    """Puts the header at every call that sends the requests of an entry, and notes the call and the header's value.

    Returns the ways by which functions hand it on to others.
    """
    if workspace.where is Placement.NEW_PARAMETER:
        return _by_parameter(workspace, common, entry, removed, sent)
    led = workspace.where is Placement.CALLER
    sites = {call: forwarding_call(workspace, removed, call) if led else _maker(call) for call in entry.calls}
    clients = {place: client_named(call.client) for call, place in sites.items() if not led}
    makers = {place: workspace.call_at(place) for place in sites.values()}
    for place, maker in makers.items():
        file = workspace.file(place.path)
        _refuse_fallback(file.tree, maker, entry.attempts)
        together = [each for other, each in makers.items() if other.path == place.path]
        token = _alike(_token_for(workspace, removed, place), sent.get(place))
        value = _sent(workspace, entry, place, token, together, clients.get(place))
        if sent.setdefault(place, value) != value:
            raise NotMovedError("different keys reach the same request")
    return set()


def _alike(token: TokenExpression, value: str | None) -> TokenExpression:
    """Returns a token in the quotes of the header that the same call is given already, if it is given one."""
    return replace(token, quote=value[0]) if value else token


def _by_parameter(
    workspace: Workspace, common: Workspace, entry: KeyEntry, removed: Removal, sent: dict[Location, str]
) -> set[tuple[Location, ...]]:
    """Gives the header to the functions that send the requests of an entry, where the token can be had."""
    ways = set()
    for call in entry.calls:
        way, option = call_by_parameter(workspace, common, removed.token, call)
        place = way[0]
        ways |= {way} if len(way) > 1 else set()
        file, maker = workspace.file(place.path), workspace.call_at(place)
        _refuse_fallback(file.tree, maker, entry.attempts)
        token = _alike(removed.token, sent.get(place))
        if option in ("", "headers"):
            value = send_token(file, maker, token, [maker], None if option else client_named(call.client))
        else:
            value = authorization(file.tree, expression_at(token, file, maker), token.quote)
            file.add_item(maker, f"{option}={{{value}}}")
        if removed.others or sent.setdefault(place, value) != value:
            raise NotMovedError("different keys reach the same request")
    return ways


def _sent(
    workspace: Workspace,
    entry: KeyEntry,
    place: Location,
    token: TokenExpression,
    together: Sequence[cst.Call],
    client: HttpClient | None,
) -> str:
    """Makes a call send the token, or where that is out of reach what it was given as, or a constant that has it."""
    file, maker = workspace.file(place.path), workspace.call_at(place)
    try:
        return send_token(file, maker, token, together, client)
    except NotMovedError:
        if workspace.where is not Placement.OTHER_NAME:
            raise
        constant = _constant(file.tree, entry)
        found = (
            (file.tree, constant)
            if constant is not None
            else value_passed(workspace.file(token.tree.source.path), token)
        )
        if found is None:
            raise
        return send_token(file, maker, replace(token, tree=found[0], node=found[1], code=""), together, client)


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


def _widens(workspace: Workspace, entry: KeyEntry, removed: Removal, sent: Mapping[Location, str]) -> bool:
    """Returns whether the header is set in a wrapper that is called with the key, and with the host as well."""
    home = function_of(removed.token.tree, removed.token.node)
    for call in entry.calls:
        place = _maker(call)
        tree = workspace.index.tree(place.path)
        sender = function_of(tree, workspace.call_at(place))
        if place not in sent or sender is home or sender is None:
            continue
        entered = any(_is_had(workspace, removed.token, home, site) for site in call.via)
        if entered and is_given_url(tree, sender, workspace.call_at(place), client_named(call.client)):
            return True
    return False


def _is_had(workspace: Workspace, token: TokenExpression, home: cst.FunctionDef | None, site: Location) -> bool:
    """Returns whether the function around a call is the one that has the key, or gets it of that one."""
    caller = function_of(workspace.index.tree(site.path), workspace.call_at(site))
    if caller is home:
        return True
    uses = workspace.seen(made_at(token.tree, home), site.path) if home is not None else ()
    return any(function_of(workspace.index.tree(site.path), use) is caller for use in uses)


def _keep_query(workspace: Workspace, entry: KeyEntry) -> None:
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
        if not any("?" in workspace.index.tree(url.path).source.excerpt(url.span) for url in urls):
            continue
        file, sender = workspace.file(call.location.path), workspace.call_at(call.location)
        given = keyword(sender, "params")
        if entry.place is AuthPlace.SESSION_PARAMS or (given is not None and file.is_dropped(sender, given)):
            raise NotMovedError(
                f"while it is given params, {client.client} drops the query of a URL, which would now be sent"
            )


def _token_for(workspace: Workspace, removed: Removal, place: Location) -> TokenExpression:
    """Returns the token of the function that sends, the only one there is otherwise."""
    tree = workspace.index.tree(place.path)
    function = function_of(tree, workspace.call_at(place))
    tokens = (removed.token, *removed.others)
    near = [token for token in tokens if token.tree is tree and function_of(tree, token.node) is function]
    if len({token.tree.code(token.node) for token in near or tokens}) != 1:
        raise NotMovedError("different keys reach the same request")
    return (near or tokens)[0]


def _refuse_fallbacks(workspace: Workspace, entry: KeyEntry) -> None:
    for place in map(_maker, entry.calls):
        _refuse_fallback(workspace.index.tree(place.path), workspace.call_at(place), entry.attempts)


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
