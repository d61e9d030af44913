"""What a request matches and why, as text."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from migrator.catalog.catalog import Catalog
from migrator.catalog.facts import Facts
from migrator.catalog.requirement import render
from migrator.model.scope import EndpointMatch, ScopeRequirement
from migrator.scopes.match import match

_CREDENTIALS = {
    "private_app": "a service key or an app's access token",
    "developer_key": "a developer API key, which no access token replaces",
    "oauth_only": "the token of an OAuth app alone",
    "none": "none",
    "mixed": "depends on which endpoint it is",
    "unknown": "not known",
}
_MOST = 12


def show(catalog: Catalog, facts: Facts, method: str | None, url: str) -> str:
    """Returns what a request matches, what it needs and where that is known from.

    ``url`` is a path or a whole URL; a segment in braces is one whose value is not known.
    """
    parts = urlsplit(url)
    path = parts.path if parts.scheme else url.split("?")[0]
    verb = method.upper() if method else None
    found = match(catalog, verb, parts.hostname, path, {})
    return "\n".join(_lines(found, facts, f"{verb or 'any method'} {path}"))


def _lines(found: EndpointMatch, facts: Facts, asked: str) -> Iterator[str]:
    yield asked
    if found.problem is not None:
        yield from _unmatched(found)
        return
    if found.template:
        yield f"  matches {found.template} ({found.row})"
    yield f"  credential: {_CREDENTIALS[found.credential]}"
    yield from _needs(found)
    yield from _status(found)
    family = facts.family(found.template.partition(" ")[2])
    if family is not None and found.credential in ("developer_key", "oauth_only"):
        yield f"  {family.name}: today by {family.instead}"
    if found.note:
        yield f"  note: {found.note}"
    if found.source:
        yield f"  source: {found.source} (how sure: {found.confidence})"
    if found.origin:
        yield f"  rule: {found.origin}"


def _unmatched(found: EndpointMatch) -> Iterator[str]:
    known = (
        "is known with other methods alone" if found.problem == "wrong_method" else "is no endpoint that the rules know"
    )
    yield f"  {known}"
    yield from (f"  nearest: {name}" for name in found.nearest)


def _needs(found: EndpointMatch) -> Iterator[str]:
    if found.question is not None:
        yield f"  question: {found.question}"
        for label, scopes in found.possible[:_MOST]:
            yield f"    {label}: {_text(scopes)}"
        if len(found.possible) > _MOST:
            yield f"    and {len(found.possible) - _MOST} more"
        return
    yield f"  scopes: {_text(found.scopes)} ({found.access})"
    if found.optional:
        yield f"  optional: {', '.join(found.optional)} (it works without; the answer then holds less)"


def _status(found: EndpointMatch) -> Iterator[str]:
    dates = (("sunset", found.sunset), ("unsupported from", found.unsupported_from))
    yield "  status: " + ", ".join([found.status, *(f"{name} {date}" for name, date in dates if date)])
    if found.replacement:
        needs = f", which needs {_text(found.replacement_scopes)}" if found.replacement_scopes else ""
        yield f"  replacement: {found.replacement}{needs}"


def _text(scopes: ScopeRequirement | None) -> str:
    return render(None if scopes is None else tuple(tuple(sorted(option)) for option in scopes))
