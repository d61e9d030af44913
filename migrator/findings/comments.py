"""Suppressing comments, in whatever a file's language makes a comment."""

from __future__ import annotations

import re

from migrator.languages.registry import language_in
from migrator.languages.shared.text_search import suppressions_in
from migrator.model.text import Source, Span, Suppression, line_starts

_OPENED = r"#|//|--|;|%|<!--|/\*"


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """Returns the comments ``hapikey: ignore[CODE, ...] reason`` of a file in order."""
    language, whole = language_in(source), Span(0, len(source.text))
    found = language.suppressions(source) if language is not None else suppressions_in(source, [whole], _OPENED)
    return tuple(one._replace(following=_following(source, one.line)) for one in found)


_REMARK = re.compile(r"[ \t]*(?:$|[\r\n]|#|//|/\*|\*|--|;|%|<!--)")
"""What a line begins with that is blank or holds nothing but a comment."""


def _following(source: Source, number: int) -> int:
    """Returns the next line with code behind one that holds nothing but a comment, 0 for any other line."""
    text, starts = source.content, line_starts(source.content)
    if not _REMARK.match(text, starts[number - 1]):
        return 0
    return next((place + 1 for place in range(number, len(starts)) if not _REMARK.match(text, starts[place])), 0)
