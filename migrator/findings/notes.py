"""What is worth telling about the credentials of a program, and about its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from migrator.catalog.facts import Facts
from migrator.catalog.languages import language_of
from migrator.catalog.sdk import called
from migrator.findings.analysis import Analysis, Note
from migrator.findings.carrier_notes import carried
from migrator.findings.classify import KEYS, MatchedCall
from migrator.findings.credentials import Held
from migrator.findings.dependencies import dependencies
from migrator.findings.endpoints import endpoints, several
from migrator.findings.gaps import lines_named
from migrator.findings.retired import retired_scopes
from migrator.findings.secrets import find, is_entry, is_placeholder, is_sent, is_sequence, located, names_key
from migrator.findings.wording import known_as
from migrator.model.call import AuthPlace, Carrier, Certainty, Context, KeySource
from migrator.model.mask import DEMO
from migrator.model.text import Location, Source, Span
from migrator.model.value import Hole
from migrator.model.vocabulary import SHAPELESS

_BY_PLACE: Mapping[AuthPlace, str] = {
    AuthPlace.URL: "key_in_url",
    AuthPlace.PARAMS: "key_in_params",
    AuthPlace.SESSION_PARAMS: "key_in_session",
    AuthPlace.SDK: "key_in_sdk",
    AuthPlace.BODY: "key_in_body",
    AuthPlace.HEADERS: "key_in_header",
    AuthPlace.SESSION_HEADERS: "key_in_header",
    AuthPlace.AUTH: "key_in_url",
}
_SURE = {Certainty.EXACT: "exact", Certainty.LIKELY: "likely", Certainty.POSSIBLE: "possible"}
_SECRET_NAMES = {
    "api_key": "HubSpot API key",
    "private_app_token": "private app token",
    "oauth_token": "token",
    "refresh_token": "refresh token",
    SHAPELESS: "HubSpot API key",
}
_TYPES = {SHAPELESS: "api_key"}
_EXPRESSED = frozenset({"literal", "environment", "setting", "config"})
"""How a credential enters where the place is the one expression that gives it, its default included."""
_QUERIED = "sends it in the query string"
_DROPPED = "does not send it in this release, so the request has no credential and is answered with 401"
_REVOKE = "Revoke the key: it stays in the history of the repository."
_DEMO_TEXT = "demo"


def notes(
    study: Analysis, credentials: tuple[Held, ...], facts: Facts, rules: Sequence[Path], today: str
) -> list[Note]:
    """Returns everything one root has to tell but for what only its texts tell, in no particular order.

    *rules* are the user's own rule folders, *today* is the day of the rules.
    """
    written = [*_written(study, credentials), *carried(study)]
    return [
        *_carriers(study),
        *endpoints(study, facts, today),
        *_sources(credentials),
        *written,
        *_secrets(study, {note.at for note in written}),
        *_leaks(study, credentials),
        *_unparsable(study),
        *dependencies(study, rules),
        *retired_scopes(study, facts),
    ]


def _moved(study: Analysis) -> Mapping[Location, str]:
    return {place: change.id for change in study.changes for place in change.moved}


def _carriers(study: Analysis) -> Iterator[Note]:
    """Yields a note for each place at which a key or a query token enters requests."""
    moved = _moved(study)
    groups: dict[tuple[str, Location, str], list[MatchedCall]] = defaultdict(list)
    for one in study.judged:
        for auth in one.call.auth:
            at = auth.name_at or one.call.location
            kind = _kind(one, auth.carrier, auth.place)
            if one.call.context is Context.TEST:
                kind = "test_or_fixture" if kind and study.project.is_test(at.path) else None
            if kind is not None and one not in groups[kind, at, auth.name]:
                groups[kind, at, auth.name].append(one)
    every = [auth for one in study.judged for auth in one.call.auth]
    dropped = {auth.name_at for auth in every if auth.dropped} - {auth.name_at for auth in every if not auth.dropped}
    for (kind, at, name), members in groups.items():
        if members:
            yield Note(
                kind=kind,
                at=at,
                fields={
                    "parameter": name,
                    "request": several(members),
                    "client": called(members[0].call.client),
                    "effect": _DROPPED if at in dropped else _QUERIED,
                    "credential": _called(study, at, members),
                    "times": "",
                },
                calls=tuple(one.id for one in members),
                change=moved.get(at),
                certainty=_SURE[max(one.call.certainty for one in members)],
                manual=_by_hand(kind),
            )


_TOKENS = frozenset({"private_app_token", "oauth_token"})


def _called(study: Analysis, at: Location, members: Sequence[MatchedCall]) -> str:
    """Returns what messages call the credential of a place: a token that stands where the key should is no key."""
    held = [auth.value for one in members for auth in one.call.auth if (auth.name_at or one.call.location) == at]
    places = {
        piece.origin.location
        for value in held
        for piece in (value.pieces if value else ())
        if isinstance(piece, Hole) and piece.secret
    }
    kinds = {kind for place in places for _, kind in find(study.excerpt(place), study.project.vocabulary)}
    return "private app token" if kinds and kinds <= _TOKENS else "account API key"


def _kind(one: MatchedCall, carrier: Carrier, place: AuthPlace) -> str | None:
    if carrier in KEYS:
        return "developer_key" if one.match.credential == "developer_key" else _BY_PLACE.get(place, "key_in_url")
    return "oauth_query" if carrier is Carrier.QUERY_TOKEN else None


def _by_hand(kind: str) -> str | None:
    if kind in ("developer_key", "test_or_fixture"):
        return None
    if kind == "oauth_query":
        return "Cannot tell where the token is added: change this by hand."
    return "This tool cannot edit this place: move the key to the Authorization header by hand."


def _sources(credentials: tuple[Held, ...]) -> Iterator[Note]:
    for one in credentials:
        if not one.kinds & {"api_key", "developer_key", "oauth_query"}:
            continue
        for source in _told(one.sources):
            how = source.how.replace("_", " ")
            fields = {
                "name": known_as(source.name),
                "how": f"{_article(how)} {how}" if how != "unknown" else "somewhere unknown",
            }
            yield Note(kind="key_source", at=source.location, fields=fields, calls=one.calls)
        shared = next((source for source in one.sources if source.location.path), None)
        if {"api_key", "developer_key"} <= one.kinds and shared is not None:
            reason = "Add a second name for the token, here and wherever the value is set."
            fields = {"name": shared.name}
            yield Note(kind="shared_key_source", at=shared.location, fields=fields, calls=one.calls, manual=reason)


def _told(sources: Sequence[KeySource]) -> list[KeySource]:
    """Returns the sources worth telling, each place once; a literal is told as a key that is written in a file."""
    places = {(s.name, s.location): s for s in sources if s.location.path and s.how != "literal"}
    return list(places.values())


def _article(noun: str) -> str:
    return "the" if noun in ("environment", "database") else "an" if noun[0] in "aeiou" else "a"


def _written(study: Analysis, credentials: tuple[Held, ...]) -> Iterator[Note]:
    """Yields a note for each credential that stands in the code as a literal, whatever it looks like."""
    literals = {s.location: one for one in credentials for s in one.sources if s.how in _EXPRESSED and s.location.path}
    for place, one in sorted(literals.items()):
        if study.excerpt(place).strip("rbuRBU").strip("'\"").lower() == _DEMO_TEXT:
            yield Note(kind="demo_key", at=place, calls=one.calls)
        for at, shown in _literals(study, place):
            kind = "api_key" if one.kinds & {"api_key", "developer_key"} else "oauth_token"
            fields = {"credential": _SECRET_NAMES[kind], "preview": shown, "secret": kind}
            yield Note(kind="hardcoded_key", at=at, fields=fields, calls=one.calls, manual=_REVOKE)


def _literals(study: Analysis, place: Location) -> Iterator[tuple[Location, str]]:
    """Yields each credential in a literal that only its use tells to be one, with its preview."""
    source = study.project.source(place.path)
    for span, kind, shown in located(source, study.words) if source else ():
        if place.span.contains(span) and (kind == SHAPELESS or (source and source.excerpt(span) in study.written)):
            yield Location(place.path, span), shown


def _secrets(study: Analysis, told: set[Location]) -> Iterator[Note]:
    for source in study.texts:
        for span, kind, shown in located(source, study.words):
            at = Location(source.path, span)
            if kind == DEMO:
                yield Note(kind="demo_key", at=at)
            elif at not in told and _is_secret(study, source, span, kind):
                secret = _TYPES.get(kind, kind)
                fields = {"credential": _SECRET_NAMES[kind], "preview": shown, "secret": secret}
                yield Note(kind="hardcoded_key", at=at, fields=fields, manual=_REVOKE)


def _is_secret(study: Analysis, source: Source, span: Span, kind: str) -> bool:
    """Whether text of the shape of a credential is one; a bare key is one where its line names the key."""
    text = source.excerpt(span)
    if text in study.written:
        return True
    words = study.project.vocabulary
    if kind not in _SECRET_NAMES or is_placeholder(text, words.placeholders) or is_sequence(text):
        return False
    whole = kind == SHAPELESS and source.embedded is None
    reading = study.project.reading(source.path) if whole else None
    if reading is not None and reading.family != "prose":
        return reading.family == "data" and is_entry(source, span, words)  # of others, the structure has told
    line = study.line_of(Location(source.path, span))
    if kind != SHAPELESS or words.named(source.excerpt(line).lower()) or is_entry(source, span, words):
        return True
    if language_of(source.path) is not None and not study.project.reads(source.path):
        return study.mentions(source) and is_sent(source, span, words)
    broken = any(one is source for one, _ in study.project.troubles())
    return broken and study.mentions(source) and names_key(source.text[line.start : span.start], words)


def _leaks(study: Analysis, credentials: tuple[Held, ...]) -> Iterator[Note]:
    """Yields a note for each credential that is printed, logged or raised in a message."""
    moved, secret = _moved(study), _secret(credentials)
    behind = {leak.location: leak.names for leak in study.leaks if not leak.loose & secret}
    for at, told in logged(study, credentials):
        reason = "Choose what to log instead."
        changes = {moved.get(name) for name in behind.get(at, ())}  # one change that takes out all of it
        change = next(iter(changes)) if len(changes) == 1 else None
        yield Note(kind="credential_logged", at=at, fields={"name": f"`{told}`"}, manual=reason, change=change)


def _secret(credentials: tuple[Held, ...]) -> set[tuple[str, str]]:
    return {(s.how, s.name) for one in credentials for s in one.sources if not s.name.endswith("()")}


def logged(study: Analysis, credentials: tuple[Held, ...], *, stored: bool = False) -> Iterator[tuple[Location, str]]:
    """Yields each place that prints, logs or raises a credential, and the expression there, cut where it is long.

    With *stored*, also each that writes one to a file, which is what some programs are for.
    """
    secret = _secret(credentials)
    for leak in study.leaks:
        if not leak.taker and (stored or not leak.stored) and (leak.plain or leak.origins & secret):
            told = " ".join(study.excerpt(leak.location).split())
            yield leak.location, told if len(told) <= 60 else f"{told[:60]}…"


def _unparsable(study: Analysis) -> Iterator[Note]:
    for source, trouble in study.project.troubles():
        if not study.mentions(source):
            continue
        unit = study.project.known(source.path)
        whole = unit is None or not unit.body
        start = trouble.span.start
        end = source.text.find("\n", start, trouble.span.end)
        at = Span(start, end if end >= 0 else trouble.span.end)
        reason = "Review by hand what it sends."
        named = {source.position(span.start).line for span in study.project.vocabulary.named(source.text)}
        places = f"; the key is named in {lines_named(named)}" if named else ""
        what = "This file" if whole else "This part of the file"
        fields = {"what": what, "reason": trouble.reason, "places": places if whole else ""}
        yield Note(kind="unparsable", at=Location(source.path, at), fields=fields, manual=reason)
