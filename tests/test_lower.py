"""Lowering of every construct, of secrets, and of files that are not what a parser hopes for."""

from __future__ import annotations

import gc
import sys
import threading
import tokenize
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from units import WORDS, nodes_of, source_of, unit_of, written

from migrator.discover.reading import decode
from migrator.errors import UnparsableError
from migrator.languages.python.language import LANGUAGE as PYTHON
from migrator.languages.python.lowering.depth import DEEPEST
from migrator.languages.python.lowering.expressions import EXPRESSIONS
from migrator.languages.python.lowering.lower import lower, module_name
from migrator.languages.python.lowering.statements import STATEMENTS
from migrator.model.text import Span
from migrator.model.unit import Def, ExprS, If, Join, Lit, Name, Secret, Sub

UUID = "0123abcd-4567-89ab-cdef-0123456789ab"


def expression_of(text: str) -> object:
    (statement,) = unit_of(text + "\n").body
    return statement.value  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b", "Attr(a, 'b')"),
        ("(a).b", "Attr(a, 'b')"),
        ("f(a, *b, c=1, **d)",
         "Call(f, [Arg(a, None, ''), Arg(b, None, '*'), Arg(Lit(1), 'c', ''), Arg(d, None, '**')])"),
        ("f(x for x in y)", "Call(f, [Arg(Comp('generator', x, None, [Loop(x, y, [])]), None, '')])"),
        ("a[1]", "Sub(a, Lit(1))"),
        ("a[1, b]", "Sub(a, Seq('tuple', [Lit(1), b]))"),
        ("a[1,]", "Sub(a, Seq('tuple', [Lit(1)]))"),
        ("a[*b]", "Sub(a, Seq('tuple', [Wrap('*', b)]))"),
        ("a[b:c:d]", "Sub(a, Slice(b, c, d))"),
        ("a[:, ::2]", "Sub(a, Seq('tuple', [Slice(None, None, None), Slice(None, None, Lit(2))]))"),
        ("a + b * c", "Bin('+', a, Bin('*', b, c))"),
        ("a and b or c", "BoolOp('or', BoolOp('and', a, b), c)"),
        ("a if b else c", "IfExp(b, a, c)"),
        ("not a", "Wrap('not', a)"),
        ("-a ** ~b", "Wrap('-', Bin('**', a, Wrap('~', b)))"),
        ("a < b is not c not in d", "Compare(a, ['<', 'is not', 'not in'], [b, c, d])"),
        ("(a, *b)", "Seq('tuple', [a, Wrap('*', b)])"),
        ("a,", "Seq('tuple', [a])"),
        ("()", "Seq('tuple', [])"),
        ("[a, b,]", "Seq('list', [a, b])"),
        ("{a, b}", "Seq('set', [a, b])"),
        ("{'a': b, **c}", "Map([Entry(Lit('a'), b), Entry(None, c)])"),
        ("[a for a in b if c if d for e in f]", "Comp('list', a, None, [Loop(a, b, [c, d]), Loop(e, f, [])])"),
        ("{a for a in b}", "Comp('set', a, None, [Loop(a, b, [])])"),
        ("{a: b for a, b in c}", "Comp('dict', a, b, [Loop(Seq('tuple', [a, b]), c, [])])"),
        ("[*a for a in b]", "Comp('list', Wrap('*', a), None, [Loop(a, b, [])])"),

        ("(y := f(x))", "Walrus(y, Call(f, [Arg(x, None, '')]))"),
        (
            "lambda a, /, b=1, *c, d, **e: a",
            "Lambda([Param('a', 'positional', None, None), Param('b', 'normal', Lit(1), None), "
            "Param('c', '*', None, None), Param('d', 'keyword', None, None), Param('e', '**', None, None)], a)",
        ),
        ("None, True, False", "Seq('tuple', [Lit(None), Lit(True), Lit(False)])"),
        ("0x_1f, 1_000, 1.5e3, 2j, 0o17", "Seq('tuple', [Lit(31), Lit(1000), Lit(1500.0), Lit(2j), Lit(15)])"),
        ("...", "Opaque('...')"),
        (r"'a\n\x41\u00e9\N{EM DASH}'", "Lit('a\\nAé—')"),
        (r"r'a\n'", r"Lit('a\\n')"),
        (r"b'\xff\0'", r"Lit(b'\xff\x00')"),
        ("'a' \"b\" f'c{d}'", "Join([Lit('a'), Lit('b'), Join([Lit('c'), Field(d, '', None)])])"),
        ("f'{a!r:>{b}}{{c}}{d=}'",
         "Join([Field(a, 'r', Join([Lit('>'), Field(b, '', None)])), Lit('{c}'), "
         "Lit('d='), Field(d, 'r', None)])"),
        ("f'{ a = :>5}'", "Join([Lit(' a = '), Field(a, '', Join([Lit('>5')]))])"),
        ("rf'\\d{a}'", "Join([Lit('\\\\d'), Field(a, '', None)])"),
        ("f'{f\"{a}\"}'", "Join([Field(Join([Field(a, '', None)]), '', None)])"),
        ('f"{a["b"]}c"', "Join([Field(Sub(a, Lit('b')), '', None), Lit('c')])"),
        ("f'{a:{b}.{c}f}'", "Join([Field(a, '', Join([Field(b, '', None), Lit('.'), Field(c, '', None), Lit('f')]))])"),
    ],
)  # fmt: skip
def test_an_expression(text: str, expected: str) -> None:
    assert written(expression_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b = c", "Assign([a, b], c, None)"),
        ("a: int = 1", "Assign([a], Lit(1), int)"),
        ("a: int", "Assign([a], None, int)"),
        ("a, *b = c", "Assign([Seq('tuple', [a, Wrap('*', b)])], c, None)"),
        ("a //= b", "Aug(a, '//', b)"),
        ("assert a, b", "ExprS(a)"),
        ("'doc'", "ExprS(Lit('doc'))"),
        ("raise", "Jump('raise', None)"),
        ("raise a from b", "Jump('raise', a)"),
        ("pass", "Jump('pass', None)"),
        ("del a, b[c]", "Del([a, Sub(b, c)])"),
        ("import a.b as c, d", "Import([Alias('a.b', 'c'), Alias('d', None)])"),
        ("from . import a", "From('', 1, [Alias('a', None)])"),
        ("from ....a.b import (c as d, e,)", "From('a.b', 4, [Alias('c', 'd'), Alias('e', None)])"),
        ("from a import *", "From('a', 0, [Alias('*', None)])"),
        ("type A[T] = list[T]", "Assign([A], Sub(list, T), None)"),
        ("if a: b\nelif c: d\nelse: e", "If(a, [ExprS(b)], [If(c, [ExprS(d)], [ExprS(e)])])"),
        ("with (a as b, c): d", "With([Item(a, b), Item(c, None)], [ExprS(d)])"),
        ("with a, b as (c, d): e", "With([Item(a, None), Item(b, Seq('tuple', [c, d]))], [ExprS(e)])"),
        ("try: a\nexcept (B, C) as d: e\nexcept: f\nelse: g\nfinally: h",
         "Try([ExprS(a)], [Handler(Seq('tuple', [B, C]), 'd', [ExprS(e)]), Handler(None, None, [ExprS(f)])], "
         "[ExprS(g)], [ExprS(h)])"),
        ("try: a\nexcept* B: c", "Try([ExprS(a)], [Handler(B, None, [ExprS(c)])], [], [])"),
        ("while a:\n  break\nelse: b", "While(a, [Jump('break', None)], [ExprS(b)])"),
        ("async def f():\n  async for a in b: c",
         "Def('f', [], [For(a, b, [ExprS(c)], [])], [], True, False)"),
        ("def f(): global a, b", "Def('f', [], [Scope('global', ['a', 'b'])], [], False, False)"),
        ("def f[T: (int, str) = int](*a: *T, b) -> c: return", "Def('f', [Param('a', '*', None, Wrap('*', T)), "
         "Param('b', 'keyword', None, None)], [Return(None)], [], False, False)"),
        ("class A[T](B, *c, metaclass=D, **e): x = 1; y",
         "ClassDef('A', [Arg(B, None, ''), Arg(c, None, '*'), Arg(D, 'metaclass', ''), Arg(e, None, '**')], "
         "[Assign([x], Lit(1), None), ExprS(y)], [])"),
        ("match a:\n  case 'b' | 'c': d\n  case _: e",
         "If(BoolOp('or', Compare(a, ['=='], [Lit('b')]), Compare(a, ['=='], [Lit('c')])), "
         "[ExprS(d)], [If(Lit(True), [ExprS(e)], [])])"),
        ("match a:\n  case None: d", "If(Compare(a, ['is'], [Lit(None)]), [ExprS(d)], [])"),
        ("match a.b:\n  case x if c: d",
         "If(BoolOp('and', Lit(True), Opaque('a guard on what a pattern binds')), "
         "[Assign([x], Attr(a, 'b'), None), ExprS(d)], [])"),
        ("match a:\n  case {'b': 'c'}: e",
         "If(BoolOp('and', BoolOp('and', Opaque('a mapping pattern'), Compare(Lit('b'), ['in'], [a])), "
         "Compare(Sub(a, Lit('b')), ['=='], [Lit('c')])), "
         "[ExprS(e)], [])"),
        ("match a:\n  case B(c='d'): e",
         "If(BoolOp('and', BoolOp('and', Opaque('a class pattern'), Call(isinstance, [Arg(a, None, ''), "
         "Arg(B, None, '')])), Compare(Attr(a, 'c'), ['=='], [Lit('d')])), "
         "[ExprS(e)], [])"),
        ("match a:\n  case ['b', *_]: e",
         "If(BoolOp('and', Opaque('a sequence pattern'), Compare(Sub(a, Lit(0)), ['=='], [Lit('b')])), "
         "[ExprS(e)], [])"),
    ],
)  # fmt: skip
def test_a_statement(text: str, expected: str) -> None:
    (statement,) = unit_of(text + "\n").body
    assert written(statement) == expected


def test_a_subject_with_an_effect_is_evaluated_once() -> None:
    first, chain = unit_of("match f():\n  case 'a': b\n  case c: d\n").body
    assert written(first).startswith("Assign([match at 6], Call(f, [])")
    assert isinstance(chain, If)
    (other,) = chain.orelse
    assert isinstance(other, If)
    assert written(other.body[0]) == "Assign([c], match at 6, None)"


def test_a_function_says_what_kind_it_is() -> None:
    text = "@a\n@b(1)\nasync def f(x: int = 1) -> str:\n  def g(): yield\n  return lambda: (yield)\n"
    (function,) = unit_of(text).body
    assert isinstance(function, Def)
    assert (function.name, function.is_async, function.generator) == ("f", True, False)
    assert written(function.decorators) == "[a, Call(b, [Arg(Lit(1), None, '')])]"
    assert written(function.params) == "[Param('x', 'normal', Lit(1), int)]"
    inner = function.body[0]
    assert isinstance(inner, Def)
    assert inner.generator


def test_every_kind_of_node_of_the_grammar_is_lowered() -> None:
    """A grammar of a later release that has another kind of statement or expression fails here."""
    import tree_sitter
    import tree_sitter_python

    language = tree_sitter.Language(tree_sitter_python.language())
    kinds = {language.node_kind_for_id(number) or "" for number in range(language.node_kind_count)}
    statements = {kind for kind in kinds if kind.endswith(("_statement", "_definition")) and kind[0] != "_"}
    assert statements == {kind for kind in STATEMENTS if not kind.endswith("assignment")} | {"match_statement"}
    supertypes = {language.node_kind_for_id(number): number for number in language.supertypes}
    for name in ("expression", "primary_expression", "pattern"):
        found = {language.node_kind_for_id(each) for each in language.subtypes(supertypes[name])} - {*supertypes}
        assert found - {"parenthesized_expression"} <= {*EXPRESSIONS}


# -- secrets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"x = '{UUID}'",
        f"x = 'https://api.hubapi.com/a?hapikey={UUID}&b=c'",
        f"x = f'https://api.hubapi.com/{{a}}?hapikey={UUID}&b={{c}}'",
        f"x = '{UUID[:10]}' '{UUID[10:]}'",
        f"x = b'{UUID}'",
        f"x = r'''\n{UUID}'''",
        f"x = 'a\\n{UUID}'",
        f"def f(): '''{UUID}'''",
        "hapikey = 'cana-ry-canary'",
        "self.hapikey = 'cana-ry-canary'",
        "params['hapikey'] = 'cana-ry-canary'",
        "MY_HAPIKEY: str = 'cana-ry-canary'",
        "x = {'hapikey': 'cana-ry-canary'}",
        "x = [('hapikey', 'cana-ry-canary')]",
        "f(hapikey='cana-ry-canary')",
        "def f(hapikey='cana-ry-canary'): pass",
        "x = lambda hapikey='cana-ry-canary': 1",
        "(hapikey := 'cana-ry-canary')",
        "class A(B, hapikey='cana-ry-canary'): pass",
    ],
)
def test_a_secret_goes_no_further_than_lowering(text: str) -> None:
    unit = unit_of(text + "\n")
    shown = repr(unit)
    for canary in (UUID, UUID[10:], UUID[:10], "cana-ry-canary", "ry-canary"):
        assert canary not in shown
    assert sum(isinstance(node, Secret) for node in nodes_of(unit.body)) == 1


def test_a_secret_has_its_exact_place() -> None:
    text = f"x = f'https://h/{{a}}?hapikey={UUID}&b={{c}}'\n"
    (secret,) = [node for node in nodes_of(unit_of(text).body) if isinstance(node, Secret)]
    assert source_of(text).excerpt(secret.span) == UUID
    assert (secret.kind, secret.preview) == ("api_key", "…89ab")
    assert len(secret.digest) == 16


def test_equal_secrets_have_equal_digests_in_every_process() -> None:
    found = [
        node.digest for node in nodes_of(unit_of(f"a = '{UUID}'\nb = 'x {UUID}'\n").body) if isinstance(node, Secret)
    ]
    assert found == ["1f64e9cd6322bfbc"] * 2


def test_a_short_secret_is_not_shown_at_all() -> None:
    (secret,) = [node for node in nodes_of(unit_of("hapikey = 'abcdefgh12'\n").body) if isinstance(node, Secret)]
    assert secret.preview == "…"


@pytest.mark.parametrize(
    "text",
    [
        "hapikey = 'YOUR-API-KEY'",
        "x = '?hapikey=YOUR_API_KEY'",
        "x = '?hapikey=HUBSPOT_API_KEY'",
        "hapikey = 'HUBSPOT_HAPIKEY'",
        "hapikey = ''",
        "hapikey = None",
        "hapikey = other",
        "x = '?hapikey=%s'",
        "x = '?hapikey={}'",
        "happy = 'cana-ry-canary'",
    ],
)
def test_what_stands_for_a_secret_stays(text: str) -> None:
    assert not [node for node in nodes_of(unit_of(text + "\n").body) if isinstance(node, Secret | Join)]


# -- files that are not what a parser hopes for -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x\ny = 'abc\nz = f(a)\n", 2),
        ("z = f(a)\nx = (\n\n1", 2),
        ("z = f(a)\ndef g(:\n  pass\n", 2),
        ("<html>\nz = f(a)\n", 1),
        ("z = f(a)\nclass A:\n  def g(self):\n    return 1 2 $\n  def h(self): pass\n", 4),
        ("try:\n  z = f(a)\n  x = = 1\nexcept A: pass\n", 3),
    ],
)
def test_what_does_not_parse_is_told_with_its_line_and_the_rest_is_lowered(text: str, line: int) -> None:
    unit = unit_of(text)
    assert [source_of(text).position(trouble.span.start).line for trouble in unit.troubles] == [line]
    assert "Call(f, [Arg(a, None, '')])" in written(unit.body)


def test_a_file_without_an_error_has_no_trouble() -> None:
    assert unit_of("z = f(a)\nx = (\n1)\n").troubles == ()


def test_a_trouble_does_not_quote_the_source() -> None:
    unit = unit_of(f"x = = '{UUID}'\n")
    assert unit.troubles
    assert UUID not in repr(unit)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000 + "1" + "]" * 5000,
        "{1:" * 5000 + "1" + "}" * 5000,
        "f(" * 5000 + ")" * 5000,
        "x = " + " + ".join(["'a'"] * 5000),
        "x = " + " + \\\n".join(["'a'"] * 5000),
        "x = (" + "\n + ".join(["'''a\n'''"] * 5000) + ")",
        "x = a" + ".b" * 5000,
        "x = a" + "(b, c)" * 5000,
        "x = a" + "[0]" * 5000,
        "x = " + "not " * 5000 + "a",
        "x = " + "-" * 5000 + "a",
        "x = " + "a if b else " * 5000 + "c",
        "x = " + "lambda a, b: " * 5000 + "c",
        "x = " + "lambda: " * 5000 + "c",
        "x = " + "a and " * 5000 + "b",
        "x = " + 'f"{' * 5000 + "1" + '}"' * 5000,
        "x = [a" + " for a in b" * 5000 + "]",
        "match a:\n case " + "'b' | " * 5000 + "c: pass",
        "match a:\n case [" + "'b', " * 5000 + "]: pass",
        "x = " + "(((a+b" * 300 + ")))" * 300,
        "if a:\n pass\n" + "elif b:\n pass\n" * 20_000,
        "x = " + "(lambda: [{f(" * 200,
    ],
)
def test_depth_costs_that_place_and_nothing_more(text: str) -> None:
    unit = unit_of(f"z = f(a)\n{text}\nz = f(a)\n")
    assert unit.troubles
    assert written(unit.body[0]) == "Assign([z], Call(f, [Arg(a, None, '')]), None)"
    assert deepest(unit.body) < 4 * DEEPEST


def deepest(part: object) -> int:
    """Returns how many nodes are in one another, but for the arms of `if`, which are followed without recursion."""
    most, stack = 0, [(part, 0)]
    while stack:
        top, depth = stack.pop()
        most = max(most, depth)
        if isinstance(top, tuple) and not isinstance(top, Span):
            stack += [(each, depth) for each in top]
        elif isinstance(top, If) and len(top.orelse) == 1:
            stack += [(top.orelse, depth), (top.body, depth + 1), (top.test, depth + 1)]
        elif is_dataclass(top):
            stack += [(getattr(top, field.name), depth + 1) for field in fields(top)]
    return most


@pytest.mark.parametrize(
    "text",
    [
        "x = " + " + ".join(["'a'"] * 400),
        "x = (" + "'a' " * 5000 + ")",
        "x = [" + "(a.b + c, d.e[0])," * 1000 + "]",
        "a.b()\n" * 2000,
        "if a:\n pass\n" + "elif b:\n pass\n" * 3000 + "else:\n pass\n",
        "[" * 150 + "]" * 150,
        "(" * 1600 + "1" + ")" * 1600,
        "a = " * 2000 + "1",
        "x = [" + "lambda a, b: a," * 1000 + "]",
        "".join(" " * depth + "if a:\n" for depth in range(90)) + " " * 90 + "pass",
    ],
)
def test_what_is_long_but_not_deep_is_lowered(text: str) -> None:
    assert not unit_of(text + "\n").troubles


def test_more_blocks_than_the_grammar_can_count_cost_the_file() -> None:
    with pytest.raises(UnparsableError) as raised:
        unit_of("".join(" " * depth + "if a:\n" for depth in range(500)) + " " * 500 + "pass")
    assert raised.value.line


def test_lowering_leaves_the_process_as_it_was() -> None:
    before = (gc.isenabled(), sys.getrecursionlimit(), threading.stack_size(), threading.active_count())
    unit_of("x = 1\n")
    assert unit_of("x = (\n").troubles
    assert (gc.isenabled(), sys.getrecursionlimit(), threading.stack_size(), threading.active_count()) == before


@pytest.mark.parametrize("text", ["", "\n", "  \n\t\n", "# only a comment", "\ufeff", "\f\n", "\r\r"])
def test_a_file_with_nothing_in_it(text: str) -> None:
    unit = unit_of(text)
    assert unit.body == ()
    assert not unit.troubles


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\xef\xbb\xbfx = '\xc3\xa9'\r\n", "é"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "é"),
        (b"x = '\xe9'\n", "é"),
        (b"x = '\xf0\x9f\x98\x80'\r", "😀"),
        (b"\x0cx = '\x00'", "\0"),
        (b"# coding: utf-16\nx = 'a'\n", "a"),
        (b"# coding: no-such\nx = 'a'\n", "a"),
    ],
)
def test_an_odd_encoding(data: bytes, value: str) -> None:
    source = decode(data, path="a.py")
    unit = lower(source, WORDS)
    (statement,) = unit.body
    assert isinstance(statement.value, Lit)  # type: ignore[union-attr]
    assert statement.value.value == value  # type: ignore[union-attr]
    assert source.excerpt(statement.value.span) == f"'{value}'"  # type: ignore[union-attr]
    assert unit.digest == source.digest


def test_tabs_mixed_with_spaces_count_eight_as_python_2_had_it() -> None:
    text = "def f():\n        x = '''a\n\tb'''\n\treturn x\ny = 1\n"
    unit = unit_of(text)
    function, _ = unit.body
    assert isinstance(function, Def)
    assert [source_of(text).excerpt(statement.span) for statement in function.body] == ["x = '''a\n\tb'''", "return x"]
    assert written(function.body[0]) == "Assign([x], Lit('a\\n\\tb'), None)"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.py", "a"),
        ("pkg/mod.py", "pkg.mod"),
        ("pkg/__init__.py", "pkg"),
        ("__init__.py", ""),
        ("./src/pkg/mod.pyw", "src.pkg.mod"),
        ("bin/tool", "bin.tool"),
    ],
)
def test_the_name_a_module_is_imported_by(path: str, name: str) -> None:
    assert module_name(path) == name


def test_the_language_lowers_as_the_function_does() -> None:
    source = source_of("x = 1\n")
    assert written(PYTHON.lower(source, WORDS).body) == written(lower(source, WORDS).body)
    assert PYTHON.name == "python"
    assert source.path.endswith(PYTHON.suffixes)


LIBRARY = sorted(Path(tokenize.__file__).parent.glob("*.py"))
OLD = sorted(Path(tokenize.__file__).parent.glob("lib2to3/tests/data/**/*.py"))


@pytest.mark.parametrize("path", [*LIBRARY[::9], *OLD], ids=lambda path: path.name)
def test_every_file_of_the_standard_library_is_lowered_whole(path: Path) -> None:
    source = decode(path.read_bytes(), path=path.name)
    unit = lower(source, WORDS)
    assert not unit.troubles
    for node in nodes_of(unit.body):
        if isinstance(node, Name) and " " not in node.id and source.text[node.span.start] != "`":
            assert source.excerpt(node.span) == node.id


# -- generated input ----------------------------------------------------------------------------------------------

PIECES = [
    *'()[]{}"a+,:=*#@1é😀\n\t\f\0\ud800',
    *("f'{", "}'", "'''", "b'x'", "!r", ".b", ":=", "\n  ", "\r\n", "\\\n"),
    *(" if ", " else ", "not ", "await ", "yield ", "elif ", "try:", "except*", "lambda a:", "match a:", "case "),
    *("def f(", "class A(", "with a as "),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_lowered_within_its_bounds(text: str) -> None:
    for node in nodes_of(unit_of(text).body):
        assert 0 <= node.span.start <= node.span.end <= len(text)


EXPRESSION = st.recursive(
    st.sampled_from(["a", "'b'", "(1)", "...", "f'x{a}y'", "rb'c'", "'é😀'"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner, st.sampled_from(["+", " and ", " if a else ", "[0] @ ", " not in ", ".b % "])).map(
            lambda three: f"({three[0]}{three[2]}{three[1]})"
        ),
        st.lists(inner, max_size=3).map(lambda items: f"f({', '.join(items)})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: f"[{', '.join(items)},\n # note\n]"),
        inner.map(lambda one: f"{{**{{'k': {one}}}, 'q': [x for x in {one} if x]}}"),
        inner.map(lambda one: f"(lambda x, *y, z={one}: (yield {one}))"),
        inner.filter(lambda one: "\n" not in one and "'" not in one).map(lambda one: f"f'{{({one})!r:>10}}{{{{'"),
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(EXPRESSION)
def test_every_nesting_is_lowered_whole(text: str) -> None:
    unit = unit_of(f"def g():\n    return {text}\n")
    assert not unit.troubles
    source = source_of(f"def g():\n    return {text}\n")
    for node in nodes_of(unit.body):
        if isinstance(node, Name):
            assert source.excerpt(node.span) == node.id
        if isinstance(node, Sub):
            assert source.excerpt(node.span).endswith("]")


@pytest.mark.parametrize(
    "broken",
    [
        "from a importb",
        "x = [1, 2",
        "def g(:\n    pass",
        "f(a b",
        "x = 'abc",
        "class A(\n    pass",
        "@a\ndef g(x y): pass",
    ],
)
def test_a_broken_statement_harms_no_other(broken: str) -> None:
    text = f"import z\n\n{broken}\n\nkey = 'k'\n\n\n@d\ndef f():\n    return g(key)\n"
    unit = unit_of(text)
    assert [written(stmt) for stmt in unit.body if not isinstance(stmt, ExprS)][-2:] == [
        "Assign([key], Lit('k'), None)",
        "Def('f', [], [Return(Call(g, [Arg(key, None, '')]))], [d], False, False)",
    ]
    for trouble in unit.troubles:
        assert text[: trouble.span.end].count("\n") <= 2 + broken.count("\n") + 2
    assert unit.troubles


def test_a_file_that_is_no_program_at_all_is_not_told_line_by_line() -> None:
    unit = unit_of("SELECT a FROM b WHERE c = 'd';\n" * 500)
    assert len(unit.troubles) == 20
    assert "481 places" in unit.troubles[-1].reason
