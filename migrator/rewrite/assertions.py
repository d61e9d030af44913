"""Finds what a project's tests say of the key in the query, and takes it out of plain URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migrator.model.edit import Change, Safety, edited
from migrator.model.text import Location, Mention, Source, Span

KIND = "update_test"
_HAND = "This test expects the key in the query, which the changed program no longer sends."
_EDIT = "A URL in this test contains the key. Apply this together with the change of the program."
_ADVICE = "Expect the header `Authorization: Bearer` instead of the parameter."


def assertions(source: Source, mentioned: Sequence[Mention], told: Sequence[Span]) -> Iterator[Change]:
    """Yields the changes that a test file needs, as far as no other change speaks of the place (``told``).

    One change takes the key out of all plain URLs of the file; each other place in a string is left to a person.
    """
    free = [m for m in mentioned if m.context == "string" and not any(span.contains(m.span) for span in told)]
    places = {mention: _parameter(source.text, mention) for mention in free}
    edits = tuple(edited(source, cut, text) for cut, text in filter(None, places.values()))
    if edits:
        at = Location(source.path, edits[0].span)
        yield Change(id=f"test-{source.path}", kind=KIND, safety=Safety.UNSAFE, edits=edits, at=at, reason=_EDIT)
    for number, mention in enumerate(m for m, found in places.items() if found is None):
        yield Change(
            id=f"test-{source.path}-{number}",
            kind=KIND,
            safety=Safety.MANUAL,
            edits=(),
            at=Location(source.path, mention.span),
            reason=_HAND,
            advice=_ADVICE,
        )


def _parameter(text: str, mention: Mention) -> tuple[Span, str] | None:
    """Returns the parameter in a URL that is written out, and what takes its place; None for any other text."""
    found = re.compile(r"=[\w.~%-]+(?P<more>&?)(?=[&\w%.~\[\]=+-]*(?:['\"#\s]))").match(text, mention.span.end)
    before = text[mention.span.start - 1]
    opening = re.compile(r"https?://[^\s'\"{}]*$").search(text, 0, mention.span.start)
    if found is None or before not in "?&" or opening is None:
        return None
    if before == "?" and found["more"]:
        return Span(mention.span.start, found.end()), ""
    return Span(mention.span.start - 1, found.start("more")), ""
