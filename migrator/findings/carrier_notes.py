"""What files that are no programs tell: keys in them, who sets a key's name, and requests that are written down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.carriers.families import is_sample
from migrator.carriers.texts import is_passed
from migrator.findings.analysis import Analysis, Note
from migrator.findings.classify import CARRIED, MatchedCall
from migrator.findings.endpoints import several
from migrator.findings.mentions import is_own_file
from migrator.findings.secrets import is_placeholder, is_sequence
from migrator.model.call import Auth, Carrier, KeySource
from migrator.model.text import Location, Source, Span, word_around
from migrator.model.vocabulary import preview
from migrator.model.written import Giving, Reading, Setting, Use, Written, WrittenSecret
from migrator.project import Project

_KINDS: Mapping[Use, str] = {
    Use.SENT: "key_in_url",
    Use.WRITTEN: "written_request",
    Use.RECORDED: "recorded_request",
}
_CREDENTIALS = {"api_key": "HubSpot API key", "private_app_token": "private app token", "oauth_token": "token"}
_REVOKE = "Revoke the key: it stays in the history of the repository."
_NAME = re.compile(r"\w[\w./-]*")
_GIVEN: Mapping[Giving, str] = {
    Giving.VALUE: "is given a value here",
    Giving.SAMPLE: "stands here without a value, for somebody to fill in",
    Giving.PASSED: "is passed on here; its value is set elsewhere",
}


def carried(study: Analysis) -> Iterator[Note]:
    """Yields a note for each key, setting and request in the files that are no programs."""
    by_place = {one.call.location: one for one in study.recorded}
    for source in study.texts:
        reading = study.project.reading(source.path)
        if reading is None or is_own_file(source):
            continue
        keys = list(_keys(study, source, reading))
        yield from keys
        yield from _set(study, source, reading, {note.at for note in keys})
        for scheme in reading.schemes:
            at = Location(source.path, scheme.at)
            yield Note(
                kind="api_description",
                at=at,
                fields={"name": scheme.path, "parameter": source.excerpt(scheme.at)},
                change=_changes(study).get(at),
                manual="Rewrite by hand what this description says about the key.",
            )
        shared: dict[object, list[tuple[Written, MatchedCall]]] = {}
        for written in reading.requests:
            judged = by_place.get(written.call.location)
            if judged is not None and written.use is not Use.DESCRIBED:
                shared.setdefault(written.given or written.at, []).append((written, judged))
        for group in shared.values():
            yield from _sent(study, group[0][0], [one for _, one in group])


def _keys(study: Analysis, source: Source, reading: Reading) -> Iterator[Note]:
    placeholders = study.project.vocabulary.placeholders
    for secret in reading.secrets:
        if not is_placeholder(secret.text, placeholders) and not is_sequence(secret.text):
            yield Note(kind="hardcoded_key", at=Location(source.path, secret.at), fields=_named(secret), manual=_REVOKE)


def _named(secret: WrittenSecret) -> Mapping[str, str]:
    kind = secret.kind if secret.kind in _CREDENTIALS else "api_key"
    return {"credential": _CREDENTIALS[kind], "preview": preview(secret.text), "secret": kind}


def _set(study: Analysis, source: Source, reading: Reading, told: set[Location]) -> Iterator[Note]:
    """Yields a note for each place that sets a key's name or hands it on, but for where the key itself is told."""
    for one, name, span in handed_names(study, reading):
        if Location(source.path, one.at) not in told:
            sample = one.giving is Giving.VALUE and is_sample(source.path)
            given = _GIVEN[Giving.SAMPLE if sample else one.giving if one.keyed else Giving.PASSED]
            yield Note(kind="config_source", at=Location(source.path, span), fields={"name": name, "given": given})


def handed_names(study: Analysis, reading: Reading) -> Iterator[tuple[Setting, str, Span]]:
    """Yields each setting that gives a key's name its value or hands a key on by its name, that name and its place."""
    every = [one for one in reading.settings if not reading.covered.contains(one.name_at)]
    keyed = {one.name_at: one for one in every if one.keyed}
    yield from ((one, one.name if "=" in one.path else one.path, at) for at, one in keyed.items())
    for one in every:
        name = _handed(study, one)
        if name and one.at not in keyed:
            yield one, name, one.at


def _handed(study: Analysis, one: Setting) -> str:
    """Returns the name of the key that a setting of another name holds, empty where it holds more or none."""
    text = (one.value or "").strip()
    named = study.project.vocabulary.named(text) if not one.keyed else ()
    is_name = _NAME.fullmatch(text) is not None and text not in study.project.vocabulary.key_parameters
    if not named or not (is_name or is_passed(text)):
        return ""
    return text if is_name else word_around(text, named[0])


def _changes(study: Analysis) -> Mapping[Location, str]:
    return {place: change.id for change in study.changes for place in change.moved}


def _sent(study: Analysis, written: Written, every: list[MatchedCall]) -> Iterator[Note]:
    """Yields a note for each credential of a request, or of several that are given it at one place."""
    judged = every[0]
    changes = _changes(study)
    for auth in judged.call.auth:
        if auth.carrier not in CARRIED:
            continue
        kind = _KINDS[written.use]
        if auth.carrier is Carrier.QUERY_TOKEN and written.use is Use.SENT:
            kind = "oauth_query"
        elif judged.match.credential == "developer_key" and auth.carrier is not Carrier.QUERY_TOKEN:
            kind = "developer_key"
        at = auth.name_at or judged.call.location
        yield Note(
            kind=kind,
            at=at,
            fields={
                "parameter": auth.name,
                "request": several(every),
                "client": judged.call.client,
                "credential": "account API key",
            },
            calls=tuple(one.id for one in every),
            change=changes.get(at),
            manual=None if kind == "developer_key" else written.manual or _BY_HAND,
        )


_BY_HAND = "This tool cannot edit this place: send the token in the Authorization header by hand."


def placed(judged: Sequence[MatchedCall], project: Project) -> tuple[MatchedCall, ...]:
    """Returns the requests with the place in a configuration file of each credential that was read from there."""
    return tuple(
        replace(one, call=replace(one.call, auth=tuple(_found(a, project) for a in one.call.auth))) for one in judged
    )


def _found(auth: Auth, project: Project) -> Auth:
    sources = tuple(_entry(one, project) if one.how == "config" else one for one in auth.sources)
    return auth if sources == auth.sources else replace(auth, sources=sources)


def _entry(source: KeySource, project: Project) -> KeySource:
    """Returns a source at the value of its dotted path, where the file is one that can be read."""
    path, colon, inner = source.name.partition(":")
    reading = project.reading(path) if colon and path == source.location.path else None
    found = (one for one in reading.settings if one.path.casefold() == inner.casefold()) if reading is not None else ()
    setting = next(iter(found), None)
    return source if setting is None else replace(source, location=Location(path, setting.at))
