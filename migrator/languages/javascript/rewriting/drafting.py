"""Edits that move a credential into a header."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from migrator.catalog.clients import client_named
from migrator.languages.javascript.rewriting.branches import place_in_branch
from migrator.languages.javascript.rewriting.caller_urls import is_given_url
from migrator.languages.javascript.rewriting.credential import expression_at
from migrator.languages.javascript.rewriting.first_parameter import make_next_first
from migrator.languages.javascript.rewriting.header_parameter import place_by_parameter
from migrator.languages.javascript.rewriting.header_placement import (
    has_headers,
    place_at_caller,
    place_at_sender,
    place_beside_parameters,
    place_with_url,
)
from migrator.languages.javascript.rewriting.https_module import https_edits
from migrator.languages.javascript.rewriting.interceptors import place_in_interceptor
from migrator.languages.javascript.rewriting.removal import drop_option, drop_remains, drop_statement_of_key, take
from migrator.languages.javascript.rewriting.removed_key import RemovedKey
from migrator.languages.javascript.rewriting.workspace import ScriptIndex, ScriptWorkspace
from migrator.model.call import ApiCall
from migrator.model.draft import SHIPPED, Draft, KeyEntry, NotMovedError, Placement
from migrator.model.stack import on_deep_stack
from migrator.model.text import Location, Source


class JavaScriptDrafter:
    """Drafts edits of JavaScript files."""

    def __init__(self, sources: Mapping[str, Source], shipped: Container[str]) -> None:
        """Takes the files by path, and which of them are shipped to users."""
        self._index = ScriptIndex(sources, shipped)

    def draft(self, entries: Sequence[KeyEntry], *, token_env: str, where: Placement = Placement.SENDER) -> Draft:
        """Returns the edits that move the credential of all entries into headers, or why they cannot be moved."""
        return on_deep_stack(lambda: self._drafted(entries, token_env, where))

    def _drafted(self, entries: Sequence[KeyEntry], token_env: str, where: Placement) -> Draft:
        self._index.evict()
        workspace, common = ScriptWorkspace(self._index), ScriptWorkspace(self._index)
        ways: set[tuple[Location, ...]] = set()
        sent: dict[Location, str] = {}
        written = widened = guarded = False
        trusted: list[bool] = []
        caution: str | None = None
        switched = frozenset(id(call) for entry in entries if entry.keyword for call in entry.calls)
        try:
            if where in (Placement.SHARED, Placement.OTHER_NAME):
                raise NotMovedError("the header goes to the call that sends, or to the options beside the key")
            for entry in entries:
                file = workspace.file(entry.at.path)
                file.refuse_shipped()
                _refuse_browsers(entry)
                if where is Placement.NOWHERE and entry.keyword:
                    drop_option(file, entry)
                    continue
                removed = take(file, entry)
                guarded = guarded or removed.guarded
                if removed.opened is not None:
                    caution = make_next_first(workspace, entry, removed.opened, removed.node) or caution
                if where is Placement.NOWHERE:
                    drop_remains(removed)
                    continue
                code = f"process.env.{token_env}" if removed.written else removed.code
                written = written or removed.written
                if removed.placed:
                    if removed.written:
                        file.replace(removed.node.start, removed.node.end, code)
                    continue
                if all(id(call) in switched for call in entry.calls):
                    drop_remains(removed)  # the library that is switched beside it sends the header
                    continue
                if any(call.client == "unknown" for call in entry.calls):
                    trusted.append(removed.beside is None or has_headers(file, removed.beside))
                changed = replace(removed, code=code)
                if where is Placement.NEW_PARAMETER:
                    own = _by_parameter(workspace, common, entry, changed)
                    ways |= {way for way in own if len(way) > 1}
                    sent.update((way[0], code) for way in own if len(way) == 1)
                    widened = any(is_given_url(workspace, changed, way[0]) for way in own) or widened
                else:
                    widened = _give(workspace, entry, changed, where, sent) or widened
            secured, edits = https_edits(workspace, entries), workspace.edits()
        except NotMovedError as problem:
            return Draft(problem=str(problem))
        return Draft(
            edits=edits, common=common.edits(), ways=frozenset(ways), senders=frozenset(sent),
            written_out=written, widened=widened,
            guarded=guarded, caution=caution or workspace.caution(),
            trusted=bool(trusted) and all(trusted), encrypting=secured,
        )  # fmt: skip

    def extract(self, literal: Location, token_env: str) -> Draft:
        """Returns the edits that replace a credential written in the source by a read of the environment."""
        try:
            workspace = ScriptWorkspace(self._index)
            file = workspace.file(literal.path)
            file.refuse_shipped()
            node = file.at(literal.span)
            node = node if node.kind == "string" else (file.parent(node) or node)
            if node.kind != "string" or node.end - node.start - 2 > literal.span.end - literal.span.start:
                return Draft(problem="the key is part of a longer text")
            file.replace(node.start, node.end, f"process.env.{token_env}")
            return Draft(edits=workspace.edits())
        except NotMovedError as problem:
            return Draft(problem=str(problem))


def _refuse_browsers(entry: KeyEntry) -> None:
    for call in entry.calls:
        client = client_named(call.client)
        if client is not None and client.browser:
            raise NotMovedError(SHIPPED)


def _by_parameter(
    workspace: ScriptWorkspace, common: ScriptWorkspace, entry: KeyEntry, removed: RemovedKey
) -> set[tuple[Location, ...]]:
    drop_statement_of_key(removed)
    return {place_by_parameter(workspace, common, removed, call) for call in entry.calls}


def _give(
    workspace: ScriptWorkspace, entry: KeyEntry, changed: RemovedKey, where: Placement, sent: dict[Location, str]
) -> bool:
    """Puts the header of one entry where its requests get it; returns whether others may get it there too."""
    code = changed.code
    if place_in_interceptor(changed, entry.calls, code):
        sent.update({call.location: code for call in entry.calls})
        return not all(call.own for call in entry.calls)
    if changed.beside is not None:
        place_beside_parameters(changed, expression_at(changed, changed.file, changed.beside))
        sent.update({call.location: code for call in entry.calls})
        path, span = changed.file.source.path, changed.beside.span
        places = [call.location for call in entry.calls if not call.own]
        return not all(place.path == path and place.span.contains(span) for place in places)
    if where is Placement.BESIDE:
        if place_with_url(changed):
            drop_statement_of_key(changed)
        elif not place_in_branch(changed):
            raise NotMovedError("there are no options beside the key")
        sent.update({call.location: code for call in entry.calls})
        return False
    drop_statement_of_key(changed)
    if where is Placement.CALLER:
        sent.update((place_at_caller(workspace, changed, call), code) for call in entry.calls)
        return False
    sending: dict[Location, list[ApiCall]] = {}
    for call in entry.calls:
        sending.setdefault(call.location, []).append(call)
    for place, calls in sending.items():
        if place not in sent:
            sent[place_at_sender(workspace, changed, calls)] = code
        elif sent[place] != code:
            raise NotMovedError("different keys reach the same request")
    return any(is_given_url(workspace, changed, place) for place in sending)
