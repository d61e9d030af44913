"""A changed file, lowered again in part, is what it is when it is lowered as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from migrator.catalog.vocabulary import vocabulary
from migrator.languages.python.language import PYTHON
from migrator.model.text import Source, Span
from migrator.model.unit import Unit

TEXT = """\
'''Title.'''

import os

KEY = "abc"  # about it


@decorated
def f(x, *, y=1.5, **z):
    a = f"{x!r:>{y}} text" "more"
    return {**z, "k": [a, -x, lambda: None][1:2]}


class C(Base, metaclass=M):
    b: int = 3; c = b"\\x00"

    async def g(self):
        match self:
            case {"k": C(b=1) as d}:
                await d.k("http://example.org/?a=" + KEY)


for i in range(3): f(i)
f(1)
f(1)
"""


def lowered(text: str) -> Unit:
    return PYTHON.lower(Source(path="a.py", text=text), vocabulary())


def plain(node: Any) -> Any:
    """Returns a node as nested tuples, which compare by what they hold."""
    if isinstance(node, Span):
        return tuple(node)
    if isinstance(node, tuple):
        return tuple(map(plain, node))
    if not hasattr(node, "__slots__"):
        return repr(node)
    return type(node).__name__, *(plain(getattr(node, name)) for name in type(node).__slots__)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("import os\n", "import os\nimport json\n"),
        ("import os\n", ""),
        ("# about it", "# é𝄞"),
        ('KEY = "abc"', 'KEY = "abcdef"'),
        ("f(1)\nf(1)\n", "f(1)\nf(1)\nf(1)\n"),
        ("f(1)\nf(1)\n", "f(1)"),
        ("'''Title.'''\n\n", ""),
        ("'''Title.'''\n", "x = f'''{y(f'''\nz\n''')}'''\n"),
        ("range(3)", "range(4)"),
        ("@decorated\n", "@decorated\n@again\n"),
    ],
)
def test_it_is_the_whole_lowered(old: str, new: str) -> None:
    before = Source(path="a.py", text=TEXT)
    after = Source(path="a.py", text=TEXT.replace(old, new))
    assert old in TEXT
    again = PYTHON.relower(after, vocabulary(), before=before, unit=lowered(TEXT), known={})
    assert plain(again.body) == plain(lowered(after.text).body)
    assert again.faithful


def test_statements_that_do_not_move_are_the_same() -> None:
    unit = lowered(TEXT)
    after = Source(path="a.py", text=TEXT.replace("f(1)\nf(1)\n", ""))
    again = PYTHON.relower(after, vocabulary(), before=Source(path="a.py", text=TEXT), unit=unit, known={})
    assert all(one is other for one, other in zip(again.body, unit.body, strict=False))


def test_a_part_is_lowered_once() -> None:
    known: dict[tuple[str, str], Unit] = {}
    before, unit = Source(path="a.py", text=TEXT), lowered(TEXT)
    for text in ("import json\n" + TEXT, "import json\nimport sys\n" + TEXT):
        PYTHON.relower(Source(path="a.py", text=text), vocabulary(), before=before, unit=unit, known=known)
    assert [text for _, text in known] == ["import json\n", "import sys\n"]
