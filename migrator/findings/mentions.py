"""The places of a file at which a key or token is named, in any spelling that the rules know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrator.catalog.languages import KnownLanguage
from migrator.findings.analysis import Analysis
from migrator.model.text import Mention, Source, Span, word_around

_RECORDED = re.compile(
    r"(^|/)(cassettes?|recordings?|vcr\w*|fixtures?|__snapshots__|mocks?|testdata)/|\.(har|snap)$", re.IGNORECASE
)
_COMMENT = re.compile(r"^\s*(?:#|::|(?i:rem)\b|<#|\*(?!/|\s+[\d*]))|\s#\s")
"""What comes before a comment of a script; a star is no such thing where it is a time of a schedule."""
_SAYS = re.compile(r"(?:^|[;&|({'\"]|[-:]\s|\b(?:do|then|else|RUN))\s*(?:@?echo|printf|(?i:write-\w+))\b[^|]*$")
"""What comes before a text that is printed."""

_DECLARES = re.compile(
    r"(?:(?i:\b(?:create|drop|alter|rename|add|remove|change|has)_?(?:table|columns?|index|collection|constraint)\w*)"
    r"|\bSchema::\w+|\b(?:[a-z]+T|T)able|\b(?:Entity|Column|ForeignKey)"
    r"|\b(?:t|table)(?:\.|->)(?:string|text|var\w+|binary|json\w*|column|references|index))(?:\(|\b)[^()\n]*$"
)
"""What comes before the name of a table or column that is declared; what it will hold is another matter."""
_HIDES = re.compile(
    r"(?i)(?:filter_?param|redact|sanitiz|scrub|censor|mask)\w*\s*(?:\+?=>?|:|\()?\s*[\[{]?(?:[\w\s:,\"'/]|%i\[)*$"
)
"""What comes before a name in a list of those whose values no log may show."""
_ITEM = re.compile(r"[\"']?\s*(?:[,\])}]|$)", re.MULTILINE)
_OWN_FILE = re.compile(r'"name":\s*"hapikey-migrator"|(^|/)hapikey-(migrator\.toml|baseline\.json)$', re.IGNORECASE)
_OWN_NAME = re.compile(r"hapikey[-_ ]migrator|\bhapikey\s*:\s*ignore\b|tool\.hapikey|hapikey-migrator\.toml", re.I)
_NEAR = 400
_HEAD = 4000
"""How far into a file to look for what makes it a report of this tool."""


def is_own_file(source: Source) -> bool:
    """Returns whether a file is this tool's: its configuration, a baseline, one of its reports."""
    return _OWN_FILE.search(source.path) is not None or _OWN_FILE.search(source.text[:_HEAD]) is not None


def is_own_name(source: Source, span: Span) -> bool:
    """Returns whether a place is about this tool: its name, its configuration, one of its reports."""
    if is_own_file(source):
        return True
    start = max(span.start - 24, 0)
    window = source.text[start : span.end + 24]
    return any(m.start() <= span.start - start < m.end() for m in _OWN_NAME.finditer(window))


def is_recorded(path: str) -> bool:
    """Returns whether a file holds recorded answers, by its path."""
    return _RECORDED.search(path) is not None


def mentioned(study: Analysis, source: Source) -> Iterable[Mention]:
    """Returns each occurrence of a name; a file in no language that is read is text all through.

    In code that is read only the key's parameter is looked for: what its variables hold is evaluated, however called.
    """
    words = study.project.vocabulary
    if study.project.language(source.path) is not None:
        return placed(study, source, words.key_words)
    spans = words.named(source.text)
    return [Mention(span, source.excerpt(span).lower(), "text") for span in spans]


def placed(study: Analysis, source: Source, words: tuple[str, ...]) -> Iterator[Mention]:
    """Yields each occurrence of the words in a program; the commands that a notebook runs are code, not comments."""
    language = study.project.language(source.path)
    runs = source.embedded.commands if source.embedded is not None else ()
    for one in language.mentions(source, words) if language is not None and words else ():
        pieces = (piece for run in runs for piece in run if piece.contains(one.span))
        is_run = any(not is_said(source.text[piece.start : one.span.start]) for piece in pieces)
        yield one._replace(context="code") if is_run else one


def is_said(before: str) -> bool:
    """Returns whether what stands behind a part of a line of a script is a comment, or printed and goes nowhere."""
    return is_comment(before) or _SAYS.search(before) is not None


def is_comment(before: str) -> bool:
    """Returns whether what stands behind a part of a line of a script is a comment."""
    return _COMMENT.search(before) is not None


def is_declared(source: Source, span: Span) -> bool:
    """Returns whether a name is that of a table or a column where a program or a migration lays a database out."""
    start = max(source.text.rfind("\n", 0, span.start) + 1, span.start - _NEAR)
    return _DECLARES.search(source.text[start : span.start]) is not None


def is_hidden(source: Source, span: Span) -> bool:
    """Returns whether a name is one of a list of those whose values are left out of what is logged."""
    before = source.text[max(span.start - _NEAR, 0) : span.start]
    return _ITEM.match(source.text, span.end) is not None and _HIDES.search(before) is not None


def in_unread(source: Source, span: Span, language: KnownLanguage) -> str:
    """Returns the kind of end that a name has in code that nothing reads."""
    if language.is_comment(source.before(span.start)):
        return "doc_mention"
    return "idle_mention" if is_hidden(source, span) else "unread"


def identifier(source: Source, span: Span) -> str:
    """Returns the whole word around an occurrence."""
    return word_around(source.text, span)
