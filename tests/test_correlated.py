"""Which conditions are worth a path for each of their arms."""

from __future__ import annotations

import pytest
from units import unit_of

from migrator.evaluate.path_splitting import correlates
from migrator.model.unit import If


@pytest.mark.parametrize(
    ("arms", "rest", "expected"),
    [
        ("if a:\n  b = 1; c = 2", "f(b, c)", True),
        ("if a:\n  b = 1\nelse:\n  b = 2; c = 3", "f(b)\ng(c)", True),
        ("if a:\n  b = 1; c = 2", "f(b)", False),
        ("if a:\n  b = 1", "f(b, a)", False),
        ("if a == 'x':\n  b = 1", "f(a, b)", True),
        ("if a == 'x':\n  b = 1", "f(b)", False),
        ("if a == 'x':\n  b['k'] = 1\n  c.d = 2", "f(b)\ng(c.d)", True),
        ("if a == 'x':\n  b.update(c)", "f(a, b)", True),
        ("if a == 'x':\n  add(b)", "f(b)\nreturn a", True),
        ("if a == 'x':\n  for b in c: pass", "f(b, a)", True),
        ("if a == b:\n  c = 1", "f(a, b, c)", False),
        ("if a:\n  (b, c), d = e\n  g = h = 1", "def i(): return g, h", True),
    ],
)
def test_what_has_to_be_kept_together(arms: str, rest: str, expected: bool) -> None:
    node, *behind = unit_of(f"{arms}\n{rest}\n").body
    assert isinstance(node, If)
    assert correlates(node, behind, {"hapikey"}) is expected
