"""Edits that move a credential into a header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from migrator.catalog.clients import client_named
from migrator.languages.javascript.rewriting.asking import is_given_url
from migrator.languages.javascript.rewriting.choosing import at_hand
from migrator.languages.javascript.rewriting.giving import (
    at_caller,
    at_sender,
    beside,
    takes_headers,
    with_address,
)
from migrator.languages.javascript.rewriting.handing import hand
from migrator.languages.javascript.rewriting.hooks import in_hook
from migrator.languages.javascript.rewriting.opening import lead
from migrator.languages.javascript.rewriting.plain import encrypting
from migrator.languages.javascript.rewriting.reaching import visible
from migrator.languages.javascript.rewriting.sheet import Desk, NotMovedError
from migrator.languages.javascript.rewriting.taken import Taken
from migrator.languages.javascript.rewriting.taking import drop, drop_option, finish, take
from migrator.model.call import ApiCall
from migrator.model.draft import SHIPPED, Draft, KeyEntry, Where
from migrator.model.stack import on_deep_stack
from migrator.model.text import Location, Source


class JavaScriptDrafter:
    """Drafts edits of JavaScript files."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """Takes the files by path."""
        self._sources = sources

    def draft(self, entries: Sequence[KeyEntry], *, token_env: str, where: Where = Where.SENDER) -> Draft:
        """Returns the edits that move the credential of all entries into headers, or why they cannot be moved."""
        return on_deep_stack(lambda: self._drafted(entries, token_env, where))

    def _drafted(self, entries: Sequence[KeyEntry], token_env: str, where: Where) -> Draft:
        desk, room = Desk(self._sources), Desk(self._sources)
        ways: set[tuple[Location, ...]] = set()
        sent: dict[Location, str] = {}
        written = widened = guarded = False
        trusted: list[bool] = []
        caution: str | None = None
        switched = frozenset(id(call) for entry in entries if entry.keyword for call in entry.calls)
        try:
            if where in (Where.SHARED, Where.RENAMED):
                raise NotMovedError("the header goes to the call that sends, or to the options beside the key")
            for entry in entries:
                sheet = desk.sheet(entry.at.path)
                sheet.refuse_shipped()
                _refuse_browsers(entry)
                if where is Where.NOWHERE and entry.keyword:
                    drop_option(sheet, entry)
                    continue
                taken = take(sheet, entry)
                guarded = guarded or taken.guarded
                if taken.opened is not None:
                    caution = lead(desk, entry, taken.opened, taken.node) or caution
                if where is Where.NOWHERE:
                    drop(taken)
                    continue
                code = f"process.env.{token_env}" if taken.written else taken.code
                written = written or taken.written
                if taken.placed:
                    if taken.written:
                        sheet.replace(taken.node.start, taken.node.end, code)
                    continue
                if all(id(call) in switched for call in entry.calls):
                    drop(taken)  # the library that is switched beside it sends the header
                    continue
                if any(call.client == "unknown" for call in entry.calls):
                    trusted.append(taken.beside is None or takes_headers(sheet, taken.beside))
                changed = replace(taken, code=code)
                if where is Where.HANDED:
                    own = _handed(desk, room, entry, changed)
                    ways |= {way for way in own if len(way) > 1}
                    sent.update((way[0], code) for way in own if len(way) == 1)
                    widened = any(is_given_url(desk, changed, way[0]) for way in own) or widened
                else:
                    widened = _give(desk, entry, changed, where, sent) or widened
            secured, edits = encrypting(desk, entries), desk.edits()
        except NotMovedError as problem:
            return Draft(problem=str(problem))
        return Draft(
            edits=edits, common=room.edits(), ways=frozenset(ways), senders=frozenset(sent),
            written_out=written, widened=widened,
            guarded=guarded, caution=caution or desk.caution(),
            trusted=bool(trusted) and all(trusted), encrypting=secured,
        )  # fmt: skip

    def extract(self, literal: Location, token_env: str) -> Draft:
        """Returns the edits that replace a credential written in the source by a read of the environment."""
        try:
            desk = Desk(self._sources)
            sheet = desk.sheet(literal.path)
            sheet.refuse_shipped()
            node = sheet.at(literal.span)
            node = node if node.kind == "string" else (sheet.parent(node) or node)
            if node.kind != "string" or node.end - node.start - 2 > literal.span.end - literal.span.start:
                return Draft(problem="the key is part of a longer text")
            sheet.replace(node.start, node.end, f"process.env.{token_env}")
            return Draft(edits=desk.edits())
        except NotMovedError as problem:
            return Draft(problem=str(problem))


def _refuse_browsers(entry: KeyEntry) -> None:
    for call in entry.calls:
        client = client_named(call.client)
        if client is not None and client.browser:
            raise NotMovedError(SHIPPED)


def _handed(desk: Desk, room: Desk, entry: KeyEntry, taken: Taken) -> set[tuple[Location, ...]]:
    finish(taken)
    return {hand(desk, room, taken, call) for call in entry.calls}


def _give(desk: Desk, entry: KeyEntry, changed: Taken, where: Where, sent: dict[Location, str]) -> bool:
    """Puts the header of one entry where its requests get it; returns whether others may get it there too."""
    code = changed.code
    if in_hook(changed, entry.calls, code):
        sent.update({call.location: code for call in entry.calls})
        return not all(call.own for call in entry.calls)
    if changed.beside is not None:
        beside(changed, visible(changed, changed.sheet, changed.beside))
        sent.update({call.location: code for call in entry.calls})
        path, span = changed.sheet.source.path, changed.beside.span
        places = [call.location for call in entry.calls if not call.own]
        return not all(place.path == path and place.span.contains(span) for place in places)
    if where is Where.BESIDE:
        if with_address(changed):
            finish(changed)
        elif not at_hand(changed):
            raise NotMovedError("there are no options beside the key")
        sent.update({call.location: code for call in entry.calls})
        return False
    finish(changed)
    if where is Where.CALLER:
        sent.update((at_caller(desk, changed, call), code) for call in entry.calls)
        return False
    sending: dict[Location, list[ApiCall]] = {}
    for call in entry.calls:
        sending.setdefault(call.location, []).append(call)
    for place, calls in sending.items():
        if place not in sent:
            sent[at_sender(desk, changed, calls)] = code
        elif sent[place] != code:
            raise NotMovedError("different keys reach the same request")
    return any(is_given_url(desk, changed, place) for place in sending)
