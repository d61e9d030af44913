"""Changes to requests that are written down: each read again with its edits made, and offered if only its key moved."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.carriers.reading import read, read_commands
from migrator.errors import WriteError
from migrator.model.call import ApiCall, Carrier
from migrator.model.edit import Change, Edit, Proof, Safety
from migrator.model.scope import EndpointMatch
from migrator.model.text import Location, Source, Span
from migrator.model.value import Hole
from migrator.model.vocabulary import Vocabulary
from migrator.model.written import Reading, Use, Written
from migrator.rewrite.splice import splice

KIND = "move_written"
_MOST = 100
"""How many requests of one file are looked at one by one."""
_MOVED = frozenset({Carrier.QUERY_KEY, Carrier.QUERY_TOKEN, Carrier.HEADER_KEY})
_NAMED = frozenset({"environment", "secret_manager", "setting"})
_WANDERING = frozenset({"wget"})
"""Clients that send a header that they are given to wherever they are redirected."""


def written_changes(
    reading: Reading,
    source: Source,
    matched: Mapping[Location, tuple[str, EndpointMatch]],
    words: Vocabulary,
    left_alone: Collection[Location] = (),
) -> list[Change]:
    """Returns a change for each request of a file whose key can be moved into a header.

    *matched* gives the id and the endpoint of a request by its place. All are read again together, once; where that
    shows a fault, one after another, and what does not go with those before it is left.
    """
    planned: list[tuple[list[Written], Change]] = []
    for ones in _together(reading.requests):
        parts = [_change(one, *matched[one.call.location], words) for one in ones if one.call.location in matched]
        changes = [change for change in parts if change is not None]
        if len(changes) == len(ones) and not any(set(change.moved) & set(left_alone) for change in changes):
            planned.append((ones, _joined(changes)))
    every = [one for ones, _ in planned for one in ones]
    if not planned or _failure(every, reading, source, words) is None:
        return _grouped(
            [replace(change, proof=Proof(ok=True, requests=len(change.calls), failed=None)) for _, change in planned]
        )
    made: list[Change] = []
    good: list[Written] = []
    for ones, change in planned:
        failure = (
            _failure([*good, *ones], reading, source, words) if len(made) < _MOST else "there are too many of them"
        )
        if failure is None:
            good += ones
            made.append(replace(change, proof=Proof(ok=True, requests=len(ones), failed=None)))
        else:
            made.append(_refused(change, failure))
    return _grouped(made)


def _together(requests: Sequence[Written]) -> Iterator[list[Written]]:
    """Yields each request by itself, and those that are given their key at one place in one list."""
    shared: dict[Span, list[Written]] = {}
    for one in requests:
        if one.given is None:
            yield [one]
        else:
            shared.setdefault(one.given, []).append(one)
    yield from shared.values()


def _joined(changes: Sequence[Change]) -> Change:
    """Returns the changes of requests that are given their key at one place as one, as safe as the least of them."""
    least = min(changes, key=lambda change: change.safety)
    return replace(
        least,
        edits=tuple(dict.fromkeys(edit for change in changes for edit in change.edits)),
        calls=tuple(call for change in changes for call in change.calls),
        moved=tuple(dict.fromkeys(place for change in changes for place in change.moved)),
    )


def _grouped(changes: Sequence[Change]) -> list[Change]:
    """Returns the changes of a file, those that are the same to decide as one: a recording can have thousands."""
    groups: dict[tuple[Safety, str | None], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.safety, change.reason), []).append(change)
    return [
        replace(
            group[0],
            edits=tuple(edit for one in group for edit in one.edits),
            calls=tuple(call for one in group for call in one.calls),
            moved=tuple(place for one in group for place in one.moved),
            proof=Proof(ok=group[0].proof.ok, requests=len(group), failed=group[0].proof.failed)
            if group[0].proof
            else None,
        )
        for group in groups.values()
    ]


def _change(one: Written, call_id: str, match: EndpointMatch, words: Vocabulary) -> Change | None:
    keyed = [auth for auth in one.call.auth if auth.carrier in _MOVED]
    if not keyed or not one.edits or match.credential == "developer_key":
        return None
    safety, reason = _safety(one, match, words)
    at = keyed[0].name_at or one.call.location
    return Change(
        id=f"written-{at.path}-{at.span.start}",
        kind=KIND,
        safety=safety,
        edits=one.edits,
        reason=reason,
        calls=(call_id,),
        moved=tuple(auth.name_at for auth in keyed if auth.name_at is not None),
        at=at,
    )


def _refused(change: Change, failure: str) -> Change:
    return replace(
        change,
        safety=Safety.MANUAL,
        reason=f"Reading the changed file shows that {failure}, so the edit is not made.",
        proof=Proof(ok=False, requests=1, failed=failure),
    )


def scheme_changes(reading: Reading, source: Source) -> Iterator[Change]:
    """Yields a change for each entry that describes a key and can describe a Bearer token instead."""
    for one in reading.schemes:
        if one.edits:
            at = Location(source.path, one.at)
            yield Change(
                id=f"scheme-{source.path}-{one.at.start}",
                kind=KIND,
                safety=Safety.UNSAFE,
                edits=one.edits,
                reason="Clients that are generated from the description have to be generated and given a token anew.",
                moved=(at,),
                at=at,
            )


def _safety(one: Written, match: EndpointMatch, words: Vocabulary) -> tuple[Safety, str | None]:
    if one.call.scheme == "http":
        return Safety.MANUAL, "The request goes over plain HTTP; write https before a token travels in it."
    if _is_demo(one, words):
        return Safety.MANUAL, "The public demo key opens nothing; the example needs a credential of its reader."
    if one.use is not Use.RECORDED and _is_written_out(one, words):
        return Safety.MANUAL, "The key itself is written here; put a variable or a placeholder in its place first."
    if one.use is Use.RECORDED:
        return Safety.UNSAFE, "A recording is only right if the changed code sends exactly this."
    if match.credential in ("oauth_only", "none"):
        return Safety.MANUAL, "The endpoint takes no service key and no token of a private app."
    if one.use is Use.SENT and one.call.client in _WANDERING:
        return Safety.UNSAFE, f"{one.call.client} sends its headers to wherever it is redirected."
    if one.use is Use.SENT and match.credential != "private_app":
        return Safety.UNSAFE, "It is not known whether the endpoint takes a token."
    return Safety.SAFE, None


def _is_demo(one: Written, words: Vocabulary) -> bool:
    """Returns whether a request carries the key that HubSpot's documents print."""
    values = ((auth.name, auth.value.known() if auth.value else None) for auth in one.call.auth)
    texts = [f"{name}={value}" for name, value in values if value]
    return any(kind == "demo_key" for text in texts for kind, _, _ in words.credentials(text))


def _is_written_out(one: Written, words: Vocabulary) -> bool:
    """Returns whether a credential stands in the text of a request, and not what it is read from."""
    pieces = [piece for auth in one.call.auth if auth.value is not None for piece in auth.value.pieces]
    return any(
        bool(piece.secret) and piece.origin.how == "literal"
        if isinstance(piece, Hole)
        else bool(words.shape(piece.text))
        for piece in pieces
    )


def _failure(ones: Sequence[Written], before: Reading, source: Source, words: Vocabulary) -> str | None:
    """Returns what is wrong with the file once the edits of these requests are made, None where nothing is."""
    try:
        changed_source = _edited(source, list(dict.fromkeys(edit for one in ones for edit in one.edits)))
    except WriteError:
        return "another change edits the same text"
    after = (read if source.embedded is None else read_commands)(changed_source, words)
    if after is None or len(after.requests) != len(before.requests):
        return "other requests stand in it"
    if after.problem != before.problem:
        return "it cannot be read any more"
    changed = {one.call.location for one in ones}
    for old, new in zip(before.requests, after.requests, strict=True):
        if old.call.location in changed:
            wrong = _moved_wrongly(old.call, new.call)
        else:
            wrong = None if _sent(old.call) == _sent(new.call) else "another request is changed with it"
        if wrong:
            return wrong
    return None


def _edited(source: Source, edits: Sequence[Edit]) -> Source:
    """Returns a file with edits made, and the places of its commands moved along."""
    text, embedded = splice(source.text, edits), source.embedded
    if embedded is None:
        return replace(source, text=text)

    def moved(offset: int) -> int:
        before = (edit for edit in edits if edit.span.end <= offset)
        return offset + sum(len(edit.replacement) - (edit.span.end - edit.span.start) for edit in before)

    commands = tuple(tuple(Span(moved(start), moved(end)) for start, end in run) for run in embedded.commands)
    return replace(source, text=text, embedded=replace(embedded, commands=commands))


def _moved_wrongly(old: ApiCall, new: ApiCall) -> str | None:
    if _apart(old) != _apart(new):
        return "more than the key is changed"
    carriers = {auth.carrier for auth in new.auth}
    if carriers != {Carrier.BEARER}:
        return "the request does not send its token as Bearer alone"
    return None if {a.value for a in old.auth} == {a.value for a in new.auth} else "it sends another value"


def _apart(call: ApiCall) -> tuple[object, ...]:
    """Returns what a request sends but for its credential."""
    return (call.client, call.method, call.scheme, call.host, call.path, call.query, call.headers, call.body)


def _sent(call: ApiCall) -> tuple[object, ...]:
    return (*_apart(call), *((auth.carrier, auth.name, auth.value) for auth in call.auth))


def sent_names(one: Written) -> frozenset[str]:
    """Returns the variables whose value a written request sends as a key in its query."""
    keyed = (auth for auth in one.call.auth if auth.carrier in (Carrier.QUERY_KEY, Carrier.HEADER_KEY))
    return frozenset(source.name for auth in keyed for source in auth.sources if source.how in _NAMED)
