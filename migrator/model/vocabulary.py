"""The words by which the evaluator knows a credential and a host. The rules fill them in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from migrator.model.text import Span

SHAPELESS = "uuid"
"""The kind of secret whose shape is also that of much else: only its use tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPattern:
    """A regular expression (`re` syntax) for a credential in text; the group named ``secret`` is the credential.

    Whatever it matches ``holds`` this text, in any case: most text does not, and need not be searched.
    """

    kind: str
    regex: str
    holds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the rules say about credentials, hosts and relevance.

    ``needles`` are lower-case words; a file without one of them, in any case, matters only through names it shares
    with one that has. ``key_words`` are the needles whose every occurrence a report must account for.
    ``hosts`` are host names of HubSpot's API; a leading dot means any subdomain, but for ``pages``, which are for
    people. ``placeholders`` are regular expressions for text that stands for a value the reader is to fill in,
    ``names`` for what programs call a key or token, ``addresses`` for hosts of the API in text, and ``settings`` for
    names of settings whose values are secret, whoever's. ``masks`` are further shapes that no output shows, and
    ``paths`` are for the dotted path of a setting that holds a key.
    """

    needles: tuple[str, ...]
    key_words: tuple[str, ...]
    key_parameters: frozenset[str]
    token_parameters: frozenset[str]
    key_headers: frozenset[str]
    hosts: tuple[str, ...]
    pages: frozenset[str] = frozenset()
    secrets: tuple[SecretPattern, ...] = ()
    placeholders: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def named(self, text: str) -> tuple[Span, ...]:
        """Returns each place of a text that names a key or token, in order."""
        return _found(self.names, text)

    def addressed(self, text: str) -> tuple[Span, ...]:
        """Returns each place of a text that names a host of the API."""
        return _found(self.addresses, text)

    def is_key_path(self, path: str) -> bool:
        """Returns whether the dotted path of a setting is that of a key or token."""
        return _meets(self.paths, path)

    def is_secret_name(self, name: str) -> bool:
        """Returns whether nobody should see the value of a setting of this name, whoever's it is."""
        return _meets(self.settings, name)

    def credentials(self, text: str) -> tuple[tuple[str, int, int], ...]:
        """Returns each credential in a text: its kind, start and end. Where two patterns meet, the first wins."""
        found: list[tuple[str, int, int]] = []
        for one in self.secrets:
            for match in re.finditer(one.regex, text):
                start, end = match.span("secret")
                if start < end and not any(start < old and begin < end for _, begin, old in found):
                    found.append((one.kind, start, end))
        return tuple(found)

    def shape(self, text: str) -> str:
        """Returns the kind of credential that a text has the shape of, with its dashes or without; empty for none."""
        dashed = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])) if len(text) == 32 else text
        return next((one.kind for one in self.secrets if re.fullmatch(one.regex, dashed)), "")

    def is_telling(self, word: str) -> bool:
        """Returns whether a file matters for a word in it alone, and is read without being searched for."""
        lowered = word.lower()
        return any(needle in lowered for needle in self.needles)

    def is_own_host(self, host: str) -> bool:
        """Returns whether a host name is one of HubSpot's API."""
        name = host.lower().rstrip(".").partition(":")[0]
        return name not in self.pages and any(
            name == own or (own.startswith(".") and name.endswith(own)) for own in self.hosts
        )

    def grows(self, host: str) -> bool:
        """Returns whether a host name is one of the API's and something more, as a path without its slash makes it."""
        name = host.lower()
        return any(re.search(rf"(?:^|\.){re.escape(own.strip('.'))}[^.:/]", name) for own in self.hosts)


@lru_cache(maxsize=16)
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE) if patterns else None


@lru_cache(maxsize=4096)
def _meets(patterns: tuple[str, ...], text: str) -> bool:
    return any(re.search(one, text) for one in patterns)


def _found(patterns: tuple[str, ...], text: str) -> tuple[Span, ...]:
    pattern = _pattern(patterns)
    return tuple(Span(*found.span()) for found in pattern.finditer(text)) if pattern else ()


def preview(secret: str) -> str:
    """Returns what may be shown of a credential: its last four characters, and none of a short one."""
    return f"…{secret[-4:]}" if len(secret) >= 16 else "…"
