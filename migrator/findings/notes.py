"""What is worth telling about requests, credentials and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from migrator.findings.credentials import Held
from migrator.findings.judge import KEYS, Judged
from migrator.findings.secrets import DEMO, located
from migrator.findings.study import Note, Study
from migrator.model.call import Carrier, Certainty, Context, Place
from migrator.model.text import Location, Span

_BY_PLACE: Mapping[Place, str] = {
    Place.URL: "key_in_url",
    Place.PARAMS: "key_in_params",
    Place.SESSION_PARAMS: "key_in_session",
    Place.SDK: "key_in_sdk",
    Place.BODY: "key_in_body",
    Place.HEADERS: "key_in_header",
    Place.SESSION_HEADERS: "key_in_header",
    Place.AUTH: "key_in_url",
}
_SURE = {Certainty.EXACT: "exact", Certainty.LIKELY: "likely", Certainty.POSSIBLE: "possible"}
_SECRET_NAMES = {
    "api_key": "API key",
    "private_app_token": "private app token",
    "oauth_token": "token",
    "refresh_token": "refresh token",
}


def named(one: Judged) -> str:
    """Returns a request as messages call it."""
    method = one.call.method or "a request with an unknown method"
    if one.call.endpoint is None:
        return f"{method} to {one.call.host or 'HubSpot'}"
    return f"{method} {one.call.endpoint}"


def notes(study: Study, credentials: tuple[Held, ...]) -> Iterator[Note]:
    """Yields everything one root has to tell, in no particular order."""
    yield from _carriers(study)
    yield from _endpoints(study)
    yield from _sources(study, credentials)
    yield from _hosts(study)
    yield from _secrets(study)
    yield from _unparsable(study)


def _moved(study: Study) -> Mapping[Location, str]:
    return {place: change.id for change in study.changes for place in change.moved}


def _carriers(study: Study) -> Iterator[Note]:
    """Yields a note for each place at which a key or a query token enters requests."""
    moved = _moved(study)
    groups: dict[tuple[str, Location, str], list[Judged]] = defaultdict(list)
    for one in study.judged:
        for auth in one.call.auth:
            at = auth.name_at or one.call.location
            if auth.carrier in KEYS:
                developer = one.match.credential == "developer_key"
                kind = "developer_key" if developer else _BY_PLACE.get(auth.place, "key_in_url")
            elif auth.carrier is Carrier.QUERY_TOKEN:
                kind = "oauth_query"
            else:
                continue
            if one.call.context is Context.TEST:
                kind = "test_or_fixture"
            groups[kind, at, auth.name].append(one)
    for (kind, at, name), members in groups.items():
        first = members[0]
        request = named(first) if len(members) == 1 else f"{named(first)} and {len(members) - 1} more"
        yield Note(
            kind=kind,
            at=at,
            fields={"parameter": name, "request": request, "client": first.call.client},
            calls=tuple(one.id for one in members),
            change=moved.get(at),
            certainty=_SURE[max(one.call.certainty for one in members)],
        )


def _endpoints(study: Study) -> Iterator[Note]:
    groups: dict[tuple[str, Location, tuple[tuple[str, str], ...]], list[str]] = defaultdict(list)
    for one in study.program:
        for kind, fields in _said_of(one):
            groups[kind, one.call.location, tuple(fields.items())].append(one.id)
    for (kind, at, said), calls in groups.items():
        yield Note(kind=kind, at=at, fields=dict(said), calls=tuple(calls))


def _said_of(one: Judged) -> Iterator[tuple[str, dict[str, str]]]:
    match, call, request = one.match, one.call, named(one)
    if not call.resolved:
        unknown = "its endpoint" if call.endpoint is None else "its method"
        reason = call.reason or "the program decides it while it runs"
        yield "unresolved_call", {"unknown": unknown, "reason": reason, "request": request}
    elif match.problem == "unknown_endpoint":
        yield "unknown_endpoint", {"request": request}
    elif match.problem == "wrong_method":
        yield "wrong_method", {"request": request, "methods": ", ".join(match.nearest) or "others"}
    if match.credential == "oauth_only":
        yield "blocked_endpoint", {"request": request, "reason": match.note or "it takes the token of an OAuth app"}
    elif match.credential == "developer_key" and not any(auth.carrier in KEYS for auth in call.auth):
        yield "blocked_endpoint", {"request": request, "reason": "it takes a developer API key"}
    if match.status == "sunset" or match.sunset:
        when = f"is gone since {match.sunset}" if match.sunset else "is gone"
        instead = f"; {match.replacement} replaces it" if match.replacement else ""
        yield "sunset_endpoint", {"request": request, "when": f"{when}{instead}"}
    if call.scheme == "http" and call.auth:
        yield "insecure_transport", {"request": request}
    carriers = {auth.carrier for auth in call.auth}
    if carriers & KEYS and Carrier.OTHER in carriers:
        yield "conflicting_authorization", {"request": request}


def _sources(study: Study, credentials: tuple[Held, ...]) -> Iterator[Note]:
    for one in credentials:
        if not one.kinds & {"api_key", "developer_key", "oauth_query"}:
            continue
        for source in one.sources:
            if source.how == "literal" or not source.location.path:
                continue
            how = source.how.replace("_", " ")
            yield Note(kind="key_source", at=source.location, fields={"name": source.name, "how": how}, calls=one.calls)
        if {"api_key", "developer_key"} <= one.kinds and one.sources:
            source = one.sources[0]
            yield Note(kind="shared_key_source", at=source.location, fields={"name": source.name}, calls=one.calls)


def _hosts(study: Study) -> Iterator[Note]:
    """Yields a note for each client object that sends a key to HubSpot and requests to another host as well."""
    keyed = {
        one.call.session
        for one in study.program
        for auth in one.call.auth
        if auth.carrier in KEYS and auth.place is Place.SESSION_PARAMS
    }
    for call in study.others:
        if call.session is not None and call.session in keyed:
            reason = "the same client object sends both"
            yield Note(kind="mixed_hosts", at=call.session, fields={"host": call.host or "another", "reason": reason})


def _secrets(study: Study) -> Iterator[Note]:
    for source in study.texts:
        for span, kind, shown in located(source, study.project.vocabulary):
            at = Location(source.path, span)
            if kind == DEMO:
                yield Note(kind="demo_key", at=at)
            elif kind in _SECRET_NAMES:
                fields = {"credential": _SECRET_NAMES[kind], "preview": shown}
                yield Note(kind="hardcoded_key", at=at, fields=fields)


def _unparsable(study: Study) -> Iterator[Note]:
    for path, error in sorted(study.project.unparsable.items()):
        source = study.project.source(path)
        if source is None:
            continue
        lines = source.text.splitlines(keepends=True)
        line = min(max(error.line, 1), max(len(lines), 1))
        start = sum(map(len, lines[: line - 1]))
        end = start + len(lines[line - 1].rstrip("\r\n")) if lines else start
        yield Note(kind="unparsable", at=Location(path, Span(start, end)), fields={"reason": error.what})
