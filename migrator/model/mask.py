"""What no output may show, and what it shows instead. Masking is not finding: it asks for shapes, whatever they are.

A value is hidden when it has the shape of a key or token, when it is known to be a credential, or when it is that of a
setting with a secret name; in whatever encoding it stands. Names and expressions are never hidden.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache
from itertools import chain
from typing import Any, TypeVar
from urllib.parse import quote

from migrator.model.prefilter import Sieve
from migrator.model.vocabulary import Vocabulary, preview

DEMO = "demo_key"
_RUN = 12
"""How many characters in a row of a known credential are hidden, wherever they stand."""
_DEPTH = 2
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{22,}={0,2}")
_LONGEST = 100_000
"""How long Base64 may be that is looked into."""
_ODD = re.compile(r"[^A-Za-z0-9]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z_]*\d{0,2}(?:[._][A-Za-z_]+\d{0,2})*")
_QUERY = re.compile(r"""(?:[?&;'"`]|%(?:25)*(?:3f|26)|&amp;|\\u0026)[\w-]*$""", re.IGNORECASE)
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_REFERENCE = re.compile(r"^[$<{!@%]|\$\{|\{\{|^(?:true|false|null|none|yes|no|on|off)$|^[\d.,:]*$", re.IGNORECASE)
_SETTING = re.compile(
    r"""(?P<name>[A-Za-z_][\w.-]*)["']?[ \t]*(?:=>|[:=])[ \t]*(?P<value>"[^"\r\n]*"|'[^'\r\n]*'|[^\s,;}\]]+)"""
)
_OPTION = re.compile(
    r"""(?<![\w-])--?(?P<name>[A-Za-z][\w-]*)["']?,?[ \t]+(?P<value>"[^"\r\n]*"|'[^'\r\n]*'|[^\s,;}\]-][^\s,;}\]]*)"""
)
_RANDOM = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[A-Za-z0-9+/_=-]{20,}")
_MARGIN = 20
"""How many lines are masked with those that are shown, on either side."""
_UNREAD = re.compile(r"[A-Za-z0-9+/=]{5000,}")
_T = TypeVar("_T")


def brief(text: str) -> str:
    """Returns a text with runs cut that nobody reads, as of a picture in a notebook; each line stays one."""
    return _UNREAD.sub(lambda run: f"{run[0][:40]}[and {len(run[0]) - 40:,} characters more]", text)


def shown_lines(lines: Sequence[str], wanted: Iterable[tuple[int, int]], mask: Callable[[str], str]) -> dict[int, str]:
    """Returns the lines in some ranges as they may be shown, by their index; and what lies around them.

    A credential may span lines, so these are masked with what lies around; one by one where they are others then.
    """
    shown: dict[int, str] = {}
    around = ((max(first - _MARGIN, 0), min(last + _MARGIN, len(lines))) for first, last in wanted)
    for start, stop in _merged(around):
        own = [brief(line) for line in lines[start:stop]]
        masked = mask("\n".join(own)).split("\n")
        shown |= zip(range(start, stop), masked if len(masked) == len(own) else map(mask, own), strict=True)
    return shown


class Mask:
    """Hides credentials in text. Calling it returns the text as it may be shown."""

    def __init__(self, vocabulary: Vocabulary, known: Iterable[str] = ()) -> None:
        """Takes the shapes that the rules know, and values that are known to be credentials."""
        self._secrets = tuple((one.kind, one.regex) for one in vocabulary.secrets)
        self._masks = vocabulary.masks
        self._placeholders = vocabulary.placeholders
        self._settings = (*vocabulary.settings, *(f"(?:{name})$" for name in vocabulary.names))
        self._known = tuple(sorted({form for one in known for form in _forms(one)}, key=_longest))

    def __call__(self, text: str) -> str:
        """Returns a text with each credential in it replaced by its preview."""
        return _hidden(text, self._spans(text, _DEPTH))

    def joined(self, others: Iterable[Mask]) -> Mask:
        """Returns a mask that hides what others know to be credentials too."""
        made = copy(self)
        made._known = tuple(sorted({*self._known, *(one for other in others for one in other._known)}, key=_longest))
        return made

    def settings(self, text: str, spans: Iterable[tuple[int, int]] = ()) -> str:
        """Returns the text of a configuration file, the values of secret settings hidden too, and those at *spans*."""
        return _hidden(text, [*self._spans(text, _DEPTH), *self._values(text), *spans])

    def over(self, item: _T) -> _T:
        """Returns a value made of dataclasses, tuples and mappings with every text in it as it may be shown.

        A field called ``path`` keeps the shape of its name, or nobody could open the file.
        """
        made: _T = self._over(item, "", cache(self))  # a report says the same many times
        return made

    def _over(self, one: Any, name: str, shown: Callable[[str], str]) -> Any:
        if isinstance(one, str):
            text = _hidden(one, self._pieces(one)) if name in _PLACES else shown(one)
            return one if text == one else text
        if is_dataclass(one) and not isinstance(one, type):
            new = {}
            for part in fields(one):
                old = getattr(one, part.name)
                if old is not (clean := self._over(old, part.name, shown)):
                    new[part.name] = clean
            return replace(one, **new) if new else one
        if isinstance(one, tuple):
            clean = tuple(self._over(part, name, shown) for part in one)
            return one if all(a is b for a, b in zip(one, clean, strict=True)) else clean
        if isinstance(one, dict):
            return {self._over(key, name, shown): self._over(value, name, shown) for key, value in one.items()}
        return one

    def _spans(self, text: str, depth: int) -> list[tuple[int, int]]:
        if len(text) < _SHORTEST:
            return []
        found = [*self._pieces(text), *self._shapes(text)]
        return [*found, *self._encoded(text, depth)] if depth else found

    def _shapes(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields what looks like a credential."""
        kept: list[tuple[int, int]] = []
        sieve = Sieve(text)
        for kind, regex in self._secrets:
            for found in _matches(regex, text, sieve):
                start, end = found.span("secret")
                if kind == DEMO:
                    kept.append((start, end))
                elif not self._stands_in(text, found) and not any(a < end and start < b for a, b in kept):
                    yield start, end
        for regex in self._masks:
            for found in _matches(regex, text, sieve):
                start, end = found.span("secret")
                if not any(a < end and start < b for a, b in kept) and not self._is_placeholder(found["secret"]):
                    yield start, end

    def _stands_in(self, text: str, found: re.Match[str]) -> bool:
        """Whether a match is no value: a placeholder, or the name that code gives to a keyword."""
        secret = found["secret"]
        if self._is_placeholder(secret):
            return True
        before = text[max(found.start() - 24, 0) : found.start()]
        keyword = found.start() < found.start("secret") and text[found.start("secret") - 1] == "="
        return keyword and bool(_NAME.fullmatch(secret)) and not _QUERY.search(before)

    def _is_placeholder(self, secret: str) -> bool:
        return bool(_CONSTANT.fullmatch(secret)) or any(_compiled(one).search(secret) for one in self._placeholders)

    def _pieces(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields where known credentials stand, also in part."""
        for known in self._known:
            at = 0
            while found := _runs(known).search(text, at):
                at = _shared(text, found.start(), known, found[0])
                yield found.start(), at

    def _encoded(self, text: str, depth: int) -> Iterator[tuple[int, int]]:
        """Yields what is Base64 of a text with a credential in it, whatever it runs into."""
        for found in _ENCODED.finditer(text):
            if len(found[0]) <= _LONGEST and any(self._spans(one, depth - 1) for one in _decoded(found[0])):
                yield found.span()

    def _values(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields the values of settings that are called something secret, or that look like chance."""
        for found in chain(_SETTING.finditer(text), _OPTION.finditer(text)):
            value = found["value"].strip("\"'")
            start = found.start("value") + found["value"].find(value)
            if len(value) < _SHORT or _REFERENCE.search(value) or self._is_placeholder(value):
                continue
            if any(_compiled(one).search(found["name"]) for one in self._settings) or _RANDOM.fullmatch(value):
                yield start, start + len(value)


_SHORTEST = 8
_SHORT = 4
_PLACES = frozenset({"path"})


def _longest(text: str) -> tuple[int, str]:
    return -len(text), text


@lru_cache(maxsize=256)
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex, re.IGNORECASE)


def _matches(regex: str, text: str, sieve: Sieve) -> Iterable[re.Match[str]]:
    """Returns the matches in a text, which is not searched where its sieve tells that there is none."""
    return _compiled(regex).finditer(text) if sieve.may_match(regex) else ()


def _forms(text: str) -> Iterator[str]:
    """Yields a credential as it is written in different places."""
    yield from (text, quote(text, safe=""), quote(quote(text, safe=""), safe=""), json.dumps(text)[1:-1])
    for form in ("%{:02X}", "%25{:02X}", "\\u{:04x}", "&#{};", "&#x{:x};"):
        yield _ODD.sub(lambda found, form=form: form.format(ord(found[0])), text)  # type: ignore[misc]
    yield from (html.escape(text), text.replace("-", ""))


@lru_cache(maxsize=1024)
def _runs(known: str) -> re.Pattern[str]:
    """Returns what matches any run of a known text that is too long to be shown."""
    size = min(_RUN, len(known))
    return re.compile("|".join(re.escape(known[at : at + size]) for at in range(len(known) - size + 1)))


def _shared(text: str, at: int, known: str, found: str) -> int:
    """Returns the end of what two texts have in common, from where *found* stands in both."""
    start = known.find(found)
    size = len(found)
    while start + size < len(known) and text[at + size : at + size + 1] == known[start + size]:
        size += 1
    return at + size


def _decoded(text: str) -> Iterator[str]:
    """Yields what a text is Base64 of, beginning at each of its first characters: others may stand before it."""
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(4):
        part = bare[start:-1] if (len(bare) - start) % 4 == 1 else bare[start:]
        yield base64.b64decode(part + "=" * (-len(part) % 4)).decode("latin-1")


def _hidden(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Returns a text with these places hidden, those that meet as one."""
    out: list[str] = []
    done = 0
    for start, end in _merged(spans):
        out += [text[done:start], preview(text[start:end])]
        done = end
    return "".join([*out, text[done:]]) if done else text


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    held: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if held is not None and start < held[1]:
            held = held[0], max(held[1], end)
            continue
        if held is not None:
            yield held
        held = start, end
    if held is not None:
        yield held
