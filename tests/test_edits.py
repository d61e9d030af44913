"""The edit vocabulary: each edit leaves code that parses, reads well and keeps what it did not have to touch."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import pytest

from migrator.languages.python.rewriting.node_edits import items_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor, SourceIndex, Workspace
from migrator.model.text import Source


def file_of(text: str) -> FileEditor:
    return Workspace(SourceIndex({"a.py": Source(path="a.py", text=text)}), "").file("a.py")


def changed(text: str, change: Callable[[Tree, FileEditor], None]) -> str:
    """Applies the changes to the text and returns the result, which must parse."""
    file = file_of(text)
    change(file.tree, file)
    for edit in reversed(file.edits()):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    cst.parse_module(text)
    return text


def drop(*marks: str) -> Callable[[Tree, FileEditor], None]:
    """Drops every item whose source text is one of the marks."""

    def change(tree: Tree, file: FileEditor) -> None:
        for container in tree.walk(None, cst.Call, cst.Dict, cst.List, cst.Tuple, cst.Set):
            for item in items_of(container):
                if tree.code(item) in marks:
                    file.drop_item(container, item)

    return change


def add(text: str, kind: type[cst.CSTNode]) -> Callable[[Tree, FileEditor], None]:
    """Adds an item to the one container of the kind."""

    def change(tree: Tree, file: FileEditor) -> None:
        (container,) = tree.walk(None, kind)
        file.add_item(container, text)

    return change


def drop_statements(*marks: str) -> Callable[[Tree, FileEditor], None]:
    """Drops every small statement whose source text is one of the marks."""

    def change(tree: Tree, file: FileEditor) -> None:
        for statement in tree.walk(None, cst.Assign):
            if tree.code(statement) in marks:
                file.drop_statement(statement)

    return change


@pytest.mark.parametrize(
    "text",
    ["f(a, b)\n", "d = {\n  'a': 1, # c\r\n\t}\n", "", "x = (1,)\n", "\ufeffx = 'é'\n"],
)
def test_changing_nothing_edits_nothing(text: str) -> None:
    assert file_of(text).edits() == ()


def test_spans_count_code_points() -> None:
    tree = Tree(Source(path="a.py", text='x = "é𝄞"; y = f("ü", (b))\n'))
    (call,) = tree.walk(None, cst.Call)
    assert tree.code(call) == 'f("ü", (b))'
    assert [tree.code(arg) for arg in call.args] == ['"ü"', "(b)"]


@pytest.mark.parametrize(
    ("before", "mark", "after"),
    [
        ("f(a, k=1)\n", "k=1", "f(a)\n"),
        ("f(k=1)\n", "k=1", "f()\n"),
        ("f(k=1, a=2)\n", "k=1", "f(a=2)\n"),
        ("f(a, k=1, **kw)\n", "k=1", "f(a, **kw)\n"),
        ("f(a, k=1,)\n", "k=1", "f(a,)\n"),
        ("f(\n    a,\n    k=1,\n)\n", "k=1", "f(\n    a,\n)\n"),
        ("f(\n    a,\n    k=1\n)\n", "k=1", "f(\n    a\n)\n"),
        ("f(\n    k=1,  # gone\n    a=2,  # stays\n)\n", "k=1", "f(\n    a=2,  # stays\n)\n"),
        ("f(\n    a=2,  # stays\n    k=1,\n)\n", "k=1", "f(\n    a=2,  # stays\n)\n"),
        ("f(\n    k=1,\n    # about a\n    a=2,\n)\n", "k=1", "f(\n    # about a\n    a=2,\n)\n"),
        ("d = {'k': v, 'a': 1}\n", "'k': v", "d = {'a': 1}\n"),
        ("d = {'a': 1, 'k': v}\n", "'k': v", "d = {'a': 1}\n"),
        ("d = {'k': v}\n", "'k': v", "d = {}\n"),
        ("d = {\n    'k': v,\n}\n", "'k': v", "d = {}\n"),
        ("d = {'a': 1,\n     'k': v,\n     'b': 2}\n", "'k': v", "d = {'a': 1,\n     'b': 2}\n"),
        ("d = {'k': v,\n     'b': 2}\n", "'k': v", "d = {'b': 2}\n"),
        ("d = {**p, 'k': v}\n", "'k': v", "d = {**p}\n"),
        ("s = 'x' % (a, k)\n", "k", "s = 'x' % (a,)\n"),
        ("s = 'x' % (k, a)\n", "k", "s = 'x' % (a,)\n"),
        ("s = 'x' % (a, k, b)\n", "k", "s = 'x' % (a, b)\n"),
        ("l = [a, (k), b]\n", "(k)", "l = [a, b]\n"),
    ],
)
def test_an_item_goes_with_its_comma(before: str, mark: str, after: str) -> None:
    assert changed(before, drop(mark)) == after


def test_neighbours_that_both_go_leave_no_comma() -> None:
    assert changed("f(a, b, c, d)\n", drop("b", "c")) == "f(a, d)\n"
    assert changed("f(a, b, c, d)\n", drop("c", "d")) == "f(a, b)\n"
    assert changed("f(a, b, c, d)\n", drop("a", "c")) == "f(b, d)\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(a)\n", "f(a, h=1)\n"),
        ("f()\n", "f(h=1)\n"),
        ("f(a, **kw)\n", "f(a, h=1, **kw)\n"),
        ("f(\n    a,\n    b,\n)\n", "f(\n    a,\n    b,\n    h=1,\n)\n"),
        ("f(\n    a,\n    b\n)\n", "f(\n    a,\n    b,\n    h=1\n)\n"),
        ("f(\n    a,\n    b  # c\n)\n", "f(\n    a,\n    b,  # c\n    h=1\n)\n"),
        ("f(\n    a,\n    **kw,\n)\n", "f(\n    a,\n    h=1,\n    **kw,\n)\n"),
        ("f(a,\n  b)\n", "f(a,\n  b, h=1)\n"),
    ],
)
def test_an_argument_is_added_in_the_style_of_its_neighbours(before: str, after: str) -> None:
    assert changed(before, add("h=1", cst.Call)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("d = {}\n", "d = {'h': 1}\n"),
        ("d = {'a': 1}\n", "d = {'a': 1, 'h': 1}\n"),
        ("d = {\n    'a': 1\n}\n", "d = {\n    'a': 1,\n    'h': 1\n}\n"),
        ("d = {\r\n    'a': 1,\r\n}\r\n", "d = {\r\n    'a': 1,\r\n    'h': 1,\r\n}\r\n"),
        ("d = {\n\t'a': 1,  # c\n}\n", "d = {\n\t'a': 1,  # c\n\t'h': 1,\n}\n"),
    ],
)
def test_an_entry_is_added_in_the_style_of_its_neighbours(before: str, after: str) -> None:
    assert changed(before, add("'h': 1", cst.Dict)) == after


def test_what_is_added_takes_the_place_of_what_goes() -> None:
    def change(tree: Tree, file: FileEditor) -> None:
        (call,) = tree.walk(None, cst.Call)
        file.drop_item(call, call.args[1])
        file.add_item(call, "h=1")

    assert changed("f(a, k=2, **kw)\n", change) == "f(a, h=1, **kw)\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\nk = 2\n", "a = 1\n"),
        ("a = 1; k = 2\n", "a = 1\n"),
        ("k = 2; a = 1\n", "a = 1\n"),
        ("def f():\n    # why\n    k = 2\n", "def f():\n    # why\n    pass\n"),
        ("def f():\n    k = 2\n    return 1\n", "def f():\n    return 1\n"),
        ("def f(x):\n    if x:\n        k = 2\n    return 1\n", "def f(x):\n    return 1\n"),
        (
            "def f(x):\n    if x():\n        k = 2\n    return 1\n",
            "def f(x):\n    if x():\n        pass\n    return 1\n",
        ),
        ("if x: k = 2\nelse: y = 1\n", "if x: pass\nelse: y = 1\n"),
        ("if x:\n    a = 1\nelse:\n    k = 2\nb = 1\n", "if x:\n    a = 1\nelse:\n    pass\nb = 1\n"),
        ("if x: k = 2\nb = 1\n", "b = 1\n"),
    ],
)
def test_a_statement_goes_and_its_block_stays_a_block(before: str, after: str) -> None:
    assert changed(before, drop_statements("k = 2")) == after


def test_edits_inside_what_goes_are_left_out() -> None:
    def change(tree: Tree, file: FileEditor) -> None:
        drop("'k': v")(tree, file)
        drop_statements("d = {'k': v}")(tree, file)

    assert changed("d = {'k': v}\nx = 1\n", change) == "x = 1\n"
