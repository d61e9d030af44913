"""One regular expression for many words, which searches as fast as for a few of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from os.path import commonprefix


def word_pattern(words: Iterable[str]) -> bytes:
    """Returns what matches any of the words as a whole one, in the syntax that Python and PCRE share."""
    choice = _choice(sorted({word.encode() for word in words}))
    return rb"(?<![0-9A-Za-z_])(?:" + choice + rb")(?![0-9A-Za-z_])"


def _choice(words: Sequence[bytes]) -> bytes:
    """Returns an alternation of sorted words, in which what several begin with is written once."""
    shared = len(commonprefix(words))  # noqa: RUF071 - it is characters that are compared, not paths
    rests = [word[shared:] for word in words]
    branches = [_choice(list(group)) for start, group in groupby(rests, lambda rest: rest[:1]) if start]
    tail = rb"(?:" + b"|".join(branches) + rb")" if branches else b""
    return re.escape(words[0][:shared]) + (tail + b"?" if tail and not rests[0] else tail)
