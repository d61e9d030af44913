"""The running Python's parser and the one that keeps every token make the same lowered form, places included."""

from __future__ import annotations

import ast
import tokenize
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_lower import EXPRESSION
from units import WORDS, source_of

from migrator.discover.reading import decode
from migrator.languages.python import concrete
from migrator.languages.python.cursor import Walk
from migrator.languages.python.expressions import EXPRESSIONS
from migrator.languages.python.statements import statements
from migrator.languages.python.syntax import syntax
from migrator.languages.shared.secrets import secrets_of
from migrator.model.stack import on_deep_stack
from migrator.model.text import Source
from migrator.model.unit import Stmt

pytestmark = pytest.mark.filterwarnings("ignore")  # escapes that Python will not take for ever

LIBRARY = sorted(Path(tokenize.__file__).parent.rglob("*.py"))
OWN = sorted(Path(__file__).parents[1].glob("migrator/**/*.py"))


def lowered(source: Source, *, by_host: bool) -> tuple[Stmt, ...]:
    walk = Walk(source.text, secrets_of(WORDS), EXPRESSIONS)
    if by_host:
        nodes, walk.read = syntax(source, walk)
        assert walk.read is not concrete.read
    else:
        nodes, walk.read = concrete.module(source, walk), concrete.read
    body = on_deep_stack(lambda: statements(walk, nodes))
    assert walk.complete()
    return body


def assert_equal(source: Source) -> None:
    assert repr(lowered(source, by_host=True)) == repr(lowered(source, by_host=False))


@pytest.mark.parametrize("path", [*LIBRARY[::80], *OWN[::9]], ids=str)
def test_a_file_is_the_same_to_both(path: Path) -> None:
    source = decode(path.read_bytes(), path=path.name)
    try:
        ast.parse(source.text)
    except (SyntaxError, ValueError):
        pytest.skip("the running Python does not take it")
    assert_equal(source)


@settings(max_examples=150, deadline=None)
@given(EXPRESSION)
def test_an_expression_is_the_same_to_both(text: str) -> None:
    assert_equal(source_of(f"def g():\n    return {text}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "x = (a), b",
        "x = (a), (b)",
        "x = ((a), b)",
        "x = ((a, b), c)",
        "x = (a, b), c",
        "x = (((a)), b),",
        "x = (a,)",
        "x = ()",
        "x = a[(b), c], a[(b, c)], a[b,], a[(b):c], a[*b]",
        "x = f((a for a in b)), f(a for a in b), f((a) for a in b), f((a), (b), c=(d))",
        "for (a), b in (c), d: pass",
        "for (a, b) in ((c), d): pass",
        "with (a): pass",
        "with (a, b): pass",
        "with (a, b) as c: pass",
        "with (a), (b): pass",
        "with (a as b, (c)): pass",
        "with (a).b(), (c)(d) as (e, f): pass",
        "with (yield): pass",
        "del (a), b",
        "del (a, b)",
        "del (a, b), c",
        "from a import (b, c as d,)",
        "class A((B), *c, metaclass=(D), **e): pass",
        "f(a, *b, c=d, *e, **g)",
        "f(**a, b=c)",
        "f(a == b, c=d)",
        "def f(a, /, b=(1), *, c, d=2): pass",
        "def f(a=1, /): pass",
        "def f(*, a): pass",
        "lambda *a, b=(c), **d: (e)",
        "x = (a and b) and c and (d or e)",
        "x = (a)(b)[c].d if (e) else (lambda: (yield))",
        "x = not (a) is not (not b) not in c",
        "x = 'a' 'b'\n'c'",
        "x = ('a'\n 'b' f'{c}' # d\n 'e')",
        "x = f'é{(a)}é{(b, c)!r:>{(d)}}{e=}{f=!s:{g}}'",
        "x = f'''{\n  (a)\n}é{\n b}'''",
        "x = f'{{{a}}}}}\\N{EM DASH}\\{b}' rf'\\N{c}\\{d}'",
        "x = é, (é), 'é' % (é, (é))",
        "x = '😀', (a), ((é)), f'😀{(é)}é{ (a) }'; y = 'ü' 'é', (c)\n(é), '😀' 'b'",
        "if a: b\nelse:\n  if c: d\n  else: e",
        "if a: b\nelif (c): d\nelif e: f\nelse: g",
        "a: (int) = (1); b: int; c += (2)",
        "match (a):\n  case (b): pass",
        "match a, b:\n  case (c), d: pass\n  case ((c), d): pass\n  case [(c)]: pass\n  case [c], d: pass",
        "match a:\n  case (b | (c)) as d if (e): pass\n  case (-1) | 'x' 'y': pass\n  case (None): pass",
        "match a:\n  case B((c), d=(e)): pass\n  case {'k': (v), **rest}: pass\n  case [*_, (x)]: pass",
        "match a:\n  case (): pass\n  case []: pass",
        "try: pass\nexcept* (A, B) as c: pass",
        "try: pass\nexcept (A): pass\nelse: pass\nfinally: pass",
        "@(a)\n@b((c))\nasync def f():\n  async with (a) as (b): await (c)\n  async for d in (e): yield (d)",
        "x = [(a) async for (a) in (b) if (c) if d for e in (f)]",
        "raise (a) from (b)",
        "assert (a), (b)",
        "global a, b",
        "import a.b.c as d, e",
        "from ... import a",
        "x = 0x1F, 1_0, 1.e3, .5j, 0b1, 1_0J",
    ],
)
def test_what_stands_in_parentheses_is_the_same_to_both(text: str) -> None:
    assert_equal(source_of(text + "\n"))
