"""Retired scopes that code or an authorization URL asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.catalog.facts import Facts
from migrator.findings.analysis import Analysis, Note
from migrator.model.text import Location, Source, Span

_ASKED = re.compile(
    r"""(?ix)(?:[?&](?:optional_)?scopes?=(?P<url>[^&"'\s]+)
    |scopes?["']?\s*[:=]\s*(?:[\[\(\{](?P<list>[^\])}]{0,4000})[\])}]|["'](?P<text>[^"'\n]{0,2000})["']))"""
)
_NAME = re.compile(r"[A-Za-z][\w.\-]*")
_SEPARATOR = re.compile(r"%20|%2C|\+", re.IGNORECASE)
_OWN = re.compile(r"hubspot|hubapi", re.IGNORECASE)


def retired_scopes(study: Analysis, facts: Facts) -> Iterator[Note]:
    """Yields a note for each name of a retired scope where scopes are asked for."""
    for source in study.texts:
        if not _OWN.search(source.text) or study.project.is_test(source.path):
            continue
        for span in _names(source):
            scope = facts.scope(source.excerpt(span))
            if scope is not None and scope.retired is not None:
                known = scope.retired
                names = (
                    f"{', '.join(known.scopes)} took over what it covered" if known.scopes else "nothing replaces it"
                )
                instead = known.instead.rstrip(".") or names
                yield Note(
                    kind="legacy_scope",
                    at=Location(source.path, span),
                    fields={"scope": scope.name, "replacement": instead},
                    manual="The old name does not tell which scopes the calls need.",
                )


def _names(source: Source) -> Iterator[Span]:
    """Yields the place of each name in a list of scopes."""
    for match in _ASKED.finditer(source.text):
        for group in ("url", "list", "text"):
            if match[group] is None:
                continue
            separated = _SEPARATOR.sub(lambda hit: " " * len(hit[0]), match[group])
            for name in _NAME.finditer(separated):
                start = match.start(group)
                yield Span(start + name.start(), start + name.end())
