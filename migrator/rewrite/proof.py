"""Proves changes: what the changed program sends is what it sent, but for how the credential travels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migrator.model.call import ApiCall, Auth, Carrier, Param, PathTemplate
from migrator.model.edit import Change, Edit, Proof, Safety
from migrator.model.text import Location, Source
from migrator.model.value import Chunk, Hole, Piece, Text
from migrator.rewrite.entries import MOVABLE, sent
from migrator.rewrite.splice import splice

Evaluate = Callable[[Mapping[str, str]], Sequence[ApiCall]]
Carried = Mapping[Location, Sequence[ApiCall]]
_ROUNDS = 8
_CHECKS = ("method", "scheme", "host", "path", "query", "headers", "body", "credential")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is compared of a request: where it is sent from, and each property by which it could differ."""

    place: tuple[object, ...]
    method: object
    scheme: object
    host: object
    path: object
    query: object
    headers: object
    body: object
    credential: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request that is no longer sent as it was, and the check that says so."""

    call: ApiCall
    check: str


def prove(
    changes: Sequence[Change],
    before: Sequence[ApiCall],
    evaluate: Evaluate,
    *,
    sources: Mapping[str, Source],
    token_env: str,
) -> tuple[Change, ...]:
    """Returns the changes with the outcome of their proof, in their order.

    *evaluate* gives the requests of the program with some files replaced. The safe changes are proved together, and
    with them the unsafe ones that no safe one can be felt in; then all of them. A change after which a request differs
    in anything but its credential's way is withdrawn whole: it becomes `MANUAL`, and says which check failed.
    """
    outcome = {change.id: change for change in changes}
    known: list[Change] = []
    for fresh in _batches(changes, _carried(before)):
        for change in _proved(fresh, known, before, evaluate, sources=sources, token_env=token_env):
            outcome[change.id] = change
        known += [outcome[change.id] for change in fresh if outcome[change.id].safety > Safety.MANUAL]
    return tuple(outcome[change.id] for change in changes)


def _batches(changes: Sequence[Change], carried: Carried) -> tuple[list[Change], list[Change]]:
    """Returns the changes that are proved first, all safe ones among them, and those that are proved on top of them.

    Proved beside a safe change, an unsafe one could hide what the safe one does without it: it has to touch no file
    that requests of a safe one depend on, and its requests may depend on no file that a safe one edits.
    """
    safe = [change for change in changes if change.safety is Safety.SAFE]
    edited = {edit.path for change in safe for edit in change.edits}
    felt = edited.union(*(_ground(change, carried) for change in safe))
    first, later = list(safe), list[Change]()
    for change in changes:
        if change.safety is Safety.UNSAFE:
            apart = felt.isdisjoint(edit.path for edit in change.edits) and edited.isdisjoint(_ground(change, carried))
            (first if apart else later).append(change)
    return first, later


def _ground(change: Change, carried: Carried) -> set[str]:
    """Returns the files that the requests whose credential a change moves depend on."""
    touched = _touched(change, carried)
    places = [place for call in touched for place in (call.location, *call.via)]
    places += [step.location for call in touched for step in call.trace]
    return {place.path for place in places}


def _carried(calls: Sequence[ApiCall]) -> Carried:
    """Returns the requests by where their credentials enter."""
    found: dict[Location, list[ApiCall]] = {}
    for call in calls:
        for place in {auth.name_at for auth in call.auth if auth.name_at is not None}:
            found.setdefault(place, []).append(call)
    return found


def _touched(change: Change, carried: Carried) -> Collection[ApiCall]:
    """Returns the requests whose credential a change moves."""
    return {id(call): call for place in change.moved for call in carried.get(place, ())}.values()


def _proved(
    changes: Sequence[Change],
    known: Sequence[Change],
    before: Sequence[ApiCall],
    evaluate: Evaluate,
    *,
    sources: Mapping[str, Source],
    token_env: str,
) -> Iterator[Change]:
    """Returns the changes with their outcome; *known* are changes that are already proved, and made with them."""
    left, carried = list(changes), _carried(before)
    for attempt in range(_ROUNDS):
        if not left:
            return
        together = [*known, *left]
        after = evaluate(_changed(sources, [edit for change in together for edit in change.edits]))
        failures = list(differences(together, before, after, token_env=token_env))
        if not failures:
            yield from (_with_proof(change, carried) for change in left)
            return
        blamed = dict(_blamed(left, failures)) if attempt + 1 < _ROUNDS else {each.id: failures[0] for each in left}
        yield from (_withdrawn(change, blamed[change.id], carried) for change in left if change.id in blamed)
        left = [change for change in left if change.id not in blamed]


def prove_beside(
    changes: Sequence[Change],
    known: Sequence[Change],
    before: Sequence[ApiCall],
    evaluate: Evaluate,
    *,
    sources: Mapping[str, Source],
    token_env: str,
) -> tuple[Change, ...]:
    """Returns those of the changes that leave every request as it is when they are made with some that are proved."""
    found = _proved(changes, known, before, evaluate, sources=sources, token_env=token_env)
    return tuple(change for change in found if change.proof is not None and change.proof.ok)


def verify(change: Change, before: Sequence[ApiCall], after: Sequence[ApiCall], *, token_env: str = "") -> Proof:
    """Returns whether the program after one change sends what it sent before, but for the credential's way."""
    found = next(differences([change], before, after, token_env=token_env), None)
    return Proof(
        ok=found is None, requests=len(_touched(change, _carried(before))), failed=found.check if found else None
    )


def differences(
    changes: Sequence[Change], before: Sequence[ApiCall], after: Sequence[ApiCall], *, token_env: str = ""
) -> Iterator[Failure]:
    """Returns the requests that are not sent as they were, or that were not sent before, each with what differs."""
    edits = [edit for change in changes for edit in change.edits]
    moved = frozenset(place for change in changes for place in change.moved)
    names = _Names(token_env=token_env, before=dict(pair for change in changes for pair in change.sources))
    expected = {_picture(call, _shift(edits), moved, names): call for call in sent(before)}
    actual = {_picture(call, _as_is, frozenset(), names): call for call in sent(after)}
    extra = {picture: call for picture, call in actual.items() if picture not in expected}
    for picture, call in expected.items():
        if picture in actual:
            continue
        found = _nearest(picture, extra)
        if found is not None:
            del extra[found]
        yield Failure(call=call, check=_check(picture, found))
    for call in extra.values():
        yield Failure(call=call, check="a request that was not there before is sent")


def _changed(sources: Mapping[str, Source], edits: Sequence[Edit]) -> dict[str, str]:
    paths = sorted({edit.path for edit in edits})
    return {path: splice(sources[path].text, [edit for edit in edits if edit.path == path]) for path in paths}


def _with_proof(change: Change, carried: Carried) -> Change:
    return replace(change, proof=Proof(ok=True, requests=len(_touched(change, carried))))


def _withdrawn(change: Change, failure: Failure, carried: Carried) -> Change:
    return replace(
        change,
        safety=Safety.MANUAL,
        reason=f"The rewrite was planned and taken back, because evaluating it again shows that {failure.check}.",
        advice="Make the change by hand; the edits that were planned may help.",
        proof=Proof(ok=False, requests=len(_touched(change, carried)), failed=failure.check),
    )


# -- which change is to blame ---------------------------------------------------------------------------------------


def _blamed(changes: Sequence[Change], failures: Sequence[Failure]) -> Iterator[tuple[str, Failure]]:
    for failure in failures:
        for change in _suspects(changes, failure.call):
            yield change.id, failure


def _suspects(changes: Sequence[Change], call: ApiCall) -> Sequence[Change]:
    """Returns the changes that move a credential of the request, else those near it, else all."""
    places = {auth.name_at for auth in call.auth}
    files = {call.location.path, *(site.path for site in call.via)}
    direct = [change for change in changes if places & set(change.moved)]
    near = [change for change in changes if any(edit.path in files for edit in change.edits)]
    return direct or near or changes


def _nearest(picture: Picture, extra: Mapping[Picture, ApiCall]) -> Picture | None:
    """Returns the new request at the same place that differs in the fewest ways."""
    same = [each for each in extra if each.place == picture.place]
    return min(same, key=lambda each: len(_differing(picture, each)), default=None)


def _check(picture: Picture, found: Picture | None) -> str:
    if found is None:
        return "a request is no longer found"
    return f"the {' and the '.join(_differing(picture, found))} of a request would change"


def _differing(one: Picture, other: Picture) -> list[str]:
    return [name for name in _CHECKS if getattr(one, name) != getattr(other, name)]


# -- what is compared -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """The variable that a written credential is read from, and what sources were called ``before`` changes."""

    token_env: str
    before: Mapping[str, str]

    def known(self, name: str) -> str:
        return self.before.get(name, name)


def _picture(call: ApiCall, place: Callable[[Location], object], moved: frozenset[Location], names: _Names) -> Picture:
    return Picture(
        place=(place(call.location), tuple(place(site) for site in call.via), call.client, call.context),
        method=call.method,
        scheme=call.scheme,
        host=(call.host, call.own),
        path=(_path(call.path), call.broken),
        query=_params(call.query),
        headers=_params(call.headers),
        body=_params(call.body),
        credential=frozenset(
            one for auth in call.auth if not _is_nothing(auth) for one in _credentials(auth, moved, names)
        ),
    )


def _is_nothing(auth: Auth) -> bool:
    known = auth.value.known() if auth.value is not None else None
    return known is not None and known.removeprefix("Bearer ") in ("", "None")


def _credentials(auth: Auth, moved: frozenset[Location], names: _Names) -> Iterator[tuple[object, ...]]:
    """Yields the carrier with each value that it can have."""
    is_bearer = auth.carrier is Carrier.BEARER or (auth.carrier in MOVABLE and auth.name_at in moved)
    way = (Carrier.BEARER,) if is_bearer else (auth.carrier, auth.name.lower())
    moves = is_bearer and auth.carrier is not Carrier.BEARER
    for value in _alternatives(auth.value):
        yield (*way, _value(value, names), "" if moves else _form(value))


def _form(value: Text | None) -> str:
    """Returns what a query takes and a header does not: text that is percent-encoded, or that ends a line."""
    return next((piece.form for piece in value.pieces if isinstance(piece, Hole) and piece.form), "") if value else ""


def _alternatives(value: Text | None) -> Sequence[Text | None]:
    """Returns a value as one for each of its origins: branches may be joined into one unknown, or stay apart."""
    match value and [piece for piece in value.pieces if not _is_scheme(piece)]:
        case [Hole(others=others) as hole] if others:
            return [Text((replace(hole, origin=one, others=()),)) for one in (hole.origin, *others)]
        case _:
            return [value]


def _is_scheme(piece: Piece) -> bool:
    return isinstance(piece, Chunk) and piece.text in ("", "Bearer ")


def _value(value: Text | None, names: _Names) -> object:
    """Returns what tells one credential from another; a written one is the same as the variable it is read from now."""
    if value is None:
        return None
    pieces = [piece for piece in value.pieces if not _is_scheme(piece)]
    if all(_is_written(piece) or _reads(piece, names.token_env) for piece in pieces):
        return "written"
    return tuple(
        piece.text if isinstance(piece, Chunk) else (piece.origin.how, names.known(piece.origin.name), piece.secret)
        for piece in pieces
    )


def _is_written(piece: Piece) -> bool:
    return isinstance(piece, Chunk) or piece.origin.how == "literal"


def _reads(piece: Piece, token_env: str) -> bool:
    return isinstance(piece, Hole) and piece.origin.how == "environment" and piece.origin.name == token_env


def _path(path: PathTemplate | None) -> object:
    return None if path is None else (path.render(), tuple(sorted(path.holes().items())))


def _params(params: Iterable[Param]) -> object:
    """Returns the parameters as they are compared; branches that were joined may name one twice."""
    return frozenset((param.name, param.value.pattern() if param.value else "") for param in params)


def _as_is(place: Location) -> object:
    return place.path, place.span.start


def _shift(edits: Sequence[Edit]) -> Callable[[Location], object]:
    """Returns the function that says where a place of the unchanged program begins in the changed one."""
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)

    def moved(place: Location) -> object:
        start = place.span.start
        passed = {(edit.span, edit.replacement) for edit in by_path.get(place.path, ()) if edit.span.end <= start}
        return place.path, start + sum(len(text) - (span.end - span.start) for span, text in passed)

    return moved
