"""Suppressing comments, in whatever a file's language makes a comment."""

from __future__ import annotations

import re

from migrator.languages.python.language import PYTHON
from migrator.languages.python.lexical import suppressions as in_python
from migrator.model.text import Source, Span, Suppression

_COMMENT = re.compile(r"(?:#|//|--|;|%|<!--|/\*)[ \t]*hapikey:[ \t]*ignore\[([^\]\r\n]*)\][ \t]*([^\r\n]*)")


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """Returns the comments ``hapikey: ignore[CODE, ...] reason`` of a file in order."""
    if source.path.endswith(PYTHON.suffixes):
        return in_python(source)
    return tuple(_suppression(source, match) for match in _COMMENT.finditer(source.text))


def _suppression(source: Source, match: re.Match[str]) -> Suppression:
    codes = (item.strip() for item in match[1].split(","))
    line = source.position(match.start()).line
    return Suppression(Span(*match.span()), line, tuple(filter(None, codes)), match[2].strip())
