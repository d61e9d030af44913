"""The tree behind which every grammar stands: places in code points, errors told with their place, and guards."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.errors import UnparsableError
from migrator.languages.syntax import grammar as parsing
from migrator.languages.syntax.grammar import Grammar, converted
from migrator.languages.syntax.tree import ERROR, Node, Syntax
from migrator.model.text import Source

PYTHON = Grammar("Python", "tree_sitter_python")


def tree(source: Source, grammar: Grammar) -> Syntax:
    return converted(parsing.parsed(source, grammar), grammar)


def parsed(text: str) -> Syntax:
    return tree(Source(path="a.py", text=text), PYTHON)


def texts(syntax: Syntax, kind: str) -> list[str]:
    return [syntax.text[node.start : node.end] for node in syntax.root.walk() if node.kind == kind]


@pytest.mark.parametrize("wide", ["é", "漢", "\N{PILE OF POO}", "\ud800", "a"])
def test_places_are_code_points_whatever_stands_before(wide: str) -> None:
    syntax = parsed(f"x = '{wide}{wide}'; name = call(x)  # {wide}\n")
    assert texts(syntax, "call") == ["call(x)"]
    assert [syntax.text[slice(*span)] for span in syntax.comments] == [f"# {wide}"]
    assert not syntax.troubles


def test_a_wide_name_is_no_keyword() -> None:
    assert texts(parsed("íf = ás\n"), "identifier") == ["íf", "ás"]


def test_every_line_end_ends_a_line() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert len(parsed(f"a{end}b{end}c{end}").root.children) == 3


def test_children_have_their_roles() -> None:
    call = next(node for node in parsed("f(a, b=1)").root.walk() if node.kind == "call")
    function, arguments = call.child("function"), call.child("arguments")
    assert function is not None and function.kind == "identifier"
    assert arguments is not None
    assert [node.kind for node in arguments.named_children] == ["identifier", "keyword_argument"]
    assert call.child("nothing") is None


def test_what_the_grammar_does_not_take_is_told_with_its_place_and_the_rest_is_there() -> None:
    syntax = parsed("a = 1\nb = 2 3 $ 4\nc = f(x)\n")
    (trouble,) = [each for each in syntax.troubles if each.reason == parsing.NOT_TAKEN][:1]
    assert syntax.text.count("\n", 0, trouble.span.start) == 1
    assert texts(syntax, "call") == ["f(x)"]


def test_what_is_missing_is_told_in_plain_words() -> None:
    javascript = Grammar("JavaScript", "tree_sitter_javascript")
    told = [parsed("for x in : pass\n"), tree(Source(path="a.js", text="f(1;"), javascript)]
    assert [trouble.reason for syntax in told for trouble in syntax.troubles] == [
        "a name is missing here",
        "`)` is missing here",
    ]


def test_an_error_within_an_error_is_told_once() -> None:
    for text in ("(" * 50, "def f(:\n" * 5, "x = [1,\n"):
        troubles = parsed(text).troubles
        assert troubles
        for one, other in pairwise(troubles):
            assert not one.span.contains(other.span)


def test_what_nests_too_deeply_is_cut_and_told() -> None:
    syntax = parsed("a = 1\nx = " + "-" * 50_000 + "1\n")
    assert [trouble.reason for trouble in syntax.troubles] == [parsing.TOO_DEEP]
    assert len(texts(syntax, "assignment")) == 2


def test_a_grammar_that_is_not_installed_is_told_with_what_to_install() -> None:
    with pytest.raises(UnparsableError, match="tree-sitter-nothing"):
        tree(Source(path="a.x", text="x"), Grammar("Nothing", "tree_sitter_nothing"))


def test_a_file_that_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_SECONDS", -1000.0)
    with pytest.raises(UnparsableError, match="too long"):
        parsed("x = 1\n" * 10_000)
    monkeypatch.undo()
    assert not parsed("x = 1\n").troubles


@settings(max_examples=150)
@given(st.text(max_size=200) | st.text("()[]{}'\"\\\n\r\t :;,.=+-*`@#ifdeflambda é", max_size=200))
def test_any_text_has_a_tree_that_stays_within_it(text: str) -> None:
    def check(node: Node) -> None:
        at = node.start
        for child in node.children:
            assert at <= child.start <= child.end <= node.end
            at = child.end

    syntax = parsed(text)
    for node in syntax.root.walk():
        check(node)
    assert syntax.root.end <= len(text)
    if any(node.kind == ERROR for node in syntax.root.walk()):
        assert syntax.troubles
