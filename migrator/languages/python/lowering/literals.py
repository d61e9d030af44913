"""String literals: what they say, and where it stands in the source."""

from __future__ import annotations

import re
import unicodedata

from migrator.model.text import Span
from migrator.model.unit import Lit

_QUOTED = re.compile(r"([a-zA-Z]*)('''|\"\"\"|'|\")", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^{}]*\}|.)|\r\n?", re.DOTALL
)
_BYTES_ESCAPE = re.compile(r"\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|.)|\r\n?", re.DOTALL)
_SIMPLE = {
    "\n": "", "\r\n": "", "\r": "", "\\": "\\", "'": "'", '"': '"',
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip


def text_literal(word: str, span: Span) -> Lit:
    """Returns the string or bytes literal written as *word* at *span*."""
    if "\\" not in word and "\r" not in word and word[0] == word[-1] and word[0] in "'\"" and len(word) > 1:
        size = 3 if word[:3] == 3 * word[0] and len(word) > 5 else 1
        return Lit(span, word[size:-size], span.start + size)
    quoted = _QUOTED.match(word)
    prefix, quote = quoted.groups() if quoted else ("", "")
    raw = word[len(prefix) + len(quote) : len(word) - len(quote)]
    body = span.start + len(prefix) + len(quote)
    prefix = prefix.lower()
    plain = "\r" not in raw and ("r" in prefix or "\\" not in raw)
    value = raw if plain else cook(raw, prefix)
    if "b" in prefix:
        return Lit(span, value.encode("latin-1", "replace"))
    return Lit(span, value, body if plain else -1)


def cook(raw: str, prefix: str) -> str:
    """Returns the text that the inside of a literal with this lower-case prefix stands for."""
    if "r" in prefix:
        return raw.replace("\r\n", "\n").replace("\r", "\n")
    return (_BYTES_ESCAPE if "b" in prefix else _ESCAPE).sub(_unescape, raw)


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code is None:
        return "\n"
    if code in _SIMPLE:
        return _SIMPLE[code]
    try:
        if code[0] in "01234567":
            return chr(int(code, 8))
        if code[0] in "xuU" and len(code) > 1:
            return chr(int(code[1:], 16))
        if code[0] == "N" and len(code) > 1:
            return unicodedata.lookup(code[2:-1])
    except (KeyError, ValueError, OverflowError):
        pass  # Python rejects the file; the text is kept as written
    return found[0]
