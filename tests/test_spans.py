"""Every node stands where it says: against the running Python's own parser, and construct by construct."""

from __future__ import annotations

import ast
import tokenize
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from units import WORDS, nodes_of, source_of, unit_of

from migrator.discover.reading import decode
from migrator.languages.python.lowering.lexer import Tokens
from migrator.languages.python.lowering.lower import lower
from migrator.model import unit as u
from migrator.model.text import Source, Span, line_starts

LIBRARY = sorted(Path(tokenize.__file__).parent.glob("*.py"))

SAME: dict[type[ast.AST], tuple[type, ...]] = {
    ast.Name: (u.Name,),
    ast.Attribute: (u.Attr,),
    ast.Call: (u.Call,),
    ast.Subscript: (u.Sub,),
    ast.Slice: (u.Slice,),
    ast.BinOp: (u.Bin,),
    ast.UnaryOp: (u.Wrap,),
    ast.Compare: (u.Compare,),
    ast.IfExp: (u.IfExp,),
    ast.List: (u.Seq,),
    ast.Set: (u.Seq,),
    ast.Tuple: (u.Seq,),
    ast.Dict: (u.Map,),
    ast.ListComp: (u.Comp,),
    ast.SetComp: (u.Comp,),
    ast.DictComp: (u.Comp,),
    ast.Lambda: (u.Lambda,),
    ast.Await: (u.Wrap,),
    ast.Yield: (u.Wrap,),
    ast.YieldFrom: (u.Wrap,),
    ast.Starred: (u.Wrap, u.Arg),
    ast.NamedExpr: (u.Walrus,),
    ast.JoinedStr: (u.Join,),
    ast.Constant: (u.Lit, u.Join, u.Opaque),
    ast.Assign: (u.Assign,),
    ast.AnnAssign: (u.Assign,),
    ast.AugAssign: (u.Aug,),
    ast.Expr: (u.ExprS,),
    ast.Return: (u.Return,),
    ast.If: (u.If,),
    ast.While: (u.While,),
    ast.For: (u.For,),
    ast.AsyncFor: (u.For,),
    ast.With: (u.With,),
    ast.AsyncWith: (u.With,),
    ast.Try: (u.Try,),
    ast.ExceptHandler: (u.Handler,),
    ast.Import: (u.Import,),
    ast.ImportFrom: (u.From,),
    ast.alias: (u.Alias,),
    ast.Global: (u.Scope,),
    ast.Nonlocal: (u.Scope,),
    ast.Delete: (u.Del,),
    ast.Raise: (u.Jump,),
    ast.Pass: (u.Jump,),
    ast.Break: (u.Jump,),
    ast.Continue: (u.Jump,),
}


def modelled(node: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes that a lowering must have, without what it leaves out and what Python misplaces."""
    if isinstance(node, ast.Match):
        return  # lowered to something else
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("returns", "msg", "cause", "type_params") or isinstance(node, ast.JoinedStr):
            continue  # before 3.12 the parts of an interpolated string are misplaced
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from modelled(child)


@pytest.mark.parametrize(
    "path", [path for path in LIBRARY if path.stat().st_size < 60_000][::7], ids=lambda path: path.name
)
def test_nodes_stand_where_python_says(path: Path) -> None:
    check_places(decode(path.read_bytes(), path=path.name))


def check_places(source: Source) -> None:
    at: dict[Span, list[object]] = {}
    for node in nodes_of(lower(source, WORDS).body):
        at.setdefault(node.span, []).append(node)
    place = Places(source)
    checked = 0
    for node in modelled(ast.parse(source.text)):
        kinds = SAME.get(type(node))
        if kinds is None:
            continue
        found = [each for each in at.get(place.span(node), []) if isinstance(each, kinds)]
        assert found, (type(node).__name__, source.excerpt(place.span(node)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes | int | float | complex):
            assert node.value in [value_of(each) for each in found]
        checked += 1
    assert checked


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
        "if a: b = 1  # note",
        "if a: b = 1  # note\nif b: pass",
        "with (a): pass",
        "with (a, b): pass",
        "with (a, b) as c: pass",
        "with (a), (b): pass",
        "with (a as b, (c)): pass",
        "with (a).b(), (c)(d) as (e, f): pass",
        "with (yield): pass",
        "del (a), b",
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
        "x = é, (é), 'é' % (é, (é))",
        "x = '😀', (a), ((é)), f'😀{(é)}é{ (a) }'; y = 'ü' 'é', (c)\n(é), '😀' 'b'",
        "if a: b\nelse:\n  if c: d\n  else: e",
        "if a: b\nelif (c): d\nelif e: f\nelse: g",
        "a: (int) = (1); b: int; c += (2)",
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
def test_what_stands_in_parentheses_stands_where_python_says(text: str) -> None:
    check_places(source_of(text + "\n"))


class Places:
    """Turns the running Python's positions (UTF-8 bytes in a line) into offsets."""

    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.starts = line_starts(source.text)

    def span(self, node: ast.AST) -> Span:
        first = min([node, *getattr(node, "decorator_list", [])], key=lambda each: each.lineno)
        return Span(self.offset(first.lineno, first.col_offset), self.offset(node.end_lineno, node.end_col_offset))

    def offset(self, line: int, column: int) -> int:
        start = self.starts[line - 1]
        return start + len(self.text[start : start + column].encode()[:column].decode())


def value_of(node: object) -> object:
    if isinstance(node, u.Join):
        values = [value_of(part) for part in node.parts]
        return b"".join(values) if isinstance(values[0], bytes) else "".join(map(str, values))
    return node.value if isinstance(node, u.Lit) else None


@pytest.mark.parametrize("path", LIBRARY[3::11], ids=lambda path: path.name)
def test_every_text_evaluates_to_what_stands_there(path: Path) -> None:
    source = decode(path.read_bytes(), path=path.name)
    for node in nodes_of(lower(source, WORDS).body):
        if isinstance(node, u.Lit) and isinstance(node.value, str):
            check_text(source, node)


def check_text(source: Source, node: u.Lit) -> None:
    assert isinstance(node.value, str)
    if node.body >= 0:
        assert source.text.startswith(node.value, node.body)
        assert node.span.start <= node.body
    said = source.excerpt(node.span)
    if said.endswith(("'", '"')) and node.body != node.span.start:
        assert ast.literal_eval(f"({said})") == node.value


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t'\"\\{}é😀\r"), max_size=20)


@settings(max_examples=300, deadline=None)
@given(TEXT, st.sampled_from(["", "\n", "\r\n", "\f", "é = '😀'; "]))
def test_any_text_comes_back(text: str, before: str) -> None:
    source = source_of(f"{before}x = [{text!r}, {text.encode()!r}]\n")
    lits = [node for node in nodes_of(lower(source, WORDS).body) if isinstance(node, u.Lit)]
    assert [lit.value for lit in lits][-2:] == [text, text.encode()]
    assert source.excerpt(lits[-2].span) == repr(text)
    check_text(source, lits[-2])


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\\0"), max_size=20),
    st.sampled_from(["", "r"]),
)
def test_triple_quoted_text_has_the_line_ends_python_gives_it(text: str, prefix: str) -> None:
    text = text.replace('"', "'")
    source = source_of(f'{prefix}"""{text}"""\n')
    (lit,) = [node for node in nodes_of(lower(source, WORDS).body) if isinstance(node, u.Lit)]
    assert lit.value == text.replace("\r\n", "\n").replace("\r", "\n")
    assert (lit.body >= 0) == ("\r" not in text)
    check_text(source, lit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = (a)", ["x = (a)", "x", "a"]),
        ("x = ((a, b))", ["x = ((a, b))", "x", "(a, b)", "a", "b"]),
        ("f((a for a in b))",
         ["f((a for a in b))"] * 2 + ["f"] + ["(a for a in b)"] * 2 + ["a", "for a in b", "a", "b"]),
        ("'é😀' + '😀b'", ["'é😀' + '😀b'", "'é😀' + '😀b'", "'é😀'", "'😀b'"]),
        ("f'é{ a !r:>{b}}c{{'",
         ["f'é{ a !r:>{b}}c{{'"] * 2 + ["é", "{ a !r:>{b}}", "a", ">{b}", ">", "{b}", "b", "c{{"]),
        ("x = ('a'  # note\r\n\t'b')", ["x = ('a'  # note\r\n\t'b')", "x", "'a'  # note\r\n\t'b'", "'a'", "'b'"]),
        ("f(a=b, *c, **d)", ["f(a=b, *c, **d)", "f(a=b, *c, **d)", "f", "a=b", "b", "*c", "c", "**d", "d"]),
        ("{a: b, **c}", ["{a: b, **c}", "{a: b, **c}", "a: b", "a", "b", "**c", "c"]),
        ("a[b, c:d]", ["a[b, c:d]", "a[b, c:d]", "a", "b, c:d", "b", "c:d", "c", "d"]),
        ("a \\\n  .b  ()", ["a \\\n  .b  ()", "a \\\n  .b  ()", "a \\\n  .b", "a"]),
        ("from a import (b as c, d)", ["from a import (b as c, d)", "b as c", "d"]),
        ("x = 1 ; y = 2", ["x = 1", "x", "1", "y = 2", "y", "2"]),
        ('f"{a[\'b\']}" f"{c["d"]}" "e"', ['f"{a[\'b\']}" f"{c["d"]}" "e"'] * 2
         + ['f"{a[\'b\']}"', "{a['b']}", "a['b']", "a", "'b'", 'f"{c["d"]}"', '{c["d"]}', 'c["d"]', "c", '"d"', '"e"']),
        ("f'''{\n a # }'\n}b'''", ["f'''{\n a # }'\n}b'''"] * 2 + ["{\n a # }'\n}", "a", "b"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}\n", "if q:\r\n\t{}", "\f# é😀\n'''\n'''; {};"])
def test_a_construct(text: str, expected: list[str], around: str) -> None:
    source = source_of(around.replace("{}", text))
    start = source.text.index(text)
    found = [source.excerpt(node.span) for node in nodes_of(unit_of(source.text).body) if start <= node.span.start]
    assert found == expected


def test_a_function_stands_with_its_decorators() -> None:
    source = source_of("@a\n\ndef f(b, *, c: d = e):\n  pass\n\n# behind\n")
    found = [source.excerpt(node.span) for node in nodes_of(unit_of(source.text).body)]
    assert found == [source.text[:-11], "b", "c: d = e", "e", "d", "pass", "a"]


@pytest.mark.parametrize(
    "text",
    [
        "f\"{a['}']}\" + 'b'",
        'f"{a["}"]}" + "b"',
        'f"{a["\'"]}" + \'b\'\nc = """d"""\n\'e\'',
        'f"{f"{f"{a}"}"}", b',
        "f'{a:{'b'}}' 'c'",
        'f"""{a["""b"""]}""" + """c"""',
        "f\"{a + f'{b!r:{c}}'}\" ; d",
        "f'{a:%H:%M}{{}}' 'b'",
        "f'{a if b else c}{ {1: 2}[1] }'",
        "f'{(lambda: 1)()}{a != b}{c == d:>{e}}'",
        "rf'{a}\\d{b}' R'\\'' u\"c\"",
        "rb'\\'' Rb\"c\"",
        "if'a'in b:c=1if 1else'd'",
        "0x1for x in y",
        "é = ℘ + नमस्ते + a·b + e\u0301f('x')",
        "x=1_0.e5j;y=.5;z=1..real;w=1if x else 2",
    ],
)
def test_what_only_a_tokenizer_tells_apart_is_lowered_whole(text: str) -> None:
    assert not unit_of(text + "\n").troubles


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_tokens_cover_any_text_but_white_space_and_comments(text: str) -> None:
    tokens = Tokens(text)
    assert tokens.respaced(lambda gap: gap) == text
    assert all(
        text[start:end] == word for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True)
    )
    assert all(end <= start for end, start in zip(tokens.ends, tokens.starts[1:], strict=False))


@given(st.text(st.sampled_from("a\n\r\f\v\u2028é"), max_size=30))
def test_positions_count_lines_as_python_does(text: str) -> None:
    source = source_of(text)
    lines = text.replace("\r\n", "\n ").replace("\r", "\n").split("\n")
    assert len(line_starts(text)) == len(lines)
    for offset in range(len(text) + 1):
        line, column = source.position(offset)
        assert line == bisect_right(line_starts(text), offset)
        assert line_starts(text)[line - 1] + column - 1 == offset
