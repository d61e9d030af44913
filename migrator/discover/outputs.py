"""What the cells of a notebook gave: pictures and tables, which make a large file of a small program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from migrator.model.text import Span

MARK = b'"nbformat"'
"""What every notebook holds, and little else."""
_HELD = re.compile(r'(?<!\\)"(?:outputs|attachments|widgets)"\s*:\s*(?=[\[{])')
_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)"|[\[\]{}]', re.DOTALL)
_LONG = 10_000
"""How long a text is that is left out by itself: beside a line that names a key, the line after it can be the key."""


def silent(text: str, words: Sequence[str]) -> Iterator[Span]:
    """Yields the parts of a notebook that no program is in and none of the *words* (in lower case), in order.

    What is left when they are taken out is a notebook still.
    """
    at = 0
    while found := _HELD.search(text, at):
        start, texts = found.end(), []
        depth = 0
        for token in _TOKEN.finditer(text, start):
            if token[1] is not None:
                texts.append(Span(*token.span(1)))
            else:
                depth += 1 if token[0] in "[{" else -1
                if depth == 0:
                    at = token.end()
                    break
        else:
            return  # it is broken off
        if not _tells(text[start:at], words):
            yield Span(start + 1, at - 1)
        else:
            long = (one for one in texts if one.end - one.start > _LONG)
            yield from (one for one in long if not _tells(text[one.start : one.end], words))


def _tells(text: str, words: Sequence[str]) -> bool:
    text = text.lower()
    return any(word in text for word in words)


def size_without(text: str, words: Sequence[str]) -> int:
    """Returns how long a notebook is without what `silent` yields."""
    return len(text) - sum(part.end - part.start for part in silent(text, words))
