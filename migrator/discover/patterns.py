"""Patterns as a ``.gitignore`` has them, matched in a time that no pattern and no file name can drive up."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_STAR = "[^/]*"  # how `pathspec` writes a star
_LONGEST = 1000
_MOST_FOLDERS = 3
"""How many ``**`` a pattern may have: the time grows with the depth of a path to the power of their number."""


def ignore_spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """Returns what the lines choose. One that is no pattern, or that no person writes, chooses nothing."""
    from pathspec import GitIgnoreSpec  # a git work tree does without

    return GitIgnoreSpec([pattern for line in lines for pattern in _patterns(line)])


def is_pattern(line: str) -> bool:
    """Returns whether a line is a pattern, short and with few enough ``**`` to be matched against any path."""
    return bool(_patterns(line))


def _patterns(line: str) -> Sequence[GitIgnoreSpecPattern]:
    from pathspec import GitIgnoreSpec

    if len(line) > _LONGEST or line.count("**") > _MOST_FOLDERS:
        return ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what `re` thinks of a set in the pattern
        try:
            patterns = list(GitIgnoreSpec.from_lines([line]).patterns)
        except (ValueError, re.error):
            return ()
        for pattern in patterns:
            found = pattern.regex
            if found is not None and found.pattern.count(_STAR) > 1:
                pattern.regex = re.compile(_settled(found.pattern), found.flags)
    return patterns


def _settled(regex: str) -> str:
    """Returns the expression without a second try for a star that is followed by another in the same folder.

    The earliest place at which the text between two stars stands leaves the most for what follows, so no later one can
    match where it does not.
    """
    first, *middle, last = regex.split(_STAR)
    return first + "".join(map(_once, middle)) + _STAR + last


def _once(text: str) -> str:
    within = "(" not in text and "/" not in text.replace("[^/]", "")
    return f"(?>{_STAR}?{text})" if within else _STAR + text
