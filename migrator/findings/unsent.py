"""Addresses of the API in scripts, for which no request was read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrator.findings.analysis import Analysis
from migrator.findings.gaps import Question
from migrator.model.text import Location, Source, Span
from migrator.model.written import Reading

_SCRIPTS = frozenset({"script", "schedule"})
_COMMENT = re.compile(r"^\s*(?:#|::|(?i:rem)\b|<#|\*)|\s#\s")
_SAYS = re.compile(r"(?:^|[;&|({]|\b(?:do|then|else))\s*(?:@?echo|printf|(?i:write-\w+))\b[^|]*$")
"""What comes before a text that is printed and goes nowhere."""
_QUESTION = "an address of HubSpot's API stands here, and no request was found that uses it"


def unsent(study: Analysis, source: Source, reading: Reading) -> Iterator[Question]:
    """Yields a question for the first address of a script of which no request that was read is made."""
    if reading.family not in _SCRIPTS:
        return
    for span in study.project.vocabulary.addressed(source.text):
        if not _is_explained(source, reading, span):
            yield Question("unexplained_place", Location(source.path, span), _QUESTION)
            return


def _is_explained(source: Source, reading: Reading, span: Span) -> bool:
    start = source.text.rfind("\n", 0, span.start) + 1
    before = source.text[start : span.start]
    if _COMMENT.search(before) or _SAYS.search(before) or any(one.at.contains(span) for one in reading.requests):
        return True
    named = [one for one in reading.settings if one.at.contains(span)]
    if not named:
        return False
    name = re.compile(rf"(?<![\w]){re.escape(named[0].name)}(?!\w)", re.IGNORECASE)
    if len(name.findall(source.text)) == 1:
        return True  # what it is exported to reads it
    urls = (step.location.span for one in reading.requests for step in one.call.trace if step.role == "url")
    return any(name.search(source.excerpt(span)) for span in (*(one.at for one in reading.requests), *urls))
