"""Suppressing comments, in whatever a file's language makes a comment."""

from __future__ import annotations

import re

from migrator.languages.registry import language_in
from migrator.model.text import Source, Span, Suppression, line_starts

_COMMENT = re.compile(r"(?:#|//|--|;|%|<!--|/\*)[ \t]*hapikey:[ \t]*ignore\[([^\]\r\n]*)\][ \t]*([^\r\n]*)")


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """Returns the comments ``hapikey: ignore[CODE, ...] reason`` of a file in order."""
    language = language_in(source)
    if language is not None:
        found = language.suppressions(source)
    else:
        found = tuple(_suppression(source, match) for match in _COMMENT.finditer(source.text))
    return tuple(one._replace(following=_following(source, one.line)) for one in found)


_REMARK = re.compile(r"[ \t]*(?:$|[\r\n]|#|//|/\*|\*|--|;|%|<!--)")
"""What a line begins with that is blank or holds nothing but a comment."""


def _following(source: Source, number: int) -> int:
    """Returns the next line with code behind one that holds nothing but a comment, 0 for any other line."""
    text, starts = source.content, line_starts(source.content)
    if not _REMARK.match(text, starts[number - 1]):
        return 0
    return next((place + 1 for place in range(number, len(starts)) if not _REMARK.match(text, starts[place])), 0)


def _suppression(source: Source, match: re.Match[str]) -> Suppression:
    codes = (item.strip() for item in match[1].split(","))
    line = source.position(match.start()).line
    return Suppression(Span(*match.span()), line, tuple(filter(None, codes)), match[2].strip())
