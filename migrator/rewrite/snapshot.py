"""What is compared of a request, whoever changed the program around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migrator.model.call import ApiCall, Auth, AuthPlace, Carrier, PathTemplate, SentField
from migrator.model.text import Location
from migrator.model.value import Chunk, Hole, Piece, Text
from migrator.rewrite.entries import MOVABLE, has_token

_PLAIN = {"http": "https"}  # modules of Node.js: the one that can encrypt is called in the same way
CHECKS = ("method", "scheme", "host", "path", "query", "headers", "body", "credential")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSnapshot:
    """What is compared of a request: where it is sent from, and each property by which it could differ."""

    place: tuple[object, ...]
    method: object
    scheme: object
    host: object
    path: object
    query: object
    headers: object
    body: object
    credential: frozenset[tuple[object, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNames:
    """The variable that a written credential is read from, and what sources were called ``before`` changes."""

    token_env: str
    before: Mapping[str, str]

    def known(self, name: str) -> str:
        """Returns what a source was called before."""
        return self.before.get(name, name)


def snapshot(
    call: ApiCall, place: Callable[[Location], object], moved: frozenset[Location], names: SourceNames
) -> RequestSnapshot:
    """Returns what is compared of a request; what enters it at one of the *moved* places counts as a Bearer token.

    A request that is to get a token has to be sent over https then.
    """
    return RequestSnapshot(
        place=(
            place(call.location),
            tuple(place(site) for site in call.via),
            _PLAIN.get(call.client, call.client),
            call.context,
        ),
        method=call.method,
        scheme=_scheme(call, moved),
        host=(call.host, call.own),
        path=(_path(call.path), _breaks(call, moved)),
        query=_params(call.query),
        headers=_params(call.headers),
        body=_params(call.body),
        credential=frozenset(one for auth in carried(_left(call, moved)) for one in credentials(auth, moved, names)),
    )


def _scheme(call: ApiCall, moved: frozenset[Location]) -> str | None:
    gets = call.scheme == "http" and call.own and any(auth.name_at in moved for auth in call.auth)
    return "https" if gets else call.scheme


def _breaks(call: ApiCall, moved: frozenset[Location]) -> bool:
    """Returns whether ``&`` opens the query; it goes with a key that it stands before and that nothing follows."""
    ends = not call.query and any(auth.place is AuthPlace.URL and auth.name_at in moved for auth in call.auth)
    return call.broken and not ends


def encrypted(found: RequestSnapshot) -> RequestSnapshot:
    """Returns a request as it is sent where its address became one of https."""
    return replace(found, scheme="https") if found.scheme == "http" else found


def _sent(call: ApiCall) -> Iterator[Auth]:
    """Yields the credentials; a token that some releases of a library send in the query counts as the others send it.

    That the release is not known is no matter of the proof: it makes the change unsafe.
    """
    tokens = {auth.name_at for auth in call.auth if auth.carrier is Carrier.BEARER and auth.place is AuthPlace.SDK}
    for auth in call.auth:
        if auth.carrier is not Carrier.QUERY_TOKEN or auth.place is not AuthPlace.SDK or auth.name_at not in tokens:
            yield auth


def _left(call: ApiCall, moved: frozenset[Location]) -> Iterator[Auth]:
    """Yields the credentials that are to be left: a key beside a token of the request's own gives way to it."""
    doubled = has_token(call)
    return (auth for auth in _sent(call) if not (doubled and auth.carrier in MOVABLE and auth.name_at in moved))


def carried(auths: Iterable[Auth]) -> list[Auth]:
    """Returns the credentials that are not known to be empty; all where all are, in code that waits for its key."""
    auths = list(auths)
    return [auth for auth in auths if not is_nothing(auth)] or auths


def is_nothing(auth: Auth) -> bool:
    """Returns whether a credential is known to be empty."""
    known = auth.value.known() if auth.value is not None else None
    return known is not None and known.removeprefix("Bearer ") in ("", "None")


def credentials(auth: Auth, moved: frozenset[Location], names: SourceNames) -> Iterator[tuple[object, ...]]:
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


def _value(value: Text | None, names: SourceNames) -> object:
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
    """Returns a path apart from what may be a query once the key is gone, and is none as long as that follows."""
    path = path and path.without_end()
    return None if path is None else (path.render(), tuple(sorted(path.holes().items())))


def _params(params: Iterable[SentField]) -> object:
    """Returns the parameters as they are compared; branches that were joined may name one twice."""
    return frozenset((param.name, param.value.pattern() if param.value else "") for param in params)
