"""Addresses of requests that get a token: ``http://`` becomes ``https://`` where the address is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from migrator.model.call import ApiCall
from migrator.model.draft import Draft, KeyEntry
from migrator.model.edit import Edit, edited
from migrator.model.text import Location, Source, Span

ENCRYPTED = "https"
"""What the edits of this module write."""
_PLAIN = re.compile(r"http(?=://)", re.IGNORECASE)


def with_https(draft: Draft, entries: Sequence[KeyEntry], sources: Mapping[str, Source]) -> Draft:
    """Returns a draft with the edits that encrypt its requests, as it is where one of their addresses is not found."""
    plain = [call for entry in entries for call in entry.calls if call.scheme == "http" and call.own]
    if draft.problem is not None or not plain:
        return draft
    edits = [_edit(call, sources) for call in plain]
    found = tuple(dict.fromkeys((*draft.encrypting, *(edit for edit in edits if edit is not None))))
    return replace(draft, encrypting=found) if draft.encrypting or None not in edits else draft


def _edit(call: ApiCall, sources: Mapping[str, Source]) -> Edit | None:
    places = [step.location for step in call.trace if step.role == "url" and step.location.path in sources]
    found = [(place, match) for place in places if (match := _written(sources[place.path], place)) is not None]
    if len(found) != 1:
        return None
    [(place, span)] = found
    return edited(sources[place.path], span, ENCRYPTED)


def _written(source: Source, place: Location) -> Span | None:
    found = _PLAIN.search(source.text, place.span.start, place.span.end)
    return Span(found.start(), found.end()) if found is not None else None
