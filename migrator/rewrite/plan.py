"""Plans changes: which edits belong together, and how far each set can be trusted."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain, groupby

from migrator.evaluate.program import Share, by_itself
from migrator.languages.base import Drafter
from migrator.model.call import ApiCall, Auth, Carrier, Context
from migrator.model.draft import Draft, KeyEntry, Placement
from migrator.model.edit import Change, Edit, Safety
from migrator.model.text import Location
from migrator.model.value import Chunk, Hole
from migrator.rewrite.entries import (
    MOVABLE,
    KnownRequest,
    Requests,
    Switches,
    entries_of,
    has_token,
    is_either,
    may_be_ours,
)
from migrator.rewrite.safety import Verdict, is_conditional, is_left_alone, judge, manual, unsafe, worst
from migrator.rewrite.snapshot import is_nothing

_KINDS = {Carrier.SDK_KEY: "switch_sdk", Carrier.QUERY_TOKEN: "move_token"}
_SHARED_SENDER = "Other requests sent from this line do not carry the key."

_TWICE = (
    "These requests get a key in another place too, and both have to move together: "
    "a request must not carry a key and a token."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Entries that move together, and the draft that moves them."""

    entries: tuple[KeyEntry, ...]
    draft: Draft


def plan(
    requests: Sequence[KnownRequest],
    drafter: Drafter,
    *,
    switches: Switches,
    token_env: str,
    left_alone: Container[Location] = frozenset(),
    share: Share = by_itself,
) -> tuple[Change, ...]:
    """Returns the changes that move every movable credential into an ``Authorization`` header, sorted by place.

    *switches* says how an SDK is switched. A credential that stands in the source becomes a read of *token_env*: in
    the same change when it stands where it is moved from, in a change of its own otherwise. Requests that need a
    developer key are left alone, and so are the places in *left_alone* (suppressed ones). *share* does what can be
    done for each file by itself.
    """
    every = Requests(requests)
    entries = [
        entry
        for entry in entries_of(requests, switches)
        if entry.at not in left_alone and not is_left_alone(every.of(entry.calls))
    ]
    groups = _disjoint(
        _gathered(list(_groups(entries, drafter, every, token_env, share)), drafter, every, switches, token_env)
    )
    changes = [_change(group, every, switches) for group in groups]
    changes += _extractions(requests, changes, drafter, token_env)
    return _numbered(sorted(changes, key=lambda change: change.at or Location("", change.edits[0].span)))


# -- what belongs together ------------------------------------------------------------------------------------------


def _groups(
    entries: Sequence[KeyEntry], drafter: Drafter, requests: Requests, env: str, share: Share
) -> Iterator[_Group]:
    """Returns the smallest groups of entries that leave every request they touch well formed."""
    files = [list(own) for _, own in groupby(entries, lambda entry: entry.at.path)]
    drafts = share(
        lambda number: [_first_drafted((entry,), drafter, env).draft for entry in files[number]],
        [[own[0].at.path] for own in files],
    )
    alone = [
        _Group(entries=(entry,), draft=draft)
        for own, found in zip(files, drafts, strict=True)
        for entry, draft in zip(own, found, strict=True)
    ]
    for members in _components(alone):
        group = alone[members[0]]
        if len(members) > 1:
            group = _first_drafted(tuple(alone[index].entries[0] for index in members), drafter, env)
        if group.draft.problem is None and _covers(group, requests) and _is_whole(group):
            yield group
            continue
        for index in members:
            yield _covered(alone[index], drafter, requests, env)


def _gathered(
    groups: Sequence[_Group], drafter: Drafter, every: Requests, switches: Switches, env: str
) -> Iterator[_Group]:
    """Yields the groups; those whose requests all share one dictionary of headers become one, with one entry in it.

    They stay apart where one of them could be trusted less than the others.
    """
    sharing: dict[object, list[_Group]] = {}
    for place, group in enumerate(groups):
        headers = {_headers(call) for entry in group.entries for call in entry.calls}
        shared = headers.pop() if len(headers) == 1 and group.draft.problem is None else frozenset()
        sharing.setdefault(shared or place, []).append(group)
    for members in sharing.values():
        joint = _joint(members, drafter, env) if len(members) > 1 else members[0]
        if joint is not None and len({_trust(one, every, switches) for one in (joint, *members)}) == 1:
            yield joint
        else:
            yield from members


def _headers(call: ApiCall) -> frozenset[Location]:
    """Returns where the names of a request's headers are written."""
    pieces = [piece for header in call.headers if header.value is not None for piece in header.value.pieces]
    return frozenset(piece.origin.location for piece in pieces if isinstance(piece, Chunk) and piece.origin is not None)


def _joint(members: Sequence[_Group], drafter: Drafter, env: str) -> _Group | None:
    entries = tuple(entry for group in members for entry in group.entries)
    draft = drafter.draft(entries, where=Placement.SHARED, token_env=env)
    return _Group(entries=entries, draft=draft) if draft.problem is None else None


def _trust(group: _Group, every: Requests, switches: Switches) -> Safety:
    touched = every.of(call for entry in group.entries for call in entry.calls)
    return worst(_verdicts(group, touched, every, switches)).safety


def _disjoint(groups: Iterable[_Group]) -> Iterator[_Group]:
    """Returns the groups; one that edits the same text as an earlier one, in another way, has no edits any more."""
    taken: dict[str, list[_Group]] = {}
    for group in groups:
        paths = {edit.path for edit in (*group.draft.edits, *_shared(group))}
        near = {id(other): other for path in paths for other in taken.get(path, ())}
        if next(_overlapping([*near.values(), group]), None) or any(_cuts(group, one) for one in near.values()):
            yield replace(
                group, draft=Draft(problem="another change edits the same text; apply that one and run again")
            )
            continue
        for path in paths:
            taken.setdefault(path, []).append(group)
        yield group


def _first_drafted(entries: tuple[KeyEntry, ...], drafter: Drafter, env: str) -> _Group:
    """Returns the entries with the first draft that moves them, with what keeps the sender from it when none does."""
    drafts: dict[Placement, Draft] = {}
    for where in _places(entries):
        drafts[where] = drafter.draft(entries, where=where, token_env=env)
        if drafts[where].problem is None:
            found = drafts[where]
            if found.widened:  # (who calls the function that sends decides then, where it can be handed the header)
                handed = drafter.draft(entries, where=Placement.NEW_PARAMETER, token_env=env)
                found = handed if handed.problem is None and not handed.widened else found
            return _Group(entries=entries, draft=found)
    return _Group(entries=entries, draft=drafts.get(Placement.SENDER) or next(iter(drafts.values())))


def _covered(group: _Group, drafter: Drafter, requests: Requests, env: str) -> _Group:
    """Returns the group with a draft that reaches no other request, the one it has when there is none."""
    for where in _places(group.entries):
        other = _Group(entries=group.entries, draft=drafter.draft(group.entries, where=where, token_env=env))
        if other.draft.problem is None and _covers(other, requests):
            return other
    return group


def _places(entries: Sequence[KeyEntry]) -> Sequence[Placement]:
    """Returns where the header of some entries may go, best first; only a request that is led to has callers."""
    if all(has_token(call) for entry in entries for call in entry.calls):
        return (Placement.NOWHERE,)
    if any(is_conditional(entry) for entry in entries):
        return (Placement.BESIDE,)
    led = all(call.via for entry in entries for call in entry.calls)
    others = (*((Placement.CALLER,) if led else ()), Placement.SENDER, Placement.SHARED)
    given = [auth for entry in entries for call in entry.calls for auth in call.auth]
    lacking = any(auth.maybe or is_nothing(auth) for auth in given)
    last = (
        (Placement.OTHER_NAME, Placement.NEW_PARAMETER)
        if any(call.via for entry in entries for call in entry.calls)
        else (Placement.OTHER_NAME,)
    )
    return (Placement.BESIDE, *others, *last) if lacking else (*others, Placement.BESIDE, *last)


def _covers(group: _Group, requests: Requests) -> bool:
    """Returns whether every request from the calls that would send the header carries one of the group's keys."""
    carried = {call for entry in group.entries for call in entry.calls}
    reached = chain(requests.passing(group.draft.senders), requests.along(group.draft.ways))
    return all(call in carried for call in reached)


def _is_whole(group: _Group) -> bool:
    """Returns whether the group moves every key that its requests carry: key and token must not travel together."""
    return not any(_left_behind(group))


def _left_behind(group: _Group) -> Iterator[Location]:
    """Yields where requests of the group are given a key that it does not move."""
    moved = {entry.at for entry in group.entries}
    calls = [call for entry in group.entries for call in entry.calls if not is_either(call)]
    for auth in (auth for call in calls for auth in call.auth):
        if auth.carrier in MOVABLE and auth.name_at is not None and auth.name_at not in moved:
            yield auth.name_at


def _components(groups: Sequence[_Group]) -> list[list[int]]:
    """Returns the indexes of groups that share a sender, a place for the header, requests, or text that both edit."""
    leader = list(range(len(groups)))

    def find(index: int) -> int:
        while leader[index] != index:
            index = leader[index]
        return index

    first: dict[object, int] = {}
    for index, group in enumerate(groups):
        for mark in _marks(group):
            leader[find(index)] = find(first.setdefault(mark, index))
    for one, other in _overlapping(groups):
        leader[find(other)] = find(one)
    found: dict[int, list[int]] = {}
    for index in range(len(groups)):
        found.setdefault(find(index), []).append(index)
    return list(found.values())


def _marks(group: _Group) -> Iterator[object]:
    yield from group.draft.senders
    yield from group.draft.shared
    yield from (way[0] for way in group.draft.ways)
    yield from (id(call) for entry in group.entries for call in entry.calls if not is_either(call))


def _overlapping(groups: Sequence[_Group]) -> Iterator[tuple[int, int]]:
    edits = sorted(
        (
            (edit.path, edit.span.start, edit.span.end, index)
            for index, group in enumerate(groups)
            for edit in group.draft.edits
        )
    )
    reach: tuple[str, int, int] = ("", -1, -1)
    for path, start, end, index in edits:
        if path == reach[0] and index != reach[2] and (start < reach[1] or start == end == reach[1]):
            yield reach[2], index
        if path != reach[0] or end > reach[1]:
            reach = (path, end, index)


def _shared(group: _Group) -> Sequence[Edit]:
    return (*group.draft.encrypting, *group.draft.common)


def _cuts(one: _Group, other: _Group) -> bool:
    """Returns whether one of two groups has an edit that several may share where the other edits in another way."""
    pairs = ((_shared(one), other.draft.edits), (_shared(other), one.draft.edits))
    return any(
        mine.path == theirs.path and mine.span.meets(theirs.span)
        for shared, edits in pairs
        for mine in shared
        for theirs in edits
    )


# -- changes --------------------------------------------------------------------------------------------------------


def _change(group: _Group, every: Requests, switches: Switches) -> Change:
    touched = every.of(call for entry in group.entries for call in entry.calls)
    verdict = worst(_verdicts(group, touched, every, switches))
    first = group.entries[0]
    by_hand = verdict.safety is Safety.MANUAL
    return Change(
        id="",
        kind="extract_literal" if group.draft.written_out else _KINDS.get(first.carrier, "move_key"),
        safety=verdict.safety,
        edits=(*group.draft.edits, *_shared(group)),
        reason=verdict.reason,
        calls=tuple(sorted(request.id for request in touched)),
        moved=tuple(entry.at for entry in group.entries),
        sources=group.draft.sources,
        at=first.at,
        advice=(verdict.advice or _advice(first)) if by_hand else None,
    )


def _verdicts(group: _Group, touched: Sequence[KnownRequest], every: Requests, switches: Switches) -> Iterator[Verdict]:
    draft = group.draft
    yield judge(group.entries, touched, every, switches, draft)
    if draft.problem is not None:
        sentence = draft.problem[:1].upper() + draft.problem[1:]
        yield manual(sentence.rstrip(".") + ".")
    elif not _covers(group, every):
        yield manual(_SHARED_SENDER)
    elif not _is_whole(group):
        yield manual(_TWICE)
    if draft.guarded and not all(call.via for entry in group.entries for call in entry.calls):
        yield unsafe("Callers may pass their own key, which would then be sent beside the token.")
    if draft.caution is not None:
        yield unsafe(draft.caution)
    if draft.widened:
        yield unsafe("Other callers may use this function for another host, which would then receive the token.")
    if draft.written_out:
        yield unsafe("The key in the source becomes an environment variable, which you have to set first.")


def _advice(entry: KeyEntry) -> str:
    if entry.carrier is Carrier.SDK_KEY:
        return f"Give the client a private app token instead of `{entry.name}`."
    return f"Remove `{entry.name}` here and send its value as `Authorization: Bearer` with the same requests."


def _numbered(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Returns the changes with ids that stay the same while the code they speak of does."""
    seen: dict[str, int] = {}
    out = []
    for change in changes:
        words = [change.kind, change.at.path if change.at else ""]
        words += [text for edit in change.edits for text in (edit.path, edit.replacement)]
        digest = sha256("\0".join(words).encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        out.append(replace(change, id=f"{digest}-{seen[digest]}" if seen[digest] > 1 else digest))
    return tuple(out)


# -- keys written in the source -------------------------------------------------------------------------------------


def _literals(auth: Auth) -> Iterator[Location]:
    """Returns where a credential stands written out, as far as a pattern of the rules recognises it."""
    for piece in auth.value.pieces if auth.value else ():
        if isinstance(piece, Hole) and piece.secret and piece.origin.how == "literal":
            yield piece.origin.location


def _touches(edits: Iterable[Edit], place: Location) -> bool:
    return any(edit.path == place.path and edit.span.meets(place.span) for edit in edits)


def _extractions(
    requests: Sequence[KnownRequest], changes: Sequence[Change], drafter: Drafter, token_env: str
) -> Iterator[Change]:
    """Returns a change for each key written in the source that no other change edits.

    A developer key keeps its name, and what another host is sent is no key of HubSpot's. A test gives what it likes,
    and has no environment to read: what stands there is told.
    """
    places: dict[Location, list[str]] = {}
    others: set[Location] = set()
    for request in (one for one in requests if one.call.context is not Context.TEST):
        kept = is_left_alone([request])
        for auth in request.call.auth:
            for literal in _literals(auth):
                if kept or not may_be_ours(request.call, auth):
                    others.add(literal)
                else:
                    places.setdefault(literal, []).append(request.id)
    edits = [edit for change in changes if change.safety > Safety.MANUAL for edit in change.edits]
    for literal, ids in sorted(places.items()):
        if literal in others or _touches(edits, literal):
            continue
        draft = drafter.extract(literal, token_env)
        manual = draft.problem is not None
        yield Change(
            id="", kind="extract_literal", safety=Safety.MANUAL if manual else Safety.UNSAFE, edits=draft.edits,
            reason=f"Revoke the key, which stays in the history of the repository, and set {token_env}.",
            calls=tuple(sorted(set(ids))), at=literal,
            advice=f"Read the token from the environment variable {token_env} here." if manual else None,
        )  # fmt: skip
