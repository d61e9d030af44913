"""The places of a file at which a key or token is named, in any spelling that the rules know."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migrator.findings.analysis import Analysis
from migrator.model.text import Mention, Source, Span

_RECORDED = re.compile(
    r"(^|/)(cassettes?|recordings?|vcr\w*|fixtures?|__snapshots__|mocks?|testdata)/|\.(har|snap)$", re.IGNORECASE
)

_OWN_FILE = re.compile(r'"name":\s*"hapikey-migrator"|(^|/)hapikey-(migrator\.toml|baseline\.json)$', re.IGNORECASE)
_HEAD = 4000
"""How far into a file to look for what makes it a report of this tool."""


def is_own_file(source: Source) -> bool:
    """Returns whether a file is this tool's: its configuration, a baseline, one of its reports."""
    return _OWN_FILE.search(source.path) is not None or _OWN_FILE.search(source.text[:_HEAD]) is not None


def is_recorded(path: str) -> bool:
    """Returns whether a file holds recorded answers, by its path."""
    return _RECORDED.search(path) is not None


def mentioned(study: Analysis, source: Source) -> Iterable[Mention]:
    """Returns each occurrence of a name; a file in no language that is read is text all through.

    In code that is read only the key's parameter is looked for: what its variables hold is evaluated, however called.
    """
    words = study.project.vocabulary
    if language := study.project.language(source.path):
        return language.mentions(source, words.key_words)
    spans = words.named(source.text)
    return [Mention(span, source.excerpt(span).lower(), "text") for span in spans]


def identifier(source: Source, span: Span) -> str:
    """Returns the whole word around an occurrence."""
    start, end = span
    while start > 0 and (source.text[start - 1].isalnum() or source.text[start - 1] == "_"):
        start -= 1
    while end < len(source.text) and (source.text[end].isalnum() or source.text[end] == "_"):
        end += 1
    return source.text[start:end]
