"""Credentials that stand in files, and their masks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from migrator.model.text import Source, Span
from migrator.model.vocabulary import SecretPattern, Vocabulary

DEMO = "demo_key"


@lru_cache(maxsize=8)
def _compiled(secrets: tuple[SecretPattern, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((pattern.kind, re.compile(pattern.regex)) for pattern in secrets)


def find(text: str, vocabulary: Vocabulary) -> tuple[tuple[Span, str], ...]:
    """Returns each credential in a text with its kind; where two patterns meet, the first of the rules wins."""
    return _found(text, vocabulary.secrets)


@lru_cache(maxsize=256)
def _found(text: str, secrets: tuple[SecretPattern, ...]) -> tuple[tuple[Span, str], ...]:
    found: list[tuple[Span, str]] = []
    for kind, pattern in _compiled(secrets):
        for match in pattern.finditer(text):
            span = Span(*match.span("secret"))
            if span.start < span.end and not any(span.start < one.end and one.start < span.end for one, _ in found):
                found.append((span, kind))
    return tuple(found)


def preview(secret: str) -> str:
    """Returns what may be shown of a credential: its last four characters, and none of a short one."""
    return f"…{secret[-4:]}" if len(secret) >= 16 else "…"


def mask(text: str, vocabulary: Vocabulary) -> str:
    """Returns a text with each credential in it replaced by its preview."""
    out, start = [], 0
    for span, kind in sorted(find(text, vocabulary)):
        if kind != DEMO:
            out += [text[start : span.start], preview(text[span.start : span.end])]
            start = span.end
    return "".join([*out, text[start:]])


def located(source: Source, vocabulary: Vocabulary) -> Iterator[tuple[Span, str, str]]:
    """Yields the place, kind and preview of each credential in a file."""
    for span, kind in sorted(find(source.text, vocabulary)):
        yield span, kind, preview(source.excerpt(span))
