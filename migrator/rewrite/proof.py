"""Proves changes: what the changed program sends is what it sent, but for how the credential travels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.evaluate.fixpoint import Evaluation
from migrator.evaluate.missing_reads import MissingRead
from migrator.evaluate.observations import Observation
from migrator.model.call import AUTHORIZATION, ApiCall, Carrier, Context
from migrator.model.edit import Change, Edit, Proof, Safety
from migrator.model.text import Location, Source, Span
from migrator.model.value import NOWHERE
from migrator.rewrite.batches import Carried, Home, batches, carried_by, touched
from migrator.rewrite.entries import MOVABLE, is_either, sent
from migrator.rewrite.https_addresses import ENCRYPTED
from migrator.rewrite.impact import (
    Failure,
    edits_of,
    keys_looked_up,
    line_of,
    seen_elsewhere,
    suspects,
    tokens_gained,
    with_reason,
)
from migrator.rewrite.moved_places import as_is, shift
from migrator.rewrite.snapshot import (
    CHECKS,
    RequestSnapshot,
    SourceNames,
    carried,
    credentials,
    encrypted,
    is_nothing,
    snapshot,
)
from migrator.rewrite.splice import splice

Evaluate = Callable[[Mapping[str, str]], Evaluation]
_ROUNDS = 8
_FORMS = {
    "line": "the token, which is not stripped where it is read, would end in a line break, which no header takes",
    "quoted": "the token would be percent-encoded, which nothing decodes in a header",
    "bytes": "the token, which is bytes, would be written as `b'...'`",
    "bytes line": "the token, which is bytes, would be written as `b'...'`",
}
_LACKS = {
    "item": "the program would read an item that is no longer there",
    "stop": "the program would stop with an error",
}


def prove(
    changes: Sequence[Change],
    before: Evaluation,
    evaluate: Evaluate,
    *,
    sources: Mapping[str, Source],
    token_env: str,
    ahead: Callable[[Sequence[Mapping[str, str]]], None] = lambda _states: None,
    home: Callable[[Location], Home] = lambda at: (at.path, None),
) -> tuple[Change, ...]:
    """Returns the changes with the outcome of their proof, in their order.

    *evaluate* gives the requests of the program with some files replaced, and *ahead* is told of which replacements it
    will be asked if all goes well. *home* says which file a place is in, and which definition of it. The safe changes
    are proved together, and with them the unsafe ones that no safe one can be felt in; then all of them. A change after
    which a request differs in anything but its credential's way is withdrawn whole: it becomes `MANUAL`, and says which
    check failed. A safe one that takes the key out of what the program looks at in another way too becomes `UNSAFE`,
    and says where.
    """
    carried = carried_by(before.calls)
    found: dict[str, Change] = {}
    for first, later in _attempts(changes, carried, home):
        if first and later:
            ahead([_changed(sources, edits_of(first)), _changed(sources, edits_of([*first, *later]))])
        done = _proved(first, [], before, evaluate, sources=sources, token_env=token_env)
        found = {change.id: change for change in done}
        if all(found[change.id].safety is change.safety for change in first):
            break
    known = [change for change in found.values() if change.proof is not None and change.safety > Safety.MANUAL]
    later += [change for change in found.values() if change.proof is None]
    done = _proved(later, known, before, evaluate, sources=sources, token_env=token_env)
    found |= {change.id: change for change in done}
    return tuple(found.get(change.id, change) for change in changes)


def _attempts(
    changes: Sequence[Change], carried: Carried, home: Callable[[Location], Home]
) -> list[tuple[list[Change], list[Change]]]:
    """Returns the batches to try; where one fails that goes by definitions, a safe change may be blamed for others."""
    by_definition, by_file = (batches(changes, carried, place) for place in (home, lambda at: (at.path, None)))
    return [by_definition, by_file] if by_definition != by_file else [by_file]


def _proved(
    changes: Sequence[Change],
    known: Sequence[Change],
    before: Evaluation,
    evaluate: Evaluate,
    *,
    sources: Mapping[str, Source],
    token_env: str,
) -> Iterator[Change]:
    """Returns the changes with their outcome; *known* are changes that are already proved, and made with them."""
    left, carried = list(changes), carried_by(before.calls)
    afresh = False
    for attempt in range(_ROUNDS):
        if not left:
            return
        together = [*known, *left]
        after = evaluate(_changed(sources, edits_of(together)))
        differing = list(differences(together, before.calls, after.calls, token_env=token_env))
        if not afresh and any(_is_found_anew(one) for one in differing):
            before, afresh = evaluate({edit.path: sources[edit.path].text for edit in edits_of(together)}), True
            differing = list(differences(together, before.calls, after.calls, token_env=token_env))
        wider = [one for one in differing if one.lacks or (one.adds and _is_switch(suspects(left, one)))]
        failures = [one for one in differing if one not in wider]
        missed = list(lost(together, before, after))
        failures += [Failure(lack=one, check=_LACKS[one.what]) for one in missed if one.what in _LACKS]
        if not failures:
            seen = dict(keys_looked_up(left, [one for one in missed if one.what not in _LACKS], sources))
            seen |= dict(tokens_gained(left, wider, sources))
            place = shift(edits_of(together))
            written = {change.id: [_written(edit, place) for edit in change.edits] for change in left}
            seen |= dict(seen_elsewhere(left, observed(together, before, after), sources, written))
            felt = [change for change in left if change.id in seen and change.safety is Safety.SAFE]
            if not felt:
                yield from (_with_proof(with_reason(change, seen.get(change.id)), carried) for change in left)
                return
            yield from (replace(change, safety=Safety.UNSAFE, reason=seen[change.id]) for change in felt)
            left = [change for change in left if change not in felt]
            continue
        blamed = dict(_blamed(left, failures)) if attempt + 1 < _ROUNDS else {each.id: failures[0] for each in left}
        yield from (_withdrawn(change, blamed[change.id], carried, sources) for change in left if change.id in blamed)
        left = [change for change in left if change.id not in blamed]


def prove_beside(
    changes: Sequence[Change],
    known: Sequence[Change],
    before: Evaluation,
    evaluate: Evaluate,
    *,
    sources: Mapping[str, Source],
    token_env: str,
) -> tuple[Change, ...]:
    """Returns those of the changes that leave every request as it is when they are made with some that are proved."""
    found = _proved(changes, known, before, evaluate, sources=sources, token_env=token_env)
    return tuple(change for change in found if change.proof is not None and change.proof.ok)


def differences(
    changes: Sequence[Change], before: Sequence[ApiCall], after: Sequence[ApiCall], *, token_env: str = ""
) -> Iterator[Failure]:
    """Returns the requests that are not sent as they were, or that were not sent before, each with what differs."""
    edits = edits_of(changes)
    moved = frozenset(place for change in changes for place in change.moved)
    names = SourceNames(token_env=token_env, before=dict(pair for change in changes for pair in change.sources))
    encrypts = any(edit.replacement.lower().startswith(ENCRYPTED) for edit in edits)
    now = sorted(sent(after), key=_sends_both)
    snapshots = [(snapshot(call, as_is, frozenset(), names), call) for call in now]
    actual = dict(snapshots)
    expected: dict[RequestSnapshot, ApiCall] = {}
    for call in sent(before):
        wanted = snapshot(call, shift(edits), moved, names)
        # (another request of ours, whose address stands in the same place)
        also = encrypts and call.own and wanted not in actual and encrypted(wanted) in actual
        expected[encrypted(wanted) if also else wanted] = call
    extra = {found: call for found, call in actual.items() if found not in expected}
    beside = {found for found, call in actual.items() if _sends_both(call)}
    blank = {found for found, call in snapshots if _sends_nothing(call)}
    surely = {found for found, call in actual.items() if _sends_surely(call)}
    for wanted, call in expected.items():
        if _is_torn(call, moved, beside=wanted in beside):
            yield Failure(call=call, at=call.location, check="a request would carry the key beside the token")
        if wanted in blank and not any(map(is_nothing, call.auth)):
            yield Failure(call=call, at=call.location, check="a request without a key would send an empty token")
        elif wanted in surely and _may_lack(call, moved):
            yield Failure(call=call, at=call.location, check="a request without a key would send a token", lacks=True)
        if wanted in actual:
            continue
        found = _nearest(wanted, extra)
        if found is None and _is_apart(call, edits):
            continue
        if found is not None:
            del extra[found]
        ways = _ways(call, wanted, found, moved, names)
        adds = found is not None and _adds(call, wanted, found, moved)
        yield Failure(call=call, at=call.location, check=_check(wanted, found), ways=ways, adds=adds)
    for call in extra.values():
        check = "& would open the query of a request" if call.broken else "a request that was not there before is sent"
        yield Failure(call=call, check=check)


def _is_found_anew(failure: Failure) -> bool:
    """Returns whether a request is of code that nothing leads to: what a first run makes of it depends on its order."""
    return failure.at is None and failure.call is not None and failure.call.context is Context.UNREACHED


def _is_torn(call: ApiCall, moved: frozenset[Location], *, beside: bool) -> bool:
    """Returns whether only some of the keys are moved that a request carries together, *beside* a token then."""
    keys = carried(auth for auth in call.auth if auth.carrier in MOVABLE)
    return len({auth.name_at in moved for auth in keys}) > 1 and (beside or not is_either(call))


def _sends_nothing(call: ApiCall) -> bool:
    """Returns whether a request may send a token that is known to be empty."""
    return any(auth.carrier is Carrier.BEARER and is_nothing(auth) for auth in call.auth)


def _may_lack(call: ApiCall, moved: frozenset[Location]) -> bool:
    """Returns whether a request may be sent without the keys that are moved."""
    return any(auth.maybe and auth.name_at in moved for auth in call.auth)


def _sends_surely(call: ApiCall) -> bool:
    """Returns whether a request has the one token it can have each time it is sent."""
    tokens = [auth for auth in call.auth if auth.carrier is Carrier.BEARER]
    return len(tokens) == 1 and not tokens[0].maybe


def _sends_both(call: ApiCall) -> bool:
    """Returns whether a request may carry a key and a token together."""
    return not is_either(call) and any(auth.carrier is Carrier.BEARER for auth in call.auth)


def _is_switch(changes: Sequence[Change]) -> bool:
    """Returns whether all that some changes do is to give clients of a library a token, which they hold as one."""
    return all(change.kind == "switch_sdk" for change in changes)


def _is_apart(call: ApiCall, edits: Sequence[Edit]) -> bool:
    """Returns whether a request is none of HubSpot's and lies in files that nothing is changed in.

    How it is led to can be told in another way the next time.
    """
    places = {place.path for place in (call.location, *call.via, *(step.location for step in call.trace))}
    ours = call.own or any(auth.carrier in MOVABLE for auth in call.auth)
    return not ours and places.isdisjoint(edit.path for edit in edits)


def _adds(call: ApiCall, wanted: RequestSnapshot, found: RequestSnapshot, moved: frozenset[Location]) -> bool:
    """Returns whether a request that carries no moved credential sends all it sent, and perhaps a token besides."""
    if _differing(wanted, found) != ["credential"] or any(auth.name_at in moved for auth in call.auth):
        return False
    ways = {way[0] for way in wanted.credential}, {way[0] for way in found.credential - wanted.credential}
    return wanted.credential <= found.credential and all(Carrier.BEARER in each for each in ways)


def _ways(
    call: ApiCall,
    wanted: RequestSnapshot,
    found: RequestSnapshot | None,
    moved: frozenset[Location],
    names: SourceNames,
) -> frozenset[Location]:
    """Returns where the credentials of a request enter that are missing from what is found, or that are left there."""
    if found is None or _differing(wanted, found) != ["credential"]:
        return frozenset()
    missing, left = wanted.credential - found.credential, found.credential - wanted.credential
    still = {way[1] for way in left if way[0] is not Carrier.BEARER}
    return frozenset(
        auth.name_at
        for auth in call.auth
        if auth.name_at is not None
        and (auth.name.lower() in still or not missing.isdisjoint(credentials(auth, moved, names)))
    )


def lost(changes: Sequence[Change], before: Evaluation, after: Evaluation) -> Iterator[MissingRead]:
    """Returns the places where the changed program asks for what the changes have taken away.

    What an edit puts there may ask for the key: it takes out what callers gave.
    """
    edits = edits_of(changes)
    place = shift(edits)
    known = {(place(one.location), tuple(map(place, one.via)), one.what) for one in before.lacks}
    written = [_written(edit, place) for edit in edits]
    for one in sorted(after.lacks):
        own = [each for each in written if each.contains(one.location)]
        if not (own and one.what == "key") and (as_is(one.location), tuple(map(as_is, one.via)), one.what) not in known:
            yield one


def _written(edit: Edit, place: Callable[[Location], tuple[str, int]]) -> Location:
    """Returns where the replacement of an edit stands in the changed program."""
    path, start = place(edit.at)
    start -= len(edit.replacement) if edit.span.start == edit.span.end else 0  # an insertion has itself before it
    return Location(path, Span(start, start + len(edit.replacement)))


def observed(changes: Sequence[Change], before: Evaluation, after: Evaluation) -> Iterator[tuple[Observation, bool]]:
    """Returns what depends on a credential besides requests, and sees another one now; and whether a token appears."""
    edits = edits_of(changes)
    place = shift(edits)
    was = {_sight(one, place): one for one in before.observations if not _is_replaced(one.location, edits)}
    now = {_sight(one, as_is): one for one in after.observations}
    taken = [*(place for change in changes for place in change.moved), *(Location(one.path, one.span) for one in edits)]
    gone = [one for sight, one in was.items() if sight not in now]
    yield from ((one, False) for one in gone if one.given == NOWHERE or any(_meets(one.given, at) for at in taken))
    yield from ((one, True) for sight, one in now.items() if sight not in was and one.name == AUTHORIZATION)


def _meets(one: Location, other: Location) -> bool:
    return one.path == other.path and one.span.start <= other.span.end and other.span.start <= one.span.end


def _is_replaced(place: Location, edits: Sequence[Edit]) -> bool:
    return any(edit.at.contains(place) for edit in edits)


def _sight(one: Observation, place: Callable[[Location], object]) -> object:
    return place(one.location), tuple(map(place, one.via)), one.name, place(one.given)


def _changed(sources: Mapping[str, Source], edits: Sequence[Edit]) -> dict[str, str]:
    paths = sorted({edit.path for edit in edits})
    return {path: splice(sources[path].text, [edit for edit in edits if edit.path == path]) for path in paths}


def _with_proof(change: Change, carried: Carried) -> Change:
    return replace(change, proof=Proof(ok=True, requests=len(touched(change, carried)), failed=None))


def _withdrawn(change: Change, failure: Failure, carried: Carried, sources: Mapping[str, Source]) -> Change:
    at = ""
    if failure.at is not None and failure.at.path in sources:
        at = f", line {line_of(sources, failure.at.path, failure.at.span.start)} of {failure.at.path}"
    return replace(
        change,
        safety=Safety.MANUAL,
        reason=f"Not offered: analysing the changed code shows that {failure.check}{at}.",
        advice="Change this by hand; the edits shown may help.",
        proof=Proof(ok=False, requests=len(touched(change, carried)), failed=failure.check),
    )


# -- which change is to blame ---------------------------------------------------------------------------------------


def _blamed(changes: Sequence[Change], failures: Sequence[Failure]) -> Iterator[tuple[str, Failure]]:
    for failure in failures:
        for change in suspects(changes, failure):
            yield change.id, failure


def _nearest(snapshot: RequestSnapshot, extra: Mapping[RequestSnapshot, ApiCall]) -> RequestSnapshot | None:
    """Returns the new request at the same place that differs in the fewest ways."""
    same = [each for each in extra if each.place == snapshot.place]
    return min(same, key=lambda each: len(_differing(snapshot, each)), default=None)


def _check(snapshot: RequestSnapshot, found: RequestSnapshot | None) -> str:
    if found is None:
        return "a request is no longer found"
    differing = _differing(snapshot, found)
    if differing == ["credential"]:
        values = [{way[:-1] for way in one.credential} for one in (snapshot, found)]
        forms = {way[-1] for way in found.credential}
        if values[0] == values[1] and (form := next(filter(forms.__contains__, _FORMS), None)):
            return _FORMS[form]
    return f"the {' and the '.join(differing)} of a request would change"


def _differing(one: RequestSnapshot, other: RequestSnapshot) -> list[str]:
    return [name for name in CHECKS if getattr(one, name) != getattr(other, name)]
