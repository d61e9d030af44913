"""Suppressing comments, in whatever a file's language makes a comment."""

from __future__ import annotations

import re

from migrator.languages.registry import language_in
from migrator.model.text import Source, Span, Suppression

_COMMENT = re.compile(r"(?:#|//|--|;|%|<!--|/\*)[ \t]*hapikey:[ \t]*ignore\[([^\]\r\n]*)\][ \t]*([^\r\n]*)")


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """Returns the comments ``hapikey: ignore[CODE, ...] reason`` of a file in order."""
    language = language_in(source)
    if language is not None:
        return language.suppressions(source)
    return tuple(_suppression(source, match) for match in _COMMENT.finditer(source.text))


def _suppression(source: Source, match: re.Match[str]) -> Suppression:
    codes = (item.strip() for item in match[1].split(","))
    line = source.position(match.start()).line
    return Suppression(Span(*match.span()), line, tuple(filter(None, codes)), match[2].strip())
