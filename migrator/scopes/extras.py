"""The catalog's answer for a request as the evaluator finds it: what it needs besides its endpoint, its query and its
body tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from migrator.catalog.catalog import Catalog
from migrator.catalog.requirement import both, parse
from migrator.model.call import ApiCall, SentField
from migrator.model.scope import EndpointMatch
from migrator.scopes.match import CUSTOM, match


def with_query(catalog: Catalog, answer: EndpointMatch, query: Mapping[str, tuple[str, ...] | None]) -> EndpointMatch:
    """Returns an answer that also reads the objects which query parameters name, comma-separated as HubSpot takes them.

    That reading associated records along takes their scope is deduced, so the answer is less sure than before. Values
    that are not known change nothing but the note.
    """
    named = [query[name] for name in sorted(query.keys() & catalog.objects.along)]
    if not named or not answer.scopes or answer.credential != "private_app" or not _is_of_an_object(catalog, answer):
        return answer
    words = sorted(
        {word.strip() for values in named for value in values or () for word in value.split(",") if word.strip()}
    )
    scopes = answer.scopes
    for word in words:
        kind = catalog.objects.kinds[catalog.spellings.get(word.lower(), CUSTOM)]
        scopes = both(scopes, tuple(map(frozenset, parse(kind.read) or ((),)))) if kind.read else scopes
    what = ", ".join(words) if None not in named else "objects that are not known"
    less = answer.confidence == "high" and scopes != answer.scopes
    answer = replace(answer, scopes=scopes, confidence="medium" if less else answer.confidence)
    return answer.noted(f"reads associated records along: {what}")


def told(catalog: Catalog, body: Mapping[str, tuple[str, ...] | None]) -> Mapping[str, str]:
    """Returns the objects that a number in a body tells, by the parameter that each stands for."""
    rule = catalog.objects.definitions
    values = body.get(rule.name) or ()
    objects = rule.numbers.get(values[0]) if len(values) == 1 else None
    return dict(zip(rule.parameters, objects, strict=True)) if objects else {}


def with_body(catalog: Catalog, answer: EndpointMatch, body: Mapping[str, tuple[str, ...] | None]) -> EndpointMatch:
    """Returns an answer that says so where the body associates the record: no one documents what that needs."""
    writes = answer.access == "write" and answer.credential == "private_app"
    if not writes or body.keys().isdisjoint(catalog.objects.associated):
        return answer
    note = "associates the record in the same request, which may need the write scope of the other objects too"
    return answer.noted(note)


def _is_of_an_object(catalog: Catalog, answer: EndpointMatch) -> bool:
    segments = answer.template.partition("/")[2].lower().split("/")
    named = set(map(str.lower, catalog.objects.parameters))
    return any(part in catalog.spellings or part.strip("{}") in named for part in segments)


def matching(catalog: Catalog) -> Callable[[ApiCall], EndpointMatch]:
    """Returns a function from a request to the endpoint that it is and what it needs, its query and body included."""

    def endpoint(call: ApiCall) -> EndpointMatch:
        holes = call.path.holes() if call.path else {}
        body = {one.name: _texts(one) for one in call.body if one.name}
        found = match(catalog, call.method, call.host, call.endpoint, holes, told(catalog, body))
        found = with_query(catalog, found, {one.name: _texts(one) for one in call.query if one.name})
        return with_body(catalog, found, body)

    return endpoint


def _texts(one: SentField) -> tuple[str, ...] | None:
    known = one.value.known() if one.value else None
    return None if known is None else (known,)
