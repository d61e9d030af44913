"""Objects that stay in the function that makes them."""

from __future__ import annotations

import pytest

from migrator.evaluate.escape_analysis import stays
from migrator.evaluate.visit import expressions
from migrator.model.unit import Call, Def, Name
from tests.units import unit_of


def answer(body: str) -> bool:
    (function,) = unit_of("def f(self):\n" + "".join(f"    {line}\n" for line in body.splitlines())).body
    assert isinstance(function, Def)
    (made,) = [
        one
        for one in expressions(function.body)
        if isinstance(one, Call) and isinstance(one.func, Name) and one.func.id == "Made"
    ]
    return stays(function.body, made)


@pytest.mark.parametrize(
    "body",
    [
        "a = Made()\na.go()",
        "a, b = Made(), 1\ncopy(a, b)",
        "copy(Made(), 1)",
        "if x:\n    a = Made()\n    return a.rows()",
        "a = Made() if x else None\na.go()",
        "with lock:\n    a = Made()\n    a.go()",
    ],
)
def test_it_stays(body: str) -> None:
    assert answer(body)


@pytest.mark.parametrize(
    "body",
    [
        "self.a = Made()",
        "a = Made()\nself.a = a",
        "return Made()",
        "a = Made()\nreturn a",
        "a = Made()\nreturn {'a': [a]}",
        "a = wrap(Made())\na.go()",
        "a = Made()\ndef later():\n    a.go()\nreturn later",
        "with Made() as a:\n    return a",
        "for a in Made():\n    a.go()",
    ],
)
def test_it_may_be_called_elsewhere(body: str) -> None:
    assert not answer(body)
