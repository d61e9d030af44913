"""Credentials that stand in files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from migrator.model.call import ApiCall, Carrier
from migrator.model.prefilter import Sieve
from migrator.model.text import Source, Span
from migrator.model.value import Chunk
from migrator.model.vocabulary import SecretPattern, Vocabulary, preview

_NAME = re.compile(r"""(\w+)\W{0,4}[=:]\s*[rbuRBU]{0,2}['"`]$""")
"""What a quoted text is given to: a variable, a keyword or a key of a mapping."""


_GIVEN = re.compile(r"""(\w+)(?:\W{0,4}[=:]|['"`]\s*,|[ \t]+)\s*@?['"`]$""")
"""What a quoted text is given to in any language: also as the second argument of what defines a constant."""
_INNER = re.compile(r"""([\w$-]+)\\?['"`]?\s*(?:=>|[:=])\s*[rbuRBU]{0,2}\\?['"`]$""")
_OUTER = re.compile(r"""(?:['"`\]]?([\w$-]+)['"`\]]*\s*(?:=>|:=|[:=])|([\w:.>$-]+))\s*\w*\s*$""")
"""What a quoted text is given to as an entry, and what the mapping, the list or the call around it is given to."""
_CONTINUED = re.compile(r"(?:[^\n]*,[ \t]*\n)+[ \t]*$")
"""The lines of a statement before its last one, where no bracket tells what belongs together."""
_WORD = re.compile(r"\w+")
_AROUND = 4000
_CLOSED = {")": "(", "]": "[", "}": "{"}
_ANYBODY = re.compile(r"(?i)_*(?:(?:api|access|auth|private|app)_*)*(?:key|token|secret)_*")
"""A name that says that it is a key and not whose."""


@lru_cache(maxsize=8)
def _compiled(secrets: tuple[SecretPattern, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((pattern.kind, re.compile(pattern.regex)) for pattern in secrets)


def find(text: str, vocabulary: Vocabulary) -> tuple[tuple[Span, str], ...]:
    """Returns each credential in a text with its kind; where two patterns meet, the first of the rules wins."""
    return _found(text, vocabulary.secrets)


@lru_cache(maxsize=4096)
def _found(text: str, secrets: tuple[SecretPattern, ...]) -> tuple[tuple[Span, str], ...]:
    found: list[tuple[Span, str]] = []
    sieve = Sieve(text)
    for kind, pattern in _compiled(secrets):
        for match in pattern.finditer(text) if sieve.may_match(pattern.pattern) else ():
            span = Span(*match.span("secret"))
            if span.start < span.end and not any(span.meets(one) for one, _ in found):
                found.append((span, kind))
    return tuple(found)


def located(source: Source, vocabulary: Vocabulary) -> Iterator[tuple[Span, str, str]]:
    """Yields the place, kind and preview of each credential in a file."""
    for span, kind in sorted(find(source.text, vocabulary)):
        yield span, kind, preview(source.excerpt(span))


@lru_cache(maxsize=8)
def _patterns(placeholders: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, placeholders))


def names_key(before: str, vocabulary: Vocabulary) -> bool:
    """Returns whether the text before a literal ends in a name that means a key or token in code about HubSpot."""
    name = _NAME.search(before)
    return name is not None and means_key(name[1], vocabulary)


def means_key(name: str, vocabulary: Vocabulary) -> bool:
    """Returns whether a name, in code that is about HubSpot, means a key or token of HubSpot's."""
    called = f"hubspot_{name}"
    return any(span.end == len(called) for span in vocabulary.named(called))


def is_entry(source: Source, span: Span, vocabulary: Vocabulary) -> bool:
    """Returns whether a literal is an entry of a mapping or call in which, by the names around it, a key stands."""
    text = source.text[max(span.start - _AROUND, 0) : span.start]
    inner = _INNER.search(text)
    if inner is None:
        return False
    path, closed = inner[1], 0
    if vocabulary.is_key_path(path):
        return True
    for at in range(inner.start() - 1, -1, -1):
        if text[at] in _CLOSED:
            closed += 1
        elif text[at] in "([{" and closed:
            closed -= 1
        elif text[at] in "([{":
            outer = _OUTER.search(text, max(at - 120, 0), at)
            path = f"{outer[1] or outer[2]}.{path}" if outer else path
            if vocabulary.is_key_path(path):
                return True
    lines = _CONTINUED.search(text, 0, inner.start())
    return lines is not None and any(vocabulary.is_key_path(f"{word}.{inner[1]}") for word in _WORD.findall(lines[0]))


def is_sent(source: Source, span: Span, vocabulary: Vocabulary) -> bool:
    """Returns whether a literal of code that nothing reads is given to what its file sends as the key, by its name."""
    before = source.before(span.start)
    name = _GIVEN.search(before)
    if name is None:
        return False
    named = any(word in source.text.lower() for word in vocabulary.key_parameters)
    named = named or vocabulary.is_telling(before)
    if not named or _ANYBODY.fullmatch(name[1]):
        return named
    parameters = "|".join(map(re.escape, sorted(vocabulary.key_parameters)))
    sent = rf"\b(?:{parameters})\b(?:['\"`]?[ \t]*[=:,+.&]?>?[ \t]*)?[\W_]{{0,6}}(?:\w+\.)?{re.escape(name[1])}\b"
    return re.search(sent, source.text, re.IGNORECASE) is not None


def is_placeholder(text: str, placeholders: tuple[str, ...]) -> bool:
    """Returns whether a text stands for a value that the reader is to fill in: a credential is long and has digits."""
    letters = set(text.lower()) - set("-_")
    short = len(text) < 8 or len(letters) <= 2 or not any(map(str.isdigit, text))
    return short or any(one.match(text) for one in _patterns(placeholders))


def is_sequence(text: str) -> bool:
    """Returns whether a text only looks like a credential: a digit or letter repeated, or counted up."""
    bare = "".join(char for char in text.lower() if char.isalnum())
    return len(set(bare)) <= 4 or bare[:8] in "0123456789abcdef0123456789"


def written(calls: Iterable[ApiCall], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Returns the credentials of requests that stand in the code as literals, the longest first."""
    texts = {
        piece.text
        for call in calls
        for auth in call.auth
        for piece in (auth.value.pieces if auth.value and auth.carrier is not Carrier.OTHER else ())
        if isinstance(piece, Chunk) and not is_placeholder(piece.text, vocabulary.placeholders)
    }
    return tuple(sorted(texts, key=lambda text: (-len(text), text)))


def widened(vocabulary: Vocabulary, texts: tuple[str, ...]) -> Vocabulary:
    """Returns a vocabulary by which these texts are credentials too."""
    if not texts:
        return vocabulary
    own = (SecretPattern(kind="api_key", regex=f"(?P<secret>{re.escape(text)})") for text in texts)
    return replace(vocabulary, secrets=(*vocabulary.secrets, *own))
