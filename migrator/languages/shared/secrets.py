"""Credential-shaped parts of text literals, told apart without keeping them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from migrator.model.text import Span
from migrator.model.unit import Expr, Join, Lit, Secret
from migrator.model.value import Unknown
from migrator.model.vocabulary import SecretPattern, Vocabulary, preview


def is_kept_secret(found: object) -> bool:
    """Returns whether a value is one that a secret manager keeps: what is read from it is named by it."""
    return isinstance(found, Unknown) and found.origin.how == "secret_manager"


class _Found(NamedTuple):
    """A credential in a text."""

    start: int
    end: int
    kind: str
    secret: str


class Secrets:
    """The credential patterns of a vocabulary, ready to use."""

    __slots__ = ("_names", "_patterns", "_placeholders")

    def __init__(
        self, patterns: tuple[SecretPattern, ...], placeholders: tuple[str, ...], names: frozenset[str]
    ) -> None:
        """Compiles the patterns; *names* are those of query parameters that hold a credential, in lower case."""
        self._patterns = [(pattern.holds, pattern.kind, re.compile(pattern.regex)) for pattern in patterns]
        self._placeholders = [re.compile(regex) for regex in placeholders]
        self._names = tuple(sorted(names))

    def masked(self, span: Span, lits: Sequence[Lit]) -> Expr | None:
        """Returns adjacent literals with each credential in them replaced, None when there is none."""
        text = _text(lits[0]) if len(lits) == 1 else "".join(map(_text, lits))
        found = self._find(text)
        if not found:
            return None
        parts: list[Expr] = []
        base = 0
        for lit in lits:
            parts += _cut(lit, base, found)
            base += len(_text(lit))
        return Join(span, tuple(parts))

    def held(self, name: str, value: Expr) -> Expr:
        """Returns what a variable, keyword or entry of this name is given, a literal credential replaced."""
        if type(value) is not Lit or not isinstance(value.value, (str, bytes)):
            return value
        name = name.lower().replace("-", "_")
        own = next((own for own in self._names if name == own or name.endswith("_" + own)), None)
        if own is None:
            return value
        before = len(own) + 1
        found = [
            _Found(item.start - before, item.end - before, item.kind, item.secret)
            for item in self._find(f"{own}={_text(value)}")
            if item.start >= before
        ]
        return Join(value.span, tuple(_cut(value, 0, found))) if found else value

    def _find(self, text: str) -> Sequence[_Found]:
        """Returns the credentials in a text in order; where two overlap the first pattern wins."""
        found: list[_Found] = []
        if len(text) < _SHORTEST:
            return found
        lowered = text.lower()
        for holds, kind, pattern in self._patterns:
            for match in pattern.finditer(text) if holds in lowered else ():
                start, end = match.span("secret")
                if all(end <= known.start or known.end <= start for known in found) and not self._stands_in(match):
                    found.append(_Found(start, end, kind, match["secret"]))
        return sorted(found)

    def _stands_in(self, match: re.Match[str]) -> bool:
        """Returns whether a match is a placeholder, or the name of a constant or environment variable."""
        secret = match["secret"]
        return bool(_CONSTANT.fullmatch(secret)) or any(pattern.search(secret) for pattern in self._placeholders)


_SHORTEST = 8  # of a text with a credential in it
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


_secrets = lru_cache(maxsize=8)(Secrets)


def secrets_of(vocabulary: Vocabulary) -> Secrets:
    """Returns the compiled patterns of a vocabulary."""
    return _secrets(
        vocabulary.secrets, vocabulary.placeholders, vocabulary.key_parameters | vocabulary.token_parameters
    )


def _text(lit: Lit) -> str:
    if isinstance(lit.value, bytes):
        return lit.value.decode("latin-1")
    return lit.value if isinstance(lit.value, str) else ""


def _cut(lit: Lit, base: int, found: Sequence[_Found]) -> Iterator[Expr]:
    """Yields the parts of one literal that starts at *base* of the joined text in which the credentials were found."""
    text = _text(lit)
    done = 0
    for start, end, kind, secret in found:
        low, high = max(start - base, 0), min(end - base, len(text))
        if low >= high:
            continue
        if done < low:
            yield _piece(lit, text, done, low)
        if start >= base:  # a credential that began in an earlier literal is already there
            yield Secret(_place(lit, low, high), kind, digest(secret), preview(secret))
        done = high
    if done < len(text) or not text:
        yield _piece(lit, text, done, len(text)) if done else lit


def _piece(lit: Lit, text: str, low: int, high: int) -> Lit:
    span = _place(lit, low, high)
    if isinstance(lit.value, bytes):
        return Lit(span, text[low:high].encode("latin-1"))
    return Lit(span, text[low:high], span.start if lit.body >= 0 else -1)


def _place(lit: Lit, low: int, high: int) -> Span:
    return Span(lit.body + low, lit.body + high) if lit.body >= 0 else lit.span


def digest(secret: str) -> str:
    """Returns a digest that tells equal credentials apart and nothing more; the same in every process."""
    return blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=8, key=b"hapikey-migrator").hexdigest()
